"""The training step through fused kernels, without waiting for the GPU
(method.md, Field to Losses).

The step is written out forward and backward instead of through autograd: the density pass without
gradient has computed everything that the kept samples' forward pass needs, so it is gathered and
not computed again, and the losses' kernel returns their gradients at once.
"""

import time
from collections.abc import Hashable, Iterator, Mapping

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.fields.windows import WindowState
from nersemble.fused.batch import DeviceBatch, DeviceSamples, FusedFeatures
from nersemble.fused.device_numbers import DeviceNumbers
from nersemble.fused.field import FusedBlend, FusedField
from nersemble.fused.kernels.gather import gather
from nersemble.fused.kernels.marching import march
from nersemble.fused.kernels.tables import adam_numbers
from nersemble.fused.kernels.visibility import keep_visible
from nersemble.fused.losses import depth_width_at, render_and_compare, term_names, tie_codes
from nersemble.fused.measurements import Measurements
from nersemble.fused.occupancy import PackedDensityFn, update_on_device
from nersemble.fused.parameters import FlatParameters
from nersemble.fused.renderer import FusedRenderer, max_samples_per_ray
from nersemble.fused.sampler import BatchSource, Draw
from nersemble.fused.step_graph import STEPS_TO_SETTLE, StepGraph, cuda_capture
from nersemble.fused.table_adam import TableAdam
from nersemble.losses.patches import NO_PATCH_LOSSES, PatchLosses
from nersemble.rendering.head_model import HeadModel
from nersemble.training.config import TrainerConfig
from nersemble.training.loop import BadRays, StepReport, TrainingLoop
from nersemble.training.optimizers import Learnable, learnables
from nersemble.training.state import saved_moments, training_tensors

GRAD_SCALE = 65536.0
"""Factor on gradients in half precision with 4096 rays: the largest one of a colour is then 10."""

_N_RAYS = 4096

STEPS_AHEAD = 3
"""Steps that the host prepares before the GPU has finished the first of them."""


class FusedTrainer(TrainingLoop):
    """Owns the step, the optimizers and the schedules of one run on a GPU."""

    steps_to_settle = STEPS_TO_SETTLE

    def __init__(
        self,
        config: TrainerConfig,
        renderer: FusedRenderer,
        sampler: BatchSource,
        patch_losses: PatchLosses = NO_PATCH_LOSSES,
    ) -> None:
        self._fused, model = renderer.field, renderer.model
        self._fused.reserve(sampler.max_timesteps)
        self._flat = FlatParameters(_in_place(model))
        super().__init__(config, renderer, sampler.world)
        self.sampler, self._patch_losses = sampler, patch_losses
        self._terms = term_names(patch_losses)
        self._tables = TableAdam(self._fused)
        self._numbers = DeviceNumbers(4, torch.float64, model.device)
        self.graph = StepGraph(cuda_capture if model.device.type == "cuda" else None)
        self._measurements = Measurements(STEPS_AHEAD)
        self._newest: tuple[int, list[float]] = (0, [])
        self._report_at_once = STEPS_AHEAD
        self._began = time.perf_counter()
        marcher = model.config.marcher
        self._capacity = marcher.capacity
        self._max_samples_per_ray = max_samples_per_ray(model.config, model.grid.scene_box)
        self._alpha_threshold = torch.full((1,), marcher.alpha_thre, device=model.device)
        self._untied = torch.zeros(1, device=model.device)

    def tensors(self) -> dict[str, Tensor]:
        tables = self._fused.tables.joined("cpu")
        small = training_tensors(self.model, tables, self._flat.moments())
        return small | self._tables.tensors(self.step)

    def restore(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        self._flat.set_moments(saved_moments(tensors, self.model, _in_place(self.model)))
        self._tables.restore(tensors)
        self.go_to(step)

    def _parameters(self) -> Iterator[tuple[str, Tensor]]:
        yield from ((found.name, found.parameter) for found in _in_place(self.model))
        for part in self._fused.tables.halves.chunk(self._fused.tables.shape[0]):
            yield "hash_ensemble.tables", part

    @torch.no_grad()
    def _train_step(self) -> StepReport:
        draw = self.sampler.prepare(self.step)
        self._set_numbers()
        if self._grid_is_due():
            self._update_grid(draw.launch())
        measured = self.graph.run(self._graph_key(draw), lambda: self._launch_step(draw))
        self._measurements.push(self.step, measured)
        return self._report()

    def _set_numbers(self) -> None:
        """Sends what the host knows of this step and only the device reads."""
        width = depth_width_at(self.step, self.config.losses)
        self._numbers.set([*width, *adam_numbers(self.rates["fields"], self.step + 1)])
        self._fused.windows.set(self.windows)

    def _graph_key(self, draw: Draw) -> Hashable:
        """What a step's launches depend on beside what is in memory; None: they cannot be
        captured."""
        if draw.key is None or self.world.size > 1 or self.model.camera_colors is not None:
            return None
        return draw.key, self._fused.launches_of(self.windows), *self.rates.values()

    def _launch_step(self, draw: Draw) -> Float[Tensor, "m"]:
        """What the device does in every step. Returns what is measured."""
        batch = draw.launch()
        blend = self._fused.blend_as_set(batch.rays.timesteps, self.windows, batch.n_slots)
        samples, found = self._sample(batch, blend)
        numbers = self._forward_and_backward(batch, blend, samples, found)
        self._flat.step(self.rates, numbers[:1])
        occupied = self.model.grid.binaries.sum(dtype=torch.float32).view(1)
        return torch.cat([occupied, self.model.grid.n_exploded, numbers])

    @torch.no_grad()
    def bad_rays(self, step: int) -> BadRays:
        batch = self.sampler.batch(step)
        blend = self._fused.blend(batch.rays.timesteps, self.windows)
        samples, found = self._sample(batch, blend)
        rays = samples.ray_indices
        sigmas, rgbs = blend.mlp.forward(found, batch.rays.directions, rays, samples.count)
        valid = torch.arange(len(rays), device=rays.device) < samples.count
        bad = valid & ~(torch.isfinite(sigmas) & torch.isfinite(rgbs).all(-1))
        of_model = torch.zeros(len(batch.rays), dtype=torch.bool, device=rays.device)
        of_model[rays[bad].long()] = True
        flags = {"capture": ~batch.targets.finite, "model": of_model}
        return self._images_of(flags, batch.rays)

    @torch.no_grad()
    def rehearse(self) -> None:
        """All launches of a step now and of one at the end, when all tables are open; no
        parameter changes. Within ``launching.rehearsal`` that compiles them."""
        batch, field = self.sampler.batch(self.step), self.model.field
        at_the_end = WindowState(float(field.n_bands), float(field.n_tables))
        self._set_numbers()
        for windows in (self.windows, at_the_end):
            blend = self._fused.blend(batch.rays.timesteps, windows)
            self._forward_and_backward(batch, blend, *self._sample(batch, blend))

    def _update_grid(self, batch: DeviceBatch) -> None:
        """Before the step blends grids in the same memory."""
        timesteps = batch.rays.timesteps
        if self.config.loop.occupancy_timesteps == "all":
            n_slots = self._fused.field.n_timesteps
            density = _density_at_any(self._fused, self.windows, group=len(timesteps))
        else:
            n_slots = batch.n_timesteps or len(timesteps)
            density = self._fused.blend_as_set(timesteps, self.windows, batch.n_slots).density
        generator = torch.Generator(self.model.device)
        generator.manual_seed(self._generator("occupancy").initial_seed())
        step_size = self.model.config.marcher.render_step_size
        shared = self._shared(density)
        update_on_device(self.model.grid, self.step, shared, n_slots, step_size, generator)

    def _shared(self, density: PackedDensityFn) -> PackedDensityFn:
        """The same density, each process computing its share of the points."""
        world = self.world
        if world.size == 1:
            return density

        def shared(positions: Tensor, slots: Tensor, count: Tensor) -> Tensor:
            # Of the first n points, those of this rank.
            n_own = (count - world.rank + world.size - 1).clamp(min=0) // world.size
            part = positions[world.share].contiguous(), slots[world.share].contiguous()
            return world.interleaved(density(*part, n_own.to(count.dtype)), len(positions))

        return shared

    def _sample(self, batch: DeviceBatch, blend: FusedBlend) -> tuple[DeviceSamples, FusedFeatures]:
        """Marches, evaluates the density everywhere and keeps what can matter, with what the field
        is there."""
        config, grid = self.model.config, self.model.grid
        marcher, capacity = config.marcher, self._capacity
        candidates = march(batch.rays, grid, marcher, batch.jitter, 2 * capacity)
        found = blend.features(candidates.positions_unit, candidates.slots, candidates.count)
        sigmas = blend.mlp.density(found, candidates.count)
        threshold = self._alpha_threshold
        if not config.occupancy.disable_occupancy_grid:
            threshold = torch.minimum(threshold, grid.mean_occupancy_tensor)
        stop = marcher.train_early_stop_eps
        kept, source = keep_visible(candidates, sigmas, threshold, stop, capacity)
        return kept, gather(source, kept.count, found)

    def _forward_and_backward(
        self, batch: DeviceBatch, blend: FusedBlend, samples: DeviceSamples, found: FusedFeatures
    ) -> Float[Tensor, "m"]:
        """Changes the tables and leaves all other gradients, those of the whole batch; returns
        whether the step is skipped, the terms, the samples, the rays kept and the spread in
        depth, also of the whole batch."""
        directions = batch.rays.directions
        # Losses are means over rays: with more of them, the gradient of each is smaller.
        scale = GRAD_SCALE * self.sampler.n_rays / _N_RAYS
        sigmas, rgbs = blend.mlp.forward(found, directions, samples.ray_indices, samples.count)
        colors, corrections = self.model.camera_colors, None
        if colors is not None:
            with torch.enable_grad():
                corrections = colors.of(batch.rays.cameras)
        losses = render_and_compare(
            sigmas, rgbs, samples, batch.targets, self.config.losses, self._numbers.values[:2],
            self._max_samples_per_ray, self.world, corrections,
            patch_losses=self._patch_losses, n_patches=self.sampler.config.n_patches(self.step),
        )  # fmt: skip
        self._flat.begin(unused=() if blend.depends_on_codes else ("hash_ensemble.codes",))
        if corrections is not None:
            corrections.backward(losses.d_corrections)
        d_grids = blend.backward(found, samples, directions, losses, scale)
        terms = torch.cat([losses.terms, self._tie_codes(blend)])
        numbers = self._sum_over_processes(terms, samples, losses.depth_spread)
        # Not finite: neither tables nor other parameters change. What reaches the tables reaches
        # the other gradients as well, which are sums over all samples.
        total = (numbers[: len(self._terms)].sum() + self._flat.gradients.sum()).view(1)
        # What is not finite gives no number when taken off itself.
        skip = (total - total).ne(0).float()
        adam = self._numbers.values[2:]
        d_weights = self._tables.update(blend, d_grids, skip, adam, scale)
        blend.codes_backward(self.world.sum_(d_weights))
        return torch.cat([skip, numbers])

    def _tie_codes(self, blend: FusedBlend) -> Float[Tensor, "1"]:
        """This process's share of the term of the codes, whose gradient it adds."""
        weight = self.config.losses.lambda_time_smoothness_loss
        codes = self.model.field.codes_in_use(blend.windows)
        if weight == 0 or not codes:
            return self._untied
        return tie_codes(codes, weight / self.world.size)

    def _sum_over_processes(
        self, terms: Float[Tensor, "terms"], samples: DeviceSamples, depth_spread: Tensor
    ) -> Float[Tensor, "m"]:
        """Sums gradients and numbers at once; with the numbers goes whether to stop."""
        parts = [terms, samples.count.float(), samples.n_rays_kept.float(), depth_spread]
        if self.world.size > 1:
            parts.append(torch.full_like(terms[:1], self._stop_requests.wanted))
        numbers = torch.cat(parts)
        self.world.sum_all_([self._flat.gradients, numbers])
        return numbers

    def _report(self) -> StepReport:
        """The newest numbers that have arrived."""
        # The first steps compile kernels; nothing would be won by not waiting for them.
        if self._report_at_once > 0 or self._measurements.full:
            self._report_at_once = max(self._report_at_once - 1, 0)
            self._newest = self._measurements.pop()
        step, values = self._newest
        (occupied, exploded, skipped), values = values[:3], values[3:]
        terms = dict(zip(self._terms, values[: len(self._terms)], strict=True))
        n_samples, n_kept, depth_spread, *stops = values[len(self._terms) :]
        now = time.perf_counter()
        seconds, self._began = now - self._began, now
        return StepReport(
            step=self.step + 1,
            measured_step=step + 1,
            terms=terms,
            n_rays=max(int(n_kept), 1),
            n_samples=int(n_samples),
            n_rays_dropped=self.sampler.n_rays - int(n_kept),
            depth_spread_world=depth_spread,
            occupied=occupied / self.model.grid.binaries.numel(),
            seconds=seconds,
            skipped=skipped > 0,
            exploded=int(exploded),
            stop=any(stops),
        )


def _in_place(model: HeadModel) -> list[Learnable]:
    """All parameters but the tables, which the fused field has taken over."""
    return [found for found in learnables(model) if not found.parameter.is_meta]


def _density_at_any(fused: FusedField, windows: WindowState, group: int) -> PackedDensityFn:
    """The density of cells at any timestep, in groups of as many as a step blends."""
    n_timesteps = fused.field.n_timesteps

    def density(positions_unit: Tensor, timesteps: Tensor, count: Tensor) -> Tensor:
        """Each group's cells are moved together; no more grids exist than in a step."""
        device, n = positions_unit.device, len(positions_unit)
        valid = torch.arange(n, device=device) < count
        result = torch.zeros(n, device=device)
        for start in range(0, n_timesteps, group):
            end = min(start + group, n_timesteps)
            here = valid & (timesteps >= start) & (timesteps < end)
            rank = torch.cumsum(here, 0, dtype=torch.int32)
            # Row n takes what belongs to other groups.
            target = torch.where(here, rank - 1, n).long()
            positions = positions_unit.new_zeros(n + 1, 3).index_copy(0, target, positions_unit)
            slots = timesteps.new_zeros(n + 1).index_copy(0, target, timesteps - start)
            blend = fused.blend_as_set(torch.arange(start, end, device=device), windows)
            found = blend.density(positions, slots.int(), rank[-1:])
            result = torch.where(here, found[target], result)
        return result

    return density
