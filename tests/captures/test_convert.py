"""Conversion of own recordings: lenses, calibrations, alignment, and pixels against the truth."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nersemble.captures.convert.alignment import align
from nersemble.captures.convert.calibrations import read_calibration
from nersemble.captures.convert.config import AlignmentConfig, ConvertConfig
from nersemble.captures.convert.lens import Lens, undistortion
from nersemble.captures.convert.plan import make_plan
from nersemble.captures.convert.writer import convert
from nersemble.data_manager.calibration import read_camera_params
from nersemble.data_manager.layouts import open_capture
from nersemble.errors import CaptureError, ConfigError
from nersemble.geometry.scene_box import DEFAULT_SCENE_BOX
from own_captures import (
    HEIGHT,
    LENSES,
    UNITS_PER_METRE,
    WIDTH,
    pinhole_shot,
    recorded,
    solved_pose,
    true_pose,
    undistorted,
    write_colmap,
    write_recordings,
    write_transforms,
)
from video_captures import random_pictures, write_video

_POINTS = np.array([[0.1, -0.2], [-0.35, 0.3], [0.42, 0.05]])


def _lens(**distortion: Any) -> Lens:
    return Lens((100, 100), (1.0, 1.0), (0.0, 0.0), **distortion)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with recordings, masks and each kind of calibration; read only."""
    folder = tmp_path_factory.mktemp("own")
    write_recordings(folder, 3)
    write_colmap(folder / "binary" / "sparse" / "0", binary=True)
    write_colmap(folder / "text", binary=False)
    write_transforms(folder / "nerfstudio" / "transforms.json")
    return folder


def test_the_lens_models_are_those_of_opencv() -> None:
    """The numbers are what cv2.projectPoints and cv2.fisheye.distortPoints (5.0) give."""
    rational = _lens(
        radial=(-0.31, 0.12, -0.04, 0.05, -0.02, 0.01), tangential=(0.0011, -0.0023)
    ).distort(_POINTS)
    expected = [[0.09803369, -0.19624238], [-0.32679342, 0.27992347], [0.39374498, 0.04712018]]
    np.testing.assert_allclose(rational, expected, atol=1e-8)
    fisheye = _lens(radial=(0.08, -0.03, 0.011, -0.002), fisheye=True).distort(_POINTS)
    expected = [[0.09875572, -0.19751143], [-0.33253236, 0.28502774], [0.40214211, 0.04787406]]
    np.testing.assert_allclose(fisheye, expected, atol=1e-8)


def test_undistorted_pixels_are_found_where_the_lens_put_them() -> None:
    for lens in LENSES.values():
        pixels = np.random.default_rng(0).uniform(0, 1, (50, 2)) * lens.size
        distorted = (pixels - lens.principal_point) / lens.focal
        np.testing.assert_allclose(lens.distort(undistorted(lens, distorted)), distorted, atol=1e-9)


def test_a_polynomial_that_turns_back_is_not_followed_beyond() -> None:
    """r (1 + k r^2) with k < 0 grows up to 1 / sqrt(-3 k)."""
    assert _lens(radial=(-0.3,)).usable_radius() == pytest.approx(1 / np.sqrt(0.9), abs=5e-3)
    wide = Lens((1000, 1000), (300.0, 300.0), (500.0, 500.0), (-0.3,))
    pinhole = undistortion(wide, (1000, 1000), (200, 200), "w")
    corner = np.linalg.norm([99.5, 99.5]) / pinhole.intrinsics[0, 0]
    assert corner < wide.usable_radius()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["binary", "text", "nerfstudio"])
def test_every_calibration_gives_the_same_cameras(recordings: Path, kind: str) -> None:
    images = {Path(i.name).stem: i for i in read_calibration(recordings / kind)}
    assert images.keys() == LENSES.keys()
    for name, image in images.items():
        np.testing.assert_allclose(image.world_to_camera, solved_pose(name), atol=1e-9)
        assert image.lens.focal == LENSES[name].focal
        assert image.lens.principal_point == LENSES[name].principal_point
        np.testing.assert_allclose(image.lens.distort(_POINTS), LENSES[name].distort(_POINTS))


@pytest.mark.slow
def test_converted_pictures_are_those_of_a_pinhole(recordings: Path, tmp_path: Path) -> None:
    config = ConvertConfig(masks=recordings / "masks", start=1)
    plan = make_plan(recordings / "recordings", recordings / "binary", config)
    convert(plan, tmp_path, 1000, "TALK", recordings)
    capture = open_capture(tmp_path, 1000, "TALK")
    calibration = read_camera_params(tmp_path / "1000" / "camera_params.json")
    assert tuple(capture.frame_numbers) == (0, 1)
    for name in LENSES:
        intrinsics = calibration.intrinsics[name]
        truth = pinhole_shot(name, 2, intrinsics, WIDTH, HEIGHT)
        other = pinhole_shot(name, 2, LENSES[name].intrinsics(), WIDTH, HEIGHT)
        frame = capture.read(name, 1)
        error = np.abs(frame.rgb / 255 - truth.rgb).mean()
        assert error < 0.012, name
        assert np.abs(frame.alpha / 255 - truth.alpha).mean() < 0.01, name
        if not LENSES[name].is_pinhole:
            assert np.abs(frame.rgb / 255 - other.rgb).mean() > 2 * error, name


def test_the_world_becomes_metres_with_the_head_upright(recordings: Path) -> None:
    poses = {name: solved_pose(name) for name in LENSES}
    found = align(poses, AlignmentConfig())
    assert found.metres_per_unit == pytest.approx(1 / UNITS_PER_METRE, rel=0.02)
    for name, pose in poses.items():
        placed, true = found.apply(pose), true_pose(name)
        turn = placed[:3, :3].T @ true[:3, :3]
        assert np.degrees(np.arccos((np.trace(turn) - 1) / 2)) < 6
        positions = [-p[:3, :3].T @ p[:3, 3] for p in (placed, true)]
        assert np.linalg.norm(positions[0] - positions[1]) < 0.1
    exact = align(poses, AlignmentConfig(metres_per_unit=1 / UNITS_PER_METRE, front_camera="plain"))
    first, second = (exact.apply(poses[name]) for name in ("plain", "c"))
    relative = true_pose("c") @ np.linalg.inv(true_pose("plain"))
    np.testing.assert_allclose(second @ np.linalg.inv(first), relative, atol=1e-9)
    x, _, z = -first[:3, :3].T @ first[:3, 3]
    assert abs(x) < 1e-9 < z


def test_what_the_cameras_do_not_tell_has_to_be_said() -> None:
    parallel = {name: np.eye(4) for name in "ab"}
    parallel["b"] = parallel["b"].copy()
    parallel["b"][0, 3] = 1.0
    with pytest.raises(CaptureError, match=r"parallel.*--center"):
        align(parallel, AlignmentConfig())
    assert align(parallel, AlignmentConfig(center=(0, 0, 2))).metres_per_unit > 0
    with pytest.raises(ConfigError, match="--front_camera z is not a camera: choose from a, b"):
        align(parallel, AlignmentConfig(center=(0, 0, 2), front_camera="z"))
    ring = {n: true_pose("plain") @ _turn(a) for n, a in zip("abc", (0, 2.1, 4.2), strict=True)}
    with pytest.raises(CaptureError, match="--front_camera"):
        align(ring, AlignmentConfig())
    assert align(ring, AlignmentConfig(front_camera="b")).rotation.shape == (3, 3)


def _turn(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s, 0], [0, 1, 0, 0], [-s, 0, c, 0], [0, 0, 0, 1]])


def test_pictures_become_one_size(tmp_path: Path) -> None:
    """A square of 64 pixels between others becomes 48x32: cropped, and still square."""
    write_recordings(tmp_path, 1, names=("plain", "c"), videos=False)
    (tmp_path / "recordings" / "square").mkdir()
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    square = np.repeat(np.repeat(ramp[None, :, None], 64, 0), 3, 2)
    Image.fromarray(square).save(tmp_path / "recordings" / "square" / "0.png")
    write_transforms(tmp_path / "transforms.json", ("plain", "c", "GoPro 1"))
    content = json.loads((tmp_path / "transforms.json").read_text())
    content["frames"][2] |= {"file_path": "square/0.png", "w": 64, "h": 64, "cx": 32, "cy": 32}
    content["frames"][2] |= {"fl_x": 200, "fl_y": 200, "camera_model": "PINHOLE"}
    content["frames"][2] |= dict.fromkeys(("k1", "k2", "k3", "k4", "p1", "p2"), 0)
    (tmp_path / "transforms.json").write_text(json.dumps(content))
    source, calibration = tmp_path / "recordings", tmp_path / "transforms.json"
    with pytest.raises(CaptureError, match=r"Camera \w+ recorded \d+x\d+.*--size"):
        make_plan(source, calibration, ConvertConfig(cameras=("square", "plain")))
    plan = make_plan(source, calibration, ConvertConfig(size=(48, 32)))
    convert(plan, tmp_path / "data", 0, "S", source)
    frame = open_capture(tmp_path / "data", 0, "S").read("square", 0)
    assert frame.rgb.shape == (32, 48, 3)
    # 64 columns have become 48, less the half pixel at the border that has no neighbour.
    focal = read_camera_params(tmp_path / "data/000/camera_params.json").intrinsics["square"][0, 0]
    assert focal == pytest.approx(150, rel=0.03)
    expected = 255 * ((np.arange(48) + 0.5 - 24) * 200 / focal + 31.5) / 63
    assert np.abs(frame.rgb[16, 2:-2, 0] - expected[2:-2]).max() < 4


def test_folders_of_pictures_are_read_in_the_order_of_time(
    recordings: Path, tmp_path: Path
) -> None:
    write_recordings(tmp_path, 3, videos=False)
    for source in (recordings, tmp_path):
        plan = make_plan(source / "recordings", recordings / "text", ConvertConfig())
        convert(plan, tmp_path / source.name, 5, "T", source)
    for number in range(3):
        read = [open_capture(tmp_path / s.name, 5, "T") for s in (recordings, tmp_path)]
        video, pictures = (capture.read("c", number).rgb.astype(int) for capture in read)
        assert np.abs(video - pictures).max() <= 1


def test_pictures_of_another_shape_than_calibrated(recordings: Path, tmp_path: Path) -> None:
    for name in LENSES:
        write_video(tmp_path / f"{name}.mp4", random_pictures(1, scale=25))
    with pytest.raises(CaptureError, match=r"88x128.*calibration is for 96x128"):
        make_plan(tmp_path, recordings / "text", ConvertConfig())


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (ConvertConfig(start=1), [1, 2]),
        (ConvertConfig(every=2), [0, 2]),
        (ConvertConfig(n_timesteps=2), [0, 1]),
    ],
)
def test_the_frames_that_are_asked_for(
    recordings: Path, config: ConvertConfig, expected: list[int]
) -> None:
    plan = make_plan(recordings / "recordings", recordings / "text", config)
    assert list(plan.frames) == expected


@pytest.mark.parametrize("meant", ["camera_to_world_opencv", "world_to_camera_opencv"])
def test_other_poses_than_nerfstudios_are_named_and_read(
    recordings: Path, tmp_path: Path, meant: Any
) -> None:
    content = json.loads((recordings / "nerfstudio" / "transforms.json").read_text())
    for frame in content["frames"]:
        pose = solved_pose(Path(frame["file_path"]).stem)
        matrix = pose if meant.startswith("world") else np.linalg.inv(pose)
        frame["transform_matrix"] = matrix.tolist()
    path = tmp_path / "transforms.json"
    path.write_text(json.dumps(content))
    source = recordings / "recordings"
    with pytest.raises(CaptureError, match=f"--poses {meant}"):
        make_plan(source, path, ConvertConfig())
    right = make_plan(source, recordings / "nerfstudio", ConvertConfig())
    mended = make_plan(source, path, ConvertConfig(poses=meant))
    for camera, expected in zip(mended.cameras, right.cameras, strict=True):
        np.testing.assert_allclose(camera.world_to_camera, expected.world_to_camera, atol=1e-6)


def test_the_masks_give_the_scale(recordings: Path) -> None:
    """The head fills the scene box, whatever its true size; a given scale is kept."""
    source, calibration = recordings / "recordings", recordings / "binary"
    plan = make_plan(source, calibration, ConvertConfig(masks=recordings / "masks"))
    assert plan.hull is not None
    assert plan.hull.share_inside(DEFAULT_SCENE_BOX) > 0.98
    low, high = plan.hull.extent
    room = DEFAULT_SCENE_BOX.tensor()
    assert ((high - low) / (room[1] - room[0])).max() == pytest.approx(0.9, abs=0.15)
    assert "100 % of it lie in the scene box" in plan.describe()
    given = AlignmentConfig(metres_per_unit=1 / UNITS_PER_METRE)
    config = ConvertConfig(masks=recordings / "masks", alignment=given)
    plan = make_plan(source, calibration, config)
    assert plan.alignment.metres_per_unit == 1 / UNITS_PER_METRE
    assert plan.hull is not None


def test_a_given_centre_stays(recordings: Path) -> None:
    center = (-3.0, 2.0, -9.0)
    config = ConvertConfig(masks=recordings / "masks", alignment=AlignmentConfig(center=center))
    plan = make_plan(recordings / "recordings", recordings / "binary", config)
    np.testing.assert_array_equal(plan.alignment.center, center)
    assert plan.hull is not None
    assert plan.hull.share_inside(DEFAULT_SCENE_BOX) > 0.98


def test_a_head_that_the_box_cuts_off_and_a_mask_that_contradicts(
    recordings: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_recordings(tmp_path, 1)
    inverted = np.rint(255 * (1 - recorded("c", 0)[1])).astype(np.uint8)
    (tmp_path / "masks" / "c.mp4").unlink()
    write_video(tmp_path / "masks" / "c.mp4", [inverted])
    config = ConvertConfig(masks=tmp_path / "masks", alignment=AlignmentConfig(camera_distance=2.5))
    make_plan(tmp_path / "recordings", recordings / "binary", config)
    said = caplog.text
    assert "of the head lie outside the scene box" in said
    assert "Camera c has alpha maps that seem to be inverted, by the other cameras (it sees" in said
    assert "--without_cameras c" in said
    config = ConvertConfig(masks=tmp_path / "masks", without_cameras=("c",))
    plan = make_plan(tmp_path / "recordings", recordings / "binary", config)
    assert "c" not in [camera.name for camera in plan.cameras]
    with pytest.raises(ConfigError, match="--without_cameras names z"):
        make_plan(
            tmp_path / "recordings", recordings / "binary", ConvertConfig(without_cameras=("z",))
        )


def test_a_camera_that_is_upside_down_is_named(
    recordings: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content = json.loads((recordings / "nerfstudio" / "transforms.json").read_text())
    (frame,) = [f for f in content["frames"] if Path(f["file_path"]).stem == "c"]
    turned = np.array(frame["transform_matrix"]) @ np.diag([-1.0, -1.0, 1.0, 1.0])
    frame["transform_matrix"] = turned.tolist()
    (tmp_path / "transforms.json").write_text(json.dumps(content))
    make_plan(recordings / "recordings", tmp_path / "transforms.json", ConvertConfig())
    assert re.search(r"Camera c is turned by -?1[678]\d degrees against up", caplog.text)
    assert caplog.text.count("against up") == 1
