"""Which checkpoint of a run scored highest on held-out pictures: ``checkpoints/best.json``."""

import logging
from pathlib import Path

from nersemble.checkpoint_files import record_path_of
from nersemble.durable_files import read_json_object, reason_of, replace_json

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
