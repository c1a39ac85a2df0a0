"""Adam over the hash tables: their gradient exists block by block inside one kernel only."""

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.errors import CheckpointError
from nersemble.fused.field import FusedBlend, FusedField
from nersemble.training.optimizers import ADAM_BETAS, ADAM_EPS

_PREFIX = "optimizer.hash_ensemble.tables."


class TableAdam:
    """First and second moments of all tables, as bfloat16.

    The second moment is rounded at random: its changes of a thousandth would else be lost.
    """

    def __init__(self, field: FusedField) -> None:
        self._tables, self._shard = field.tables, field.shard
        high = field.tables.high
        self._first = torch.zeros(high.shape, dtype=torch.int16, device=high.device)
        self._second = torch.zeros_like(self._first)

    def update(
        self,
        blend: FusedBlend,
        d_grids: Float[Tensor, "k c 2"],
        skip: Float[Tensor, "1"],
        *,
        grad_scale: float,
        rate: float,
        step: int,
    ) -> None:
        """Updates the open tables after ``step`` finished steps.

        Args:
            d_grids: gradient of the blended grids times ``grad_scale``.
            skip: not 0: nothing is changed.
        """
        from nersemble.fused.kernels import tables

        tables.adam_update(
            self._tables.high,
            self._tables.low,
            self._first,
            self._second,
            blend.weights,
            d_grids,
            skip,
            n_open=blend.n_open,
            grad_scale=grad_scale,
            rate=rate,
            betas=ADAM_BETAS,
            eps=ADAM_EPS,
            step=step + 1,
            max_slots=blend.fused.max_slots,
            first_entry=self._shard.first,
        )

    def tensors(self, step: int) -> dict[str, Tensor]:
        """The moments under the names that ``torch.optim.Adam`` would have in a checkpoint."""
        return {
            f"{_PREFIX}exp_avg": self._shard.joined(self._first.view(torch.bfloat16)),
            f"{_PREFIX}exp_avg_sq": self._shard.joined(self._second.view(torch.bfloat16)),
            f"{_PREFIX}step": torch.tensor(float(step)),
        }

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes the moments of a checkpoint, whatever trained it; without any they stay zero.

        Raises:
            CheckpointError: they have another shape.
        """
        for bits, name in ((self._first, "exp_avg"), (self._second, "exp_avg_sq")):
            saved = tensors.get(_PREFIX + name)
            if saved is None:
                continue
            if saved.shape != (len(bits), self._shard.n_entries, *bits.shape[2:]):
                raise CheckpointError(
                    "The checkpoint's optimizer state for hash_ensemble.tables does not fit the "
                    "model: resume with the options that the run was started with."
                )
            for table, values in enumerate(self._shard.own(saved)):
                bits[table] = values.to(bits.device, torch.bfloat16).view(torch.int16)
