"""Splats composited tile by tile, forward and backward, in Triton (gaussians/compositing.py).

A program has a tile: pixels along one axis, some splats at a time along the other. What is left of
the light in front of each splat is a product along them. The backward pass goes front to back as
well: what lies behind a splat is the whole, which the forward pass left, less what came before.
"""

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Int64
from torch import Tensor

from nersemble.fused.kernels.launching import check, launch
from nersemble.gaussians import compositing, projection

LEAST_ALPHA = tl.constexpr(projection.LEAST_ALPHA)
MOST_ALPHA = tl.constexpr(compositing.MOST_ALPHA)
LEAST_LIGHT = tl.constexpr(compositing.LEAST_LIGHT)

_CHUNK = 16
_WARPS = 8


@triton.jit
def _pixel_centers(TILE: tl.constexpr):
    pixel = tl.arange(0, TILE * TILE)
    return (pixel % TILE).to(tl.float32) + 0.5, (pixel // TILE).to(tl.float32) + 0.5


@triton.jit
def _column(rows_ptr, row, there, column):
    """A column of the rows, as one row of a matrix."""
    return tl.load(rows_ptr + row * 9 + column, mask=there, other=0.0)[None, :]


@triton.jit
def _opacities(rows_ptr, row, there, u, v):
    """Of pixels by splats: offsets, opacity before and after its limits."""
    du = u[:, None] - _column(rows_ptr, row, there, 0)
    dv = v[:, None] - _column(rows_ptr, row, there, 1)
    a, b = _column(rows_ptr, row, there, 2), _column(rows_ptr, row, there, 3)
    c = _column(rows_ptr, row, there, 4)
    # What is not there has no opacity.
    opacity = _column(rows_ptr, row, there, 5)
    raw = opacity * tl.exp(-0.5 * (a * du * du + c * dv * dv) - b * du * dv)
    alpha = tl.minimum(tl.where(raw >= LEAST_ALPHA, raw, 0.0), MOST_ALPHA)
    return du, dv, raw, alpha


@triton.jit
def _weights(alpha, light):
    """What each splat adds, what light it gets, which count, and the light behind all."""
    passed = tl.cumprod(1 - alpha, axis=1)
    after = light[:, None] * passed
    before = after / (1 - alpha)
    seen = after >= LEAST_LIGHT
    return tl.where(seen, before * alpha, 0.0), before, seen, tl.min(after, axis=1)


@triton.jit
def composite_kernel(rows_ptr, starts_ptr, out_ptr, TILE: tl.constexpr, CHUNK: tl.constexpr):
    """Colours and alpha of a tile's pixels."""
    tile = tl.program_id(0).to(tl.int64)
    first, end = tl.load(starts_ptr + tile), tl.load(starts_ptr + tile + 1)
    u, v = _pixel_centers(TILE)
    light = tl.full((TILE * TILE,), 1.0, tl.float32)
    red = tl.zeros((TILE * TILE,), tl.float32)
    green, blue, hidden = red, red, red
    brightest = tl.max(light, axis=0)
    while (first < end) & (brightest >= LEAST_LIGHT):
        row = first + tl.arange(0, CHUNK)
        there = row < end
        _du, _dv, _raw, alpha = _opacities(rows_ptr, row, there, u, v)
        weight, _before, _seen, light = _weights(alpha, light)
        red += tl.sum(weight * _column(rows_ptr, row, there, 6), axis=1)
        green += tl.sum(weight * _column(rows_ptr, row, there, 7), axis=1)
        blue += tl.sum(weight * _column(rows_ptr, row, there, 8), axis=1)
        hidden += tl.sum(weight, axis=1)
        brightest = tl.max(light, axis=0)
        first += CHUNK
    out = out_ptr + (tile * (TILE * TILE) + tl.arange(0, TILE * TILE)) * 4
    tl.store(out, red)
    tl.store(out + 1, green)
    tl.store(out + 2, blue)
    tl.store(out + 3, hidden)


@triton.jit
def composite_backward_kernel(
    rows_ptr, starts_ptr, out_ptr, grad_out_ptr, grad_rows_ptr,
    TILE: tl.constexpr, CHUNK: tl.constexpr,
):  # fmt: skip
    """The rows' gradients, which nothing else adds to; those of splats that no pixel reaches stay
    as they are."""
    tile = tl.program_id(0).to(tl.int64)
    first, end = tl.load(starts_ptr + tile), tl.load(starts_ptr + tile + 1)
    u, v = _pixel_centers(TILE)
    place = (tile * (TILE * TILE) + tl.arange(0, TILE * TILE)) * 4
    grad_red, grad_green = tl.load(grad_out_ptr + place), tl.load(grad_out_ptr + place + 1)
    grad_blue, grad_hidden = tl.load(grad_out_ptr + place + 2), tl.load(grad_out_ptr + place + 3)
    # What all splats from here on add to the loss, to first order.
    rest = (
        grad_red * tl.load(out_ptr + place)
        + grad_green * tl.load(out_ptr + place + 1)
        + grad_blue * tl.load(out_ptr + place + 2)
        + grad_hidden * tl.load(out_ptr + place + 3)
    )
    light = tl.full((TILE * TILE,), 1.0, tl.float32)
    brightest = tl.max(light, axis=0)
    while (first < end) & (brightest >= LEAST_LIGHT):
        row = first + tl.arange(0, CHUNK)
        there = row < end
        du, dv, raw, alpha = _opacities(rows_ptr, row, there, u, v)
        weight, before, seen, light = _weights(alpha, light)
        worth = (
            grad_red[:, None] * _column(rows_ptr, row, there, 6)
            + grad_green[:, None] * _column(rows_ptr, row, there, 7)
            + grad_blue[:, None] * _column(rows_ptr, row, there, 8)
            + grad_hidden[:, None]
        )
        added = weight * worth
        behind = rest[:, None] - tl.cumsum(added, axis=1)
        grad = before * worth - behind / (1 - alpha)
        # Where alpha was cut off it does not change.
        grad = tl.where(seen & (raw >= LEAST_ALPHA) & (raw < MOST_ALPHA), grad, 0.0)
        rest -= tl.sum(added, axis=1)
        # By the logarithm of the opacity, and its moments.
        slope = grad * raw
        slope_u, slope_v = slope * du, slope * dv
        along_u, along_v = tl.sum(slope_u, axis=0), tl.sum(slope_v, axis=0)
        a = tl.load(rows_ptr + row * 9 + 2, mask=there, other=0.0)
        b = tl.load(rows_ptr + row * 9 + 3, mask=there, other=0.0)
        c = tl.load(rows_ptr + row * 9 + 4, mask=there, other=0.0)
        opacity = tl.load(rows_ptr + row * 9 + 5, mask=there, other=1.0)
        to = grad_rows_ptr + row * 9
        tl.store(to, a * along_u + b * along_v, mask=there)
        tl.store(to + 1, b * along_u + c * along_v, mask=there)
        tl.store(to + 2, -0.5 * tl.sum(slope_u * du, axis=0), mask=there)
        tl.store(to + 3, -tl.sum(slope_u * dv, axis=0), mask=there)
        tl.store(to + 4, -0.5 * tl.sum(slope_v * dv, axis=0), mask=there)
        tl.store(to + 5, tl.sum(slope, axis=0) / opacity, mask=there)
        tl.store(to + 6, tl.sum(weight * grad_red[:, None], axis=0), mask=there)
        tl.store(to + 7, tl.sum(weight * grad_green[:, None], axis=0), mask=there)
        tl.store(to + 8, tl.sum(weight * grad_blue[:, None], axis=0), mask=there)
        brightest = tl.max(light, axis=0)
        first += CHUNK


def composite_forward(
    rows: Float[Tensor, "m 9"], starts: Int64[Tensor, "t1"], tile: int
) -> Float[Tensor, "t p 4"]:
    """See :class:`nersemble.gaussians.compositing.Compositor`; ``tile`` is a power of two."""
    _check(rows, starts)
    n_tiles = len(starts) - 1
    out = torch.empty((n_tiles, tile * tile, 4), dtype=rows.dtype, device=rows.device)
    launch(
        composite_kernel, (n_tiles,), rows, starts, out,
        TILE=tile, CHUNK=_CHUNK, num_warps=_WARPS,
    )  # fmt: skip
    return out


def composite_backward(
    rows: Float[Tensor, "m 9"],
    starts: Int64[Tensor, "t1"],
    out: Float[Tensor, "t p 4"],
    grad_out: Float[Tensor, "t p 4"],
    tile: int,
) -> Float[Tensor, "m 9"]:
    """The gradient of the rows.

    Args:
        out: what :func:`composite_forward` returned.
        grad_out: its gradient.
    """
    _check(rows, starts)
    check("grad_out", grad_out, torch.float32, tuple(out.shape), rows.device)
    grad_rows = torch.zeros_like(rows)
    launch(
        composite_backward_kernel, (len(starts) - 1,), rows, starts, out, grad_out, grad_rows,
        TILE=tile, CHUNK=_CHUNK, num_warps=_WARPS,
    )  # fmt: skip
    return grad_rows


def _check(rows: Tensor, starts: Tensor) -> None:
    check("rows", rows, torch.float32, (len(rows), 9), rows.device)
    check("starts", starts, torch.int64, (len(starts),), rows.device)
