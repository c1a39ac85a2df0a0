"""The training step in plain torch: sample rays, march, render, compare, step
(method.md, Ray marching to Losses)."""

import math
import time
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from nersemble.fields.dynamic_field import BlendedField
from nersemble.losses.patches import NO_PATCH_LOSSES, PatchLosses
from nersemble.losses.terms import compute_losses
from nersemble.marching.occupancy_grid import DensityFn
from nersemble.rays.batch import to_device
from nersemble.rays.pixel_sampler import PixelSampler
from nersemble.rendering.renderer import TorchRenderer
from nersemble.training.config import TrainerConfig
from nersemble.training.loop import BadRays, StepReport, TrainingLoop
from nersemble.training.optimizers import all_finite, learnables, make_optimizer, set_rates
from nersemble.training.state import (
    adam_moments,
    saved_moments,
    set_adam_moments,
    training_tensors,
)


class Trainer(TrainingLoop):
    """Trains in plain torch, on any device."""

    renderer: TorchRenderer

    def __init__(
        self,
        config: TrainerConfig,
        renderer: TorchRenderer,
        sampler: PixelSampler,
        patch_losses: PatchLosses = NO_PATCH_LOSSES,
    ) -> None:
        super().__init__(config, renderer, sampler.world)
        self._optimizer = make_optimizer(learnables(renderer.model), config.optimizers)
        self.sampler, self._patch_losses = sampler, patch_losses

    def tensors(self) -> dict[str, Tensor]:
        tables = self.model.field.hash_ensemble.tables.data
        return training_tensors(self.model, tables, adam_moments(self._optimizer, self.model))

    def restore(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        set_adam_moments(
            self._optimizer, self.model, saved_moments(tensors, self.model, learnables(self.model))
        )
        self.go_to(step)

    def _train_step(self) -> StepReport:
        began = time.perf_counter()
        config, device = self.config, self.model.device
        set_rates(self._optimizer, self.rates)
        rays, targets = self.sampler.batch(self.step)
        rays, targets = to_device(rays, targets, device)
        blended = self.renderer.field.blend(rays.timesteps, self.windows)
        self._update_occupancy(blended)
        jitter = self.sampler.jitter(self.step).to(device)
        samples = self.renderer.sample_for_training(rays, blended, jitter)
        n_drawn = len(rays)
        rays, targets = rays.part(0, samples.n_rays), targets.part(0, samples.n_rays)
        rendered, _ = self.renderer.render_samples(rays, samples, blended)
        if self.model.camera_colors is not None:
            rendered = self.model.camera_colors(rendered, rays.cameras)
        losses = compute_losses(
            rendered, samples, targets, config.losses, self.step, self.world,
            self.model.field.codes_in_use(self.windows),
            patch_losses=self._patch_losses, n_patches=self.sampler.config.n_patches(self.step),
        )  # fmt: skip
        terms = torch.stack([term.detach() for term in losses.terms.values()])
        counts = [len(samples), len(rays), n_drawn - len(rays), self._stop_requests.wanted]
        parts = [terms.double(), terms.new_tensor(counts), losses.depth_spread.view(1)]
        numbers = self.world.sum_(torch.cat(parts)).tolist()
        scalars = dict(zip(losses.terms, numbers[: len(terms)], strict=True))
        self._optimizer.zero_grad(set_to_none=True)
        usable = math.isfinite(sum(scalars.values())) and self._backward(losses.total)
        if usable:
            self._optimizer.step()
        return self._report(scalars, numbers[len(terms) :], not usable, began)

    def _backward(self, loss: Tensor) -> bool:
        """Compute the gradients; return whether they are finite in all processes."""
        loss.backward()
        self._sum_gradients()
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        n_bad = (~all_finite(gradients)).long()
        return not bool(self.world.sum_(n_bad))

    @torch.no_grad()
    def bad_rays(self, step: int) -> BadRays:
        rays, targets = self.sampler.batch(step)
        rays, targets = to_device(rays, targets, self.model.device)
        blended = self.renderer.field.blend(rays.timesteps, self.windows)
        jitter = self.sampler.jitter(step).to(self.model.device)
        samples = self.renderer.sample_for_training(rays, blended, jitter)
        kept = rays.part(0, samples.n_rays)
        rendered, values = self.renderer.render_samples(kept, samples, blended)
        of_model = torch.zeros(len(rays), dtype=torch.bool, device=self.model.device)
        of_model[: len(kept)] = ~torch.isfinite(rendered.rgbs).all(-1)
        of_model[samples.ray_indices[~torch.isfinite(values.sigmas)]] = True
        flags = {"capture": ~targets.finite, "model": of_model}
        return self._images_of(flags, rays)

    def _sum_gradients(self) -> None:
        """Sum the gradients over all processes, except the tables', which are already complete."""
        tables = self.model.field.hash_ensemble.tables
        small = [p for p in self.model.parameters() if p is not tables]
        self.world.sum_all_([p.grad for p in small if p.grad is not None])

    def _update_occupancy(self, blended: BlendedField) -> None:
        grid, field = self.model.grid, self.model.field
        if not self._grid_is_due():
            return
        generator = self._generator("occupancy")
        step_size = self.model.config.marcher.render_step_size
        if self.config.loop.occupancy_timesteps == "batch":
            density = self._shared(blended.density)
            grid.update(self.step, density, len(blended.grids), step_size, generator)
            return

        group = len(blended.grids)

        def density_at(positions: Tensor, timesteps: Tensor) -> Tensor:
            """Density of cells in groups of as many timesteps as a step blends, to bound memory."""
            result = torch.empty(len(positions), device=positions.device)
            for start in range(0, field.n_timesteps, group):
                ids = torch.arange(start, min(start + group, field.n_timesteps))
                here = (timesteps >= start) & (timesteps < start + group)
                part = self.renderer.field.blend(ids.to(positions.device), self.windows)
                result[here] = part.density(positions[here], timesteps[here] - start)
            return result

        density = self._shared(density_at)
        grid.update(self.step, density, field.n_timesteps, step_size, generator)

    def _shared(self, density: DensityFn) -> DensityFn:
        """The same density, each process computing its share of the points."""
        share = self.world.share
        return lambda positions, slots: self.world.interleaved(
            density(positions[share], slots[share]), len(positions)
        )

    def _report(
        self,
        scalars: Mapping[str, float],
        counts: Sequence[float],
        skipped: bool,
        began: float,
    ) -> StepReport:
        n_samples, n_rays, n_dropped, n_stops = map(int, counts[:-1])
        return StepReport(
            step=self.step + 1,
            measured_step=self.step + 1,
            terms=scalars,
            n_rays=n_rays,
            n_samples=n_samples,
            n_rays_dropped=n_dropped,
            depth_spread_world=counts[-1],
            occupied=float(self.model.grid.binaries.float().mean()),
            seconds=time.perf_counter() - began,
            skipped=skipped,
            exploded=int(self.model.grid.n_exploded),
            stop=n_stops > 0,
        )
