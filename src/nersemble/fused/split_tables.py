"""Hash tables in three bytes a number, in tiles: what the fused kernels read and update."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Float16, Int8, Shaped
from torch import Tensor
from torch.nn.functional import pad

TILE = 128
"""Numbers of one table in a tile."""

LOW_BITS = 8
"""A low part of 1 is so many bits below the last place of its high part."""


@dataclass(frozen=True)
class SplitTables:
    """Numbers kept as a high part, which is fp16, and what is left in 256ths of its last place: 19
    bits of precision.

    Looking features up needs the high parts only, so that no second copy of the tables in half
    precision is kept. They lie in tiles, [tile, table, number], since blending and updating read
    the same entries of all tables. shape: of the tables.
    """

    high: Float16[Tensor, "t h n"]
    low: Int8[Tensor, "t h n"]
    shape: tuple[int, int, int]

    @staticmethod
    def of(tables: Float[Tensor, "h e f"]) -> "SplitTables":
        """Splits tables; table by table, so that little more than the result is needed."""
        n_tables, n_entries, n_features = tables.shape
        n_tiles = -(-n_entries * n_features // TILE)
        high = tables.new_empty(n_tiles, n_tables, TILE, dtype=torch.float16)
        low = torch.empty_like(high, dtype=torch.int8)
        for table, values in enumerate(tables):
            rows = tiled(values)
            high[:, table] = rows
            left = (rows - high[:, table].float()) / _low_unit(high[:, table])
            low[:, table] = left.round().clamp(-127, 127)
        return SplitTables(high, low, (n_tables, n_entries, n_features))

    def joined(self, device: torch.device | str) -> Float[Tensor, "h e f"]:
        """The tables as 32-bit numbers on a device."""
        result = torch.empty(self.shape, dtype=torch.float32, device=device)
        for table, values in enumerate(result):
            high, low = self.high[:, table], self.low[:, table]
            values.copy_(untiled(high.float() + low * _low_unit(high), self.shape))
        return result


def _low_unit(high: Float16[Tensor, "t n"]) -> Float[Tensor, "t n"]:
    """The value of a low part of 1."""
    exponent = (high.contiguous().view(torch.int16) >> 10 & 31).clamp(min=1)
    return torch.exp2(exponent.float() - 25 - LOW_BITS)


def tiled(table: Shaped[Tensor, "e f"]) -> Shaped[Tensor, "t n"]:
    """A table's rows in all tiles; the last one is filled up with zeros."""
    return pad(table.flatten(), (0, -table.numel() % TILE)).view(-1, TILE)


def untiled(rows: Shaped[Tensor, "t n"], shape: tuple[int, int, int]) -> Shaped[Tensor, "e f"]:
    """The table of these rows. shape: of all tables."""
    _, n_entries, n_features = shape
    return rows.flatten()[: n_entries * n_features].view(n_entries, n_features)
