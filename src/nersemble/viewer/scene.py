"""Drawings in the picture: the capture's cameras, the scene box, the occupied cells."""

import logging
import math
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Float64, UInt8
from scipy.spatial.transform import Rotation
from torch import Tensor

from nersemble.errors import NersembleError
from nersemble.geometry.camera import Camera
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.ops.colors import to_uint8
from nersemble.viewer.pictures import Subject, Truths, vertical_fov_degrees

TRAIN_COLOR, HELD_OUT_COLOR = (40, 90, 200), (220, 110, 20)
_BOX_COLOR, _GRID_COLOR = (30, 30, 30), (20, 150, 90)
_FRUSTUM_SCALE, _LINE = 0.5, 0.01
_THUMBNAIL_ROWS = 100
_MOST_POINTS = 60_000

_logger = logging.getLogger(__name__)


class SceneObjects:
    """One page's drawings, each created on first use."""

    def __init__(
        self, client: Any, subject: Subject, truths: Truths, go_to: Callable[[Camera], None]
    ) -> None:
        """``go_to`` is called with the camera of a clicked frustum."""
        self._client, self._subject, self._truths, self._go_to = client, subject, truths, go_to
        self._frusta: dict[str, Any] = {}
        self._box: Any = None
        self._grid: Any = None
        self._pictures_wanted: int | None = None
        self._pictures_lock = threading.Lock()

    def show_cameras(self, visible: bool) -> None:
        """Draws a pyramid for each camera; held-out ones in orange."""
        if visible and not self._frusta:
            train = self._subject.dataset.splits.train_serials
            for serial in self._truths.serials:
                color = TRAIN_COLOR if serial in train else HELD_OUT_COLOR
                self._frusta[serial] = self._frustum(serial, color)
        for frustum in self._frusta.values():
            frustum.visible = visible

    def _frustum(self, serial: str, color: tuple[int, int, int]) -> Any:
        camera = self._truths.cameras[serial]
        frustum = self._client.scene.add_camera_frustum(
            f"/cameras/{serial}",
            fov=math.radians(vertical_fov_degrees(camera)),
            aspect=camera.width / camera.height,
            scale=_FRUSTUM_SCALE,
            thickness=_LINE,
            color=color,
            wxyz=quaternion(camera.camera_to_world[:3, :3]),
            position=camera.center_world.numpy(),
        )
        frustum.on_click(lambda _: self._go_to(camera))
        return frustum

    def show_pictures(self, timestep: int | None) -> None:
        """Puts the cameras' pictures of a timestep into their pyramids; None takes them out.

        Reads them on the calling thread; a later call ends an earlier one on another thread.
        """
        self._pictures_wanted = timestep
        with self._pictures_lock:
            for serial, frustum in list(self._frusta.items()):
                if self._pictures_wanted != timestep:
                    return
                try:
                    frustum.image = None if timestep is None else self._thumbnail(serial, timestep)
                except NersembleError as error:
                    _logger.warning("No picture for the camera %s: %s", serial, error)

    def _thumbnail(self, serial: str, timestep: int) -> UInt8[np.ndarray, "h w 3"]:
        truth = self._truths.picture(serial, timestep)
        return to_uint8(
            truth[:: max(len(truth) // _THUMBNAIL_ROWS, 1)][
                :, :: max(len(truth) // _THUMBNAIL_ROWS, 1)
            ]
        )

    def show_box(self, visible: bool) -> None:
        """Draws the edges of the scene box."""
        if visible and self._box is None:
            self._box = self._client.scene.add_line_segments(
                "/scene_box",
                points=box_edges(self._subject.renderer.model.grid.scene_box.cpu()),
                colors=_BOX_COLOR,
                thickness=_LINE,
            )
        if self._box is not None:
            self._box.visible = visible

    def show_grid(self, visible: bool) -> None:
        """Draw the currently occupied cells that have an empty neighbour, as points."""
        if self._grid is not None:
            self._grid.remove()
            self._grid = None
        if visible:
            points, size = surface_cells(self._subject.renderer.model.grid)
            self._grid = self._client.scene.add_point_cloud(
                "/occupancy_grid",
                points=points,
                colors=_GRID_COLOR,
                point_size=size / 4,
                precision="float32",
            )


def box_edges(box: Float[Tensor, "2 3"]) -> Float32[np.ndarray, "12 2 3"]:
    """The twelve edges of an axis-aligned box, as pairs of ends."""
    corners = torch.cartesian_prod(*box.T)
    ends = [(i, i | bit) for bit in (1, 2, 4) for i in range(8) if not i & bit]
    return corners[torch.tensor(ends)].numpy()


def surface_cells(grid: OccupancyGrid) -> tuple[Float32[np.ndarray, "n 3"], float]:
    """Centres of the finest grid's occupied cells with an unoccupied or no neighbour, thinned out
    to 60 000 at most, model world; and the longest edge of a cell."""
    binaries = grid.binaries[0].cpu()
    cells = (binaries & ~_surrounded(binaries)).nonzero()
    cells = cells[:: max(math.ceil(len(cells) / _MOST_POINTS), 1)]
    low, high = grid.scene_box.cpu()
    size = (high - low) / grid.config.grid_resolution
    return (low + (cells + 0.5) * size).numpy(), float(size.max())


def _surrounded(binaries: Bool[Tensor, "r r r"]) -> Bool[Tensor, "r r r"]:
    padded = torch.nn.functional.pad(binaries, (1,) * 6)
    inner = slice(1, -1)
    result = torch.ones_like(binaries)
    for axis in range(3):
        for side in (slice(0, -2), slice(2, None)):
            index = [inner, inner, inner]
            index[axis] = side
            result &= padded[tuple(index)]
    return result


Quaternion = tuple[float, float, float, float]


def quaternion(rotation: Float64[Tensor, "3 3"]) -> Quaternion:
    """Of a rotation matrix."""
    x, y, z, w = Rotation.from_matrix(rotation.numpy()).as_quat().tolist()
    return (w, x, y, z)


def forward_and_up(wxyz: Quaternion) -> tuple[np.ndarray, np.ndarray]:
    """The viewing and up directions of a camera with this orientation (OpenCV axes)."""
    w, x, y, z = wxyz
    matrix = Rotation.from_quat([x, y, z, w]).as_matrix()
    return matrix[:, 2], -matrix[:, 1]
