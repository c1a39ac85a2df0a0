"""Adam's moments of the tables in two bytes per value.

Kept are the root of the second moment, sqrt(v), and the ratio m / sqrt(v) of the first one to it,
whose magnitude cannot pass 7.3 with betas of 0.9 and 0.999 (Cauchy-Schwarz). A root has 5 bits of
exponent and 3 of mantissa, from 2^-36 (also for 0) to 0.12; a ratio has a sign, 4 bits of exponent
and 3 of mantissa. The update rounds both at random, so that many small changes are right on
average.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int32, UInt8
from torch import Tensor

from nersemble.fused.tiled_tables import TiledTables

ROOT_SHIFT = 20
"""Low bits of a 32-bit float that a root omits."""
LEAST_ROOT = 127 - 36 << 23
"""The smallest root's bits as a 32-bit float."""
RATIO_SHIFT = 7
"""Low bits of a 16-bit float that a ratio omits."""
RATIO_SCALE = 0.1875
"""Scale of a ratio: keeps it below 2, which would need a fifth exponent bit."""


@dataclass(frozen=True)
class TableMoments:
    """The moments of tables, in tiles like these."""

    ratio: UInt8[Tensor, "t h n"]
    root: UInt8[Tensor, "t h n"]

    @classmethod
    def zero(cls, tables: TiledTables) -> "TableMoments":
        """The moments before the first step."""
        return cls(*(torch.zeros_like(tables.halves, dtype=torch.uint8) for _ in range(2)))

    def first(self, table: int) -> Float[Tensor, "t n"]:
        """A table's first moments."""
        code = self.ratio[:, table].short()
        half = (code & 0x7F) << RATIO_SHIFT | (code >> 7) * -0x8000
        return half.view(torch.float16).float() / RATIO_SCALE * self._roots(table)

    def second(self, table: int) -> Float[Tensor, "t n"]:
        """A table's second moments."""
        return self._roots(table) ** 2

    def set_second(self, table: int, values: Float[Tensor, "t n"]) -> None:
        """Set a table's second moments, rounded to the nearest."""
        bits = values.float().sqrt().contiguous().view(torch.int32)
        self.root[:, table] = _shifted(bits - LEAST_ROOT, ROOT_SHIFT).clamp(0, 255)

    def set_first(self, table: int, values: Float[Tensor, "t n"]) -> None:
        """Set a table's first moments, rounded to the nearest; its second ones must be set."""
        half = (values.float() / self._roots(table) * RATIO_SCALE).half().contiguous()
        bits = half.view(torch.int16).int()
        magnitude = _shifted(bits & 0x7FFF, RATIO_SHIFT).clamp(max=127)
        self.ratio[:, table] = magnitude | (bits < 0).int() << 7

    def _roots(self, table: int) -> Float[Tensor, "t n"]:
        return ((self.root[:, table].int() << ROOT_SHIFT) + LEAST_ROOT).view(torch.float32)


def _shifted(bits: Int32[Tensor, "t n"], by: int) -> Int32[Tensor, "t n"]:
    return bits + (1 << by - 1) >> by
