"""Counts the cameras that can see a point (method.md, Ray marching)."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.geometry.camera import Camera


def count_cameras_seeing(
    positions_world: Float[Tensor, "n 3"], cameras: Sequence[Camera]
) -> Int[Tensor, "n"]:
    """The number of cameras with each point inside their four side planes (no near or far plane).

    A point is inside when it projects into the picture with positive depth. Model world.
    """
    seen = torch.zeros(len(positions_world), dtype=torch.int64, device=positions_world.device)
    points = positions_world.double()
    for camera in cameras:
        pose = camera.world_to_camera.to(points.device)
        projection = camera.intrinsics.to(points.device)
        projected = (points @ pose[:3, :3].T + pose[:3, 3]) @ projection.T
        depth = projected[:, 2]
        x, y = projected[:, 0], projected[:, 1]
        inside = (x >= 0) & (x <= camera.width * depth) & (y >= 0) & (y <= camera.height * depth)
        seen += inside & (depth > 0)
    return seen
