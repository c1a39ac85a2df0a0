"""Rotations as unit quaternions (w, x, y, z), as pages and camera paths have them."""

import numpy as np
from jaxtyping import Float64
from scipy.spatial.transform import Rotation
from torch import Tensor

Quaternion = tuple[float, float, float, float]


def quaternion(rotation: Float64[Tensor, "3 3"]) -> Quaternion:
    """Of a rotation matrix."""
    x, y, z, w = Rotation.from_matrix(rotation.numpy()).as_quat().tolist()
    return (w, x, y, z)


def forward_and_up(wxyz: Quaternion) -> tuple[np.ndarray, np.ndarray]:
    """Where a camera with this orientation (OpenCV axes) looks and what is up in its picture."""
    w, x, y, z = wxyz
    matrix = Rotation.from_quat([x, y, z, w]).as_matrix()
    return matrix[:, 2], -matrix[:, 1]
