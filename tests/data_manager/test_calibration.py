"""Reading calibration files: poses against the capture, and every way a file can be wrong."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from captures import look_at_origin, model_to_calibration, write_camera_params
from nersemble.data_manager.calibration import cameras, read_camera_params
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import CaptureError
from nersemble.geometry.world import SCALE_FACTOR


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "camera_params.json"
    write_camera_params(path, {s: look_at_origin(0.3 * i, 0.1) for i, s in enumerate(SERIALS[:3])})
    return path


def _edit(path: Path, *keys: str, value: Any) -> None:
    content = json.loads(path.read_text())
    inner = content
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    path.write_text(json.dumps(content))


def _failure(path: Path) -> str:
    with pytest.raises(CaptureError) as caught:
        read_camera_params(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_a_point_projects_as_the_file_says(path: Path) -> None:
    """A point through the file's own matrices, by hand, lands where our camera puts it."""
    calibration = read_camera_params(path)
    point_metres = np.array([0.05, -0.1, 0.07])
    for camera in cameras(calibration, (550, 802)):
        pose = np.array(json.loads(path.read_text())["world_2_cam"][camera.serial])
        k = np.array(json.loads(path.read_text())["intrinsics"])
        u, v, w = k @ (pose[:3, :3] @ point_metres + pose[:3, 3])
        x, y, z = point_metres
        point_world = torch.tensor([x, -z, y], dtype=torch.float64) * SCALE_FACTOR
        in_camera = camera.camera.world_to_camera[:3] @ torch.cat([point_world, torch.ones(1)])
        ours = camera.camera.intrinsics @ in_camera
        assert (ours[:2] / ours[2]).tolist() == pytest.approx([u / w / 4, v / w / 4], abs=1e-9)
        assert float(ours[2]) == pytest.approx(w * SCALE_FACTOR)


def test_poses_survive_the_way_to_the_model_world_and_back(path: Path) -> None:
    calibration = read_camera_params(path)
    for camera in cameras(calibration, (2200, 3208)):
        back = model_to_calibration(camera.camera.world_to_camera).numpy()
        np.testing.assert_allclose(back, calibration.world_to_camera[camera.serial], atol=1e-15)


def test_each_axis_is_scaled_by_its_own_ratio(path: Path) -> None:
    intrinsics = cameras(read_camera_params(path), (137, 200))[0].camera.intrinsics
    assert intrinsics[0, 0] == pytest.approx(8190 * 137 / 2200)
    assert intrinsics[1, 2] == pytest.approx(1620 * 200 / 3208)


def test_intrinsics_per_camera_for_pictures_of_another_size(path: Path) -> None:
    matrices = {s: np.diag([4000.0 + i, 4000.0, 1.0]).tolist() for i, s in enumerate(SERIALS[:3])}
    _edit(path, "intrinsics", value=matrices)
    found = cameras(read_camera_params(path, (1100, 1604)), (1100, 1604))
    assert [float(c.camera.intrinsics[0, 0]) for c in found] == [4000.0, 4001.0, 4002.0]


def test_cameras_come_by_id_whatever_the_order_of_the_file(tmp_path: Path) -> None:
    serials = ["zzz", SERIALS[9], "aaa", SERIALS[2]]
    path = tmp_path / "camera_params.json"
    write_camera_params(path, {s: look_at_origin(0.1, 0.0) for s in serials})
    found = cameras(read_camera_params(path), (22, 32))
    assert [c.serial for c in found] == [SERIALS[2], SERIALS[9], "zzz", "aaa"]
    assert [c.camera_id for c in found] == [2, 9, 16, 17]


def test_capture_900_has_its_cameras_a_metre_away_in_front_of_the_face(scan_root: Path) -> None:
    found = cameras(read_camera_params(scan_root / "900" / "camera_params.json"), (275, 401))
    assert [c.camera_id for c in found] == list(range(16))
    centers = torch.stack([c.camera.center_world for c in found]).numpy() / SCALE_FACTOR
    distances = np.linalg.norm(centers, axis=1)
    assert (distances > 0.9).all()
    assert (distances < 1.2).all()
    assert (centers[:, 1] < 0).all(), "the face looks along -y"
    assert found[0].camera.intrinsics[0, 0] == pytest.approx(8190 / 8)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "does not exist" in _failure(tmp_path / "camera_params.json")


def test_a_file_that_is_not_json(path: Path) -> None:
    path.write_text(path.read_text()[:-50])
    assert "not valid JSON" in _failure(path)
    path.write_bytes(b"\xff\xfe\x00binary")
    assert "not valid JSON" in _failure(path)
    path.write_text("[1, 2]")
    assert "not a JSON object" in _failure(path)


@pytest.mark.parametrize("key", ["world_2_cam", "intrinsics"])
def test_a_missing_entry_is_named(path: Path, key: str) -> None:
    content = json.loads(path.read_text())
    del content[key]
    path.write_text(json.dumps(content))
    assert f"no '{key}'" in _failure(path)


def test_poses_that_are_no_mapping(path: Path) -> None:
    _edit(path, "world_2_cam", value={})
    assert "is empty" in _failure(path)
    _edit(path, "world_2_cam", value=[1])
    assert "is a list" in _failure(path)


def test_nan_in_a_pose_names_the_camera(path: Path) -> None:
    pose = look_at_origin(0.0, 0.0)
    pose[1, 3] = np.nan
    _edit(path, "world_2_cam", SERIALS[1], value=pose.tolist())
    message = _failure(path)
    assert SERIALS[1] in message
    assert "1 entries that are NaN" in message


@pytest.mark.parametrize(
    "value", [np.eye(3).tolist(), np.eye(4)[:2].tolist(), 5, [[1, 2], [3]], "pose", None]
)
def test_a_pose_of_the_wrong_shape_names_the_camera(path: Path, value: Any) -> None:
    _edit(path, "world_2_cam", SERIALS[2], value=value)
    message = _failure(path)
    assert SERIALS[2] in message
    assert "4x4" in message or "(4, 4)" in message


def test_a_scaled_rotation_is_refused_with_what_was_found(path: Path) -> None:
    pose = look_at_origin(0.4, 0.1)
    pose[:3, :3] *= 1.01
    _edit(path, "world_2_cam", SERIALS[0], value=pose.tolist())
    message = _failure(path)
    assert SERIALS[0] in message
    assert "not a rotation" in message
    assert "0.0201" in message


def test_a_rotation_within_the_tolerance_is_accepted(path: Path) -> None:
    pose = look_at_origin(0.4, 0.1)
    pose[:3, :3] *= 1.0001
    _edit(path, "world_2_cam", SERIALS[0], value=pose.tolist())
    read_camera_params(path)


def test_a_reflection_is_refused(path: Path) -> None:
    pose = look_at_origin(0.4, 0.1)
    pose[0] *= -1
    _edit(path, "world_2_cam", SERIALS[0], value=pose.tolist())
    message = _failure(path)
    assert SERIALS[0] in message
    assert "reflection" in message
    assert "-1.000" in message


def test_a_transposed_pose_is_refused(path: Path) -> None:
    _edit(path, "world_2_cam", SERIALS[0], value=look_at_origin(0.4, 0.1).T.tolist())
    assert "last row" in _failure(path)


@pytest.mark.parametrize("focal", [0.0, -8190.0])
def test_a_focal_length_must_be_positive(path: Path, focal: float) -> None:
    _edit(path, "intrinsics", value=[[focal, 0, 1100], [0, 8190, 1604], [0, 0, 1]])
    message = _failure(path)
    assert "focal" in message
    assert str(focal) in message


def test_intrinsics_that_lack_a_camera_or_are_misshapen(path: Path) -> None:
    good = [[8190, 0, 1100], [0, 8190, 1604], [0, 0, 1]]
    _edit(path, "intrinsics", value={SERIALS[0]: good, SERIALS[1]: good})
    message = _failure(path)
    assert SERIALS[2] in message
    assert "no intrinsics" in message
    _edit(path, "intrinsics", value=np.transpose(good).tolist())
    assert "transposed" in _failure(path)
    _edit(path, "intrinsics", value=good[:2])
    assert "(2, 3)" in _failure(path)


@pytest.mark.parametrize("size", [[96], [96, 0], [96.5, 128], "96x128", [True, 1], None])
def test_an_image_size_that_is_none(tmp_path: Path, size: object) -> None:
    path = tmp_path / "camera_params.json"
    write_camera_params(path, {"mine": np.eye(4)})
    path.write_text(json.dumps(json.loads(path.read_text()) | {"image_size": [96, 128]}))
    assert read_camera_params(path).size[1] == 128
    path.write_text(json.dumps(json.loads(path.read_text()) | {"image_size": size}))
    with pytest.raises(CaptureError, match=r"'image_size' is .* must be"):
        read_camera_params(path)
