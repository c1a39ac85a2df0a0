"""Rendered quantities as colours."""

import colorsys
import itertools
import math

import numpy as np
import pytest
import torch

from nersemble.geometry.world import SCALE_FACTOR
from nersemble.rendering.channels import (
    accumulation_to_rgb,
    deformation_to_rgb,
    depth_to_rgb,
)

_FULL = torch.ones(1, 1)


def _hue(rgb: torch.Tensor) -> float:
    return colorsys.rgb_to_hsv(*rgb.tolist())[0]


def _depth_colours(metres: list[float]) -> torch.Tensor:
    depth = torch.tensor([metres]) * SCALE_FACTOR
    return depth_to_rgb(depth, torch.ones_like(depth))[0]


def test_near_is_red_and_far_is_blue() -> None:
    colours = _depth_colours([0.82, 0.9, 1.0, 1.08, 1.16])
    named = ("red", "orange", "green", "cyan", "blue")
    hues = [_hue(colour) * 360 for colour in colours]
    expected = {"red": 10, "orange": 35, "green": 95, "cyan": 165, "blue": 230}
    for name, hue in zip(named, hues, strict=True):
        assert hue == pytest.approx(expected[name], abs=25), name


def test_hue_grows_with_depth() -> None:
    hues = [_hue(c) for c in _depth_colours(np.linspace(0.84, 1.17, 60).tolist())]
    assert all(b > a for a, b in itertools.pairwise(hues))


# Points of the published table: index of 256, red, green, blue.
@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (64, (0.15844, 0.73551, 0.92305)),
        (128, (0.64362, 0.98999, 0.23356)),
        (192, (0.98000, 0.51000, 0.13000)),
    ],
)
def test_colours_are_turbos(index: int, expected: tuple[float, float, float]) -> None:
    colour = _depth_colours([1.2 - 0.4 * index / 255])[0]
    assert colour.tolist() == pytest.approx(expected, abs=0.08)


def test_depths_outside_the_range_get_its_ends() -> None:
    colours = _depth_colours([0.1, 0.8, 1.2, 5.0, math.inf, math.nan])
    torch.testing.assert_close(colours[0], colours[1])
    for other in (3, 4, 5):
        torch.testing.assert_close(colours[other], colours[2])
    assert not torch.allclose(colours[0], colours[2], atol=0.2)


def test_empty_pixels_are_white() -> None:
    accumulation = torch.tensor([[0.0, 0.49, 0.5, 1.0]])
    depth = torch.full((1, 4), SCALE_FACTOR)
    offsets = torch.tensor([0.03, 0.0, 0.0]).expand(1, 4, 3)
    for picture in (depth_to_rgb(depth, accumulation), deformation_to_rgb(offsets, accumulation)):
        white = (picture == 1).all(-1)[0]
        assert white.tolist() == [True, True, False, False]


@pytest.mark.parametrize("degrees", range(0, 360, 15))
def test_direction_is_hue_and_length_is_saturation(degrees: int) -> None:
    angle = math.radians(degrees)
    direction = torch.tensor([math.cos(angle), 0.0, math.sin(angle)])
    for share in (0.25, 1.0):
        rgb = deformation_to_rgb((0.04 * share * direction).view(1, 1, 3), _FULL)[0, 0]
        expected = colorsys.hsv_to_rgb(degrees / 360, share, 1.0)
        assert rgb.tolist() == pytest.approx(expected, abs=1e-4)


def test_motion_along_the_view_darkens_without_a_hue() -> None:
    to_front = deformation_to_rgb(torch.tensor([[[0.0, -0.02, 0.0]]]), _FULL)[0, 0]
    assert to_front.tolist() == pytest.approx([0.75] * 3)
    rest = deformation_to_rgb(torch.zeros(1, 1, 3), _FULL)
    assert (rest == 1).all()
    broken = deformation_to_rgb(torch.full((1, 1, 3), math.nan), _FULL)
    assert (broken == 1).all()


def test_raw_offsets_are_the_colours() -> None:
    offsets = torch.tensor([[[-0.5, 0.25, 1.5]]])
    rgb = deformation_to_rgb(offsets, torch.zeros(1, 1), style="raw")
    assert rgb.flatten().tolist() == [0, 0.25, 1]


def test_accumulation_is_grey() -> None:
    rgb = accumulation_to_rgb(torch.tensor([[0.0, 0.3, 1.001]]))
    assert rgb.shape == (1, 3, 3)
    torch.testing.assert_close(rgb[0, :, 0], torch.tensor([0.0, 0.3, 1.0]))
    assert (rgb == rgb[..., :1]).all()
