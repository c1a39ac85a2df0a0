"""Marching and compositing weights through the optional package nerfacc
(method.md, Ray marching)."""

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.marching.config import MarcherConfig
from nersemble.marching.occupancy_grid import OccupiedCells
from nersemble.marching.samples import RaySamples
from nersemble.ops.packed import offsets_from_counts
from nersemble.rays.batch import RayBatch


def why_not(device: torch.device) -> str | None:
    """Return why nerfacc cannot be used on this device and the remedy; None if it can."""
    if device.type != "cuda":
        return "it needs a CUDA GPU, and this run is on the CPU"
    try:
        _compile(device)
    except ImportError as error:
        return (
            f"the package nerfacc cannot be imported ({error}), which 'pip install "
            "nersemble[nerfacc]' installs"
        )
    except Exception as error:
        # It compiles its kernels at first use, which can raise any error.
        return (
            f"nerfacc's kernels do not run here ({error}): it compiles them at its first use and "
            "needs a CUDA compiler for that"
        )
    return None


def _compile(device: torch.device) -> None:
    """Trace one ray through one cell."""
    from nerfacc.grid import traverse_grids

    ray = torch.ones(1, 3, device=device)
    cell = torch.ones(1, 1, 1, 1, dtype=torch.bool, device=device)
    box = torch.tensor([[0.0, 0, 0, 2, 2, 2]], device=device)
    traverse_grids(ray, ray, cell, box, step_size=1.0)


@torch.no_grad()
def march(
    rays: RayBatch,
    grid: OccupiedCells,
    config: MarcherConfig,
    jitter: Float[Tensor, "n"] | None = None,
) -> RaySamples:
    """The lattice intervals in occupied cells, as :func:`nersemble.marching.marcher.march`.

    The two may differ by a sample if a midpoint falls on a cell's face.
    """
    from nerfacc.grid import traverse_grids

    near = torch.full_like(rays.origins_world[:, 0], config.near_plane)
    if jitter is not None:
        near = near + jitter * config.render_step_size
    if len(rays) == 0:
        offsets = torch.zeros(1, dtype=torch.int64, device=near.device)
        return RaySamples(near.long(), near, near, offsets)
    boxes = [grid.box_of_level(level).flatten() for level in range(grid.levels)]
    intervals, samples, _ = traverse_grids(
        rays.origins_world.contiguous(),
        rays.directions.contiguous(),
        grid.binaries,
        torch.stack(boxes),
        near_planes=near,
        far_planes=torch.full_like(near, config.far_plane),
        step_size=config.render_step_size,
        cone_angle=config.cone_angle,
    )
    ray_indices = samples.ray_indices.long()
    starts, ends = intervals.vals[intervals.is_left], intervals.vals[intervals.is_right]
    counts = torch.bincount(ray_indices, minlength=len(rays))
    return RaySamples(ray_indices, starts, ends, offsets_from_counts(counts))


def sample_weights(sigmas: Float[Tensor, "s"], samples: RaySamples) -> Float[Tensor, "s"]:
    """Transmittance times opacity of each sample, differentiable in the densities."""
    from nerfacc.volrend import render_weight_from_density

    if len(samples) == 0:
        return sigmas
    packed_info = torch.stack([samples.offsets[:-1], samples.counts], -1)
    weights: Tensor = render_weight_from_density(
        samples.t_starts, samples.t_ends, sigmas, packed_info=packed_info
    )[0]
    return weights
