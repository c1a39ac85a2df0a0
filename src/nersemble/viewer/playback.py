"""Playback on a page: time, and the camera along a path."""

from dataclasses import dataclass

from nersemble.video.camera_path import CameraPath, Keyframe


@dataclass(frozen=True)
class Playback:
    """Plays time in a loop from ``first``, which is shown at ``started_at`` seconds of the clock. A
    page too slow to show every timestep skips some.
    first: a timestep, or between two. rate: timesteps per second.
    """

    started_at: float
    first: float
    rate: float
    n_timesteps: int

    def at(self, now: float) -> float:
        """The current timestep, or a time between two."""
        return (self.first + (now - self.started_at) * self.rate) % self.n_timesteps

    def at_rate(self, rate: float, now: float) -> "Playback":
        """Continue from the current time at another rate."""
        return Playback(now, self.at(now), rate, self.n_timesteps)


@dataclass(frozen=True)
class Preview:
    """Moves the camera along a path once, from ``started_at`` seconds of the clock."""

    path: CameraPath
    started_at: float

    def keyframe(self, now: float) -> Keyframe | None:
        """The current camera; None after the end."""
        seconds = now - self.started_at
        return self.path.at(seconds) if seconds <= self.path.duration else None
