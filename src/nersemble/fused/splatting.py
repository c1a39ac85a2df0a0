"""Compositing of splats through fused kernels, with a gradient (gaussians/compositing.py)."""

from typing import Any

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from nersemble.fused.kernels.splats import composite_backward, composite_forward


class _Composite(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, starts: Tensor) -> Tensor:
        out = composite_forward(rows, starts)
        ctx.save_for_backward(rows, starts, out)
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return composite_backward(*ctx.saved_tensors, gradients[0].contiguous()), None


def composite(
    rows: Float[Tensor, "m 9"], starts: Int64[Tensor, "t1"]
) -> Float[Tensor, "t p 4"]:
    """See :class:`nersemble.gaussians.compositing.Composite`."""
    return _Composite.apply(rows, starts)
