"""Depth maps from point clouds: the depth of the points visible to a camera.

Each point becomes a small piece of its tangent plane, drawn in two passes as in surface splatting
(Zwicker et al. 2001; Botsch et al. 2005). The first pass finds the points at the front; the second
averages the depths of their planes at each pixel.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from jaxtyping import Float32
from scipy.ndimage import minimum_filter

from nersemble.geometry.camera import Camera
from nersemble.geometry.world import SCALE_FACTOR

# Points on surfaces seen at a more grazing angle are skipped: their depth is uncertain.
_SMALLEST_COSINE = 0.2
# Points farther than this behind the front of a pixel are hidden. 5 mm.
_THICKNESS_WORLD = 0.005 * SCALE_FACTOR
# With this expected number of points, a square is empty in fewer than 2 of 100 cases.
_POINTS_IN_A_SQUARE = 4
_LARGEST_REACH = 12


@dataclass(frozen=True)
class PointCloud:
    """Points of a surface in the model world.

    normals_world: of length 1, outward, or 0 for points without one; None if no point has one.
    """

    positions_world: Float32[np.ndarray, "n 3"]
    normals_world: Float32[np.ndarray, "n 3"] | None


def cloud_depth(cloud: PointCloud, camera: Camera) -> Float32[np.ndarray, "h w"]:
    """The z-depth of a cloud in a camera's picture, model-world units; 0 where no point is visible.

    A point is skipped if its normal faces away from the camera, or if other points hide it. The
    front surface that hides points is closed over the gaps between points; their distance is
    estimated from the number of visible points.
    """
    points, reach = _not_hidden(_facing_points(cloud, camera), (camera.height, camera.width))
    return _averaged(points, camera, reach // 2)


@dataclass(frozen=True)
class _Points:
    """Points in a picture, in the camera's space: rows and columns, z-depths, and tangent planes,
    as normal / (normal . position), so that the plane's depth along a ray d is 1 / (plane . d)."""

    rows: np.ndarray
    columns: np.ndarray
    depths: Float32[np.ndarray, "n"]
    planes: Float32[np.ndarray, "n 3"]

    def chosen(self, mask: np.ndarray) -> "_Points":
        """The points that the mask selects."""
        return _Points(self.rows[mask], self.columns[mask], self.depths[mask], self.planes[mask])


def _facing_points(cloud: PointCloud, camera: Camera) -> _Points:
    pose = camera.world_to_camera.numpy().astype(np.float32)
    positions = cloud.positions_world @ pose[:3, :3].T + pose[:3, 3]
    depths = positions[:, 2]
    planes = np.zeros_like(positions)
    # Without a normal, a point's plane is parallel to the picture.
    planes[:, 2] = np.divide(1.0, depths, where=depths > 0, out=np.zeros_like(depths))
    chosen = depths > 0
    if cloud.normals_world is not None:
        normals = cloud.normals_world @ pose[:3, :3].T
        known = normals.any(1)
        distances = (normals * positions).sum(1)
        facing = distances < -_SMALLEST_COSINE * np.linalg.norm(positions, axis=1)
        planes[facing] = normals[facing] / distances[facing, None]
        chosen &= facing | ~known
    pixels = positions[chosen] @ camera.intrinsics.numpy().astype(np.float32).T
    columns, rows = np.floor(pixels[:, :2] / pixels[:, 2:]).T
    inside = (columns >= 0) & (columns < camera.width) & (rows >= 0) & (rows < camera.height)
    chosen[chosen] = inside
    return _Points(
        rows[inside].astype(np.intp),
        columns[inside].astype(np.intp),
        depths[chosen],
        planes[chosen],
    )


def _not_hidden(points: _Points, shape: tuple[int, int]) -> tuple[_Points, int]:
    """The points at the front, and the radius in pixels over which gaps in the front were
    closed."""
    nearest = np.full(shape, np.inf, np.float32)
    np.minimum.at(nearest, (points.rows, points.columns), points.depths)
    for reach in range(_LARGEST_REACH + 1):
        side = 2 * reach + 1
        front = minimum_filter(nearest, side, mode="nearest")
        visible = points.depths <= front[points.rows, points.columns] + _THICKNESS_WORLD
        shown = points.chosen(visible)
        squares = shown.rows // side * shape[1] + shown.columns // side
        if len(squares) >= _POINTS_IN_A_SQUARE * np.count_nonzero(np.bincount(squares)):
            break
    return shown, reach


def _averaged(points: _Points, camera: Camera, reach: int) -> Float32[np.ndarray, "h w"]:
    """The mean depth of the tangent planes that cover each pixel."""
    height, width = camera.height, camera.width
    to_ray = np.linalg.inv(camera.intrinsics.numpy()).astype(np.float32)
    total, count = np.zeros(height * width), np.zeros(height * width)
    for down, right in product(range(-reach, reach + 1), repeat=2):
        rows, columns = points.rows + down, points.columns + right
        centers = np.stack([columns + 0.5, rows + 0.5, np.ones_like(rows)], 1, dtype=np.float32)
        slopes = (points.planes * (centers @ to_ray.T)).sum(1)
        depths = np.divide(1.0, slopes, where=slopes > 0, out=np.zeros_like(slopes))
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        inside &= np.abs(depths - points.depths) < _THICKNESS_WORLD
        at = rows[inside] * width + columns[inside]
        total += np.bincount(at, depths[inside], len(total))
        count += np.bincount(at, minlength=len(count))
    mean = np.divide(total, count, where=count > 0, out=np.zeros_like(total))
    return mean.reshape(height, width).astype(np.float32)
