"""The distortion loss of mip-NeRF 360 (Barron et al. 2022, equation 15), in linear time."""

from jaxtyping import Float
from torch import Tensor

from nersemble.distributed import ALONE, World
from nersemble.marching.samples import RaySamples
from nersemble.ops.packed import exclusive_sum


def distortion_loss(
    weights: Float[Tensor, "s"], samples: RaySamples, max_rays: int, world: World = ALONE
) -> Float[Tensor, ""]:
    """Sum over pairs of w_i w_j |t_i - t_j| plus w_i^2 dt_i / 3, averaged over rays.

    Both orders of a pair count. The average is over the highest counted ray index plus one.

    Args:
        max_rays: only rays of lower index count (0: all).
    """
    index, middle = samples.ray_indices, samples.midpoints
    # Of the whole batch, of which every process has each ``size``-th ray.
    place = index * world.size + world.rank
    counted = (place < max_rays).to(weights.dtype) if max_rays > 0 else weights.new_ones(())
    weight_before = exclusive_sum(weights, index, samples.offsets)
    moment_before = exclusive_sum(weights * middle, index, samples.offsets)
    between = 2 * weights * (middle * weight_before - moment_before)
    within = weights**2 * (samples.t_ends - samples.t_starts) / 3
    total = ((between + within) * counted).sum()
    counted_rays = place[place < max_rays] if max_rays > 0 else place
    n_rays = (counted_rays[-1:] + 1).sum()
    return total / world.max_(n_rays).clamp(min=1)
