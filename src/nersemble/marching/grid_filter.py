"""Keeps an occupancy grid's largest connected component, to remove floaters (spec, section 4)."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch
from jaxtyping import Bool
from scipy import ndimage
from torch import Tensor

from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.ranges import Options, Range

_BLUR_SIGMA = 1
_MASK_VALUE = 100
_SIGMA_RESOLUTION = 128


@dataclass(frozen=True)
class GridFilterConfig(Options):
    """Whether and how the largest component is kept.

    Raises:
        ConfigError: a value is out of range.
    """

    use_occupancy_grid_filtering: bool = False
    """Keep only the largest connected component of the occupied space; skipped if training pictures
    would lose more than 1 dB."""
    occupancy_grid_filtering_threshold: Annotated[float, Range(0, 1)] = 0.05
    """Occupancy in 0..1 from which a cell belongs to a component."""
    occupancy_grid_filtering_sigma_erosion: Annotated[int, Range(0, 1024)] = 7
    """Blur by which the largest component is widened, in cells of a grid of 128, at any
    resolution."""


def largest_component(grid: OccupancyGrid, config: GridFilterConfig) -> Bool[Tensor, "r r r"]:
    """Cells of the finest level near the largest 6-connected component, and occupied now.

    An empty grid stays empty.
    """
    resolution = grid.config.grid_resolution
    occs = grid.occs[: resolution**3].view(resolution, resolution, resolution)
    density = ((2 * torch.sigmoid(occs) - 1) * 255).cpu().numpy().astype(np.uint8)
    blurred = ndimage.gaussian_filter(density, sigma=_BLUR_SIGMA)
    labels, n_components = ndimage.label(blurred >= config.occupancy_grid_filtering_threshold * 255)
    if n_components == 0:
        return torch.zeros_like(grid.binaries[0])
    sizes = np.bincount(labels.ravel())[1:]
    largest = (labels == 1 + int(np.argmax(sizes))).astype(np.int64) * _MASK_VALUE
    sigma = config.occupancy_grid_filtering_sigma_erosion * resolution / _SIGMA_RESOLUTION
    widened = ndimage.gaussian_filter(largest, sigma=sigma) > 0
    return grid.binaries[0] & torch.from_numpy(widened).to(grid.binaries.device)


def filter_grid(grid: OccupancyGrid, config: GridFilterConfig) -> None:
    """Replaces the finest level by its filtered self."""
    binaries = grid.binaries.clone()
    binaries[0] = largest_component(grid, config)
    grid.set_binaries(binaries)
