"""Packed samples on rays whose number only the device knows."""

from dataclasses import dataclass

from jaxtyping import Float, Int
from torch import Tensor


@dataclass(frozen=True)
class DeviceSamples:
    """Up to C intervals on N rays, ray by ray and near to far.

    All arrays have the fixed length C, the capacity. The first ``count`` entries are valid, the
    others undefined. Where the capacity is full, the last rays are dropped, each as a whole.
    """

    ray_indices: Int[Tensor, "c"]
    """The ray of each sample, int32."""
    t_starts: Float[Tensor, "c"]
    """Where each interval begins: distance along the ray, model-world units."""
    t_ends: Float[Tensor, "c"]
    """Where each interval ends, model-world units."""
    positions_unit: Float[Tensor, "c 3"]
    """Midpoints of the intervals in the unit box of the scene (outside of it beyond level 0)."""
    slots: Int[Tensor, "c"]
    """The blended timestep of each sample, int32."""
    offsets: Int[Tensor, "n1"]
    """Where each ray's samples begin, int32; the last is the number of valid samples."""
    count: Int[Tensor, "1"]
    """The number of valid samples, int32: a view of the end of ``offsets``."""
    n_rays_kept: Int[Tensor, "1"]
    """Rays with an index below it have all their samples, the others none; int32."""
    n_wanted: Int[Tensor, "1"]
    """The samples that there would have been without the limit, int32."""

    @property
    def capacity(self) -> int:
        """Length of the arrays of samples."""
        return len(self.ray_indices)

    @property
    def n_rays(self) -> int:
        """Rays in the batch, with or without samples."""
        return len(self.offsets) - 1
