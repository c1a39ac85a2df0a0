"""A whole picture of one camera at one timestep."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.fields.dynamic_field import BlendedField
from nersemble.fields.windows import WindowState
from nersemble.geometry.camera import Camera
from nersemble.rays.batch import RayBatch
from nersemble.rendering.composite import RenderedRays
from nersemble.rendering.fused_image import WaveRays, picture_rays, render_rays_in_waves
from nersemble.rendering.head_model import HeadModel


@dataclass(frozen=True)
class RenderedImage:
    """A picture on the CPU. rgb: over white, clamped to 0..1; depth: distance along the ray,
    model-world units (metres x 9); offsets: mean deformation, unit box."""

    rgb: Float[Tensor, "h w 3"]
    accumulation: Float[Tensor, "h w"]
    depth_world: Float[Tensor, "h w"]
    offsets_unit: Float[Tensor, "h w 3"]


def render_image(
    model: HeadModel,
    camera: Camera,
    timestep: int,
    windows: WindowState,
    n_rays: int,
    part: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> RenderedImage:
    """Renders a picture in chunks of ``n_rays`` rays, fewer where the sample limit asks for it.

    A model with fused kernels renders it at once, front to back. Everything that reads the model
    happens inside ``with part():``, chunk by chunk; what that raises ends the picture.
    """
    if model.fused is not None:
        with part():
            return _on_the_host(render_picture(model, camera, timestep, windows), camera)
    y, x = torch.meshgrid(torch.arange(camera.height), torch.arange(camera.width), indexing="ij")
    origins, directions = camera.rays(torch.stack([y.flatten(), x.flatten()], -1))
    device = model.device
    with part():
        blended = model.blend(timestep, windows)
    chunks = []
    for start in range(0, len(origins), n_rays):
        rays = RayBatch(
            origins[start : start + n_rays].to(device),
            directions[start : start + n_rays].to(device),
            torch.tensor([timestep], device=device),
            torch.zeros(len(origins[start : start + n_rays]), dtype=torch.int64, device=device),
        )
        with part():
            chunks.append(_render_chunk(model, blended, rays))
    columns = [torch.cat(column) for column in zip(*chunks, strict=True)]
    height, width = camera.height, camera.width
    return RenderedImage(
        columns[0].view(height, width, 3).clamp(0, 1),
        columns[1].view(height, width),
        columns[2].view(height, width),
        columns[3].view(height, width, 3),
    )


def render_picture(
    model: HeadModel, camera: Camera, timestep: int, windows: WindowState
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
        fused.blend(torch.tensor([timestep], device=model.device), windows),
        config.marcher.early_stop_eps,
        offset_scale=fused.offset_scale,
        clip_depth=config.clip_depth_to_batch,
    )


def _on_the_host(rays: WaveRays, camera: Camera) -> RenderedImage:
    shape = (camera.height, camera.width)
    return RenderedImage(
        rays.rgbs.view(*shape, 3).clamp(0, 1).cpu(),
        rays.accumulations.view(shape).cpu(),
        rays.depths_world.view(shape).cpu(),
        rays.offsets_unit.view(*shape, 3).cpu(),
    )


def _render_chunk(
    model: HeadModel, blended: BlendedField, rays: RayBatch
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    rendered: RenderedRays = model.render(rays, blended)
    return (
        rendered.rgbs.cpu(),
        rendered.accumulations.cpu(),
        rendered.depths_world.cpu(),
        rendered.offsets_unit.cpu(),
    )
