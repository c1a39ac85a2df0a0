"""Colour: mean squared error over rays that show the head (spec, section 6)."""

from jaxtyping import Float
from torch import Tensor


def rgb_loss(
    rgbs: Float[Tensor, "n 3"], targets: Float[Tensor, "n 3"], alphas: Float[Tensor, "n"]
) -> Float[Tensor, ""]:
    """Mean squared error over rays with alpha > 0; 0 where there are none."""
    shown = (alphas > 0).to(rgbs.dtype)
    squared = ((rgbs - targets) ** 2).mean(-1)
    return (squared * shown).sum() / shown.sum().clamp(min=1)
