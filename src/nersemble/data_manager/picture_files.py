"""Picture files: decoding them, the only place that knows in how many ways it can fail, their
sizes, and what the 16 bits of a depth map mean.

Coded depth (spec, section 1.1): 0 is none, otherwise metres = (value - 1) * 2 / 65534, measured
along the camera's axis.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Float32, UInt8, UInt16
from PIL import Image

from nersemble.files import reason_of

Size = tuple[int, int]
"""Width and height, pixels."""

MAX_PIXELS = 1 << 26
"""Larger pictures than any camera's are not decoded: a header alone could take all memory."""

_NEAREST_METRES = 0.8
_FARTHEST_METRES = 1.4
_METRES_PER_LEVEL = 2.0 / 65534.0

# Some of Pillow's other formats start programs or open further files.
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")


def picture_size(path: Path) -> Size:
    """Width and height from a picture's header.

    Raises:
        ValueError: it cannot be read, or is larger than ``MAX_PIXELS``; says why.
    """
    with _opened(path) as picture:
        return picture.size


def read_pixels(path: Path, mode: str | None = None) -> np.ndarray[Any, Any]:
    """The pixels of a picture, as they are in the file or converted to one of Pillow's modes.

    Raises:
        ValueError: it cannot be decoded, or is larger than ``MAX_PIXELS``; says why.
    """
    with _opened(path) as picture:
        return np.asarray(picture if mode is None else picture.convert(mode))


def resize_bilinear(pixels: UInt8[np.ndarray, "h w *c"], size: Size) -> UInt8[np.ndarray, "..."]:
    """Resizes colour or alpha with Pillow, whose filter widens with the scale: no aliasing."""
    if size == (pixels.shape[1], pixels.shape[0]):
        return pixels
    return np.array(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))


def resize_nearest(code: UInt16[np.ndarray, "h w"], size: Size) -> UInt16[np.ndarray, "h2 w2"]:
    """Resizes coded depth, whose values must not be mixed: each pixel takes the nearest."""
    height, width = code.shape
    if size == (width, height):
        return code
    columns = ((np.arange(size[0]) + 0.5) * (width / size[0])).astype(np.intp)
    rows = ((np.arange(size[1]) + 0.5) * (height / size[1])).astype(np.intp)
    nearest: UInt16[np.ndarray, "h2 w2"] = code[rows[:, None], columns[None, :]]
    return nearest


def decode_depth(code: UInt16[np.ndarray, "*shape"]) -> Float32[np.ndarray, "*shape"]:
    """Coded depth as z-depth in metres; 0 where there is none.

    Depths outside 0.8..1.4 m cannot be a head in this rig: they are outliers of the reconstruction
    and become 0 too.
    """
    metres = (code.astype(np.float64) - 1.0) * _METRES_PER_LEVEL
    plausible = (metres >= _NEAREST_METRES) & (metres <= _FARTHEST_METRES)
    return np.where(plausible, metres, 0.0).astype(np.float32)


def encode_depth(metres: Float[np.ndarray, "*shape"]) -> UInt16[np.ndarray, "*shape"]:
    """Z-depth in metres, at most 2, as coded depth; 0 and less is none."""
    coded = np.rint(metres * (1.0 / _METRES_PER_LEVEL)) + 1.0
    return np.where(metres > 0.0, coded, 0.0).astype(np.uint16)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    try:
        with Image.open(path, formats=_FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise ValueError(f"its header says {width}x{height} pixels")
            yield picture
    # A damaged file makes decoders fail in a dozen ways, and all mean the same to the user.
    except Exception as error:
        raise ValueError(reason_of(error) or type(error).__name__) from error
