"""A capture of a class of one's own: the ball of ``examples/own_capture.py``, and what people get
wrong with theirs."""

import pickle
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nersemble
from nersemble import Camera, CaptureCamera, Frame, NersembleError
from nersemble.data_manager.capture import Capture
from own_library import MICRO
from source_tree import ROOT

Ball: Any = runpy.run_path(str(ROOT / "examples" / "own_capture.py"))["Ball"]


def _trainer(capture: Capture, models: Path, **options: Any) -> nersemble.Trainer:
    given = {"preset": "tiny", "models_path": models, "device": "cpu", "max_steps": 2}
    return nersemble.Trainer(capture, **{**given, **MICRO, **options})


def test_it_is_trained_and_evaluated(tmp_path: Path) -> None:
    ball = Ball(n_cameras=5, n_frames=2)
    # The ids are those of cameras that NeRSemble's rig holds out; theirs alone would be.
    with _trainer(ball, tmp_path, eval_cameras=("camera-2",)) as trainer:
        trainer.step()
        path = trainer.save()
    head = nersemble.load(path, capture=ball, device="cpu")
    assert head.held_out == ("camera-2",)
    assert set(head.evaluate().per_cam) == {"camera-2"}
    assert head.render("camera-2").rgb.shape == (48, 48, 3)


def test_only_a_serial_gives_a_camera_a_role_of_the_rig(tmp_path: Path) -> None:
    with _trainer(Ball(n_cameras=8, n_frames=1), tmp_path) as trainer:
        assert len(trainer.head.held_out) == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rgb": np.zeros((48, 48, 3), np.float32)}, r"rgb of camera .* is float32 \[48, 48, 3\]"),
        (
            {"rgb": np.zeros((48, 48), np.uint8)},
            r"uint8 \[48, 48\], but must be uint8 \[48, 48,",
        ),
        ({"alpha": np.zeros((48, 40), np.uint8)}, r"alpha of camera .*\[48, 40\]"),
        ({"alpha": None}, "alpha of camera .* is NoneType"),
        ({"depth": np.zeros((48, 48))}, r"depth of camera .* is float64.*must be uint16"),
    ],
)
def test_a_frame_of_another_kind_gets_a_sentence(
    tmp_path: Path, wrong: dict[str, Any], message: str
) -> None:
    class Wrong(Ball):
        def read(self, serial: str, frame_number: int) -> Frame:
            frame = super().read(serial, frame_number)
            arrays = {"rgb": frame.rgb, "alpha": frame.alpha, "depth": None}
            return Frame(**{**arrays, **wrong})

    with pytest.raises(NersembleError, match=message):
        _trainer(Wrong(n_cameras=4, n_frames=1), tmp_path)


def test_a_capture_on_disk_is_pickled_by_its_name(capture: Capture) -> None:
    content = pickle.dumps(capture)
    assert len(content) < 2000
    again = pickle.loads(content)
    serial = again.cameras[3].serial
    assert repr(again) == repr(capture)
    np.testing.assert_array_equal(again.read(serial, 1).rgb, capture.read(serial, 1).rgb)


class Grey(Capture):
    """Nothing to see."""

    def read(self, serial: str, frame_number: int) -> Frame:
        raise NotImplementedError


def _camera(width: int = 4) -> Camera:
    return Camera.calibrated(np.diag([9.0, 9.0, 1.0]), np.eye(4), width, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cameras": ()}, "at least one camera"),
        ({"frame_numbers": ()}, "one frame number"),
        ({"frame_numbers": (1, 0)}, "do not ascend"),
        (
            {"cameras": [CaptureCamera(n, "a", _camera()) for n in (0, 1)]},
            "cameras .* serial a",
        ),
        (
            {"cameras": [CaptureCamera(n, f"c{n}", _camera(4 + n)) for n in (0, 1)]},
            "5 x 3 pixels for camera c1 and 4 x 3 for camera c0",
        ),
    ],
)
def test_a_capture_that_cannot_be_gets_a_sentence(changes: dict[str, Any], message: str) -> None:
    cameras = [CaptureCamera(0, "a", _camera())]
    given = {"participant": 1, "sequence": "x", "cameras": cameras, "frame_numbers": [0]}
    assert Grey(**given).available == {"a"}
    with pytest.raises(NersembleError, match=message):
        Grey(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"intrinsics": np.eye(4)}, r"intrinsics must be 3 x 3 finite numbers, not \[4, 4\]"),
        ({"intrinsics": "wide"}, "intrinsics must be a matrix of numbers"),
        ({"world_to_camera": np.full((4, 4), np.nan)}, "pose must be 4 x 4 finite numbers"),
        ({"world_to_camera": 2 * np.eye(4)}, "without scale or mirroring"),
        ({"world_to_camera": np.diag([1.0, 1.0, -1.0, 1.0])}, "without scale or mirroring"),
        ({"width": 0}, "0 x 3 pixels"),
        ({"intrinsics": np.diag([-9.0, 9.0, 1.0])}, "focal lengths above 0"),
    ],
)
def test_a_camera_that_cannot_be_gets_a_sentence(changes: dict[str, Any], message: str) -> None:
    given = {"intrinsics": np.eye(3), "world_to_camera": np.eye(4), "width": 4, "height": 3}
    with pytest.raises(NersembleError, match=message):
        Camera.calibrated(**{**given, **changes})


def test_a_calibrated_camera_is_in_metres_with_y_up() -> None:
    # 1 m in front of a face that looks along +z.
    pose = np.array([[1.0, 0, 0, 0], [0, -1, 0, 0], [0, 0, -1, 1]])
    camera = Camera.calibrated([[9, 0, 2], [0, 9, 1.5], [0, 0, 1]], pose, 4, 3)
    # In the model world z is up and the face looks along -y.
    np.testing.assert_allclose(camera.center_world, [0, -9, 0], atol=1e-12)
    np.testing.assert_allclose(camera.calibrated_pose[:3], pose, atol=1e-12)
