"""Detect non-finite numbers, an empty or full grid, and fog during training; record how often it
was set back to a checkpoint (docs/trouble.md)."""

import logging
import math
from collections import deque
from pathlib import Path

from nersemble.data_manager.dataset import Dataset
from nersemble.distributed import World
from nersemble.errors import DivergedError, RunError, TrainingError
from nersemble.files import read_json_object, replace_json
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.runs.folders import Run
from nersemble.training.config import SlowSpan
from nersemble.training.loop import StepReport, TrainingLoop

SKIPS_IN_A_ROW = 10
"""Number of skipped steps in a row at which training is set back or ends."""
GRID_OPEN_STEPS = 256
"""Steps for which a reopened grid stays open."""
MAX_OPENINGS = 3
"""How often a grid may become empty between two checkpoints."""
FULL_STEPS = 2000
"""Steps with all visible cells occupied after which training warns."""
FOG_METRES = 0.04
"""Depth spread along the head's rays above which the head is fog; 0.01 m or less is usual."""
FOG_STEPS = 5000
"""Step by which fog should have become a surface (half of the steps in a shorter training)."""
FOG_AVERAGE = 50
"""Number of steps over which spreads are averaged."""
MAX_EXPLODED_SHARE = 0.01
"""Share of cells with exploded densities above which the model has diverged."""
EMPTY_STEPS = 50
"""Number of steps in a row without any sample at which training is set back or ends."""
RECOVERIES_FILE = "recoveries.json"
MAX_RECOVERIES = 3
SLOW_STEPS = 1000
"""Steps with halved learning rates after the one at which training diverged."""

_FULL_SHARE = 0.98
_EMPTY_AT_THE_END = 10
_NAMED_FRAMES = 5

_logger = logging.getLogger(__name__)


class Health:
    """Checks each step's report. ``counts`` holds the problems so far; empty if none."""

    def __init__(self, trainer: TrainingLoop, dataset: Dataset) -> None:
        self._trainer, self._dataset = trainer, dataset
        self._skips_in_a_row = self._openings = self._full_steps = self._empty_in_a_row = 0
        self._n_steps = self._n_skipped = self._n_empty = 0
        self._reopened_at = trainer.step
        # Training begins with an update that counts the cells.
        self._watches_grid = not trainer.model.config.occupancy.disable_occupancy_grid
        self._full = _FULL_SHARE * float(trainer.model.grid.visible.float().mean())
        self._fog_from = min(FOG_STEPS, trainer.config.loop.max_steps // 2)
        self._spreads: deque[float] = deque(maxlen=FOG_AVERAGE)
        self.counts: dict[str, int] = {}

    def look(self, report: StepReport) -> None:
        """Record problems, and reopen a grid that has become empty.

        Raises:
            TrainingError: pictures contain numbers that are not finite.
            DivergedError: the model has diverged.
        """
        self._n_steps += 1
        self._look_at_skips(report)
        self._look_at_samples(report)
        if self._watches_grid:
            self._look_at_grid(report)
            self._look_at_density(report)
        self._look_at_fog(report)

    def conclude(self) -> None:
        """Raise TrainingError after the last step if nothing was learned or the model is
        empty."""
        if self._n_skipped == self._n_steps > 0:
            raise TrainingError(
                f"None of the {self._n_steps} steps changed the model, as their losses or "
                "gradients were not finite (docs/trouble.md)."
            )
        if self._empty_in_a_row >= min(_EMPTY_AT_THE_END, max(self._n_steps, 1)):
            raise TrainingError(self._what_empties())

    def _count(self, name: str, n: int = 1) -> int:
        self.counts[name] = self.counts.get(name, 0) + n
        return self.counts[name]

    def _look_at_skips(self, report: StepReport) -> None:
        if not report.skipped:
            self._skips_in_a_row = 0
            return
        self._n_skipped += 1
        self._skips_in_a_row += 1
        bad = ", ".join(name for name, value in report.terms.items() if value - value != 0)
        if self._count("skipped_steps") == 1:
            _logger.warning(
                "Step %d changed nothing, because %s was not finite; such steps are counted.",
                report.measured_step,
                f"its loss ({bad})" if bad else "a gradient",
            )
        if self._skips_in_a_row < SKIPS_IN_A_ROW:
            return
        found = self._trainer.bad_rays(report.measured_step - 1)
        what = f"{SKIPS_IN_A_ROW} steps in a row up to step {report.measured_step}"
        if found.of_capture:
            raise TrainingError(
                f"The loss was not finite in {what}, because of numbers in "
                f"{self._frames(found.of_capture)} that are not finite: fix these files (colour, "
                "alpha, depth, or their colour correction), then continue with --resume."
            )
        where = f", first in {self._frames(found.of_model)}" if found.of_model else ""
        raise DivergedError(
            f"The loss or its gradients were not finite in {what}{where}: the model has diverged.",
            self._trainer.step,
        )

    def _frames(self, images: list[tuple[int, int]]) -> str:
        splits = self._dataset.splits
        names = [
            f"camera {splits.train_serials[camera]} frame {splits.frame_number(timestep):05d}"
            for camera, timestep in images[:_NAMED_FRAMES]
        ]
        more = len(images) - len(names)
        return ", ".join(names) + (f" and {more} more" if more else "")

    def _look_at_samples(self, report: StepReport) -> None:
        if report.n_samples > 0:
            self._empty_in_a_row = 0
            return
        self._n_empty += 1
        self._empty_in_a_row += 1
        if self._empty_in_a_row < EMPTY_STEPS:
            return
        if self._n_empty == self._n_steps:
            raise TrainingError(self._what_empties())
        raise DivergedError(self._what_empties(), self._trainer.step)

    def _what_empties(self) -> str:
        """The message that the last steps had no samples, and why."""
        said = (
            f"No ray had a sample in {self._empty_in_a_row} steps in a row up to step "
            f"{self._trainer.step}, so nothing is learned or seen: "
        )
        rates = self._trainer.config.optimizers
        if self._n_empty < self._n_steps:
            return (
                f"{said}the head has become transparent, usually because of too high rates "
                f"(--lr_main {rates.lr_main:g}, --lr_deformation_field "
                f"{rates.lr_deformation_field:g})."
            )
        model = self._trainer.model
        low, high = model.field.scene_box.tolist()
        marcher = model.config.marcher
        return (
            f"{said}--render_step_size is {marcher.render_step_size:g}, where the scene box is "
            f"{math.dist(low, high):.3g} long, and --alpha_thre is {marcher.alpha_thre:g}; lower "
            "them."
        )

    def _look_at_grid(self, report: StepReport) -> None:
        step = self._trainer.step
        if report.occupied == 0 and report.measured_step > self._reopened_at:
            self._openings += 1
            self._count("reopened_grids")
            if self._openings > MAX_OPENINGS:
                raise DivergedError(
                    f"The occupancy grid became empty {self._openings} times up to step {step}: "
                    "the density has vanished.",
                    step,
                )
            _logger.warning(
                "The occupancy grid is empty after step %d: all cells count as occupied for %d "
                "steps.",
                report.measured_step,
                GRID_OPEN_STEPS,
            )
            self._reopened_at = step
            self._trainer.reopen_grid(step + GRID_OPEN_STEPS)
        is_full = report.occupied >= self._full and step >= self._reopened_at + GRID_OPEN_STEPS
        self._full_steps = self._full_steps + 1 if is_full else 0
        if self._full_steps == FULL_STEPS:
            self._count("full_grids")
            _logger.warning(
                "All visible cells have counted as occupied for %d steps: training continues, "
                "but slowly. Without alpha maps it may stay so.",
                FULL_STEPS,
            )

    def _look_at_fog(self, report: StepReport) -> None:
        if report.step < self._fog_from or report.skipped or "fog" in self.counts:
            return
        self._spreads.append(report.depth_spread_world / SCALE_FACTOR)
        spread = sum(self._spreads) / len(self._spreads)
        if len(self._spreads) == FOG_AVERAGE and spread > FOG_METRES:
            self._count("fog")
            _logger.warning(
                "The head is fog after step %d: density spreads over %.0f cm along a ray instead "
                "of forming a surface. %s",
                report.measured_step,
                100 * spread,
                self._remedy_for_fog(),
            )

    def _remedy_for_fog(self) -> str:
        dataset = self._dataset
        serials, first = dataset.splits.train_serials, dataset.splits.frame_numbers[0]
        if not all(dataset.capture.has_alpha(serial, first) for serial in serials):
            return (
                "Without alpha maps the model must show the background too: make them ('nersemble "
                "data mask', or --masks of 'nersemble data convert')."
            )
        return (
            "Start again with --background_color random --lambda_background_loss 0.2; if these are "
            "set, check poses and masks ('nersemble data check')."
        )

    def _look_at_density(self, report: StepReport) -> None:
        if not report.exploded:
            return
        if self._count("exploded_cells", 0) == 0:
            _logger.warning(
                "%d cells have absurd densities after step %d.",
                report.exploded,
                report.measured_step,
            )
        self.counts["exploded_cells"] = max(self.counts["exploded_cells"], report.exploded)
        n_cells = self._trainer.model.grid.binaries.numel()
        if report.exploded > MAX_EXPLODED_SHARE * n_cells:
            raise DivergedError(
                f"{report.exploded} of {n_cells} cells have absurd densities after step "
                f"{report.measured_step}: the model has diverged.",
                self._trainer.step,
            )


def slow_spans(run: Run) -> tuple[SlowSpan, ...]:
    """Load the spans of steps with halved learning rates; stored with the run, so that a resumed
    training run computes the same.

    Raises:
        RunError: the file cannot be read.
    """
    path = _path(run)
    if not path.exists():
        return ()
    try:
        rows = read_json_object(path)["recoveries"]
        return tuple((_step(row["from_step"]), _step(row["slow_until"])) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{path} is damaged: remove it to go on with the usual learning rates."
        ) from error


def set_back(run: Run, error: DivergedError, to_step: int, world: World) -> int:
    """Record that training continues from ``to_step`` with halved rates; return their last step.

    Raises:
        TrainingError: it has been set back too often.
    """
    before = slow_spans(run)
    if len(before) >= MAX_RECOVERIES:
        raise TrainingError(
            f"{error} It was set back to a checkpoint {len(before)} times before: start a new run "
            "with a lower --lr_main and --lr_deformation_field."
        ) from error
    until = error.step + SLOW_STEPS
    spans = [*before, (to_step, until)]
    rows = [{"from_step": first, "slow_until": end} for first, end in spans]
    world.wait()
    if world.leads:
        replace_json(_path(run), {"recoveries": rows})
    world.wait()
    return until


def _step(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not a step")
    return value


def _path(run: Run) -> Path:
    return run.folder / RECOVERIES_FILE
