"""Structural similarity as torchmetrics defines it (spec, section 7).

A Gaussian window of 11 taps and sigma 1.5, K1 0.01, K2 0.03, biased covariances, mean over pixels
and channels. skimage computes just that, but leaves out the border where its window leaves the
picture; torchmetrics 1.4.2 and later keeps that border with mirrored pixels around it, and
torchmetrics of 2023, which the release's published figures come from, leaves it out as well.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float
from skimage.metrics import structural_similarity

from nersemble.errors import ConfigError

_WINDOW = 11
_BORDER = (_WINDOW - 1) // 2
_SIGMA = 1.5
_INSIDE = slice(_BORDER, -_BORDER)
# skimage has no annotations.
_similarity: Callable[..., Any] = structural_similarity


SSIM_CROPPED = "torchmetrics_2023_cropped"
"""Name of the figure without the border of 5 px, as torchmetrics of 2023 computes it."""
SSIM_WHOLE = "torchmetrics_1.4.2"
"""Name of the figure over every pixel, as torchmetrics from 1.4.2 on computes it."""


class SsimFigures(NamedTuple):
    """Both figures of one pair. cropped is None where a picture is smaller than the window."""

    cropped: float | None
    whole: float

    def named(self) -> dict[str, float | None]:
        """By the names under which results hold them."""
        return {SSIM_CROPPED: self.cropped, SSIM_WHOLE: self.whole}


def ssim(
    prediction: Float[np.ndarray, "h w 3"],
    truth: Float[np.ndarray, "h w 3"],
    *,
    crop_border: bool = False,
) -> float:
    """Mean structural similarity of two pictures in 0..1; 1 where they are the same.

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
    prediction: Float[np.ndarray, "h w 3"], truth: Float[np.ndarray, "h w 3"]
) -> SsimFigures:
    """Both figures at once, from one map of similarities.

    The data range is the larger of the two pictures' (max - min), over all channels. Where both are
    uniform that is 0, and 1 is used instead, as 0 would leave the similarity undefined.

    Raises:
        ConfigError: the pictures have fewer than 6 px on a side.
        ValueError: the pictures differ in size.
    """
    height, width = truth.shape[:2]
    if min(height, width) <= _BORDER:
        raise _too_small(truth, _BORDER + 1)
    pictures = [np.asarray(picture, dtype=np.float32) for picture in (prediction, truth)]
    data_range = max(float(np.ptp(picture)) for picture in pictures)
    margin = ((_BORDER, _BORDER), (_BORDER, _BORDER), (0, 0))
    mirrored = [np.pad(picture, margin, mode="reflect") for picture in pictures]
    _, padded_map = _similarity(
        *mirrored,
        gaussian_weights=True,
        sigma=_SIGMA,
        use_sample_covariance=False,
        data_range=data_range or 1.0,
        channel_axis=-1,
        full=True,
    )
    similarities = padded_map[_INSIDE, _INSIDE]
    # No window around these pixels reaches a mirrored one.
    inside = similarities[_INSIDE, _INSIDE]
    return SsimFigures(
        cropped=float(inside.mean(dtype=np.float64)) if inside.size else None,
        whole=float(similarities.mean(dtype=np.float64)),
    )


def _too_small(picture: np.ndarray, smallest: int) -> ConfigError:
    height, width = picture.shape[:2]
    return ConfigError(
        f"SSIM needs pictures of at least {smallest}x{smallest} px, but these are "
        f"{width}x{height}: evaluate at a higher resolution."
    )
