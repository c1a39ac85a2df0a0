"""SMPTE timecodes of videos, as frames since midnight.

Source: SMPTE ST 12-1, section 5.2 (drop-frame compensation).
"""

import re

_TIMECODE = re.compile(r"(\d+):(\d+):(\d+)([:;.,])(\d+)")


def frames_since_midnight(timecode: str, frames_per_second: int) -> int | None:
    """The number of frames since midnight; None if the text is not a timecode.

    Args:
        timecode: ``HH:MM:SS:FF``, or ``HH:MM:SS;FF`` for drop-frame: at 30 (60) frames a second
            every minute skips its first two (four) numbers, except each tenth minute.
        frames_per_second: nominal, 30 for 29.97.
    """
    match = _TIMECODE.fullmatch(timecode.strip())
    if match is None:
        return None
    hours, minutes, seconds, frames = (int(match[group]) for group in (1, 2, 3, 5))
    minutes += 60 * hours
    count = (60 * minutes + seconds) * frames_per_second + frames
    if match[4] == ":":
        return count
    return count - frames_per_second // 30 * 2 * (minutes - minutes // 10)


def drops_frames(timecode: str, frames_per_second: int) -> bool:
    """Whether a timecode skips numbers to keep up with the clock (29.97, 59.94)."""
    return frames_per_second % 30 == 0 and ":" not in timecode.strip()[-3:]
