"""A pinhole camera in the model world and the rays through its pixel centres (spec, section 2)."""

from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Float64, Int
from torch import Tensor


@dataclass(frozen=True)
class Camera:
    """A pinhole camera. OpenCV axes: x right, y down, z forward.

    intrinsics: pixels of an image of ``width`` x ``height``.
    world_to_camera: model world to camera, both in model units (metres x 9).
    """

    intrinsics: Float64[Tensor, "3 3"]
    world_to_camera: Float64[Tensor, "4 4"]
    width: int
    height: int

    def resized(self, width: int, height: int) -> "Camera":
        """The same camera with its picture at another size (the field of view stays)."""
        scale = torch.tensor([width / self.width, height / self.height, 1.0], dtype=torch.float64)
        return Camera(self.intrinsics * scale[:, None], self.world_to_camera, width, height)

    @cached_property
    def camera_to_world(self) -> Float64[Tensor, "4 4"]:
        """Pose of the camera in the model world (rigid inverse)."""
        rotation = self.world_to_camera[:3, :3].T
        pose = torch.eye(4, dtype=torch.float64)
        pose[:3, :3] = rotation
        pose[:3, 3] = -rotation @ self.world_to_camera[:3, 3]
        return pose

    @cached_property
    def center_world(self) -> Float64[Tensor, "3"]:
        """The camera's centre, model world."""
        return self.camera_to_world[:3, 3]

    @cached_property
    def ray_map(self) -> Float64[Tensor, "3 3"]:
        """Maps homogeneous pixel coordinates to (unnormalised) ray directions, model world."""
        return self.camera_to_world[:3, :3] @ torch.linalg.inv(self.intrinsics)

    def rays(
        self, pixel_yx: Int[Tensor, "n 2"]
    ) -> tuple[Float[Tensor, "n 3"], Float[Tensor, "n 3"]]:
        """Origins and unit directions of the rays through pixels' centres, model world."""
        homogeneous = homogeneous_centers(pixel_yx)
        device = pixel_yx.device
        directions = unit(homogeneous @ self.ray_map.to(device, non_blocking=True).T)
        origins = self.center_world.to(device, non_blocking=True).expand_as(directions)
        return origins.float(), directions.float()

    def all_rays(
        self, device: torch.device | str = "cpu"
    ) -> tuple[Float[Tensor, "n 3"], Float[Tensor, "n 3"]]:
        """Origins and unit directions of the rays of the whole picture, row by row."""
        y, x = (
            torch.arange(side, dtype=torch.float64, device=device)[:, None] + 0.5
            for side in (self.height, self.width)
        )
        along_x, along_y, middle = self.ray_map.to(device, non_blocking=True).T
        directions = unit(((y * along_y + middle)[:, None] + x * along_x).view(-1, 3)).float()
        origin = self.center_world.float().to(device, non_blocking=True)
        return origin.expand_as(directions).contiguous(), directions


def homogeneous_centers(pixel_yx: Int[Tensor, "n 2"]) -> Float64[Tensor, "n 3"]:
    """Homogeneous coordinates (x, y, 1) of pixels' centres, which ``Camera.ray_map`` maps."""
    center = pixel_yx.to(torch.float64) + 0.5
    return torch.stack([center[:, 1], center[:, 0], torch.ones_like(center[:, 0])], -1)


def unit(directions: Float64[Tensor, "n 3"]) -> Float64[Tensor, "n 3"]:
    """The directions with length 1."""
    return directions / torch.linalg.vector_norm(directions, dim=-1, keepdim=True)
