"""``nersemble import-model``: imports a folder of the original as a run
(method.md, Released models)."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

import tyro

from nersemble.command_line.options import Argument
from nersemble.command_line.parsing import parse
from nersemble.env import Roots
from nersemble.errors import RunError, say
from nersemble.progress import Progress
from nersemble.ranges import Options, Range
from nersemble.runs.folders import Run, check_run_name, find_run, name_run, run_before_its_number

_DESCRIPTION = """\
Import a folder of the original (config.yml and checkpoints/) as a run, to train it further.

Evaluating and rendering need no import: they accept the folder as it is.

Example: nersemble import-model ~/downloads/NERS-9030 --name emo
"""


@dataclass(frozen=True)
class ImportModelArguments(Options):
    """The command line of the import."""

    path: Annotated[str, tyro.conf.Positional, Argument("PATH")]
    """Folder of the original, or its name in the models folder."""
    name: str = ""
    """Suffix of the run's folder: NERS-N-name."""
    checkpoint: Annotated[int, Range(0, other=-1)] = -1
    """Step of the checkpoint (-1: the newest)."""
    roots: Roots = field(default_factory=Roots)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.name:
            check_run_name(self.name)


def parse_import_model(argv: Sequence[str]) -> ImportModelArguments:
    """Parses the command line of the import."""
    return parse(ImportModelArguments, argv, "nersemble import-model", _DESCRIPTION)


def main(argv: Sequence[str]) -> None:
    """Entry point: imports and prints how to continue."""
    run = import_model(parse_import_model(argv))
    say(f"{run.label}: {run.folder}; continue with --resume_run {run.run_id} and --max_steps.")


def import_model(arguments: ImportModelArguments) -> Run:
    """Reads everything, then makes the new run; returns it.

    Raises:
        NersembleError: the folder is not a run of the original, or is damaged.
    """
    from nersemble.config import to_json
    from nersemble.jobs.released import open_released
    from nersemble.runs.checkpoints import save_checkpoint

    models = arguments.roots.get("models")
    source = find_run(models, arguments.path)
    if source.config_path.exists():
        raise RunError(f"{source.label} is already a run of this program and needs no import.")
    with Progress(2, "Reading, then writing", unit="file") as bar:
        description, checkpoint = open_released(source, arguments.checkpoint)
        bar.update(1)
        description = dataclasses.replace(description, name=arguments.name, preset="paper")
        with run_before_its_number(models) as run:
            run.write_config(to_json(description))
            save_checkpoint(run, checkpoint.step, checkpoint.tensors, checkpoint.metadata, keep=1)
            run = name_run(run, models, arguments.name or None)
        bar.update(2)
    return run
