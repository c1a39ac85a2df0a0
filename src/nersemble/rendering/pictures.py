"""Channels of a rendered picture as colours, on a background."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor
from torch.nn import functional

from nersemble.geometry.camera import Camera
from nersemble.rendering.channels import (
    EMPTY_BELOW,
    DeformationStyle,
    deformation_to_rgb,
    depth_to_rgb,
    normals_to_rgb,
)
from nersemble.rendering.config import Background, Channel, background_color
from nersemble.rendering.image import RenderedImage
from nersemble.rendering.normals import normals_of

CODED: Mapping[
    Channel, Callable[[RenderedImage, Camera, DeformationStyle], Float[Tensor, "h w 3"]]
] = {
    "depth": lambda image, camera, style: depth_to_rgb(image.depth_world, image.accumulation),
    "deformation": lambda image, camera, style: deformation_to_rgb(
        image.offsets_unit, image.accumulation, style
    ),
    "normals": lambda image, camera, style: normals_to_rgb(normals_of(image, camera)),
}
"""The channels that encode a quantity as colours, on white."""


def channel_picture(
    image: RenderedImage,
    camera: Camera,
    channel: Channel,
    background: Background,
    *,
    raw_deformation: bool = False,
) -> Float[Tensor, "h w c"]:
    """A channel as colours in 0..1: three of them, and straight alpha if it is transparent.

    rgb takes its alpha from the accumulation. Colour-coded quantities are either opaque
    (accumulation at least 0.5) or transparent, since a mixture of codes means nothing.

    Args:
        camera: the picture's camera.
        raw_deformation: the release's colours of offsets (release quirk).
    """
    accumulation = image.accumulation
    if channel == "rgb":
        return on_background(image.rgb, accumulation, background)
    rgb = CODED[channel](image, camera, "raw" if raw_deformation else "hue")
    return on_background(rgb, (accumulation >= EMPTY_BELOW).to(rgb.dtype), background)


def on_background(
    rgb_on_white: Float[Tensor, "h w 3"], alpha: Float[Tensor, "h w"], background: Background
) -> Float[Tensor, "h w c"]:
    """Put a picture that was blended over white on another background.

    Args:
        rgb_on_white: 0..1.
        alpha: opacity of each pixel, 0..1.
        background: transparent adds alpha as a fourth value, with straight (unmultiplied) colours.

    Raises:
        ConfigError: the background does not exist.
    """
    color = background_color(background)
    if color == (1.0, 1.0, 1.0):
        return rgb_on_white
    alpha = alpha.clamp(0, 1)[..., None]
    on_black = (rgb_on_white - (1 - alpha)).clamp(0, 1)
    if color is None:
        return torch.cat([(on_black / alpha.clamp(min=1e-6)).clamp(0, 1), alpha], -1)
    return on_black + (1 - alpha) * on_black.new_tensor(color)


def resized(
    picture: Float32[np.ndarray, "h w c"], size: tuple[int, int]
) -> Float[Tensor, "h2 w2 c"]:
    """Resize a picture to (rows, columns), with smoothing when it gets smaller."""
    planes = torch.from_numpy(picture).permute(2, 0, 1)[None]
    scaled = functional.interpolate(planes, size, mode="bilinear", antialias=True)
    return scaled[0].permute(1, 2, 0)
