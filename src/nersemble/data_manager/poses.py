"""Conventions of a calibration's poses: direction, camera axes and unit."""

import numpy as np
from jaxtyping import Float64

from nersemble.data_manager.config import PoseConfig, PoseConvention

_OTHER_AXES = np.diag([1.0, -1.0, -1.0, 1.0])


def pose_in_metres(
    matrix: Float64[np.ndarray, "4 4"], config: PoseConfig
) -> Float64[np.ndarray, "4 4"]:
    """A matrix of the calibration as a pose in metres, world to OpenCV camera."""
    pose = as_world_to_camera(matrix, config.poses)
    pose[:3, 3] *= config.metres_per_unit
    return pose


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
