"""A picture rendered on the GPU, front to back in waves of samples (spec, sections 3.5 and 4)."""

from collections.abc import Callable, Hashable

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from nersemble.fused.kernels.waves import Waves
from nersemble.fused.wave_graph import WaveGraphs
from nersemble.marching.config import MarcherConfig
from nersemble.marching.occupancy_grid import OccupiedCells
from nersemble.rendering.composite import DEPTH_EPS, RenderedRays

WaveField = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]
"""(positions_unit [C 3], slots [C] int32, directions [N 3], ray_indices [C] int32, count [1] int32)
-> (sigmas [C], rgbs [C 3], moved_unit [C 3]), float32. ``count`` entries are valid, the others
undefined; directions belong to rays."""

SAMPLES_AT_ONCE = 2**21


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
    wave: int = 16,
    samples_at_once: int = SAMPLES_AT_ONCE,
    graphs: WaveGraphs | None = None,
    key: Hashable = None,
) -> tuple[RenderedRays, Int64[Tensor, "1"]]:
    """Renders rays of one timestep: every interval in an occupied cell, over white.

    The host never waits for the wave that runs. All slots are 0. Samples that less light than
    ``config.early_stop_eps`` reaches are left out, and their rays are not sampled further.

    Args:
        offset_scale: how far the field moves a point in the unit box for an offset of 1, by axis.
        clip_depth: clip depths to the smallest and largest rendered midpoint (release quirk).
        wave: samples of a ray between two looks at its transmittance, a power of two.
        samples_at_once: samples the field is given at most.
        graphs: of CUDA, if pictures of this size are rendered again and again; key: what the field
            and the grid are, beside the values in their memory.

    Returns:
        The rays, and for how many samples the field was asked.

    Raises:
        ValueError: a wrong dtype, shape, layout or device; a wave that is no power of two.
    """
    slots = torch.zeros(samples_at_once, dtype=torch.int32, device=origins_world.device)

    def begin(origins: Tensor, directions: Tensor) -> Waves:
        return Waves(origins, directions, grid, config, wave, samples_at_once)

    def step(waves: Waves, most: int | None = None, length: int | None = None) -> None:
        samples = waves.take(most, length)
        position, index = samples.positions_unit, samples.ray_indices
        values = field(position, slots[: len(index)], waves.directions, index, samples.n_valid)
        waves.fold(samples, *values, config.early_stop_eps, offset_scale)

    if graphs is None:
        waves = begin(origins_world, directions)
        for _ in waves.each():
            step(waves)
    else:
        whole_key = key, origins_world.shape, config, wave, samples_at_once, offset_scale
        waves = graphs.waves(whole_key, origins_world, directions, begin, step)
    return _finish(waves.sums, clip_depth), waves.n_samples.clone()


def _finish(sums: Float[Tensor, "11 n"], clip_depth: bool) -> RenderedRays:
    """From the running sums to what is seen; a ray without samples is white with depth 0."""
    accumulation = sums[1]
    rgbs = (sums[3:6] + (1 - accumulation)).T.contiguous()
    depths = sums[2] / (accumulation + DEPTH_EPS)
    if clip_depth and depths.numel():
        nearest, farthest = sums[9].amin(), sums[10].amax()
        depths = torch.where(nearest <= farthest, depths.clamp(nearest, farthest), depths)
    offsets = sums[6:9].T.contiguous()
    return RenderedRays(rgbs, accumulation.clone(), depths, offsets)
