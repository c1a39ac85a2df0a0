"""Packed samples written out ray by ray, and walked ray by ray, for tests against loops."""

import itertools
from collections.abc import Iterator, Sequence

import torch

from nersemble.marching.samples import RaySamples


def pack(
    rays: Sequence[Sequence[tuple[float, float]]], dtype: torch.dtype = torch.float32
) -> RaySamples:
    """Samples from the (start, end) intervals of each ray."""
    flat = [interval for ray in rays for interval in ray]
    bounds = torch.tensor(flat, dtype=dtype).view(-1, 2)
    counts = torch.tensor([len(ray) for ray in rays], dtype=torch.int64)
    offsets = torch.tensor([sum(counts[:i].tolist()) for i in range(len(rays) + 1)])
    index = torch.repeat_interleave(torch.arange(len(rays)), counts)
    return RaySamples(index, bounds[:, 0], bounds[:, 1], offsets)


def random_samples(
    counts: Sequence[int], seed: int = 0, dtype: torch.dtype = torch.float32
) -> RaySamples:
    """Ascending intervals with gaps between some of them, from distance 5 on."""
    generator = torch.Generator().manual_seed(seed)
    rays = []
    for count in counts:
        edges = 5 + torch.rand(2 * count, generator=generator).cumsum(0) * 0.3
        rays.append([(a, b) for a, b in edges.view(-1, 2).tolist()])
    return pack(rays, dtype)


def each_ray(samples: RaySamples) -> Iterator[list[int]]:
    """The sample indices of each ray, near to far."""
    offsets = samples.offsets.tolist()
    for start, end in itertools.pairwise(offsets):
        yield list(range(start, end))


def ray_range(samples: RaySamples, first: int, last: int) -> RaySamples:
    """The samples of rays ``first`` to ``last``, as a batch of its own."""
    start, end = samples.offsets[[first, last]].tolist()
    return RaySamples(
        samples.ray_indices[start:end] - first,
        samples.t_starts[start:end],
        samples.t_ends[start:end],
        samples.offsets[first : last + 1] - start,
    )
