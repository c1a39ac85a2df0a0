"""``nersemble export-model``: exports a run as a checkpoint of the original
(method.md, Released models)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nersemble.command_line.parsing import parse
from nersemble.commands.options import CheckpointStep, RunName
from nersemble.env import Roots
from nersemble.errors import say
from nersemble.ranges import Options
from nersemble.runs.folders import find_run

_DESCRIPTION = """Export a run for the original, as FOLDER/checkpoints/step-XXXXXXXXX.ckpt.

Example: nersemble export-model NERS-1 --out exported/NERS-1
"""


@dataclass(frozen=True)
class ExportModelArguments(Options):
    """The command line of the export."""

    run: RunName
    checkpoint: CheckpointStep = -1
    out: Path = field(kw_only=True)
    """Folder to write; must not yet hold a run of the original."""
    roots: Roots = field(default_factory=Roots)


def parse_export_model(argv: Sequence[str]) -> ExportModelArguments:
    """Parses the command line of the export."""
    return parse(ExportModelArguments, argv, "nersemble export-model", _DESCRIPTION)


def main(argv: Sequence[str]) -> None:
    """Entry point: exports and prints the path."""
    arguments = parse_export_model(argv)
    from nersemble.jobs.exporting import export_model

    run = find_run(arguments.roots.get("models"), arguments.run)
    say(export_model(run, arguments.checkpoint, arguments.out))
