"""Layout "benchmark": the NeRSemble NVS benchmark, colours and alpha as mp4 (spec, section 1.2)."""

from pathlib import Path

from nersemble.data_manager.calibration import has_intrinsics_per_camera, read_camera_params
from nersemble.data_manager.color import Rounding
from nersemble.data_manager.folders import chosen_participant, chosen_sequence
from nersemble.data_manager.video_capture import SetAside, VideoCapture, open_videos
from nersemble.errors import CaptureError

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
