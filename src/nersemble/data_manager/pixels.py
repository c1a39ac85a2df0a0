"""Interprets decoded pixels as a picture or as a mask.

All readers of pictures, masks and videos use this module, so that a file means the same everywhere.
The pixels come from ``picture_files.read_pixels`` or ``video_reader.VideoReader``.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from typing import Any, TypeVar

import numpy as np
from jaxtyping import UInt8

from nersemble.errors import CaptureError

FOREGROUND = 128
"""Alpha from which a pixel counts as foreground, if it must be one or the other."""

Pixels = np.ndarray[Any, Any]

# A mask without larger numbers is a label map: 0 is background, other labels are parts of a head.
_LARGEST_LABEL = 31
# A mask with more of them (share of its pixels) holds labels; with fewer, they may be noise.
_MANY = 0.02
# Painted label maps have few colours; a photograph has thousands.
_MOST_COLORS = 64
# Compression shifts the channels of grey apart by up to this, of 256 levels.
_GREY_SPREAD = 16
# A mask that reaches this has the range 0..255. The range of a darker mask comes from other masks.
_CLEARLY_FULL = 192
_WHITE = 255
# Number of masks, spread over a recording, that are read to find out their meaning.
_EXAMPLES = 8

_Item = TypeVar("_Item")


def colors_of(pixels: Pixels) -> UInt8[np.ndarray, "h w c"]:
    """Pixels as a picture: sRGB colours, with alpha as a fourth channel if it hides something.

    The colours that alpha hides are kept; call :func:`split_alpha` after resizing to
    remove them. 16 bits are rounded to 8.

    Raises:
        ValueError: the pixels have no defined brightness.
    """
    if pixels.ndim == 3:
        return pixels
    if pixels.dtype == np.uint16:
        pixels = _scaled(pixels, 65535)
    elif pixels.dtype != np.uint8:
        raise ValueError(
            f"its pixels are {pixels.dtype} numbers, whose brightness is undefined: convert it to "
            f"PNG with 8 or 16 bits"
        )
    return np.repeat(pixels[..., None], 3, axis=2)


def split_alpha(
    pixels: UInt8[np.ndarray, "h w c"],
) -> tuple[UInt8[np.ndarray, "h w 3"], UInt8[np.ndarray, "h w"] | None]:
    """The colours, white where they are hidden, and alpha; None if nothing is hidden."""
    if pixels.shape[2] == 3:
        return pixels, None
    rgb, alpha = pixels[..., :3].copy(), pixels[..., 3].copy()
    rgb[alpha == 0] = _WHITE
    return rgb, alpha


def least_alpha(
    *alphas: UInt8[np.ndarray, "h w"] | None,
) -> UInt8[np.ndarray, "h w"] | None:
    """The minimum of the given maps: whatever one of them hides is hidden."""
    there = [alpha for alpha in alphas if alpha is not None]
    return reduce(np.minimum, there) if there else None


class MaskCoding:
    """The meaning of the numbers in one recording's masks. Thread-safe.

    Masks come as 0..255, 0..65535 or 0..1, as labels (0 is the background, other labels are parts
    of the head), in an alpha channel, or painted (black is the background). A single dark mask is
    ambiguous: 0 and 1 may be labels, or noise in a matte without foreground. Other masks of the
    recording then decide.
    """

    def __init__(self, masks: Sequence[_Item], read: Callable[[_Item], Pixels]) -> None:
        """``read`` reads one of the recording's masks; it is called only if a mask is ambiguous,
        for examples spread over the recording."""
        step = max(len(masks) // _EXAMPLES, 1)
        self._examples = [partial(read, mask) for mask in masks[::step][:_EXAMPLES]]
        self._lock = threading.Lock()
        self._meanings: dict[np.dtype[Any], Callable[[Pixels], UInt8[np.ndarray, "h w"]]] = {}

    def alpha(self, pixels: Pixels) -> UInt8[np.ndarray, "h w"]:
        """Converts a mask to alpha, 255 = foreground.

        Raises:
            ValueError: it is not a mask; says why, and what to do.
        """
        numbers = _numbers_of(pixels)
        if numbers.dtype == np.uint8 and numbers.max() >= _CLEARLY_FULL:
            _refuse_ignored(numbers)
            return numbers
        with self._lock:
            if numbers.dtype not in self._meanings:
                alike = [one for one in self._numbers() if one.dtype == numbers.dtype]
                self._meanings[numbers.dtype] = _meaning([numbers, *alike])
            meaning = self._meanings[numbers.dtype]
        return meaning(numbers)

    def _numbers(self) -> Iterator[Pixels]:
        for read in self._examples:
            try:
                yield _numbers_of(read())
            except (ValueError, CaptureError):
                continue


def _numbers_of(pixels: Pixels) -> Pixels:
    """Reduces each pixel to one number that decides whether it is foreground."""
    if pixels.ndim == 2:
        if not np.isfinite(pixels).all() or pixels.min() < 0:
            raise ValueError("it has numbers below 0, NaN or infinite: a mask is 0 to 255")
        return pixels
    if pixels.shape[2] == 4:
        return np.ascontiguousarray(pixels[..., 3])
    if np.ptp(pixels, axis=2).max() <= _GREY_SPREAD:
        return np.ascontiguousarray(pixels[..., 1])
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    used = np.unique(packed)
    if len(used) > _MOST_COLORS or used[0] != 0:
        raise ValueError(
            "it is a coloured picture, not a mask: a mask is white on the head and black "
            "elsewhere, has few colours on black, or has an alpha channel"
        )
    return np.where(packed > 0, np.uint8(255), np.uint8(0))


def _refuse_ignored(numbers: Pixels) -> None:
    """Refuses maps of labels that mark pixels to ignore with 255, like Pascal VOC."""
    is_label = (numbers > 0) & (numbers <= _LARGEST_LABEL)
    if is_label.mean() > _MANY and not ((numbers > _LARGEST_LABEL) & (numbers < 255)).any():
        raise ValueError(
            f"it has labels up to {numbers[is_label].max()} and the number 255: write 0 for the "
            f"background, and the same number for all of the head"
        )


def _meaning(masks: list[Pixels]) -> Callable[[Pixels], UInt8[np.ndarray, "h w"]]:
    """The function from the numbers of these masks, which have one type, to alpha."""
    values = np.unique(np.concatenate([np.unique(mask) for mask in masks]))
    largest = float(values[-1])
    whole = values.dtype.kind in "iu"
    if (values > 0).sum() <= 1 or (whole and largest <= _LARGEST_LABEL):
        return lambda mask: np.where(mask > 0, np.uint8(255), np.uint8(0))
    scales = (255.0, 65535.0) if whole else (1.0, 255.0, 65535.0)
    full = next((scale for scale in scales if largest <= scale), None)
    if full is None:
        raise ValueError(f"it has numbers up to {largest:.6g}: a mask is 0 to 255")
    return lambda mask: _scaled(mask, full)


def _scaled(numbers: Pixels, full: float) -> UInt8[np.ndarray, "h w"]:
    return np.clip(np.rint(numbers * (255.0 / full)), 0, 255).astype(np.uint8)
