"""Aligns a calibration's own world with the calibration world: metres, y up, the face along +z.

Structure from motion determines neither scale nor orientation. Both are derived from the rig: its
cameras look at the head, are upright and stand in front of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from nersemble.captures.convert.config import AlignmentConfig, Vector
from nersemble.errors import CaptureError, ConfigError
from nersemble.geometry.optical_axes import axes_are_parallel, camera_centers, nearest_to_axes
from nersemble.geometry.scene_box import SceneBox
from nersemble.geometry.world import points_to_calibration

# The share of the scene box that the hull fills; the rest is a margin for gaps in the alpha maps.
_SHARE_OF_THE_BOX = 0.9
# Points closer than this share of the rig's extent count as one point.
_DEGENERATE = 1e-3
# A mean of unit vectors that is shorter than this has no clear direction.
_LEAST_AGREEMENT = 0.2


@dataclass(frozen=True)
class Alignment:
    """The change of world, p -> metres_per_unit * rotation (p - center).

    center: in the calibration's own units.
    rotation: from its axes to those of the calibration world (rows: x, y up, z to the front).
    """

    center: Float64[np.ndarray, "3"]
    rotation: Float64[np.ndarray, "3 3"]
    metres_per_unit: float

    def rescaled(self, factor: float, origin: Float64[np.ndarray, "3"]) -> "Alignment":
        """Scales by a factor; moves the origin to a point of the model world."""
        metres = points_to_calibration(origin[None].astype(np.float32))[0].astype(np.float64)
        center = self.center + self.rotation.T @ metres / self.metres_per_unit
        return Alignment(center, self.rotation, self.metres_per_unit * factor)

    def apply(self, world_to_camera: Float64[np.ndarray, "4 4"]) -> Float64[np.ndarray, "4 4"]:
        """Transforms a pose from the calibration's own world to the calibration world (metres)."""
        pose = np.eye(4)
        pose[:3, :3] = world_to_camera[:3, :3] @ self.rotation.T
        center_in_camera = world_to_camera[:3, :3] @ self.center + world_to_camera[:3, 3]
        pose[:3, 3] = self.metres_per_unit * center_in_camera
        return pose


def align(poses: Mapping[str, Float64[np.ndarray, "4 4"]], config: AlignmentConfig) -> Alignment:
    """Finds the change of world for a rig.

    Args:
        poses: world to camera (OpenCV axes) in the calibration's own world, by camera.
        config: overrides.

    Raises:
        CaptureError: the poses are ambiguous; names the option that resolves it.
        ConfigError: the front camera is not among the cameras.
    """
    stacked = np.stack(list(poses.values()))
    positions = camera_centers(stacked)
    if config.center is None and axes_are_parallel(stacked):
        raise CaptureError(
            "The cameras' optical axes are parallel, so the head cannot be located: give its "
            "centre with --center."
        )
    center = nearest_to_axes(stacked) if config.center is None else np.array(config.center)
    distances = np.linalg.norm(positions - center, axis=1)
    if np.median(distances) < _DEGENERATE * np.ptp(positions, axis=0).max() or not distances.all():
        raise CaptureError("A camera is at the head's centre: give the centre with --center.")
    up = _mean_up(-stacked[:, 1, :3]) if config.up is None else np.array(config.up)
    outward = (positions - center) / distances[:, None]
    front = outward.mean(0)
    if config.front_camera:
        if config.front_camera not in poses:
            raise ConfigError(
                f"--front_camera {config.front_camera} is not a camera: choose "
                f"from {', '.join(poses)}."
            )
        front = outward[list(poses).index(config.front_camera)]
    scale = config.metres_per_unit or (config.camera_distance or 1.0) / float(np.median(distances))
    return Alignment(center, _axes(up / np.linalg.norm(up), front), scale)


def fit(
    low: Vector, high: Vector, box: SceneBox, *, move: bool
) -> tuple[float, Float64[np.ndarray, "3"]]:
    """The scale factor that fits a head into a box, and the point to scale around; see
    ``Alignment.rescaled``.

    Args:
        low: lower bounds of the head (model world).
        high: its upper bounds.
        box: the scene box.
        move: whether the origin may move, to align the two centres.
    """
    bounds, room = np.array([low, high]), np.array([box.minimum, box.maximum])
    size, middle = bounds[1] - bounds[0], bounds.mean(0)
    # With few cameras on one side, the hull has no back; a head is not deeper than wide or high.
    size[1] = min(size[1], max(size[0], size[2]))
    if move:
        factor = _SHARE_OF_THE_BOX * float(((room[1] - room[0]) / size).min())
        return factor, middle - room.mean(0) / factor
    outer = np.array([middle - size / 2, middle + size / 2]) / room
    return _SHARE_OF_THE_BOX / float(outer.max()), np.zeros(3)


def _mean_up(directions: Float64[np.ndarray, "n 3"]) -> np.ndarray:
    mean = directions.mean(0)
    if np.linalg.norm(mean) < _LEAST_AGREEMENT:
        raise CaptureError(
            "The cameras do not agree on the up direction: give --up, in the calibration's world."
        )
    return mean


def _axes(up: Float64[np.ndarray, "3"], front: Float64[np.ndarray, "3"]) -> np.ndarray:
    """Right, up and front; the front without its part along up (unit vector)."""
    level = front - up * (front @ up)
    length = np.linalg.norm(level)
    if length < _LEAST_AGREEMENT:
        raise CaptureError(
            "The cameras surround the head, or stand above or below it, so the direction of the "
            "face is unknown: name another camera with --front_camera, or correct --up."
        )
    level /= length
    return np.stack([np.cross(up, level), up, level])
