"""Packed samples on rays whose number only the device knows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.marching.marcher import MarcherConfig
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.rays.batch import RayBatch


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


if TYPE_CHECKING:
    from nersemble.fused.kernels.marching import PackedRays, PackedSamples


@torch.no_grad()
def march_on_device(
    rays: RayBatch,
    grid: OccupancyGrid,
    config: MarcherConfig,
    jitter: Float[Tensor, "n"] | None,
    capacity: int,
) -> DeviceSamples:
    """The same intervals as ``marcher.march``, of the first rays that fit the capacity.

    Args:
        jitter: in [0, 1], one a ray: shifts the lattice by up to one step (training);
            None leaves it at the near plane.
        capacity: samples at most; the first ray whose samples do not fit and all later ones
            are dropped.
    """
    from nersemble.fused.kernels import marching as kernels

    lattice = kernels.LatticeSpec(
        config.near_plane, config.far_plane, config.render_step_size, config.cone_angle
    )
    packed, samples = kernels.march(
        kernels.RayTensors(
            rays.origins_world.contiguous(),
            rays.directions.contiguous(),
            rays.slots.contiguous(),
            None if jitter is None else jitter.contiguous(),
        ),
        kernels.GridTensors(grid.scene_box, grid.occupied_box, grid.binaries),
        lattice,
        capacity,
    )
    return _device_samples(packed, samples)


@torch.no_grad()
def keep_visible(
    samples: DeviceSamples,
    sigmas: Float[Tensor, "c"],
    threshold: Float[Tensor, "1"],
    early_stop_eps: float,
    capacity: int,
) -> tuple[DeviceSamples, Int[Tensor, "ck"]]:
    """The samples whose opacity is at least ``threshold`` and that enough light reaches.

    A sample whose density is not a number is dropped.

    Args:
        sigmas: density at the midpoints, undefined beyond ``samples.count``.
        threshold: smallest opacity 1 - exp(-sigma dt); 0 or less keeps all.
        early_stop_eps: smallest transmittance in front of a sample (0: any).
        capacity: samples at most; the first ray whose kept samples do not fit and all later
            ones are dropped.

    Returns:
        The kept samples, and the index among ``samples`` of each, int32. ``n_rays_kept`` counts
        neither the rays dropped here nor those dropped before.
    """
    from nersemble.fused.kernels import marching, visibility

    packed, kept, source = visibility.keep_visible(
        marching.PackedRays(samples.offsets, samples.n_rays_kept, samples.n_wanted),
        marching.PackedSamples(
            samples.ray_indices,
            samples.t_starts,
            samples.t_ends,
            samples.positions_unit,
            samples.slots,
        ),
        sigmas.contiguous(),
        visibility.VisibilityRule(threshold, early_stop_eps),
        capacity,
    )
    return _device_samples(packed, kept), source


def _device_samples(packed: "PackedRays", samples: "PackedSamples") -> DeviceSamples:
    return DeviceSamples(
        ray_indices=samples.ray_indices,
        t_starts=samples.t_starts,
        t_ends=samples.t_ends,
        positions_unit=samples.positions_unit,
        slots=samples.slots,
        offsets=packed.offsets,
        count=packed.offsets[-1:],
        n_rays_kept=packed.n_rays_kept,
        n_wanted=packed.n_wanted,
    )
