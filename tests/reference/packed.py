"""The specification of the packed scans: one ray after the other, in a loop."""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def exclusive_sum(values: Float[Tensor, "s"], offsets: Int[Tensor, "r1"]) -> Float[Tensor, "s"]:
    """Sum of the values before each sample on the same ray."""
    parts = []
    for start, end in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        part = values[start:end]
        parts.append(part.cumsum(0) - part)
    return torch.cat(parts) if parts else values


def segment_sum(values: Float[Tensor, "s"], offsets: Int[Tensor, "r1"]) -> Float[Tensor, "r"]:
    """Sum over the samples of each ray."""
    bounds = zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    return torch.stack([values[start:end].sum() for start, end in bounds])
