"""Choose the run and the checkpoint that training resumes."""

import dataclasses
import logging
from collections.abc import Collection
from pathlib import Path

from nersemble.config import RunDescription, describe, differences
from nersemble.errors import CheckpointError, ConfigError
from nersemble.jobs.options import ResumeOptions
from nersemble.jobs.provenance import OPERATIONAL
from nersemble.runs.checkpoints import Checkpoint, load_checkpoint
from nersemble.runs.folders import Run, find_run, runs_with_config

_WHAT = ("participant", "sequence", "name")

_logger = logging.getLogger(__name__)


def newest_run_of(models_root: Path, participant: int, sequence: str, name: str) -> Run | None:
    """The run with the highest number for these, or None.

    Runs that were stopped before their config was written are ignored.

    Raises:
        RunError: the models folder cannot be listed.
    """
    if not models_root.is_dir():
        return None
    newest: Run | None = None
    for run in runs_with_config(models_root):
        if run.number < (0 if newest is None else newest.number):
            continue
        saved = run.read_config()
        if tuple(map(saved.get, _WHAT)) != (participant, sequence, name):
            continue
        try:
            describe(run)
        except ConfigError as error:
            _logger.warning("%s is passed over: %s", run.label, error)
            continue
        newest = run
    return newest


def resumed_run(
    models: Path, options: ResumeOptions, wanted: RunDescription
) -> tuple[Run, RunDescription] | None:
    """The run to resume, with the content of its ``config.json``; None to start a new one.

    Raises:
        ConfigError: its capture or name differs from the requested one.
        RunError: the run does not exist.
    """
    if not options.resume_run:
        return None
    run = find_run(models, options.resume_run)
    saved = describe(run)
    refuse_contradictions(run, saved, dataclasses.replace(wanted, config=saved.config))
    return run, saved


def chosen_checkpoint(run: Run, options: ResumeOptions) -> Checkpoint | None:
    """The checkpoint to resume from; None to start over, if the run stopped before its first save.

    Raises:
        CheckpointError: the checkpoint does not exist or cannot be read.
    """
    if options.resume:
        return newest_good_checkpoint(run)
    return load_checkpoint(run, options.resume_checkpoint)


def newest_good_checkpoint(run: Run) -> Checkpoint | None:
    """The newest readable checkpoint; None if the run was stopped before its first.

    Raises:
        CheckpointError: none of its checkpoints can be read.
    """
    steps = run.checkpoint_steps()
    for step in reversed(steps):
        try:
            return load_checkpoint(run, step)
        except CheckpointError as error:
            if step == steps[0]:
                raise
            _logger.warning("%s", error)
    return None


def refuse_contradictions(
    run: Run, saved: RunDescription, given: RunDescription, undecided: Collection[str] = ()
) -> None:
    """Raise ConfigError if the given options differ from those that the run was started with.

    Args:
        undecided: options that the run's ``config.json`` leaves to the capture, see
            :func:`nersemble.config.unresolved`; they may have any value.
    """
    wrong = [
        f"{label} {getattr(given, name)!r} (saved: {getattr(saved, name)!r})"
        for label, name in (("ID", "participant"), ("SEQUENCE", "sequence"), ("--name", "name"))
        if getattr(saved, name) != getattr(given, name)
    ]
    wrong += [
        f"--{name} {new} (saved: {old})"
        for name, (old, new) in differences(saved.config, given.config).items()
        if name not in OPERATIONAL and name not in undecided
    ]
    if wrong:
        raise ConfigError(
            f"These options contradict run {run.label}, which cannot change them: "
            f"{', '.join(wrong)}; leave them out, or start a new run without --resume_run."
        )


def refuse_fewer_steps(run: Run, step: int, max_steps: int) -> None:
    """Raise ConfigError if no steps are left to train."""
    if max_steps < step:
        raise ConfigError(
            f"--max_steps {max_steps} is below the {step} steps that {run.label} has done: give "
            "more, or an older --resume_checkpoint."
        )
