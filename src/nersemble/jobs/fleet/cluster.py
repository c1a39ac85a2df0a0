"""Submit, find, monitor and stop the jobs of a fleet through submitit."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
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
PREEMPTION = {"SUBMITIT_PREEMPT_SIGNAL": "USR1"}

_UNLIMITED_MINUTES = 60 * 24 * 365
_TIME_LIMITS = 100
_MAX_COMMAND_BYTES = 1 << 20
_SECONDS_BETWEEN_SIGNALS = 10.0


def load_submitit() -> ModuleType:
    """Import submitit and set its signal.

    Raises:
        MissingDependencyError: it is not installed.
    """
    os.environ.update(PREEMPTION)
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
    exports = [f"export {variable}={value}" for variable, value in PREEMPTION.items()]
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


def is_over(job: FleetJob, entry: Entry, submitted: Any) -> bool:
    """Whether a job has ended or disappeared."""
    if entry.cluster == "local" and submitted.get_info()["jobState"] != "RUNNING":
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


def outcome(entry: Entry, submitted: Any) -> str:
    """How a job ended: DONE, UNFINISHED, "cancelled", or why it failed."""
    slurm = entry.cluster == "slurm"
    state = str(submitted.get_info().get("State", "")) if slurm else ""
    if state.startswith("CANCELLED"):
        return "cancelled"
    ended = read_outcome(submitted.paths.folder, str(submitted.job_id))
    if ended is not None:
        return ended
    if state not in ("COMPLETED", ""):
        return f"Slurm says {state}"
    return "it ended without a result" if slurm else "its process was killed"


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
