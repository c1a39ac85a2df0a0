"""Splats over one another, tile by tile, in plain torch; the kernels of ``fused`` do the same."""

from dataclasses import dataclass
from typing import Protocol

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from nersemble.gaussians.projection import LEAST_ALPHA

MOST_ALPHA = 0.99
"""What a splat hides at most, so that what lies behind keeps a gradient."""
LEAST_LIGHT = 1e-4
"""A ray ends before the splat behind which less light than this would be left."""
# Splats of every tile that are computed at once.
_CHUNK = 16


class Composite(Protocol):
    """Composites splats, with a gradient for ``rows``."""

    def __call__(
        self, rows: Float[Tensor, "m 9"], starts: Int64[Tensor, "t1"], tile: int
    ) -> Float[Tensor, "t p 4"]:
        """Colours (premultiplied) and alpha of the pixels of T tiles, row by row.

        Args:
            rows: as of ``Splats``, but u and v from the tile's corner; tile by tile, front to back.
            starts: where each tile's rows begin; the last is where they end.
            tile: a tile's side, pixels.
        """
        ...


@dataclass(frozen=True)
class Compositor:
    """How tiles are composited, and their side in pixels, which suits it."""

    composite: Composite
    tile: int


def composite(
    rows: Float[Tensor, "m 9"], starts: Int64[Tensor, "t1"], tile: int
) -> Float[Tensor, "t p 4"]:
    """See :class:`Composite`. Alpha is at most 0.99, and less than 1/255 is none (3DGS)."""
    counts = starts.diff()
    pixel = torch.arange(tile * tile, device=rows.device)
    u, v = ((part + 0.5).to(rows.dtype)[:, None] for part in (pixel % tile, pixel // tile))
    lane = torch.arange(_CHUNK, device=rows.device)
    light = rows.new_ones(len(counts), tile * tile)
    out = rows.new_zeros(len(counts), tile * tile, 4)
    for first in range(0, int(counts.max()), _CHUNK):
        lit = light.detach().amax(1) >= LEAST_LIGHT
        tiles = (lit & (counts > first)).nonzero()[:, 0]
        there = first + lane < counts[tiles, None]
        index = (starts[tiles, None] + first + lane).clamp(max=len(rows) - 1)
        splats = rows.index_select(0, index.view(-1)).view(*index.shape, 9)
        mean_u, mean_v, a, b, c, opacity = splats[:, None, :, :6].unbind(-1)
        du, dv = u - mean_u, v - mean_v
        alpha = opacity * torch.exp(-0.5 * (a * du * du + c * dv * dv) - b * du * dv)
        alpha = torch.where(there[:, None] & (alpha >= LEAST_ALPHA), alpha, 0).clamp(max=MOST_ALPHA)
        passed = (1 - alpha).cumprod(-1)
        before = light.index_select(0, tiles)
        after = before[..., None] * passed
        weights = torch.where(after >= LEAST_LIGHT, after / (1 - alpha) * alpha, 0)
        colors = torch.cat([splats[..., 6:], torch.ones_like(splats[..., :1])], -1)
        out = out.index_add(0, tiles, weights @ colors)
        light = light.index_copy(0, tiles, after[..., -1])
    return out


IN_TORCH = Compositor(composite, tile=8)
"""In plain torch; smaller tiles have fewer pixels that their splats do not reach."""
