"""Checking captures: everything is read, and what is unusable is told with its path."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from captures import SEQUENCE, picture_path, write_tiny_capture
from micro import logging_kept
from nersemble.captures.check import CheckedCamera, check_captures, table
from nersemble.cli import main
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import CaptureError
from video_captures import (
    HIDDEN,
    random_pictures,
    video_path,
    write_benchmark,
    write_v2,
    write_video,
)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    with logging_kept():
        yield


def _by_serial(rows: list[CheckedCamera]) -> dict[str, CheckedCamera]:
    assert len({(row.sequence, row.serial) for row in rows}) == len(rows)
    return {row.serial: row for row in rows}


def _unusable(root: Path) -> dict[str, str]:
    return {row.serial: row.problem for row in check_captures(root) if row.problem}


def test_a_whole_data_folder_is_usable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tiny_capture(tmp_path)
    write_v2(tmp_path)
    write_benchmark(tmp_path)
    assert main(["data", "check", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 5 + 5 + 16
    assert sum(line.endswith("  usable") for line in lines) == 5 + 5 + 13
    assert sum(line.endswith("calibrated, no pictures") for line in lines) == 3
    (line,) = [text for text in lines if f"388  GLASSES     benchmark  {SERIALS[0]}" in text]
    assert line.split()[4:] == ["3/3", "3", "0", "usable"]
    (line,) = [text for text in lines if f"{SEQUENCE}  v1         {SERIALS[0]}" in text]
    assert line.split()[4:] == ["3/3", "3", "3", "usable"]


def test_the_check_is_limited_to_what_is_named(tmp_path: Path) -> None:
    write_v2(tmp_path, participant=1, sequence="A", n_frames=1, serials=SERIALS[:2])
    write_v2(tmp_path, participant=1, sequence="B", n_frames=1, serials=SERIALS[:2])
    write_v2(tmp_path, participant=2, sequence="A", n_frames=1, serials=SERIALS[:2])
    assert {(r.participant, r.sequence) for r in check_captures(tmp_path, 1)} == {
        (1, "A"),
        (1, "B"),
    }
    assert {(r.participant, r.sequence) for r in check_captures(tmp_path, 2, "A")} == {(2, "A")}
    for arguments in ((3,), (1, "C"), (2, "A", "v1")):
        with pytest.raises(CaptureError, match="There is no capture of participant"):
            check_captures(tmp_path, *arguments)  # type: ignore[arg-type]


def test_a_camera_missing_in_some_timesteps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_tiny_capture(tmp_path)
    for number in (1, 2):
        picture_path(folder, SERIALS[2], number).unlink()
    row = _by_serial(check_captures(tmp_path))[SERIALS[2]]
    assert (row.n_good, row.n_pictures) == (1, 3)
    assert main(["data", "check", str(tmp_path), "7", SEQUENCE]) == 2
    printed = capsys.readouterr()
    (line,) = [text for text in printed.out.splitlines() if "unusable" in text]
    assert str(picture_path(folder, SERIALS[2], 1)) in line
    assert f"camera {SERIALS[2]}, timestep 1" in line
    assert "(and 1 more)" in line
    assert "1 of 5 rows" in printed.err


def test_damaged_v1_files_are_told_camera_by_camera(tmp_path: Path) -> None:
    folder = write_tiny_capture(tmp_path)
    truncated = picture_path(folder, SERIALS[1], 2, "alpha_map-73fps")
    truncated.write_bytes(truncated.read_bytes()[:40])
    matrix = folder / "annotations" / SEQUENCE / "color_correction" / f"{SERIALS[3]}.npy"
    np.save(matrix, np.eye(2))
    problems = _unusable(tmp_path)
    assert problems.keys() == {SERIALS[1], SERIALS[3]}
    assert str(truncated) in problems[SERIALS[1]]
    assert f"{matrix} holds float64 of shape (2, 2)" in problems[SERIALS[3]]


def test_damaged_videos_are_told_camera_by_camera(tmp_path: Path) -> None:
    write_v2(tmp_path, n_frames=12)
    folder = tmp_path / "017"
    paths = {s: video_path(folder, "FREE", s) for s in SERIALS[:5]}
    paths[SERIALS[0]].write_bytes(paths[SERIALS[0]].read_bytes()[:100])
    content = paths[SERIALS[1]].read_bytes()
    paths[SERIALS[1]].write_bytes(content[: len(content) // 2])
    write_video(paths[SERIALS[2]], [np.asarray(Image.new("RGB", (44, 64)))] * 12)
    calibration = folder / "calibration" / "color_calibration.json"
    matrices = json.loads(calibration.read_text())
    matrices[SERIALS[3]] = [[1, 0], [0, 1], [0, 0]]
    calibration.write_text(json.dumps(matrices))
    alpha_maps = video_path(folder, "FREE", SERIALS[4], "alpha_maps")
    write_video(alpha_maps, random_pictures(12, channels=None))
    rows = _by_serial(check_captures(tmp_path))
    assert "truncated or damaged" in rows[SERIALS[0]].problem
    assert "of its 12 frames are present" in rows[SERIALS[1]].problem
    assert "44x64" in rows[SERIALS[2]].problem
    assert "shape (3, 2)" in rows[SERIALS[3]].problem
    for serial in SERIALS[:3]:
        assert str(paths[serial]) in rows[serial].problem
    assert str(calibration) in rows[SERIALS[3]].problem
    assert not rows[SERIALS[4]].problem
    assert (rows[SERIALS[4]].n_good, rows[SERIALS[4]].n_alpha) == (12, 12)


def test_a_bad_calibration_is_one_line_for_the_capture(tmp_path: Path) -> None:
    write_benchmark(tmp_path, n_frames=1)
    path = tmp_path / "nvs" / "388" / "calibration" / "camera_params.json"
    content = json.loads(path.read_text())
    content["world_2_cam"][HIDDEN[0]][0][3] = float("nan")
    path.write_text(json.dumps(content))
    (row,) = check_captures(tmp_path)
    assert f"{path}: camera {HIDDEN[0]}: world_2_cam has 1 entries that are NaN" in row.problem
    assert "  all " in table([row]).splitlines()[1]


def test_videos_that_are_all_damaged(tmp_path: Path) -> None:
    write_v2(tmp_path, n_frames=1, serials=SERIALS[:2])
    for serial in SERIALS[:2]:
        video_path(tmp_path / "017", "FREE", serial).write_bytes(b"")
    assert _unusable(tmp_path).keys() == {"", *SERIALS[:2]}


def test_the_list_tells_layouts_and_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tiny_capture(tmp_path)
    write_benchmark(tmp_path)
    assert main(["data", "list", "--data_path", str(tmp_path)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["007", SEQUENCE, "v1", "5", "cameras", "3", "timesteps"],
        ["388", "GLASSES", "benchmark", "13", "cameras", "3", "timesteps"],
    ]


def test_a_camera_whose_alpha_maps_contradict_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write_tiny_capture(tmp_path)
    for number in (0, 1, 2):
        path = picture_path(folder, SERIALS[2], number, "alpha_map-73fps")
        with Image.open(path) as alpha:
            inverted = 255 - np.asarray(alpha)
        Image.fromarray(inverted).save(path)
    with caplog.at_level("INFO", "nersemble.data"):
        rows = _by_serial(check_captures(tmp_path))
    assert "% of it lie in the scene box" in caplog.text
    assert {serial for serial, row in rows.items() if row.remark} == {SERIALS[2]}
    remark = rows[SERIALS[2]].remark
    assert "alpha maps that seem to be inverted, by the other cameras" in remark
    assert "% of the head as background" in remark
    assert f"--without_cameras {SERIALS[2]}" in remark
    assert not rows[SERIALS[2]].problem
