"""What a rendered picture shows on its background; normals against a sphere's."""

from typing import get_args

import numpy as np
import pytest
import torch
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.geometry.camera import Camera
from nersemble.rendering.channels import normals_to_rgb
from nersemble.rendering.config import Channel
from nersemble.rendering.image import RenderedImage
from nersemble.rendering.normals import normals_of
from nersemble.rendering.pictures import CODED, channel_picture, on_background, resized
from nersemble.video.config import OutputConfig
from small_heads import front_camera

_CENTER = torch.tensor([0.0, 0.0, 1.0])


def _sphere(camera: Camera, radius: float = 1.5) -> tuple[RenderedImage, Tensor]:
    """An exact picture of a sphere and its normals."""
    y, x = torch.meshgrid(torch.arange(camera.height), torch.arange(camera.width), indexing="ij")
    origins, directions = camera.rays(torch.stack([y.flatten(), x.flatten()], -1))
    along = ((_CENTER - origins) * directions).sum(-1)
    missed = ((origins - _CENTER) ** 2).sum(-1) - along**2
    hit = missed < radius**2
    depth = torch.where(hit, along - (radius**2 - missed).clamp(min=0).sqrt(), 0.0)
    normals = (origins + depth[:, None] * directions - _CENTER) / radius
    shape = (camera.height, camera.width)
    image = RenderedImage(
        torch.where(hit[:, None], 0.25, 1.0).expand(-1, 3).reshape(*shape, 3),
        hit.float().view(shape),
        depth.view(shape),
        torch.zeros(*shape, 3),
    )
    return image, normals.view(*shape, 3)


@pytest.fixture(scope="module")
def camera() -> Camera:
    return front_camera(120, 160, 200.0)


def test_normals_are_those_of_a_sphere(camera: Camera) -> None:
    image, truth = _sphere(camera)
    normals = normals_of(image, camera)
    # A pixel's neighbours are far away where the surface turns from the camera.
    frontal = (image.accumulation > 0) & (truth[..., 1] < -0.6)
    assert frontal.sum() > 2000
    assert (normals - truth)[frontal].norm(dim=-1).max() < 0.1
    assert (normals - truth)[frontal].norm(dim=-1).mean() < 0.01
    empty = image.accumulation == 0
    assert (normals[empty] == 0).all()
    found = normals[~empty].norm(dim=-1)
    assert (found > 0.999).float().mean() > 0.99
    assert torch.isfinite(normals).all()


def test_a_single_pixel_has_no_normal(camera: Camera) -> None:
    image, _ = _sphere(camera)
    alone = torch.zeros_like(image.accumulation)
    alone[80, 60] = 1
    lonely = RenderedImage(image.rgb, alone, image.depth_world, image.offsets_unit)
    assert (normals_of(lonely, camera) == 0).all()


def test_normals_have_fixed_colours() -> None:
    normals = torch.tensor([[[1.0, 0, 0], [0, 0, 1], [0, -1, 0], [0, 0, 0]]])
    expected = torch.tensor([[[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1], [1, 1, 1]]])
    torch.testing.assert_close(normals_to_rgb(normals), expected)


def test_backgrounds_show_the_same_colours() -> None:
    random = torch.Generator().manual_seed(0)
    colors = torch.rand(8, 9, 3, generator=random)
    alpha = torch.rand(8, 9, generator=random)
    alpha[0], alpha[1] = 0, 1
    seen = alpha[..., None]
    on_white = colors * seen + (1 - seen)
    torch.testing.assert_close(on_background(on_white, alpha, "white"), on_white)
    torch.testing.assert_close(on_background(on_white, alpha, "black"), colors * seen)
    straight = on_background(on_white, alpha, "transparent")
    torch.testing.assert_close(straight[..., 3], alpha)
    torch.testing.assert_close(straight[1:, :, :3], colors[1:], atol=1e-4, rtol=1e-3)


def test_a_colour_lies_behind_what_is_not_opaque() -> None:
    color, behind = torch.tensor([0.2, 0.4, 0.6]), torch.tensor([1.0, 128 / 255, 0.0])
    alpha = torch.tensor([[0.0, 0.25, 1.0]])
    on_white = alpha[..., None] * color + 1 - alpha[..., None]
    expected = alpha[..., None] * color + (1 - alpha[..., None]) * behind
    torch.testing.assert_close(on_background(on_white, alpha, "#ff8000"), expected)
    for name, spelled in (("white", "#ffffff"), ("black", "#000000")):
        same = on_background(on_white, alpha, name), on_background(on_white, alpha, spelled)
        torch.testing.assert_close(*same)


@pytest.mark.parametrize("background", ["red", "#fff", "ff8000", "#ff80000", ""])
def test_a_background_that_is_none_is_named(background: str) -> None:
    with pytest.raises(ConfigError, match=f"--background {background} does not exist"):
        OutputConfig(background=background)


def test_every_channel_has_its_colors() -> None:
    assert get_args(Channel) == ("rgb", *CODED)


@pytest.mark.parametrize("channel", get_args(Channel))
def test_every_channel_is_empty_around_the_head(camera: Camera, channel: Channel) -> None:
    image, _ = _sphere(camera)
    inside = image.accumulation > 0
    for background, empty in (("white", 1.0), ("black", 0.0)):
        picture = channel_picture(image, camera, channel, background)  # type: ignore[arg-type]
        assert (picture[~inside] == empty).all()
    transparent = channel_picture(image, camera, channel, "transparent")
    torch.testing.assert_close(transparent[..., 3], inside.float())
    white = channel_picture(image, camera, channel, "white")
    torch.testing.assert_close(transparent[..., :3][inside], white[inside])


def test_a_smaller_picture_averages() -> None:
    stripes = np.zeros((64, 64, 3), np.float32)
    stripes[:, ::2] = 1
    small = resized(stripes, (16, 8))
    assert small.shape == (16, 8, 3)
    torch.testing.assert_close(small[:, 1:-1], torch.full((16, 6, 3), 0.5), atol=0.05, rtol=0)
