"""Provenance of a checkpoint (run, options and capture), and its differences from the run and the
capture that it is used with."""

import dataclasses
import logging
from collections.abc import Mapping
from typing import Any

from nersemble.config import RunConfig, RunDescription, options_of, to_json
from nersemble.data_manager.dataset import Dataset
from nersemble.data_manager.fingerprint import fingerprint_of
from nersemble.errors import CheckpointError
from nersemble.files import flatten
from nersemble.runs.checkpoints import Checkpoint
from nersemble.runs.folders import Run

# Options that may change when a run is resumed, because they do not change what is computed.
OPERATIONAL = frozenset(
    {
        "max_steps", "max_cached_images", "steps_per_save", "keep_checkpoints", "steps_per_log",
        "steps_per_eval_image", "steps_per_eval_all_images", "lpips_backbone",
    }
)  # fmt: skip

_logger = logging.getLogger(__name__)


def provenance_of(run: Run, description: RunDescription, dataset: Dataset) -> dict[str, Any]:
    """The metadata of a checkpoint as JSON values, without its step."""
    return {
        "n_timesteps": dataset.splits.n_timesteps,
        "run": run.run_id,
        "description": to_json(description),
        "capture": dataclasses.asdict(fingerprint_of(dataset)),
    }


def refuse_another_origin(
    checkpoint: Checkpoint, run: Run, config: RunConfig, dataset: Dataset, *, anyway: bool
) -> None:
    """Refuse to resume from a checkpoint of another run, capture or options; ``anyway``: warn.
    Checkpoints of earlier versions and of imported runs have no provenance and are accepted.

    Raises:
        CheckpointError: names all differences.
    """
    wrong = _foreign(checkpoint, run, dataset) + _changed_options(checkpoint.metadata, config)
    if not wrong:
        return
    message = f"{checkpoint.path} does not belong to {run.label} as it is now: {'; '.join(wrong)}"
    if not anyway:
        raise CheckpointError(
            f"{message}; restore what was changed, or continue anyway with --resume_anyway."
        )
    _logger.warning("%s; training continues from it anyway.", message)


def warn_of_another_origin(checkpoint: Checkpoint, run: Run, dataset: Dataset) -> None:
    """Warn if the model was trained in another run or on another capture."""
    if wrong := _foreign(checkpoint, run, dataset):
        _logger.warning("%s does not fit %s: %s.", checkpoint.path, run.label, "; ".join(wrong))


def _foreign(checkpoint: Checkpoint, run: Run, dataset: Dataset) -> list[str]:
    """How the checkpoint's run and capture differ from these."""
    metadata, wrong = checkpoint.metadata, []
    if metadata.get("run", run.run_id) != run.run_id:
        wrong.append(f"it is a checkpoint of {metadata['run']}")
    known = metadata.get("capture")
    if not isinstance(known, Mapping):
        return wrong
    now = fingerprint_of(dataset)
    if known.get("calibration") != now.calibration:
        wrong.append("the cameras or their calibration differ from those of training")
    if known.get("picture_size") != list(now.picture_size):
        width, height = now.picture_size
        wrong.append(
            f"the pictures have {width} x {height} pixels (in training: "
            f"{' x '.join(map(str, known.get('picture_size') or ['?']))})"
        )
    elif known.get("pictures") != now.pictures:
        wrong.append("the pictures differ from those of training")
    return wrong


def _changed_options(metadata: Mapping[str, Any], config: RunConfig) -> list[str]:
    """Differing options that affect the result; newer options are ignored."""
    described = metadata.get("description")
    known = described.get("config") if isinstance(described, Mapping) else None
    trained = flatten(known) if isinstance(known, Mapping) else {}
    now = {name: _plain(value) for name, value in options_of(config).items()}
    return [
        f"--{name} is {value} (in training: {trained[name]})"
        for name, value in now.items()
        if name in trained and name not in OPERATIONAL and trained[name] != value
    ]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
