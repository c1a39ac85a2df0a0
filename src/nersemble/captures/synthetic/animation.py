"""The motion of the talking head: a function of time only, so longer captures continue it."""

import math
from dataclasses import dataclass

from nersemble.data_manager.rig import FRAMES_PER_SECOND

TIMESTEPS_PER_SECOND = FRAMES_PER_SECOND / 6.0
"""A timestep is every sixth frame of the rig, so that neighbours differ visibly."""

_BLINK_PERIOD = 2.7
_FIRST_BLINK = 0.40
_BLINK_HALF_WIDTH = 0.145


@dataclass(frozen=True)
class Pose:
    """The moving parameters. Angles in radians, lengths in metres; all 0 is a calm face."""

    jaw: float = 0.0
    pucker: float = 0.0
    smile: float = 0.0
    blink: float = 0.0
    brow: float = 0.0
    gaze_yaw: float = 0.0
    gaze_pitch: float = 0.0
    pitch: float = 0.0
    yaw: float = 0.0
    roll: float = 0.0


def _wave(seconds: float, hertz: float, phase: float = 0.0) -> float:
    return math.sin(2.0 * math.pi * (hertz * seconds + phase))


def _blink(seconds: float) -> float:
    """1 with the lids closed, a smooth bump every few seconds."""
    since = (seconds - _FIRST_BLINK + _BLINK_PERIOD / 2) % _BLINK_PERIOD - _BLINK_PERIOD / 2
    bump = 1.0 - (since / _BLINK_HALF_WIDTH) ** 2
    return min(1.0, 1.35 * bump * (2.0 - bump)) if bump > 0.0 else 0.0


def pose_at(timestep: int, seed: int) -> Pose:
    """The pose at a timestep; the seed shifts the start along one endless time line."""
    seconds = timestep / TIMESTEPS_PER_SECOND + 11.0 * (seed % 1000)
    syllables = 0.5 - 0.5 * math.cos(2.0 * math.pi * 2.05 * seconds)
    emphasis = 0.72 + 0.28 * _wave(seconds, 0.61, 0.20)
    return Pose(
        jaw=math.radians(0.2 + 12.0 * emphasis * syllables),
        pucker=0.5 * max(0.0, _wave(seconds, 0.83, 0.55)),
        smile=0.5 + 0.35 * _wave(seconds, 0.29, 0.10),
        blink=_blink(seconds),
        brow=0.0022 + 0.0030 * _wave(seconds, 0.47, -0.10),
        gaze_yaw=math.radians(5.0) * _wave(seconds, 0.23, 0.05),
        gaze_pitch=math.radians(2.5) * _wave(seconds, 0.31, 0.40),
        pitch=math.radians(2.2) * _wave(seconds, 0.68, 0.0),
        yaw=math.radians(3.5) * _wave(seconds, 0.43, 0.05),
        roll=math.radians(1.5) * _wave(seconds, 0.37, 0.30),
    )
