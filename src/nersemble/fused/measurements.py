"""Values computed on a GPU and read some steps later, so that neither side waits."""

from collections import deque

import torch
from jaxtyping import Float
from torch import Tensor


class Measurements:
    """A queue of small tensors on their way from the GPU.

    Reading the oldest waits until its step is done: the host runs ``depth`` steps ahead at most.
    """

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._pending: deque[tuple[int, Tensor, torch.cuda.Event | None]] = deque()

    def push(self, step: int, values: Float[Tensor, "n"]) -> None:
        """Start to copy the values of a step."""
        if values.device.type != "cuda":
            self._pending.append((step, values.clone(), None))
            return
        target = torch.empty(values.shape, dtype=values.dtype, pin_memory=True)
        target.copy_(values, non_blocking=True)
        arrived = torch.cuda.Event()
        arrived.record()
        self._pending.append((step, target, arrived))

    @property
    def full(self) -> bool:
        """Whether the oldest values should be read now."""
        return len(self._pending) > self._depth

    def pop(self) -> tuple[int, list[float]]:
        """The oldest step and its values."""
        step, values, arrived = self._pending.popleft()
        if arrived is not None:
            arrived.synchronize()
        return step, values.tolist()
