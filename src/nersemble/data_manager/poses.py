"""Checks poses of a calibration and converts between conventions: direction, axes and unit."""

from typing import Any

import numpy as np
from jaxtyping import Float64

from nersemble.data_manager.config import PoseConfig, PoseConvention
from nersemble.errors import CaptureError

_ROTATION_TOLERANCE = 1e-3

_OTHER_AXES = np.diag([1.0, -1.0, -1.0, 1.0])


def pose_in_metres(
    matrix: Float64[np.ndarray, "4 4"], config: PoseConfig
) -> Float64[np.ndarray, "4 4"]:
    """Converts a calibration's matrix to a pose in metres, world to OpenCV camera."""
    pose = as_world_to_camera(matrix, config.poses)
    pose[:3, 3] *= config.metres_per_unit
    return pose


def as_world_to_camera(
    matrix: Float64[np.ndarray, "4 4"], convention: PoseConvention
) -> Float64[np.ndarray, "4 4"]:
    """Converts a rigid matrix of a convention to world to OpenCV camera, in the same unit."""
    pose = matrix if convention.startswith("world") else np.linalg.inv(matrix)
    return _OTHER_AXES @ pose if convention.endswith("opengl") else pose.copy()


def as_matrix(
    world_to_camera: Float64[np.ndarray, "4 4"], convention: PoseConvention
) -> Float64[np.ndarray, "4 4"]:
    """The inverse of :func:`as_world_to_camera`."""
    pose = _OTHER_AXES @ world_to_camera if convention.endswith("opengl") else world_to_camera
    return pose.copy() if convention.startswith("world") else np.linalg.inv(pose)


def matrix_of(value: Any, size: int, what: str) -> Float64[np.ndarray, "n n"]:
    """Reads a square matrix from a file's value.

    Args:
        value: the value.
        size: rows and columns.
        what: the matrix and its file, for messages.

    Raises:
        CaptureError: it is not such a matrix, or not finite.
    """
    try:
        matrix = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise CaptureError(
            f"Calibration {what} is not a {size}x{size} matrix of numbers; correct the file."
        ) from None
    if matrix.shape != (size, size):
        raise CaptureError(
            f"Calibration {what} has shape {matrix.shape}, expected ({size}, {size}); "
            f"correct the file."
        )
    if not np.isfinite(matrix).all():
        raise CaptureError(
            f"Calibration {what} has {int((~np.isfinite(matrix)).sum())} entries that are NaN or "
            f"infinite; calibrate this camera again or remove it."
        )
    return matrix


def rigid_pose(value: Any, what: str) -> Float64[np.ndarray, "4 4"]:
    """Reads a rotation and a translation as a 4x4 matrix; the last row may be missing.

    Args:
        value: the value in the file.
        what: the matrix and its file, for messages.

    Raises:
        CaptureError: it is not rigid; says how.
    """
    if hasattr(value, "__len__") and len(value) == 3:
        value = [*value, [0.0, 0.0, 0.0, 1.0]]
    pose = matrix_of(value, 4, what)
    rotation = pose[:3, :3]
    deviation = float(np.abs(rotation @ rotation.T - np.eye(3)).max())
    if deviation > _ROTATION_TOLERANCE:
        raise CaptureError(
            f"Calibration {what} is not a rotation: R R^T differs from the identity by "
            f"{deviation:.3g} (at most {_ROTATION_TOLERANCE} is accepted); remove scale and shear."
        )
    if np.linalg.det(rotation) < 0:
        raise CaptureError(
            f"Calibration {what} is not a rotation but a reflection (determinant "
            f"{np.linalg.det(rotation):.3f}); flip one camera axis (OpenCV: x right, y down)."
        )
    if np.abs(pose[3] - [0, 0, 0, 1]).max() > _ROTATION_TOLERANCE:
        raise CaptureError(
            f"Calibration {what} has the last row {pose[3].tolist()}, expected [0, 0, 0, 1]; "
            f"was it written transposed?"
        )
    return pose
