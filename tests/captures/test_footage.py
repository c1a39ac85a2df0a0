"""Recordings whose pixels or names are not what a reader expects."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nersemble.captures.convert.config import ConvertConfig
from nersemble.captures.convert.footage import find_footage, open_footage
from nersemble.captures.convert.plan import make_plan
from nersemble.captures.convert.writer import convert
from nersemble.data_manager.layouts import open_capture
from nersemble.errors import CaptureError
from own_captures import HEIGHT, WIDTH, pinhole_shot, write_colmap
from video_captures import random_pictures, write_video

NAMES = ("plain", "GoPro 1")


def _pinhole(name: str, width: int) -> np.ndarray:
    """A picture of the calibrated pinhole; another width makes pixels that are not square."""
    focal = 350.0 * width / WIDTH
    matrix = np.array([[focal, 0, width / 2], [0, 350.0, HEIGHT / 2], [0, 0, 1]])
    return np.rint(pinhole_shot(name, 0, matrix, width, HEIGHT).rgb * 255).astype(np.uint8)


def test_pixels_that_are_not_square_become_as_calibrated(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """72 columns of pixels of shape 4:3 are 96 of the calibrated pictures."""
    write_colmap(tmp_path / "colmap", binary=False, names=NAMES)
    source = tmp_path / "rec"
    write_video(source / "plain.mp4", [_pinhole("plain", 72)], pixel_aspect=Fraction(4, 3))
    write_video(source / "GoPro 1.mp4", [_pinhole("GoPro 1", WIDTH)])
    convert(make_plan(source, tmp_path / "colmap", ConvertConfig()), tmp_path, 1, "S", source)
    assert "The pixels of video" in caplog.text
    assert "of shape 4:3, are resampled to squares, as in the calibrated pictures" in caplog.text
    read = open_capture(tmp_path, 1, "S").read("plain", 0).rgb
    assert np.abs(read.astype(int) - _pinhole("plain", WIDTH)).mean() < 2


def test_pixels_that_were_calibrated_as_stored_stay(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_colmap(tmp_path / "colmap", binary=False, names=NAMES)
    source = tmp_path / "rec"
    stored = [_pinhole("plain", WIDTH)]
    write_video(source / "plain.mp4", stored, pixel_aspect=Fraction(4, 3), interlaced=True)
    write_video(source / "GoPro 1.mp4", stored)
    plan = make_plan(source, tmp_path / "colmap", ConvertConfig())
    found = {camera.name: camera.footage for camera in plan.cameras}
    assert found["plain"].size == (WIDTH, HEIGHT)
    assert (found["plain"].read(0) == found["GoPro 1"].read(0)).all()
    assert "of shape 4:3, stay as stored" in caplog.text
    assert "plain.mp4 (camera plain) is interlaced" in caplog.text
    assert caplog.text.count("interlaced") == 1


@pytest.mark.parametrize("twin", ["0001.jpg", "1.png", "0001_mask.png", "0001.png.png"])
def test_two_pictures_of_one_frame_are_refused(tmp_path: Path, twin: str) -> None:
    for name in ("0001.png", "0002.png", twin):
        Image.fromarray(random_pictures(1)[0]).save(tmp_path / name)
    with pytest.raises(CaptureError, match=r"\(camera left\) belong to the same frame"):
        open_footage(tmp_path, "left")


def test_recordings_of_unread_kinds_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for folder in ("left", "right"):
        (tmp_path / folder).mkdir()
    Image.fromarray(random_pictures(1)[0]).save(tmp_path / "left" / "1.png")
    (tmp_path / "right" / "1.HEIC").touch()
    (tmp_path / "up.MTS").touch()
    assert find_footage(tmp_path).keys() == {"left"}
    assert f"{tmp_path / 'right'} holds 1 files in unsupported formats" in caplog.text
    assert "such as up.MTS" in caplog.text
    (tmp_path / "left" / "1.png").write_bytes(b"GIF89a")
    with pytest.raises(CaptureError, match="not of a supported kind"):
        open_footage(tmp_path / "left", "left")


def test_folders_without_a_recording_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A broken link, an empty folder, and a camera whose recording is in two files."""
    for folder in ("left", "right", "empty", "linked", "two"):
        (tmp_path / folder).mkdir()
    for folder in ("left", "right"):
        Image.fromarray(random_pictures(1)[0]).save(tmp_path / folder / "1.png")
    (tmp_path / "linked" / "1.png").symlink_to(tmp_path / "nowhere.png")
    for name in ("GX010001.mp4", "GX020001.mp4"):
        (tmp_path / "two" / name).touch()
    assert find_footage(tmp_path).keys() == {"left", "right"}
    for folder in ("empty", "linked", "two"):
        assert f"{tmp_path / folder} is left out: it holds neither pictures" in caplog.text
    assert caplog.text.count("left out") == 3
