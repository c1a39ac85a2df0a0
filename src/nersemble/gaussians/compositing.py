"""Splats over one another, tile by tile, in plain torch; the kernels of ``fused`` do the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor
from torch.nn import functional

from nersemble.gaussians.projection import LEAST_ALPHA

MOST_ALPHA = 0.99
"""What a splat hides at most, so that what lies behind keeps a gradient."""
LEAST_LIGHT = 1e-4
"""A ray ends before the splat behind which less light than this would be left."""
# Splats of every tile that are computed at once.
_CHUNK = 16


Forward = Callable[[Tensor, Tensor, int], Tensor]
Backward = Callable[[Tensor, Tensor, Tensor, Tensor, int], Tensor]


@dataclass(frozen=True)
class Compositor:
    """How tiles are composited.

    forward: (rows, starts, tile) as in :meth:`composite`. backward: (rows, starts, what forward
    returned, its contiguous gradient, tile) to the gradient of ``rows``. tile: a tile's side in
    pixels, which suits both.
    """

    forward: Forward
    backward: Backward
    tile: int

    def composite(
        self, rows: Float[Tensor, "m 9"], starts: Int64[Tensor, "t1"]
    ) -> Float[Tensor, "t p 4"]:
        """Colours (premultiplied) and alpha of the pixels of T tiles, row by row, with a gradient
        for ``rows``. Alpha is at most 0.99, and less than 1/255 is none (3DGS).

        Args:
            rows: as of ``Splats``, but u and v from the tile's corner; tile by tile, front to back.
            starts: where each tile's rows begin; the last is where they end.
        """
        found: Tensor = _Composite.apply(rows, starts, self)
        return found


class _Composite(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, starts: Tensor, compositor: Compositor) -> Tensor:
        out = compositor.forward(rows, starts, compositor.tile)
        ctx.compositor = compositor
        ctx.save_for_backward(rows, starts, out)
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        compositor, (rows, starts, out) = ctx.compositor, ctx.saved_tensors
        grad_out = gradients[0].contiguous()
        return compositor.backward(rows, starts, out, grad_out, compositor.tile), None, None


@dataclass(frozen=True)
class _Chunk:
    """The next K splats of the tiles that have more and have light left.

    tiles, index: which tiles, and which rows. there: a tile's last chunk may have fewer than K.
    splats: the rows. du, dv: from the splats' middles to the pixels. alpha: with its limits, and 0
    where the ray has ended. light: before each splat.
    """

    tiles: Int64[Tensor, "t"]
    index: Int64[Tensor, "tk"]
    there: Bool[Tensor, "t k 1"]
    splats: Float[Tensor, "t k 9"]
    du: Float[Tensor, "t 1 s k"]
    dv: Float[Tensor, "t s 1 k"]
    alpha: Float[Tensor, "t p k"]
    light: Float[Tensor, "t p k"]

    def colors(self) -> Float[Tensor, "t k 4"]:
        """Red, green, blue, and 1 for alpha."""
        return functional.pad(self.splats[..., 6:], (0, 1), value=1.0)


def _chunks(rows: Float[Tensor, "m 9"], starts: Int64[Tensor, "t1"], tile: int) -> Iterator[_Chunk]:
    """Front to back."""
    counts = starts.diff()
    lane = torch.arange(_CHUNK, device=rows.device)
    middles = torch.arange(tile, device=rows.device, dtype=rows.dtype) + 0.5
    light = rows.new_ones(len(counts), tile * tile)
    for first in range(0, int(counts.max()), _CHUNK):
        lit = light.amax(1) >= LEAST_LIGHT
        tiles = (lit & (counts > first)).nonzero()[:, 0]
        if not len(tiles):
            return
        there = first + lane < counts[tiles, None]
        index = (starts[tiles, None] + first + lane).clamp(max=len(rows) - 1).view(-1)
        splats = rows.index_select(0, index).view(*there.shape, 9)
        u, v, a, b, c, opacity = splats[:, None, None, :, :6].unbind(-1)
        du, dv = middles[:, None] - u, middles[:, None, None] - v
        alpha = torch.addcmul(-0.5 * a * du * du, -b * du, dv)
        alpha += torch.where(there[:, None, None], opacity, 0).log() - 0.5 * c * dv * dv
        alpha = alpha.exp_().view(len(tiles), tile * tile, _CHUNK)
        alpha = functional.threshold(alpha, LEAST_ALPHA, 0, inplace=True).clamp_(max=MOST_ALPHA)
        before = light.index_select(0, tiles)
        after = (1 - alpha).cumprod(-1).mul_(before[..., None])
        light.index_copy_(0, tiles, after[..., -1])
        alpha = torch.where(after >= LEAST_LIGHT, alpha, 0)
        passed = torch.cat([before[..., None], after[..., :-1]], -1)
        yield _Chunk(tiles, index, there[..., None], splats, du, dv, alpha, passed)


def _forward(rows: Tensor, starts: Tensor, tile: int) -> Tensor:
    out = rows.new_zeros(len(starts) - 1, tile * tile, 4)
    for chunk in _chunks(rows, starts, tile):
        out.index_add_(0, chunk.tiles, (chunk.light * chunk.alpha) @ chunk.colors())
    return out


def _backward(rows: Tensor, starts: Tensor, out: Tensor, grad_out: Tensor, tile: int) -> Tensor:
    """Derivatives by hand: autograd would keep and walk back each operation of each chunk."""
    grad_rows = torch.zeros_like(rows)
    # What the splats that are still to come add to the loss, to first order.
    to_come = (out * grad_out).sum(-1)
    for chunk in _chunks(rows, starts, tile):
        upstream = grad_out.index_select(0, chunk.tiles)
        weights = chunk.light * chunk.alpha
        shares = weights * (upstream @ chunk.colors().mT)
        behind = to_come.index_select(0, chunk.tiles)[..., None] - shares.cumsum(-1)
        to_come.index_copy_(0, chunk.tiles, behind[..., -1])
        # By alpha's logarithm: more of this splat, less of those behind it.
        slope = shares - behind * (chunk.alpha / (1 - chunk.alpha))
        slope = torch.where(chunk.alpha < MOST_ALPHA, slope, 0)
        found = torch.cat([_of_ellipses(chunk, slope), weights.mT @ upstream[..., :3]], -1)
        found = torch.where(chunk.there, found, 0)
        grad_rows.index_add_(0, chunk.index, found.view(-1, 9))
    return grad_rows


def _of_ellipses(chunk: _Chunk, slope: Float[Tensor, "t p k"]) -> Float[Tensor, "t k 6"]:
    """Derivatives by u, v, a, b, c and the opacity; ``slope``: by alpha's logarithm."""
    _, _, a, b, c, opacity = chunk.splats[..., :6].unbind(-1)
    du, dv = chunk.du[:, 0], chunk.dv[:, :, 0]
    slope = slope.view(*dv.shape[:2], du.shape[1], -1)
    columns, lines, leaning = slope.sum(1), slope.sum(2), (slope * chunk.du).sum(2)
    by_u, by_v = (columns * du).sum(1), (lines * dv).sum(1)
    by_uu, by_vv = (columns * du * du).sum(1), (lines * dv * dv).sum(1)
    by_uv = (leaning * dv).sum(1)
    return torch.stack(
        [
            a * by_u + b * by_v, c * by_v + b * by_u,
            -0.5 * by_uu, -by_uv, -0.5 * by_vv, columns.sum(1) / opacity,
        ],
        -1,
    )  # fmt: skip


IN_TORCH = Compositor(_forward, _backward, tile=8)
"""In plain torch; smaller tiles have fewer pixels that their splats do not reach."""
