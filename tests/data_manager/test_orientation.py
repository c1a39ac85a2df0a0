"""Marks of orientation: pictures and videos are read as viewers show them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from captures import picture_path, write_tiny_capture
from nersemble.captures.convert.config import ConvertConfig
from nersemble.captures.convert.footage import open_footage
from nersemble.captures.convert.plan import make_plan
from nersemble.data_manager.layout_v1 import open_v1
from nersemble.data_manager.layouts import open_capture
from nersemble.data_manager.orientation import turned
from nersemble.data_manager.picture_files import picture_size, read_pixels
from nersemble.data_manager.rig import SERIALS
from nersemble.data_manager.video_reader import VideoReader
from nersemble.errors import CaptureError
from own_captures import HEIGHT, LENSES, WIDTH, write_colmap, write_recordings
from video_captures import mark_video, random_pictures, video_path, write_v2, write_video

QUARTER = (0.0, 1.0, -1.0, 0.0)
"""The display matrix of a portrait phone: shown turned clockwise."""


def _marked(path: Path, pixels: np.ndarray, orientation: int) -> Path:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(pixels).save(path, exif=exif.tobytes(), lossless=True)
    return path


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turning_is_that_of_pillow(orientation: int, tmp_path: Path) -> None:
    pixels = random_pictures(1)[0]
    with Image.open(_marked(tmp_path / "a.png", pixels, orientation)) as picture:
        expected = np.asarray(ImageOps.exif_transpose(picture))
    assert (turned(pixels, orientation) == expected).all()


@pytest.mark.parametrize("kind", ["png", "tif", "webp"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_a_picture_is_read_upright(tmp_path: Path, kind: str, mode: str, orientation: int) -> None:
    stored = np.asarray(Image.fromarray(random_pictures(1)[0]).convert(mode))
    path = _marked(tmp_path / f"a.{kind}", stored, orientation)
    read = read_pixels(path)
    shown = turned(stored, orientation)
    assert (read == (shown if read.ndim == shown.ndim else shown[..., None])).all()
    assert picture_size(path) == (read.shape[1], read.shape[0])


def test_a_mark_behind_the_pixels_of_a_png_is_seen(tmp_path: Path) -> None:
    """Some programs append it."""
    path = _marked(tmp_path / "a.png", random_pictures(1)[0], 6)
    data = path.read_bytes()
    at = data.index(b"eXIf") - 4
    end = at + 12 + int.from_bytes(data[at : at + 4], "big")
    path.write_bytes(data[:at] + data[end:-12] + data[at:end] + data[-12:])
    assert picture_size(path) == (32, 22)
    assert read_pixels(path).shape[:2] == (22, 32)


@pytest.mark.parametrize(
    "matrix",
    [
        *((1, 0, 0, 1), (-1, 0, 0, 1), (-1, 0, 0, -1), (1, 0, 0, -1), (0, 1, 1, 0), QUARTER),
        *((0, -1, -1, 0), (0, -1, 1, 0), (0, 2, -2, 0), (0, 0, 0, 0)),
    ],
)
def test_a_video_is_read_as_its_display_matrix_says(
    tmp_path: Path, matrix: tuple[float, float, float, float]
) -> None:
    pictures = random_pictures(3)
    path = write_video(tmp_path / "cam_1.mp4", pictures)
    mark_video(path, matrix)
    video = VideoReader(path, "1")
    # A pixel's place (x, y) becomes (a x + c y, b x + d y), and then the corner is moved to 0.
    a, b, c, d = np.sign(matrix).astype(int) if any(matrix) else (1, 0, 0, 1)
    y, x = np.indices(pictures[0].shape[:2])
    columns, rows = a * x + c * y, b * x + d * y
    columns, rows = columns - columns.min(), rows - rows.min()
    for number, picture in enumerate(pictures):
        shown = np.zeros((rows.max() + 1, columns.max() + 1, 3), np.uint8)
        shown[rows, columns] = picture
        assert (video.read(number) == shown).all()
        assert video.size == shown.shape[1::-1]


def test_a_video_turned_by_an_odd_angle_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "cam_1.mp4", random_pictures(2))
    mark_video(path, (0.8, 0.6, -0.6, 0.8))
    with pytest.raises(CaptureError, match=r"cam_1.mp4.*an angle other than 90"):
        VideoReader(path, "1")


def test_the_error_about_another_shape_names_the_mark(tmp_path: Path) -> None:
    write_colmap(tmp_path / "colmap", binary=False)
    write_recordings(tmp_path, 1)
    mark_video(tmp_path / "recordings" / "c.mp4", QUARTER)
    for config in (ConvertConfig(size=(96, 128)), ConvertConfig()):
        with pytest.raises(CaptureError, match=r"90 degrees clockwise, as its display matrix says"):
            make_plan(tmp_path / "recordings", tmp_path / "colmap", config)


def test_a_portrait_phone_beside_upright_cameras(tmp_path: Path) -> None:
    """The phone stores its pixels lying; calibrated with its upright frames, they fit."""
    write_colmap(tmp_path / "colmap", binary=False)
    write_recordings(tmp_path, 1)
    path = tmp_path / "recordings" / "c.mp4"
    upright = VideoReader(path, "c").read(0)
    write_video(path, [np.ascontiguousarray(np.rot90(upright))])
    mark_video(path, QUARTER)
    plan = make_plan(tmp_path / "recordings", tmp_path / "colmap", ConvertConfig())
    phone = next(camera for camera in plan.cameras if camera.name == "c")
    assert (phone.footage.read(0) == upright).all()
    assert plan.size == (WIDTH, HEIGHT)
    assert len(plan.cameras) == len(LENSES)


def test_pictures_of_one_folder_that_are_turned_differently(tmp_path: Path) -> None:
    for number, orientation in enumerate((1, 8)):
        _marked(tmp_path / f"{number}.png", random_pictures(1)[0], orientation)
    footage = open_footage(tmp_path, "left")
    with pytest.raises(CaptureError, match=r"1.png .*32x22 pixels \(turned by 90 .*EXIF"):
        footage.read(1)


def test_marks_in_layout_v1_are_followed(tmp_path: Path) -> None:
    folder = write_tiny_capture(tmp_path, color_correction=False)
    path = picture_path(folder, SERIALS[1], 0)
    stored = read_pixels(path)
    _marked(path, stored, 3)
    assert (open_v1(tmp_path, 7, "EXP-1-test").read(SERIALS[1], 0).rgb == stored[::-1, ::-1]).all()
    _marked(path, stored, 6)
    with pytest.raises(CaptureError, match=r"32x22 pixels \(turned by 90 degrees clockwise"):
        open_v1(tmp_path, 7, "EXP-1-test").read(SERIALS[1], 0)


def test_the_error_about_another_shape_than_the_sensor_names_the_mark(tmp_path: Path) -> None:
    folder = write_tiny_capture(tmp_path)
    path = picture_path(folder, min(SERIALS[:5]), 0)
    _marked(path, read_pixels(path), 8)
    with pytest.raises(CaptureError, match=r"32x22 pixels \(turned by 90 .*not the 2200x3208"):
        open_v1(tmp_path, 7, "EXP-1-test")
    write_v2(tmp_path, serials=SERIALS[:1])
    mark_video(video_path(tmp_path / "017", "FREE", SERIALS[0]), QUARTER)
    with pytest.raises(CaptureError, match=r"32x22 pixels \(turned by 90 .*not the 2200x3208"):
        open_capture(tmp_path, 17, "FREE")


@pytest.mark.parametrize("kind", ["png", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pixels_as_stored(tmp_path: Path, kind: str, orientation: int) -> None:
    stored = random_pictures(1)[0]
    path = _marked(tmp_path / f"a.{kind}", stored, orientation)
    assert (read_pixels(path, upright=False) == stored).all()


def test_photographs_that_were_calibrated_as_stored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """COLMAP reads the pixels of a photograph as they are stored, whatever its mark."""
    write_colmap(tmp_path / "colmap", binary=False)
    write_recordings(tmp_path, 1, videos=False)
    path = tmp_path / "recordings" / "c" / "8.png"
    stored = read_pixels(path)
    _marked(path, stored, 3)
    for follow, expected in ((True, stored[::-1, ::-1]), (False, stored)):
        caplog.clear()
        config = ConvertConfig(follow_orientation=follow)
        plan = make_plan(tmp_path / "recordings", tmp_path / "colmap", config)
        phone = next(camera for camera in plan.cameras if camera.name == "c")
        assert (phone.footage.read(0) == expected).all()
        told = "camera c are not read as stored (turned by 180 degrees" in caplog.text
        assert told == follow
