"""A training step as a CUDA graph: the host starts all its launches with one call.

They occupy a slow host for longer than the GPU. What differs from step to step lies in memory
(``device_numbers``); a graph serves as long as nothing else differs.
"""

import logging
from collections.abc import Callable, Hashable
from functools import lru_cache

import torch
from torch import Tensor

Work = Callable[[], Tensor]
"""Launches the same, on the same memory, whenever it is called; returns some numbers."""

Capture = Callable[[Work], Work]
"""(work) -> what does all of it once more whenever it is called, and until then nothing."""

_LAUNCHED_FIRST = 2
"""Steps of a key without a graph: they compile kernels and create what lasts."""

STEPS_TO_SETTLE = _LAUNCHED_FIRST + 1
"""Steps of a new key until the next is replayed: the last of them is captured."""

_logger = logging.getLogger(__name__)


@lru_cache(maxsize=16)
def _stream(device: int) -> torch.cuda.Stream:
    """One for all captures, since cuBLAS keeps memory for each; that is made here, outside of a
    graph's memory."""
    stream, one = torch.cuda.Stream(device), torch.ones(1, 1, device=f"cuda:{device}")
    with torch.cuda.stream(stream):
        _ = one @ one
    return stream


def cuda_capture(work: Work) -> Work:
    """Captures work for the current GPU.

    Raises:
        RuntimeError: it cannot be captured, or the GPU has no room for a graph's own memory.
    """
    # What steps need for a while. Those that are launched need it beside the graph's.
    for_a_while = torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
    if torch.cuda.mem_get_info()[0] < for_a_while:
        raise RuntimeError(f"{for_a_while} more bytes are not free")
    graph, stream = torch.cuda.CUDAGraph(), _stream(torch.cuda.current_device())
    torch.cuda.synchronize()
    # A graph has memory of its own: launches leave theirs to it.
    torch.cuda.empty_cache()
    # Not torch.cuda.graph, which searches all of Python's memory for garbage first.
    with torch.cuda.stream(stream):
        # Other threads may use the GPU meanwhile.
        graph.capture_begin(capture_error_mode="thread_local")
        try:
            numbers = work()
        finally:
            graph.capture_end()

    def replay() -> Tensor:
        graph.replay()
        return numbers

    return replay


class StepGraph:
    """Runs steps: through a graph where the same has come before."""

    def __init__(self, capture: Capture | None) -> None:
        """
        Args:
            capture: what makes graphs; None: nothing does.
        """
        self._capture = capture
        self._key: Hashable = None
        self._n_launched = 0
        self._replay: Work | None = None

    def run(self, key: Hashable, work: Work) -> Tensor:
        """Does the work of a step; what it returns is valid until the next.

        Args:
            key: what the work depends on beside the values in memory; None: this step is alone.
        """
        if self._capture is None or key is None:
            return work()
        if key != self._key:
            self._key, self._n_launched, self._replay = key, 0, None
        if self._replay is None:
            if self._n_launched < _LAUNCHED_FIRST:
                self._n_launched += 1
                return work()
            try:
                self._replay = self._capture(work)
            except RuntimeError as error:
                self._capture = None
                _logger.debug("Training goes on without a CUDA graph: %s", error)
                return work()
        return self._replay()
