"""Decoding of picture files: the only place that knows in how many ways it can fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nersemble.data_manager.rig import MAX_PIXELS, Size
from nersemble.files import reason_of

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
