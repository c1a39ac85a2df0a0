"""The circle in front of the face, and the time a picture shows."""

import dataclasses
import math
from typing import Any

import pytest
import torch

from nersemble.errors import ConfigError
from nersemble.geometry.camera import Camera
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.video.config import RenderConfig
from nersemble.video.trajectories import circle, timesteps_for


@pytest.fixture
def capture_camera() -> Camera:
    intrinsics = torch.tensor(
        [[4095.0, 0.0, 555.0], [0.0, 4096.0, 801.0], [0.0, 0.0, 1.0]], dtype=torch.float64
    )
    return Camera(intrinsics, torch.eye(4, dtype=torch.float64), 1100, 1604)


@pytest.mark.parametrize("n_frames", [1, 7, 96])
def test_every_camera_looks_upright_at_the_head(capture_camera: Camera, n_frames: int) -> None:
    cameras = circle(n_frames, capture_camera, 550, 802)
    assert len(cameras) == n_frames
    for camera in cameras:
        rotation = camera.world_to_camera[:3, :3]
        torch.testing.assert_close(rotation @ rotation.T, torch.eye(3, dtype=torch.float64))
        assert torch.linalg.det(rotation).item() == pytest.approx(1)
        center_metres = camera.center_world / SCALE_FACTOR
        assert center_metres.norm().item() == pytest.approx(math.hypot(0.3, 1.0))
        assert center_metres[1].item() == pytest.approx(-1)
        # The head's centre lies on the optical axis, in front of the camera.
        head = camera.world_to_camera[:3, 3]
        torch.testing.assert_close(head[:2], torch.zeros(2, dtype=torch.float64))
        assert head[2] > 0
        # A point above the head's centre is above the picture's middle, and straight so.
        above = camera.world_to_camera @ torch.tensor([0.0, 0.0, 1.0, 1.0], dtype=torch.float64)
        assert above[1] < 0
        assert abs(above[0].item()) < 1e-12


def test_the_circle_is_even_and_repeats(capture_camera: Camera) -> None:
    centers = torch.stack([c.center_world for c in circle(8, capture_camera, 550, 802)])
    steps = (centers.roll(-1, 0) - centers).norm(dim=-1)
    torch.testing.assert_close(steps, steps[:1].expand(8))
    torch.testing.assert_close(
        centers.mean(0), torch.tensor([0.0, -SCALE_FACTOR, 0.0], dtype=torch.float64)
    )


def test_pixels_have_the_captures_field_of_view(capture_camera: Camera) -> None:
    camera = circle(4, capture_camera, 550, 802)[0]
    assert (camera.width, camera.height) == (550, 802)
    expected = capture_camera.intrinsics.clone()
    expected[:2] /= 2
    torch.testing.assert_close(camera.intrinsics, expected)


def test_pictures_without_pixels_are_refused(capture_camera: Camera) -> None:
    with pytest.raises(ConfigError, match="--downscale_factor"):
        circle(4, capture_camera, 0, 1)


@pytest.mark.parametrize(
    ("n_frames", "n_timesteps", "expected"),
    [
        (1, 10, [0]),
        (1, 1, [0]),
        (4, 1, [0, 0, 0, 0]),
        (2, 10, [0, 9]),
        (5, 5, [0, 1, 2, 3, 4]),
        (4, 2, [0, 0, 1, 1]),
        (4, 8, [0, 2, 5, 7]),
    ],
)
def test_time_runs_from_first_to_last(n_frames: int, n_timesteps: int, expected: list[int]) -> None:
    assert timesteps_for(n_frames, n_timesteps) == expected


def test_the_original_video_has_four_seconds() -> None:
    assert RenderConfig().n_frames == 96
    assert RenderConfig(seconds=0.01).n_frames == 1
    assert dataclasses.asdict(RenderConfig()) == {
        "seconds": 4,
        "fps": 24,
        "n_rays": 8192,
        "downscale_factor": 4,
        "render_depth": False,
        "render_deformations": False,
        "grid_filter": {
            "use_occupancy_grid_filtering": True,
            "occupancy_grid_filtering_threshold": 0.05,
            "occupancy_grid_filtering_sigma_erosion": 7,
        },
        "checkpoint": -1,
    }


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("seconds", 0),
        ("seconds", math.nan),
        ("seconds", math.inf),
        ("fps", -1),
        ("n_rays", 0),
        ("downscale_factor", 0),
        ("checkpoint", -2),
    ],
)
def test_impossible_options_are_named(option: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"--{option} is {value}, but must"):
        RenderConfig(**{option: value})
