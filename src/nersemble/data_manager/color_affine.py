"""Per-camera affine colour correction of 8-bit pictures (method.md, Layout v1 and Pictures)."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from tokenize import TokenError

import numpy as np
from jaxtyping import Float64, UInt8

from nersemble.data_manager.config import Rounding
from nersemble.errors import CaptureError
from nersemble.files import reason_of
from nersemble.opening import regular_file

_log = logging.getLogger("nersemble.data")

# Double precision for exact rounding, in parts, because a whole picture takes 42 MB. For larger
# products BLAS would use its own threads, which exist only once: pictures corrected in parallel
# would wait for each other.
_MULTIPLICATIONS_AT_ONCE = 1 << 17


def correction_reader(folder: Path) -> Callable[[str], Float64[np.ndarray, "3 4"] | None]:
    """A function that reads a camera's affine from a folder of ``SERIAL.npy``; it returns None and
    warns if the file is missing."""
    if not folder.exists():
        _log.warning("%s has no colour corrections: the pictures are not corrected.", folder)
        return lambda _serial: None

    def correction_of(serial: str) -> Float64[np.ndarray, "3 4"] | None:
        path = folder / f"{serial}.npy"
        if path.exists():
            return read_correction(path)
        _log.warning(
            "Colour correction %s is missing: the pictures of camera %s are not corrected.",
            *(path, serial),
        )
        return None

    return correction_of


def read_correction(path: Path) -> Float64[np.ndarray, "3 4"]:
    """Reads one camera's 3x4 affine; colours are 0..1.

    The first three rows of a 4x4 are used, like in the release.

    Raises:
        CaptureError: the file is missing, damaged, of another shape or not finite.
    """
    try:
        # Mapped: a header that claims more numbers than the file holds allocates nothing.
        stored = np.lib.format.open_memmap(regular_file(path), mode="r")
    except FileNotFoundError:
        raise CaptureError(f"Colour correction {path} does not exist.") from None
    # The header may claim to be gigabytes long, or be any text.
    except (OSError, ValueError, OverflowError, MemoryError, SyntaxError, TokenError) as error:
        raise CaptureError(
            f"Colour correction {path} cannot be read as a numpy array ({reason_of(error)}): "
            f"unpack it again."
        ) from error
    if stored.shape not in ((3, 4), (4, 4)) or stored.dtype.kind not in "fiu":
        raise CaptureError(
            f"Colour correction {path} holds {stored.dtype} of shape {stored.shape}, not a 3x4 "
            f"or 4x4 array of numbers: unpack it again."
        )
    affine = np.array(stored[:3], dtype=np.float64)
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

    The matrix is on the right of the colour: output channel c is a sum over column c of A.

    Args:
        rgb: 8-bit picture.
        affine: A.
        rounding: to the nearest of the 256 levels, or down, like the release.
    """
    # In levels (0..255) the identity is exact, also when truncating.
    matrix, offset = affine[:, :3], affine[:, 3] * 255.0
    colors = rgb.reshape(-1, 3)
    corrected = np.empty_like(colors)
    for part in parts(len(colors), matrix.size):
        levels = colors[part].astype(np.float64) @ matrix
        levels += offset
        if rounding == "round":
            np.rint(levels, out=levels)
        np.clip(levels, 0.0, 255.0, out=levels)
        corrected[part] = levels
    return corrected.reshape(rgb.shape)


def parts(n: int, multiplications: int) -> Iterator[slice]:
    """Splits ``n`` colours into parts, given the multiplications for each colour."""
    at_once = max(_MULTIPLICATIONS_AT_ONCE // multiplications, 1)
    return (slice(first, first + at_once) for first in range(0, n, at_once))
