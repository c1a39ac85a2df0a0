"""Opening a capture whatever its layout, and listing what a data folder holds (spec, section 1)."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nersemble.data_manager.calibration import has_intrinsics_per_camera
from nersemble.data_manager.capture import (
    Capture,
    Layout,
    LayoutChoice,
    participant_folders,
    sequence_folders,
)
from nersemble.data_manager.color import Rounding
from nersemble.data_manager.layout_v1 import CaptureV1, frame_folders, open_v1, pictured_serials
from nersemble.data_manager.layout_videos import open_benchmark, open_v2
from nersemble.data_manager.video_capture import IMAGES, SetAside, VideoCapture, video_files
from nersemble.data_manager.video_reader import VideoReader
from nersemble.errors import CaptureError, ConfigError

_OPENERS: dict[Layout, Callable[..., CaptureV1 | VideoCapture]] = {
    "v1": open_v1,
    "v2": open_v2,
    "benchmark": open_benchmark,
}


@dataclass(frozen=True)
class ListedCapture:
    """What a data folder holds of one sequence.

    n_cameras: with pictures.
    n_timesteps: frames of v1; of the shortest video that can be opened elsewhere.
    """

    participant: int
    sequence: str
    layout: Layout
    n_cameras: int
    n_timesteps: int


def open_capture(
    root: Path,
    participant: int,
    sequence: str,
    *,
    layout: LayoutChoice = "auto",
    downscale_factor: int | None = None,
    color_rounding: Rounding = "round",
) -> Capture:
    """Opens one sequence of one participant.

    Args:
        root: the data folder, which holds one folder for each participant (or ``nvs``).
        participant: the participant's id.
        sequence: the sequence's name.
        layout: of the files; "auto" finds it out.
        downscale_factor: picture size relative to the 2200x3208 sensor; None keeps the disk's.
        color_rounding: how corrected colours become 8 bit.

    Raises:
        CaptureError: there is no such folder, participant or sequence (says which there are), or
            the capture is incomplete or damaged.
        ConfigError: the down-scale factor is impossible, or several layouts are there.
    """
    found = detect_layout(root, participant, sequence) if layout == "auto" else layout
    return open_known(
        found,
        root,
        participant,
        sequence,
        downscale_factor=downscale_factor,
        color_rounding=color_rounding,
    )


def open_known(
    layout: Layout,
    root: Path,
    participant: int,
    sequence: str,
    *,
    downscale_factor: int | None = None,
    color_rounding: Rounding = "round",
    set_aside: SetAside | None = None,
) -> CaptureV1 | VideoCapture:
    """Opens a capture of a known layout; ``set_aside`` takes the cameras that cannot be used."""
    return _OPENERS[layout](
        root,
        participant,
        sequence,
        downscale_factor=downscale_factor,
        color_rounding=color_rounding,
        set_aside=set_aside,
    )


def detect_layout(root: Path, participant: int, sequence: str) -> Layout:
    """The layout of one sequence, from its folders.

    Raises:
        CaptureError: there is no such folder, participant or sequence; says which there are.
        ConfigError: the sequence is there in several layouts.
    """
    found = {
        layout: folder
        for _, name, layout, folder in find_sequences(root, participant)
        if name == sequence
    }
    if len(found) > 1:
        raise ConfigError(
            f"Sequence {sequence} of participant {participant:03d} is there in several layouts ("
            f"{', '.join(f'{layout} in {folder}' for layout, folder in found.items())}): choose "
            f"one with --layout."
        )
    if found:
        return next(iter(found))
    in_nvs = participant not in participant_folders(root) and (root / "nvs").is_dir()
    # The openers say what is missing and what there is instead.
    return "benchmark" if in_nvs else "v1"


def list_captures(root: Path) -> list[ListedCapture]:
    """Every sequence in a data folder that has timesteps, sorted.

    Raises:
        CaptureError: the folder does not exist.
    """
    listed = [_listed(*found) for found in find_sequences(root)]
    return sorted(
        (capture for capture in listed if capture.n_timesteps > 0),
        key=lambda capture: (capture.participant, capture.sequence, capture.layout),
    )


def find_sequences(
    root: Path, participant: int | None = None
) -> Iterator[tuple[int, str, Layout, Path]]:
    """Participant, sequence, layout and folder of whatever looks like a sequence."""
    folders = participant_folders(root).items()
    nested = participant_folders(root / "nvs").items() if (root / "nvs").is_dir() else ()
    for (number, folder), in_nvs in itertools.chain(
        ((item, False) for item in folders), ((item, True) for item in nested)
    ):
        if participant not in (None, number):
            continue
        benchmark = in_nvs or _is_calibrated_as_benchmark(folder)
        for name, sequence_folder in sequence_folders(folder).items():
            if (sequence_folder / IMAGES).is_dir():
                yield number, name, "benchmark" if benchmark else "v2", sequence_folder
            if not in_nvs and any(sequence_folder.glob("frame_*")):
                yield number, name, "v1", sequence_folder


def _is_calibrated_as_benchmark(participant_folder: Path) -> bool:
    try:
        return has_intrinsics_per_camera(participant_folder / "calibration" / "camera_params.json")
    except CaptureError:
        # Whoever opens it reports that.
        return False


def _listed(participant: int, sequence: str, layout: Layout, folder: Path) -> ListedCapture:
    if layout == "v1":
        frames = frame_folders(folder)
        serials = pictured_serials(next(iter(frames.values()))) if frames else ()
        return ListedCapture(participant, sequence, layout, len(serials), len(frames))
    lengths = []
    for serial, path in video_files(folder / IMAGES).items():
        try:
            lengths.append(VideoReader(path, serial).n_frames)
        except CaptureError:
            # "nersemble data check" says why.
            continue
    return ListedCapture(participant, sequence, layout, len(lengths), min(lengths, default=0))
