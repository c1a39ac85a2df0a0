"""What Gaussians are fitted to: pictures of the capture, and pictures that the field renders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Int, UInt8
from torch import Tensor

from nersemble.fields.windows import WindowState
from nersemble.gaussians.projection import Views
from nersemble.geometry.camera import Camera, unit
from nersemble.geometry.optical_axes import nearest_to_axes
from nersemble.rendering.image import RenderedImage, Renderer


@dataclass(frozen=True)
class Pictures:
    """V pictures and where they were taken. rgba: premultiplied, 8 bit."""

    views: Views
    rgba: UInt8[Tensor, "v h w 4"]

    def __getitem__(self, index: Int[Tensor, "k"]) -> "Pictures":
        """Some of them."""
        return Pictures(self.views[index], self.rgba[index])

    def __len__(self) -> int:
        return len(self.rgba)


def joined(first: Pictures, second: Pictures) -> Pictures:
    """Both, of one size."""
    parts = zip(
        *((p.views.intrinsics, p.views.rotations, p.views.translations, p.rgba)
          for p in (first, second)), strict=True,
    )  # fmt: skip
    intrinsics, rotations, translations, rgba = (torch.cat(part) for part in parts)
    views = replace(
        first.views, intrinsics=intrinsics, rotations=rotations, translations=translations
    )
    return Pictures(views, rgba)


def of_capture(
    cameras: Sequence[Camera],
    rgbs: Sequence[UInt8[np.ndarray, "h w 3"]],
    alphas: Sequence[UInt8[np.ndarray, "h w"]],
    device: torch.device,
) -> Pictures:
    """Photographs with their alpha maps."""
    rgb = torch.from_numpy(np.stack(rgbs)).to(device).float()
    alpha = torch.from_numpy(np.stack(alphas)).to(device)[..., None]
    rgb = rgb.mul_(alpha / 255).round_().byte()
    return Pictures(Views.of(cameras, device), torch.cat([rgb, alpha], -1))


def of_field(
    renderer: Renderer,
    timestep: float,
    windows: WindowState,
    cameras: Sequence[Camera],
    n_rays: int,
) -> Pictures:
    """What the field shows to cameras of one size; ``n_rays`` are rendered at once."""
    device = renderer.model.device
    views = Views.of(cameras, device)
    rgba = torch.empty(len(cameras), views.height, views.width, 4, dtype=torch.uint8, device=device)
    for index, camera in enumerate(cameras):
        rgba[index] = _premultiplied(renderer.image(camera, timestep, windows, n_rays))
    return Pictures(views, rgba)


def _premultiplied(image: RenderedImage) -> UInt8[Tensor, "h w 4"]:
    alpha = image.accumulation.clamp(0, 1)[..., None]
    rgba = torch.cat([(image.rgb - (1 - alpha)).clamp(min=0), alpha], -1)
    return rgba.mul_(255).round_().byte()


def cameras_between(
    cameras: Sequence[Camera], n: int, generator: np.random.Generator
) -> list[Camera]:
    """Cameras at random places between the given ones, as far from what these look at, and turned
    to it; intrinsics and size are the first one's.

    A place is a mean of three cameras, with random weights (uniform on the triangle).
    """
    poses = torch.stack([camera.world_to_camera for camera in cameras])
    centers = torch.stack([camera.center_world for camera in cameras])
    middle = torch.from_numpy(nearest_to_axes(poses.numpy()))
    found = []
    for _ in range(n):
        chosen = torch.from_numpy(generator.choice(len(cameras), min(3, len(cameras)), False))
        weights = torch.from_numpy(generator.dirichlet(np.ones(len(chosen))))
        arms = centers[chosen] - middle
        arm = weights @ arms
        arm = arm / arm.norm() * (weights @ arms.norm(dim=1))
        forward = unit(-arm[None])[0]
        # The mean of where their pictures' columns run.
        down = weights @ poses[chosen, 1, :3]
        right = unit(torch.linalg.cross(down, forward)[None])[0]
        rotation = torch.stack([right, torch.linalg.cross(forward, right), forward])
        pose = torch.eye(4, dtype=torch.float64)
        pose[:3, :3], pose[:3, 3] = rotation, -rotation @ (middle + arm)
        found.append(replace(cameras[0], world_to_camera=pose))
    return found
