"""exp whose gradient stays finite: density from log-density (method.md, Density)."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

GRADIENT_LIMIT = 15.0
"""The gradient is exp evaluated at the input clamped to +- this."""


class _TruncExp(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, log_density: Tensor) -> Tensor:
        ctx.save_for_backward(log_density)
        return torch.exp(log_density)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (log_density,) = ctx.saved_tensors
        return gradients[0] * torch.exp(log_density.clamp(-GRADIENT_LIMIT, GRADIENT_LIMIT))


def trunc_exp(log_density: Float[Tensor, "n"]) -> Float[Tensor, "n"]:
    """exp(x); its derivative is exp(clamp(x, -15, 15))."""
    return _TruncExp.apply(log_density)
