"""The video layouts, with one mp4 for each camera: "v2", whose colours a polynomial corrects
(method.md, Version 2), and "benchmark", whose colours are already blended onto white and some of
whose cameras are hidden (method.md, NVS benchmark)."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from jaxtyping import Float64

from nersemble.data_manager.calibration import (
    has_intrinsics_per_camera,
    read_camera_params,
)
from nersemble.data_manager.capture import AS_ON_DISK, ReadOptions, SetAside
from nersemble.data_manager.color_polynomial import color_matrix, read_color_calibration
from nersemble.data_manager.config import Size
from nersemble.data_manager.folders import (
    chosen_folders,
    participant_folders,
    sequence_folders,
)
from nersemble.data_manager.rig import RIG_SENSOR
from nersemble.data_manager.video_capture import (
    IMAGES,
    VideoCapture,
    VideoColors,
    VideoSequence,
    open_videos,
)
from nersemble.errors import CaptureError

BENCHMARK_SIZE: Size = (1100, 1604)
"""Size of the pictures that the intrinsics of layout benchmark belong to."""

_INTRINSICS = {
    "v2": "one matrix of intrinsics for all cameras",
    "benchmark": "intrinsics for each camera",
}

_log = logging.getLogger("nersemble.data")


def find_v2(root: Path, participant: int | None) -> Iterator[tuple[int, str, Path]]:
    """The sequences of layout v2 in a data folder; see ``layouts.Layout``."""
    for number, folder in participant_folders(root, participant).items():
        if not _is_benchmark(folder):
            yield from _with_videos(number, folder)


def open_v2(
    root: Path,
    participant: int,
    sequence: str,
    options: ReadOptions = AS_ON_DISK,
    set_aside: SetAside | None = None,
) -> VideoCapture:
    """Opens a capture, see ``layouts.Opener``: checks calibration, colour calibration and the
    headers of its videos."""
    chosen = _chosen("v2", root, participant, sequence, RIG_SENSOR)
    color_path = chosen.calibration_path.with_name("color_calibration.json")
    colors = VideoColors(False, _matrix_reader(color_path), lambda _serial: color_path)
    return open_videos(chosen, colors, options, set_aside)


def find_benchmark(root: Path, participant: int | None) -> Iterator[tuple[int, str, Path]]:
    """The sequences of layout benchmark in a data folder; see ``layouts.Layout``."""
    for number, folder in participant_folders(root, participant).items():
        if _is_benchmark(folder):
            yield from _with_videos(number, folder)
    if (root / "nvs").is_dir():
        for number, folder in participant_folders(root / "nvs", participant).items():
            yield from _with_videos(number, folder)


def open_benchmark(
    root: Path,
    participant: int,
    sequence: str,
    options: ReadOptions = AS_ON_DISK,
    set_aside: SetAside | None = None,
) -> VideoCapture:
    """Opens a capture, see ``layouts.Opener``: checks its calibration and the headers of its
    videos. ``options.color_rounding`` has no effect, because the colours are already corrected.

    The hidden cameras are among ``cameras``, but not ``available``. The colours in the files are
    blended onto white; blending what is read onto white restores them.
    """
    folder = root / "nvs" if (root / "nvs").is_dir() else root
    chosen = _chosen("benchmark", folder, participant, sequence, BENCHMARK_SIZE)
    colors = VideoColors(on_white=True, matrix_of=lambda _serial: None)
    return open_videos(chosen, colors, options, set_aside)


def _chosen(
    layout: str, root: Path, participant: int, sequence: str, calibrated_size: Size
) -> VideoSequence:
    """A sequence with its calibration, which distinguishes the two layouts."""
    participant_folder, folder = chosen_folders(root, participant, sequence)
    path = _calibration_path(participant_folder)
    calibration = read_camera_params(path, calibrated_size)
    found = _layout_of(path)
    if found != layout:
        raise CaptureError(
            f"Calibration {path} has {_INTRINSICS[found]}, which means layout {found}, not "
            f"{layout}: use --layout {found}."
        )
    return VideoSequence(participant, folder, calibration, path)


def _calibration_path(participant_folder: Path) -> Path:
    return participant_folder / "calibration" / "camera_params.json"


def _layout_of(calibration_path: Path) -> str:
    return "benchmark" if has_intrinsics_per_camera(calibration_path) else "v2"


def _is_benchmark(participant_folder: Path) -> bool:
    try:
        return _layout_of(_calibration_path(participant_folder)) == "benchmark"
    except CaptureError:
        # Opening the capture reports this.
        return False


def _with_videos(participant: int, folder: Path) -> Iterator[tuple[int, str, Path]]:
    for name, sequence_folder in sequence_folders(folder).items():
        if (sequence_folder / IMAGES).is_dir():
            yield participant, name, sequence_folder


def _matrix_reader(path: Path) -> Callable[[str], Float64[np.ndarray, "3 terms"] | None]:
    """A function that returns a camera's colour matrix, or None with a warning if it is missing."""
    if not path.exists():
        _log.warning("Colour calibration %s is missing: colours are not corrected.", path)
        return lambda _serial: None
    content = read_color_calibration(path)

    def matrix_of(serial: str) -> Float64[np.ndarray, "3 terms"] | None:
        if serial in content:
            return color_matrix(content, serial, path)
        _log.warning(
            "Colour calibration %s has no camera %s: its pictures are not corrected.", path, serial
        )
        return None

    return matrix_of
