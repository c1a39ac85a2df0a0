"""Colours: blended on white, and as bytes."""

import math

import numpy as np
import pytest
import torch

from nersemble.ops.colors import blend_on_white, to_uint8


def picture(seed: int, height: int = 12, width: int = 9) -> np.ndarray:
    return np.random.default_rng(seed).random((height, width, 3)).astype(np.float32)


def alpha_map(seed: int, height: int = 12, width: int = 9) -> np.ndarray:
    values = np.random.default_rng(seed).integers(0, 256, (height, width))
    return (values / 255).astype(np.float32)


def test_blending_ends_at_the_picture_and_at_white() -> None:
    rgb = picture(2)
    np.testing.assert_array_equal(blend_on_white(rgb, np.ones((12, 9), np.float32)), rgb)
    assert (blend_on_white(rgb, np.zeros((12, 9), np.float32)) == 1).all()
    half = blend_on_white(rgb, np.full((12, 9), 0.5, np.float32))
    np.testing.assert_allclose(half, (rgb + 1) / 2, atol=1e-7)


def test_blending_twice_is_blending_with_the_squared_alpha() -> None:
    rgb, alpha = picture(3), alpha_map(3)
    twice = blend_on_white(blend_on_white(rgb, alpha), alpha)
    np.testing.assert_allclose(twice, blend_on_white(rgb, alpha**2), atol=1e-6)


def test_eight_bit_truncates_clamps_and_keeps_eight_bit_values() -> None:
    levels = np.arange(256, dtype=np.uint8)
    exact = np.stack([levels.astype(np.float32) / np.float32(255)] * 3, -1)[None]
    np.testing.assert_array_equal(to_uint8(exact, "truncate")[0, :, 0], levels)
    between = np.array([[[0.999, -0.5, 7.0]]], np.float32)
    np.testing.assert_array_equal(to_uint8(between, "truncate"), [[[254, 0, 255]]])


def test_bytes_are_rounded_or_truncated() -> None:
    values = torch.tensor([0.0, 0.5, 0.999, 1.0, 1.7, -0.2, math.nan]).view(1, 7, 1)
    assert to_uint8(values).flatten().tolist() == [0, 128, 255, 255, 255, 0, 0]
    assert to_uint8(values, "truncate").flatten().tolist() == [0, 127, 254, 255, 255, 0, 0]


@pytest.mark.parametrize("rounding", ["nearest", "truncate"])
def test_bytes_survive_the_way_to_floats_and_back(rounding: str) -> None:
    picture = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    image = torch.from_numpy(picture).double() / 255
    back = to_uint8(image.float(), "nearest" if rounding == "nearest" else "truncate")
    tolerance = 0 if rounding == "nearest" else 1
    assert np.abs(back.astype(int) - picture).max() <= tolerance


def test_arrays_and_tensors_are_treated_alike() -> None:
    rgb, alpha = picture(4), alpha_map(4)
    blended = blend_on_white(torch.from_numpy(rgb), torch.from_numpy(alpha))
    np.testing.assert_array_equal(blended.numpy(), blend_on_white(rgb, alpha))
    np.testing.assert_array_equal(to_uint8(blended), to_uint8(blended.numpy()))
    # Doubles are not made floats first, which could round up to the next level.
    assert to_uint8(np.array([1 / 255 - 1e-12]), "truncate").tolist() == [0]
