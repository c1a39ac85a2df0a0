"""Hash tables as pairs of halves, in tiles: what the fused kernels read and update."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Float16, Shaped
from torch import Tensor
from torch.nn.functional import pad

LOW_SCALE = 2048.0

TILE = 128
"""Numbers of one table in a tile."""


@dataclass(frozen=True)
class SplitTables:
    """Numbers kept as ``high + low / 2048``, two fp16: 22 bits of precision in 4 bytes.

    Looking features up needs the high halves only, so that no second copy of the tables in half
    precision is kept. They lie in tiles, [tile, table, number], since blending and updating read
    the same entries of all tables. shape: of the tables.
    """

    high: Float16[Tensor, "t h n"]
    low: Float16[Tensor, "t h n"]
    shape: tuple[int, int, int]

    @staticmethod
    def of(tables: Float[Tensor, "h e f"]) -> "SplitTables":
        """Splits tables; table by table, so that little more than the result is needed."""
        n_tables, n_entries, n_features = tables.shape
        n_tiles = -(-n_entries * n_features // TILE)
        high = tables.new_empty(n_tiles, n_tables, TILE, dtype=torch.float16)
        low = torch.empty_like(high)
        for table, values in enumerate(tables):
            rows = tiled(values)
            high[:, table] = rows
            low[:, table] = (rows - high[:, table].float()) * LOW_SCALE
        return SplitTables(high, low, (n_tables, n_entries, n_features))

    def joined(self, device: torch.device | str) -> Float[Tensor, "h e f"]:
        """The tables as 32-bit numbers on a device."""
        result = torch.empty(self.shape, dtype=torch.float32, device=device)
        for table, values in enumerate(result):
            rows = self.high[:, table].float() + self.low[:, table].float() / LOW_SCALE
            values.copy_(untiled(rows, self.shape))
        return result


def tiled(table: Shaped[Tensor, "e f"]) -> Shaped[Tensor, "t n"]:
    """A table's rows in all tiles; the last one is filled up with zeros."""
    return pad(table.flatten(), (0, -table.numel() % TILE)).view(-1, TILE)


def untiled(rows: Shaped[Tensor, "t n"], shape: tuple[int, int, int]) -> Shaped[Tensor, "e f"]:
    """The table of these rows. shape: of all tables."""
    _, n_entries, n_features = shape
    return rows.flatten()[: n_entries * n_features].view(n_entries, n_features)
