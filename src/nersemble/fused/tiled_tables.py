"""Hash tables as the fused kernels read and update them: in half precision, in tiles."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Float16, Shaped
from torch import Tensor
from torch.nn.functional import pad

TILE = 128
"""Values of one table in a tile."""


@dataclass(frozen=True)
class TiledTables:
    """Tables in tiles [tile, table, number], since blending and updating read the same entries of
    all tables. shape: of the tables.

    No full-precision copy exists: updates use stochastic rounding, so that changes smaller than
    the last place are right on average.
    """

    halves: Float16[Tensor, "t h n"]
    shape: tuple[int, int, int]

    @staticmethod
    def of(tables: Float[Tensor, "h e f"]) -> "TiledTables":
        """Round tables one by one, which needs little more memory than the result."""
        n_tables, n_entries, n_features = tables.shape
        n_tiles = -(-n_entries * n_features // TILE)
        halves = tables.new_empty(n_tiles, n_tables, TILE, dtype=torch.float16)
        for table, values in enumerate(tables):
            halves[:, table] = tiled(values)
        return TiledTables(halves, (n_tables, n_entries, n_features))

    def joined(self, device: torch.device | str) -> Float[Tensor, "h e f"]:
        """The tables as 32-bit numbers on a device."""
        result = torch.empty(self.shape, dtype=torch.float32, device=device)
        for table, values in enumerate(result):
            values.copy_(untiled(self.halves[:, table], self.shape))
        return result


def tiled(table: Shaped[Tensor, "e f"]) -> Shaped[Tensor, "t n"]:
    """A table's rows in all tiles; the last one is padded with zeros."""
    return pad(table.flatten(), (0, -table.numel() % TILE)).view(-1, TILE)


def untiled(rows: Shaped[Tensor, "t n"], shape: tuple[int, int, int]) -> Shaped[Tensor, "e f"]:
    """The table of these rows. shape: of all tables."""
    _, n_entries, n_features = shape
    return rows.flatten()[: n_entries * n_features].view(n_entries, n_features)
