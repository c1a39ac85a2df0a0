"""The model that is trained, saved and rendered: a dynamic field and its occupancy grid."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import torch
from jaxtyping import Float
from torch import Tensor, nn

from nersemble.fields.dynamic_field import BlendedField, DynamicField, FieldConfig, FieldSamples
from nersemble.fields.timesteps import moment
from nersemble.fields.windows import WindowState
from nersemble.fused.field import FusedField, unsupported
from nersemble.marching import nerfacc_marcher
from nersemble.marching.marcher import MarcherConfig, march
from nersemble.marching.occupancy_grid import OccupancyGrid, OccupancyGridConfig
from nersemble.marching.samples import RaySamples
from nersemble.marching.visibility import drop_invisible
from nersemble.ops.hash_grid import Backend
from nersemble.rays.batch import RayBatch
from nersemble.rendering.composite import (
    RenderedRays,
    composite,
    concatenate,
    sample_weights,
)


@dataclass(frozen=True)
class HeadModelConfig:
    """All that defines the model's output."""

    dynamic_field: FieldConfig = field(default_factory=FieldConfig)
    occupancy: OccupancyGridConfig = field(default_factory=OccupancyGridConfig)
    marcher: MarcherConfig = field(default_factory=MarcherConfig)
    clip_depth_to_batch: bool = False
    """Clip expected depths to the batch's midpoints: a ray without samples gets the smallest
    (release quirk). Otherwise such a ray has depth 0."""


MAX_SAMPLES_PER_RAY = 4096
"""The fused losses hold all samples of a ray at once."""


def max_samples_per_ray(config: HeadModelConfig, scene_box: Float[Tensor, "2 3"]) -> int:
    """Bound on the samples of one ray: the outermost box's diagonal in smallest steps."""
    diagonal = math.dist(*scene_box.tolist()) * 2.0 ** (config.occupancy.grid_levels - 1)
    return math.ceil(diagonal / config.marcher.render_step_size) + 4


def why_not_fused(config: HeadModelConfig, scene_box: Float[Tensor, "2 3"]) -> str | None:
    """Why the fused kernels cannot compute such a model; None where they can."""
    if max_samples_per_ray(config, scene_box) > MAX_SAMPLES_PER_RAY:
        return (
            f"--render_step_size {config.marcher.render_step_size} puts more than "
            f"{MAX_SAMPLES_PER_RAY} samples on a ray"
        )
    return unsupported(config.dynamic_field)


class HeadModel(nn.Module):
    """A head over T timesteps, in the model world."""

    def __init__(
        self,
        config: HeadModelConfig,
        scene_box: Float[Tensor, "2 3"],
        n_timesteps: int,
        generator: torch.Generator,
        backend: Backend = "auto",
    ) -> None:
        super().__init__()
        self.config = config
        self.field = DynamicField(config.dynamic_field, scene_box, n_timesteps, generator, backend)
        self.grid = OccupancyGrid(config.occupancy, scene_box)
        self.fused: FusedField | None = None
        self._march, self._weights_of = march, sample_weights

    def fuse(self) -> FusedField:
        """Renders and trains through fused kernels from now on; see :func:`why_not_fused`."""
        if self.fused is None:
            self.fused = FusedField(self.field)
        return self.fused

    def use_tcnn(self) -> None:
        """Computes hash grids and MLPs through tinycudann from now on, on its device."""
        self.field.use_tcnn()

    def use_nerfacc(self) -> None:
        """Marches and composites through nerfacc from now on."""
        self._march, self._weights_of = nerfacc_marcher.march, nerfacc_marcher.sample_weights

    @cached_property
    def max_samples_per_ray(self) -> int:
        """Bound on the samples of one ray."""
        return max_samples_per_ray(self.config, self.grid.scene_box)

    @property
    def device(self) -> torch.device:
        """Where the parameters are."""
        return self.field.scene_box.device

    def sample_for_training(
        self, rays: RayBatch, blended: BlendedField, jitter: Float[Tensor, "n"]
    ) -> RaySamples:
        """Marches with jitter and drops samples by a density pass without gradient.

        With a limit on samples the result covers only the first rays whose samples fit.
        """
        config = self.config.marcher
        samples = self._march(rays, self.grid, config, jitter)
        if config.max_samples is not None:
            # Without a gradient a sample costs less than half of what it costs with one.
            samples = samples.at_most(2 * config.max_samples)
        threshold = min(config.alpha_thre, self.grid.mean_occupancy)
        if self.config.occupancy.disable_occupancy_grid:
            threshold = config.alpha_thre

        stop = config.train_early_stop_eps
        density = _density_on(rays, blended, config.max_samples)
        kept = drop_invisible(samples, density, threshold, stop)
        return kept if config.max_samples is None else kept.at_most(config.max_samples)

    def render_samples(
        self, rays: RayBatch, samples: RaySamples, blended: BlendedField
    ) -> tuple[RenderedRays, FieldSamples]:
        """Evaluates the field at the samples and composites them."""
        index = samples.ray_indices
        values = blended(samples.positions_world(rays), rays.directions[index], rays.slots[index])
        rendered = composite(
            values.sigmas,
            values.rgbs,
            values.offsets_unit,
            samples,
            clip_depth=self.config.clip_depth_to_batch,
            weights_of=self._weights_of,
        )
        return rendered, values

    @torch.no_grad()
    def render(self, rays: RayBatch, blended: BlendedField) -> RenderedRays:
        """Renders rays outside training: every interval in an occupied cell, without the density
        pass unless ``early_stop_eps`` asks for it."""
        config = self.config.marcher
        samples = self._march(rays, self.grid, config)
        density = _density_on(rays, blended, config.max_samples)
        samples = drop_invisible(samples, density, 0.0, config.early_stop_eps)
        if config.max_samples is None or len(samples) <= config.max_samples:
            return self.render_samples(rays, samples, blended)[0]
        ranges = samples.split(config.max_samples)
        return concatenate(
            [
                self.render_samples(rays.part(first, last), samples.of_rays(first, last), blended)[
                    0
                ]
                for first, last in ranges
            ]
        )

    def blend(self, timestep: float, windows: WindowState) -> BlendedField:
        """The field at one timestep, for rendering; between two, their codes are interpolated."""
        with torch.no_grad():
            return self.field.blend(moment(timestep, self.device), windows)


def _density_on(
    rays: RayBatch, blended: BlendedField, max_samples: int | None
) -> Callable[[RaySamples], Tensor]:
    """The field's density at samples of these rays, at most ``max_samples`` at once."""

    def density(samples: RaySamples) -> Tensor:
        positions, slots = samples.positions_world(rays), rays.slots[samples.ray_indices]
        size = max_samples or max(len(samples), 1)
        parts = zip(positions.split(size), slots.split(size), strict=True)
        return torch.cat([blended.density(*part) for part in parts])

    return density
