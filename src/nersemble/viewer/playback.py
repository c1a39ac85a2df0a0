"""What moves by itself on a page: time, and the camera along a path."""

from dataclasses import dataclass

from nersemble.video.camera_path import CameraPath, Keyframe


@dataclass(frozen=True)
class Playback:
    """Time runs from ``first``, at ``started_at`` seconds of the clock, in a loop. A page too slow
    to show every timestep skips some.

    first: a timestep, or between two. rate: timesteps per second.
    """

    started_at: float
    first: float
    rate: float
    n_timesteps: int

    def at(self, now: float) -> float:
        """Where time is, a timestep or between two."""
        return (self.first + (now - self.started_at) * self.rate) % self.n_timesteps

    def at_rate(self, rate: float, now: float) -> "Playback":
        """Goes on from where time is, faster or slower."""
        return Playback(now, self.at(now), rate, self.n_timesteps)


@dataclass(frozen=True)
class Preview:
    """The camera goes along a path once, from ``started_at`` seconds of the clock."""

    path: CameraPath
    started_at: float

    def keyframe(self, now: float) -> Keyframe | None:
        """Where the camera is; None after the end."""
        seconds = now - self.started_at
        return self.path.at(seconds) if seconds <= self.path.duration else None
