"""A whole picture of one camera at one timestep."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.fields.timesteps import moment
from nersemble.fields.windows import WindowState
from nersemble.fused.image import WaveRays, picture_rays, render_rays_in_waves
from nersemble.geometry.camera import Camera
from nersemble.rays.batch import RayBatch
from nersemble.rendering.composite import RenderedRays
from nersemble.rendering.head_model import HeadModel

_PIXELS_AT_ONCE = 2**19


@dataclass(frozen=True)
class RenderedImage:
    """A picture on the CPU. rgb: over white, clamped to 0..1; depth: distance along the ray,
    model-world units (metres x 9); offsets: mean deformation, unit box."""

    rgb: Float[Tensor, "h w 3"]
    accumulation: Float[Tensor, "h w"]
    depth_world: Float[Tensor, "h w"]
    offsets_unit: Float[Tensor, "h w 3"]


def mix(first: RenderedImage, second: RenderedImage, share: float) -> RenderedImage:
    """Fades from ``first`` (share 0) to ``second`` (share 1), every channel linearly.

    Colours are mixed as they are coded: there the square error of a mix is at most the larger of
    the two, and that is where the loss and PSNR are measured.
    """
    return RenderedImage(
        torch.lerp(first.rgb, second.rgb, share),
        torch.lerp(first.accumulation, second.accumulation, share),
        torch.lerp(first.depth_world, second.depth_world, share),
        torch.lerp(first.offsets_unit, second.offsets_unit, share),
    )


def render_image(
    model: HeadModel,
    camera: Camera,
    timestep: float,
    windows: WindowState,
    n_rays: int,
    part: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> RenderedImage:
    """Renders a picture in chunks of ``n_rays`` rays, fewer where the sample limit asks for it.

    Between two timesteps their codes are interpolated.

    A model with fused kernels renders bands of about half a million pixels, front to back. Beside
    the picture itself (32 bytes a pixel) the memory needed does not grow with its size. Everything
    that reads the model happens inside ``with part():``, chunk by chunk; what that raises ends the
    picture.
    """
    height, width = camera.height, camera.width
    chunks = []
    if model.fused is not None:
        for band in _bands(camera):
            with part():
                chunks.append(_on_the_host(render_picture(model, band, timestep, windows)))
    else:
        with part():
            blended = model.blend(timestep, windows)
        for first in range(0, height * width, n_rays):
            with part():
                rays = _rays_of(camera, first, n_rays, round(timestep), model)
                chunks.append(_on_the_host(model.render(rays, blended)))
    rgbs, accumulations, depths, offsets = (
        torch.cat(column) for column in zip(*chunks, strict=True)
    )
    return RenderedImage(
        rgbs.view(height, width, 3).clamp(0, 1),
        accumulations.view(height, width),
        depths.view(height, width),
        offsets.view(height, width, 3),
    )


def render_picture(
    model: HeadModel, camera: Camera, timestep: float, windows: WindowState
) -> WaveRays:
    """Renders a picture with a model's fused kernels; it stays on the GPU, row by row.

    Raises:
        ValueError: the model has no fused kernels.
    """
    fused, config = model.fused, model.config
    if fused is None:
        raise ValueError("the model has no fused kernels: call its fuse() first")
    return render_rays_in_waves(
        *picture_rays(camera, model.device),
        model.grid,
        config.marcher,
        fused.blend(moment(timestep, model.device), windows),
        config.marcher.early_stop_eps,
        offset_scale=fused.offset_scale,
        clip_depth=config.clip_depth_to_batch,
    )


def _bands(camera: Camera) -> list[Camera]:
    """The camera's picture cut into bands of rows that a GPU renders at once."""
    n_rows = max(1, _PIXELS_AT_ONCE // camera.width)
    bands = []
    for first in range(0, camera.height, n_rows):
        intrinsics = camera.intrinsics.clone()
        intrinsics[1, 2] -= first
        rows = min(n_rows, camera.height - first)
        bands.append(Camera(intrinsics, camera.world_to_camera, camera.width, rows))
    return bands


def _rays_of(camera: Camera, first: int, n_rays: int, timestep: int, model: HeadModel) -> RayBatch:
    """Rays of the pixels from one on, counted row by row."""
    pixels = torch.arange(first, min(first + n_rays, camera.height * camera.width))
    pixel_yx = torch.stack([pixels // camera.width, pixels % camera.width], -1)
    origins, directions = (rays.to(model.device) for rays in camera.rays(pixel_yx))
    return RayBatch.of_timestep(origins, directions, timestep)


def _on_the_host(rays: WaveRays | RenderedRays) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return (
        rays.rgbs.cpu(),
        rays.accumulations.cpu(),
        rays.depths_world.cpu(),
        rays.offsets_unit.cpu(),
    )
