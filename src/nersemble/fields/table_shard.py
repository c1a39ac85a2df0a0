"""The part of all hash tables that one of several processes holds and trains.

Blending is a weighted sum of tables, entry by entry. A process that holds some entries of every
table blends those entries of a step's K grids. The processes exchange only blended grids and their
gradients: K grids instead of H tables and twice as many moments.
"""

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.distributed import ALONE, Wait, World
from nersemble.errors import ConfigError


@dataclass(frozen=True)
class TableShard:
    """A process's entries ``first`` to ``last`` (exclusive) of tables with ``n_entries`` each."""

    n_entries: int
    world: World = ALONE

    def __post_init__(self) -> None:
        if self.n_entries % self.world.size:
            raise ConfigError(
                f"{self.world.size} processes cannot share hash tables of {self.n_entries} entries "
                "equally: start 2, 4 or 8 (torchrun --nproc_per_node)."
            )

    @property
    def first(self) -> int:
        """The first of this process's entries."""
        return self.world.rank * (self.n_entries // self.world.size)

    @property
    def last(self) -> int:
        """The entry after this process's last one."""
        return self.first + self.n_entries // self.world.size

    def own(self, tables: Float[Tensor, "h e f"]) -> Float[Tensor, "h c f"]:
        """This process's part of tables or grids, as a view."""
        return tables[:, self.first : self.last]

    def joined(self, part: Float[Tensor, "h c f"]) -> Float[Tensor, "h e f"]:
        """Gather all parts on the first process's CPU; the others get an empty tensor.

        It works table by table, so it needs little more memory than the result.
        """
        if self.world.size == 1:
            return part
        if not self.world.leads:
            for table in part:
                self.world.collected(table.cpu().clone())
            return part.new_empty(0, device="cpu")
        shape = (len(part), self.n_entries, *part.shape[2:])
        whole = torch.empty(shape, dtype=part.dtype)
        for target, table in zip(whole, part, strict=True):
            torch.cat(self.world.collected(table.cpu().clone()), out=target)
        return whole

    def fill_(self, grids: Float[Tensor, "k e 2"]) -> Wait:
        """Start to complete grids from each process's blended entries, asynchronously. Call the
        returned function before reading them."""
        return self.world.fill_(grids, self.first, self.last)

    def sum_(self, d_grids: Float[Tensor, "k e 2"]) -> Wait:
        """Sum the grids' gradients over all processes at this process's entries, asynchronously as
        :meth:`fill_`; the other entries become undefined."""
        return self.world.sum_part_(d_grids, self.first, self.last)

    def gathered(self, part: Float[Tensor, "k c 2"]) -> Float[Tensor, "k e 2"]:
        """Whole grids from each process's blended entries, differentiable."""
        if self.world.size == 1:
            return part
        grids: Tensor = _Gathered.apply(part, self)
        return grids


class _Gathered(torch.autograd.Function):
    """All processes use whole grids, so a part's gradient is the sum over processes."""

    @staticmethod
    def forward(ctx: Any, part: Tensor, shard: TableShard) -> Tensor:
        ctx.shard = shard
        grids = part.new_empty(len(part), shard.n_entries, *part.shape[2:])
        shard.own(grids).copy_(part)
        shard.fill_(grids)()
        return grids

    @staticmethod
    def backward(ctx: Any, *d_grids: Tensor) -> tuple[Tensor, None]:
        summed = d_grids[0].contiguous()
        ctx.shard.sum_(summed)()
        return ctx.shard.own(summed).contiguous(), None
