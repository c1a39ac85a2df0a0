"""A pinhole camera in the model world, and rays through its pixel centres (method.md, Spaces)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Bool, Float, Float64, Int
from numpy.typing import ArrayLike
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.geometry.world import calibration_to_model, model_to_calibration


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

    @classmethod
    def calibrated(
        cls, intrinsics: ArrayLike, world_to_camera: ArrayLike, width: int, height: int
    ) -> "Camera":
        """Makes a camera from its calibration in metres, in the form that captures have.

        Args:
            intrinsics: [3, 3], pixels of an image of ``width`` x ``height``; a pixel's centre is at
                + 0.5.
            world_to_camera: [4, 4] or [3, 4], rigid; metres. The world's y is up and the face looks
                along +z; the camera's axes are OpenCV's.
            width: width of the pictures, pixels.
            height: height of the pictures, pixels.

        Raises:
            ConfigError: a matrix has another shape or is not finite, the pose is not rigid, or the
                picture has no pixels.
        """
        matrix, given = _matrix("intrinsics", intrinsics, 3), _matrix("pose", world_to_camera, 4)
        rotation = given[:3, :3]
        if not torch.allclose(rotation @ rotation.T, torch.eye(3).double(), atol=1e-3) or (
            torch.linalg.det(rotation) < 0
        ):
            raise ConfigError(
                "A camera's pose must be a rotation and a translation, without scale or mirroring: "
                f"its 3 x 3 part is {rotation.tolist()}."
            )
        if min(width, height) < 1 or min(matrix[0, 0], matrix[1, 1]) <= 0:
            raise ConfigError(
                f"A camera needs a size and focal lengths above 0, but has {width} x {height} "
                f"pixels and {matrix[0, 0]:g} and {matrix[1, 1]:g}."
            )
        return cls(matrix, calibration_to_model(given), int(width), int(height))

    @property
    def calibrated_pose(self) -> Float64[Tensor, "4 4"]:
        """World to camera in the form of :meth:`calibrated`: metres, y up."""
        return model_to_calibration(self.world_to_camera)

    def resized(self, width: int, height: int) -> "Camera":
        """The same camera for another size of its picture (the field of view stays)."""
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

    def projected(self, points: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """The pixels of points of the model world, times depth: (x depth, y depth, depth); x and y
        count from the picture's corner. Of the points' type and device."""
        projection = (self.intrinsics @ self.world_to_camera[:3]).to(points)
        return points @ projection[:, :3].T + projection[:, 3]

    def sees(self, points: Float[Tensor, "n 3"]) -> Bool[Tensor, "n"]:
        """Which points of the model world are in the picture: in front of the camera, and between
        its borders."""
        return self.contains(self.projected(points))

    def contains(self, projected: Float[Tensor, "n 3"]) -> Bool[Tensor, "n"]:
        """Which results of :meth:`projected` are in the picture."""
        x, y, depth = projected.T
        inside = (x >= 0) & (x <= self.width * depth) & (y >= 0) & (y <= self.height * depth)
        return inside & (depth > 0)

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


def _matrix(name: str, values: ArrayLike, side: int) -> Float64[Tensor, "side side"]:
    """A square matrix of doubles; the last row of a pose may be missing."""
    try:
        matrix = torch.tensor(np.asarray(values, np.float64))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"A camera's {name} must be a matrix of numbers: {error}.") from error
    if side == 4 and matrix.shape == (3, 4):
        matrix = torch.cat([matrix, torch.tensor([[0.0, 0.0, 0.0, 1.0]]).double()])
    if matrix.shape != (side, side) or not torch.isfinite(matrix).all():
        raise ConfigError(
            f"A camera's {name} must be {side} x {side} finite numbers, not {list(matrix.shape)} "
            f"with the values {matrix.tolist()}."
        )
    return matrix


def homogeneous_centers(pixel_yx: Int[Tensor, "n 2"]) -> Float64[Tensor, "n 3"]:
    """Homogeneous coordinates (x, y, 1) of pixel centres, as input for ``Camera.ray_map``."""
    center = pixel_yx.to(torch.float64) + 0.5
    return torch.stack([center[:, 1], center[:, 0], torch.ones_like(center[:, 0])], -1)


def unit(directions: Float64[Tensor, "n 3"]) -> Float64[Tensor, "n 3"]:
    """Normalizes directions to length 1."""
    return directions / torch.linalg.vector_norm(directions, dim=-1, keepdim=True)
