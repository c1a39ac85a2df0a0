"""Detects readable pictures that show nothing and masks that are implausible for a head; warns
about each once."""

import logging
import threading

import numpy as np
from jaxtyping import UInt8

from nersemble.data_manager.capture import Frame
from nersemble.data_manager.picture_files import decode_depth
from nersemble.data_manager.pixels import FOREGROUND

_log = logging.getLogger("nersemble.data")

# Range in 256 levels that noise and compression can give to a black or covered camera's picture.
_BLANK_RANGE = 8
_SPARSE = 16
_SPARSE_DEPTH = 4
_DARK = 32
_LISTED = 10

_NEARLY_ALL, _NEARLY_NOTHING = 0.98, 0.005
_LEAST_ON_DEPTH = 0.25
_MOST_AT_BORDER = 0.5


def fault_of(frame: Frame, *, masked: bool) -> str | None:
    """The fault of a picture, to follow the words "the picture"; None without a fault.

    Args:
        frame: the picture.
        masked: whether the capture knows its foreground.
    """
    if not frame.alpha.any():
        return "has no foreground (its alpha map is 0 everywhere)"
    if masked and (fault := _fault_of_mask(frame)):
        return fault
    # For a usual picture, a few pixels show that it is not blank.
    if _is_blank(frame.rgb[::_SPARSE, ::_SPARSE]) and _is_blank(frame.rgb):
        return "is blank (all its pixels have nearly the same colour, like a black frame)"
    if (brightest := int(frame.rgb.max())) < _DARK:
        # Like 12 bits of a sensor that are stored in 16.
        return f"is nearly black (its brightest value is {brightest} of 255)"
    return None


def _fault_of_mask(frame: Frame) -> str | None:
    """Why a mask is implausible for a head, with a figure; None if it is plausible."""
    largest = int(frame.alpha.max())
    if largest < FOREGROUND:
        return f"has no opaque foreground (the largest value of its alpha map is {largest} of 255)"
    foreground = frame.alpha >= FOREGROUND
    share = float(foreground.mean())
    if share > _NEARLY_ALL:
        return f"is nearly all foreground ({share:.2%} by its alpha map)"
    if share < _NEARLY_NOTHING:
        return f"has nearly no foreground ({share:.2%} by its alpha map)"
    if frame.depth is not None:
        # Depth is known on the head, and rarely beside it.
        every = slice(None, None, _SPARSE_DEPTH)
        surface = decode_depth(frame.depth[every, every]) > 0
        if surface.any() and (on_it := foreground[every, every][surface].mean()) < _LEAST_ON_DEPTH:
            return (
                f"has an alpha map that is perhaps inverted: only {on_it:.0%} of the pixels with "
                f"depth are foreground"
            )
    height, width = foreground.shape
    rows, columns = max(height // 20, 1), max(width // 20, 1)
    inner = foreground[rows:-rows, columns:-columns]
    if inner.size:
        # A head is in the middle; its neck touches one side, long hair perhaps two.
        inside = float(inner.mean())
        border = (foreground.sum() - inner.sum()) / (foreground.size - inner.size)
        if border > _MOST_AT_BORDER and border > inside:
            return (
                f"has an alpha map that is perhaps inverted: {border:.0%} of its border is "
                f"foreground, and {inside:.0%} of the rest"
            )
    return None


def _is_blank(rgb: UInt8[np.ndarray, "h w 3"]) -> bool:
    lowest, highest = rgb.min((0, 1)).astype(int), rgb.max((0, 1)).astype(int)
    return bool((highest - lowest <= _BLANK_RANGE).all())


class FaultNotices:
    """Warns about the first faulty pictures of a capture, once each. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[tuple[str, int]] = set()

    def look_at(self, frame: Frame, serial: str, frame_number: int, *, masked: bool) -> None:
        """Logs a warning if the picture shows nothing or has an implausible mask, see
        :func:`fault_of`."""
        fault = fault_of(frame, masked=masked)
        if fault is None:
            return
        with self._lock:
            if (serial, frame_number) in self._known or len(self._known) > _LISTED:
                return
            self._known.add((serial, frame_number))
            if len(self._known) > _LISTED:
                _log.warning("More pictures are faulty: 'nersemble data check' lists them all.")
                return
        _log.warning(
            "The picture of camera %s at timestep %d %s. If this is a mistake, fix it or leave the "
            "timestep out.",
            serial,
            frame_number,
            fault,
        )
