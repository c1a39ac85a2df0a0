"""Colour: mean squared error over rays that show the head (spec, section 6)."""

from jaxtyping import Float
from torch import Tensor

from nersemble.distributed import ALONE, World
from nersemble.losses.mean import mean_where


def rgb_loss(
    rgbs: Float[Tensor, "n 3"],
    targets: Float[Tensor, "n 3"],
    alphas: Float[Tensor, "n"],
    world: World = ALONE,
) -> Float[Tensor, ""]:
    """Mean squared error over rays with alpha > 0; 0 where there are none."""
    return mean_where(((rgbs - targets) ** 2).mean(-1), alphas > 0, world)
