"""Compositing of splats through fused kernels, with a gradient (gaussians/compositing.py)."""

from typing import Any

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from nersemble.fused.kernels.splats import composite_backward, composite_forward
from nersemble.gaussians.compositing import Compositor


class _Composite(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, starts: Tensor, tile: int) -> Tensor:
        out = composite_forward(rows, starts, tile)
        ctx.tile = tile
        ctx.save_for_backward(rows, starts, out)
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        rows, starts, out = ctx.saved_tensors
        grad_out = gradients[0].contiguous()
        return composite_backward(rows, starts, out, grad_out, ctx.tile), None, None


def composite(
    rows: Float[Tensor, "m 9"], starts: Int64[Tensor, "t1"], tile: int
) -> Float[Tensor, "t p 4"]:
    """See :class:`nersemble.gaussians.compositing.Composite`."""
    return _Composite.apply(rows, starts, tile)


IN_TRITON = Compositor(composite, tile=16)
