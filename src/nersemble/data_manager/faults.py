"""Pictures that can be read but show nothing: what is wrong with one, and telling of it once."""

import logging
import threading

import numpy as np
from jaxtyping import UInt8

from nersemble.data_manager.capture import Frame

_log = logging.getLogger("nersemble.data")

# Levels of 256. Noise and compression leave so much of a black or covered camera's picture.
_BLANK_RANGE = 8
_SPARSE = 16
_LISTED = 10


def fault_of(frame: Frame) -> str | None:
    """What is wrong with a picture, to be read after "the picture"; None if nothing is."""
    if not frame.alpha.any():
        return "has no foreground (its alpha map is 0 everywhere)"
    # A few pixels tell at once that a usual picture is not blank.
    if _is_blank(frame.rgb[::_SPARSE, ::_SPARSE]) and _is_blank(frame.rgb):
        return "is blank (all its pixels have nearly one colour, as with a black frame)"
    return None


def _is_blank(rgb: UInt8[np.ndarray, "h w 3"]) -> bool:
    lowest, highest = rgb.min((0, 1)).astype(int), rgb.max((0, 1)).astype(int)
    return bool((highest - lowest <= _BLANK_RANGE).all())


class FaultNotices:
    """Tells of the first faulty pictures of a capture, each once. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[tuple[str, int]] = set()

    def look_at(self, frame: Frame, serial: str, frame_number: int) -> None:
        """Logs a notice if the picture shows nothing."""
        fault = fault_of(frame)
        if fault is None:
            return
        with self._lock:
            if (serial, frame_number) in self._known or len(self._known) > _LISTED:
                return
            self._known.add((serial, frame_number))
            if len(self._known) > _LISTED:
                _log.warning("More pictures show nothing: 'nersemble data check' lists them all.")
                return
        _log.warning(
            "The picture of camera %s at timestep %d %s: leave the timestep out if that is wrong.",
            serial,
            frame_number,
            fault,
        )
