"""``nersemble report``: writes a page that compares evaluated runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro

from nersemble.command_line.options import Argument
from nersemble.command_line.parsing import parse
from nersemble.env import Roots, root_if_known
from nersemble.errors import ConfigError, say
from nersemble.ranges import Options, Range
from nersemble.runs.folders import find_run

_DESCRIPTION = """Write one HTML page that compares the newest evaluations of runs.

Example: nersemble report NERS-1 NERS-2 --out comparison.html
"""


@dataclass(frozen=True)
class ReportArguments(Options):
    """The command line of the report."""

    runs: Annotated[
        tuple[str, ...],
        tyro.conf.Positional,
        Argument("RUN", "The runs: their numbers, NERS-N, folder names or paths."),
    ]
    out: Path | None = None
    """File for the page (default for a single RUN: in the folder of its evaluation)."""
    report_max_mb: Annotated[float, Range(1)] = 20.0
    """Largest size of the page in megabytes; its pictures are shrunk to fit."""
    roots: Roots = field(default_factory=Roots)


def parse_report(argv: Sequence[str]) -> ReportArguments:
    """Parses the command line.

    Raises:
        ConfigError: no run or no file is given, or the size is out of range.
    """
    arguments = parse(ReportArguments, argv, "nersemble report", _DESCRIPTION)
    if not arguments.runs:
        raise ConfigError("No run is given: name one or more, such as NERS-1 NERS-2.")
    if arguments.out is None and len(arguments.runs) > 1:
        raise ConfigError("A report of several runs needs a file name: give --out FILE.")
    return arguments


def main(argv: Sequence[str]) -> None:
    """Entry point: writes the page and prints its path."""
    arguments = parse_report(argv)
    from nersemble.evaluation.report import REPORT_FILE, write_report
    from nersemble.evaluation.report_data import newest_evaluation, read_evaluation

    models = arguments.roots.get("models")
    folders = [find_run(models, name).folder for name in arguments.runs]
    evaluations = [newest_evaluation(folder) for folder in folders]
    videos = root_if_known("renders", arguments.roots.renders_path)
    runs = [read_evaluation(*pair, videos) for pair in zip(folders, evaluations, strict=True)]
    out = arguments.out or evaluations[0] / REPORT_FILE
    say(write_report(runs, out, arguments.report_max_mb))
