"""Which run the processes of a training work on: also when torchrun has started them anew.

torchrun ends all processes of a training when one of them dies, and starts them again with the same
command line (``--max_restarts``). They must then go on with the run that they had made.
"""

import os
import socket
from pathlib import Path

from nersemble.distributed import world
from nersemble.durable_files import read_json_object, temporary_beside, write_json
from nersemble.runs import RUNS_FOLDER, Run, create_run, find_run

_FILE = "launch.json"


def run_to_continue(models_root: Path, resume_run: str) -> tuple[Run | None, bool]:
    """The run to go on with, if any, and whether torchrun's restart, not the user, says so.

    Raises:
        RunError: there is no run called ``resume_run``.
    """
    restarted = world().first(_run_of_this_launch(models_root))
    if restarted is not None or not resume_run:
        return restarted, restarted is not None
    return find_run(models_root, resume_run), False


def make_run(models_root: Path, name: str) -> Run:
    """A new run for all processes; the first of them makes its folder."""
    team = world()
    run = team.first(create_run(models_root, name or None) if team.leads else None)
    assert run is not None
    return run


def claim(run: Run) -> None:
    """Notes in the run's folder which launch works on it; without torchrun nothing."""
    if "TORCHELASTIC_RESTART_COUNT" not in os.environ:
        return
    path = run.folder / _FILE
    with temporary_beside(path) as temporary:
        write_json(temporary, {"launch": _launch()})
        temporary.replace(path)


def _run_of_this_launch(models_root: Path) -> Run | None:
    """The run that was claimed by processes that torchrun has replaced since, if any."""
    if int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) == 0:
        return None
    found = [
        (path.stat().st_mtime_ns, path.parent)
        for path in (models_root / RUNS_FOLDER).glob(f"*/{_FILE}")
        if _written_by(path) == _launch()
    ]
    return Run(max(found)[1]) if found else None


def _launch() -> str:
    """torchrun's own process is the parent of all that it starts, as long as it lives."""
    run_id = os.environ.get("TORCHELASTIC_RUN_ID", "")
    return f"{run_id} {socket.gethostname()} {os.getppid()}"


def _written_by(path: Path) -> object:
    try:
        return read_json_object(path).get("launch")
    except (OSError, ValueError):
        return None
