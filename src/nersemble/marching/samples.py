"""Packed samples on rays."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from nersemble.ops.packed import offsets_from_counts
from nersemble.rays.batch import RayBatch


@dataclass(frozen=True)
class RaySamples:
    """S intervals on N rays, sorted by ray, then from near to far.
    t_starts, t_ends: distance along the ray, model-world units; offsets: index of each ray's first.
    """

    ray_indices: Int[Tensor, "s"]
    t_starts: Float[Tensor, "s"]
    t_ends: Float[Tensor, "s"]
    offsets: Int[Tensor, "n1"]

    def __len__(self) -> int:
        return len(self.ray_indices)

    @property
    def n_rays(self) -> int:
        """Rays in the batch, with or without samples."""
        return len(self.offsets) - 1

    @property
    def midpoints(self) -> Float[Tensor, "s"]:
        """Distances at which the field is evaluated."""
        return (self.t_starts + self.t_ends) / 2

    @property
    def counts(self) -> Int[Tensor, "n"]:
        """Number of samples of each ray."""
        return self.offsets[1:] - self.offsets[:-1]

    def positions_world(self, rays: RayBatch) -> Float[Tensor, "s 3"]:
        """Midpoints of the intervals, model world."""
        index = self.ray_indices
        return rays.origins_world[index] + rays.directions[index] * self.midpoints[:, None]

    def kept(self, mask: Bool[Tensor, "s"]) -> "RaySamples":
        """Keep only the samples in the mask."""
        ray_indices = self.ray_indices[mask]
        counts = torch.bincount(ray_indices, minlength=self.n_rays)
        offsets = offsets_from_counts(counts)
        return RaySamples(ray_indices, self.t_starts[mask], self.t_ends[mask], offsets)

    def of_rays(self, first: int, last: int) -> "RaySamples":
        """The samples of rays ``first`` to ``last`` - 1, whose indices start at 0 again."""
        start, end = int(self.offsets[first]), int(self.offsets[last])
        return RaySamples(
            self.ray_indices[start:end] - first,
            self.t_starts[start:end],
            self.t_ends[start:end],
            self.offsets[first : last + 1] - start,
        )

    def split(self, n_samples: int) -> Iterator[tuple[int, int]]:
        """Split the rays into ranges (first, last + 1) with at most that many samples, or a single
        ray."""
        first = 0
        while first < self.n_rays:
            bound = self.offsets[first] + n_samples
            last = int(torch.searchsorted(self.offsets, bound, right=True)) - 1
            last = max(last, first + 1)
            yield first, last
            first = last

    def at_most(self, n_samples: int) -> "RaySamples":
        """Keep the samples of the first rays, at most that many in all (but at least one ray's)."""
        if len(self) <= n_samples:
            return self
        return self.of_rays(*next(self.split(n_samples)))
