"""Layouts v2 and benchmark: pictures, cameras, and every kind of damaged capture."""

import json
import logging
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nersemble.data_manager.capture import ReadOptions
from nersemble.data_manager.color_polynomial import correct_polynomial
from nersemble.data_manager.layout_videos import open_benchmark, open_v2
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import CaptureError, ConfigError
from video_captures import (
    HIDDEN,
    random_pictures,
    video_path,
    write_benchmark,
    write_v2,
    write_video,
)


def _edit(path: Path, change: Any) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_v2_corrects_colours_in_linear_light(tmp_path: Path) -> None:
    pictures = write_v2(tmp_path, n_terms=5)
    capture = open_v2(tmp_path, 17, "FREE")
    matrices = json.loads((tmp_path / "017/calibration/color_calibration.json").read_text())
    assert tuple(capture.frame_numbers) == tuple(range(6))
    for serial, number in ((SERIALS[1], 4), (SERIALS[3], 0)):
        encoded = pictures[serial][number] / 255
        linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
        product = linear.prod(-1, keepdims=True)
        terms = np.concatenate([linear, product, np.ones_like(product)], -1)
        mapped = np.clip(terms @ np.array(matrices[serial]).T, 0, 1)
        expected = np.where(
            mapped <= 0.0031308, mapped * 12.92, 1.055 * mapped ** (1 / 2.4) - 0.055
        )
        frame = capture.read(serial, number)
        assert np.abs(frame.rgb - expected * 255).max() <= 0.5 + 1e-6
        assert frame.depth is None
        assert (frame.alpha == 255).all()


@pytest.mark.parametrize("rounding", ["round", "truncate"])
def test_every_level_begins_where_the_formula_says(rounding: Any) -> None:
    # Both sides of every border: black and one channel, which the constant term sets.
    middles = (np.arange(255) + 0.5 if rounding == "round" else np.arange(1, 256)) / 255
    borders = np.where(middles <= 0.04045, middles / 12.92, ((middles + 0.055) / 1.055) ** 2.4)
    black = np.zeros((1, 1, 3), dtype=np.uint8)
    matrix = np.zeros((3, 4))
    for level, border in enumerate(borders):
        matrix[:, -1] = border * (1 - 1e-9), border * (1 + 1e-9), -border
        assert correct_polynomial(black, matrix, rounding).tolist() == [[[level, level + 1, 0]]]
    matrix[:, -1] = 1e300, 3, 1.5
    assert correct_polynomial(black, matrix, rounding).tolist() == [[[255, 255, 255]]]


@pytest.mark.parametrize("n_terms", [3, 4, 5, 7, 8, 10, 11, 14, 16, 17, 19, 20, 22, 35])
def test_the_identity_matrix_changes_nothing(n_terms: int) -> None:
    (picture,) = random_pictures(1)
    for rounding in ("round", "truncate"):
        corrected = correct_polynomial(picture, np.eye(3, n_terms), rounding)  # type: ignore[arg-type]
        assert np.abs(corrected.astype(int) - picture).max() <= (rounding == "truncate")


def test_the_last_term_is_one_where_the_polynomial_has_a_constant() -> None:
    black = np.zeros((1, 1, 3), dtype=np.uint8)
    for n_terms in (4, 5, 7, 8, 10, 11, 14, 17, 20, 35):
        matrix = np.zeros((3, n_terms))
        matrix[1, -1] = 1.0
        assert correct_polynomial(black, matrix).tolist() == [[[0, 255, 0]]]
    for n_terms in (3, 16, 19, 22):
        assert correct_polynomial(black, np.ones((3, n_terms))).max() == 0


def test_v2_cameras_are_those_of_the_whole_sensor(tmp_path: Path) -> None:
    write_v2(tmp_path, scale=50, n_frames=1)
    for factor, size in ((None, (44, 64)), (100, (22, 32)), (75, (29, 42))):
        capture = open_v2(tmp_path, 17, "FREE", ReadOptions(factor))
        camera = capture.cameras[0].camera
        assert (camera.width, camera.height) == size
        assert float(camera.intrinsics[0, 0]) == pytest.approx(8190 * size[0] / 2200)
        assert capture.read(SERIALS[0], 0).rgb.shape == (size[1], size[0], 3)
    with pytest.raises(ConfigError, match="have only 44x64"):
        open_v2(tmp_path, 17, "FREE", ReadOptions(20))


def test_v2_takes_alpha_maps_where_they_are(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_v2(tmp_path)
    alpha = random_pictures(6, channels=None)
    write_video(video_path(tmp_path / "017", "FREE", SERIALS[2], "alpha_maps"), alpha)
    with caplog.at_level(logging.WARNING):
        capture = open_v2(tmp_path, 17, "FREE")
    (notice,) = [r.getMessage() for r in caplog.records if "alpha map" in r.getMessage()]
    assert SERIALS[0] in notice
    assert SERIALS[2] not in notice
    assert "everything in these pictures is foreground" in notice
    assert np.abs(capture.read(SERIALS[2], 3).alpha.astype(int) - alpha[3]).max() <= 1
    assert (capture.read(SERIALS[0], 3).alpha == 255).all()


def test_the_benchmark_gives_its_pictures_back_when_blended(tmp_path: Path) -> None:
    pictures, alphas = write_benchmark(tmp_path)
    capture = open_benchmark(tmp_path, 388, "GLASSES")
    for serial, number in ((SERIALS[0], 2), (SERIALS[15], 1)):
        frame = capture.read(serial, number)
        assert np.abs(frame.alpha.astype(int) - alphas[serial][number]).max() <= 1
        opacity = frame.alpha[..., None] / 255
        blended = frame.rgb * opacity + 255 * (1 - opacity)
        assert np.abs(blended - pictures[serial][number]).max() <= 1.5
        solid = frame.alpha == 255
        assert (frame.rgb[solid] == pictures[serial][number][solid]).all()


def test_the_hidden_cameras_are_calibrated_without_pictures(tmp_path: Path) -> None:
    write_benchmark(tmp_path, n_frames=1)
    capture = open_benchmark(tmp_path, 388, "GLASSES")
    assert {camera.serial for camera in capture.cameras} - capture.available == set(HIDDEN)
    with pytest.raises(CaptureError, match=f"Camera {HIDDEN[0]} has no video"):
        capture.read(HIDDEN[0], 0)


def test_each_camera_of_the_benchmark_has_its_own_intrinsics(tmp_path: Path) -> None:
    write_benchmark(tmp_path, n_frames=1, scale=20)
    for factor, width in ((None, 110), (40, 55)):
        capture = open_benchmark(tmp_path, 388, "GLASSES", ReadOptions(factor))
        for index, camera in enumerate(capture.cameras):
            expected = (4095 + index) * width / 1100
            assert float(camera.camera.intrinsics[0, 0]) == pytest.approx(expected)


def test_the_shortest_video_wins_with_a_notice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pictures = write_v2(tmp_path)
    short = video_path(tmp_path / "017", "FREE", SERIALS[1])
    write_video(short, pictures[SERIALS[1]][:4])
    with caplog.at_level(logging.WARNING):
        capture = open_v2(tmp_path, 17, "FREE")
    assert tuple(capture.frame_numbers) == (0, 1, 2, 3)
    (notice,) = [r.getMessage() for r in caplog.records if "of the shortest" in r.getMessage()]
    assert str(short) in notice
    assert "4 to 6 frames" in notice
    with pytest.raises(CaptureError, match="Timestep 4 is not in sequence FREE"):
        capture.read(SERIALS[0], 4)


def test_videos_that_do_not_run_in_step_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pictures = write_v2(tmp_path)
    open_v2(tmp_path, 17, "FREE")
    assert "in step" not in caplog.text
    for serial, code in zip(SERIALS[:2], ("10:00:00:00", "10:00:00:12"), strict=True):
        path = video_path(tmp_path / "017", "FREE", serial)
        rate = 25 if serial == SERIALS[1] else 73
        write_video(path.with_suffix(".mov"), pictures[serial], rate=rate, timecode=code)
        path.with_suffix(".mov").rename(path)
    open_v2(tmp_path, 17, "FREE")
    assert re.search(rf"record 25 \({SERIALS[1]}\) to 73 \(\d+\) frames a second", caplog.text)
    assert f"10:00:00:00 ({SERIALS[0]}) to 10:00:00:12 ({SERIALS[1]})" in caplog.text


def test_a_truncated_video_is_named_on_opening_or_reading(tmp_path: Path) -> None:
    write_v2(tmp_path)
    path = video_path(tmp_path / "017", "FREE", SERIALS[1])
    content = path.read_bytes()
    for part in (0.0, 0.05, 0.7):
        path.write_bytes(content[: int(part * len(content))])
        with pytest.raises(CaptureError, match="truncated or damaged") as caught:
            open_v2(tmp_path, 17, "FREE").read(SERIALS[1], 0)
        assert str(path) in str(caught.value)
        assert SERIALS[1] in str(caught.value)


@pytest.mark.parametrize("kind", ["images", "alpha_maps"])
def test_a_video_of_another_size_tells_both_sizes(tmp_path: Path, kind: str) -> None:
    write_v2(tmp_path, n_frames=1)
    path = video_path(tmp_path / "017", "FREE", SERIALS[1], kind)
    write_video(path, random_pictures(1, scale=50, channels=3 if kind == "images" else None))
    with pytest.raises(CaptureError, match=r"44x64 pixels, but .* is 22x32") as caught:
        open_v2(tmp_path, 17, "FREE")
    assert str(path) in str(caught.value)


def test_videos_that_are_not_the_whole_sensor_are_refused(tmp_path: Path) -> None:
    write_v2(tmp_path, n_frames=1, serials=SERIALS[:1])
    path = video_path(tmp_path / "017", "FREE", SERIALS[0])
    write_video(path, [np.zeros((32, 32, 3), dtype=np.uint8)])
    with pytest.raises(CaptureError, match="32x32 pixels, which is not the 2200x3208 sensor"):
        open_v2(tmp_path, 17, "FREE")


@pytest.mark.parametrize(
    ("matrix", "fragment"),
    [
        (np.eye(3, 6).tolist(), r"shape \(3, 6\), but it must have 3 rows and 3, 4, 5, 7"),
        (np.eye(4, 3).tolist(), r"shape \(4, 3\)"),
        ([1, 2, 3], r"shape \(3,\)"),
        ([[1, 2], [3]], "no matrix of numbers"),
        ((np.eye(3) * np.nan).tolist(), "9 entries that are NaN"),
    ],
)
def test_a_wrong_colour_matrix_is_named(tmp_path: Path, matrix: Any, fragment: str) -> None:
    write_v2(tmp_path, n_frames=1)
    path = tmp_path / "017" / "calibration" / "color_calibration.json"
    _edit(path, lambda content: content.update({SERIALS[2]: matrix}))
    with pytest.raises(CaptureError, match=f"camera {SERIALS[2]} has .*{fragment}") as caught:
        open_v2(tmp_path, 17, "FREE")
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_damaged_colour_calibration_is_named(tmp_path: Path, content: str) -> None:
    write_v2(tmp_path, n_frames=1)
    path = tmp_path / "017" / "calibration" / "color_calibration.json"
    path.write_text(content)
    with pytest.raises(CaptureError, match="Colour calibration") as caught:
        open_v2(tmp_path, 17, "FREE")
    assert str(path) in str(caught.value)


def test_without_colour_calibration_pictures_stay_as_they_are(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pictures = write_v2(tmp_path)
    path = tmp_path / "017" / "calibration" / "color_calibration.json"
    _edit(path, lambda content: content.pop(SERIALS[1]))
    assert (open_v2(tmp_path, 17, "FREE").read(SERIALS[1], 2).rgb == pictures[SERIALS[1]][2]).all()
    path.unlink()
    assert (open_v2(tmp_path, 17, "FREE").read(SERIALS[0], 2).rgb == pictures[SERIALS[0]][2]).all()
    assert f"has no camera {SERIALS[1]}" in caplog.text
    assert f"{path} is missing" in caplog.text


def test_nan_in_the_calibration_is_named(tmp_path: Path) -> None:
    write_benchmark(tmp_path, n_frames=1)
    path = tmp_path / "nvs" / "388" / "calibration" / "camera_params.json"
    _edit(path, lambda c: c["intrinsics"][SERIALS[4]][0].__setitem__(2, float("nan")))
    with pytest.raises(CaptureError, match=f"camera {SERIALS[4]}: intrinsics has 1 entries"):
        open_benchmark(tmp_path, 388, "GLASSES")
    _edit(path, lambda c: c["world_2_cam"][SERIALS[2]][1].__setitem__(3, float("nan")))
    with pytest.raises(CaptureError, match=f"camera {SERIALS[2]}: world_2_cam has 1 entries"):
        open_benchmark(tmp_path, 388, "GLASSES")


def test_a_video_without_calibration_is_named(tmp_path: Path) -> None:
    write_v2(tmp_path, n_frames=1)
    path = tmp_path / "017" / "calibration" / "camera_params.json"
    _edit(path, lambda content: content["world_2_cam"].pop(SERIALS[3]))
    with pytest.raises(CaptureError, match=f"no entry for camera {SERIALS[3]}"):
        open_v2(tmp_path, 17, "FREE")


def test_a_sequence_without_videos(tmp_path: Path) -> None:
    write_v2(tmp_path, n_frames=1, serials=SERIALS[:1])
    video_path(tmp_path / "017", "FREE", SERIALS[0]).unlink()
    with pytest.raises(CaptureError, match=r"has no video images/cam_SERIAL\.mp4"):
        open_v2(tmp_path, 17, "FREE")
