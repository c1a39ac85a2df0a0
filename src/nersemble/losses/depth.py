"""Depth supervision: empty space, the surface's neighbourhood, the depth (spec, section 6).

Source: Rematas et al. 2022, Urban Radiance Fields, the line-of-sight losses, as the spec has them.
"""

import math
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.distributed import ALONE, World
from nersemble.losses.mean import mean_where
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
