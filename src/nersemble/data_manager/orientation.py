"""Orientation marks: how a viewer must turn the stored pixels of a file.

Pictures carry a number (EXIF 2.32, tag 0x0112), videos a display matrix (ISO/IEC 14496-12, 8.3.2).
ffmpeg and viewers follow both, so calibrations are made from the turned pictures. Both are stored
here as EXIF's number: 1 to 4 keep the shape, 5 to 8 swap width and height.
"""

import struct
from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

UPRIGHT = 1

_WORDS = {
    2: "mirrored left to right",
    3: "turned by 180 degrees",
    4: "mirrored top to bottom",
    5: "mirrored along the diagonal",
    6: "turned by 90 degrees clockwise",
    7: "mirrored along the other diagonal",
    8: "turned by 90 degrees counterclockwise",
}

# (a, b, c, d) of the matrix, which moves a pixel from (x, y) to (a x + c y, b x + d y).
_OF_MATRIX = {
    (1, 0, 0, 1): 1,
    (-1, 0, 0, 1): 2,
    (-1, 0, 0, -1): 3,
    (1, 0, 0, -1): 4,
    (0, 1, 1, 0): 5,
    (0, 1, -1, 0): 6,
    (0, -1, -1, 0): 7,
    (0, -1, 1, 0): 8,
}
# Tolerance, as a share of the matrix's largest entry: about a degree, the limit within which ffmpeg
# rounds to quarter turns.
_TOLERANCE = 0.0175


def turned(pixels: np.ndarray[Any, Any], orientation: int) -> np.ndarray[Any, Any]:
    """Stored pixels (rows, columns and perhaps channels), turned by the mark."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    rows = slice(None, None, -1 if orientation in (3, 4, 7, 8) else 1)
    columns = slice(None, None, -1 if orientation in (2, 3, 6, 7) else 1)
    return np.ascontiguousarray(pixels[rows, columns])


def turned_back(pixels: np.ndarray[Any, Any], orientation: int) -> np.ndarray[Any, Any]:
    """The inverse of :func:`turned`."""
    return turned(pixels, {6: 8, 8: 6}.get(orientation, orientation))


def turned_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Width and height after turning."""
    return (size[1], size[0]) if orientation >= 5 else size


def described(orientation: int, kind: str) -> str:
    """A mark as text that follows a picture's size in a message; empty if it changes nothing.

    Args:
        orientation: EXIF's number.
        kind: the kind of the mark.
    """
    return f" ({_WORDS[orientation]}, as its {kind} says)" if orientation in _WORDS else ""


def display_orientation(frame: "VideoFrame") -> int:
    """The orientation of a decoded picture, from its video's display matrix.

    Raises:
        ValueError: the matrix does more than quarter turns and mirroring.
    """
    data = frame.side_data.get("DISPLAYMATRIX")
    if data is None:
        return UPRIGHT
    a, b, _, c, d, *_ = struct.unpack("=9i", bytes(cast(Any, data)))
    largest = max(abs(a), abs(b), abs(c), abs(d))
    if largest == 0:
        return UPRIGHT
    entries = [value / largest for value in (a, b, c, d)]
    signs = tuple(round(value) for value in entries)
    inexact = max(abs(value - sign) for value, sign in zip(entries, signs, strict=True))
    if signs not in _OF_MATRIX or inexact > _TOLERANCE:
        raise ValueError(
            "its display matrix turns it by an angle other than 90, 180 or 270 degrees: turn its "
            "pixels with ffmpeg"
        )
    return _OF_MATRIX[signs]
