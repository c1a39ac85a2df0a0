"""Volume rendering over white (method.md, Volume rendering; Max 1995)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.marching.samples import RaySamples
from nersemble.marching.visibility import transmittances
from nersemble.ops.packed import segment_sum

DEPTH_EPS = 1e-10
"""Added to an accumulation that divides a depth: without samples, the depth is 0."""


@dataclass(frozen=True)
class RenderedRays:
    """N rendered rays.

    rgbs: over white, not clamped; accumulations: 0..1; depths_world: expected distance along the
    ray, model-world units; offsets_unit: mean deformation, unit box.
    """

    rgbs: Float[Tensor, "n 3"]
    accumulations: Float[Tensor, "n"]
    depths_world: Float[Tensor, "n"]
    offsets_unit: Float[Tensor, "n 3"]


@dataclass(frozen=True)
class CompositedRays(RenderedRays):
    """N rendered rays and the weights of their S samples, which losses use."""

    weights: Float[Tensor, "s"]

    def without_samples(self) -> RenderedRays:
        """The part that a picture needs."""
        return RenderedRays(self.rgbs, self.accumulations, self.depths_world, self.offsets_unit)

    def without_first(self, n_rays: int, n_samples: int) -> "CompositedRays":
        """Without the first rays and their samples."""
        return CompositedRays(
            self.rgbs[n_rays:],
            self.accumulations[n_rays:],
            self.depths_world[n_rays:],
            self.offsets_unit[n_rays:],
            self.weights[n_samples:],
        )


Rays = TypeVar("Rays", bound=RenderedRays)

SampleWeights = Callable[[Tensor, RaySamples], Tensor]
"""(sigmas [s], samples) -> weights [s], as :func:`sample_weights`."""


def sample_weights(sigmas: Float[Tensor, "s"], samples: RaySamples) -> Float[Tensor, "s"]:
    """Transmittance times opacity of each sample."""
    opacity = 1 - torch.exp(-sigmas * (samples.t_ends - samples.t_starts))
    return transmittances(sigmas, samples) * opacity


def depth_spreads(weights: Float[Tensor, "s"], samples: RaySamples) -> Float[Tensor, "n"]:
    """Standard deviation of each ray's depth under its sample weights, model-world units: near 0
    for a surface, large for fog; 0 without samples."""
    n, index, middle = samples.n_rays, samples.ray_indices, samples.midpoints
    total = segment_sum(weights, index, n) + DEPTH_EPS
    mean = segment_sum(weights * middle, index, n) / total
    return (segment_sum(weights * (middle - mean[index]) ** 2, index, n) / total).sqrt()


def concatenate(parts: Sequence[Rays]) -> Rays:
    """Concatenate rendered rays."""
    kind = type(parts[0])
    columns = ([getattr(part, entry.name) for part in parts] for entry in fields(kind))
    return kind(*(torch.cat(column) for column in columns))


def composite(
    sigmas: Float[Tensor, "s"],
    rgbs: Float[Tensor, "s 3"],
    offsets_unit: Float[Tensor, "s 3"],
    samples: RaySamples,
    *,
    clip_depth: bool,
    weights_of: SampleWeights = sample_weights,
) -> CompositedRays:
    """Renders packed samples over white.

    Args:
        clip_depth: clip the expected depth to the smallest and largest midpoint of the batch, so
            that a ray without samples gets the smallest (release quirk).
        weights_of: computes the weights of samples from densities.
    """
    weights = weights_of(sigmas, samples)
    n, index, middle = samples.n_rays, samples.ray_indices, samples.midpoints
    accumulation = segment_sum(weights, index, n)
    color = segment_sum(weights[:, None] * rgbs, index, n) + (1 - accumulation)[:, None]
    depth = segment_sum(weights * middle, index, n) / (accumulation + DEPTH_EPS)
    if clip_depth and len(samples):
        depth = depth.clamp(float(middle.min()), float(middle.max()))
    offsets = segment_sum(weights.detach()[:, None] * offsets_unit.detach(), index, n)
    return CompositedRays(color, accumulation, depth, offsets, weights)


def opaque_where_ended(rays: Rays, early_stop_eps: float) -> Rays:
    """Normalise rays that stopped below a transmittance of ``early_stop_eps``: the rest takes the
    ray's own colour, since the white background would lighten an opaque head."""
    alpha = rays.accumulations
    # The light that is left is 1 - alpha.
    ended = (alpha > 1 - early_stop_eps)[:, None]
    share, white = torch.where(ended, 1 / alpha[:, None], 1.0), (1 - alpha)[:, None]
    return replace(
        rays,
        rgbs=torch.where(ended, (rays.rgbs - white) * share, rays.rgbs),
        accumulations=torch.where(ended[:, 0], 1.0, alpha),
        offsets_unit=rays.offsets_unit * share,
    )
