"""Silhouette: the accumulation should equal the alpha map (spec, section 6)."""

from jaxtyping import Float
from torch import Tensor


def alpha_loss(accumulations: Float[Tensor, "n"], alphas: Float[Tensor, "n"]) -> Float[Tensor, ""]:
    """Mean |accumulation - alpha| over rays with alpha < 1; 0 where there are none."""
    counted = (alphas < 1).to(accumulations.dtype)
    return ((accumulations - alphas).abs() * counted).sum() / counted.sum().clamp(min=1)
