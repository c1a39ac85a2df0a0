"""Adam over the hash tables: their gradient exists block by block inside one kernel only."""

from collections.abc import Mapping

import torch
from jaxtyping import BFloat16, Float, Int16
from torch import Tensor

from nersemble.errors import CheckpointError
from nersemble.fused.field import FusedBlend, FusedField
from nersemble.fused.kernels.tables import AdamStep, TableMoments, adam_update
from nersemble.fused.split_tables import tiled, untiled
from nersemble.training.optimizers import ADAM_BETAS, ADAM_EPS

_PREFIX = "optimizer.hash_ensemble.tables."


class TableAdam:
    """First and second moments of all tables, as bfloat16.

    The second moment is rounded at random: its changes of a thousandth would else be lost.
    """

    def __init__(self, field: FusedField) -> None:
        self._tables, self._shard = field.tables, field.shard
        self._moments = TableMoments.zero(field.tables)

    def update(
        self,
        blend: FusedBlend,
        d_grids: Float[Tensor, "k c 2"],
        skip: Float[Tensor, "1"],
        *,
        grad_scale: float,
        rate: float,
        step: int,
    ) -> Float[Tensor, "k h"]:
        """Updates the open tables after ``step`` finished steps; the gradient of the blend weights,
        from this process's entries.

        Args:
            d_grids: gradient of the blended grids times ``grad_scale``.
            skip: not 0: nothing is changed.
        """
        return adam_update(
            self._tables,
            self._moments,
            blend.weights,
            d_grids,
            skip,
            AdamStep(rate, ADAM_BETAS, ADAM_EPS, step + 1),
            n_open=blend.n_open,
            grad_scale=grad_scale,
            max_slots=blend.fused.max_slots,
            first_entry=self._shard.first,
        )

    def tensors(self, step: int) -> dict[str, Tensor]:
        """The moments under the names that ``torch.optim.Adam`` would have in a checkpoint."""
        return {
            f"{_PREFIX}exp_avg": self._saved(self._moments.first),
            f"{_PREFIX}exp_avg_sq": self._saved(self._moments.second),
            f"{_PREFIX}step": torch.tensor(float(step)),
        }

    def _saved(self, bits: Int16[Tensor, "t h n"]) -> BFloat16[Tensor, "h e f"]:
        moments = torch.empty(self._tables.shape, dtype=torch.bfloat16)
        for table, values in enumerate(moments):
            rows = bits[:, table].cpu().view(torch.bfloat16)
            values.copy_(untiled(rows, self._tables.shape))
        return self._shard.joined(moments)

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes the moments of a checkpoint, whatever trained it; without any they stay zero.

        Raises:
            CheckpointError: they have another shape.
        """
        for bits, name in (
            (self._moments.first, "exp_avg"),
            (self._moments.second, "exp_avg_sq"),
        ):
            saved = tensors.get(_PREFIX + name)
            if saved is None:
                continue
            n_tables, _, n_features = self._tables.shape
            if saved.shape != (n_tables, self._shard.n_entries, n_features):
                raise CheckpointError(
                    "The checkpoint's optimizer state for hash_ensemble.tables does not fit the "
                    "model: resume with the options that the run was started with."
                )
            for table, values in enumerate(self._shard.own(saved)):
                rows = tiled(values.to(bits.device, torch.bfloat16))
                bits[:, table] = rows.view(torch.int16)
