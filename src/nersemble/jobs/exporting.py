"""Writes a run as a checkpoint of the original (method.md, Released models)."""

from pathlib import Path

from nersemble.config import RunDescription, describe, options_of
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.interop.exported import (
    refuse_what_the_original_lacks,
    released_pipeline,
    write_released,
)
from nersemble.interop.released_config import PLACES, Scalar
from nersemble.progress import Progress
from nersemble.rendering.checkpoint import MODEL_PREFIX
from nersemble.runs.checkpoints import load_checkpoint
from nersemble.runs.folders import Run


def export_model(run: Run, step: int, out: Path) -> Path:
    """Export the run's checkpoint of a step (-1: the newest) in the original's layout to the
    folder ``out``; return its path.

    Raises:
        NersembleError: the original cannot hold such a model, or the folder cannot be written.
    """
    description = describe(run)
    refuse_what_the_original_lacks(description.config.model.dynamic_field)
    with Progress(2, "Reading, then writing", unit="file") as bar:
        checkpoint = load_checkpoint(run, step)
        bar.update(1)
        prefix = f"{MODEL_PREFIX}field."
        state = {n.removeprefix(prefix): t for n, t in checkpoint.tensors.items()
                 if n.startswith(prefix)}  # fmt: skip
        grid = [checkpoint.tensors[f"{MODEL_PREFIX}grid.{name}"] for name in ("occs", "binaries")]
        pipeline = released_pipeline(state, *grid)
        path = write_released(out, checkpoint.step, pipeline, _values(description))
        bar.update(2)
    return path


def _values(description: RunDescription) -> dict[str, Scalar]:
    """The content of ``config.yml``, by the names of ``PLACES``."""
    config = description.config
    values = {name: v for name, v in options_of(config).items() if name in PLACES}
    return values | {
        "participant_id": description.participant,
        "sequence_name": description.sequence,
        "scale_factor": SCALE_FACTOR,
        "max_num_iterations": config.loop.max_steps + 1,
        "times_to_repeat_images": config.sampler.image_pool_steps - 1,
    }
