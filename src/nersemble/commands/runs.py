"""``nersemble runs``: lists the runs and their progress."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from nersemble.command_line.parsing import parse
from nersemble.config import describe
from nersemble.env import Roots
from nersemble.errors import NersembleError, say
from nersemble.runs.folders import Run, runs_with_config
from nersemble.runs.segmented import read_segments, segment_run

SCORES = ("psnr", "ssim", "lpips")

_HEAD = ("run", "ID", "sequence", "steps", "checkpoint", *map(str.upper, SCORES), "age")
_UNITS = (("days", 86400), ("h", 3600), ("min", 60), ("s", 1))
_DESCRIPTION = """List the runs: capture, total steps, newest checkpoint, newest scores, age.

Example: nersemble runs --models_path models
"""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunsArguments:
    """The command line of the listing."""

    roots: Roots = field(default_factory=Roots)


def main(argv: Sequence[str]) -> None:
    """Entry point: prints one line for each run, by number; warns about unreadable runs."""
    models = parse(RunsArguments, argv, "nersemble runs", _DESCRIPTION).roots.get("models")
    rows = []
    for run in sorted(runs_with_config(models), key=lambda run: run.number):
        try:
            rows.append(_row(run))
        except NersembleError as error:
            _logger.warning("%s is left out: %s", run.label, error)
    if not rows:
        say(f"{models} holds no runs: train one with nersemble train ID SEQUENCE.")
        return
    widths = [max(map(len, column)) for column in zip(_HEAD, *rows, strict=True)]
    for row in (_HEAD, *rows):
        cells = zip(row, widths, strict=True)
        say("  ".join(cell.ljust(width) for cell, width in cells).rstrip())


def _row(run: Run) -> tuple[str, ...]:
    described = describe(run)
    config = described.config
    return (
        run.label,
        f"{described.participant}",
        described.sequence,
        f"{config.loop.max_steps}",
        _newest_checkpoint(run, config.loop.max_steps),
        *_scores(run),
        _age(run),
    )


def _newest_checkpoint(run: Run, max_steps: int) -> str:
    """The step of the newest checkpoint, or the number of trained segments."""
    segments = read_segments(run)
    if segments is None:
        return f"{max(run.checkpoint_steps(), default='-')}"
    parts = [segment_run(run, index) for index in range(len(segments.spans))]
    done = [part for part in parts if part is not None and max_steps in part.checkpoint_steps()]
    return f"{len(done)} of {len(parts)} segments"


def _scores(run: Run) -> tuple[str, ...]:
    """The scores of the newest evaluation."""
    if not run.evaluation_folder.is_dir():
        return ("-",) * len(SCORES)
    from nersemble.evaluation.report_data import newest_scores

    found = newest_scores(run.folder)
    values = [found.get(name) for name in SCORES]
    return tuple("-" if value is None else f"{value:.4g}" for value in values)


def _age(run: Run) -> str:
    """The time since the newest checkpoint, or since the run was made."""
    folder = run.checkpoints_folder
    changed = (folder if folder.is_dir() else run.config_path).stat().st_mtime
    seconds = max(time.time() - changed, 0)
    unit, size = next((unit for unit in _UNITS if seconds >= 2 * unit[1]), _UNITS[-1])
    return f"{seconds / size:.0f} {unit}"
