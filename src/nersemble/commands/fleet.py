"""``nersemble fleet``: trains, evaluates and renders a plan, on Slurm or on this machine."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from nersemble.command_line.options import Argument
from nersemble.command_line.parsing import parse
from nersemble.commands import evaluate, render, train
from nersemble.commands.train import parse_train
from nersemble.env import Roots
from nersemble.errors import ConfigError, RunError, say
from nersemble.files import file_locked, reason_of
from nersemble.jobs.fleet.plan import PlannedRun, StageCommand, Stages, read_plan
from nersemble.jobs.fleet.state import Cluster, FleetState
from nersemble.opening import check_folders, open_to_read
from nersemble.ranges import Options, Range
from nersemble.training.interrupts import stop_signals_raise

if TYPE_CHECKING:
    from nersemble.jobs.fleet.fleet import Fleet
    from nersemble.jobs.fleet.job import FleetJob

_SHOWN_LOG_LINES = 20
_SHOWN_LOG_BYTES = 1 << 16

STAGES: Stages = {
    "train": StageCommand(train.main, parse_train),
    "evaluate": StageCommand(evaluate.main, evaluate.parse_evaluate),
    "render": StageCommand(render.main, render.parse_render),
}

_DESCRIPTION = """Train, evaluate and render every run of a plan, on Slurm or on this machine.

Example: nersemble fleet plan.toml --dry_run
"""


@dataclass(frozen=True)
class FleetArguments(Options):
    """The command line of a fleet."""

    plan: Annotated[Path, tyro.conf.Positional, Argument("PLAN")]
    """TOML file with the runs and their options (docs/fleet.md)."""
    dry_run: bool = False
    """Check the plan and print what would be submitted."""
    status: bool = False
    """Only print the state of the runs."""
    logs: str = ""
    """Print the paths of a run's logs and the end of the newest; name the run as in the table."""
    cluster: Literal["auto", "slurm", "local"] = "auto"
    """auto submits to Slurm if its commands are installed, else starts the jobs on this machine."""
    parallel: Annotated[int, Range(0, 1024)] = 0
    """Number of local jobs at a time (0: one for each GPU, one without a GPU). Jobs that need a GPU
    get one each."""
    seconds_between_looks: Annotated[float, Range(0, 86400)] = 0.0
    """Interval at which jobs are checked (0: every second locally, every 30 on Slurm)."""
    roots: Roots = field(default_factory=Roots)


def parse_fleet(argv: Sequence[str]) -> FleetArguments:
    """Parses the command line."""
    return parse(FleetArguments, argv, "nersemble fleet", _DESCRIPTION)


def main(argv: Sequence[str]) -> None:
    """Entry point: submits unfinished jobs and waits for them, unless told only to print.

    Raises:
        ConfigError: the plan is wrong.
        RunError: a run failed, or another command is working on this plan.
    """
    arguments = parse_fleet(argv)
    from nersemble.jobs.fleet.cluster import choose_cluster

    runs = read_plan(arguments.plan, arguments.roots.get("data"), STAGES)
    folder = arguments.roots.get("models").absolute() / "fleet" / arguments.plan.stem
    jobs = {run.key: _job(run, folder, arguments.roots) for run in runs}
    if arguments.logs:
        _print_logs(jobs, FleetState(folder), arguments.logs)
        return
    cluster = choose_cluster(arguments.cluster)
    if arguments.dry_run:
        _print_plan(jobs, cluster)
    elif arguments.status:
        say(_fleet(arguments, jobs, folder, cluster).table())
    else:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            check_folders(folder)
        except OSError as error:
            raise RunError(f"Cannot work in {folder}: {reason_of(error)}.") from error
        lock = file_locked(
            folder / ".lock",
            lambda holder: (
                f"{holder} is already working on {arguments.plan}: see its state with --status."
            ),
        )
        with lock, stop_signals_raise():
            _fleet(arguments, jobs, folder, cluster).run()


def _job(run: PlannedRun, folder: Path, roots: Roots) -> "FleetJob":
    from nersemble.jobs.fleet.job import FleetJob

    data, models = roots.get("data").absolute(), roots.get("models").absolute()
    renders = roots.get("renders").absolute()
    return FleetJob(run, folder / run.key, data, models, renders, STAGES)


def _fleet(
    arguments: FleetArguments, jobs: Mapping[str, "FleetJob"], folder: Path, cluster: Cluster
) -> "Fleet":
    from nersemble.jobs.fleet.fleet import Fleet

    return Fleet(
        arguments.plan,
        jobs,
        FleetState(folder),
        cluster,
        parallel=arguments.parallel,
        seconds_between_looks=arguments.seconds_between_looks,
    )


def _print_plan(jobs: Mapping[str, "FleetJob"], cluster: Cluster) -> None:
    from nersemble.jobs.fleet.cluster import slurm_parameters

    for key, job in jobs.items():
        if job.is_done():
            say(f"{key}: done")
            continue
        say(f"{key}: one job, {cluster}")
        if cluster == "slurm":
            wanted = slurm_parameters(key, job.run.resources)
            say(*(f"  {k}: {v}" for k, v in wanted.items() if v is not None))
        for index in range(len(job.run.stages)):
            say(f"  nersemble {shlex.join(job.command(index))}")


def _print_logs(jobs: Mapping[str, "FleetJob"], state: FleetState, key: str) -> None:
    if key not in jobs:
        raise ConfigError(f"--logs {key}: the plan has no such run; choose {', '.join(jobs)}.")
    names = [f"{job_id}_0_log.out" for job_id in dict.fromkeys(state[key].jobs)]
    paths = [path for path in (jobs[key].folder / name for name in names) if path.is_file()]
    if not paths:
        raise RunError(f"{key} has no logs yet: none of its jobs has started.")
    say(*paths)
    try:
        with open_to_read(paths[-1]) as log:
            log.seek(max(0, paths[-1].stat().st_size - _SHOWN_LOG_BYTES))
            lines = log.read(_SHOWN_LOG_BYTES).decode("utf-8", "replace").splitlines()
    except OSError as error:
        raise RunError(f"Cannot read {paths[-1]}: {reason_of(error)}.") from error
    say("", *lines[-_SHOWN_LOG_LINES:])
