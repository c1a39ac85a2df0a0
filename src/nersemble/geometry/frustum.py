"""What cameras see together (method.md, Ray marching)."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.geometry.camera import Camera
from nersemble.geometry.optical_axes import nearest_to_axes


def count_cameras_seeing(
    positions_world: Float[Tensor, "n 3"], cameras: Sequence[Camera]
) -> Int[Tensor, "n"]:
    """The number of cameras that see each point (:meth:`Camera.sees`). Model world."""
    seen = torch.zeros(len(positions_world), dtype=torch.int64, device=positions_world.device)
    points = positions_world.double()
    for camera in cameras:
        seen += camera.sees(points)
    return seen


def surroundings(cameras: Sequence[Camera]) -> tuple[Float[Tensor, "3"], Float[Tensor, ""]]:
    """The point nearest to all optical axes, and the radius around it that a camera sees (median).
    Model world."""
    poses = torch.stack([camera.world_to_camera for camera in cameras])
    center = torch.from_numpy(nearest_to_axes(poses.numpy()))
    widest = torch.tensor(
        [max(c.width / 2 / c.intrinsics[0, 0], c.height / 2 / c.intrinsics[1, 1]) for c in cameras]
    )
    centers = torch.stack([camera.center_world for camera in cameras])
    return center, (torch.linalg.vector_norm(centers - center, dim=1) * widest).median()
