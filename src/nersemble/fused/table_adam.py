"""Adam over the hash tables: their gradient exists block by block inside one kernel only."""

from collections.abc import Callable, Mapping

import torch
from jaxtyping import BFloat16, Float, Float64
from torch import Tensor

from nersemble.errors import CheckpointError
from nersemble.fused.field import FusedBlend, FusedField
from nersemble.fused.kernels.tables import adam_update
from nersemble.fused.table_moments import TableMoments
from nersemble.fused.tiled_tables import tiled, untiled

_PREFIX = "optimizer.hash_ensemble.tables."


class TableAdam:
    """Owns the moments of all tables. Files store them as bfloat16, from which they are restored
    exactly."""

    def __init__(self, field: FusedField) -> None:
        self._tables, self._shard = field.tables, field.shard
        self._moments = TableMoments.zero(field.tables)

    def update(
        self,
        blend: FusedBlend,
        d_grids: Float[Tensor, "k c 2"],
        skip: Float[Tensor, "1"],
        adam: Float64[Tensor, "2"],
        grad_scale: float,
    ) -> Float[Tensor, "k h"]:
        """Updates the open tables; the gradient of the blend weights, from this process's entries.

        Args:
            d_grids: gradient of the blended grids times ``grad_scale``.
            skip: not 0: nothing is changed.
            adam: ``adam_numbers`` of the step, on the device.
        """
        return adam_update(
            self._tables,
            self._moments,
            blend.weights,
            d_grids,
            skip,
            adam,
            counts=blend.counts,
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

    def _saved(self, values: Callable[[int], Tensor]) -> BFloat16[Tensor, "h e f"]:
        shape = self._tables.shape
        moments = torch.empty(shape, dtype=torch.bfloat16)
        for table, whole in enumerate(moments):
            whole.copy_(untiled(values(table), shape))
        return self._shard.joined(moments)

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes the moments of a checkpoint, whatever trained it; without any they stay zero.

        Raises:
            CheckpointError: they have another shape.
        """
        n_tables, _, n_features = self._tables.shape
        # The first moments are kept relative to the second ones, which come before them.
        for set_values, name in (
            (self._moments.set_second, "exp_avg_sq"),
            (self._moments.set_first, "exp_avg"),
        ):
            saved = tensors.get(_PREFIX + name)
            if saved is None:
                continue
            if saved.shape != (n_tables, self._shard.n_entries, n_features):
                raise CheckpointError(
                    "The checkpoint's optimizer state for hash_ensemble.tables does not fit the "
                    "model: resume with the options that the run was started with."
                )
            for table, values in enumerate(self._shard.own(saved)):
                set_values(table, tiled(values.to(self._tables.halves.device)))
