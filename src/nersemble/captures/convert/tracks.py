"""Positions of the frames of recordings: nearest frames, frame rates and drift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

_MOST_NAMED = 5
_MOST_CAMERAS = 16


@dataclass(frozen=True)
class Track:
    """The frames of a recording: ascending positions, and the frame at each of them."""

    places: Float64[np.ndarray, "n"]
    frames: Int64[np.ndarray, "n"]

    @property
    def interval(self) -> float:
        """The typical distance between consecutive frames; infinite for a single frame."""
        steps = np.diff(self.places)
        if not len(steps):
            return float("inf")
        typical = np.median(steps)
        return float(steps[(steps > typical / 2) & (steps < 1.5 * typical)].mean())

    def moved(self, distance: float) -> "Track":
        """Shifts the positions by a distance."""
        return Track(self.places + distance, self.frames)


def track_of(places: Sequence[float]) -> Track:
    """The frames of a recording from 0, at these positions."""
    return Track(np.array(places, dtype=np.float64), np.arange(len(places)))


def partners(
    moments: Float64[np.ndarray, "n"], track: Track, in_seconds: bool
) -> Int64[np.ndarray, "n"]:
    """For each moment the index of its frame, if they are mutually nearest; -1 otherwise."""
    if not len(track.places) or not len(moments):
        return np.full(len(moments), -1)
    found = _nearest(track.places, moments)
    tolerance = 0.0
    if in_seconds:
        tolerance = min(track.interval, track_of(moments.tolist()).interval) / 2
    near = np.abs(track.places[found] - moments) <= tolerance * (1 + 1e-6) + 1e-6
    mutual = _nearest(moments, track.places[found]) == np.arange(len(moments))
    return np.where(near & mutual, found, -1)


def _nearest(
    places: Float64[np.ndarray, "n"], wanted: Float64[np.ndarray, "m"]
) -> Int64[np.ndarray, "m"]:
    after = np.clip(np.searchsorted(places, wanted), 1, max(len(places) - 1, 1))
    if len(places) == 1:
        return np.zeros(len(wanted), np.int64)
    left = wanted - places[after - 1] <= places[after] - wanted
    return np.where(left, after - 1, after)


def rates_differ(tracks: Mapping[str, Track]) -> bool:
    """Whether the recordings drift apart by half a frame or more."""
    several = [track for track in tracks.values() if np.isfinite(track.interval)]
    intervals = [track.interval for track in several]
    if not intervals:
        return False
    drift = np.ptp(intervals) * min(len(track.places) for track in several)
    return bool(drift > min(intervals) / 2)


def rates_of(tracks: Mapping[str, Track]) -> str:
    """Each camera's frames per second, for a message."""
    rates = {n: f"{1 / t.interval:.5g}" for n, t in tracks.items() if np.isfinite(t.interval)}
    return f"{named(rates)} frames a second"


def named(values: Mapping[str, str]) -> str:
    """Cameras with one value each, for a message."""
    words = [f"{name} {value}" for name, value in values.items()]
    return ", ".join(words[:_MOST_CAMERAS]) + (", ..." if len(words) > _MOST_CAMERAS else "")


def span(places: Float64[np.ndarray, "n"], interval: float | None = None) -> str:
    """Positions as ranges, "2, 5 to 9"; with an interval they are in seconds, shown with frames."""
    step = interval if interval is not None and np.isfinite(interval) else 1.0
    breaks = np.flatnonzero(np.diff(places) > 1.5 * step) + 1
    ranges = [(part[0], part[-1]) for part in np.split(places, breaks)]

    def text(place: float) -> str:
        return f"{place / step:.0f}" + ("" if interval is None else f" ({place:.3f} s)")

    words = [text(a) if a == b else f"{text(a)} to {text(b)}" for a, b in ranges[:_MOST_NAMED]]
    more = len(ranges) - len(words)
    return ", ".join(words) + (f" and {more} more" if more else "")
