"""Poses in other units, with other axes or inverted: recognised, and read as the message says."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from captures import PARTICIPANT, SEQUENCE, model_to_calibration, write_tiny_capture
from nersemble.captures.check import check_captures
from nersemble.captures.rig_check import check_poses, remarks, roll_degrees
from nersemble.data_manager.config import PoseConfig
from nersemble.data_manager.layouts import open_capture
from nersemble.errors import CaptureError, ConfigError
from nersemble.geometry.camera import Camera

Pose = np.ndarray[Any, Any]

_GL = np.diag([1.0, -1.0, -1.0, 1.0])


def _scaled(pose: Pose, factor: float) -> Pose:
    return np.concatenate([pose[:, :3], pose[:, 3:] * [[factor], [factor], [factor], [1]]], 1)


_WRITTEN: dict[str, tuple[Callable[[Pose], Pose], PoseConfig]] = {
    "millimetres": (lambda p: _scaled(p, 1000), PoseConfig(metres_per_unit=0.001)),
    "centimetres": (lambda p: _scaled(p, 100), PoseConfig(metres_per_unit=0.01)),
    "inverse": (np.linalg.inv, PoseConfig("camera_to_world_opencv")),
    "opengl": (lambda p: _GL @ p, PoseConfig("world_to_camera_opengl")),
    "nerf": (lambda p: np.linalg.inv(p) @ _GL, PoseConfig("camera_to_world_opengl")),
    "both": (
        lambda p: np.linalg.inv(_scaled(p, 1000)) @ _GL,
        PoseConfig("camera_to_world_opengl", 0.001),
    ),
}


def _rewrite(participant: Path, change: Callable[[Pose], Pose]) -> None:
    path = participant / "camera_params.json"
    content = json.loads(path.read_text())
    poses = content["world_2_cam"]
    content["world_2_cam"] = {s: change(np.array(pose)).tolist() for s, pose in poses.items()}
    path.write_text(json.dumps(content))


@pytest.mark.parametrize("kind", _WRITTEN)
def test_another_reading_is_named_and_mends_the_poses(tmp_path: Path, kind: str) -> None:
    change, meant = _WRITTEN[kind]
    participant = write_tiny_capture(tmp_path, frame_numbers=(0,))
    right = open_capture(tmp_path, PARTICIPANT, SEQUENCE)
    check_poses(right, PoseConfig())
    _rewrite(participant, change)
    (row,) = check_captures(tmp_path)
    options = dict(re.findall(r"--(\w+) ([\w.]+)\)", row.problem))
    given = PoseConfig(
        options.get("poses", "world_to_camera_opencv"),  # type: ignore[arg-type]
        float(options.get("metres_per_unit", 1)),
    )
    assert given == meant
    assert all(not row.problem for row in check_captures(tmp_path, poses=given))
    mended = open_capture(tmp_path, PARTICIPANT, SEQUENCE, poses=given)
    for camera, expected in zip(mended.cameras, right.cameras, strict=True):
        np.testing.assert_allclose(
            camera.camera.world_to_camera, expected.camera.world_to_camera, atol=1e-9
        )


def test_a_unit_that_is_wrongly_given_is_named_too(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, frame_numbers=(0,))
    wrong = PoseConfig(metres_per_unit=0.001)
    capture = open_capture(tmp_path, PARTICIPANT, SEQUENCE, poses=wrong)
    with pytest.raises(CaptureError, match=r"in metres \(--metres_per_unit 1\)"):
        check_poses(capture, wrong)


def test_no_length_is_refused() -> None:
    with pytest.raises(ConfigError, match="--metres_per_unit is 0"):
        PoseConfig(metres_per_unit=0)


def test_cameras_that_look_away_or_lie_on_their_side_are_named(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, frame_numbers=(0,))
    cameras = {c.serial: c.camera for c in open_capture(tmp_path, PARTICIPANT, SEQUENCE).cameras}
    assert remarks(cameras) == {}
    turned, away, beside = list(cameras)[:3]
    quarter = np.array([[0.0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    cameras[turned] = _moved(cameras[turned], quarter)
    cameras[away] = _moved(cameras[away], _GL)
    shift = np.eye(4)
    shift[0, 3] = 20.0
    cameras[beside] = _moved(cameras[beside], shift)
    said = remarks(cameras)
    assert list(said) == [turned, away, beside]
    assert "turned by 90 degrees" in said[turned]
    assert "looks away" in said[away]
    assert "not have the head's centre" in said[beside]


def test_a_lens_of_pictures_of_another_size_is_named(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, frame_numbers=(0,))
    cameras = {c.serial: c.camera for c in open_capture(tmp_path, PARTICIPANT, SEQUENCE).cameras}
    first, *_ = cameras
    camera = cameras[first]
    lens = camera.intrinsics * camera.intrinsics.new_tensor([[2.0], [2.0], [1.0]])
    cameras[first] = Camera(lens, camera.world_to_camera, camera.width, camera.height)
    said = remarks(cameras)
    assert list(said) == [first]
    assert "as if it were calibrated for another size" in said[first]


def _moved(camera: Camera, change: Pose) -> Camera:
    pose = change @ camera.world_to_camera.numpy()
    return Camera(
        camera.intrinsics, camera.world_to_camera.new_tensor(pose), camera.width, camera.height
    )


def test_the_roll_is_that_of_up_in_the_picture() -> None:
    pose = np.diag([1.0, -1.0, -1.0, 1.0])
    assert roll_degrees(pose) == pytest.approx(0)
    assert abs(roll_degrees(np.diag([-1.0, 1.0, -1.0, 1.0]))) == pytest.approx(180)


def test_calibrated_poses_come_back_from_the_model_world(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, frame_numbers=(0,))
    for found in open_capture(tmp_path, PARTICIPANT, SEQUENCE).cameras:
        expected = model_to_calibration(found.camera.world_to_camera)
        np.testing.assert_allclose(found.camera.calibrated_pose, expected, atol=1e-12)
