"""Silhouette: the accumulation should equal the alpha map (spec, section 6)."""

from jaxtyping import Float
from torch import Tensor

from nersemble.distributed import ALONE, World
from nersemble.losses.mean import mean_where


def alpha_loss(
    accumulations: Float[Tensor, "n"], alphas: Float[Tensor, "n"], world: World = ALONE
) -> Float[Tensor, ""]:
    """Mean |accumulation - alpha| over rays with alpha < 1; 0 where there are none."""
    return mean_where((accumulations - alphas).abs(), alphas < 1, world)
