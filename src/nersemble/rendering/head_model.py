"""The model that is trained, saved and rendered: a dynamic field and its occupancy grid."""

from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor, nn

from nersemble.fields.dynamic_field import BlendedField, DynamicField, FieldConfig, FieldSamples
from nersemble.fields.windows import WindowState
from nersemble.marching.marcher import MarcherConfig, march
from nersemble.marching.occupancy_grid import OccupancyGrid, OccupancyGridConfig
from nersemble.marching.samples import RaySamples
from nersemble.marching.visibility import drop_invisible
from nersemble.ops.hash_grid import Backend
from nersemble.rays.batch import RayBatch
from nersemble.rendering.composite import RenderedRays, composite, concatenate


@dataclass(frozen=True)
class HeadModelConfig:
    """All that defines the model's output."""

    dynamic_field: FieldConfig = field(default_factory=FieldConfig)
    occupancy: OccupancyGridConfig = field(default_factory=OccupancyGridConfig)
    marcher: MarcherConfig = field(default_factory=MarcherConfig)
    clip_depth_to_batch: bool = False
    """Clip expected depths to the batch's midpoints: a ray without samples gets the smallest
    (release quirk). Otherwise such a ray has depth 0."""


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
        samples = march(rays, self.grid, config, jitter)
        if config.max_samples is not None:
            # Without a gradient a sample costs less than half of what it costs with one.
            samples = samples.at_most(2 * config.max_samples)
        threshold = min(config.alpha_thre, self.grid.mean_occupancy)
        if self.config.occupancy.disable_occupancy_grid:
            threshold = config.alpha_thre

        def density(marched: RaySamples) -> Tensor:
            slots = rays.slots[marched.ray_indices]
            return blended.density(marched.positions_world(rays), slots)

        kept = drop_invisible(samples, density, threshold, config.train_early_stop_eps)
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
        )
        return rendered, values

    @torch.no_grad()
    def render(self, rays: RayBatch, blended: BlendedField) -> RenderedRays:
        """Renders rays outside training: every interval in an occupied cell, no density pass."""
        samples = march(rays, self.grid, self.config.marcher)
        limit = self.config.marcher.max_samples
        if limit is not None and len(samples) > limit and len(rays) > 1:
            half = len(rays) // 2
            parts = [rays.part(0, half), rays.part(half, len(rays))]
            return concatenate([self.render(part, blended) for part in parts])
        stop = self.config.marcher.early_stop_eps
        if stop > 0:
            samples = self._before_opaque(rays, samples, blended, stop)
        rendered, _ = self.render_samples(rays, samples, blended)
        return rendered

    def _before_opaque(
        self, rays: RayBatch, samples: RaySamples, blended: BlendedField, stop: float
    ) -> RaySamples:
        """Drops the samples behind the point at which the transmittance falls below ``stop``."""

        def density(marched: RaySamples) -> Tensor:
            return blended.density(marched.positions_world(rays), rays.slots[marched.ray_indices])

        return drop_invisible(samples, density, 0.0, stop)

    def blend(self, timestep: int, windows: WindowState) -> BlendedField:
        """The field at one timestep, for rendering."""
        index = torch.tensor([timestep], device=self.device)
        with torch.no_grad():
            return self.field.blend(index, windows)
