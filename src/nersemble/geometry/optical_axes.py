"""Where cameras stand, and what all of them look at."""

import numpy as np
from jaxtyping import Float64


def camera_centers(
    world_to_camera: Float64[np.ndarray, "*n 4 4"],
) -> Float64[np.ndarray, "*n 3"]:
    """The centres of cameras in the world of their poses, in its unit."""
    rotations, translations = world_to_camera[..., :3, :3], world_to_camera[..., :3, 3]
    return np.asarray(-np.einsum("...ij,...i->...j", rotations, translations))


def nearest_to_axes(world_to_camera: Float64[np.ndarray, "n 4 4"]) -> Float64[np.ndarray, "3"]:
    """The point whose squared distances to the cameras' optical axes have the smallest sum; where
    all axes are parallel, of such points the one nearest to the world's origin."""
    axes = world_to_camera[:, 2, :3]
    across = np.eye(3) - axes[:, :, None] * axes[:, None, :]
    system = across.sum(0)
    target = np.einsum("nij,nj->i", across, camera_centers(world_to_camera))
    return np.asarray(np.linalg.pinv(system, rcond=1e-3) @ target)


def axes_are_parallel(world_to_camera: Float64[np.ndarray, "n 4 4"]) -> bool:
    """Whether the cameras' optical axes have one direction, so that no point is nearest to them."""
    axes = world_to_camera[:, 2, :3]
    # The mean squared sine of the angles to the direction that all share best.
    return bool(1 - np.linalg.norm(axes, 2) ** 2 / len(axes) < 1e-3)
