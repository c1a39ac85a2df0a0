"""Camera paths go through their keyframes, stay smooth, and come back from disk as they were."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from nersemble.errors import ConfigError, RunError
from nersemble.video.camera_path import (
    CameraPath,
    Keyframe,
    keyframe_camera,
    read_camera_path,
    write_camera_path,
)

_HALF = math.sqrt(0.5)
_REST = (1.0, 0.0, 0.0, 0.0)
_FIRST = Keyframe(0.5, 3.0, (1.0, -9.0, 0.5), _REST, 20.0)
_SECOND = Keyframe(1.5, 9.0, (2.0, -8.0, 0.0), (_HALF, _HALF, 0.0, 0.0), 30.0)
_THIRD = Keyframe(4.0, 9.0, (0.0, -7.0, 1.0), (-_HALF, -_HALF, 0.0, 0.0), 25.0)
_PATH = CameraPath((_FIRST, _SECOND, _THIRD))


def test_it_passes_through_its_keyframes_and_rests_outside() -> None:
    for seconds, expected in ((0.5, _FIRST), (1.5, _SECOND), (4.0, _THIRD), (-2.0, _FIRST),
                              (99.0, _THIRD)):  # fmt: skip
        found = _PATH.at(seconds)
        assert found.timestep == pytest.approx(expected.timestep)
        assert found.position == pytest.approx(expected.position)
        assert found.vertical_fov_degrees == pytest.approx(expected.vertical_fov_degrees)
        dot = sum(a * b for a, b in zip(found.orientation_wxyz, expected.orientation_wxyz,
                                        strict=True))  # fmt: skip
        assert abs(dot) == pytest.approx(1)
    assert _PATH.duration == 4.0


def test_position_is_smooth_and_time_never_overshoots() -> None:
    step = 1e-5
    before, at, after = (_PATH.at(1.5 + d).position for d in (-step, 0.0, step))
    for a, b, c in zip(before, at, after, strict=True):
        assert (b - a) / step == pytest.approx((c - b) / step, abs=1e-3)
    timesteps = [_PATH.at(0.5 + 3.5 * i / 200).timestep for i in range(201)]
    assert timesteps == sorted(timesteps)
    assert max(timesteps) <= 9 + 1e-9


def test_it_turns_evenly_the_shorter_way() -> None:
    # Half of a quarter turn about x; the third orientation is the second one, negated.
    w, x, y, z = _PATH.at(1.0).orientation_wxyz
    assert (abs(w), abs(x)) == pytest.approx((math.cos(math.pi / 8), math.sin(math.pi / 8)))
    assert (y, z) == pytest.approx((0, 0))
    middle = _PATH.at(2.5).orientation_wxyz
    assert abs(middle[0] * _HALF + middle[1] * _HALF) == pytest.approx(1)


def test_one_keyframe_is_a_still_camera_with_a_unit_quaternion() -> None:
    still = CameraPath((Keyframe(0.0, 2.0, (0.0, -9.0, 0.0), (0.0, 2.0, 0.0, 0.0), 40.0),))
    assert still.at(7).orientation_wxyz == pytest.approx((0, 1, 0, 0))
    assert (still.duration, still.at(7).timestep) == (0.0, 2.0)


def test_a_keyframes_camera_has_its_centre_axes_and_field_of_view() -> None:
    # In front of the face, which looks along -y: forward is +y, down is -z.
    keyframe = Keyframe(0.0, 0.0, (0.5, -9.0, 1.0), (_HALF, -_HALF, 0.0, 0.0), 60.0)
    camera = keyframe_camera(keyframe, 30, 40)
    torch.testing.assert_close(camera.center_world, torch.tensor([0.5, -9, 1]).double())
    forward = camera.camera_to_world[:3, 2]
    torch.testing.assert_close(forward, torch.tensor([0.0, 1.0, 0.0]).double())
    down = camera.world_to_camera @ torch.tensor([0.5, -8.0, 0.0, 1.0]).double()
    assert down[2].item() == pytest.approx(1)
    assert down[1].item() == pytest.approx(1)
    # The upper edge's ray is half the angle above the axis.
    edge = torch.linalg.inv(camera.intrinsics) @ torch.tensor([15.0, 0.0, 1.0]).double()
    assert math.degrees(math.atan2(-edge[1].item(), edge[2].item())) == pytest.approx(30)


def test_a_path_comes_back_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "new" / "path.json"
    write_camera_path(path, _PATH)
    assert read_camera_path(path) == _PATH
    assert [entry.name for entry in path.parent.iterdir()] == ["path.json"]


def test_an_unwritable_path_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "path.json"
    write_camera_path(path, _PATH)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nersemble.files.sync_to_disk", full)
    with pytest.raises(RunError, match=r"path\.json: No space left"):
        write_camera_path(path, CameraPath((_FIRST,)))
    assert read_camera_path(path) == _PATH
    assert [entry.name for entry in tmp_path.iterdir()] == ["path.json"]


def _changed(**changes: Any) -> dict[str, Any]:
    """A keyframe's JSON with other entries; None leaves one out."""
    row = {"seconds": 5, "timestep": 0, "position": [0, -9, 0], "orientation_wxyz": [1, 0, 0, 0],
           "vertical_fov_degrees": 20} | changes  # fmt: skip
    return {name: value for name, value in row.items() if value is not None}


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (_changed(seconds=4), r"keyframe 2: seconds 4 must be above the 5"),
        (_changed(seconds=-1), r"keyframe 2: seconds"),
        (_changed(seconds=1e9), r"keyframe 2: seconds"),
        (_changed(timestep=-0.5), r"keyframe 2: timestep -0.5"),
        (_changed(timestep="3"), r"keyframe 2: timestep must be a number"),
        (_changed(timestep=True), r"keyframe 2: timestep must be a number"),
        (_changed(timestep=10**400), r"keyframe 2: timestep is too large"),
        (_changed(position=[0, 1]), r"keyframe 2: position must be 3 numbers"),
        (_changed(position=[0, 1, float("nan")]), r"not finite"),
        (_changed(orientation_wxyz=[0, 0, 0, 0]), r"keyframe 2: orientation_wxyz is zero"),
        (_changed(vertical_fov_degrees=180), r"keyframe 2: vertical_fov_degrees 180"),
        (_changed(vertical_fov_degrees=None), r"keyframe 2: it lacks vertical_fov_degrees"),
        (_changed(zoom=2), r"keyframe 2: it has the unknown entry 'zoom'"),
        ([], r"keyframe 2: it is not a JSON object"),
    ],
)
def test_a_bad_keyframe_is_named(tmp_path: Path, second: Any, message: str) -> None:
    path = tmp_path / "bad.json"
    rows = [_changed(), second]
    path.write_text(json.dumps({"format": "nersemble-camera-path", "version": 1,
                                "keyframes": rows}))  # fmt: skip
    with pytest.raises(ConfigError, match=message) as caught:
        read_camera_path(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not valid JSON"),
        ("[]", "not a JSON object"),
        ("{}", "not a camera path"),
        ("[" * 100_000, "nested too deep"),
        ('{"format": "nersemble-camera-path", "version": 2, "keyframes": []}', "version is 2"),
        ('{"format": "nersemble-camera-path", "version": 1, "keyframes": []}', "no keyframes"),
        ('{"format": "nersemble-camera-path", "version": 1}', "lacks keyframes"),
        (" " * (2**24 + 1), "more than"),
    ],
)
def test_what_is_no_path_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_camera_path(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.json: No such file"):
        read_camera_path(tmp_path / "none.json")
