"""The same files through the public packages nersemble-data and nersemble-benchmark.

They are no dependency: ``make readers`` installs them into the folder ``.readers``, which is
searched last.
"""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from nersemble.data_manager.capture import CaptureCamera, ReadOptions
from nersemble.data_manager.layout_videos import open_benchmark, open_v2
from nersemble.data_manager.rig import SERIALS
from nersemble.geometry.world import calibration_to_model
from source_tree import ROOT
from video_captures import (
    HIDDEN,
    random_pictures,
    video_path,
    write_benchmark,
    write_v2,
    write_video,
)


@pytest.fixture(autouse=True)
def readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets Python find the packages, if they are there."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT / ".readers")])


@pytest.fixture
def data_manager(tmp_path: Path, readers: None) -> Any:
    """nersemble-data's manager of participant 17."""
    pytest.importorskip("cv2")
    module = pytest.importorskip("nersemble_data.data.nersemble_data")
    return module.NeRSembleParticipantDataManager(str(tmp_path), 17)


@pytest.fixture
def benchmark_manager(tmp_path: Path, readers: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """nersemble-benchmark's manager of participant 388."""
    pytest.importorskip("cv2")
    # Large, and for its point clouds only.
    monkeypatch.setitem(sys.modules, "open3d", ModuleType("open3d"))
    module = pytest.importorskip("nersemble_benchmark.data.benchmark_data")
    return module.NVSDataManager(str(tmp_path), 388)


def _same_camera(ours: CaptureCamera, pose: Any, intrinsics: Any, calibrated_width: int) -> None:
    expected = calibration_to_model(torch.from_numpy(np.array(pose, dtype=np.float64)))
    torch.testing.assert_close(
        ours.camera.world_to_camera.double(), expected.double(), atol=1e-6, rtol=1e-6
    )
    scale = ours.camera.width / calibrated_width
    assert float(ours.camera.intrinsics[0, 0]) == pytest.approx(intrinsics[0, 0] * scale)


@pytest.mark.parametrize("n_terms", [3, 4, 5, 7, 8, 10, 11, 14, 16, 17, 19, 20, 22, 35])
def test_v2_has_the_public_pixels(tmp_path: Path, data_manager: Any, n_terms: int) -> None:
    write_v2(tmp_path, n_terms=n_terms, serials=SERIALS[:2])
    capture = open_v2(tmp_path, 17, "FREE")
    assert set(data_manager.list_cameras("FREE")) == capture.available
    assert data_manager.list_timesteps("FREE") == list(capture.frame_numbers)
    for serial, number in ((SERIALS[0], 5), (SERIALS[1], 0), (SERIALS[0], 2)):
        theirs = data_manager.load_image("FREE", serial, number, apply_color_correction=True)
        # Theirs are floats that may leave 0..1, ours are rounded to 8 bit.
        expected = np.clip(theirs, 0, 1) * 255
        assert np.abs(capture.read(serial, number).rgb - expected).max() <= 0.5 + 1e-6


def test_v2_truncated_is_the_public_8_bit(tmp_path: Path, data_manager: Any) -> None:
    write_v2(tmp_path, n_terms=10, serials=SERIALS[:1])
    capture = open_v2(tmp_path, 17, "FREE", ReadOptions(color_rounding="truncate"))
    for number in range(6):
        theirs = data_manager.load_image(
            "FREE", SERIALS[0], number, as_uint8=True, apply_color_correction=True
        )
        differs = capture.read(SERIALS[0], number).rgb != theirs
        # Exactly on a level, the last digit decides.
        assert differs.mean() < 1e-3


def test_v2_has_the_public_pixels_of_a_lossy_video(tmp_path: Path, data_manager: Any) -> None:
    write_v2(tmp_path, serials=SERIALS[:1], scale=20)
    (tmp_path / "017" / "calibration" / "color_calibration.json").unlink()
    path = video_path(tmp_path / "017", "FREE", SERIALS[0])
    pictures = random_pictures(6, scale=20)
    write_video(path, pictures, codec="libx264", pixels="yuv420p", options={"crf": "14"})
    capture = open_v2(tmp_path, 17, "FREE")
    for number in (4, 0, 5):
        theirs = data_manager.load_image("FREE", SERIALS[0], number, as_uint8=True)
        difference = np.abs(capture.read(SERIALS[0], number).rgb.astype(int) - theirs)
        assert difference.max() <= 2


def test_v2_has_the_public_calibration(tmp_path: Path, data_manager: Any) -> None:
    write_v2(tmp_path, n_frames=1)
    theirs = data_manager.load_camera_calibration()
    for camera in open_v2(tmp_path, 17, "FREE").cameras:
        _same_camera(camera, theirs.world_2_cam[camera.serial], theirs.intrinsics, 2200)


def test_the_benchmark_has_the_public_pixels(tmp_path: Path, benchmark_manager: Any) -> None:
    write_benchmark(tmp_path)
    capture = open_benchmark(tmp_path, 388, "GLASSES")
    assert set(benchmark_manager.list_serials("GLASSES")) == capture.available
    assert benchmark_manager.list_timesteps("GLASSES") == list(capture.frame_numbers)
    for serial, number in ((SERIALS[0], 2), (SERIALS[7], 0)):
        frame = capture.read(serial, number)
        alpha = benchmark_manager.load_alpha_map("GLASSES", serial, number)
        assert np.abs(frame.alpha.astype(int) - alpha[..., 0]).max() <= 1
        theirs = benchmark_manager.load_image("GLASSES", serial, number, as_uint8=True)
        opacity = frame.alpha[..., None] / 255
        ours = frame.rgb * opacity + 255 * (1 - opacity)
        assert np.abs(ours - theirs).max() <= 1.5


def test_the_benchmark_has_the_public_calibration(tmp_path: Path, benchmark_manager: Any) -> None:
    write_benchmark(tmp_path, n_frames=1)
    theirs = benchmark_manager.load_camera_calibration()
    cameras = {c.serial: c for c in open_benchmark(tmp_path, 388, "GLASSES").cameras}
    assert set(HIDDEN) < cameras.keys()
    for serial, camera in cameras.items():
        _same_camera(camera, theirs.world_2_cam[serial], theirs.intrinsics[serial], 1100)
