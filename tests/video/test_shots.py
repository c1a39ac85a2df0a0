"""Trajectories: where the cameras are and which time they show."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from captures import PARTICIPANT, SEQUENCE
from micro import CAPTURE_SERIALS, EVAL_SERIAL, micro_config, write_capture
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.errors import ConfigError
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.video.camera_path import CameraPath, Keyframe, write_camera_path
from nersemble.video.config import RenderConfig, TrajectoryConfig
from nersemble.video.shots import Shot, plan_shots, view_label
from nersemble.video.trajectories import circle

Plan = Callable[..., list[Shot]]

_CONFIG = RenderConfig(seconds=1, fps=8, downscale_factor=50)
_TRAINING_SERIAL = next(serial for serial in CAPTURE_SERIALS if serial != EVAL_SERIAL)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    root = tmp_path_factory.mktemp("capture")
    write_capture(root)
    return open_dataset(root, PARTICIPANT, SEQUENCE, micro_config().data)


@pytest.fixture
def plan(dataset: Dataset) -> Plan:
    def made(**view: object) -> list[Shot]:
        return plan_shots(_CONFIG, TrajectoryConfig(**view), dataset, 3)  # type: ignore[arg-type]

    return made


def test_the_default_is_the_releases_circle(plan: Plan, dataset: Dataset) -> None:
    expected = circle(8, dataset.train_cameras[0], 44, 64)
    shots = plan()
    assert [shot.timestep for shot in shots] == [0, 0, 1, 1, 1, 1, 2, 2]
    for shot, camera in zip(shots, expected, strict=True):
        torch.testing.assert_close(shot.camera.world_to_camera, camera.world_to_camera)
        torch.testing.assert_close(shot.camera.intrinsics, camera.intrinsics)
    assert view_label(TrajectoryConfig(), dataset) == ""


def test_the_spiral_winds_out_from_the_front_and_back(plan: Plan) -> None:
    centers = torch.stack([s.camera.center_world for s in plan(trajectory="spiral")]) / SCALE_FACTOR
    radii = torch.linalg.vector_norm(centers[:, [0, 2]], dim=1)
    assert radii[0] == 0
    assert radii.argmax() == 4
    assert radii[4].item() == pytest.approx(0.3)
    assert (radii[1:4].diff() > 0).all()
    # The step from the last picture to the first is like the one before it mirrored.
    torch.testing.assert_close(radii[1:], radii[1:].flip(0))
    torch.testing.assert_close(centers[:, 1], torch.full((8,), -1.0).double())


def test_a_static_camera_sees_time_run(plan: Plan, dataset: Dataset) -> None:
    front = plan(trajectory="static")
    assert {tuple(s.camera.center_world.tolist()) for s in front} == {(0.0, -9.0, 0.0)}
    assert [shot.timestep for shot in front] == [0, 0, 1, 1, 1, 1, 2, 2]
    named = plan(trajectory="static", camera=_TRAINING_SERIAL)
    expected = dataset.camera(_TRAINING_SERIAL).resized(44, 64)
    torch.testing.assert_close(named[5].camera.intrinsics, expected.intrinsics)
    torch.testing.assert_close(named[5].camera.world_to_camera, expected.world_to_camera)
    assert {shot.serial for shot in named} == {_TRAINING_SERIAL}


def test_a_capture_camera_sees_every_timestep_once(plan: Plan) -> None:
    shots = plan(trajectory="capture")
    assert [(shot.serial, shot.timestep) for shot in shots] == [(EVAL_SERIAL, t) for t in range(3)]


def test_frozen_time_stands_still_while_the_camera_moves(plan: Plan) -> None:
    shots = plan(trajectory="spiral", frozen_timestep=2)
    assert {shot.timestep for shot in shots} == {2}
    assert len({tuple(shot.camera.center_world.tolist()) for shot in shots}) == 8


@pytest.mark.parametrize("view", [{}, {"trajectory": "static", "camera": _TRAINING_SERIAL}])
def test_time_may_run_through_moments_between_timesteps(
    plan: Plan, view: dict[str, object]
) -> None:
    moments = [shot.timestep for shot in plan(between_timesteps=True, **view)]
    assert moments == pytest.approx([2 * index / 7 for index in range(8)])
    whole = [round(moment) for moment in moments]
    assert whole == [shot.timestep for shot in plan(**view)]


def test_a_file_decides_cameras_times_and_length(plan: Plan, tmp_path: Path) -> None:
    first = Keyframe(0.0, 0.0, (0.0, -9.0, 0.0), (1.0, 0.0, 0.0, 0.0), 20.0)
    last = Keyframe(0.5, 2.0, (3.0, -9.0, 0.0), (1.0, 0.0, 0.0, 0.0), 20.0)
    path = tmp_path / "way.json"
    write_camera_path(path, CameraPath((first, last)))
    shots = plan(trajectory=str(path))
    assert [round(shot.camera.center_world[0].item(), 6) for shot in shots] == [
        0.0, 0.75, 1.5, 2.25, 3.0
    ]  # fmt: skip
    assert [shot.timestep for shot in shots] == [0, 0.5, 1, 1.5, 2]
    assert (shots[0].camera.width, shots[0].camera.height) == (44, 64)
    late = Keyframe(0.5, 2.5, (3.0, -9.0, 0.0), (1.0, 0.0, 0.0, 0.0), 20.0)
    write_camera_path(path, CameraPath((first, late)))
    with pytest.raises(ConfigError, match=r"way\.json, keyframe 2: timestep 2.5.*0 to 2"):
        plan(trajectory=str(path))


def test_names_tell_views_apart(dataset: Dataset) -> None:
    views = [
        TrajectoryConfig("spiral", frozen_timestep=1),
        TrajectoryConfig("static"),
        TrajectoryConfig("static", camera=_TRAINING_SERIAL),
        TrajectoryConfig("capture"),
        TrajectoryConfig("some/where/way.json"),
    ]
    assert [view_label(view, dataset) for view in views] == [
        "_spiral_timestep-1",
        "_static",
        f"_static_{_TRAINING_SERIAL}",
        f"_capture_{EVAL_SERIAL}",
        "_way",
    ]


@pytest.mark.parametrize(
    ("view", "message"),
    [
        ({"trajectory": "orbit"}, "--trajectory orbit.*circle, spiral, static, capture"),
        ({"camera": EVAL_SERIAL}, "--camera names a fixed camera"),
        ({"trajectory": "static", "camera": "1"}, f"--camera 1 .*{EVAL_SERIAL}"),
        ({"frozen_timestep": 3}, "--frozen_timestep 3 does not exist: the run has 3"),
        ({"frozen_timestep": -2}, "--frozen_timestep"),
        ({"trajectory": "capture", "frozen_timestep": 1}, "--trajectory static"),
        ({"trajectory": "capture", "between_timesteps": True}, "--trajectory static"),
        ({"trajectory": "no.json"}, r"no\.json"),
    ],
)
def test_impossible_views_are_named(plan: Plan, view: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        plan(**view)
