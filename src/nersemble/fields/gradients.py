"""Where fused kernels add the gradients of parameters."""

from collections.abc import Iterable

from torch import Tensor, nn

# A vectorised optimizer wants its pointers at multiples of 16 bytes.
_ALIGNMENT = 4


def created_gradients(parameters: Iterable[nn.Parameter]) -> list[Tensor]:
    """The parameters' ``.grad``; missing ones become zeros, all cut from one tensor: one launch."""
    parameters = list(parameters)
    missing = [p for p in parameters if p.grad is None]
    if missing:
        sizes = [-(-p.numel() // _ALIGNMENT) * _ALIGNMENT for p in missing]
        flat = missing[0].new_zeros(sum(sizes))
        for parameter, piece in zip(missing, flat.split(sizes), strict=True):
            parameter.grad = piece[: parameter.numel()].view_as(parameter)
    return [p.grad for p in parameters if p.grad is not None]
