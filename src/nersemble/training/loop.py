"""The training loop: its schedules, the report of a step, and when it ends."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from nersemble.distributed import World
from nersemble.errors import DivergedError
from nersemble.fields.windows import WindowState, windows_at
from nersemble.randomness import seeded_generator
from nersemble.rays.batch import RayBatch
from nersemble.rendering.image import Renderer
from nersemble.training.config import SlowSpan, TrainerConfig
from nersemble.training.interrupts import (
    EXIT_UNFINISHED,
    Stopped,
    StopRequests,
    interrupts_held_back,
)
from nersemble.training.optimizers import learnables


@dataclass(frozen=True)
class StepReport:
    """Metrics after ``step`` steps. They belong to step ``measured_step``: on a GPU they arrive a
    few steps later.

    depth_spread_world: mean standard deviation of the depth that a ray of the head sees,
    model-world units; skipped: the measured step changed no parameter, because its loss or a
    gradient was not finite; exploded: cells of the occupancy grid with an exploded density; stop: a
    process received a stop signal, so all stop after this step.
    """

    step: int
    measured_step: int
    terms: Mapping[str, float]
    n_rays: int
    n_samples: int
    n_rays_dropped: int
    depth_spread_world: float
    occupied: float
    seconds: float
    skipped: bool = False
    exploded: int = 0
    stop: bool = False

    @property
    def loss(self) -> float:
        """The sum of all terms."""
        return sum(self.terms.values())

    @property
    def psnr(self) -> float:
        """PSNR of the batch's colours, in dB."""
        return -10 * math.log10(max(self.terms["rgb"], 1e-10))


@dataclass(frozen=True)
class BadRays:
    """Images (index of the training camera, timestep) with rays whose targets or rendered values
    are not finite."""

    of_capture: list[tuple[int, int]]
    of_model: list[tuple[int, int]]


class TrainingLoop(ABC):
    """Owns the step and the schedules of one run; subclasses implement the step.

    steps_to_settle: steps after :meth:`go_to` that can take longer than others.
    """

    steps_to_settle = 0

    def __init__(self, config: TrainerConfig, renderer: Renderer, world: World) -> None:
        self.config = config
        self.world = world
        self._stop_requests = StopRequests()
        self.renderer, self.model = renderer, renderer.model
        self._step = 0
        self._slow_spans: tuple[SlowSpan, ...] = ()
        self._grid_held_until = 0

    @property
    def step(self) -> int:
        """Number of finished steps, which all schedules depend on."""
        return self._step

    def go_to(self, step: int) -> None:
        """Continue as if ``step`` steps were finished; parameters and moments stay unchanged."""
        self._step = step

    def slow_down(self, spans: Iterable[SlowSpan]) -> None:
        """Halve the learning rates in exactly these spans of steps."""
        self._slow_spans = tuple(spans)

    @property
    def windows(self) -> WindowState:
        """The window values at the current step."""
        field = self.model.field
        return windows_at(self.step, self.config.windows, field.n_bands, field.n_tables)

    @property
    def rates(self) -> dict[str, float]:
        """The groups' learning rates at the current step."""
        return self.config.optimizers.rates_at(self.step, self._slow_spans)

    def reopen_grid(self, until: int) -> None:
        """Mark all visible cells as occupied, up to a step."""
        self.model.grid.reopen()
        self._grid_held_until = until

    def _grid_is_due(self) -> bool:
        return self.step >= self._grid_held_until and self.model.grid.due(self.step)

    @abstractmethod
    def bad_rays(self, step: int) -> BadRays:
        """Draw a step's batch again and find where it or the model is not finite. All processes
        must call it together and get the same result."""

    def _images_of(self, bad: Mapping[str, Tensor], rays: RayBatch) -> BadRays:
        """The images of all processes' flagged rays, from one flag per ray of this process."""
        own = [set(map(tuple, rays.images[flags].tolist())) for flags in bad.values()]
        found = [set().union(*parts) for parts in zip(*self.world.collected(own), strict=True)]
        everywhere = self.world.first(found)
        return BadRays(*(sorted(images) for images in everywhere))

    @abstractmethod
    def tensors(self) -> dict[str, Tensor]:
        """The content of a checkpoint. All processes call it together; the first one gets it."""

    @abstractmethod
    def restore(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        """Continue after ``step`` finished steps with a checkpoint's optimizer state.

        Raises:
            CheckpointError: the state does not fit the model.
        """

    def run(self, last_step: int, after_step: Callable[[StepReport], None]) -> None:
        """Train up to ``last_step`` finished steps. Ctrl-C waits for the end of a step; several
        processes stop after the same step. A step whose loss or gradients are not finite changes
        no parameter, and its report says so.
        """
        if self.world.size > 1:
            self._run_together(last_step, after_step)
            return
        while self.step < last_step:
            after_step(self.take_step())

    def take_step(self) -> StepReport:
        """Run one optimizer step; Ctrl-C waits for its end. Several processes use :meth:`run`."""
        with interrupts_held_back():
            report = self._train_step()
            self._step += 1
        return report

    def _run_together(self, last_step: int, after_step: Callable[[StepReport], None]) -> None:
        with self._stop_requests:
            while self.step < last_step:
                with self._stop_requests.during_step():
                    report = self._train_step()
                self._step += 1
                after_step(report)
                if report.stop and self.step < last_step:
                    elsewhere = Stopped("another process was stopped", EXIT_UNFINISHED)
                    raise self._stop_requests.why or elsewhere

    def stop(self, why: Stopped) -> None:
        """End :meth:`run` from within ``after_step``: at once, or with several processes as soon
        as they have agreed on the step.

        Raises:
            Stopped: ``why``, if this is the only process.
        """
        if self.world.size == 1:
            raise why
        self._stop_requests.why = self._stop_requests.why or why

    @abstractmethod
    def _train_step(self) -> StepReport:
        """One optimizer step; ``step`` still counts the steps before it."""

    def _generator(self, purpose: str) -> torch.Generator:
        return seeded_generator(self.config.loop.seed, purpose, self.step)

    def check_finite_parameters(self) -> None:
        """Raise DivergedError if a parameter is not finite, so that it is never saved."""
        for name, parameter in self._parameters():
            n_bad = torch.count_nonzero(~torch.isfinite(parameter)).view(1)
            if int(self.world.sum_(n_bad)) > 0:
                raise DivergedError(
                    f"{name} is not finite after step {self.step}: the model has diverged.",
                    self.step,
                )

    def _parameters(self) -> Iterator[tuple[str, Tensor]]:
        """All parameters with their names; large ones in parts."""
        yield from ((found.name, found.parameter) for found in learnables(self.model))
