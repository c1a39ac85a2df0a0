"""Surface normals of a rendered picture, from its depth."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from nersemble.geometry.camera import Camera
from nersemble.rendering.channels import EMPTY_BELOW
from nersemble.rendering.image import RenderedImage


def normals_of(image: RenderedImage, camera: Camera) -> Float[Tensor, "h w 3"]:
    """Unit normals in the model world that point towards the camera; 0 where undefined.

    They come from differences of neighbouring pixels' expected positions, not from the gradient of
    the density: that gradient changes from sample to sample of a ray, and fused kernels have no
    gradient for positions. At a silhouette only neighbours on the surface count; empty
    (accumulation below 0.5) and isolated pixels have no normal.
    """
    solid = image.accumulation >= EMPTY_BELOW
    points = positions_of(image, camera)
    along_x, right = _differences(points, solid)
    down, found = _differences(points.transpose(0, 1), solid.T)
    along_y, below = down.transpose(0, 1), found.T
    # x to the right and y down: their product points away from the camera.
    normals = -torch.linalg.cross(along_x, along_y)
    lengths = torch.linalg.vector_norm(normals, dim=-1, keepdim=True)
    valid = (solid & right & below)[..., None] & (lengths > 0)
    return torch.where(valid, normals / lengths, torch.zeros_like(normals))


def positions_of(image: RenderedImage, camera: Camera) -> Float[Tensor, "h w 3"]:
    """Where each pixel's ray ends on average, model world."""
    origins, directions = camera.all_rays(image.depth_world.device)
    points = origins + directions * image.depth_world.reshape(-1, 1)
    return points.view(camera.height, camera.width, 3)


def _differences(
    points: Float[Tensor, "h w 3"], solid: Bool[Tensor, "h w"]
) -> tuple[Float[Tensor, "h w 3"], Bool[Tensor, "h w"]]:
    """Mean difference to the solid neighbours along the rows, and a mask of where it exists."""
    steps = points[:, 1:] - points[:, :-1]
    usable = solid[:, 1:] & solid[:, :-1]
    steps = torch.where(usable[..., None], steps, torch.zeros_like(steps))
    total, count = torch.zeros_like(points), torch.zeros_like(points[..., 0])
    total[:, 1:] += steps
    total[:, :-1] += steps
    count[:, 1:] += usable
    count[:, :-1] += usable
    return total / count.clamp(min=1)[..., None], count > 0
