"""The 16 cameras of the synthetic capture, the same for every person (method.md, Capture)."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from nersemble.data_manager.rig import SENSOR_HEIGHT, SENSOR_WIDTH

_FOCAL = 8190.0
_PRINCIPAL_POINT = (1092.5, 1611.0)
_TARGET = (0.0, -0.012, 0.0)

# Yaw (towards +x) and pitch (upwards) in degrees by camera id: an upper and a lower row of five,
# two in the middle, and the evaluation cameras 3, 6, 11, 15 between them.
_DIRECTIONS: tuple[tuple[float, float], ...] = (
    *((-46.5, -14.0), (-46.5, 14.0), (-23.5, -16.0), (-32.0, 3.0)),
    *((0.5, -16.0), (-24.0, 16.0), (-6.0, -5.0), (-16.5, 1.0)),
    *((-0.5, 16.0), (17.0, -1.0), (24.0, 16.0), (32.5, -3.0)),
    *((46.5, 14.0), (23.5, -16.0), (46.5, -14.0), (8.0, 7.0)),
)


@dataclass(frozen=True)
class View:
    """A camera sized for one picture. OpenCV axes, metres, calibration world.

    intrinsics: pixels of a picture of ``width`` x ``height``.
    """

    intrinsics: Float64[np.ndarray, "3 3"]
    world_to_camera: Float64[np.ndarray, "4 4"]
    width: int
    height: int


def sensor_intrinsics() -> Float64[np.ndarray, "3 3"]:
    """Intrinsics of the full 2200x3208 sensor, shared by all cameras."""
    cx, cy = _PRINCIPAL_POINT
    return np.array([[_FOCAL, 0.0, cx], [0.0, _FOCAL, cy], [0.0, 0.0, 1.0]])


def world_to_camera(camera_id: int) -> Float64[np.ndarray, "4 4"]:
    """Pose of one camera: rigid, calibration world (metres, y up) to OpenCV camera axes."""
    yaw, pitch = (math.radians(angle) for angle in _DIRECTIONS[camera_id])
    outward = np.array(
        [math.sin(yaw) * math.cos(pitch), math.sin(pitch), math.cos(yaw) * math.cos(pitch)]
    )
    # Distances and rolls vary between cameras, as in a rig built by hand.
    distance = 1.0 + 0.045 * math.sin(2.4 * camera_id + 0.5)
    roll = math.radians(1.5) * math.sin(1.7 * camera_id)
    right = np.cross(-outward, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    down = np.cross(-outward, right)
    rotation = np.stack(
        [
            math.cos(roll) * right + math.sin(roll) * down,
            -math.sin(roll) * right + math.cos(roll) * down,
            -outward,
        ]
    )
    pose = np.eye(4)
    pose[:3, :3] = rotation
    pose[:3, 3] = -rotation @ (np.array(_TARGET) + distance * outward)
    return pose


def view(camera_id: int, width: int, height: int) -> View:
    """The camera with its picture at ``width`` x ``height``."""
    scale = np.array([width / SENSOR_WIDTH, height / SENSOR_HEIGHT, 1.0])
    intrinsics = sensor_intrinsics() * scale[:, None]
    return View(intrinsics, world_to_camera(camera_id), width, height)
