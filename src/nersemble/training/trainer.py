"""The training step in plain torch: sample rays, march, render, compare, step (spec, 4 to 6)."""

import math
import time

import torch
from torch import Tensor

from nersemble.errors import TrainingError
from nersemble.fields.dynamic_field import BlendedField
from nersemble.losses.total import LossTerms, compute_losses
from nersemble.rays.batch import RayBatch, Targets, to_device
from nersemble.rays.pixel_sampler import PixelSampler
from nersemble.rendering.head_model import HeadModel
from nersemble.training.loop import StepReport, TrainerConfig, TrainingLoop
from nersemble.training.optimizers import set_rates


class Trainer(TrainingLoop):
    """Trains in plain torch, on any device."""

    def __init__(self, config: TrainerConfig, model: HeadModel, sampler: PixelSampler) -> None:
        super().__init__(config, model)
        self.sampler = sampler

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
            measured_step=self.step + 1,
            loss=sum(scalars.values()),
            psnr=-10 * math.log10(max(scalars["rgb"], 1e-10)),
            terms=scalars,
            n_rays=len(rays),
            n_samples=n_samples,
            n_rays_dropped=n_drawn - len(rays),
            occupied=float(self.model.grid.binaries.float().mean()),
            seconds=time.perf_counter() - began,
        )
