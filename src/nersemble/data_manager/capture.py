"""What every capture layout offers to the rest of the system, whatever its files look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import UInt8, UInt16

from nersemble.errors import CaptureError
from nersemble.files import is_file_name
from nersemble.geometry.camera import Camera

Layout = Literal["v1", "v2", "benchmark"]
"""How a capture lies on disk (spec, sections 1.1 to 1.3)."""

LayoutChoice = Literal["auto", "v1", "v2", "benchmark"]
"""A layout, or the one that is found in the folder."""


@dataclass(frozen=True)
class CaptureCamera:
    """One camera of the rig; ``camera`` is sized as the pictures on disk."""

    camera_id: int
    serial: str
    camera: Camera


@dataclass(frozen=True)
class Frame:
    """One picture of one camera at one timestep, as the model sees it before blending.

    rgb: colour-corrected, not yet blended onto white.
    alpha: 255 = foreground.
    depth: coded z-depth, 0 = none, else metres = (value - 1) * 2 / 65534 (spec, section 1.1);
        None where the capture has no depth map for this picture.
    """

    rgb: UInt8[np.ndarray, "h w 3"]
    alpha: UInt8[np.ndarray, "h w"]
    depth: UInt16[np.ndarray, "h w"] | None


class Capture(Protocol):
    """A sequence of one participant on disk. Reading is thread-safe."""

    @property
    def participant(self) -> int: ...

    @property
    def sequence(self) -> str: ...

    @property
    def cameras(self) -> Sequence[CaptureCamera]:
        """All calibrated cameras, by ascending camera id."""
        ...

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height that down-scale factors are relative to, pixels."""
        ...

    @property
    def frame_numbers(self) -> Sequence[int]:
        """The capture's frame numbers, ascending."""
        ...

    def read(self, serial: str, frame_number: int) -> Frame:
        """Reads, resizes and colour-corrects one picture.

        Raises:
            CaptureError: a file is missing, truncated or has the wrong size.
        """
        ...


@runtime_checkable
class HasSources(Protocol):
    """A capture that can say which files a picture comes from, so that it can be packed."""

    def sources(self, serial: str, frame_number: int) -> tuple[Path, ...]:
        """The files whose content decides what ``read`` returns, as far as they are there."""
        ...

    @property
    def has_depth(self) -> bool:
        """Whether pictures may have depth."""
        ...

    def close(self) -> None:
        """Closes files that are held open; reading opens them again."""
        ...


def participant_folders(root: Path) -> dict[int, Path]:
    """The participants' folders by id, ascending.

    Raises:
        CaptureError: ``root`` is not a folder.
    """
    if not root.is_dir():
        raise CaptureError(
            f"The data folder {root} does not exist: pass --data_path or set NERSEMBLE_DATA_PATH."
        )
    folders = (f for f in root.iterdir() if f.name.isdecimal() and f.is_dir())
    # Only the canonical spelling, so that no participant is found twice.
    found = {int(f.name): f for f in folders if f.name == f"{int(f.name):03d}"}
    return dict(sorted(found.items()))


def sequence_folders(participant_folder: Path) -> dict[str, Path]:
    """The sequences' folders of a participant by name, ascending."""
    parent = participant_folder / "sequences"
    if not parent.is_dir():
        return {}
    # Names are shown and become parts of other paths.
    return {f.name: f for f in sorted(parent.iterdir()) if f.is_dir() and is_file_name(f.name)}


def chosen_participant(root: Path, participant: int) -> Path:
    folders = participant_folders(root)
    if participant not in folders:
        there = ", ".join(f.name for f in folders.values()) or "no participant folder"
        raise CaptureError(f"Participant {participant:03d} is not in {root}; there is: {there}.")
    return folders[participant]


def chosen_sequence(participant_folder: Path, sequence: str) -> Path:
    folders = sequence_folders(participant_folder)
    if sequence not in folders:
        there = ", ".join(folders) or "no sequence"
        raise CaptureError(
            f"Sequence {sequence!r} is not in {participant_folder / 'sequences'}; "
            f"there is: {there}."
        )
    return folders[sequence]
