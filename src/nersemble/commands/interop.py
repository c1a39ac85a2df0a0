"""``nersemble import-model`` and ``export-model``: to and from the original (spec, section 8)."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro

from nersemble.commands.options import CheckpointStep, RunName, parse
from nersemble.config import RunDescription, options_of, to_json
from nersemble.env import Roots
from nersemble.errors import RunError
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.interop.exported import (
    refuse_what_the_original_lacks,
    released_pipeline,
    write_released,
)
from nersemble.interop.released_config import PLACES, Scalar
from nersemble.jobs.loading import describe
from nersemble.jobs.released import open_released, refuse_released
from nersemble.progress import Progress
from nersemble.rendering.checkpoint import MODEL_PREFIX
from nersemble.runs.folders import (
    Run,
    create_run,
    discard_run,
    find_run,
    load_checkpoint,
    save_checkpoint,
)

_IMPORT = """Make a run of a folder of the original (config.yml and checkpoints/), to train it on.

Evaluating and rendering need no import: they take the folder as it is.

Example: nersemble import-model ~/downloads/NERS-9030 --name emo
"""

_EXPORT = """Write a run as the original's checkpoint: FOLDER/checkpoints/step-XXXXXXXXX.ckpt.

Example: nersemble export-model NERS-1 --out exported/NERS-1
"""


@dataclass(frozen=True)
class ImportArguments:
    """The command line of the import."""

    path: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="PATH")]
    """Folder of the original, or its name in the models folder."""
    name: str = ""
    """Appended to the run's folder: NERS-N-name."""
    checkpoint: int = -1
    """Step of the checkpoint (-1: the newest)."""
    roots: Roots = field(default_factory=Roots)


@dataclass(frozen=True)
class ExportArguments:
    """The command line of the export."""

    run: RunName
    checkpoint: CheckpointStep = -1
    """Step of the checkpoint (-1: the newest)."""
    out: Path = field(kw_only=True)
    """Folder to write; it must not hold a run of the original yet."""
    roots: Roots = field(default_factory=Roots)


def parse_import(argv: Sequence[str]) -> ImportArguments:
    """Parses the command line of the import."""
    return parse(ImportArguments, argv, "nersemble import-model", _IMPORT)


def parse_export(argv: Sequence[str]) -> ExportArguments:
    """Parses the command line of the export."""
    return parse(ExportArguments, argv, "nersemble export-model", _EXPORT)


def import_main(argv: Sequence[str]) -> None:
    """Entry point: imports and says how to go on."""
    run = import_model(parse_import(argv))
    print(f"{run.label}: {run.folder}; go on with --resume_run {run.run_id} and --max_steps.")


def export_main(argv: Sequence[str]) -> None:
    """Entry point: exports and prints the path."""
    print(export_model(parse_export(argv)))


def import_model(arguments: ImportArguments) -> Run:
    """Reads everything, then makes the new run; returns it.

    Raises:
        NersembleError: the folder is not one of the original, or is damaged.
    """
    models = arguments.roots.get("models")
    source = find_run(models, arguments.path)
    if source.config_path.exists():
        raise RunError(f"{source.label} is a run of this program already: it needs no import.")
    with Progress(2, "Reading, then writing", unit="file") as bar:
        description, checkpoint = open_released(source, arguments.checkpoint)
        bar.update(1)
        description = dataclasses.replace(description, name=arguments.name, preset="paper")
        run = create_run(models, arguments.name or None)
        try:
            run.write_config(to_json(description))
            save_checkpoint(run, checkpoint.step, checkpoint.tensors, checkpoint.metadata, keep=1)
        except BaseException:
            discard_run(run)
            raise
        bar.update(2)
    return run


def export_model(arguments: ExportArguments) -> Path:
    """Writes one checkpoint in the original's layout; returns its path.

    Raises:
        NersembleError: the original cannot hold such a model, or the folder cannot be written.
    """
    run = find_run(arguments.roots.get("models"), arguments.run)
    refuse_released(run)
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
