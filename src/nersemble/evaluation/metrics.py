"""Per-picture errors on colours in 0..1 (spec, section 7).

Predictions are clamped to 0..1 here; truths are taken as they are. Sums are in double precision.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float64, UInt8

from nersemble.evaluation.ssim import SsimFigures, chosen_figure, ssim_figures

LpipsFunction = Callable[[Float[np.ndarray, "h w 3"], Float[np.ndarray, "h w 3"]], float]
"""Takes prediction and truth, both in 0..1."""


@dataclass(frozen=True)
class ImageMetrics:
    """The errors of one picture. psnr is infinite where prediction and truth are the same; ssim is
    the one of both figures that was asked for."""

    psnr: float
    ssim: float
    lpips: float | None
    mse: float
    both_ssim: SsimFigures


class ForegroundPsnr(NamedTuple):
    """PSNR over foreground pixels; the errors of several such pool as sum(mse n) / sum(n).

    psnr and mse are None where there is no foreground pixel.
    """

    psnr: float | None
    mse: float | None
    n_pixels: int


@dataclass(frozen=True)
class ForegroundSums:
    """What the foreground figures need of any number of pictures, in constant memory.

    squared_error: over pixels and channels.
    color_sum, color_square_sum: of the truth, per channel.
    """

    n_pixels: int
    squared_error: float
    color_sum: Float64[np.ndarray, "3"]
    color_square_sum: Float64[np.ndarray, "3"]

    def __add__(self, other: "ForegroundSums") -> "ForegroundSums":
        return ForegroundSums(
            self.n_pixels + other.n_pixels,
            self.squared_error + other.squared_error,
            self.color_sum + other.color_sum,
            self.color_square_sum + other.color_square_sum,
        )

    @property
    def foreground(self) -> ForegroundPsnr:
        """PSNR and MSE of the predictions, all pixels pooled."""
        if self.n_pixels == 0:
            return ForegroundPsnr(None, None, 0)
        error = self.squared_error / (3 * self.n_pixels)
        return ForegroundPsnr(psnr_of_mse(error), error, self.n_pixels)

    @property
    def single_color_psnr(self) -> float | None:
        """PSNR of the best constant colour, which is the mean: what any model has to beat."""
        if self.n_pixels == 0:
            return None
        mean_color = self.color_sum / self.n_pixels
        variance = self.color_square_sum / self.n_pixels - mean_color**2
        # Rounding can push the variance of a uniform colour below zero.
        return psnr_of_mse(max(float(variance.mean()), 0.0))


NO_FOREGROUND = ForegroundSums(0, 0.0, np.zeros(3), np.zeros(3))
"""The neutral element of ``ForegroundSums``."""


def psnr_of_mse(mean_squared_error: float) -> float:
    """Peak signal-to-noise ratio in dB for colours in 0..1; infinite for no error."""
    if mean_squared_error == 0.0:
        return math.inf
    return -10.0 * math.log10(mean_squared_error)


def mse(prediction: Float[np.ndarray, "h w 3"], truth: Float[np.ndarray, "h w 3"]) -> float:
    """Mean squared error over pixels and channels.

    Raises:
        ValueError: the pictures differ in size.
    """
    _check_same_size(prediction, truth)
    difference = np.clip(prediction, 0.0, 1.0).astype(np.float64) - truth
    return float(np.mean(difference**2))


def psnr(prediction: Float[np.ndarray, "h w 3"], truth: Float[np.ndarray, "h w 3"]) -> float:
    """PSNR in dB; infinite where the pictures are the same."""
    return psnr_of_mse(mse(prediction, truth))


def blend_on_white(
    rgb: Float[np.ndarray, "h w 3"], alpha: Float[np.ndarray, "h w"]
) -> Float[np.ndarray, "h w 3"]:
    """rgb a + (1 - a); alpha 1 is foreground."""
    weight = alpha[..., None]
    blended: Float[np.ndarray, "h w 3"] = rgb * weight + (1.0 - weight)
    return blended


def to_uint8(rgb: Float[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """Clamps to 0..1 and truncates to 8 bit, as JOD and the written pictures want it."""
    truncated: UInt8[np.ndarray, "h w 3"] = (np.clip(rgb, 0.0, 1.0) * 255).astype(np.uint8)
    return truncated


def image_metrics(
    prediction: Float[np.ndarray, "h w 3"],
    truth: Float[np.ndarray, "h w 3"],
    *,
    lpips: LpipsFunction | None = None,
    ssim_crop: bool = False,
) -> ImageMetrics:
    """All errors of one picture; ``lpips`` stays None where no LPIPS is given.

    Args:
        prediction: colours, clamped to 0..1 here.
        truth: colours in 0..1, already blended onto white.
        lpips: the LPIPS metric, see :func:`nersemble.evaluation.lpips_metric.load_lpips`.
        ssim_crop: leave a border out of ``ssim``, see :func:`nersemble.evaluation.ssim.ssim`.

    Raises:
        ValueError: the pictures differ in size.
        ConfigError: they are too small for SSIM or LPIPS.
    """
    error = mse(prediction, truth)
    clamped = np.clip(prediction, 0.0, 1.0)
    figures = ssim_figures(clamped, truth)
    return ImageMetrics(
        psnr=psnr_of_mse(error),
        ssim=chosen_figure(figures, truth, crop_border=ssim_crop),
        lpips=None if lpips is None else lpips(clamped, truth),
        mse=error,
        both_ssim=figures,
    )


def foreground_sums(
    prediction: Float[np.ndarray, "h w 3"],
    truth: Float[np.ndarray, "h w 3"],
    alpha: Float[np.ndarray, "h w"],
    threshold: float = 0.5,
) -> ForegroundSums:
    """Sums over the pixels whose alpha exceeds ``threshold``; add them up over pictures.

    Raises:
        ValueError: the pictures differ in size.
    """
    _check_same_size(prediction, truth)
    foreground = alpha > threshold
    colors = truth[foreground].astype(np.float64)
    difference = np.clip(prediction[foreground], 0.0, 1.0) - colors
    return ForegroundSums(
        n_pixels=len(colors),
        squared_error=float(np.sum(difference**2)),
        color_sum=colors.sum(axis=0),
        color_square_sum=(colors**2).sum(axis=0),
    )


def _check_same_size(prediction: np.ndarray, truth: np.ndarray) -> None:
    # Broadcasting would otherwise turn a wrong size into a wrong number.
    if prediction.shape != truth.shape:
        raise ValueError(f"The prediction is {prediction.shape}, but the truth {truth.shape}.")
