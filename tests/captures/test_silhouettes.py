"""The hull of silhouettes against a ball, and the cameras that contradict it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from captures import PARTICIPANT, SEQUENCE, look_at_origin, picture_path, write_tiny_capture
from nersemble.captures.silhouettes import (
    Silhouette,
    carve,
    read_silhouettes,
    share_missing,
    silhouette,
)
from nersemble.data_manager.layouts import open_capture
from nersemble.geometry.camera import Camera
from nersemble.geometry.scene_box import SceneBox
from nersemble.geometry.world import SCALE_FACTOR, calibration_to_model

SIZE = 64
RADIUS_METRES = 0.11


def _ball(n_cameras: int, center: Sequence[float] = (0.0, 0.0, 0.0)) -> list[Silhouette]:
    """Silhouettes of a ball (centre in model world) from cameras on an arc, 1 m from the origin."""
    found = []
    for index, azimuth in enumerate(np.linspace(-1.2, 1.2, n_cameras)):
        pose = calibration_to_model(torch.from_numpy(look_at_origin(azimuth, 0.4 * (index % 3))))
        intrinsics = torch.tensor([[150.0, 0, 32], [0, 150, 32], [0, 0, 1]], dtype=torch.float64)
        camera = Camera(intrinsics, pose, SIZE, SIZE)
        origins, directions = camera.all_rays()
        towards = torch.tensor(center) - origins
        along = (towards * directions).sum(1, keepdim=True)
        distance = torch.linalg.vector_norm(towards - along * directions, dim=1)
        mask = (distance < RADIUS_METRES * SCALE_FACTOR).view(SIZE, SIZE)
        alpha = (255 * mask).to(torch.uint8).numpy()
        found.append(silhouette(f"cam{index}", camera, alpha))
    return found


def _changed(found: list[Silhouette], mask: torch.Tensor) -> list[Silhouette]:
    """The silhouettes, with another mask for the second camera."""
    other = Silhouette(found[1].serial, found[1].camera, mask)
    return [found[0], other, *found[2:]]


@pytest.mark.parametrize("n_cameras", [4, 16])
def test_the_hull_has_the_size_and_the_place_of_the_ball(n_cameras: int) -> None:
    center = (0.6, 0.4, -0.5)
    hull = carve([_ball(n_cameras, center)])
    assert hull is not None
    assert hull.is_agreed
    assert not hull.remarks()
    size = (hull.extent[1] - hull.extent[0]) / SCALE_FACTOR
    # Cameras that are all in front leave a ball longer in depth (the model world's y).
    assert size[[0, 2]].tolist() == pytest.approx([2 * RADIUS_METRES] * 2, abs=0.06)
    assert hull.extent.mean(0)[[0, 2]].tolist() == pytest.approx([0.6, -0.5], abs=0.2)
    assert hull.share_inside(SceneBox((-3, -3, -3), (3, 3, 3))) == 1
    assert hull.share_inside(SceneBox((0.6, -3, -3), (3, 3, 3))) == pytest.approx(0.5, abs=0.1)
    half = hull.rescaled(0.5, np.array(center))
    assert ((half.extent[1] - half.extent[0]) / SCALE_FACTOR)[0] == pytest.approx(size[0] / 2)


@pytest.mark.parametrize("n_cameras", [4, 7, 16, 40])
def test_a_mask_beside_the_head_or_inverted_is_named(n_cameras: int) -> None:
    ball = _ball(n_cameras)
    for mask in (ball[1].mask.roll(28, dims=1), ~ball[1].mask):
        hull = carve([_changed(ball, mask)])
        assert hull is not None
        assert list(hull.contradicting) == ["cam1"]
        assert "of the head as background" in hull.remarks()["cam1"]


@pytest.mark.slow
@pytest.mark.parametrize("n_cameras", [3, 4, 16])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (torch.logical_not, "inverted"),
        (lambda mask: mask.flip(1), "mirrored left to right"),
        (lambda mask: mask.flip(0), "upside down"),
    ],
)
def test_what_happened_to_a_mask_is_said(
    n_cameras: int, change: Callable[[torch.Tensor], torch.Tensor], words: str
) -> None:
    ball = _ball(n_cameras, (0.6, 0.0, 0.5))
    wrong = _changed(ball, change(ball[1].mask))
    hull, right, once = carve([wrong, wrong]), carve([ball, ball]), carve([ball, wrong])
    assert hull is not None
    assert right is not None
    assert once is not None
    if n_cameras > 3:  # three cameras cannot say which of them is wrong
        assert f"seem to be {words}" in hull.remarks()["cam1"]
    assert not right.mistakes
    assert not once.mistakes


def test_a_mask_that_is_wrong_at_one_moment_only_is_no_wrong_camera() -> None:
    ball = _ball(8)
    wrong = _changed(ball, ~ball[1].mask)
    both, once = carve([wrong, wrong]), carve([ball, wrong])
    assert both is not None
    assert once is not None
    assert (list(both.contradicting), list(once.contradicting)) == (["cam1"], [])


def test_a_mask_of_everything_is_odd_but_contradicts_nothing() -> None:
    ball = _ball(8)
    hull = carve([_changed(ball, torch.ones(SIZE, SIZE, dtype=torch.bool))])
    assert hull is not None
    assert not hull.contradicting
    assert hull.remarks().keys() == {"cam1"}


def test_masks_without_anything_in_common_blame_no_camera() -> None:
    noise = torch.rand(6, SIZE, SIZE, generator=torch.Generator().manual_seed(0)) > 0.5
    found = [Silhouette(s.serial, s.camera, noise[i]) for i, s in enumerate(_ball(6))]
    hull = carve([found])
    assert hull is None or not hull.remarks()
    nothing = [Silhouette(s.serial, s.camera, torch.zeros_like(s.mask)) for s in _ball(6)]
    assert carve([nothing]) is None
    assert carve([_ball(1)]) is None


def test_rays_that_miss_the_box() -> None:
    ball = _ball(6)
    assert share_missing(ball, SceneBox((-1, -1, -1), (1, 1, 1))) == 0
    assert share_missing(ball, SceneBox((5, 5, 5), (6, 6, 6))) == 1
    # Of a disc of radius r, the strip |z| < r / 2 has a share of 0.609, seen from the level.
    radius = RADIUS_METRES * SCALE_FACTOR
    strip = SceneBox((-9, -0.01, -radius / 2), (9, 0.01, radius / 2))
    level = [found for found in _ball(7) if abs(found.camera.center_world[2]) < 1e-6]
    assert share_missing(level, strip) == pytest.approx(1 - 0.609, abs=0.05)


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    folder = write_tiny_capture(tmp_path)
    capture = open_capture(tmp_path, PARTICIPANT, SEQUENCE)
    serials = [camera.serial for camera in capture.cameras]
    picture_path(folder, serials[0], 0, "alpha_map-73fps").unlink()
    picture_path(folder, serials[1], 2, "alpha_map-73fps").write_bytes(b"")
    first, last = read_silhouettes(capture, serials, (0, 2))
    assert [s.serial for s in first] == serials[1:]
    assert [s.serial for s in last] == [serials[0], *serials[2:]]
    with Image.open(picture_path(folder, serials[2], 2, "alpha_map-73fps")) as alpha:
        np.testing.assert_array_equal(last[1].mask.numpy(), np.asarray(alpha) >= 128)
