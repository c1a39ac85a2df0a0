"""Render the rays of a picture tile by tile in a CUDA graph: the host launches all waves of a tile
with one call.

A tile takes a hundred launches, which keep the host busy longer than the GPU. In a graph every wave
has a fixed room for samples, measured on earlier tiles.
"""

import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

import torch
from jaxtyping import Float, Int32, Int64
from torch import Tensor

from nersemble.fused.kernels.waves import N_SUMS, Waves

TILE = 2**19
"""Rays of a tile."""

WavesOf = Callable[[Tensor, Tensor, Int32[Tensor, "1"] | None, Sequence[int] | None], Waves]
"""(origins [n 3], directions [n 3], number of rays, rooms) -> sampled and folded waves: one for
each room or, without rooms, until all rays have ended."""

_SPARE = 1.5
_LEAST_ROOM = 2**14

_logger = logging.getLogger(__name__)


class Tile(NamedTuple):
    """Rays after their waves. n_left: number of unfinished rays."""

    sums: Float[Tensor, "11 n"]
    n_samples: Int64[Tensor, "1"]
    n_left: Int32[Tensor, "1"]


Capture = Callable[[Callable[[], Tile]], Callable[[], Tile]]
"""(function) -> a function that replays it, always on the same memory."""


def cuda_graph(run: Callable[[], Tile]) -> Callable[[], Tile]:
    """Capture GPU work in a graph.

    Raises:
        RuntimeError: the work cannot be captured.
    """
    # Compile all kernels and fill caches, which is not possible during a capture.
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    # Other threads may use the GPU meanwhile.
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        captured = run()

    def replay() -> Tile:
        graph.replay()
        return captured

    return replay


class TileRenderer:
    """Renders rays tile by tile, through a graph from the second time of the same work on.

    A tile whose rays need more room than the graph has is rendered again without it.
    """

    def __init__(self, capture: Capture | None = None) -> None:
        """
        Args:
            capture: creates graphs; None: no graphs.
        """
        self._capture = capture
        self._key: Hashable = None
        self._rooms: list[int] = []
        self._graph: _TileGraph | None = None

    def render(
        self,
        key: Hashable,
        origins: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"],
        waves_of: WavesOf,
    ) -> tuple[Float[Tensor, "11 n"], Int64[Tensor, "1"]]:
        """The rays' sums, and the number of samples. With a graph, the host waits once, at the end.

        Args:
            key: what the work depends on besides values in memory: addresses and numbers.
            waves_of: the work.
        """
        n, device = len(origins), origins.device
        sums = torch.empty(N_SUMS, n, device=device)
        n_samples = torch.zeros(1, dtype=torch.int64, device=device)
        graph = self._graph_of(key, waves_of, device)
        parts, left = list(_tiles(n)), []
        for part in parts:
            rays = origins[part], directions[part]
            tile = self._launched(*rays, waves_of) if graph is None else graph.run(*rays)
            sums[:, part] = tile.sums
            n_samples += tile.n_samples
            left.append(tile.n_left.clone())
        if graph is None or not any(n_left := torch.cat(left).tolist()):
            return sums, n_samples
        for part, more in zip(parts, n_left, strict=True):
            if more:
                tile = self._launched(origins[part], directions[part], waves_of)
                sums[:, part] = tile.sums
                n_samples += tile.n_samples
        self._graph = None
        return sums, n_samples

    def _launched(self, origins: Tensor, directions: Tensor, waves_of: WavesOf) -> Tile:
        """Render a tile without a graph; record the room that it needs."""
        waves = waves_of(origins, directions, None, None)
        if self._capture is not None and waves.wanted:
            wanted = torch.cat(waves.wanted).tolist()
            pairs = zip_longest(self._rooms, map(_with_spare, wanted), fillvalue=0)
            self._rooms = [max(pair) for pair in pairs]
        return Tile(waves.sums, waves.n_samples, waves.n_active)

    def _graph_of(
        self, key: Hashable, waves_of: WavesOf, device: torch.device
    ) -> "_TileGraph | None":
        if key != self._key:
            self._key, self._graph, self._rooms = key, None, []
        elif self._graph is None and self._capture is not None and self._rooms:
            try:
                self._graph = _TileGraph(self._capture, waves_of, self._rooms, device)
            except RuntimeError as error:
                self._capture = None
                _logger.debug("Pictures are rendered without a CUDA graph: %s", error)
        return self._graph


class _TileGraph:
    """A graph with its own ray buffers."""

    def __init__(
        self, capture: Capture, waves_of: WavesOf, rooms: Sequence[int], device: torch.device
    ) -> None:
        rays = torch.zeros(2, TILE, 3, device=device)
        n_rays = torch.zeros(1, dtype=torch.int32, device=device)
        self._rays, self._n_rays = rays, n_rays

        def run() -> Tile:
            waves = waves_of(rays[0], rays[1], n_rays, rooms)
            return Tile(waves.sums, waves.n_samples, waves.n_active)

        # The work's tensors must live as long as the graph.
        self._replay, self._work = capture(run), waves_of

    def run(self, origins: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"]) -> Tile:
        """Render a tile; the result is valid until the next run."""
        n = len(origins)
        self._rays[0, :n], self._rays[1, :n] = origins, directions
        self._n_rays.fill_(n)
        sums, n_samples, n_left = self._replay()
        return Tile(sums[:, :n], n_samples, n_left)


def _with_spare(wanted: int) -> int:
    return (int(_SPARE * wanted) // _LEAST_ROOM + 1) * _LEAST_ROOM


def _tiles(n: int) -> Iterator[slice]:
    for first in range(0, n, TILE):
        yield slice(first, min(first + TILE, n))
