"""Structural similarity as torchmetrics defines it (spec, section 7).

A Gaussian window of 11 taps and sigma 1.5, K1 0.01, K2 0.03, biased covariances, mean over pixels
and channels. skimage computes just that, but leaves out the border where its window leaves the
picture; torchmetrics 1.4.2 and later keeps that border with mirrored pixels around it, and
torchmetrics of 2023, which the release's published figures come from, leaves it out as well.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Float
from skimage.metrics import structural_similarity

from nersemble.errors import ConfigError

_WINDOW = 11
_BORDER = (_WINDOW - 1) // 2
_SIGMA = 1.5
# skimage has no annotations.
_similarity: Callable[..., Any] = structural_similarity


def ssim(
    prediction: Float[np.ndarray, "h w 3"],
    truth: Float[np.ndarray, "h w 3"],
    *,
    crop_border: bool = False,
) -> float:
    """Mean structural similarity of two pictures in 0..1; 1 where they are the same.

    The data range is the larger of the two pictures' (max - min), over all channels. Where both are
    uniform that is 0, and 1 is used instead, as 0 would leave the similarity undefined.

    Args:
        prediction: colours, already clamped to 0..1.
        truth: colours in 0..1.
        crop_border: leave out the outer 5 px, as torchmetrics of 2023 did; otherwise every pixel
            counts and pixels beyond the border are mirrored, as in torchmetrics >= 1.4.2.

    Raises:
        ConfigError: the pictures are too small for the window.
        ValueError: the pictures differ in size.
    """
    smallest = _WINDOW if crop_border else _BORDER + 1
    height, width = truth.shape[:2]
    if min(height, width) < smallest:
        raise ConfigError(
            f"SSIM needs pictures of at least {smallest}x{smallest} px, but these are "
            f"{width}x{height}: evaluate at a higher resolution."
        )
    pictures = [np.asarray(picture, dtype=np.float32) for picture in (prediction, truth)]
    data_range = max(float(np.ptp(picture)) for picture in pictures)
    if not crop_border:
        # skimage's own crop then takes exactly these mirrored pixels off again.
        margin = ((_BORDER, _BORDER), (_BORDER, _BORDER), (0, 0))
        pictures = [np.pad(picture, margin, mode="reflect") for picture in pictures]
    similarity = _similarity(
        *pictures,
        gaussian_weights=True,
        sigma=_SIGMA,
        use_sample_covariance=False,
        data_range=data_range or 1.0,
        channel_axis=-1,
    )
    return float(similarity)
