"""Submit, find, monitor and stop the jobs of a fleet through submitit."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from nersemble.errors import ConfigError, MissingDependencyError, RunError
from nersemble.files import lock_holder
from nersemble.jobs.fleet.job import LOCK_NAME, FleetJob, read_outcome
from nersemble.jobs.fleet.plan import Resources
from nersemble.jobs.fleet.state import Cluster, Entry
from nersemble.opening import read_bytes

# The signal that submitit sends: training saves on it, while submitit's default would kill it.
SUBMITIT_VARIABLES = {"SUBMITIT_PREEMPT_SIGNAL": "USR1"}

_UNLIMITED_MINUTES = 60 * 24 * 365
_TIME_LIMITS = 100
_MAX_COMMAND_BYTES = 1 << 20
_SECONDS_BETWEEN_SIGNALS = 10.0
_SLURM_ANSWERS_SECONDS = 60.0
# Slurm's states of a job that will not run again, and ours of one that it no longer knows.
_FORGOTTEN = "FORGOTTEN"
_ENDED = frozenset(
    {
        "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY",
        "PREEMPTED", "TIMEOUT", _FORGOTTEN,
    }
)  # fmt: skip


def load_submitit() -> ModuleType:
    """Import submitit and set its signal.

    Raises:
        MissingDependencyError: it is not installed.
        ConfigError: this is Windows.
    """
    if sys.platform == "win32":
        raise ConfigError(
            "nersemble fleet needs Linux or macOS: on Windows, give the commands one by one, or "
            "use WSL."
        )
    os.environ.update(SUBMITIT_VARIABLES)
    try:
        import submitit
    except ImportError as error:
        raise MissingDependencyError(
            'A fleet needs the package submitit: pip install "nersemble[fleet]".'
        ) from error
    return submitit


def choose_cluster(wanted: str) -> Cluster:
    """Choose Slurm if srun is installed, unless the options select one of the two.

    Raises:
        ConfigError: Slurm is selected but not installed.
    """
    there = load_submitit().SlurmExecutor.affinity() > 0
    if wanted == "slurm" and not there:
        raise ConfigError(
            "--cluster slurm needs srun, which is not installed here: log in to a machine that "
            "submits jobs, or use --cluster local."
        )
    return "slurm" if wanted == "slurm" or (wanted == "auto" and there) else "local"


def slurm_parameters(name: str, wanted: Resources) -> dict[str, Any]:
    """The parameters of submitit's Slurm executor for a job."""
    optional = {n: getattr(wanted, n) for n in ("partition", "account", "qos", "constraint")}
    exports = [f"export {variable}={value}" for variable, value in SUBMITIT_VARIABLES.items()]
    return {
        "job_name": name,
        "time": max(1, round(60 * wanted.hours)),
        "mem": f"{round(1024 * wanted.memory_gb)}MB",
        "cpus_per_task": wanted.cpus,
        "gpus_per_node": wanted.gpus or None,
        "setup": [*exports, *wanted.setup],
        "stderr_to_stdout": True,
        "additional_parameters": {"requeue": True, "signal": f"USR1@{wanted.signal_seconds}"},
        **{option: value for option, value in optional.items() if value},
    }


def submit(job: FleetJob, cluster: Cluster, gpu: int | None) -> Any:
    """Submit a job to Slurm, or start it here; return submitit's job.

    Raises:
        RunError: it cannot be submitted; quotes sbatch.
    """
    submitit, wanted = load_submitit(), job.run.resources
    try:
        job.folder.mkdir(parents=True, exist_ok=True)
        if cluster == "slurm":
            executor = submitit.SlurmExecutor(job.folder, max_num_timeout=_TIME_LIMITS)
            executor.update_parameters(**slurm_parameters(job.run.key, wanted))
            return executor.submit(job)
        executor = submitit.LocalExecutor(job.folder)
        gpus = {} if gpu is None else {"gpus_per_node": 1, "visible_gpus": (gpu,)}
        executor.update_parameters(timeout_min=_UNLIMITED_MINUTES, stderr_to_stdout=True, **gpus)
        with _ctrl_c_ignored():
            return executor.submit(job)
    except (OSError, RuntimeError) as error:
        said = " ".join(str(error).split())
        raise RunError(f"{job.run.key} cannot be submitted: {said}") from error


@contextmanager
def _ctrl_c_ignored() -> Iterator[None]:
    """Processes started inside the block ignore Ctrl-C until training handles it: a terminal
    signals all processes, and submitit's would kill training after a second."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def find_again(job: FleetJob, entry: Entry) -> Any:
    """submitit's view of the newest job that an earlier command submitted."""
    submitit = load_submitit()
    kind = submitit.SlurmJob if entry.cluster == "slurm" else submitit.LocalJob
    return kind(job.folder, entry.jobs[-1])


def slurm_states(job_ids: Iterable[str]) -> dict[str, str]:
    """Slurm's state of each job; empty while Slurm does not answer.

    squeue tells what the controller knows: all jobs that may still run, and those that ended in the
    last minutes. Of older ones sacct tells the last state, if the cluster keeps accounts.
    """
    wanted = sorted(job_ids)
    if not wanted:
        return {}
    queue = _states_from("squeue", "--me", "--states=all", "--noheader", "--format=%i|%T")
    if queue is None:
        return {}
    older = ",".join(set(wanted) - queue.keys())
    accounts = older and _states_from(
        "sacct", "--allocations", "--noheader", "--parsable2", "--format=JobID,State",
        f"--jobs={older}",
    )  # fmt: skip
    known = {**(accounts or {}), **queue}
    return {job_id: known.get(job_id, _FORGOTTEN) for job_id in wanted}


def _states_from(*command: str) -> dict[str, str] | None:
    """What a command prints as ``JOB|STATE``; None if it fails."""
    try:
        printed = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=_SLURM_ANSWERS_SECONDS
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    # sacct adds who cancelled a job: "CANCELLED by 1000".
    rows = (line.split("|") for line in printed.splitlines() if "|" in line)
    return {job_id: state.split()[0] for job_id, state, *_ in rows if state.strip()}


def is_over(job: FleetJob, entry: Entry, submitted: Any, state: str = "") -> bool:
    """Whether a job has ended or disappeared; ``state`` is Slurm's."""
    if entry.cluster == "slurm":
        return state in _ENDED
    if submitted.get_info()["jobState"] != "RUNNING":
        # A job that an earlier command started is not a child of this process.
        return lock_holder(job.folder / LOCK_NAME) is None and not _is_starting(job, entry)
    return bool(submitted.done())


def _is_starting(job: FleetJob, entry: Entry) -> bool:
    """Whether a local job's process exists; it takes its lock only after some seconds. The number
    may belong to another program by now, whose command line does not name the job's folder."""
    try:
        words = read_bytes(Path("/proc", entry.jobs[-1], "cmdline"), _MAX_COMMAND_BYTES).split(
            b"\0"
        )
    except OSError:
        return False
    return os.fsencode(job.folder) in words


def outcome(entry: Entry, submitted: Any, state: str = "") -> str:
    """How a job ended: DONE, UNFINISHED, "cancelled", or why it failed; ``state`` is Slurm's."""
    if state == "CANCELLED":
        return "cancelled"
    ended = read_outcome(submitted.paths.folder, str(submitted.job_id))
    if ended is not None:
        return ended
    if entry.cluster == "local":
        return "its process was killed"
    unclear = state in ("COMPLETED", _FORGOTTEN)
    return "it ended without a result" if unclear else f"Slurm says {state}"


def stop_local(running: Mapping[str, tuple[FleetJob, Entry, Any]]) -> None:
    """Stop local jobs and wait until they have saved; repeat the signal in case one missed it."""
    asked = -_SECONDS_BETWEEN_SIGNALS
    while living := [job for job in running.values() if not is_over(*job)]:
        if time.monotonic() - asked > _SECONDS_BETWEEN_SIGNALS:
            asked = time.monotonic()
            for job, _, submitted in living:
                is_child = submitted.get_info()["jobState"] == "RUNNING"
                pid = int(submitted.job_id) if is_child else lock_holder(job.folder / LOCK_NAME)
                if pid is not None:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGTERM)
        time.sleep(0.1)
