"""Opening a capture whatever its layout, and listing what a data folder holds (spec, section 1)."""

from pathlib import Path

from nersemble.data_manager.capture import Capture
from nersemble.data_manager.color import Rounding
from nersemble.data_manager.layout_v1 import (
    frame_folders,
    open_v1,
    participant_folders,
    sequence_folders,
)


def open_capture(
    root: Path,
    participant: int,
    sequence: str,
    *,
    downscale_factor: int | None = None,
    color_rounding: Rounding = "round",
) -> Capture:
    """Opens one sequence of one participant.

    Args:
        root: the data folder, which holds one folder for each participant.
        participant: the participant's id.
        sequence: the sequence's name.
        downscale_factor: picture size relative to the 2200x3208 sensor; None keeps the disk's.
        color_rounding: how corrected colours become 8 bit.

    Raises:
        CaptureError: there is no such folder, participant or sequence (says which there are), or
            the capture is incomplete or damaged.
        ConfigError: the down-scale factor is impossible.
    """
    return open_v1(
        root,
        participant,
        sequence,
        downscale_factor=downscale_factor,
        color_rounding=color_rounding,
    )


def list_captures(root: Path) -> list[tuple[int, str, int]]:
    """Every (participant, sequence, number of timesteps) in a data folder, sorted.

    Raises:
        CaptureError: the folder does not exist.
    """
    captures = [
        (participant, sequence, len(frame_folders(sequence_folder)))
        for participant, folder in participant_folders(root).items()
        for sequence, sequence_folder in sequence_folders(folder).items()
    ]
    return sorted(capture for capture in captures if capture[2] > 0)
