"""Camera centres, and the point that the cameras look at."""

import numpy as np
from jaxtyping import Float64


def camera_centers(
    world_to_camera: Float64[np.ndarray, "*n 4 4"],
) -> Float64[np.ndarray, "*n 3"]:
    """The centres of cameras in the world of their poses, in its unit."""
    rotations, translations = world_to_camera[..., :3, :3], world_to_camera[..., :3, 3]
    return np.asarray(-np.einsum("...ij,...i->...j", rotations, translations))


def nearest_to_axes(world_to_camera: Float64[np.ndarray, "n 4 4"]) -> Float64[np.ndarray, "3"]:
    """The point with the smallest sum of squared distances to the cameras' optical axes; if all
    axes are parallel, the one of these points nearest to the world's origin."""
    axes = world_to_camera[:, 2, :3]
    across = np.eye(3) - axes[:, :, None] * axes[:, None, :]
    system = across.sum(0)
    target = np.einsum("nij,nj->i", across, camera_centers(world_to_camera))
    return np.asarray(np.linalg.pinv(system, rcond=1e-3) @ target)


def axes_are_parallel(world_to_camera: Float64[np.ndarray, "n 4 4"]) -> bool:
    """Whether the cameras' optical axes are parallel, so that no single point is nearest."""
    axes = world_to_camera[:, 2, :3]
    # The mean squared sine of the angles to the best common direction.
    return bool(1 - np.linalg.norm(axes, 2) ** 2 / len(axes) < 1e-3)
