"""Camera trajectories and timesteps of a video (method.md, Evaluation)."""

import math
from collections.abc import Callable, Mapping, Sequence

import torch
from jaxtyping import Float64
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.geometry.camera import Camera
from nersemble.geometry.world import SCALE_FACTOR

CIRCLE_RADIUS_METRES = 0.3
FRONT_DISTANCE_METRES = 1.0
"""From the head's centre to the plane of the cameras in front of the face."""


def circle(n_frames: int, camera: Camera, width: int, height: int) -> list[Camera]:
    """Cameras on a circle in front of the face, all looking at the head's centre.

    The circle lies in the plane y = -1 m of the model world (the face looks along -y) around
    the y axis. It starts below the axis, goes to -x first, and a full turn is ``n_frames`` steps,
    so that the video can be repeated without a jump. Up in the pictures is +z.

    Args:
        n_frames: at least 1.
        camera: provides the field of view.
        width: of the pictures, pixels.
        height: of the pictures, pixels.

    Raises:
        ConfigError: the pictures have no pixels.
    """
    angles = [2 * math.pi * index / n_frames for index in range(n_frames)]
    return _around_the_axis(angles, [CIRCLE_RADIUS_METRES] * n_frames, camera, width, height)


def spiral(n_frames: int, camera: Camera, width: int, height: int) -> list[Camera]:
    """Cameras that wind out from the front view and back to it, in the plane of :func:`circle`.

    Two turns; the radius follows half a sine and reaches the circle's, so that the video can be
    repeated without a jump. The arguments are those of :func:`circle`.
    """
    shares = [index / n_frames for index in range(n_frames)]
    angles = [4 * math.pi * share for share in shares]
    radii = [CIRCLE_RADIUS_METRES * math.sin(math.pi * share) for share in shares]
    return _around_the_axis(angles, radii, camera, width, height)


def static(n_frames: int, camera: Camera, width: int, height: int) -> list[Camera]:
    """The camera in front of the face for every picture; arguments as of :func:`circle`."""
    return _around_the_axis([0.0], [0.0], camera, width, height) * n_frames


TRAJECTORIES: Mapping[str, Callable[[int, Camera, int, int], list[Camera]]] = {
    "circle": circle,
    "spiral": spiral,
    "static": static,
}
"""Camera trajectories by their names on the command line. A new one needs a function, a row here,
and its name and a sentence in ``video/config.py``."""


def _around_the_axis(
    angles: Sequence[float],
    radii_metres: Sequence[float],
    camera: Camera,
    width: int,
    height: int,
) -> list[Camera]:
    """Cameras that look at the head's centre, at polar coordinates around the y axis."""
    check_size(width, height)
    intrinsics = camera.resized(width, height).intrinsics
    cameras = []
    for angle, radius in zip(angles, radii_metres, strict=True):
        center_metres = torch.tensor(
            [-radius * math.sin(angle), -FRONT_DISTANCE_METRES, -radius * math.cos(angle)],
            dtype=torch.float64,
        )
        pose = _looking_at_origin(center_metres * SCALE_FACTOR)
        cameras.append(Camera(intrinsics, pose, width, height))
    return cameras


def check_size(width: int, height: int) -> None:
    """Raise ConfigError if pictures would have no pixels."""
    if width < 1 or height < 1:
        raise ConfigError(
            f"A video of {width} x {height} pixels shows nothing: choose a smaller "
            "--downscale_factor."
        )


def moments_for(n_frames: int, n_timesteps: int) -> list[float]:
    """The moment that each picture shows: from the first timestep to the last, evenly.

    Args:
        n_frames: at least 1; a single picture shows timestep 0.
        n_timesteps: at least 1.
    """
    last_frame = max(n_frames - 1, 1)
    return [index / last_frame * (n_timesteps - 1) for index in range(n_frames)]


def timesteps_for(n_frames: int, n_timesteps: int) -> list[int]:
    """The timesteps nearest to :func:`moments_for`, as in the release's videos."""
    return [round(moment) for moment in moments_for(n_frames, n_timesteps)]


def _looking_at_origin(center_world: Float64[Tensor, "3"]) -> Float64[Tensor, "4 4"]:
    """World-to-camera pose (OpenCV axes) of a camera with +z up that is not on the z axis."""
    up = torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64)
    forward = -center_world / center_world.norm()
    right = torch.linalg.cross(forward, up)
    right = right / right.norm()
    down = torch.linalg.cross(forward, right)
    pose = torch.eye(4, dtype=torch.float64)
    pose[:3, :3] = torch.stack([right, down, forward])
    pose[:3, 3] = -pose[:3, :3] @ center_world
    return pose
