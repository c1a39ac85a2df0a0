"""Choosing cameras and frames."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from captures import SEQUENCE, look_at_origin, picture_path, write_tiny_capture
from nersemble.data_manager.capture import Capture
from nersemble.data_manager.layouts import open_capture
from nersemble.data_manager.rig import EVAL_CAMERA_IDS, SERIALS, TRAIN_CAMERA_IDS
from nersemble.data_manager.splits import (
    Splits,
    make_splits,
    require_training_pictures,
    select_frames,
)
from nersemble.errors import CaptureError, ConfigError


def _capture(root: Path, serials: Sequence[str]) -> Capture:
    write_tiny_capture(root, serials=serials, frame_numbers=(0, 1))
    return open_capture(root, 7, SEQUENCE)


@pytest.mark.parametrize(
    ("start", "n", "skip", "expected"),
    [
        (0, -1, 1, tuple(range(10))),
        (0, -1, 3, (0, 3, 6, 9)),
        (2, 3, 2, (2, 4, 6)),
        (0, 4, 3, (0, 3, 6, 9)),
        (9, 1, 5, (9,)),
    ],
)
def test_frames_are_start_plus_multiples_of_skip(
    start: int, n: int, skip: int, expected: tuple[int, ...]
) -> None:
    assert select_frames(range(10), start, n, skip) == expected


@pytest.mark.parametrize(("skip", "expected"), [(1, (6, 9, 12)), (3, (6, 9, 12)), (6, (6, 12))])
def test_a_sequence_exported_at_every_third_frame(
    skip: int, expected: tuple[int, ...], caplog: pytest.LogCaptureFixture
) -> None:
    assert select_frames((3, 6, 9, 12), 6, -1, skip) == expected
    assert caplog.records == []


def test_a_gap_in_the_sequence_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="nersemble.data"):
        assert select_frames((0, 1, 2, 5, 6), 0, -1, 1) == (0, 1, 2, 5, 6)
    assert len(caplog.records) == 1
    assert "missing after 2." in caplog.text


@pytest.mark.parametrize(
    ("start", "n", "skip", "fragment"),
    [
        (0, 11, 1, "--n_timesteps 11 .* it has 10 timesteps"),
        (4, 4, 2, "--n_timesteps 4 .* from frame 4 in steps of 2, it has 3 timesteps"),
        (10, -1, 1, "--start_timestep 10 .* 10 frames from 0 to 9"),
        (-1, -1, 1, "--start_timestep -1"),
        (0, 0, 1, "--n_timesteps is 0"),
        (0, -2, 1, "--n_timesteps is -2"),
        (0, -1, 0, "--skip_timesteps is 0"),
    ],
)
def test_impossible_selections(start: int, n: int, skip: int, fragment: str) -> None:
    with pytest.raises(ConfigError, match=fragment):
        select_frames(range(10), start, n, skip)


def test_timesteps_and_frame_numbers_are_inverse() -> None:
    splits = Splits(("a",), (), (95, 98, 101))
    assert [splits.timestep(splits.frame_number(t)) for t in range(splits.n_timesteps)] == [0, 1, 2]
    assert splits.frame_number(2) == 101
    with pytest.raises(ConfigError, match="run from 0 to 2"):
        splits.frame_number(3)
    with pytest.raises(ConfigError, match="run from 0 to 2"):
        splits.frame_number(-1)
    with pytest.raises(ConfigError, match="from 95 to 101"):
        splits.timestep(96)


def test_the_whole_rig_is_split_as_the_paper_does(tmp_path: Path) -> None:
    splits = make_splits(_capture(tmp_path, SERIALS))
    assert splits.train_serials == tuple(SERIALS[i] for i in TRAIN_CAMERA_IDS)
    assert splits.eval_serials == tuple(SERIALS[i] for i in EVAL_CAMERA_IDS)
    assert splits.frame_numbers == (0, 1)


def test_fewer_training_cameras_are_the_most_important_ones(tmp_path: Path) -> None:
    capture = _capture(tmp_path, SERIALS)
    splits = make_splits(capture, n_train_cameras=3)
    assert splits.train_serials == (SERIALS[8], SERIALS[7], SERIALS[9])
    for wrong in (0, -2, 13):
        with pytest.raises(ConfigError, match="1 to 12"):
            make_splits(capture, n_train_cameras=wrong)


def test_cameras_without_pictures_take_no_part(tmp_path: Path) -> None:
    folder = write_tiny_capture(tmp_path, serials=SERIALS, frame_numbers=(0,))
    for camera_id in (8, 3):
        picture_path(folder, SERIALS[camera_id], 0).unlink()
    splits = make_splits(open_capture(tmp_path, 7, SEQUENCE))
    assert splits.train_serials == tuple(SERIALS[i] for i in TRAIN_CAMERA_IDS if i != 8)
    assert splits.eval_serials == tuple(SERIALS[i] for i in (6, 11, 15))


def test_of_a_capture_of_ones_own_the_best_covered_camera_is_held_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The cameras stand on an arc at even distances; the twelfth has been moved to its left."""
    serials = tuple(f"mine{i}" for i in range(20))
    _capture(tmp_path, serials)
    calibration = tmp_path / "007" / "camera_params.json"
    content = json.loads(calibration.read_text())
    content["world_2_cam"]["mine12"] = look_at_origin(-0.8 + 11.3 * 1.6 / 19, 1.1).tolist()
    calibration.write_text(json.dumps(content))
    capture = open_capture(tmp_path, 7, SEQUENCE)
    with caplog.at_level(logging.WARNING, logger="nersemble.data"):
        assert make_splits(capture).eval_serials == ("mine11",)
    assert "--eval_cameras, from mine0, mine1" in caplog.text
    splits = make_splits(capture, eval_serials=("mine4", "mine2"))
    assert splits.eval_serials == ("mine4", "mine2")
    assert splits.train_serials == tuple(s for s in serials if s not in ("mine4", "mine2"))


def test_chosen_evaluation_cameras_leave_all_others_to_training(tmp_path: Path) -> None:
    capture = _capture(tmp_path, SERIALS)
    splits = make_splits(capture, eval_serials=(SERIALS[8],))
    assert set(splits.train_serials) == set(SERIALS) - {SERIALS[8]}
    assert splits.train_serials[0] == SERIALS[7]
    assert len(make_splits(capture, eval_serials=()).train_serials) == 16


def test_evaluation_cameras_that_cannot_be(tmp_path: Path) -> None:
    capture = _capture(tmp_path, SERIALS[:4])
    with pytest.raises(ConfigError, match="names 999, which has no pictures"):
        make_splits(capture, eval_serials=("999",))
    with pytest.raises(ConfigError, match="more than once"):
        make_splits(capture, eval_serials=(SERIALS[1], SERIALS[1]))
    with pytest.raises(ConfigError, match="No camera is left to train on"):
        make_splits(capture, eval_serials=SERIALS[:4])


def test_the_selection_is_applied(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, frame_numbers=range(95, 105))
    capture = open_capture(tmp_path, 7, SEQUENCE)
    splits = make_splits(capture, start_timestep=95, n_timesteps=3, skip_timesteps=4)
    assert splits.frame_numbers == (95, 99, 103)


def test_a_picture_that_training_lacks_is_told_with_camera_and_timesteps(tmp_path: Path) -> None:
    numbers = range(14)
    folder = write_tiny_capture(tmp_path, serials=SERIALS[:5], frame_numbers=numbers)
    trained = make_splits(open_capture(tmp_path, 7, SEQUENCE)).train_serials[1]
    for number in (4, *range(6, 14)):
        picture_path(folder, trained, number).unlink()
    capture = open_capture(tmp_path, 7, SEQUENCE)
    with pytest.raises(CaptureError, match=f"camera {trained}, .* 4, 6, 7, .*, 12, [.]{{3}}\\)"):
        require_training_pictures(capture, make_splits(capture))
    # What is not trained on may be missing.
    without = make_splits(capture, n_timesteps=4)
    require_training_pictures(capture, without)
    require_training_pictures(capture, make_splits(capture, n_train_cameras=1))
    held_out = make_splits(capture, eval_serials=(trained,))
    require_training_pictures(capture, held_out)


def test_training_goes_on_without_the_timesteps_that_were_moved_away(tmp_path: Path) -> None:
    folder = write_tiny_capture(tmp_path, frame_numbers=range(4))
    trained = make_splits(open_capture(tmp_path, 7, SEQUENCE)).train_serials[0]
    path = picture_path(folder, trained, 2)
    path.unlink()
    path.parents[1].rename(tmp_path / "aside")
    capture = open_capture(tmp_path, 7, SEQUENCE)
    splits = make_splits(capture)
    require_training_pictures(capture, splits)
    assert splits.frame_numbers == (0, 1, 3)
