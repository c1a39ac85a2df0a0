"""Errors per picture, against their formulas written out pixel by pixel."""

import math

import numpy as np
import pytest

from nersemble.errors import MissingDependencyError
from nersemble.evaluation.foreground import NO_FOREGROUND, ForegroundSums, foreground_sums
from nersemble.evaluation.metrics import (
    METRICS,
    PicturePair,
    mse,
    psnr,
)


def picture(seed: int, height: int = 12, width: int = 9) -> np.ndarray:
    return np.random.default_rng(seed).random((height, width, 3)).astype(np.float32)


def _pooled(
    predictions: list[np.ndarray], truths: list[np.ndarray], alphas: list[np.ndarray]
) -> ForegroundSums:
    shots = zip(predictions, truths, alphas, strict=True)
    return sum((foreground_sums(*each) for each in shots), NO_FOREGROUND)


def alpha_map(seed: int, height: int = 12, width: int = 9) -> np.ndarray:
    values = np.random.default_rng(seed).integers(0, 256, (height, width))
    return (values / 255).astype(np.float32)


def test_psnr_of_a_constant_offset_is_known_in_closed_form() -> None:
    truth = np.full((5, 7, 3), 0.5, np.float32)
    assert psnr(truth + np.float32(0.1), truth) == pytest.approx(20.0, abs=1e-5)
    assert mse(truth + np.float32(0.1), truth) == pytest.approx(0.01, rel=1e-6)


def test_mse_is_the_mean_over_every_pixel_and_channel() -> None:
    prediction, truth = picture(0), picture(1)
    total = 0.0
    for p, t in zip(prediction.ravel().tolist(), truth.ravel().tolist(), strict=True):
        total += (p - t) ** 2
    assert mse(prediction, truth) == pytest.approx(total / prediction.size, rel=1e-9)


def test_predictions_outside_the_unit_range_count_as_clamped() -> None:
    truth = np.ones((4, 4, 3), np.float32)
    assert mse(truth * 3, truth) == 0.0
    assert psnr(-truth, np.zeros_like(truth)) == math.inf


def test_pictures_of_different_size_are_refused_not_broadcast() -> None:
    with pytest.raises(ValueError, match=r"\(12, 9, 3\)"):
        mse(picture(0), picture(0)[:1])
    with pytest.raises(ValueError, match=r"\(12, 9, 3\)"):
        foreground_sums(picture(0), picture(0)[:1], alpha_map(0))


def test_foreground_psnr_sees_foreground_only_and_pools_pixels() -> None:
    predictions = [picture(4), picture(5, 20, 30)]
    truths = [picture(6), picture(7, 20, 30)]
    alphas = [alpha_map(8), alpha_map(9, 20, 30)]
    errors = [
        (float(p[y, x, c]) - float(t[y, x, c])) ** 2
        for p, t, a in zip(predictions, truths, alphas, strict=True)
        for y, x in np.ndindex(a.shape)
        if a[y, x] > 0.5
        for c in range(3)
    ]
    pooled = _pooled(predictions, truths, alphas)
    assert pooled.n_pixels == len(errors) / 3
    assert pooled.squared_error == pytest.approx(np.sum(errors), rel=1e-6)
    assert pooled.psnr == pytest.approx(10 * math.log10(1 / np.mean(errors)), rel=1e-6)

    shots = zip(predictions, truths, alphas, strict=True)
    single = [foreground_sums(*each) for each in shots]
    assert pooled.n_pixels == sum(s.n_pixels for s in single)
    assert pooled.squared_error == pytest.approx(sum(s.squared_error for s in single), rel=1e-12)

    spoilt = [np.where(a[..., None] > 0.5, p, 0) for p, a in zip(predictions, alphas, strict=True)]
    unseen = _pooled(spoilt, truths, alphas)
    assert (unseen.n_pixels, unseen.psnr) == (pooled.n_pixels, pooled.psnr)


def test_alpha_of_exactly_the_threshold_is_background() -> None:
    alpha = np.array([[0.5, 0.51]], np.float32)
    assert foreground_sums(picture(0, 1, 2), picture(1, 1, 2), alpha).n_pixels == 1


def test_best_single_color_beats_every_other_color() -> None:
    truths = [picture(10) * np.float32(0.6), picture(11, 6, 8)]
    alphas = [alpha_map(12), alpha_map(13, 6, 8)]
    best = _pooled(truths, truths, alphas).single_color_psnr
    assert best is not None
    foreground = np.concatenate([t[a > 0.5] for t, a in zip(truths, alphas, strict=True)])
    mean = foreground.astype(np.float64).mean(axis=0)

    def of_color(color: np.ndarray) -> float:
        flat = [np.broadcast_to(color, t.shape).astype(np.float64) for t in truths]
        value = _pooled(flat, truths, alphas).psnr
        assert value is not None
        return value

    assert best == pytest.approx(of_color(mean), abs=1e-6)
    for seed in range(8):
        nudge = np.random.default_rng(seed).normal(0, 0.02, 3)
        assert of_color(np.clip(mean + nudge, 0, 1)) < best


def test_uniform_foreground_is_matched_perfectly_by_one_color() -> None:
    truth = np.full((8, 8, 3), 0.3, np.float32)
    alphas = [np.ones((8, 8), np.float32)] * 3
    best = _pooled([truth] * 3, [truth] * 3, alphas).single_color_psnr
    assert best is not None
    assert best > 120


def test_no_foreground_has_no_figure() -> None:
    nothing = np.zeros((12, 9), np.float32)
    for sums in (foreground_sums(picture(0), picture(1), nothing), NO_FOREGROUND):
        assert (sums.psnr, sums.n_pixels) == (None, 0)
        assert sums.single_color_psnr is None


def figures_of(pair: PicturePair) -> dict[str, float]:
    of_picture = {name: metric.of_picture for name, metric in METRICS.items()}
    return {name: measure(pair) for name, measure in of_picture.items() if measure is not None}


def test_all_errors_of_a_picture_agree_with_each_other() -> None:
    prediction, truth = picture(14) * np.float32(1.5), picture(15)
    pair = PicturePair(prediction, truth, lpips=lambda p, t: float(p.max()))
    figures = figures_of(pair)
    assert figures["psnr"] == psnr(prediction, truth)
    assert figures["mse"] == mse(np.clip(prediction, 0, 1), truth)
    # What LPIPS is given is clamped as well.
    assert figures["lpips"] == 1.0
    same = figures_of(PicturePair(truth, truth, lpips=lambda p, t: 0.0))
    assert same["ssim"] == pytest.approx(1.0)
    with pytest.raises(MissingDependencyError, match="no weights"):
        figures_of(PicturePair(truth, truth, lpips=MissingDependencyError("no weights")))
