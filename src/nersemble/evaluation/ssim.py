"""Structural similarity as torchmetrics defines it (method.md, Evaluation).

A Gaussian window of 11 taps and sigma 1.5, K1 0.01, K2 0.03, biased covariances, mean over pixels
and channels. torchmetrics 1.4.2 and later also counts the border, where the window leaves the
picture, with mirrored pixels around it; torchmetrics of 2023, which the release's published figures
come from, leaves it out.
"""

import math
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from nersemble.errors import ConfigError

_WINDOW = 11
_BORDER = (_WINDOW - 1) // 2
_SIGMA = 1.5
_K1, _K2 = 0.01, 0.03

SSIM_CROPPED = "torchmetrics_2023_cropped"
"""Name of the figure without the border of 5 px, as torchmetrics of 2023 computes it."""
SSIM_WHOLE = "torchmetrics_1.4.2"
"""Name of the figure over every pixel, as torchmetrics from 1.4.2 on computes it."""


class SsimFigures(NamedTuple):
    """Both figures of one pair. cropped is None if a picture is smaller than the window."""

    cropped: float | None
    whole: float

    def named(self) -> dict[str, float | None]:
        """Both figures by their names in results."""
        return {SSIM_CROPPED: self.cropped, SSIM_WHOLE: self.whole}


def ssim(
    prediction: Float[np.ndarray, "h w 3"],
    truth: Float[np.ndarray, "h w 3"],
    *,
    crop_border: bool = False,
) -> float:
    """Return the mean structural similarity of two pictures in 0..1; 1 for equal pictures.

    Args:
        prediction: colours, already clamped to 0..1.
        truth: colours in 0..1.
        crop_border: leave out the outer 5 px, as torchmetrics of 2023 did; otherwise every pixel
            counts and pixels beyond the border are mirrored, as in torchmetrics >= 1.4.2.

    Raises:
        ConfigError: the pictures are too small for the window.
        ValueError: the pictures differ in size.
    """
    return chosen_figure(ssim_figures(prediction, truth), truth, crop_border=crop_border)


def chosen_figure(
    figures: SsimFigures, truth: Float[np.ndarray, "h w 3"], *, crop_border: bool
) -> float:
    """One of both figures of a picture; see :func:`ssim`."""
    if not crop_border:
        return figures.whole
    if figures.cropped is None:
        raise _too_small(truth, _WINDOW)
    return figures.cropped


def ssim_figures(
    prediction: Float[np.ndarray, "h w 3"],
    truth: Float[np.ndarray, "h w 3"],
    device: torch.device | str = "cpu",
) -> SsimFigures:
    """Both figures at once, from one map of similarities.

    The data range is the larger of the two pictures' (max - min), over all channels. Where both are
    uniform that is 0, and 1 is used instead, as 0 would leave the similarity undefined.

    Args:
        device: where to compute.

    Raises:
        ConfigError: the pictures have fewer than 6 px on a side.
        ValueError: the pictures differ in size.
    """
    check_same_size(prediction, truth)
    height, width = truth.shape[:2]
    if min(height, width) <= _BORDER:
        raise _too_small(truth, _BORDER + 1)
    pictures = [torch.from_numpy(np.asarray(p, np.float32)).to(device) for p in (prediction, truth)]
    data_range = max(float(picture.max() - picture.min()) for picture in pictures) or 1.0
    whole, inside = [], []
    # Channel by channel, because large pictures would otherwise take gigabytes.
    for channel in range(3):
        planes = (picture[..., channel] for picture in pictures)
        similarities = _similarities(*planes, data_range=data_range)
        whole.append(similarities.mean(dtype=torch.float64))
        # No window around these pixels reaches a mirrored one.
        middle = similarities[_BORDER:-_BORDER, _BORDER:-_BORDER]
        inside.append(middle.mean(dtype=torch.float64))
    cropped = float(torch.stack(inside).mean())
    return SsimFigures(
        cropped=None if math.isnan(cropped) else cropped, whole=float(torch.stack(whole).mean())
    )


def check_same_size(prediction: np.ndarray, truth: np.ndarray) -> None:
    """Raises ValueError where a prediction and its truth differ in size."""
    # Broadcasting would otherwise turn a wrong size into a wrong number.
    if prediction.shape != truth.shape:
        raise ValueError(f"The prediction is {prediction.shape}, but the truth {truth.shape}.")


def _similarities(
    prediction: Float[Tensor, "h w"], truth: Float[Tensor, "h w"], *, data_range: float
) -> Float[Tensor, "h w"]:
    """The similarity of each pixel's windows."""
    p, t = (
        functional.pad(plane[None, None], (_BORDER,) * 4, mode="reflect")[0, 0]
        for plane in (prediction, truth)
    )
    mean_p, mean_t, square_p, square_t, product = map(_window_means, (p, t, p * p, t * t, p * t))
    c1, c2 = (_K1 * data_range) ** 2, (_K2 * data_range) ** 2
    means = mean_p * mean_t
    squares = mean_p * mean_p + mean_t * mean_t
    luminance = (2 * means + c1) / (squares + c1)
    return luminance * (2 * (product - means) + c2) / (square_p + square_t - squares + c2)


def _window_means(plane: Float[Tensor, "h2 w2"]) -> Float[Tensor, "h w"]:
    """Gaussian means of all windows that lie inside."""
    weights = [math.exp(-0.5 * ((tap - _BORDER) / _SIGMA) ** 2) for tap in range(_WINDOW)]
    for dim in range(2):
        size = plane.shape[dim] - 2 * _BORDER
        means = torch.zeros_like(plane.narrow(dim, 0, size))
        # A convolution would be rounded to TF32 on some GPUs.
        for tap, weight in enumerate(weights):
            means.add_(plane.narrow(dim, tap, size), alpha=weight / sum(weights))
        plane = means
    return plane


def _too_small(picture: np.ndarray, smallest: int) -> ConfigError:
    height, width = picture.shape[:2]
    return ConfigError(
        f"SSIM needs pictures of at least {smallest}x{smallest} px, but these are "
        f"{width}x{height}: evaluate at a higher resolution."
    )
