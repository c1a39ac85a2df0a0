"""A checkpoint as two files: tensors and, written last, the JSON record that makes them count."""

import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from nersemble.errors import CheckpointError
from nersemble.files import (
    read_json_object,
    reason_of,
    replace_json,
    sha256_of,
    sync_to_disk,
    temporary_beside,
    write_json,
)

CHECKPOINT_FORMAT = 1


def record_path_of(path: Path) -> Path:
    """The record beside the tensors in ``path``."""
    return path.with_suffix(".json")


def write_checkpoint(
    path: Path, step: int, tensors: Mapping[str, Tensor], metadata: Mapping[str, Any]
) -> None:
    """Writes tensors and a record with the metadata, their size and their checksum.

    Raises:
        CheckpointError: they cannot be written; nothing is left of them.
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

    write_pair(path, tensors, record_of)


def write_pair(
    path: Path, tensors: Mapping[str, Tensor], record_of: Callable[[Path], Mapping[str, Any]]
) -> None:
    """Writes tensors to ``path`` and, last, what ``record_of`` their file says to its ``.json``.

    Raises:
        CheckpointError: they cannot be written; nothing is left of them.
    """
    record_path = record_path_of(path)
    contiguous = {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
    try:
        path.parent.mkdir(exist_ok=True)
        _remove_leftovers(path.parent)
        with temporary_beside(path) as data, temporary_beside(record_path) as record:
            save_file(contiguous, data)
            with ThreadPoolExecutor(1) as pool:
                # The disk and the checksum take seconds each, and neither needs the other.
                synced = pool.submit(sync_to_disk, data)
                described = record_of(data)
                synced.result()
            write_json(record, described)
            # Saving a step again: new tensors must never stand beside the old record.
            record_path.unlink(missing_ok=True)
            os.replace(data, path)
            os.replace(record, record_path)
        sync_to_disk(path.parent)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(
            f"Cannot write {path}: {reason_of(error)}; earlier checkpoints are intact, so make "
            "room and resume."
        ) from error


def read_checkpoint(
    path: Path, device: torch.device | str
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The verified tensors in ``path`` and the metadata of their record.

    Raises:
        CheckpointError: one of the two files is missing or damaged; without a full stop, so that
            the caller can say what to use instead.
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
        return load_file(path, device=str(device)), metadata
    except (OSError, SafetensorError, RuntimeError, ValueError, OverflowError) as error:
        raise _unreadable(path, error) from error


def seems_whole(path: Path) -> bool:
    """Whether both files are there and the tensors have their size; the content is not read."""
    try:
        record = read_json_object(record_path_of(path))
        return bool(path.stat().st_size == record.get("bytes"))
    except (OSError, ValueError):
        return False


def _verify(path: Path, expected: Mapping[str, Any]) -> None:
    if expected["format"] != CHECKPOINT_FORMAT:
        raise ValueError(
            f"it has format {expected['format']} and this version of the program reads format "
            f"{CHECKPOINT_FORMAT}"
        )
    size = path.stat().st_size
    if size != expected["bytes"]:
        raise ValueError(f"it has {size} bytes instead of {expected['bytes']}")
    if sha256_of(path) != expected["sha256"]:
        raise ValueError("its content is damaged (the SHA-256 sum differs)")


def _unreadable(path: Path, error: Exception) -> CheckpointError:
    return CheckpointError(f"Cannot read the checkpoint {path}: {reason_of(error)}")


def _remove_leftovers(folder: Path) -> None:
    """Removes what a killed process had begun to write (there is one writer at a time)."""
    for leftover in folder.glob(".*step-*.tmp"):
        leftover.unlink()


_NAME = "best.json"

_logger = logging.getLogger(__name__)


def note_score(tensors_path: Path, step: int, psnr: float) -> None:
    """Makes a checkpoint the best one, unless another that is still there has scored higher.

    Args:
        tensors_path: of the checkpoint.
        step: of the checkpoint.
        psnr: on held-out pictures, dB.
    """
    path = tensors_path.with_name(_NAME)
    best = _read(path)
    if best is not None and best[1] >= psnr:
        return
    record = {"step": step, "psnr": psnr, "tensors": tensors_path.name}
    try:
        replace_json(path, record)
    except OSError as error:
        _logger.warning("Cannot write %s: %s.", path, reason_of(error))


def best_step(checkpoints_folder: Path) -> int | None:
    """The step of the best checkpoint that is still there, if any was scored."""
    best = _read(checkpoints_folder / _NAME)
    return None if best is None else best[0]


def _read(path: Path) -> tuple[int, float] | None:
    try:
        record = read_json_object(path)
        step, psnr, name = int(record["step"]), float(record["psnr"]), Path(record["tensors"]).name
        return (step, psnr) if record_path_of(path.with_name(name)).is_file() else None
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
