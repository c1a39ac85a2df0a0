"""Per-camera affine colour correction of 8-bit pictures (spec, sections 1.1 and 1.4)."""

from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float64, UInt8

from nersemble.errors import CaptureError

Rounding = Literal["round", "truncate"]

# Double precision for exact rounding, a strip at a time: a whole picture of it is 42 MB.
_ROWS_AT_ONCE = 64


def read_correction(path: Path) -> Float64[np.ndarray, "3 4"]:
    """Reads one camera's 3x4 affine; colours are 0..1.

    Raises:
        CaptureError: the file is missing, damaged, of another shape or not finite.
    """
    try:
        with path.open("rb") as file:
            affine = np.lib.format.read_array(file, allow_pickle=False)
    except FileNotFoundError:
        raise CaptureError(f"Colour correction {path} does not exist.") from None
    except (OSError, ValueError, EOFError) as error:
        raise CaptureError(
            f"Colour correction {path} cannot be read as a numpy array ({error}): "
            f"unpack the file again."
        ) from error
    if affine.shape != (3, 4) or affine.dtype.kind not in "fiu":
        raise CaptureError(
            f"Colour correction {path} holds {affine.dtype} of shape {affine.shape}, not a 3x4 "
            f"array of numbers: unpack the file again."
        )
    affine = affine.astype(np.float64)
    if not np.isfinite(affine).all():
        raise CaptureError(
            f"Colour correction {path} has entries that are NaN or infinite: remove the file to "
            f"use the pictures of this camera uncorrected."
        )
    return affine


def correct(
    rgb: UInt8[np.ndarray, "h w 3"],
    affine: Float64[np.ndarray, "3 4"],
    rounding: Rounding = "round",
) -> UInt8[np.ndarray, "h w 3"]:
    """Applies ``clip(rgb @ A[:, :3] + A[:, 3], 0, 1)`` to colours taken as row vectors in 0..1.

    The matrix stands to the right of the colour: output channel c is a sum over column c of A.

    Args:
        rgb: 8-bit picture.
        affine: A.
        rounding: to the nearest of the 256 levels, or down, as the release does.
    """
    # In units of levels (0..255) the identity is exact, also when truncating.
    matrix, offset = affine[:, :3], affine[:, 3] * 255.0
    corrected = np.empty_like(rgb)
    for first in range(0, len(rgb), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        levels = rgb[rows].astype(np.float64) @ matrix
        levels += offset
        if rounding == "round":
            np.rint(levels, out=levels)
        np.clip(levels, 0.0, 255.0, out=levels)
        corrected[rows] = levels
    return corrected
