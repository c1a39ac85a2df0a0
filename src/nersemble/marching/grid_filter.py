"""Keeps an occupancy grid's largest connected component, to remove floaters (spec, section 4)."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool
from scipy import ndimage
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.marching.occupancy_grid import OccupancyGrid

_BLUR_SIGMA = 1
_MASK_VALUE = 100
_SIGMA_RESOLUTION = 128


@dataclass(frozen=True)
class GridFilterConfig:
    """Whether and how the largest component is kept.

    Raises:
        ConfigError: a value is out of range.
    """

    use_occupancy_grid_filtering: bool = False
    """Keep only the largest connected component of the occupied space; skipped if training pictures
    would lose more than 1 dB."""
    occupancy_grid_filtering_threshold: float = 0.05
    """Occupancy in 0..1 from which a cell belongs to a component."""
    occupancy_grid_filtering_sigma_erosion: int = 7
    """Blur by which the largest component is widened, in cells of a grid of 128, at any
    resolution."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.occupancy_grid_filtering_threshold <= 1.0:
            raise ConfigError(
                "--occupancy_grid_filtering_threshold is "
                f"{self.occupancy_grid_filtering_threshold}, but must be in 0..1."
            )
        if self.occupancy_grid_filtering_sigma_erosion < 0:
            raise ConfigError(
                "--occupancy_grid_filtering_sigma_erosion is "
                f"{self.occupancy_grid_filtering_sigma_erosion}, but must be 0 or more."
            )


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
