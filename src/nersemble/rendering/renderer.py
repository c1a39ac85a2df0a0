"""Marching, field and compositing combined in torch, for training and for pictures."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import torch
from jaxtyping import Float, Real
from torch import Tensor

from nersemble.fields.dynamic_field import BlendedField, FieldSamples
from nersemble.fields.timesteps import moment
from nersemble.fields.windows import WindowState
from nersemble.geometry.camera import Camera
from nersemble.marching import marcher
from nersemble.marching.config import MarcherConfig
from nersemble.marching.occupancy_grid import OccupiedCells
from nersemble.marching.samples import RaySamples
from nersemble.marching.visibility import drop_invisible
from nersemble.rays.batch import RayBatch
from nersemble.rendering.composite import (
    CompositedRays,
    RenderedRays,
    SampleWeights,
    composite,
    concatenate,
    sample_weights,
)
from nersemble.rendering.front_to_back import render_lit
from nersemble.rendering.head_model import HeadModel
from nersemble.rendering.image import FieldAt, RenderedImage, Renderer, assembled


class Blends(Protocol):
    """A dynamic field, in torch or from a package."""

    def blend(self, timesteps: Real[Tensor, "k"], windows: WindowState) -> BlendedField:
        """The field at K timesteps."""
        ...


class March(Protocol):
    """Finds samples on rays, as :func:`nersemble.marching.marcher.march`."""

    def __call__(
        self,
        rays: RayBatch,
        grid: OccupiedCells,
        config: MarcherConfig,
        jitter: Float[Tensor, "n"] | None = None,
    ) -> RaySamples: ...


class TorchRenderer(Renderer):
    """Renders with torch's own operations.

    The field, the marcher and the sample weights may come from packages.
    """

    def __init__(
        self,
        model: HeadModel,
        field: Blends | None = None,
        march: March = marcher.march,
        weights_of: SampleWeights = sample_weights,
    ) -> None:
        super().__init__(model)
        self.field = field or model.field
        self._march, self._weights_of = march, weights_of

    def sample_for_training(
        self, rays: RayBatch, blended: BlendedField, jitter: Float[Tensor, "n"]
    ) -> RaySamples:
        """March with jitter and cull samples by a density pass without gradient.

        With a sample limit, the result covers only the first rays whose samples fit.
        """
        config, grid = self.config.marcher, self.model.grid
        samples = self._march(rays, grid, config, jitter)
        if config.max_samples is not None:
            # A sample without gradient costs less than half as much as one with gradient.
            samples = samples.at_most(2 * config.max_samples)
        threshold = min(config.alpha_thre, grid.mean_occupancy)
        if self.config.occupancy.disable_occupancy_grid:
            threshold = config.alpha_thre
        stop = config.train_early_stop_eps
        density = _density_on(rays, blended, config.max_samples)
        kept = drop_invisible(samples, density, threshold, stop)
        return kept if config.max_samples is None else kept.at_most(config.max_samples)

    def render_samples(
        self, rays: RayBatch, samples: RaySamples, blended: BlendedField
    ) -> tuple[CompositedRays, FieldSamples]:
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
    def render(self, rays: RayBatch, blended: BlendedField) -> CompositedRays:
        """Render rays outside training: every interval in an occupied cell or, with
        ``early_stop_eps``, those with enough transmittance."""
        config, clip_depth = self.config.marcher, self.config.clip_depth_to_batch
        samples = self._march(rays, self.model.grid, config)
        if config.early_stop_eps > 0:
            return render_lit(rays, samples, blended, config, clip_depth=clip_depth)
        parts = [(rays, samples)]
        if config.max_samples is not None and len(samples) > config.max_samples:
            parts = [
                (rays.part(first, last), samples.of_rays(first, last))
                for first, last in samples.split(config.max_samples)
            ]
        return concatenate([self.render_samples(*part, blended)[0] for part in parts])

    @torch.no_grad()
    def blend(self, timestep: float, windows: WindowState) -> BlendedField:
        """The field at one timestep, for rendering; between two, their codes are interpolated."""
        return self.field.blend(moment(timestep, self.model.device), windows)

    def _field_at(self, timestep: float, windows: WindowState) -> FieldAt:
        blended = self.blend(timestep, windows)

        def values(positions_world: Tensor, directions: Tensor) -> tuple[Tensor, Tensor]:
            slots = torch.zeros(len(directions), dtype=torch.int64, device=directions.device)
            found = blended(positions_world, directions, slots)
            return found.sigmas, found.rgbs

        return values

    def image(
        self,
        camera: Camera,
        timestep: float,
        windows: WindowState,
        n_rays: int,
        part: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> RenderedImage:
        """Render a picture in chunks of ``n_rays`` rays, or fewer to respect the sample limit;
        arguments as in :meth:`Renderer.image`."""
        with part():
            blended = self.blend(timestep, windows)
        chunks: list[RenderedRays] = []
        self.n_samples = 0
        for first in range(0, camera.height * camera.width, n_rays):
            with part():
                rays = _rays_of(camera, first, n_rays, round(timestep), self.model.device)
                rendered = self.render(rays, blended)
                self.n_samples += len(rendered.weights)
                chunks.append(rendered.without_samples())
        return assembled(camera, chunks)


def _rays_of(
    camera: Camera, first: int, n_rays: int, timestep: int, device: torch.device
) -> RayBatch:
    """Rays of consecutive pixels, counted row by row."""
    pixels = torch.arange(first, min(first + n_rays, camera.height * camera.width))
    pixel_yx = torch.stack([pixels // camera.width, pixels % camera.width], -1)
    origins, directions = (rays.to(device) for rays in camera.rays(pixel_yx))
    return RayBatch.of_timestep(origins, directions, timestep)


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
