"""A fleet of trainings: with submitit's local executor, on a stand-in for Slurm, and on Slurm."""

import json
import os
import pickle
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from captures import PARTICIPANT, SEQUENCE
from micro import MICRO_OPTIONS, Workspace, run_command
from nersemble.commands.fleet import STAGES
from nersemble.evaluation.results_table import evaluations_table
from nersemble.files import lock_holder
from nersemble.jobs.fleet.cluster import find_again, is_over, outcome, slurm_states
from nersemble.jobs.fleet.job import FleetJob
from nersemble.jobs.fleet.plan import read_plan
from nersemble.jobs.fleet.state import Entry
from slurm_cluster import missing, slurm_cluster

KEY = f"{PARTICIPANT:03d}_{SEQUENCE}"
ONLY_TRAINED = "evaluate = false\nrender = false\n"
LAST_STEP = 40
LONG = f"train = {{max_steps = {LAST_STEP}, steps_per_save = 5}}\n"
RUN = f'[[run]]\nparticipant = {PARTICIPANT}\nsequence = "{SEQUENCE}"\n'


def write_plan(workspace: Workspace, text: str) -> Path:
    """A plan whose trainings are the micro ones, with what a test adds."""
    options = "\n".join(
        f"{name} = {json.dumps(v) if v[0].isalpha() else v}" for name, v in MICRO_OPTIONS.items()
    )
    path = workspace.root / "plan.toml"
    path.write_text(f"{text}\n[defaults.train]\n{options}\n")
    return path


def roots(workspace: Workspace) -> list[str]:
    folders = {"data": workspace.captures, "models": workspace.models, "renders": workspace.renders}
    return [text for name, path in folders.items() for text in (f"--{name}_path", str(path))]


def fleet(workspace: Workspace, *options: object) -> int:
    looks = ["--seconds_between_looks", 0.1]
    plan = workspace.root / "plan.toml"
    return run_command("fleet", plan, *looks, *roots(workspace), *options)


def entry(workspace: Workspace, key: str) -> dict[str, object]:
    state = json.loads((workspace.models / "fleet" / "plan" / "state.json").read_text())
    found: dict[str, object] = state["runs"][key]
    return found


def steps(workspace: Workspace, name: str) -> list[int]:
    found = [label for label in workspace.run_labels if label.endswith(f"-{name}")]
    return workspace.run(found[0]).checkpoint_steps() if found else []


def once(condition: Callable[[], bool], action: Callable[[], None]) -> threading.Thread:
    """Does something as soon as a condition holds, beside the test."""

    def watch() -> None:
        deadline = time.monotonic() + 60
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.005)
        action()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def test_a_stopped_fleet_goes_on_as_does_a_killed_job_and_nothing_is_done_twice(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plan(
        workspace,
        f'[defaults]\n{ONLY_TRAINED}{RUN}name = "long"\n{LONG}{RUN}name = "other"\n',
    )
    lock = workspace.models / "fleet" / "plan" / f"{KEY}_long" / ".lock"

    once(lambda: bool(steps(workspace, "long")), lambda: os.kill(os.getpid(), signal.SIGINT))
    assert fleet(workspace, "--cluster", "local") == 130
    assert lock_holder(lock) is None
    saved = max(steps(workspace, "long"))
    assert 0 < saved < LAST_STEP
    assert "continues from here" in capsys.readouterr().out

    once(
        lambda: max(steps(workspace, "long")) > saved,
        lambda: os.kill(lock_holder(lock) or 0, signal.SIGKILL),
    )
    assert fleet(workspace, "--cluster", "local", "--parallel", 2) == 0
    said = capsys.readouterr().out
    assert said.count("failure") == 1
    assert "failure 1: its process was killed; tried again" in said
    assert max(steps(workspace, "long")) == LAST_STEP
    assert max(steps(workspace, "other")) == 6
    log = (workspace.run("NERS-1").folder / "training_log.jsonl").read_text().splitlines()
    begun = [line["step"] for line in map(json.loads, log) if line["event"] == "session"]
    assert begun[:2] == [0, saved]
    assert begun[2] > saved

    jobs = entry(workspace, f"{KEY}_long")["jobs"]
    assert fleet(workspace, "--cluster", "local") == 0
    assert entry(workspace, f"{KEY}_long")["jobs"] == jobs
    assert "local job" not in capsys.readouterr().out

    assert fleet(workspace, "--logs", f"{KEY}_long") == 0
    shown = capsys.readouterr().out
    assert shown.count("_0_log.out") == 3
    assert "nersemble train" in shown


def test_a_preempted_training_saves_before_submitit_queues_it_again(workspace: Workspace) -> None:
    path = write_plan(workspace, f'{RUN}name = "x"\n{LONG}{ONLY_TRAINED}')
    planned = read_plan(path, workspace.captures, STAGES)[0]
    folder = workspace.root / "job"
    folder.mkdir()
    job = FleetJob(planned, folder, workspace.captures, workspace.models, workspace.renders, STAGES)
    saved_at_signal: list[int] = []
    before = signal.signal(
        signal.SIGUSR1, lambda *_: saved_at_signal.extend(steps(workspace, "x")[-1:])
    )
    try:
        once(lambda: bool(steps(workspace, "x")), lambda: os.kill(os.getpid(), signal.SIGUSR1))
        job()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert len(saved_at_signal) == 1
    assert 0 < saved_at_signal[0] < LAST_STEP
    assert not job.is_done()
    assert job.checkpoint().function == job


def test_a_job_that_has_not_begun_to_work_is_not_over(workspace: Workspace) -> None:
    """It takes its lock seconds after it was submitted; until then its process is all there is."""
    path = write_plan(workspace, f"[defaults]\n{ONLY_TRAINED}{RUN}")
    run = read_plan(path, workspace.captures, STAGES)[0]
    folder = workspace.root / "job"
    job = FleetJob(run, folder, workspace.captures, workspace.models, workspace.renders, STAGES)
    sleeping = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"]
    for words, is_this_job in (([str(folder)], True), ([], False)):
        with subprocess.Popen([*sleeping, *words], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()  # its own command line is in place
            submitted = Entry("submitted", "local", (str(process.pid),))
            assert is_over(job, submitted, find_again(job, submitted)) is not is_this_job
            process.kill()
        assert is_over(job, submitted, find_again(job, submitted))


@pytest.fixture
def slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH on which Slurm's commands are: jobs are only noted, states come from a file."""
    folder = tmp_path / "slurm"
    folder.mkdir()
    scripts = {
        "sbatch": 'n=$(ls "$D"/job* 2>/dev/null | wc -l); cp "$1" "$D/job$n"\n'
        'echo "Submitted batch job $((70 + n))"',
        "squeue": 'cat "$D/states" 2>/dev/null; true',
        "sacct": 'cat "$D/accounts"',
        "srun": "exit 1",
    }
    for name, text in scripts.items():
        path = folder / name
        path.write_text(f"#!/bin/bash\nD={folder}\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


def test_slurm_is_told_what_the_plan_says_and_its_states_are_understood(
    workspace: Workspace, slurm: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = (
        'partition = "big"\nhours = 1.5\nmemory_gb = 20\ncpus = 3\nretries = 1\n'
        'signal_seconds = 30\nsetup = ["module load x"]\n'
    )
    write_plan(workspace, f'{RUN}name = "a"\n{wanted}')
    (slurm / "states").write_text("70|FAILED\n71|OUT_OF_MEMORY\n")
    assert fleet(workspace) == 2
    captured = capsys.readouterr()
    assert "failure 2: Slurm says OUT_OF_MEMORY" in captured.out
    assert "1 of 1 runs are not done" in captured.err
    script = (slurm / "job0").read_text()
    for line in (
        "#SBATCH --partition=big",
        "#SBATCH --time=90",
        "#SBATCH --mem=20480MB",
        "#SBATCH --gpus-per-node=1",
        "#SBATCH --cpus-per-task=3",
        "#SBATCH --signal=USR1@30",
        "#SBATCH --requeue",
        f"#SBATCH --job-name={KEY}_a",
        "module load x",
        "export SUBMITIT_PREEMPT_SIGNAL=USR1",
    ):
        assert line in script.splitlines(), line


def test_a_restarted_fleet_waits_for_slurms_jobs_and_submits_none_twice(
    workspace: Workspace, slurm: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plan(workspace, f'{RUN}name = "a"\n')
    states = slurm / "states"
    states.write_text("70|RUNNING\n")
    once((slurm / "job0").exists, lambda: os.kill(os.getpid(), signal.SIGINT))
    assert fleet(workspace) == 130
    assert "Jobs on Slurm continue" in capsys.readouterr().out
    assert fleet(workspace, "--status") == 0
    assert "running  slurm 70" in capsys.readouterr().out
    states.write_text("70|CANCELLED\n")
    assert fleet(workspace) == 2
    assert "cancelled on Slurm" in capsys.readouterr().err
    assert not (slurm / "job1").exists()


def test_slurm_is_asked_for_what_its_controller_no_longer_knows(slurm: Path) -> None:
    (slurm / "states").write_text("70|SUSPENDED\n71|PENDING\n")
    jobs = ("70", "71", "72", "73")
    without_accounts = {"70": "SUSPENDED", "71": "PENDING", "72": "FORGOTTEN", "73": "FORGOTTEN"}
    assert slurm_states(jobs) == without_accounts
    # An account of the time before a job was requeued is older than what the queue says.
    (slurm / "accounts").write_text("71|PREEMPTED\n72|CANCELLED by 1000\n")
    assert slurm_states(jobs) == without_accounts | {"72": "CANCELLED"}
    (slurm / "squeue").write_text("#!/bin/sh\nexit 1\n")
    assert slurm_states(jobs) == {}


@pytest.mark.parametrize(
    ("state", "over"), [("SUSPENDED", False), ("PENDING", False), ("", False), ("TIMEOUT", True)]
)
def test_only_an_ended_job_is_over(
    workspace: Workspace, slurm: Path, state: str, over: bool
) -> None:
    path = write_plan(workspace, RUN)
    run = read_plan(path, workspace.captures, STAGES)[0]
    folder = workspace.root
    job = FleetJob(run, folder, workspace.captures, workspace.models, workspace.renders, STAGES)
    submitted = Entry("submitted", "slurm", ("70",))
    assert is_over(job, submitted, find_again(job, submitted), state) is over


@pytest.fixture
def real_slurm(tmp_path: Path) -> Iterator[None]:
    """Slurm itself with two nodes on this machine; skips where it is not installed."""
    if lacking := missing():
        pytest.skip(f"Slurm is not installed: {', '.join(lacking)}")
    with slurm_cluster(tmp_path / "slurm"):
        yield


SLURM_PLAN = f"[defaults]\ngpus = 0\ncpus = 1\nmemory_gb = 1\n{ONLY_TRAINED}"
PREEMPTED = "train = {max_steps = 600, steps_per_save = 20}\n"


def sessions(workspace: Workspace, name: str) -> list[int]:
    """The steps at which a run's trainings began."""
    label = next(label for label in workspace.run_labels if label.endswith(f"-{name}"))
    log = (workspace.run(label).folder / "training_log.jsonl").read_text().splitlines()
    return [line["step"] for line in map(json.loads, log) if line["event"] == "session"]


def jobs_of(workspace: Workspace, name: str) -> list[str]:
    jobs = entry(workspace, f"{KEY}_{name}")["jobs"]
    assert isinstance(jobs, list)
    return jobs


def run(*command: str) -> None:
    subprocess.run(command, check=True)


@pytest.mark.slurm
@pytest.mark.slow
def test_slurm_preempts_and_requeues_trainings_which_go_on_where_they_saved(
    workspace: Workspace, real_slurm: None, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plan(workspace, f'{SLURM_PLAN}{RUN}name = "a"\n{PREEMPTED}{RUN}name = "b"\n{PREEMPTED}')
    more_important = ["sbatch", "--partition=high", "--nodes=2", "--wrap=sleep 1"]
    once(
        lambda: bool(steps(workspace, "a") and steps(workspace, "b")),
        lambda: run(*more_important, "--output=/dev/null"),
    )
    assert fleet(workspace) == 0
    assert "failure" not in capsys.readouterr().out
    for name in ("a", "b"):
        assert len(jobs_of(workspace, name)) == 1
        first, resumed = sessions(workspace, name)
        assert first == 0
        assert 0 < resumed < max(steps(workspace, name)) == 600


@pytest.mark.slurm
@pytest.mark.slow
def test_a_job_killed_on_slurm_is_tried_again_and_a_cancelled_one_when_asked(
    workspace: Workspace, real_slurm: None, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plan(workspace, f'{SLURM_PLAN}{RUN}name = "k"\n{PREEMPTED}{RUN}name = "c"\n{PREEMPTED}')

    lock = workspace.models / "fleet" / "plan" / f"{KEY}_k" / ".lock"
    once(
        lambda: bool(steps(workspace, "k")), lambda: os.kill(lock_holder(lock) or 0, signal.SIGKILL)
    )
    once(
        lambda: bool(steps(workspace, "c")),
        lambda: run("scancel", *jobs_of(workspace, "c")),
    )
    assert fleet(workspace) == 2
    said = capsys.readouterr()
    assert f"{KEY}_k: failure 1: Slurm says FAILED; tried again" in said.out
    assert f"{KEY}_c: was cancelled" in said.out
    assert "1 of 2 runs are not done" in said.err
    assert fleet(workspace) == 0
    for name in ("k", "c"):
        assert len(jobs_of(workspace, name)) == 2
        assert sessions(workspace, name)[1] > 0
        assert max(steps(workspace, name)) == 600


def test_every_evaluation_is_in_the_results(workspace: Workspace) -> None:
    assert workspace.train(name="a") == 0
    folder = workspace.run().evaluation_folder / "checkpoint_6_skip_timesteps_3"
    folder.mkdir(parents=True)
    means = {"psnr": 31.456, "ssim": 0.8726, "lpips": None, "jod": 7.8}
    (folder / "evaluation_result.json").write_text(json.dumps({"mean": {"regular": means}}))
    row = evaluations_table([workspace.run()], "regular").splitlines()[-1]
    assert row == "| NERS-1-a | checkpoint_6_skip_timesteps_3 | 31.46 | 0.873 |  | 7.80 |"


def test_the_error_of_a_job_is_told(
    workspace: Workspace, slurm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_plan(workspace, RUN)
    planned = read_plan(path, workspace.captures, STAGES)[0]
    job = FleetJob(
        planned, workspace.root, workspace.captures, workspace.models, workspace.renders, STAGES
    )
    known = Entry("submitted", "local", ("12",))
    monkeypatch.setenv("SUBMITIT_LOCAL_JOB_ID", "12")
    monkeypatch.setattr(FleetJob, "command", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        job()
    assert outcome(known, find_again(job, known)) == "ZeroDivisionError: division by zero"


class Harmful:
    """Unpickled, it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self._folder),)


@pytest.mark.parametrize("cluster", ["local", "slurm"])
def test_a_pickle_in_a_models_folder_is_not_read(
    workspace: Workspace, slurm: Path, cluster: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plan(workspace, f"{RUN}{ONLY_TRAINED}retries = 0\n")
    (slurm / "states").write_text("12|COMPLETED\n70|FAILED\n")
    folder = workspace.models / "fleet" / "plan" / KEY
    folder.mkdir(parents=True)
    known = {"state": "submitted", "cluster": cluster, "jobs": ["12"]}
    state = {"format_version": 1, "runs": {KEY: known}}
    (folder.parent / "state.json").write_text(json.dumps(state))
    made = workspace.root / "made"
    (folder / "12_0_result.pkl").write_bytes(pickle.dumps(("success", Harmful(made))))
    assert fleet(workspace) == 2
    assert not made.exists()
    assert "failure 1: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["no runs", "[[run]]"]),
        (RUN + "train = {max_step = 3}\n", ["run 1", "max_step'", "'max_steps'"]),
        (RUN + 'train = {max_steps = "many"}\n', ["run 1", "train", "many"]),
        (RUN + "train = {resume = true}\n", ["run 1", "'resume'", "fleet sets it"]),
        (RUN + "render = {fsp = 3}\n", ["run 1, render", "'fps'"]),
        (RUN + RUN, ["run 2", "run 1", "another name"]),
        (RUN + "gpu = 1\n", ["run 1", "'gpu'", "'gpus'"]),
        (RUN + "gpus = 4\n", ["run 1", "gpus is 4"]),
        (RUN + 'hours = "long"\n', ["run 1", "hours is 'long'"]),
        (RUN + 'name = "a/b"\n', ["run 1", "a/b"]),
        (RUN.replace(str(PARTICIPANT), "8"), ["run 1", "008", SEQUENCE]),
        (RUN.replace(SEQUENCE, "EXP-9"), ["run 1", "'EXP-9'", SEQUENCE]),
        ('[[run]]\nsequence = "X"\n', ["run 1", "participant"]),
        ("[[run]\n", ["plan.toml", "cannot be read"]),
    ],
)
def test_a_wrong_plan_is_refused_before_anything_is_submitted(
    workspace: Workspace, error_line: Callable[[int], str], text: str, parts: list[str]
) -> None:
    write_plan(workspace, text)
    line = error_line(fleet(workspace, "--dry_run", "--cluster", "local"))
    assert "plan.toml" in line
    for part in parts:
        assert part in line
    assert not workspace.models.exists()


def test_options_of_a_run_go_into_every_call_of_the_defaults(workspace: Workspace) -> None:
    defaults = "[[defaults.evaluate]]\n[[defaults.evaluate]]\nskip_timesteps = 3\n"
    own = "evaluate = {use_occupancy_grid_filtering = false}\nrender = false\n"
    path = write_plan(workspace, defaults + RUN + own)
    _, first, second = read_plan(path, workspace.captures, STAGES)[0].stages
    assert first == ("evaluate", ("--no-use_occupancy_grid_filtering",))
    assert second[1] == ("--skip_timesteps", "3", "--no-use_occupancy_grid_filtering")
