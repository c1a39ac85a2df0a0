"""The model world: the only place with the scale factor and the axis change (method.md, Spaces).

Calibration world: metres, y up. Model world: metres x 9, z up, the face looks along -y.
"""

import numpy as np
import torch
from jaxtyping import Float, Float32, Float64
from torch import Tensor

SCALE_FACTOR = 9.0
"""Model-world units per metre."""

# (x, y, z) -> (x, -z, y)
_AXES = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0))


def calibration_to_model(world_to_camera: Float64[Tensor, "4 4"]) -> Float64[Tensor, "4 4"]:
    """Converts a calibrated pose (metres) to the model world; camera axes stay OpenCV.

    Camera coordinates scale with the world, so depths along the new z axis are metres x 9.
    """
    axes = torch.tensor(_AXES, dtype=torch.float64)
    pose = torch.eye(4, dtype=torch.float64)
    pose[:3, :3] = world_to_camera[:3, :3] @ axes.T
    pose[:3, 3] = world_to_camera[:3, 3] * SCALE_FACTOR
    return pose


def model_to_calibration(world_to_camera: Float64[Tensor, "4 4"]) -> Float64[Tensor, "4 4"]:
    """The inverse of :func:`calibration_to_model`."""
    pose = torch.eye(4, dtype=torch.float64)
    pose[:3, :3] = world_to_camera[:3, :3] @ torch.tensor(_AXES, dtype=torch.float64)
    pose[:3, 3] = world_to_camera[:3, 3] / SCALE_FACTOR
    return pose


def points_to_calibration(points_world: Float32[np.ndarray, "n 3"]) -> Float32[np.ndarray, "n 3"]:
    """Converts points of the model world to the calibration world, metres."""
    return directions_to_calibration(points_world) / np.float32(SCALE_FACTOR)


def directions_to_calibration(
    directions_world: Float32[np.ndarray, "n 3"],
) -> Float32[np.ndarray, "n 3"]:
    """Converts directions of the model world to the calibration world; keeps their length."""
    return directions_world @ np.asarray(_AXES, np.float32)


def torch_points_to_model(points: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
    """Like :func:`points_to_model`, on any device."""
    return torch_directions_to_model(points) * SCALE_FACTOR


def torch_directions_to_model(directions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
    """Like :func:`directions_to_model`, on any device."""
    axes = torch.tensor(_AXES, dtype=torch.float64, device=directions.device)
    # In doubles: a GPU may round the factors of single-precision products to 10 bits.
    return (directions.double() @ axes.T).float()


def points_to_model(points: Float32[np.ndarray, "n 3"]) -> Float32[np.ndarray, "n 3"]:
    """Converts points of the calibration world, metres, to the model world."""
    return directions_to_model(points) * np.float32(SCALE_FACTOR)


def directions_to_model(directions: Float32[np.ndarray, "n 3"]) -> Float32[np.ndarray, "n 3"]:
    """Converts directions of the calibration world to the model world; keeps their length."""
    return directions @ np.asarray(_AXES, np.float32).T
