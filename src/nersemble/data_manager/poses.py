"""Conventions of a calibration's poses: direction, camera axes and unit."""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import numpy as np
from jaxtyping import Float64

from nersemble.ranges import Options, Range

PoseConvention = Literal[
    "world_to_camera_opencv",
    "world_to_camera_opengl",
    "camera_to_world_opencv",
    "camera_to_world_opengl",
]
"""Axes of OpenCV are x right, y down, z forward; of OpenGL x right, y up, z backward."""

POSE_CONVENTIONS: tuple[PoseConvention, ...] = get_args(PoseConvention)

_OTHER_AXES = np.diag([1.0, -1.0, -1.0, 1.0])


@dataclass(frozen=True)
class PoseConfig(Options):
    """How the poses of a capture's calibration are read."""

    poses: PoseConvention = "world_to_camera_opencv"
    """Direction of the calibration's matrices, and the axes of its cameras."""
    metres_per_unit: Annotated[float, Range(1e-9, 1e9)] = 1.0
    """Metres in a unit of the calibration (0.001: it is in millimetres)."""

    def world_to_camera(self, matrix: Float64[np.ndarray, "4 4"]) -> Float64[np.ndarray, "4 4"]:
        """A matrix of the calibration as a pose in metres, world to OpenCV camera."""
        pose = as_world_to_camera(matrix, self.poses)
        pose[:3, 3] *= self.metres_per_unit
        return pose


AS_DOCUMENTED = PoseConfig()
"""As the data set has them: metres, world to camera, axes of OpenCV."""


def as_world_to_camera(
    matrix: Float64[np.ndarray, "4 4"], convention: PoseConvention
) -> Float64[np.ndarray, "4 4"]:
    """A rigid matrix of a convention as world to OpenCV camera, in the same unit."""
    pose = matrix if convention.startswith("world") else np.linalg.inv(matrix)
    return _OTHER_AXES @ pose if convention.endswith("opengl") else pose.copy()


def as_matrix(
    world_to_camera: Float64[np.ndarray, "4 4"], convention: PoseConvention
) -> Float64[np.ndarray, "4 4"]:
    """The inverse of :func:`as_world_to_camera`."""
    pose = _OTHER_AXES @ world_to_camera if convention.endswith("opengl") else world_to_camera
    return pose.copy() if convention.startswith("world") else np.linalg.inv(pose)
