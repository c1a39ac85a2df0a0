"""Hash tables as pairs of halves: what the fused kernels read and update."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Float16
from torch import Tensor

LOW_SCALE = 2048.0


@dataclass(frozen=True)
class SplitTables:
    """Numbers kept as ``high + low / 2048``, two fp16: 22 bits of precision in 4 bytes.

    Looking features up needs the high halves only, so that no second copy of the tables in half
    precision is kept.
    """

    high: Float16[Tensor, "h e f"]
    low: Float16[Tensor, "h e f"]

    @staticmethod
    def of(tables: Float[Tensor, "h e f"]) -> "SplitTables":
        """Splits tables; table by table, so that little more than the result is needed."""
        high = torch.empty_like(tables, dtype=torch.float16)
        low = torch.empty_like(high)
        for table in range(len(tables)):
            high[table] = tables[table]
            low[table] = (tables[table] - high[table].float()) * LOW_SCALE
        return SplitTables(high, low)

    def joined(self, device: torch.device | str) -> Float[Tensor, "h e f"]:
        """The tables as 32-bit numbers on a device."""
        result = torch.empty(self.high.shape, dtype=torch.float32, device=device)
        for table in range(len(result)):
            result[table] = self.high[table].float() + self.low[table].float() / LOW_SCALE
        return result
