"""Pictures of a page: a viewpoint, and one channel rendered from it."""

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from jaxtyping import Float, Float32, Float64, UInt8
from torch import Tensor

from nersemble.data_manager.dataset import Dataset
from nersemble.data_manager.rig import SENSOR_HEIGHT
from nersemble.fields.windows import WindowState
from nersemble.geometry.camera import Camera
from nersemble.ops.colors import on_host, to_uint8
from nersemble.rendering.channels import EMPTY_BELOW, accumulation_to_rgb, error_to_rgb
from nersemble.rendering.config import Background, Channel, background_color
from nersemble.rendering.image import RenderedImage, Renderer
from nersemble.rendering.pictures import channel_picture
from nersemble.video.camera_path import Keyframe, keyframe_camera

GAUSSIANS = "gaussians"
"""The channel that shows the head's Gaussians instead of its field."""
_FAR_WORLD = 160.0
_CACHED_TRUTHS = 64
_TRUTH_HEIGHT = SENSOR_HEIGHT // 4
_UNSEEN = 0.5


@dataclass(frozen=True)
class Subject:
    """The displayed head, in training or not, with the capture to compare it with.
    windows: the current ones. paths_folder: for camera paths; need not exist.
    render_command: the words of a command that renders the same head, to which a page adds its
    view; raises ConfigError if no checkpoint exists. gaussians: what a camera sees of the head's
    Gaussians at a timestep, premultiplied; None without any.
    """

    label: str
    renderer: Renderer
    windows: Callable[[], WindowState]
    dataset: Dataset
    paths_folder: Path
    render_command: Callable[[], Sequence[str]]
    gaussians: Callable[[Camera, int], Float[Tensor, "h w 4"]] | None = None

    @property
    def channels(self) -> tuple[str, ...]:
        """Those that a page offers."""
        return (*CHANNELS, *(() if self.gaussians is None else (GAUSSIANS,)))


@dataclass(frozen=True)
class Viewpoint:
    """A page's requested picture.
    aspect: width by height. channel: of the subject's. with_depth: depth is needed to occlude
    drawings. background: any but transparent.
    """

    keyframe: Keyframe
    aspect: float
    channel: str
    with_depth: bool = False
    background: Background = "white"

    def camera(self, height: int) -> Camera:
        """The camera, for a picture with that many rows."""
        return keyframe_camera(self.keyframe, max(round(height * self.aspect), 1), height)


@dataclass(frozen=True)
class ShownPicture:
    """depth_world: along the camera's axis, far away in empty pixels; None unless requested."""

    rgb: UInt8[np.ndarray, "h w 3"]
    depth_world: Float32[np.ndarray, "h w"] | None


class Truths:
    """The capture's pictures; the most recent ones are cached at a moderate size."""

    def __init__(self, dataset: Dataset) -> None:
        self.serials = (*dataset.splits.train_serials, *dataset.splits.eval_serials)
        self.cameras = {serial: dataset.camera(serial) for serial in self.serials}
        self._dataset = dataset
        self._known: OrderedDict[tuple[str, int], Tensor] = OrderedDict()

    def nearest(self, camera: Camera) -> str:
        """The capture's camera with the viewing direction nearest to this one's."""
        direction = torch.nn.functional.normalize(camera.center_world, dim=0)

        def cosine(serial: str) -> float:
            center = self.cameras[serial].center_world
            return float(torch.nn.functional.normalize(center, dim=0) @ direction)

        return max(self.serials, key=cosine)

    def picture(self, serial: str, timestep: int) -> Float[Tensor, "h w 3"]:
        """A camera's picture over white, at most 802 rows.

        Raises:
            CaptureError: the picture is missing or damaged.
        """
        key = (serial, timestep)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        truth = torch.from_numpy(self._dataset.truth(serial, timestep).rgb)
        factor = max(round(len(truth) / _TRUTH_HEIGHT), 1)
        if factor > 1:
            planes = truth.permute(2, 0, 1)[None]
            truth = torch.nn.functional.avg_pool2d(planes, factor)[0].permute(1, 2, 0)
        self._known[key] = truth
        if len(self._known) > _CACHED_TRUTHS:
            self._known.popitem(last=False)
        return truth


def paint(
    subject: Subject,
    truths: Truths,
    viewpoint: Viewpoint,
    height: int,
    n_rays: int,
    part: Callable[[], AbstractContextManager[None]],
) -> ShownPicture:
    """Render the requested picture.

    Args:
        height: rows of the picture.
        n_rays: rays rendered at once.
        part: context entered whenever the model is read, see :meth:`Renderer.image`.

    Raises:
        CaptureError: the error channel needs a picture that is missing or damaged.
        RunError: the Gaussians' file is missing or damaged.
    """
    camera = viewpoint.camera(height)
    last = subject.dataset.splits.n_timesteps - 1
    timestep = min(max(viewpoint.keyframe.timestep, 0), last)
    if viewpoint.channel == GAUSSIANS and subject.gaussians is not None:
        with part():
            rgba = subject.gaussians(camera, round(timestep))
        background = rgba.new_tensor(background_color(viewpoint.background) or (1.0, 1.0, 1.0))
        return ShownPicture(to_uint8(rgba[..., :3] + (1 - rgba[..., 3:]) * background), None)
    image = subject.renderer.image(camera, timestep, subject.windows(), n_rays, part)
    rendered = _Rendered(image, camera, round(timestep), truths, viewpoint.background)
    depth = _depth(rendered) if viewpoint.with_depth else None
    return ShownPicture(to_uint8(CHANNELS[viewpoint.channel](rendered)), depth)


@dataclass(frozen=True)
class _Rendered:
    """The inputs of a channel's colours."""

    image: RenderedImage
    camera: Camera
    timestep: int
    truths: Truths
    background: Background

    @property
    def device(self) -> torch.device:
        """The device of the picture."""
        return self.image.rgb.device

    @cached_property
    def directions(self) -> Float[Tensor, "h w 3"]:
        """Origins and directions of the pixels' rays."""
        camera = self.camera
        return camera.all_rays(self.device)[1].view(camera.height, camera.width, 3)


def _depth(rendered: _Rendered) -> Float32[np.ndarray, "h w"]:
    image = rendered.image
    axis = rendered.camera.camera_to_world[:3, 2].float().to(rendered.device)
    along = rendered.directions @ axis
    there = image.accumulation >= EMPTY_BELOW
    return on_host(torch.where(there, image.depth_world * along, _FAR_WORLD))


def _error(rendered: _Rendered) -> Float[Tensor, "h w 3"]:
    """The difference of each pixel from the nearest camera's colour of the same point; grey where
    that camera does not see it.

    For an empty pixel, the point is where its ray passes the middle of the head.
    """
    image, directions, truths = rendered.image, rendered.directions, rendered.truths
    serial = truths.nearest(rendered.camera)
    other, truth = truths.cameras[serial], truths.picture(serial, rendered.timestep)
    center = rendered.camera.center_world.float().to(rendered.device)
    middle = -(center * directions).sum(-1)
    distance = torch.where(image.accumulation >= EMPTY_BELOW, image.depth_world, middle)
    positions = (center + distance[..., None] * directions).double()
    projected = _project(positions, other)
    x, y = projected[..., 0] / other.width, projected[..., 1] / other.height
    inside = (projected[..., 2] > 0) & (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    grid = (torch.stack([x, y], -1) * 2 - 1).float()[None]
    planes = truth.to(rendered.device).permute(2, 0, 1)[None]
    seen = torch.nn.functional.grid_sample(planes, grid, align_corners=False)[0]
    colors = error_to_rgb(image.rgb, seen.permute(1, 2, 0))
    return torch.where(inside[..., None], colors, torch.full_like(colors, _UNSEEN))


def _video_channel(channel: Channel, seen: _Rendered) -> Float[Tensor, "h w 3"]:
    return channel_picture(seen.image, seen.camera, channel, seen.background)


CHANNELS: Mapping[str, Callable[[_Rendered], Float[Tensor, "h w 3"]]] = {
    **{channel: partial(_video_channel, channel) for channel in get_args(Channel)},
    "accumulation": lambda seen: accumulation_to_rgb(seen.image.accumulation),
    "error": _error,
}
"""The channels of the field with their colour functions: those of a video, and two more."""


def _project(positions_world: Float64[Tensor, "h w 3"], camera: Camera) -> Float64[Tensor, "h w 3"]:
    """Pixel coordinates x and y, and the depth."""
    device = positions_world.device
    pose, intrinsics = camera.world_to_camera.to(device), camera.intrinsics.to(device)
    points = (positions_world @ pose[:3, :3].T + pose[:3, 3]) @ intrinsics.T
    return torch.cat([points[..., :2] / points[..., 2:], points[..., 2:]], -1)


def vertical_fov_degrees(camera: Camera) -> float:
    """The angle between the upper and the lower edge of a camera's picture."""
    focal = float(camera.intrinsics[1, 1])
    return math.degrees(2 * math.atan(camera.height / 2 / focal))
