"""Groups the pictures of all cameras by moment.

Each picture gets a position: its index, the number in its name, or its time stamp in
seconds. Pictures at the same position, or nearest in time, form a timestep. Moments that a
camera lacks are left out, with a warning.
camera lacks are left out, with a warning.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float64, Int64, UInt8

from nersemble.captures.convert.config import PairingConfig
from nersemble.captures.convert.footage import Footage
from nersemble.captures.convert.timecode import drops_frames, frames_since_midnight
from nersemble.captures.convert.tracks import (
    Track,
    named,
    partners,
    rates_differ,
    rates_of,
    span,
    track_of,
)
from nersemble.data_manager.config import Size
from nersemble.errors import CaptureError, ConfigError

_log = logging.getLogger("nersemble.data")

_HALF_A_DAY = 12 * 3600.0


@dataclass(frozen=True)
class PairedFootage:
    """The pictures of a recording at the common moments; see :class:`Footage`.

    frames: their indices in the recording, one for each moment.
    inverted: the masks are black on the head.
    """

    footage: Footage
    frames: tuple[int, ...]
    inverted: bool = False

    @property
    def path(self) -> Path:
        """The recording's path."""
        return self.footage.path

    @property
    def size(self) -> Size:
        """The size of the recording's pictures."""
        return self.footage.size

    @property
    def n_frames(self) -> int:
        """The number of moments."""
        return len(self.frames)

    def read(self, number: int) -> UInt8[np.ndarray, "h w c"]:
        """The picture at a moment."""
        return self.footage.read(self.frames[number])

    def read_mask(self, number: int) -> UInt8[np.ndarray, "h w"]:
        """The picture at a moment as alpha."""
        alpha = self.footage.read_mask(self.frames[number])
        return 255 - alpha if self.inverted else alpha

    @property
    def may_hide(self) -> bool:
        """See :class:`Footage`."""
        return self.footage.may_hide

    def orientation(self) -> str:
        """See :class:`Footage`."""
        return self.footage.orientation()


def pair(
    recordings: Mapping[str, Footage], masks: Mapping[str, Footage], config: PairingConfig
) -> tuple[dict[str, PairedFootage], dict[str, PairedFootage]]:
    """Finds the moments that all recordings cover; warns if frames are dropped or doubtful.

    Args:
        recordings: recordings by camera.
        masks: by camera; a mask belongs to its camera's picture of the same number, or index.
        config: the options.

    Returns:
        Recordings and masks; their i-th pictures belong to the same moment.

    Raises:
        CaptureError: the recordings have no common moment, or their times contradict each other;
            names the cameras and the option that helps.
        ConfigError: an option names an unknown camera, or a rate above a camera's.
    """
    tracks, in_seconds = _tracks(recordings, config)
    for camera, frames in config.offsets().items():
        if camera not in tracks:
            raise ConfigError(f"--offset names {camera}, which is not one of {', '.join(tracks)}.")
        track = tracks[camera]
        step = track.interval if in_seconds and np.isfinite(track.interval) else 1.0
        tracks[camera] = track.moved(frames * step)
    moments = _moments(tracks, in_seconds, config.fps)
    tracks |= {
        f"{name} (mask)": _mask_track(name, recordings[name], mask, tracks[name], config)
        for name, mask in masks.items()
    }
    at_moments = {name: partners(moments, track, in_seconds) for name, track in tracks.items()}
    complete = np.all([found >= 0 for found in at_moments.values()], axis=0)
    least = min(len(moments), *(len(tracks[name].places) for name in recordings))
    guessed = config.pair_by == "auto" and not config.offset
    if not complete.any() or (guessed and 2 * complete.sum() < least):
        spans = [
            f"{name} has {span(track.places, track.interval if in_seconds else None)}"
            for name, track in tracks.items()
            if len(track.places)
        ]
        raise CaptureError(
            f"Only {complete.sum()} of {least} moments were recorded by all cameras: "
            f"{', '.join(spans)}. Shift a camera with --offset CAMERA=FRAMES, pair the i-th "
            f"pictures with --pair_by index, or those nearest in time or number with --pair_by "
            f"time."
        )
    _warn_of_missing(tracks, moments if config.fps else None, in_seconds)
    if in_seconds:
        _warn_of_distance(tracks, at_moments, complete, config.fps)
    chosen = {
        name: tuple(int(frame) for frame in tracks[name].frames[found[complete]])
        for name, found in at_moments.items()
    }
    return (
        {name: PairedFootage(recordings[name], chosen[name]) for name in recordings},
        {name: PairedFootage(masks[name], chosen[f"{name} (mask)"]) for name in masks},
    )


def _tracks(
    recordings: Mapping[str, Footage], config: PairingConfig
) -> tuple[dict[str, Track], bool]:
    """The positions of all recordings, and whether they are in seconds."""
    by, fps = config.pair_by, config.fps
    folders = [name for name, footage in recordings.items() if not footage.times()]
    unnumbered = [name for name in folders if recordings[name].numbers is None]
    if unnumbered and (by in ("number", "time") or fps):
        raise CaptureError(
            f"The pictures of camera {', '.join(unnumbered)} have no number in their names: pair "
            f"the i-th pictures with --pair_by index."
        )
    if by == "time" or fps or (by == "auto" and not folders):
        absolute = by == "time"
        tracks = {n: _in_seconds(f, recordings, fps, absolute) for n, f in recordings.items()}
        if folders:
            return tracks, True
        return _on_one_clock(recordings, tracks, config), True
    single = all(footage.n_frames == 1 for footage in recordings.values())
    if by == "index" or single:
        return {n: track_of(range(f.n_frames)) for n, f in recordings.items()}, False
    # Video frames count from 0, so a folder's first number is moved to 0 as well.
    begin_together = by == "auto" and any(f.numbers is None for f in recordings.values())
    tracks = {n: track_of(f.numbers or range(f.n_frames)) for n, f in recordings.items()}
    if begin_together:
        tracks = {name: track.moved(-track.places[0]) for name, track in tracks.items()}
    return tracks, False


def _in_seconds(
    footage: Footage, recordings: Mapping[str, Footage], fps: float | None, absolute: bool
) -> Track:
    times = footage.times()
    if not times:
        videos = [f.times() for f in recordings.values() if f.times()]
        rate = fps or 1 / max((track_of(video).interval for video in videos), default=1.0)
        times = [number / rate for number in footage.numbers or ()]
    track = track_of(times)
    return track if absolute else track.moved(-track.places[0])


def _on_one_clock(
    recordings: Mapping[str, Footage], tracks: dict[str, Track], config: PairingConfig
) -> dict[str, Track]:
    """Shifts videos to the start of their timecodes; warns if the pairing may be wrong."""
    codes = {name: footage.timecode for name, footage in recordings.items()}
    begins = _timecode_seconds(codes, tracks)
    frame = min(track.interval for track in tracks.values())
    if begins:
        if np.ptp(list(begins.values())) > frame / 2:
            _log.warning(
                "The timecodes begin differently: %s. Frames with the same timecode are paired; if "
                "the clocks did not agree, pair the i-th frames with --pair_by index.",
                named(codes),
            )
        return {n: t.moved(begins[n] - t.places[0]) for n, t in tracks.items()}
    if len(set(codes.values())) > 1:
        _log.warning(
            "The timecodes are ignored, because not all cameras have one, or only some drop frames "
            "(%s): shift a camera with --offset CAMERA=FRAMES if the cameras did not start "
            "together.",
            named({name: code for name, code in codes.items() if code}),
        )
    if config.pair_by == "time":
        return tracks
    starts = {name: footage.times()[0] for name, footage in recordings.items()}
    if np.ptp(list(starts.values())) > frame / 2:
        _log.warning(
            "The first frames have different time stamps: %s. They count as one moment; if "
            "they are not, pair by time stamp with --pair_by time, or shift a camera with --offset "
            "CAMERA=FRAMES.",
            named({name: f"{start:.3f} s" for name, start in starts.items()}),
        )
    counts = {footage.n_frames for footage in recordings.values()}
    if len(counts) == 1 and not config.fps and rates_differ(tracks):
        raise CaptureError(
            f"The cameras recorded the same number of frames at different rates: "
            f"{rates_of(tracks)}. Pair the i-th frames with --pair_by index, or frames with the "
            f"same time stamp with --pair_by time."
        )
    return tracks


def _timecode_seconds(codes: Mapping[str, str], tracks: Mapping[str, Track]) -> dict[str, float]:
    """The start of each recording by timecode, in seconds after the first. Empty if a recording has
    none, or if only some drop frames: such clocks drift by 3.6 seconds an hour."""
    seconds = {}
    drops = set()
    for name, code in codes.items():
        interval = tracks[name].interval
        rate = round(1 / interval) if np.isfinite(interval) else 0
        frames = frames_since_midnight(code, rate) if rate else None
        if frames is None:
            return {}
        seconds[name] = frames / rate
        drops.add(drops_frames(code, rate))
    if len(drops) > 1:
        return {}
    if np.ptp(list(seconds.values())) > _HALF_A_DAY:  # they span midnight
        seconds = {n: s + 2 * _HALF_A_DAY * (s < _HALF_A_DAY) for n, s in seconds.items()}
    first = min(seconds, key=lambda name: seconds[name])
    # A second of timecode is a whole number of frames, which may take 1.001 s (NTSC).
    interval = tracks[first].interval
    stretch = round(1 / interval) * interval
    return {name: stretch * (s - seconds[first]) for name, s in seconds.items()}


def _mask_track(
    name: str, recording: Footage, mask: Footage, track: Track, config: PairingConfig
) -> Track:
    """The masks, at the positions of their pictures."""
    ours, theirs = recording.numbers, mask.numbers
    if config.pair_by != "index" and ours is not None and theirs is not None and ours != theirs:
        shared = not set(ours).isdisjoint(theirs)
        even = _is_even(ours) and _is_even(theirs)
        if len(ours) != len(theirs) or (shared and not even):
            index = dict(zip(ours, track.places, strict=True))
            frames = [frame for frame, number in enumerate(theirs) if number in index]
            places = [index[theirs[frame]] for frame in frames]
            return Track(np.array(places, np.float64), np.array(frames, np.int64))
        if len(ours) > 1:
            _log.warning(
                "The masks of camera %s are numbered %s, its pictures %s: the i-th mask is used "
                "for the i-th picture.",
                *(name, span(np.array(theirs)), span(np.array(ours))),
            )
    n = min(recording.n_frames, mask.n_frames)
    if recording.n_frames != mask.n_frames:
        _log.warning(
            "Camera %s has %d pictures and %d masks: the i-th mask is used for the i-th picture.",
            *(name, recording.n_frames, mask.n_frames),
        )
    return Track(track.places[:n], np.arange(n))


def _is_even(numbers: tuple[int, ...]) -> bool:
    return len(set(np.diff(numbers).tolist())) <= 1


def _moments(
    tracks: Mapping[str, Track], in_seconds: bool, fps: float | None
) -> Float64[np.ndarray, "n"]:
    """The positions at which each camera should have a picture."""
    if fps is None:
        slowest = max(tracks, key=lambda name: tracks[name].interval)
        return tracks[slowest].places
    for name, track in tracks.items():
        if fps * track.interval > 1.01 and np.isfinite(track.interval):
            raise ConfigError(
                f"--fps is {fps:g}, but camera {name} has {1 / track.interval:.4g} frames a second."
            )
    begin = max(track.places[0] for track in tracks.values())
    end = min(track.places[-1] for track in tracks.values())
    return np.asarray(begin + np.arange(0, (end - begin) * fps + 1e-6) / fps)


def _warn_of_missing(
    tracks: Mapping[str, Track], moments: Float64[np.ndarray, "n"] | None, in_seconds: bool
) -> None:
    """Names the frames that a camera lacks although others have them or ``--fps`` needs them."""
    lacking = {}
    frame = min(track.interval for track in tracks.values())
    for name, track in tracks.items():
        slower = [
            other.places
            for other in tracks.values()
            if not in_seconds or other.interval > 0.99 * track.interval or len(track.places) == 1
        ]
        wanted = slower if moments is None else [moments]
        missing = [
            places[partners(places, track, in_seconds) < 0] for places in wanted if len(places)
        ]
        places = np.unique(np.concatenate([*missing, []]).round(3))
        if len(places):
            lacking[name] = span(places, frame if in_seconds else None)
    if lacking:
        _log.warning(
            "Moments that a camera lacks are left out: %s. If this pairing is wrong, shift a "
            "camera with --offset CAMERA=FRAMES, or pair the i-th pictures with --pair_by index.",
            "; ".join(f"{name} has no frame {what}" for name, what in lacking.items()),
        )


def _warn_of_distance(
    tracks: Mapping[str, Track],
    at_moments: Mapping[str, Int64[np.ndarray, "m"]],
    complete: Bool[np.ndarray, "m"],
    fps: float | None,
) -> None:
    places = [tracks[name].places[found[complete]] for name, found in at_moments.items()]
    apart = 1000 * float(np.ptp(places, axis=0).max())
    recorded = {name: track for name, track in tracks.items() if not name.endswith(" (mask)")}
    if rates_differ(recorded) and fps is None:
        _log.warning(
            "The cameras record at different rates: %s. Frames nearest in time are paired, at most "
            "%.1f ms apart; --fps uses fewer moments, --pair_by index pairs the i-th frames.",
            *(rates_of(recorded), apart),
        )
    elif apart > 250 * min(track.interval for track in recorded.values()):
        _log.warning(
            "Pictures of one timestep are up to %.1f ms apart, by their time stamps: the cameras "
            "are not synchronized.",
            apart,
        )
