"""Scans and sums over packed rays: the samples of all rays in sequence, without padding."""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def offsets_from_counts(counts: Int[Tensor, "r"]) -> Int[Tensor, "r1"]:
    """The index of each ray's first sample; one more entry ends the last ray."""
    offsets = torch.zeros(len(counts) + 1, dtype=torch.int64, device=counts.device)
    torch.cumsum(counts, 0, out=offsets[1:])
    return offsets


def exclusive_sum(
    values: Float[Tensor, "s"], ray_indices: Int[Tensor, "s"], offsets: Int[Tensor, "r1"]
) -> Float[Tensor, "s"]:
    """Sum of the values before each sample on the same ray.

    Computed as one running sum over all rays in float64, minus its value at the ray's start: in
    float32 the subtraction would lose the low digits on long batches.
    """
    running = torch.cumsum(values.double(), 0)
    before = running - values.double()
    padded = torch.cat([running.new_zeros(1), running])
    return (before - padded[offsets[:-1]][ray_indices]).to(values.dtype)


def segment_sum(
    values: Float[Tensor, "s *c"], ray_indices: Int[Tensor, "s"], n_rays: int
) -> Float[Tensor, "r *c"]:
    """Sum over the samples of each ray; rays without samples get zero."""
    total = torch.zeros(n_rays, *values.shape[1:], dtype=values.dtype, device=values.device)
    return total.index_add(0, ray_indices, values)
