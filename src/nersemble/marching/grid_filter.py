"""Keeps an occupancy grid's largest connected component, to remove floaters
(method.md, Ray marching)."""

import numpy as np
import torch
from jaxtyping import Bool
from scipy import ndimage
from torch import Tensor

from nersemble.marching.config import GridFilterConfig
from nersemble.marching.occupancy_grid import OccupancyGrid

_BLUR_SIGMA = 1
_MASK_VALUE = 100
_SIGMA_RESOLUTION = 128


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
