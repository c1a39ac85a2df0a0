"""What runs by itself: time, and the camera along a path. Functions of the clock."""

from dataclasses import dataclass

from nersemble.video.camera_path import CameraPath, Keyframe


@dataclass(frozen=True)
class Playback:
    """Time runs from ``first_timestep``, at ``started_at`` seconds of the clock, round and round.

    rate: timesteps per second.
    """

    started_at: float
    first_timestep: int
    rate: float
    n_timesteps: int

    def timestep(self, now: float) -> int:
        """The timestep to show."""
        passed = int((now - self.started_at) * self.rate)
        return (self.first_timestep + passed) % self.n_timesteps


@dataclass(frozen=True)
class Preview:
    """The camera goes along a path once, from ``started_at`` seconds of the clock."""

    path: CameraPath
    started_at: float

    def keyframe(self, now: float) -> Keyframe | None:
        """Where the camera is; None after the end."""
        seconds = now - self.started_at
        return self.path.at(seconds) if seconds <= self.path.duration else None
