"""A picture rendered on the GPU, front to back in waves of samples
(method.md, Volume rendering and Ray marching)."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain, repeat

import torch
from jaxtyping import Float, Int32, Int64
from torch import Tensor

from nersemble.fused.kernels.waves import Waves
from nersemble.fused.wave_graph import TileRenderer
from nersemble.marching.config import MarcherConfig
from nersemble.marching.occupancy_grid import OccupiedCells
from nersemble.rendering.composite import DEPTH_EPS, RenderedRays, opaque_where_ended

WaveField = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]
"""(positions_unit [C 3], slots [C] int32, directions [N 3], ray_indices [C] int32, count [1] int32)
-> (sigmas [C], rgbs [C 3], moved_unit [C 3]), float32. ``count`` entries are valid, the others
undefined; directions belong to rays."""

SAMPLES_AT_ONCE = 2**21
LENGTHS = (4, 4, 4, 4, 16, 16, 64)
"""Samples per ray in successive waves; the last size repeats. A ray that ends within a wave has
evaluated the rest in vain. Each size needs its own compiled kernels."""


@torch.no_grad()
def render_rays_in_waves(
    origins_world: Float[Tensor, "n 3"],
    directions: Float[Tensor, "n 3"],
    grid: OccupiedCells,
    config: MarcherConfig,
    field: WaveField,
    *,
    offset_scale: tuple[float, float, float] = (1.0, 1.0, 1.0),
    clip_depth: bool = False,
    lengths: Sequence[int] = LENGTHS,
    samples_at_once: int = SAMPLES_AT_ONCE,
    tiles: TileRenderer | None = None,
    key: Hashable = None,
) -> tuple[RenderedRays, Int64[Tensor, "1"]]:
    """Renders rays of one timestep: every interval in an occupied cell, over white.

    All slots are 0. Samples with a transmittance below ``config.early_stop_eps`` are left out, and
    their rays are not sampled further.

    Args:
        offset_scale: how far the field moves a point in the unit box for an offset of 1, by axis.
        clip_depth: clip depths to the smallest and largest rendered midpoint (release quirk).
        lengths: samples of a ray between two checks of its transmittance, powers of two.
        samples_at_once: largest number of samples per call of the field.
        tiles: renders the tiles, and caches for the next picture.
        key: identifies field and grid, apart from the values in their memory.

    Returns:
        The rays, and the number of samples at which the field was queried.

    Raises:
        ValueError: a wrong dtype, shape, layout or device; a length that is no power of two.
    """

    def waves_of(
        origins: Tensor,
        directions: Tensor,
        n_rays: Int32[Tensor, "1"] | None,
        rooms: Sequence[int] | None,
    ) -> Waves:
        waves = Waves(origins, directions, grid, config, n_rays)
        slots = torch.zeros(samples_at_once, dtype=torch.int32, device=origins.device)
        plan: Iterable[tuple[int, int]]
        if rooms is None:
            plan = ((length, samples_at_once) for length in waves.each(lengths))
        else:
            plan = zip(chain(lengths, repeat(lengths[-1])), rooms, strict=False)
        for length, room in plan:
            samples = waves.take(length, min(room, samples_at_once))
            position, index = samples.positions_unit, samples.ray_indices
            values = field(position, slots[: len(index)], directions, index, samples.n_valid)
            waves.fold(samples, *values, config.early_stop_eps, offset_scale)
        return waves

    whole_key = key, config, tuple(lengths), samples_at_once, offset_scale
    rendering = tiles or TileRenderer()
    sums, n_samples = rendering.render(whole_key, origins_world, directions, waves_of)
    return opaque_where_ended(_finish(sums, clip_depth), config.early_stop_eps), n_samples


def _finish(sums: Float[Tensor, "11 n"], clip_depth: bool) -> RenderedRays:
    """Turn the running sums into rendered rays; one without samples is white with depth 0."""
    accumulation = sums[1]
    rgbs = (sums[3:6] + (1 - accumulation)).T.contiguous()
    depths = sums[2] / (accumulation + DEPTH_EPS)
    if clip_depth and depths.numel():
        nearest, farthest = sums[9].amin(), sums[10].amax()
        depths = torch.where(nearest <= farthest, depths.clamp(nearest, farthest), depths)
    offsets = sums[6:9].T.contiguous()
    return RenderedRays(rgbs, accumulation.clone(), depths, offsets)
