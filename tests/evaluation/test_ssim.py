"""SSIM against torchmetrics' recorded numbers and against its definition, window by window."""

import numpy as np
import pytest
import torch

from nersemble.errors import ConfigError
from nersemble.evaluation.ssim import ssim, ssim_figures


def grained_pair() -> tuple[np.ndarray, np.ndarray]:
    """A smooth picture of 40x56 px and the same with grain, from integers alone."""
    row, column, channel = np.meshgrid(np.arange(40), np.arange(56), np.arange(3), indexing="ij")
    truth = 0.5 + 0.4 * np.sin(row / 7 + channel) * np.cos(column / 5)
    grain = (row * 7919 + column * 104729 + channel * 1299709) % 101 / 100 - 0.5
    prediction = np.clip(truth + 0.3 * grain, 0, 1)
    return prediction.astype(np.float32), truth.astype(np.float32)


def mirrored(index: int, size: int) -> int:
    index = abs(index)
    return 2 * (size - 1) - index if index >= size else index


def similarity_map(prediction: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The definition: one 11x11 Gaussian window around every pixel, pixels mirrored outside."""
    taps = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    window = np.outer(taps, taps)
    window /= window.sum()
    data_range = max(np.ptp(prediction), np.ptp(truth))
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    height, width, channels = truth.shape
    values = np.zeros(truth.shape)
    for y, x, c in np.ndindex(height, width, channels):
        rows = [mirrored(y + i, height) for i in range(-5, 6)]
        columns = [mirrored(x + i, width) for i in range(-5, 6)]
        p = prediction[np.ix_(rows, columns)][..., c]
        t = truth[np.ix_(rows, columns)][..., c]
        mean_p, mean_t = (window * p).sum(), (window * t).sum()
        variance_p = (window * (p - mean_p) ** 2).sum()
        variance_t = (window * (t - mean_t) ** 2).sum()
        covariance = (window * (p - mean_p) * (t - mean_t)).sum()
        luminance = (2 * mean_p * mean_t + c1) / (mean_p**2 + mean_t**2 + c1)
        structure = (2 * covariance + c2) / (variance_p + variance_t + c2)
        values[y, x, c] = luminance * structure
    return values


# torchmetrics.functional.image.structural_similarity_index_measure(prediction, truth) of
# ``grained_pair`` as 1x3x40x56 tensors and with its defaults (data_range None), torch 2.15, CPU:
# 0.55715245 by 1.1.2 (August 2023) and 1.4.1, 0.54429507 by 1.4.2 and 1.8.2.
@pytest.mark.parametrize(
    ("crop_border", "recorded"), [(True, 0.5571524500846863), (False, 0.544295072555542)]
)
def test_torchmetrics_numbers(crop_border: bool, recorded: float) -> None:
    assert ssim(*grained_pair(), crop_border=crop_border) == pytest.approx(recorded, abs=1e-5)


def test_both_figures_come_by_name_and_are_those_computed_alone() -> None:
    pair = grained_pair()
    named = ssim_figures(*pair).named()
    assert named == {
        "torchmetrics_2023_cropped": ssim(*pair, crop_border=True),
        "torchmetrics_1.4.2": ssim(*pair),
    }
    small = pair[0][:10], pair[1][:10]
    assert ssim_figures(*small).named() == {
        "torchmetrics_2023_cropped": None,
        "torchmetrics_1.4.2": ssim(*small),
    }


def test_the_definition_written_out() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random((17, 14, 3)).astype(np.float32) * np.float32(0.7)
    prediction = np.clip(truth + rng.normal(0, 0.1, truth.shape), 0, 1).astype(np.float32)
    expected = similarity_map(prediction.astype(np.float64), truth.astype(np.float64))
    assert ssim(prediction, truth) == pytest.approx(expected.mean(), abs=1e-5)
    inside = expected[5:-5, 5:-5].mean()
    assert ssim(prediction, truth, crop_border=True) == pytest.approx(inside, abs=1e-5)


def test_data_range_is_the_wider_of_the_two_pictures() -> None:
    prediction, truth = grained_pair()
    # With a range of its own each time, a common factor of the colours has no influence ...
    assert ssim(prediction / 4, truth / 4) == pytest.approx(ssim(prediction, truth), abs=1e-5)
    # ... and a single bright pixel in either picture widens it, which raises the similarity.
    for widened in (0, 1):
        pair = [prediction / 4, truth / 4]
        pair[widened] = pair[widened].copy()
        pair[widened][0, 0] = 1.0
        inside = ssim(*pair, crop_border=True)
        assert inside > ssim(prediction / 4, truth / 4, crop_border=True) + 0.05


@pytest.mark.parametrize("crop_border", [True, False])
@pytest.mark.parametrize("color", [0.0, 0.4, 1.0])
def test_same_pictures_are_wholly_similar_even_uniform_ones(
    crop_border: bool, color: float
) -> None:
    truth = grained_pair()[1]
    uniform = np.full_like(truth, color)
    assert ssim(truth, truth, crop_border=crop_border) == pytest.approx(1.0, abs=1e-6)
    assert ssim(uniform, uniform, crop_border=crop_border) == pytest.approx(1.0, abs=1e-6)


def test_uniform_pictures_of_different_colors_differ() -> None:
    truth = np.ones((12, 12, 3), np.float32)
    assert 0.0 <= ssim(truth * 0, truth) < 0.1


def test_pictures_smaller_than_the_window_are_refused_with_their_size() -> None:
    small = np.zeros((10, 30, 3), np.float32)
    assert ssim(small, small) == pytest.approx(1.0)
    with pytest.raises(ConfigError, match="11x11 px, but these are 30x10"):
        ssim(small, small, crop_border=True)
    with pytest.raises(ConfigError, match="6x6 px"):
        ssim(small[:5], small[:5])


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_computes_the_same() -> None:
    for found, expected in zip(
        ssim_figures(*grained_pair(), "cuda"), ssim_figures(*grained_pair()), strict=True
    ):
        assert found == pytest.approx(expected, abs=1e-6)
