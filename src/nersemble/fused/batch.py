"""The data that a training step on the GPU passes between kernels."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Float16, Int
from torch import Tensor

from nersemble.rays.batch import RayBatch, Targets


@dataclass(frozen=True)
class DeviceBatch:
    """The rays of a step on the device. jitter: uniform in [0, 1), one a ray; n_timesteps: how many
    of the rays' timesteps count, ``n_slots``: the same on the device; others fill up. None: all."""

    rays: RayBatch
    targets: Targets
    jitter: Float[Tensor, "n"]
    n_timesteps: int | None = None
    n_slots: Int[Tensor, "1"] | None = None


@dataclass(frozen=True)
class DeviceSamples:
    """Up to C intervals on N rays, sorted by ray, then near to far; only the device knows how many.
    All arrays have the fixed length C, the capacity. The first ``count`` entries are valid, the
    others undefined. If the capacity is exceeded, the last rays are dropped as a whole.
    """

    ray_indices: Int[Tensor, "c"]
    """The ray of each sample, int32."""
    t_starts: Float[Tensor, "c"]
    """Start of each interval: distance along the ray, model-world units."""
    t_ends: Float[Tensor, "c"]
    """End of each interval, model-world units."""
    positions_unit: Float[Tensor, "c 3"]
    """Midpoints of the intervals in the unit box of the scene (outside of it beyond level 0)."""
    slots: Int[Tensor, "c"]
    """The blended timestep of each sample, int32."""
    offsets: Int[Tensor, "n1"]
    """Index of each ray's first sample, int32; the last is the number of valid samples."""
    count: Int[Tensor, "1"]
    """The number of valid samples, int32: a view of the end of ``offsets``."""
    n_rays_kept: Int[Tensor, "1"]
    """Rays with a lower index have all their samples, the others none; int32."""
    n_wanted: Int[Tensor, "1"]
    """The number of samples without the limit, int32."""

    @classmethod
    def undefined(
        cls,
        capacity: int,
        offsets: Int[Tensor, "n1"],
        n_rays_kept: Int[Tensor, "1"],
        n_wanted: Int[Tensor, "1"],
    ) -> "DeviceSamples":
        """Samples with known indices whose arrays are not written yet."""
        device = offsets.device
        ray_indices, slots = torch.empty(2, capacity, dtype=torch.int32, device=device).unbind(0)
        t_starts, t_ends = torch.empty(2, capacity, dtype=torch.float32, device=device).unbind(0)
        positions = torch.empty(capacity, 3, dtype=torch.float32, device=device)
        return cls(
            ray_indices, t_starts, t_ends, positions, slots,
            offsets, offsets[-1:], n_rays_kept, n_wanted,
        )  # fmt: skip

    @property
    def capacity(self) -> int:
        """Length of the arrays of samples."""
        return len(self.ray_indices)

    @property
    def n_rays(self) -> int:
        """Rays in the batch, with or without samples."""
        return len(self.offsets) - 1


@dataclass(frozen=True)
class FusedFeatures:
    """Inputs of the MLPs at C samples. moved_unit: deformed positions, unit box; rows: features of
    the hash grids, padded (``launching.operand_size``)."""

    moved_unit: Float[Tensor, "c 3"]
    rows: Float16[Tensor, "c w"]


@dataclass(frozen=True)
class FusedLosses:
    """N rendered rays, their losses, and the gradients at C samples.

    terms: weighted, in the kernels' order; depth_spread: as in ``Losses``; d_sigmas, d_rgbs:
    gradients of the sum of the terms, undefined beyond the valid samples; rgbs: over white, not
    clamped; depths_world: expected distance along the ray, model-world units; d_corrections:
    gradients of the colour corrections, None without them. Rays without samples, including dropped
    rays, are white with depth 0.
    """

    terms: Float[Tensor, "terms"]
    depth_spread: Float[Tensor, "1"]
    d_sigmas: Float[Tensor, "c"]
    d_rgbs: Float[Tensor, "c 3"]
    rgbs: Float[Tensor, "n 3"]
    accumulations: Float[Tensor, "n"]
    depths_world: Float[Tensor, "n"]
    d_corrections: Float[Tensor, "n 4 3"] | None
