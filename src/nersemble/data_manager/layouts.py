"""The table of all layouts on disk; opens and lists captures in any layout (method.md, Capture)."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from nersemble.data_manager.capture import AS_ON_DISK, Capture, ReadOptions, SetAside
from nersemble.data_manager.config import AS_DOCUMENTED, PointCloudChoice, PoseConfig, Rounding
from nersemble.data_manager.folders import participant_folders
from nersemble.data_manager.layout_download import find_download, open_download
from nersemble.data_manager.layout_v1 import extent_v1, find_v1, open_v1
from nersemble.data_manager.layout_videos import (
    find_benchmark,
    find_v2,
    open_benchmark,
    open_v2,
)
from nersemble.data_manager.video_capture import video_extent
from nersemble.errors import ConfigError


class Opener(Protocol):
    """Opens a sequence of one participant: checks all but the pictures."""

    def __call__(
        self,
        root: Path,
        participant: int,
        sequence: str,
        options: ReadOptions = AS_ON_DISK,
        set_aside: SetAside | None = None,
    ) -> Capture:
        """Opens a capture.

        Args:
            root: the data folder.
            participant: the participant's id; its folder has at least 3 digits.
            sequence: the sequence's name.
            options: how pictures are read.
            set_aside: if given, unusable cameras are recorded here and the rest is opened.

        Raises:
            CaptureError: a file is missing or damaged; names the path, and what exists instead.
            ConfigError: the down-scale factor is not positive, or asks for more pixels than the
                files have.
        """
        ...


@dataclass(frozen=True)
class Layout:
    """One layout of captures on disk.

    find: finds sequences that look like this layout in a data folder, of all participants or one;
        yields participant, name and folder; CaptureError if the data folder does not exist.
    open: opens one of them.
    extent: the number of cameras with pictures and of timesteps, given a sequence's folder.
    """

    find: Callable[[Path, int | None], Iterator[tuple[int, str, Path]]]
    open: Opener
    extent: Callable[[Path], tuple[int, int]]


LAYOUTS: dict[str, Layout] = {
    "v2": Layout(find_v2, open_v2, video_extent),
    "v1": Layout(find_v1, open_v1, extent_v1),
    "benchmark": Layout(find_benchmark, open_benchmark, video_extent),
    "download": Layout(find_download, open_download, video_extent),
}
"""All layouts by name (method.md, Capture). A new layout is a row here and a name in
LayoutChoice."""


@dataclass(frozen=True)
class FoundSequence:
    """A folder that looks like a sequence of a layout."""

    participant: int
    sequence: str
    layout: str
    folder: Path


@dataclass(frozen=True)
class ListedCapture:
    """The extent of one sequence in a data folder.

    n_cameras: cameras with pictures.
    n_timesteps: number of frames in v1; otherwise that of the shortest readable video.
    """

    participant: int
    sequence: str
    layout: str
    n_cameras: int
    n_timesteps: int


def open_capture(
    root: Path | str,
    participant: int,
    sequence: str,
    *,
    layout: str = "auto",
    downscale_factor: int | None = None,
    color_rounding: Rounding = "round",
    point_clouds: PointCloudChoice = "auto",
    poses: PoseConfig = AS_DOCUMENTED,
) -> Capture:
    """Opens one sequence of one participant.

    Args:
        root: the data folder, which holds one folder for each participant (or ``nvs``).
        participant: the participant's id.
        sequence: the sequence's name.
        layout: the layout's name; "auto" detects it.
        downscale_factor: picture size relative to the 2200x3208 sensor; None: the size on disk.
        color_rounding: how corrected colours are rounded to 8 bits.
        point_clouds: whether point clouds are converted to depth maps.
        poses: convention and unit of the poses.

    Raises:
        CaptureError: the folder, participant or sequence does not exist (lists those that do), or
            the capture is incomplete or damaged.
        ConfigError: the down-scale factor is not possible, the layout does not exist, or several
            layouts are found.
    """
    root = Path(os.path.expanduser(root))
    name = detect_layout(root, participant, sequence) if layout == "auto" else layout
    if name not in LAYOUTS:
        raise ConfigError(f"There is no layout {name!r}: choose auto, {', '.join(LAYOUTS)}.")
    options = ReadOptions(downscale_factor, color_rounding, point_clouds, poses)
    capture = LAYOUTS[name].open(root, participant, sequence, options)
    capture.reopen = partial(
        open_capture, root.absolute(), participant, sequence, layout=name,
        downscale_factor=downscale_factor, color_rounding=color_rounding,
        point_clouds=point_clouds, poses=poses,
    )  # fmt: skip
    return capture


def detect_layout(root: Path, participant: int, sequence: str) -> str:
    """Detects the layout of one sequence and returns its name.

    Raises:
        CaptureError: the data folder does not exist.
        ConfigError: the sequence exists in several layouts.
    """
    candidates = [f for f in find_sequences(root, participant) if f.sequence == sequence]
    found = {candidate.layout: candidate.folder for candidate in candidates}
    if len(found) > 1:
        raise ConfigError(
            f"Sequence {sequence} of participant {participant:03d} exists in several layouts ("
            f"{', '.join(f'{layout} in {folder}' for layout, folder in found.items())}): choose "
            f"one with --layout."
        )
    if found:
        return next(iter(found))
    in_nvs = participant not in participant_folders(root) and (root / "nvs").is_dir()
    # The opener reports what is missing and what exists instead.
    return "benchmark" if in_nvs else "v1"


def list_captures(root: Path) -> list[ListedCapture]:
    """Every sequence in a data folder that has timesteps, sorted.

    Raises:
        CaptureError: the folder does not exist.
    """
    listed = [
        ListedCapture(f.participant, f.sequence, f.layout, *LAYOUTS[f.layout].extent(f.folder))
        for f in find_sequences(root)
    ]
    return sorted(
        (capture for capture in listed if capture.n_timesteps > 0),
        key=lambda capture: (capture.participant, capture.sequence, capture.layout),
    )


def find_sequences(root: Path, participant: int | None = None) -> Iterator[FoundSequence]:
    """Everything that looks like a sequence, of all participants or one, by layout.

    Raises:
        CaptureError: the data folder does not exist.
    """
    for name, layout in LAYOUTS.items():
        for number, sequence, folder in layout.find(root, participant):
            yield FoundSequence(number, sequence, name, folder)
