"""The table of the paper's ten sequences, from the results of runs (method.md, Evaluation).

PSNR, SSIM and LPIPS come from the evaluation of 15 timesteps, JOD from that of every third one.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

from nersemble.errors import printable
from nersemble.evaluation.config import EvaluationConfig
from nersemble.evaluation.metrics import METRICS, Metric
from nersemble.evaluation.protocol import evaluation_folder_name
from nersemble.evaluation.results import RESULT_FILE
from nersemble.evaluation.ssim import SSIM_CROPPED
from nersemble.files import flatten, read_json_object, reason_of
from nersemble.marching.config import GridFilterConfig
from nersemble.runs.folders import Run
from nersemble.runs.training_log import is_measurement

Kind = Literal["regular", "masked"]

_SPACED = EvaluationConfig()
_EVERY_THIRD = EvaluationConfig(max_eval_timesteps=-1, skip_timesteps=3)
_EVALUATION_FOLDER = re.compile(r"checkpoint_(\d+)(?:_.*)?")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PaperSequence:
    """One of the ten sequences, with its own settings in the paper: train options, grid filter."""

    participant: int
    sequence: str
    options: tuple[tuple[str, bool | float], ...] = ()
    use_occupancy_grid_filtering: bool = True

    @property
    def title(self) -> str:
        """Participant and sequence."""
        return f"{self.participant} {self.sequence}"

    def commands(self) -> list[str]:
        """The commands that train and evaluate it; NERS-N stands for the run of the first one."""
        special = [f" --{k}" if v is True else f" --{k} {v}" for k, v in self.options]
        unfiltered = (
            "" if self.use_occupancy_grid_filtering else " --no-use_occupancy_grid_filtering"
        )
        evaluate = f"nersemble evaluate NERS-N --protocol release{unfiltered}"
        return [
            f"nersemble train {self.title} --preset paper{''.join(special)}",
            evaluate,
            f"{evaluate} --skip_timesteps 3 --max_eval_timesteps -1",
        ]


PAPER_SEQUENCES = (
    PaperSequence(18, "EMO-1-shout+laugh"),
    PaperSequence(30, "EXP-2-eyes"),
    PaperSequence(38, "EXP-1-head"),
    PaperSequence(85, "SEN-01-port_strong_smokey"),
    PaperSequence(
        97,
        "HAIR",
        (("disable_occupancy_grid", True), ("lambda_dist_loss", 0)),
        use_occupancy_grid_filtering=False,
    ),
    PaperSequence(
        124,
        "FREE",
        (
            ("start_timestep", 95),
            ("n_timesteps", 475),
            ("window_hash_encodings_begin", 50_000),
            ("window_hash_encodings_end", 100_000),
        ),
    ),
    PaperSequence(175, "EXP-6-tongue-1"),
    PaperSequence(226, "EXP-3-cheeks+nose"),
    PaperSequence(227, "EXP-5-mouth"),
    PaperSequence(240, "EXP-4-lips"),
)


@dataclass(frozen=True)
class RunFigures:
    """The scores of one run's newest evaluated checkpoint; a metric may be missing."""

    label: str
    preset: str
    step: int
    figures: Mapping[str, float]


def gather(runs: Iterable[Run], kind: Kind) -> dict[PaperSequence, list[RunFigures]]:
    """The evaluated runs of each sequence. Unreadable ones are logged and left out."""
    found: dict[PaperSequence, list[RunFigures]] = {paper: [] for paper in PAPER_SEQUENCES}
    for run in runs:
        config = _read(run.config_path)
        if config is None:
            continue
        key = (config.get("participant"), config.get("sequence"))
        for paper in (p for p in PAPER_SEQUENCES if (p.participant, p.sequence) == key):
            figures = _of_run(run, config, paper, kind)
            if figures is not None:
                _warn_of_other_options(run, config, paper)
                found[paper].append(figures)
    return found


def table(found: Mapping[PaperSequence, Sequence[RunFigures]], kind: Kind) -> str:
    """The table in Markdown, and a sentence on what is missing."""
    metrics = _published()
    titles = [metric.title for metric in metrics]
    head = ["sequence", *titles, "runs", "commands"]
    lines = [_row(head), _row(["---"] * len(head))]
    means = {paper: _means(runs, metrics) for paper, runs in found.items()}
    for paper, runs in found.items():
        names = ", ".join(f"{run.label} ({run.preset}, step {run.step})" for run in runs)
        commands = "<br>".join(f"`{command}`" for command in paper.commands())
        cells = [paper.title, *_cells(means[paper], metrics), names.replace("|", "\\|"), commands]
        lines.append(_row(cells))
    published = {m.name: m.published for m in metrics if m.published is not None}
    lines.append(_row(["mean", *_mean_cells(list(means.values()), metrics), "", ""]))
    lines.append(_row(["published mean", *_cells(published, metrics), "", ""]))
    missing = [paper.title for paper in found if not means[paper]]
    lines += [
        "",
        f"Figures are `mean.{kind}` of `{RESULT_FILE}`: PSNR, SSIM (border cropped) and LPIPS of "
        "the first evaluation, JOD of the second; several runs of a sequence are averaged.",
    ]
    if missing:
        which = "all ten" if len(missing) == len(found) else ", ".join(missing)
        lines.append(f"Missing: {which}.")
    return "\n".join(lines)


def evaluations_table(runs: Iterable[Run], kind: Kind) -> str:
    """A Markdown row for every evaluation of these runs, of any sequence, with the scores (and the
    SSIM variant) of its own options."""
    metrics = _in_tables()
    head = ["run", "evaluation", *(metric.title for metric in metrics)]
    rows = [_row(head), _row(["---"] * len(head))]
    for run in runs:
        for _, name in _evaluations(run):
            content = _read(run.evaluation_folder / name / RESULT_FILE) or {}
            means = content.get("mean", {}).get(kind, {})
            figures = {key: value for key, value in means.items() if value is not None}
            rows.append(_row([run.label, name, *_cells(figures, metrics)]))
    return "\n".join(rows)


# Reading


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return read_json_object(path)
    except (OSError, ValueError) as error:
        _leave_out(path, error)
        return None


def _leave_out(path: Path, error: Exception) -> None:
    _logger.warning("%s is left out: %s.", path, reason_of(error))


def _of_run(
    run: Run, config: Mapping[str, Any], paper: PaperSequence, kind: Kind
) -> RunFigures | None:
    """None if the run has no score of an evaluation like the paper's."""
    grid_filter = GridFilterConfig(paper.use_occupancy_grid_filtering)
    spaced, third = (replace(plain, grid_filter=grid_filter) for plain in (_SPACED, _EVERY_THIRD))
    steps = {
        step
        for step, name in _evaluations(run)
        if name in (evaluation_folder_name(step, spaced), evaluation_folder_name(step, third))
    }
    if not steps:
        return None
    # Scores of two checkpoints in one row would look like those of one.
    step = max(steps)
    figures: dict[str, float] = {}
    for wanted, of_video in ((spaced, False), (third, True)):
        path = run.evaluation_folder / evaluation_folder_name(step, wanted) / RESULT_FILE
        names = [m.name for m in _published() if (m.of_video is not None) == of_video]
        scores = _scores(path, kind)
        figures |= {name: scores[name] for name in names if name in scores}
    preset = printable(str(config.get("preset", "?")))
    return RunFigures(run.label, preset, step, figures) if figures else None


def _evaluations(run: Run) -> Iterator[tuple[int, str]]:
    """Step and folder of each evaluation that has a result."""
    for path in sorted(run.evaluation_folder.glob(f"*/{RESULT_FILE}")):
        match = _EVALUATION_FOLDER.fullmatch(path.parent.name)
        if match:
            yield int(match[1]), path.parent.name


def _scores(path: Path, kind: Kind) -> dict[str, float]:
    """The metrics in a result file; SSIM only if it is that of torchmetrics 2023."""
    content = _read(path) if path.is_file() else None
    if content is None:
        return {}
    try:
        scores = dict(content["mean"][kind])
        notes = content.get("notes")
        # The release writes no notes, and its SSIM is the cropped one.
        if notes is not None:
            both = notes["ssim"]["mean"][kind] if "ssim" in notes else {}
            cropped = scores["ssim"] if notes.get("ssim_crop") is True else None
            scores["ssim"] = both.get(SSIM_CROPPED, cropped)
            if notes.get("protocol") != "release":
                _logger.warning("%s was not made with --protocol release.", path)
        names = [metric.name for metric in _published()]
        return {name: _number(scores[name], name) for name in names if scores[name] is not None}
    except KeyError as error:
        _leave_out(path, error)
    except (AttributeError, TypeError, ValueError) as error:
        _leave_out(path, ValueError(f"it is no result of an evaluation ({error})"))
    return {}


def _number(value: object, name: str) -> float:
    if not is_measurement(value):
        raise ValueError(f"{name} is {value!r}")
    return float(value)


def _warn_of_other_options(run: Run, config: Mapping[str, Any], paper: PaperSequence) -> None:
    saved = flatten(config)
    for name, value in paper.options:
        if name in saved and saved[name] != value:
            _logger.warning(
                "%s was trained with %s %s, where the paper has %s.",
                run.label,
                name,
                saved[name],
                value,
            )


# Writing


def _in_tables() -> list[Metric]:
    return [metric for metric in METRICS.values() if metric.decimals is not None]


def _published() -> list[Metric]:
    return [metric for metric in _in_tables() if metric.published is not None]


def _means(runs: Sequence[RunFigures], metrics: Sequence[Metric]) -> dict[str, float]:
    values = {m.name: [r.figures[m.name] for r in runs if m.name in r.figures] for m in metrics}
    return {name: fmean(known) for name, known in values.items() if known}


def _cells(figures: Mapping[str, float], metrics: Sequence[Metric]) -> list[str]:
    return [f"{figures[m.name]:.{m.decimals}f}" if m.name in figures else "" for m in metrics]


def _mean_cells(sequences: Sequence[Mapping[str, float]], metrics: Sequence[Metric]) -> list[str]:
    """Means over the sequences with the metric, and their number if some lack it."""
    cells = []
    for metric in metrics:
        known = [figures[metric.name] for figures in sequences if metric.name in figures]
        count = f" (of {len(known)})" if 0 < len(known) < len(sequences) else ""
        cells.append(f"{fmean(known):.{metric.decimals}f}{count}" if known else "")
    return cells


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
