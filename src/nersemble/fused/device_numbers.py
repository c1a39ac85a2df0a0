"""Numbers that the host knows and that kernels read from memory, because they differ from step to
step: what a kernel is launched with stays the same in a CUDA graph."""

from collections.abc import Sequence

import torch

ALIGNMENT = 16
"""Bytes. Kernels are specialised by whether pointers are multiples of it."""


class DeviceNumbers:
    """Numbers of one type on a device, always in the same memory."""

    def __init__(self, n: int, dtype: torch.dtype, device: torch.device) -> None:
        self.values = torch.zeros(n, dtype=dtype, device=device)

    def set(self, numbers: Sequence[float]) -> None:
        """Writes the first numbers, without waiting for the device."""
        on_gpu = self.values.device.type == "cuda"
        # torch reuses freed pinned memory only after the transfers from it are done.
        host = torch.tensor(numbers, dtype=self.values.dtype, pin_memory=on_gpu)
        self.values[: len(host)].copy_(host, non_blocking=True)
