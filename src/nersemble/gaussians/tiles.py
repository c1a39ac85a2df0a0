"""Which splats each tile of the pictures has, front to back (3DGS, section 6)."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from nersemble.gaussians.projection import Splats

TILE = 16
"""Pixels along a tile's side."""


@dataclass(frozen=True)
class TileLists:
    """The splats of T tiles: those of the first picture row by row, then the next picture's.

    order: of each entry the splat, counted over all pictures; tile by tile, front to back.
    starts: where each tile's entries begin; the last is where they end.
    corners: of each entry the tile's upper left corner, pixels.
    n_wanted: how many entries there would be without a limit.
    """

    order: Int64[Tensor, "m"]
    starts: Int64[Tensor, "t1"]
    corners: Float[Tensor, "m 2"]
    n_wanted: Int64[Tensor, ""]


def n_tiles(side: int) -> int:
    """Tiles along a side of so many pixels."""
    return -(-side // TILE)


@torch.no_grad()
def tile_lists(splats: Splats, width: int, height: int, capacity: int | None = None) -> TileLists:
    """Finds and sorts the splats of every tile.

    Args:
        capacity: room for so many entries, the last ones are dropped if there are more; None: as
            many as there are, for which the host waits.
    """
    n_views, n = splats.depths.shape
    columns, rows = n_tiles(width), n_tiles(height)
    uv, limit = splats.rows[..., :2], splats.extents.new_tensor([columns, rows])
    low = ((uv - splats.extents) / TILE).floor().clamp(min=0).minimum(limit)
    high = (((uv + splats.extents) / TILE).floor() + 1).minimum(limit).maximum(low)
    high = torch.where(splats.extents[..., :1] > 0, high, low)
    (left, top), (wide, tall) = (x.long().view(-1, 2).unbind(-1) for x in (low, high - low))
    ends = (wide * tall).cumsum(0)
    n_entries = int(ends[-1]) if capacity is None else capacity
    entry = torch.arange(n_entries, device=uv.device)
    splat = torch.searchsorted(ends, entry, right=True).clamp(max=len(ends) - 1)
    rank = entry - (ends - wide * tall)[splat]
    across = wide[splat].clamp(min=1)
    row, column = top[splat] + rank // across, left[splat] + rank % across
    tile = (splat // n * rows + row) * columns + column
    last = n_views * rows * columns
    tile = torch.where(entry < ends[-1], tile, last)
    # Positive numbers are ordered as their bits are.
    depth = splats.depths.reshape(-1).float().view(torch.int32)[splat].long()
    keys, order = ((tile << 32) | depth.clamp(min=0)).sort()
    found = keys >> 32
    corners = torch.stack([found % columns, found // columns % rows], -1) * TILE
    starts = torch.searchsorted(found, torch.arange(last + 1, device=uv.device))
    return TileLists(splat[order], starts, corners.to(uv.dtype), ends[-1])
