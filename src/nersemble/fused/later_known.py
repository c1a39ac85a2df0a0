"""GPU values that the host reads later, without waiting for the work in progress."""

import torch
from jaxtyping import Int32
from torch import Tensor


class LaterKnown:
    """Delays GPU values by a few entries, so that the host can read them without waiting."""

    def __init__(self, device: torch.device, later: int) -> None:
        on_gpu = device.type == "cuda"
        self._later = later if on_gpu else 0
        self._host = torch.empty(self._later + 1, dtype=torch.int32, pin_memory=on_gpu)
        self._copied = [torch.cuda.Event() for _ in range(self._later + 1) if on_gpu]
        self._n = 0

    def after(self, number: Int32[Tensor, "1"], unknown: int) -> int:
        """Add the next value; return the one ``later`` entries before, or ``unknown``."""
        size = len(self._host)
        place, earlier = self._n % size, self._n - self._later
        self._host[place : place + 1].copy_(number, non_blocking=True)
        if self._copied:
            self._copied[place].record()
        self._n += 1
        if earlier < 0:
            return unknown
        if self._copied:
            self._copied[earlier % size].synchronize()
        return int(self._host[earlier % size])
