"""Means over some rays or samples of a batch, of which this process may have a share only."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from nersemble.distributed import ALONE, World


def mean_where(
    values: Float[Tensor, "n"], mask: Bool[Tensor, "n"], world: World = ALONE
) -> Float[Tensor, ""]:
    """The masked values' sum, divided by their number in the batch; 0 where there are none.

    Of several processes' results the sum is the mean over the batch.
    """
    total = (values * mask.to(values.dtype)).sum()
    return total / world.sum_(torch.count_nonzero(mask)).clamp(min=1)
