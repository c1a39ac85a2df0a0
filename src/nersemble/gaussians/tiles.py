"""Which splats each tile of the pictures has, front to back (3DGS, section 6)."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from nersemble.gaussians.projection import Splats


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


def n_tiles(side: int, tile: int) -> int:
    """Tiles of so many pixels along a side of a picture."""
    return -(-side // tile)


@torch.no_grad()
def tile_lists(
    splats: Splats, width: int, height: int, tile: int, capacity: int | None = None
) -> TileLists:
    """Finds and sorts the splats of every tile.

    Args:
        tile: a tile's side, pixels.
        capacity: room for so many entries, the last ones are dropped if there are more; None: as
            many as there are, for which the host waits.
    """
    n_views, n = splats.depths.shape
    columns, rows = n_tiles(width, tile), n_tiles(height, tile)
    (left, wide), (top, tall) = (
        _reach(splats.rows[..., axis], splats.extents[..., axis], tile, n)
        for axis, n in enumerate((columns, rows))
    )
    ends = (wide * tall).cumsum(0)
    n_entries = int(ends[-1]) if capacity is None else capacity
    entry = torch.arange(n_entries, device=ends.device)
    splat = torch.searchsorted(ends, entry, right=True).clamp(max=len(ends) - 1)
    rank = entry - (ends - wide * tall)[splat]
    across = wide[splat].clamp(min=1)
    row, column = top[splat] + rank // across, left[splat] + rank % across
    number = (splat // n * rows + row) * columns + column
    last = n_views * rows * columns
    number = torch.where(entry < ends[-1], number, last)
    # Positive numbers are ordered as their bits are.
    depth = splats.depths.reshape(-1).float().view(torch.int32)[splat].long()
    keys, order = ((number << 32) | depth.clamp(min=0)).sort()
    found = keys >> 32
    corners = torch.stack([found % columns, found // columns % rows], -1) * tile
    starts = torch.searchsorted(found, torch.arange(last + 1, device=ends.device))
    return TileLists(splat[order], starts, corners.to(splats.rows.dtype), ends[-1])


def _reach(
    middles: Float[Tensor, "v n"], extents: Float[Tensor, "v n"], tile: int, n_tiles: int
) -> tuple[Int64[Tensor, "vn"], Int64[Tensor, "vn"]]:
    """Along one axis: the first tile that each splat reaches, and how many it does."""
    low = ((middles - extents) / tile).floor().clamp(0, n_tiles)
    high = (((middles + extents) / tile).floor() + 1).clamp(0, n_tiles)
    count = torch.where(extents > 0, (high - low).clamp(min=0), 0)
    return low.long().view(-1), count.long().view(-1)
