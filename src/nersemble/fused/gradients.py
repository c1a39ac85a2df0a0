"""Gradient buffers that fused kernels add to."""

from collections.abc import Sequence

from jaxtyping import Float, Int64
from torch import Tensor, nn

# A vectorised optimizer needs 16-byte alignment.
ALIGNMENT = 4
"""Gradients start at multiples of this many values."""


def created_gradients(parameters: Sequence[nn.Parameter]) -> list[Tensor]:
    """The parameters' ``.grad``; missing ones are created as zeros in one tensor, by one launch."""
    missing = [p for p in parameters if p.grad is None]
    if missing:
        sizes = [-(-p.numel() // ALIGNMENT) * ALIGNMENT for p in missing]
        flat = missing[0].new_zeros(sum(sizes))
        for parameter, piece in zip(missing, flat.split(sizes), strict=True):
            parameter.grad = piece[: parameter.numel()].view_as(parameter)
    return [p.grad for p in parameters if p.grad is not None]


def add_to_rows(
    parameter: nn.Parameter, rows: Int64[Tensor, "k"], gradients: Float[Tensor, "k c"]
) -> None:
    """Adds the gradients of some of a parameter's rows to its ``.grad``."""
    created_gradients([parameter])[0].index_add_(0, rows, gradients)
