"""The training loop: sample rays, march, render, compare, step (spec, sections 4 to 6)."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from nersemble.errors import ConfigError, TrainingError
from nersemble.fields.dynamic_field import BlendedField
from nersemble.fields.windows import WindowConfig, WindowState, windows_at
from nersemble.losses.total import LossConfig, LossTerms, compute_losses
from nersemble.randomness import seeded_generator
from nersemble.rays.batch import RayBatch, Targets, to_device
from nersemble.rays.pixel_sampler import PixelSampler
from nersemble.rendering.head_model import HeadModel
from nersemble.training.interrupts import interrupts_held_back
from nersemble.training.optimizers import OptimizerConfig, make_optimizer, set_rates
from nersemble.training.state import restore_optimizer, training_tensors


@dataclass(frozen=True)
class LoopConfig:
    """Length of a run and what happens along the way."""

    max_steps: int = 300_000
    """Optimizer steps in all."""
    seed: int = 19980801
    """Seed of initial values and of every random draw."""
    steps_per_save: int = 50_000
    """Steps between checkpoints; the last step is always saved."""
    keep_checkpoints: int = 2
    """Newest checkpoints to keep, so that one is left should the newest be damaged."""
    steps_per_eval_image: int = 20_000
    """Steps between pictures of one evaluation camera (0: none)."""
    steps_per_eval_all_images: int = 50_000
    """Steps between evaluations of all evaluation cameras on 3 timesteps (0: none)."""
    steps_per_log: int = 10
    """Steps between logged numbers."""
    occupancy_timesteps: Literal["batch", "all"] = "batch"
    """Timesteps at which the occupancy update looks: those blended in the step, or any (paper)."""

    def __post_init__(self) -> None:
        for name in ("max_steps", "steps_per_save", "keep_checkpoints", "steps_per_log"):
            if getattr(self, name) < 1:
                raise ConfigError(f"--{name} is {getattr(self, name)}, but must be at least 1.")


@dataclass(frozen=True)
class TrainerConfig:
    """What the trainer itself needs."""

    loop: LoopConfig
    windows: WindowConfig
    losses: LossConfig
    optimizers: OptimizerConfig


@dataclass(frozen=True)
class StepReport:
    """Numbers of one step, for people."""

    step: int
    loss: float
    psnr: float
    terms: Mapping[str, float]
    n_rays: int
    n_samples: int
    n_rays_dropped: int
    seconds: float


class Trainer:
    """Owns the step, the optimizer and the schedules of one run."""

    def __init__(self, config: TrainerConfig, model: HeadModel, sampler: PixelSampler) -> None:
        self.config = config
        self.model = model
        self.sampler = sampler
        self.step = 0
        self._optimizer = make_optimizer(model, config.optimizers)

    @property
    def windows(self) -> WindowState:
        """The window values at the current step."""
        field = self.model.field
        return windows_at(self.step, self.config.windows, field.n_bands, field.n_tables)

    def tensors(self) -> dict[str, Tensor]:
        """All that a checkpoint holds."""
        return training_tensors(self.model, self._optimizer)

    def restore(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        """Continues after ``step`` finished steps with a checkpoint's optimizer state."""
        restore_optimizer(tensors, self.model, self._optimizer)
        self.step = step

    def run(self, last_step: int, after_step: Callable[[StepReport], None]) -> None:
        """Trains up to ``last_step`` finished steps. Ctrl-C waits for the end of a step.

        Raises:
            TrainingError: the loss is not finite; the parameters are those before that step.
        """
        while self.step < last_step:
            with interrupts_held_back():
                report = self._train_step()
                self.step += 1
            after_step(report)

    def _train_step(self) -> StepReport:
        began = time.perf_counter()
        config, device = self.config, self.model.device
        set_rates(self._optimizer, config.optimizers, self.step)
        rays, targets = self.sampler.batch(self.step)
        rays, targets = to_device(rays, targets, device)
        n_drawn = len(rays)
        blended = self.model.field.blend(rays.timesteps, self.windows)
        self._update_occupancy(blended)
        jitter = torch.rand(n_drawn, generator=self._generator("jitter")).to(device)
        samples = self.model.sample_for_training(rays, blended, jitter)
        rays, targets = rays.part(0, samples.n_rays), targets.part(0, samples.n_rays)
        rendered, _ = self.model.render_samples(rays, samples, blended)
        terms = compute_losses(rendered, samples, targets, config.losses, self.step)
        self._check_finite(terms)
        self._optimizer.zero_grad(set_to_none=True)
        terms.total.backward()
        self._optimizer.step()
        return self._report(terms, rays, targets, len(samples), n_drawn, began)

    def _update_occupancy(self, blended: BlendedField) -> None:
        grid, field = self.model.grid, self.model.field
        if not grid.due(self.step):
            return
        generator = self._generator("occupancy")
        step_size = self.model.config.marcher.render_step_size
        if self.config.loop.occupancy_timesteps == "batch":
            grid.update(self.step, blended.density, len(blended.grids), step_size, generator)
            return

        group = len(blended.grids)

        def density(positions: Tensor, timesteps: Tensor) -> Tensor:
            """Cells in groups of as many timesteps as the step blends: bounded memory."""
            result = torch.empty(len(positions), device=positions.device)
            for start in range(0, field.n_timesteps, group):
                ids = torch.arange(start, min(start + group, field.n_timesteps))
                here = (timesteps >= start) & (timesteps < start + group)
                part = field.blend(ids.to(positions.device), self.windows)
                result[here] = part.density(positions[here], timesteps[here] - start)
            return result

        grid.update(self.step, density, field.n_timesteps, step_size, generator)

    def _generator(self, purpose: str) -> torch.Generator:
        return seeded_generator(self.config.loop.seed, purpose, self.step)

    def check_finite_parameters(self) -> None:
        """Raises TrainingError where a parameter is not finite, so that none such is saved."""
        for name, parameter in self.model.field.named_parameters():
            if not bool(torch.isfinite(parameter).all()):
                raise TrainingError(
                    f"{name} is not finite after step {self.step}: the training has diverged, so "
                    "start a new run with a lower --lr_main."
                )

    def _check_finite(self, terms: LossTerms) -> None:
        if bool(torch.isfinite(terms.total)):
            return
        bad = [name for name, value in terms.scalars().items() if not math.isfinite(value)]
        raise TrainingError(
            f"The loss is not finite at step {self.step} ({', '.join(bad)}): the training has "
            "diverged, so start a new run with a lower --lr_main."
        )

    def _report(
        self,
        terms: LossTerms,
        rays: RayBatch,
        targets: Targets,
        n_samples: int,
        n_drawn: int,
        began: float,
    ) -> StepReport:
        scalars = terms.scalars()
        return StepReport(
            step=self.step + 1,
            loss=sum(scalars.values()),
            psnr=-10 * math.log10(max(scalars["rgb"], 1e-10)),
            terms=scalars,
            n_rays=len(rays),
            n_samples=n_samples,
            n_rays_dropped=n_drawn - len(rays),
            seconds=time.perf_counter() - began,
        )
