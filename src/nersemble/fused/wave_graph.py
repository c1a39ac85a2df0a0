"""The first waves of pictures of one size as a CUDA graph: the host starts them with one call.

A picture takes a hundred launches, which occupy a host for longer than the GPU.
"""

import copy
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.fused.kernels.waves import Waves
from nersemble.fused.later_known import LaterKnown

Step = Callable[[Waves, int | None, int | None], None]
"""Takes and folds the next wave, of at most so many samples and so many of a ray (see
``Waves.take``)."""

WAVES = ((2**21, 16), (2**21, 16), (2**20, 32), (2**20, 64), (2**19, 64))
"""Samples and samples of a ray in the waves of a graph. Rays that live on after them are rendered
without it."""

_MOST_SIZES = 4

_logger = logging.getLogger(__name__)


class WaveGraph:
    """A graph that works on rays of its own."""

    def __init__(
        self,
        origins: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"],
        begin: Callable[[Tensor, Tensor], Waves],
        step: Step,
    ) -> None:
        """Captures ``begin`` and its first waves.

        Raises:
            RuntimeError: what they do cannot be captured.
        """
        self._rays = origins.clone(), directions.clone()
        # Their memory is the graph's as well.
        self._works_on = begin, step

        def run() -> Waves:
            waves = begin(*self._rays)
            for most, length in WAVES:
                step(waves, most, length)
            return waves

        # Compiles all kernels and fills caches, which a capture must not.
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            run()
        torch.cuda.current_stream().wait_stream(stream)
        self._graph = torch.cuda.CUDAGraph()
        # Other threads may use the GPU meanwhile.
        with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
            self._waves = run()

    def run(self, origins: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"]) -> Waves:
        """The waves after those of the graph, with what they have summed; valid until the next
        run."""
        for room, values in zip(self._rays, (origins, directions), strict=True):
            room.copy_(values)
        self._graph.replay()
        return copy.copy(self._waves)


class WaveGraphs:
    """The graphs of the sizes that came last. A size is captured when it comes again."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, WaveGraph | None] = OrderedDict()

    def waves(
        self,
        key: Hashable,
        origins: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"],
        begin: Callable[[Tensor, Tensor], Waves],
        step: Step,
    ) -> Waves:
        """Rays after all of their waves.

        Args:
            key: what the work depends on beside the values in memory: sizes and addresses.
            begin: makes the waves of rays.
            step: see ``Step``.
        """
        graph = self._known.get(key)
        if graph is None and key in self._known:
            graph = self._captured(origins, directions, begin, step)
        self._known[key] = graph
        self._known.move_to_end(key)
        if len(self._known) > _MOST_SIZES:
            self._known.popitem(last=False)
        if graph is None:
            waves = begin(origins, directions)
        else:
            waves = graph.run(origins, directions)
            left = LaterKnown(waves.n_active.device, later=0)
            waves.limit(left.after(waves.n_active, waves.n_rays))
        for _ in waves.each():
            step(waves, None, None)
        return waves

    def _captured(
        self,
        origins: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"],
        begin: Callable[[Tensor, Tensor], Waves],
        step: Step,
    ) -> WaveGraph | None:
        try:
            return WaveGraph(origins, directions, begin, step)
        except RuntimeError as error:
            _logger.debug("Pictures are rendered without a CUDA graph: %s", error)
            return None
