"""Editing keyframes, and the files that paths are kept in."""

import json
from pathlib import Path

import numpy as np
import pytest

from nersemble.errors import ConfigError
from nersemble.viewer.path_editor import line_of
from nersemble.viewer.path_files import Keyframes, PathFiles, path_from_bytes, path_to_bytes
from nersemble.viewer.playback import Playback, Preview
from viewing import keyframe


def _keyframes(*seconds: float) -> Keyframes:
    result = Keyframes()
    for second in seconds:
        result = result.add(keyframe(second, timestep=second, x=second))
    return result


def test_keyframes_come_in_the_order_of_time() -> None:
    keyframes = _keyframes(2, 0, 1)
    assert [k.seconds for k in keyframes.all] == [0, 1, 2]
    assert keyframes.next_second == 3


def test_a_keyframe_moves_in_space_and_in_time() -> None:
    moved = _keyframes(0, 1, 2).move(0, keyframe(1.5, timestep=7, x=3))
    assert [(k.seconds, k.timestep, k.position[0]) for k in moved.all] == [
        (1, 1, 1),
        (1.5, 7, 3),
        (2, 2, 2),
    ]


def test_a_refused_change_leaves_the_list_as_it_was() -> None:
    keyframes = _keyframes(0, 1)
    with pytest.raises(ConfigError, match="Second 1"):
        keyframes.add(keyframe(1))
    with pytest.raises(ConfigError, match="Second 1"):
        keyframes.move(0, keyframe(1))
    with pytest.raises(ConfigError, match="seconds"):
        keyframes.add(keyframe(-1))
    assert [k.seconds for k in keyframes.all] == [0, 1]
    assert keyframes.move(1, keyframe(1, x=5)).all[1].position[0] == 5


def test_nothing_is_no_path() -> None:
    with pytest.raises(ConfigError, match="add one"):
        _keyframes(0).delete(0).path()


def test_a_path_comes_back_from_its_file_and_from_a_download(tmp_path: Path) -> None:
    path, files = _keyframes(0, 1, 2).path(), PathFiles(tmp_path / "camera_paths")
    assert files.names() == []
    file = files.save("around_the-head", path)
    assert file == tmp_path / "camera_paths" / "around_the-head.json"
    assert files.names() == ["around_the-head"]
    assert files.load("around_the-head") == path
    assert path_from_bytes(path_to_bytes(path)) == path
    assert path_to_bytes(path) == file.read_bytes()


@pytest.mark.parametrize(
    "name", ["", "../up", "a/b", "/etc/x", "..", ".hidden", "a" * 65, "a\0", "a\n"]
)
def test_a_name_does_not_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    files = PathFiles(tmp_path / "run" / "camera_paths")
    for action in (lambda: files.save(name, _keyframes(0).path()), lambda: files.load(name)):
        with pytest.raises(ConfigError, match="cannot name a camera path"):
            action()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"[]", b"{}", b" " * (1 << 21)])
def test_an_upload_that_is_no_path_is_refused(content: bytes) -> None:
    with pytest.raises(ConfigError):
        path_from_bytes(content)


def test_the_error_of_an_upload_does_not_show_where_it_was_put() -> None:
    with pytest.raises(ConfigError, match=r"^Cannot read the uploaded camera path") as caught:
        path_from_bytes(json.dumps({"format": "other"}).encode())
    assert "/" not in str(caught.value)


def test_the_line_follows_the_camera() -> None:
    path = _keyframes(0, 1, 2).path()
    line = line_of(path)
    np.testing.assert_array_equal(line[1:, 0], line[:-1, 1])
    np.testing.assert_allclose(line[0, 0], path.at(0).position, atol=1e-6)
    np.testing.assert_allclose(line[-1, 1], path.at(2).position, atol=1e-6)


def test_time_runs_round_and_round() -> None:
    playback = Playback(started_at=100, first=4, rate=10, n_timesteps=6)
    shown = [int(playback.at(100 + tenth / 10 + 0.01)) for tenth in range(8)]
    assert shown == [4, 5, 0, 1, 2, 3, 4, 5]


def test_who_shows_few_pictures_leaves_timesteps_out_and_keeps_the_time() -> None:
    playback = Playback(started_at=0, first=0, rate=24, n_timesteps=1000)
    assert [int(playback.at(0.15 * picture)) for picture in range(5)] == [0, 3, 7, 10, 14]
    assert playback.at(10) == pytest.approx(240), "however many were shown"


def test_another_speed_goes_on_from_the_same_moment() -> None:
    playback = Playback(started_at=0, first=0, rate=10, n_timesteps=50)
    # Moved back and forth between two timesteps, time would otherwise stand still.
    for tenth in range(1, 11):
        playback = playback.at_rate(8 if tenth % 2 else 10, tenth * 0.05)
    assert playback.at(0.5) == pytest.approx(4.5)


def test_a_preview_ends() -> None:
    preview = Preview(_keyframes(0, 2).path(), started_at=50)
    middle = preview.keyframe(51)
    assert middle is not None
    assert middle.timestep == pytest.approx(1)
    assert preview.keyframe(52.1) is None
