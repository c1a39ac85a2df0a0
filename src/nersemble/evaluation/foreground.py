"""PSNR over foreground pixels, and that of the best single colour (method.md, Evaluation)."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64

from nersemble.evaluation.metrics import psnr_of_mse
from nersemble.evaluation.ssim import check_same_size

FOREGROUND_ABOVE = 0.5
"""Smallest alpha of a foreground pixel."""


@dataclass(frozen=True)
class ForegroundSums:
    """Sums over any number of pictures from which the foreground scores follow.

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
    def psnr(self) -> float | None:
        """PSNR of the predictions, all pixels pooled; None without any."""
        return psnr_of_mse(self.squared_error / (3 * self.n_pixels)) if self.n_pixels else None

    @property
    def single_color_psnr(self) -> float | None:
        """PSNR of the best constant colour, the mean: the baseline that any model must beat."""
        if self.n_pixels == 0:
            return None
        mean_color = self.color_sum / self.n_pixels
        variance = self.color_square_sum / self.n_pixels - mean_color**2
        # Rounding can push the variance of a uniform colour below zero.
        return psnr_of_mse(max(float(variance.mean()), 0.0))


NO_FOREGROUND = ForegroundSums(0, 0.0, np.zeros(3), np.zeros(3))
"""The neutral element of ``ForegroundSums``."""


def foreground_sums(
    prediction: Float[np.ndarray, "h w 3"],
    truth: Float[np.ndarray, "h w 3"],
    alpha: Float[np.ndarray, "h w"],
) -> ForegroundSums:
    """Sums over the pixels whose alpha exceeds 0.5; add them up over pictures.

    Raises:
        ValueError: the pictures differ in size.
    """
    check_same_size(prediction, truth)
    foreground = alpha > FOREGROUND_ABOVE
    colors = truth[foreground].astype(np.float64)
    difference = np.clip(prediction[foreground], 0.0, 1.0) - colors
    return ForegroundSums(
        n_pixels=len(colors),
        squared_error=float(np.sum(difference**2)),
        color_sum=colors.sum(axis=0),
        color_square_sum=(colors**2).sum(axis=0),
    )
