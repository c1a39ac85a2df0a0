"""Checkpoints of a run: written whole, verified on reading, and deleted when they are old.

A checkpoint is ``checkpoints/step-XXXXXXXXX.safetensors`` and a ``.json`` record of the same name,
which is written last: tensors without a record come from an interrupted save and are ignored.
``checkpoints/best.json`` names the one with the highest score on held-out pictures.
"""

import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from nersemble.errors import CheckpointError, ConfigError
from nersemble.files import (
    move_onto,
    read_json_object,
    reason_of,
    replace_json,
    sha256_of,
    sync_to_disk,
    temporary_beside,
    write_json,
)
from nersemble.opening import regular_file
from nersemble.runs.folders import Run

CHECKPOINT_FORMAT = 1

_BEST_FILE = "best.json"
_TENSORS_NAME = re.compile(r"step-(\d{9,})\.safetensors")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """The content of a checkpoint: tensors by name, and its writer's JSON metadata."""

    step: int
    tensors: dict[str, Tensor]
    metadata: dict[str, Any]
    path: Path


def save_checkpoint(
    run: Run,
    step: int,
    tensors: Mapping[str, Tensor],
    metadata: Mapping[str, Any],
    *,
    keep: int,
) -> Path:
    """Writes a checkpoint durably, then deletes all but the best and the ``keep`` newest up to
    this step.

    Args:
        run: the checkpoint's run.
        step: the number of optimizer steps done.
        tensors: on any device; they must not share memory.
        metadata: JSON values.
        keep: at least 1.

    Returns:
        The path of the tensors.

    Raises:
        CheckpointError: it could not be written; earlier checkpoints are unchanged.
        ConfigError: ``keep`` is below 1.
    """
    if keep < 1:
        raise ConfigError(f"At least one checkpoint must be kept, not {keep}.")
    path = _checkpoint_path(run, step)
    write_checkpoint(path, step, tensors, metadata)
    _delete_older(run, step, keep)
    return path


def set_later_checkpoints_aside(run: Run, step: int) -> None:
    """Renames checkpoints of later steps to ``abandoned-step-XXXXXXXXX``: when a run continues from
    an older checkpoint, later ones must not count as its newest.

    Raises:
        CheckpointError: the folder cannot be written.
    """
    for later in [known for known in run.checkpoint_steps() if known > step]:
        path = _checkpoint_path(run, later)
        try:
            for file in (record_path_of(path), path):
                file.replace(file.with_name(f"abandoned-{file.name}"))
        except OSError as error:
            raise CheckpointError(
                f"Cannot rename {path}: {reason_of(error)}; make the folder writable."
            ) from error


def save_diagnosis(
    run: Run, step: int, tensors: Mapping[str, Tensor], metadata: Mapping[str, Any]
) -> Path:
    """Writes a state for inspection beside the checkpoints; it never counts as one.

    Returns:
        The path of the tensors, ``nonfinite-step-XXXXXXXXX.safetensors``; the metadata is beside
        it.

    Raises:
        CheckpointError: it could not be written.
    """
    path = run.checkpoints_folder / f"nonfinite-step-{step:09d}.safetensors"
    _write_pair(path, tensors, lambda _: metadata)
    return path


def load_checkpoint(run: Run, step: int = -1) -> Checkpoint:
    """Reads and verifies a checkpoint.

    Args:
        run: the checkpoint's run.
        step: the checkpoint's step; -1: the newest.

    Raises:
        CheckpointError: it does not exist or is damaged; says what to use instead.
    """
    steps = run.checkpoint_steps()
    if not steps:
        raise CheckpointError(
            f"{run.label} has no checkpoint in {run.checkpoints_folder}: train it first."
        )
    if step == -1:
        step = steps[-1]
    if step not in steps:
        known = ", ".join(str(other) for other in steps)
        raise CheckpointError(f"{run.label} has no checkpoint of step {step}, only of {known}.")
    path = _checkpoint_path(run, step)
    try:
        tensors, metadata = read_checkpoint(path)
    except CheckpointError as error:
        raise CheckpointError(f"{error}; {_alternative(run, steps, step)}.") from error
    return Checkpoint(step, tensors, metadata, path)


def write_checkpoint(
    path: Path, step: int, tensors: Mapping[str, Tensor], metadata: Mapping[str, Any]
) -> None:
    """Writes tensors and a record with the metadata, their size and their checksum.

    Raises:
        CheckpointError: they cannot be written; no parts are left behind.
    """

    def record_of(data: Path) -> dict[str, Any]:
        return {
            "format": CHECKPOINT_FORMAT,
            "step": step,
            "torch": torch.__version__,
            "bytes": data.stat().st_size,
            "sha256": sha256_of(data),
            "metadata": dict(metadata),
        }

    _write_pair(path, tensors, record_of)


def _write_pair(
    path: Path, tensors: Mapping[str, Tensor], record_of: Callable[[Path], Mapping[str, Any]]
) -> None:
    """Writes tensors to ``path`` and, last, the result of ``record_of`` to its ``.json``.

    Raises:
        CheckpointError: they cannot be written; no parts are left behind.
    """
    record_path = record_path_of(path)
    contiguous = {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
    try:
        path.parent.mkdir(exist_ok=True)
        _remove_leftovers(path.parent)
        with temporary_beside(path) as data, temporary_beside(record_path) as record:
            usual_mode = data.stat().st_mode
            save_file(contiguous, data)
            # It creates files that only their owner may read.
            data.chmod(usual_mode)
            with ThreadPoolExecutor(1) as pool:
                # Syncing and the checksum take seconds each and are independent.
                synced = pool.submit(sync_to_disk, data)
                described = record_of(data)
                synced.result()
            write_json(record, described)
            # Saving a step again: new tensors must never be beside the old record.
            record_path.unlink(missing_ok=True)
            move_onto(data, path)
            move_onto(record, record_path)
        sync_to_disk(path.parent)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(
            f"Cannot write {path}: {reason_of(error)}; earlier checkpoints are intact, so make "
            "room and resume."
        ) from error


def read_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Reads and verifies the tensors in ``path``; returns them and the metadata of their record.

    Raises:
        CheckpointError: one of the two files is missing or damaged; without a full stop, so that
            the caller can add what to use instead.
    """
    record_path = record_path_of(path)
    try:
        record = read_json_object(record_path)
        expected = {name: record[name] for name in ("format", "bytes", "sha256")}
        metadata = dict(record["metadata"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(record_path, error) from error
    try:
        _verify(path, expected)
        return load_file(regular_file(path)), metadata
    except (OSError, SafetensorError, RuntimeError, ValueError, OverflowError) as error:
        raise _unreadable(path, error) from error


def record_path_of(path: Path) -> Path:
    """The record beside the tensors in ``path``."""
    return path.with_suffix(".json")


def note_score(tensors_path: Path, step: int, psnr: float) -> None:
    """Records a checkpoint as the best one, unless an existing one has a higher score.

    Args:
        tensors_path: the checkpoint's tensors.
        step: the checkpoint's step.
        psnr: PSNR on held-out pictures, dB.
    """
    path = tensors_path.with_name(_BEST_FILE)
    best = _read_best(path)
    if best is not None and best[1] >= psnr:
        return
    record = {"step": step, "psnr": psnr, "tensors": tensors_path.name}
    try:
        replace_json(path, record)
    except OSError as error:
        _logger.warning("Cannot write %s: %s.", path, reason_of(error))


def best_step(checkpoints_folder: Path) -> int | None:
    """The step of the best checkpoint that still exists; None if none was scored."""
    best = _read_best(checkpoints_folder / _BEST_FILE)
    return None if best is None else best[0]


def _checkpoint_path(run: Run, step: int) -> Path:
    """The path of the tensors."""
    return run.checkpoints_folder / f"step-{step:09d}.safetensors"


def _alternative(run: Run, steps: list[int], step: int) -> str:
    """What to use instead of the damaged checkpoint of ``step``."""
    for other in reversed([known for known in steps if known < step]):
        if _seems_whole(_checkpoint_path(run, other)):
            return (
                f"use the one of step {other} instead (train: --resume_checkpoint {other}; "
                f"evaluate: the argument CHECKPOINT {other}; render: --checkpoint {other})"
            )
    return "no older one exists, so restore the file from a backup or train the run again"


def _delete_older(run: Run, step: int, keep: int) -> None:
    """Deletes checkpoints beyond ``keep``, and tensors whose record an interrupted call deleted."""
    kept = [known for known in run.checkpoint_steps() if known <= step][-keep:]
    best = best_step(run.checkpoints_folder)
    try:
        for old in [known for known in run.checkpoint_steps() if known < kept[0] and known != best]:
            record_path_of(_checkpoint_path(run, old)).unlink()
        for entry in list(run.checkpoints_folder.iterdir()):
            match = _TENSORS_NAME.fullmatch(entry.name)
            if match and int(match[1]) < kept[0] and int(match[1]) != best:
                entry.unlink()
    except OSError as error:
        _logger.warning("An old checkpoint of %s cannot be deleted: %s.", run.label, error)


def _seems_whole(path: Path) -> bool:
    """Whether both files exist and the tensors have the right size; does not read the content."""
    try:
        record = read_json_object(record_path_of(path))
        return bool(path.stat().st_size == record.get("bytes"))
    except (OSError, ValueError):
        return False


def _verify(path: Path, expected: Mapping[str, Any]) -> None:
    if expected["format"] != CHECKPOINT_FORMAT:
        raise ValueError(
            f"it has format {expected['format']}, but this version of the program reads format "
            f"{CHECKPOINT_FORMAT}"
        )
    size = regular_file(path).stat().st_size
    if size != expected["bytes"]:
        raise ValueError(f"it has {size} bytes instead of {expected['bytes']}")
    if sha256_of(path) != expected["sha256"]:
        raise ValueError("its content is damaged (the SHA-256 sum differs)")


def _unreadable(path: Path, error: Exception) -> CheckpointError:
    return CheckpointError(f"Cannot read the checkpoint {path}: {reason_of(error)}")


def _remove_leftovers(folder: Path) -> None:
    """Removes unfinished files of killed processes (only one process writes at a time)."""
    for leftover in folder.glob(".*step-*.tmp"):
        leftover.unlink()


def _read_best(path: Path) -> tuple[int, float] | None:
    try:
        record = read_json_object(path)
        step, psnr, name = int(record["step"]), float(record["psnr"]), Path(record["tensors"]).name
        return (step, psnr) if record_path_of(path.with_name(name)).is_file() else None
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
