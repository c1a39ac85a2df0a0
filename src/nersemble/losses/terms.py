"""Depth supervision: empty space, the surface's neighbourhood, the depth (spec, section 6).

Source: Rematas et al. 2022, Urban Radiance Fields, the line-of-sight losses, as the spec has them.
"""

import math
from typing import Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from nersemble.distributed import ALONE, World
from nersemble.marching.samples import RaySamples
from nersemble.ops.packed import exclusive_sum

NearWidth = Literal["std", "variance"]


def empty_loss(
    weights: Float[Tensor, "s"],
    samples: RaySamples,
    depths_world: Float[Tensor, "n"],
    eps: float,
    world: World = ALONE,
) -> Float[Tensor, ""]:
    """Mean of w^2 over samples nearer than depth - eps on rays with depth."""
    depth = depths_world[samples.ray_indices]
    empty = (depth > 0) & (samples.midpoints < depth - eps)
    return mean_where(weights**2, empty, world)


def near_loss(
    weights: Float[Tensor, "s"],
    samples: RaySamples,
    depths_world: Float[Tensor, "n"],
    eps: float,
    width: NearWidth,
    world: World = ALONE,
) -> Float[Tensor, ""]:
    """Within depth +- eps the accumulated weight should rise like a normal distribution's integral.

    Args:
        width: the normal's scale: 'std' eps / 3; 'variance' (eps / 3)^2 (release quirk).
    """
    depth = depths_world[samples.ray_indices]
    distance = samples.midpoints - depth
    near = (depth > 0) & (distance.abs() <= eps)
    accumulated = exclusive_sum(weights, samples.ray_indices, samples.offsets) + weights
    scale = eps / 3 if width == "std" else (eps / 3) ** 2
    wanted = 0.5 * (1 + torch.erf(distance / (scale * math.sqrt(2))))
    return mean_where((accumulated - wanted) ** 2, near, world)


def expected_depth_loss(
    rendered_depths_world: Float[Tensor, "n"],
    depths_world: Float[Tensor, "n"],
    world: World = ALONE,
) -> Float[Tensor, ""]:
    """Mean squared difference over rays with depth."""
    return mean_where((rendered_depths_world - depths_world) ** 2, depths_world > 0, world)


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


def alpha_loss(
    accumulations: Float[Tensor, "n"], alphas: Float[Tensor, "n"], world: World = ALONE
) -> Float[Tensor, ""]:
    """Mean |accumulation - alpha| over rays with alpha < 1; 0 where there are none."""
    return mean_where((accumulations - alphas).abs(), alphas < 1, world)


def mean_where(
    values: Float[Tensor, "n"], mask: Bool[Tensor, "n"], world: World = ALONE
) -> Float[Tensor, ""]:
    """The masked values' sum, divided by their number in the batch; 0 where there are none.

    Of several processes' results the sum is the mean over the batch.
    """
    total = (values * mask.to(values.dtype)).sum()
    return total / world.sum_(torch.count_nonzero(mask)).clamp(min=1)


def rgb_loss(
    rgbs: Float[Tensor, "n 3"],
    targets: Float[Tensor, "n 3"],
    alphas: Float[Tensor, "n"],
    world: World = ALONE,
) -> Float[Tensor, ""]:
    """Mean squared error over rays with alpha > 0; 0 where there are none."""
    return mean_where(((rgbs - targets) ** 2).mean(-1), alphas > 0, world)
