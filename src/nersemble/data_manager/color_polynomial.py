"""Colour correction of layout v2: a polynomial in linear RGB (method.md, Version 2).

The polynomial's terms and their order are those of Cheung, Westland, Connah and Ripamonti, "A
comparative study of the characterisation of colour cameras by means of neural networks and
polynomial transforms", 2004, as extended by Westland and Ripamonti: 3 to 35 terms.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64, UInt8

from nersemble.data_manager.color_affine import parts
from nersemble.data_manager.config import Rounding
from nersemble.errors import CaptureError
from nersemble.files import read_json_object, reason_of
from nersemble.ops.colors import srgb_to_linear

_CROSSED = "R G B RG RB GB"
_SQUARED = f"{_CROSSED} RR GG BB"
_CYCLIC = f"{_SQUARED} RGB RRG GGB BBR"
_CUBIC = f"{_CYCLIC} RRB GGR BBG RRR GGG BBB"
_QUARTIC = "RRRG RRRB GGGR GGGB BBBR BBBG RRGB RGGB RGBB RRGG RRBB GGBB RRRR GGGG BBBB"
_TERMS: dict[int, tuple[str, ...]] = {
    len(terms): terms
    for terms in (
        tuple(text.split())
        for text in (
            "R G B",
            "R G B 1",
            "R G B RGB 1",
            f"{_CROSSED} 1",
            f"{_CROSSED} RGB 1",
            f"{_SQUARED} 1",
            f"{_SQUARED} RGB 1",
            f"{_SQUARED} RGB RRR GGG BBB 1",
            f"{_CYCLIC} RRR GGG BBB",
            f"{_CYCLIC} RRR GGG BBB 1",
            _CUBIC,
            f"{_CUBIC} 1",
            f"{_CUBIC} RRGB RGGB RGBB",
            f"{_CUBIC} {_QUARTIC} 1",
        )
    )
}


def read_color_calibration(path: Path) -> dict[str, Any]:
    """Reads ``color_calibration.json``: unchecked matrices by serial.

    Raises:
        CaptureError: the file cannot be read or is not a JSON object.
    """
    try:
        return read_json_object(path)
    except (OSError, ValueError) as error:
        raise CaptureError(
            f"Colour calibration {path} cannot be read ({reason_of(error)}): download it again, or "
            f"remove it to use uncorrected colours."
        ) from error


def color_matrix(
    content: Mapping[str, Any], serial: str, path: Path
) -> Float64[np.ndarray, "3 terms"]:
    """One camera's matrix, checked.

    Args:
        content: the result of :func:`read_color_calibration`.
        serial: the camera.
        path: the file, for the message.

    Raises:
        CaptureError: it is not a matrix of numbers, fits no polynomial, or is not finite.
    """
    where = f"Colour calibration {path}: camera {serial}"
    try:
        matrix = np.asarray(content[serial], dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise CaptureError(f"{where} has no matrix of numbers: download the file again.") from None
    if matrix.ndim != 2 or matrix.shape[0] != 3 or matrix.shape[1] not in _TERMS:
        raise CaptureError(
            f"{where} has a matrix of shape {matrix.shape}, but it must have 3 rows and "
            f"{', '.join(map(str, _TERMS))} columns: download the file again."
        )
    if not np.isfinite(matrix).all():
        raise CaptureError(
            f"{where} has {int((~np.isfinite(matrix)).sum())} entries that are NaN or infinite: "
            f"remove the camera from the file to use its pictures uncorrected."
        )
    return matrix


def correct_polynomial(
    rgb: UInt8[np.ndarray, "h w 3"],
    matrix: Float64[np.ndarray, "3 terms"],
    rounding: Rounding = "round",
) -> UInt8[np.ndarray, "h w 3"]:
    """Decodes sRGB, multiplies the polynomial's terms by the matrix, encodes sRGB.

    Args:
        rgb: 8-bit sRGB picture.
        matrix: one row for each output channel, one column for each term.
        rounding: to the nearest of the 256 levels, or down, like the public data manager.
    """
    linear_of_level = srgb_to_linear(np.arange(256) / 255.0)
    encoder = _encoder(rounding)
    colors = rgb.reshape(-1, 3)
    corrected = np.empty_like(colors)
    # Double precision for exact rounding, in parts: all terms of a whole picture are large.
    for part in parts(len(colors), matrix.size):
        linear = linear_of_level.take(colors[part].T)
        corrected[part] = encoder.levels(matrix @ _expand(linear, matrix.shape[1])).T
    return corrected.reshape(rgb.shape)


def _expand(linear: Float64[np.ndarray, "3 n"], n_terms: int) -> Float64[np.ndarray, "terms n"]:
    products = dict(zip("RGB", linear, strict=True)) | {"1": np.ones_like(linear[0])}
    for term in _TERMS[n_terms]:
        for end in range(2, len(term) + 1):
            if term[:end] not in products:
                products[term[:end]] = products[term[: end - 1]] * products[term[end - 1]]
    return np.stack([products[term] for term in _TERMS[n_terms]])


class _Encoder:
    """Converts linear light to 8-bit sRGB levels by comparison: computing a power for every colour
    takes longer than decoding the picture."""

    # A step is narrower than any level, so it contains at most one threshold. When truncating,
    # 255 begins just above 1.
    _STEPS_OF_1 = 4096
    _HIGHEST = 2

    def __init__(self, rounding: Rounding) -> None:
        thresholds = _thresholds(rounding)
        steps = np.arange(self._HIGHEST * self._STEPS_OF_1 + 1) / self._STEPS_OF_1
        reached = np.searchsorted(thresholds, steps, side="right")
        self._level_at_step = reached.astype(np.uint8)
        self._next_threshold = np.append(thresholds, np.inf)[reached]

    def levels(self, linear: Float64[np.ndarray, "*n"]) -> UInt8[np.ndarray, "*n"]:
        """The level of each colour; values outside 0..1 are clipped."""
        # Limited to the highest step, for the conversion to an integer.
        positive = np.clip(linear, 0.0, self._HIGHEST)
        step = (positive * self._STEPS_OF_1).astype(np.intp)
        levels: UInt8[np.ndarray, "*n"] = self._level_at_step.take(step, mode="clip")
        levels += positive >= self._next_threshold.take(step, mode="clip")
        return levels


@cache
def _encoder(rounding: Rounding) -> _Encoder:
    return _Encoder(rounding)


def _thresholds(rounding: Rounding) -> Float64[np.ndarray, "255"]:
    """The smallest linear light of each level from 1 up, by bisection over the floats from 0 to 2,
    whose bit patterns as integers have the same order."""
    wanted = np.arange(1, 256)
    below: Int64[np.ndarray, 255] = np.zeros(255, dtype=np.int64)
    reached: Int64[np.ndarray, 255] = np.full(255, 2.0).view(np.int64)
    while (reached - below).max() > 1:
        middle = below + (reached - below) // 2
        levels = _encode_srgb(middle.view(np.float64)) * 255.0
        enough = (np.rint(levels) if rounding == "round" else levels) >= wanted
        reached, below = np.where(enough, middle, reached), np.where(enough, below, middle)
    return reached.view(np.float64)


def _encode_srgb(linear: Float64[np.ndarray, "*n"]) -> Float64[np.ndarray, "*n"]:
    encoded: Float64[np.ndarray, "*n"] = np.where(
        linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    return encoded
