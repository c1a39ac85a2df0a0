"""A picture rendered on the GPU, front to back in waves of samples (spec, sections 3.5 and 4)."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.fused.kernels.waves import Waves
from nersemble.marching.marcher import MarcherConfig
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.rendering.composite import DEPTH_EPS, RenderedRays

WaveField = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]
"""(positions_unit [C 3], slots [C] int32, directions [N 3], ray_indices [C] int32, count [1] int32)
-> (sigmas [C], rgbs [C 3], moved_unit [C 3]), float32. ``count`` entries are valid, the others
undefined; directions belong to rays."""


@torch.no_grad()
def render_rays_in_waves(
    origins_world: Float[Tensor, "n 3"],
    directions: Float[Tensor, "n 3"],
    grid: OccupancyGrid,
    config: MarcherConfig,
    field: WaveField,
    *,
    offset_scale: tuple[float, float, float] = (1.0, 1.0, 1.0),
    clip_depth: bool = False,
    wave: int = 32,
    samples_at_once: int = 2**21,
) -> RenderedRays:
    """Renders rays of one timestep: every interval in an occupied cell, over white.

    The host waits for the device once per wave. All slots are 0. Samples that less light than
    ``config.early_stop_eps`` reaches are left out, and their rays are not sampled further.

    Args:
        offset_scale: how far the field moves a point in the unit box for an offset of 1, by axis.
        clip_depth: clip depths to the smallest and largest rendered midpoint (release quirk).
        wave: samples of a ray between two looks at its transmittance, a power of two.
        samples_at_once: samples the field is given at most.

    Raises:
        ValueError: a wrong dtype, shape, layout or device; a wave that is no power of two.
    """
    waves = Waves(origins_world, directions, grid, config, wave)
    some = False
    while (samples := waves.take()) is not None:
        some = True
        values = _evaluate(
            field, directions, samples.positions_unit, samples.ray_indices, samples.n,
            samples_at_once,
        )  # fmt: skip
        waves.fold(samples, *values, config.early_stop_eps, offset_scale)
    return _finish(waves.sums, clip_depth and some)


def _evaluate(
    field: WaveField,
    directions: Float[Tensor, "r 3"],
    positions_unit: Float[Tensor, "c 3"],
    ray_indices: Tensor,
    n: int,
    at_once: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """The field at a wave's samples, a part at a time."""
    parts = []
    size = min(at_once, len(ray_indices))
    slots = torch.zeros(size, dtype=torch.int32, device=ray_indices.device)
    for start in range(0, n, size):
        index = ray_indices[start : start + size]
        count = torch.full_like(slots[:1], min(n - start, size))
        position = positions_unit[start : start + size]
        parts.append(field(position, slots[: len(index)], directions, index, count))
    if len(parts) == 1:
        return parts[0]
    sigmas, rgbs, moved = (torch.cat(column) for column in zip(*parts, strict=True))
    return sigmas, rgbs, moved


def _finish(sums: Float[Tensor, "11 n"], clip_depth: bool) -> RenderedRays:
    """From the running sums to what is seen; a ray without samples is white with depth 0."""
    accumulation = sums[1]
    rgbs = (sums[3:6] + (1 - accumulation)).T.contiguous()
    depths = sums[2] / (accumulation + DEPTH_EPS)
    if clip_depth:
        depths = depths.clamp(sums[9].amin(), sums[10].amax())
    offsets = sums[6:9].T.contiguous()
    return RenderedRays(rgbs, accumulation.clone(), depths, offsets)
