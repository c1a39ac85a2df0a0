"""A job of a fleet: runs the unfinished stages of one run in its own process."""

import os
import shlex
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nersemble.boundary import run_command
from nersemble.errors import say
from nersemble.files import file_locked, is_file_name, read_json_object, replace_json
from nersemble.jobs.fleet.plan import PlannedRun, StageCommand, Stages
from nersemble.jobs.resuming import newest_run_of
from nersemble.runs.folders import Run
from nersemble.training.interrupts import EXIT_UNFINISHED, PREEMPTION, Stopped, stop_signals_raise

DONE = "done"
UNFINISHED = "unfinished"
LOCK_NAME = ".lock"
_FORMAT_VERSION = 1
# submitit's own variable comes first: a local job may run inside a Slurm job.
_JOB_ID_VARIABLES = ("SUBMITIT_LOCAL_JOB_ID", "SLURM_JOB_ID")
_STOPPED = {128 + number for number in (signal.SIGINT, signal.SIGTERM)}


@dataclass(frozen=True)
class FleetJob:
    """One planned run, called in a job's process; the folders are absolute.
    ``folder`` is the run's folder in the fleet's state; ``commands`` are those of its stages.
    """

    run: PlannedRun
    folder: Path
    data: Path
    models: Path
    renders: Path
    commands: Stages

    def __call__(self) -> str:
        """Run the unfinished stages; return :data:`DONE`, :data:`UNFINISHED`, or why it failed.

        A second job of the same run waits until the first one is over. The fleet learns the outcome
        from ``outcome-JOB.json``, because submitit's result is a pickle: reading one from a folder
        that others can write to would execute their code.
        """
        job_id = next(filter(None, map(os.environ.get, _JOB_ID_VARIABLES)), None)
        outcome = None if job_id is None else _outcome_path(self.folder, job_id)
        if outcome is not None:
            # Of the time before Slurm requeued this job.
            outcome.unlink(missing_ok=True)
        try:
            ended = self._run()
        except Exception as error:
            _note_outcome(outcome, f"{type(error).__name__}: {error}")
            raise
        _note_outcome(outcome, ended)
        return ended

    def _run(self) -> str:
        try:
            with file_locked(self.folder / LOCK_NAME), stop_signals_raise():
                failed, status = self._stages()
        except Stopped as stop:
            failed, status = "", stop.exit_status
        if PREEMPTION is not None and status == 128 + PREEMPTION:
            # Everything is saved. submitit's handler now receives the signal and requeues the job.
            signal.raise_signal(PREEMPTION)
        if status == EXIT_UNFINISHED or status in _STOPPED:
            return UNFINISHED
        return f"nersemble {failed} ended with exit status {status}" if status else DONE

    def checkpoint(self) -> Any:
        """The job that submitit requeues after a preemption: the same one."""
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(self)

    def _stages(self) -> tuple[str, int]:
        """The failed stage and its exit status, if any."""
        for index, (stage, _) in enumerate(self.run.stages):
            line = self.command(index)
            if self._has_done(line):
                continue
            say(f"nersemble {shlex.join(line)}", flush=True)
            rest = [*line[1:], "--resume"] if stage == "train" else line[1:]
            status = _status(self.commands[stage], rest)
            if status:
                return stage, status
            self._note_done(line)
        return "", 0

    def command(self, index: int) -> list[str]:
        """The command line of a stage, without ``nersemble`` and ``--resume``."""
        stage, options = self.run.stages[index]
        roots = ["--data_path", str(self.data), "--models_path", str(self.models)]
        if stage == "train":
            named = ["--name", self.run.name] if self.run.name else []
            return [stage, str(self.run.participant), self.run.sequence, *named, *options, *roots]
        trained = self.trained()
        label = "NERS-N" if trained is None else trained.label
        return [stage, label, *options, *roots, "--renders_path", str(self.renders)]

    def is_done(self) -> bool:
        """Whether every stage was done with the options that it has now."""
        return all(self._has_done(self.command(i)) for i in range(len(self.run.stages)))

    def trained(self) -> Run | None:
        """The run with this plan's participant, sequence and name, if its training has begun."""
        planned = self.run
        return newest_run_of(self.models, planned.participant, planned.sequence, planned.name)

    def _has_done(self, line: list[str]) -> bool:
        return line in _done_commands(self.folder) and self.trained() is not None

    def _note_done(self, line: list[str]) -> None:
        path = self.folder / "done.json"
        # Results of an earlier state of the model must be made again.
        commands = [line] if line[0] == "train" else [*_done_commands(self.folder), line]
        replace_json(path, {"format_version": _FORMAT_VERSION, "commands": commands})


def _note_outcome(path: Path | None, ended: str) -> None:
    if path is not None:
        replace_json(path, {"format_version": _FORMAT_VERSION, "outcome": ended})


def read_outcome(folder: Path, job_id: str) -> str | None:
    """The outcome of a job in a run's folder; None if it left no readable one."""
    try:
        ended = read_json_object(_outcome_path(folder, job_id))["outcome"]
    except (OSError, ValueError, KeyError):
        return None
    return ended if isinstance(ended, str) else None


def _outcome_path(folder: Path, job_id: str) -> Path:
    if not is_file_name(job_id):
        raise ValueError(f"{job_id!r} is no id of a job")
    return folder / f"outcome-{job_id}.json"


def _done_commands(folder: Path) -> list[list[str]]:
    """The command lines in a run's ``done.json``; empty if it is missing or damaged, since
    repeating a stage only costs time."""
    try:
        commands = read_json_object(folder / "done.json")["commands"]
        return [line for line in commands if isinstance(line, list)]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _status(command: StageCommand, argv: list[str]) -> int:
    try:
        return run_command(command.main, argv)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1
