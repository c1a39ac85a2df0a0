"""Layout "download": the data set's first release, with its archives unpacked side by side. A video
for each camera, an affine colour correction for each camera of a participant, no alpha maps."""

from collections.abc import Iterator
from pathlib import Path

from nersemble.data_manager.calibration import read_camera_params
from nersemble.data_manager.capture import AS_ON_DISK, ReadOptions, SetAside
from nersemble.data_manager.color_affine import correct, correction_reader
from nersemble.data_manager.folders import participant_folders
from nersemble.data_manager.video_capture import (
    VideoCapture,
    VideoColors,
    VideoSequence,
    open_videos,
    video_files,
)
from nersemble.errors import CaptureError
from nersemble.files import is_file_name


def find_download(root: Path, participant: int | None) -> Iterator[tuple[int, str, Path]]:
    """The sequences of this layout in a data folder; see ``layouts.Layout``."""
    for archive in sorted(path for path in root.glob("sequence_*") if path.is_dir()):
        for number, participant_folder in participant_folders(archive, participant).items():
            for folder in sorted(participant_folder.iterdir()):
                if is_file_name(folder.name) and video_files(folder):
                    yield number, folder.name, folder


def open_download(
    root: Path,
    participant: int,
    sequence: str,
    options: ReadOptions = AS_ON_DISK,
    set_aside: SetAside | None = None,
) -> VideoCapture:
    """Opens a capture, see ``layouts.Opener``: checks its calibration, its colour corrections and
    the headers of its videos."""
    found = {name: folder for _, name, folder in find_download(root, participant)}
    if sequence not in found:
        raise CaptureError(
            f"Sequence {sequence!r} of participant {participant:03d} is not in {root}/sequence_*; "
            f"it has: {', '.join(found) or 'no sequence'}."
        )
    calibration = root / "camera_params" / f"{participant:03d}" / "camera_params.json"
    corrections = root / "color_correction" / f"{participant:03d}"
    chosen = VideoSequence(
        participant, found[sequence], read_camera_params(calibration), calibration, images="."
    )
    colors = VideoColors(
        False, correction_reader(corrections), lambda serial: corrections / f"{serial}.npy", correct
    )
    return open_videos(chosen, colors, options, set_aside)
