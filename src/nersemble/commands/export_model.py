"""``nersemble export-model``: exports a run as a checkpoint of the original (spec, section 8)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nersemble.command_line import parse
from nersemble.commands.options import CheckpointStep, RunName
from nersemble.config import RunDescription, options_of
from nersemble.env import Roots
from nersemble.errors import say
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.interop.exported import (
    refuse_what_the_original_lacks,
    released_pipeline,
    write_released,
)
from nersemble.interop.released_config import PLACES, Scalar
from nersemble.jobs.loading import describe
from nersemble.progress import Progress
from nersemble.ranges import Options
from nersemble.rendering.checkpoint import MODEL_PREFIX
from nersemble.runs.checkpoints import load_checkpoint
from nersemble.runs.folders import find_run

_DESCRIPTION = """Write a run as the original's checkpoint: FOLDER/checkpoints/step-XXXXXXXXX.ckpt.

Example: nersemble export-model NERS-1 --out exported/NERS-1
"""


@dataclass(frozen=True)
class ExportModelArguments(Options):
    """The command line of the export."""

    run: RunName
    checkpoint: CheckpointStep = -1
    out: Path = field(kw_only=True)
    """Folder to write; it must not hold a run of the original yet."""
    roots: Roots = field(default_factory=Roots)


def parse_export_model(argv: Sequence[str]) -> ExportModelArguments:
    """Parses the command line of the export."""
    return parse(ExportModelArguments, argv, "nersemble export-model", _DESCRIPTION)


def main(argv: Sequence[str]) -> None:
    """Entry point: exports and prints the path."""
    say(export_model(parse_export_model(argv)))


def export_model(arguments: ExportModelArguments) -> Path:
    """Writes one checkpoint in the original's layout; returns its path.

    Raises:
        NersembleError: the original cannot hold such a model, or the folder cannot be written.
    """
    run = find_run(arguments.roots.get("models"), arguments.run)
    description = describe(run)
    refuse_what_the_original_lacks(description.config.model.dynamic_field)
    with Progress(2, "Reading, then writing", unit="file") as bar:
        checkpoint = load_checkpoint(run, arguments.checkpoint)
        bar.update(1)
        prefix = f"{MODEL_PREFIX}field."
        state = {n.removeprefix(prefix): t for n, t in checkpoint.tensors.items()
                 if n.startswith(prefix)}  # fmt: skip
        grid = [checkpoint.tensors[f"{MODEL_PREFIX}grid.{name}"] for name in ("occs", "binaries")]
        pipeline = released_pipeline(state, *grid)
        path = write_released(arguments.out, checkpoint.step, pipeline, _values(description))
        bar.update(2)
    return path


def _values(description: RunDescription) -> dict[str, Scalar]:
    """What ``config.yml`` says, by the names of ``PLACES``."""
    config = description.config
    values = {name: v for name, v in options_of(config).items() if name in PLACES}
    return values | {
        "participant_id": description.participant,
        "sequence_name": description.sequence,
        "scale_factor": SCALE_FACTOR,
        "max_num_iterations": config.loop.max_steps + 1,
        "times_to_repeat_images": config.sampler.image_pool_steps - 1,
    }
