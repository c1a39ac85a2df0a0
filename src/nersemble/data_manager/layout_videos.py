"""Layout "v2": one mp4 for each camera, colours corrected by a polynomial (spec, section 1.3)."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
from jaxtyping import Float64

from nersemble.data_manager.calibration import has_intrinsics_per_camera, read_camera_params
from nersemble.data_manager.capture import chosen_participant, chosen_sequence
from nersemble.data_manager.color import Rounding
from nersemble.data_manager.color_polynomial import color_matrix, read_color_calibration
from nersemble.data_manager.video_capture import SetAside, VideoCapture, open_videos
from nersemble.errors import CaptureError

_log = logging.getLogger("nersemble.data")


def open_v2(
    root: Path,
    participant: int,
    sequence: str,
    *,
    downscale_factor: int | None = None,
    color_rounding: Rounding = "round",
    set_aside: SetAside | None = None,
) -> VideoCapture:
    """Opens a capture: checks calibration, colour calibration and the headers of its videos.

    Args:
        root: the data folder.
        participant: the participant's id; its folder has at least 3 digits.
        sequence: the sequence's name.
        downscale_factor: picture size relative to the 2200x3208 sensor; None keeps the disk's.
        color_rounding: how corrected colours become 8 bit.
        set_aside: if given, a camera that cannot be used goes there and the rest is opened.

    Raises:
        CaptureError: something is missing or damaged; names the path.
        ConfigError: the factor is not positive, or asks for more pixels than are on disk.
    """
    participant_folder = chosen_participant(root, participant)
    folder = chosen_sequence(participant_folder, sequence)
    path = participant_folder / "calibration" / "camera_params.json"
    calibration = read_camera_params(path)
    if has_intrinsics_per_camera(path):
        raise CaptureError(
            f"Calibration {path} has intrinsics for each camera, as layout benchmark has and v2 "
            f"has not: use --layout benchmark."
        )
    color_path = path.with_name("color_calibration.json")
    return open_videos(
        folder,
        calibration,
        path,
        participant=participant,
        downscale_factor=downscale_factor,
        color_rounding=color_rounding,
        matrix_of=_matrix_reader(color_path),
        color_path=color_path,
        on_white=False,
        set_aside=set_aside,
    )


def _matrix_reader(path: Path) -> Callable[[str], Float64[np.ndarray, "3 terms"] | None]:
    """What gives a camera's colour matrix, or None and a notice where there is none."""
    if not path.exists():
        _log.warning("Colour calibration %s is missing: colours stay as they are.", path)
        return lambda _serial: None
    content = read_color_calibration(path)

    def matrix_of(serial: str) -> Float64[np.ndarray, "3 terms"] | None:
        if serial in content:
            return color_matrix(content, serial, path)
        _log.warning(
            "Colour calibration %s has no camera %s: its pictures stay as they are.", path, serial
        )
        return None

    return matrix_of


CALIBRATED_WIDTH = 1100
CALIBRATED_HEIGHT = 1604


def benchmark_folder(root: Path) -> Path:
    """The folder of the participants: ``nvs`` in the data folder, or the data folder itself."""
    return root / "nvs" if (root / "nvs").is_dir() else root


def open_benchmark(
    root: Path,
    participant: int,
    sequence: str,
    *,
    downscale_factor: int | None = None,
    color_rounding: Rounding = "round",
    set_aside: SetAside | None = None,
) -> VideoCapture:
    """Opens a capture: checks its calibration and the headers of its videos.

    The hidden cameras are among ``cameras``, but not among ``available``. The files' colours are
    blended onto white, so blending what is read onto white gives the files' colours back.

    Args:
        root: the data folder, which holds ``nvs``, or ``nvs`` itself.
        participant: the participant's id; its folder has at least 3 digits.
        sequence: the sequence's name.
        downscale_factor: picture size relative to the 2200x3208 sensor; None keeps the disk's.
        color_rounding: unused, since the colours of this layout are corrected already.
        set_aside: if given, a camera that cannot be used goes there and the rest is opened.

    Raises:
        CaptureError: something is missing or damaged; names the path.
        ConfigError: the factor is not positive, or asks for more pixels than are on disk.
    """
    participant_folder = chosen_participant(benchmark_folder(root), participant)
    folder = chosen_sequence(participant_folder, sequence)
    path = participant_folder / "calibration" / "camera_params.json"
    calibration = read_camera_params(path, width=CALIBRATED_WIDTH, height=CALIBRATED_HEIGHT)
    if not has_intrinsics_per_camera(path):
        raise CaptureError(
            f"Calibration {path} has one matrix of intrinsics for all cameras, as layout v2 has "
            f"and benchmark has not: use --layout v2."
        )
    return open_videos(
        folder,
        calibration,
        path,
        participant=participant,
        downscale_factor=downscale_factor,
        color_rounding=color_rounding,
        matrix_of=lambda _serial: None,
        color_path=None,
        on_white=True,
        set_aside=set_aside,
    )
