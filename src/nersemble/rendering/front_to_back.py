"""Render rays front to back, a few samples of each at a time, until they are opaque."""

from collections.abc import Iterator

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.fields.dynamic_field import BlendedField, Geometry
from nersemble.marching.config import MarcherConfig
from nersemble.marching.samples import RaySamples
from nersemble.marching.visibility import transmittances
from nersemble.ops.packed import offsets_from_counts
from nersemble.rays.batch import RayBatch
from nersemble.rendering.composite import DEPTH_EPS, CompositedRays, opaque_where_ended

_WAVE = 4
"""Samples of a ray between two checks of its transmittance."""
_DARK = 1e-4
"""Samples up to this weight get no colour."""


def render_lit(
    rays: RayBatch,
    samples: RaySamples,
    blended: BlendedField,
    config: MarcherConfig,
    *,
    clip_depth: bool,
) -> CompositedRays:
    """Render packed samples over white like :func:`composite`, but only those with a transmittance
    of at least ``early_stop_eps``. Others are not evaluated, except for the rest of a wave.

    The weights are those of the samples with a colour, in the order of their evaluation.

    Args:
        clip_depth: see :func:`composite`.
    """
    n, device = len(rays), samples.t_starts.device
    sums = torch.zeros(n, 8, device=device)
    passed = torch.ones(n, device=device)
    weights, middles = [], []
    for front in _waves(samples, passed, config.early_stop_eps):
        geometry = _geometry(rays, front, blended, config.max_samples)
        opacity = 1 - torch.exp(-geometry.sigmas * (front.t_ends - front.t_starts))
        reaching = passed[front.ray_indices] * transmittances(geometry.sigmas, front)
        last = front.offsets[1:][front.counts > 0] - 1
        passed[front.ray_indices[last]] = (reaching * (1 - opacity))[last]
        weight = torch.where(reaching >= config.early_stop_eps, reaching * opacity, 0.0)
        lit = (weight > _DARK).nonzero().flatten()
        weight, index, middle = weight[lit, None], front.ray_indices[lit], front.midpoints[lit]
        colors = blended.colors(geometry.features[lit], rays.directions[index])
        offsets = geometry.offsets_unit[lit]
        values = torch.cat([colors, torch.ones_like(weight), middle[:, None], offsets], 1)
        sums.index_add_(0, index, weight * values)
        weights.append(weight[:, 0])
        middles.append(middle)
    rgbs, alpha = sums[:, :3], sums[:, 3]
    depths, middle = sums[:, 4] / (alpha + DEPTH_EPS), torch.cat([passed[:0], *middles])
    if clip_depth and len(middle):
        depths = depths.clamp(float(middle.min()), float(middle.max()))
    rgbs = rgbs + (1 - alpha)[:, None]
    found = torch.cat([passed[:0], *weights])
    rendered = CompositedRays(rgbs, alpha, depths, sums[:, 5:], found)
    return opaque_where_ended(rendered, config.early_stop_eps)


def _waves(
    samples: RaySamples, passed: Float[Tensor, "n"], early_stop_eps: float
) -> Iterator[RaySamples]:
    """Yield the next samples of the rays that are not yet opaque; the caller updates ``passed`` in
    between."""
    place, end = samples.offsets[:-1], samples.offsets[1:]
    living = (place < end).nonzero().flatten()
    along = torch.arange(_WAVE, device=living.device)
    while len(living):
        at = place[living, None] + along
        yield _some(samples, at[at < end[living, None]])
        place = place + _WAVE
        living = living[(place < end)[living] & (passed >= early_stop_eps)[living]]


def _some(samples: RaySamples, index: Int[Tensor, "m"]) -> RaySamples:
    """The samples at these ascending indices."""
    of_rays = samples.ray_indices[index]
    offsets = offsets_from_counts(torch.bincount(of_rays, minlength=samples.n_rays))
    return RaySamples(of_rays, samples.t_starts[index], samples.t_ends[index], offsets)


def _geometry(
    rays: RayBatch, samples: RaySamples, blended: BlendedField, max_samples: int | None
) -> Geometry:
    """The field's geometry at samples, at most ``max_samples`` at once."""
    positions, slots = samples.positions_world(rays), rays.slots[samples.ray_indices]
    size = max_samples or max(len(samples), 1)
    parts = [
        blended.geometry(*part)
        for part in zip(positions.split(size), slots.split(size), strict=True)
    ]
    if len(parts) == 1:
        return parts[0]
    columns = zip(*((one.sigmas, one.features, one.offsets_unit) for one in parts), strict=True)
    return Geometry(*map(torch.cat, columns))
