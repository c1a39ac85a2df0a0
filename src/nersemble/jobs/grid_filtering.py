"""Filter a run's occupancy grid, unless that removes what the training pictures show.

If fog fills the box in many pieces, the largest one may not be the head. (An evaluation under
the release's protocol filters without this check.)
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32

from nersemble.data_manager.dataset import Dataset
from nersemble.data_manager.picture_files import resize_bilinear
from nersemble.errors import CaptureError
from nersemble.evaluation.metrics import mse, psnr_of_mse
from nersemble.fields.windows import WindowState
from nersemble.geometry.camera import Camera
from nersemble.marching.config import GridFilterConfig
from nersemble.marching.grid_filter import filter_grid
from nersemble.ops.colors import on_host, to_uint8
from nersemble.rendering.image import Renderer

LARGEST_LOSS_DB = 1.0
"""Removing a floater in front of a camera loses less than this; removing the head, far more."""

_N_PICTURES = 4
_LONGER_SIDE = 100
_N_RAYS = 8192

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _View:
    """A downscaled training picture."""

    camera: Camera
    timestep: int
    rgb: Float32[np.ndarray, "h w 3"]


def filter_grid_of(
    renderer: Renderer, dataset: Dataset, windows: WindowState, config: GridFilterConfig
) -> None:
    """Filters the grid of a renderer's model and logs the effect on some training pictures. If they
    lose more than ``LARGEST_LOSS_DB`` of PSNR, or no cell is left, the grid is not changed."""
    grid = renderer.model.grid
    unfiltered = grid.binaries.clone()
    filter_grid(grid, config)
    filtered = grid.binaries.clone()
    if torch.equal(filtered, unfiltered):
        return
    try:
        views = _training_views(dataset)
    except CaptureError as error:
        _logger.warning("Cannot check the grid filter on training pictures: %s", error)
        return
    after = _psnr(renderer, views, windows)
    grid.set_binaries(unfiltered)
    before = _psnr(renderer, views, windows)
    share = 100 * int(filtered.sum()) / int(unfiltered.sum())
    figures = f"training pictures {before:.1f} dB before and {after:.1f} dB after"
    if before - after > LARGEST_LOSS_DB or not filtered.any():
        _logger.warning(
            "Occupancy grid filtering is skipped: it would keep %.0f %% of the occupied cells and "
            "remove what the pictures show (%s). The head is not one piece: train longer.",
            share,
            figures,
        )
        return
    grid.set_binaries(filtered)
    _logger.info("Occupancy grid filtering keeps %.0f %% of the cells: %s.", share, figures)


def _training_views(dataset: Dataset) -> list[_View]:
    """Cameras and timesteps spread over all."""
    splits, cameras = dataset.splits, dataset.train_cameras
    views = []
    for index in range(_N_PICTURES):
        number = index * len(cameras) // _N_PICTURES
        timestep = index * (splits.n_timesteps - 1) // (_N_PICTURES - 1)
        camera = cameras[number]
        scale = min(1.0, _LONGER_SIDE / max(camera.width, camera.height))
        size = max(1, round(camera.width * scale)), max(1, round(camera.height * scale))
        truth = dataset.truth(splits.train_serials[number], timestep).rgb
        small = resize_bilinear(to_uint8(truth), size).astype(np.float32) / 255
        views.append(_View(camera.resized(*size), timestep, small))
    return views


def _psnr(renderer: Renderer, views: Sequence[_View], windows: WindowState) -> float:
    """PSNR of all views pooled, in dB; at most 100."""
    errors = []
    for view in views:
        image = renderer.image(view.camera, view.timestep, windows, _N_RAYS)
        errors.append(mse(on_host(image.rgb), view.rgb))
    return psnr_of_mse(max(float(np.mean(errors)), 1e-10))
