"""Counting cameras that see a point, with cameras simple enough to check by eye."""

import torch

from nersemble.geometry.camera import Camera
from nersemble.geometry.frustum import count_cameras_seeing


def _camera(
    width: int = 100, height: int = 100, *, turned: bool = False, shift: float = 0.0
) -> Camera:
    """At (shift, 0, 0), looks along +z (turned: along -z); |x / z| < width / 100."""
    intrinsics = torch.tensor([[50.0, 0, width / 2], [0, 50, height / 2], [0, 0, 1]]).double()
    pose = torch.eye(4).double()
    if turned:
        pose[0, 0] = pose[2, 2] = -1
    pose[0, 3] = -shift * pose[0, 0]
    return Camera(intrinsics, pose, width, height)


def test_four_side_planes_and_nothing_behind() -> None:
    points = {
        (0.0, 0.0, 1.0): 1,
        (0.99, 0.0, 1.0): 1,
        (1.01, 0.0, 1.0): 0,
        (-0.99, 0.0, 1.0): 1,
        (-1.01, 0.0, 1.0): 0,
        (0.0, 0.49, 1.0): 1,
        (0.0, 0.51, 1.0): 0,
        (0.0, -0.49, 1.0): 1,
        (0.0, -0.51, 1.0): 0,
        (0.0, 0.0, -1.0): 0,
        (0.3, 0.1, -1.0): 0,
        (0.0, 0.0, 0.0): 0,
    }
    seen = count_cameras_seeing(torch.tensor(list(points)), [_camera(height=50)])
    assert seen.tolist() == list(points.values())


def test_no_near_and_no_far_plane() -> None:
    points = torch.tensor([[0.0, 0.0, 1e-4], [0.0, 0.0, 1e5]])
    assert count_cameras_seeing(points, [_camera()]).tolist() == [1, 1]


def test_every_camera_counts_for_itself() -> None:
    cameras = [_camera(), _camera(turned=True), _camera(shift=2.0), _camera(width=400)]
    points = torch.tensor([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0], [1.0, 0.0, 3.0], [2.5, 0.0, 1.0]])
    assert count_cameras_seeing(points, cameras).tolist() == [2, 1, 3, 2]


def test_without_cameras_nothing_is_seen() -> None:
    assert count_cameras_seeing(torch.zeros(3, 3), []).tolist() == [0, 0, 0]


def test_the_size_of_the_picture_does_not_matter() -> None:
    points = torch.randn(200, 3, generator=torch.Generator().manual_seed(0)) * 2
    full = count_cameras_seeing(points, [_camera()])
    assert 0 < full.sum() < 200
    assert torch.equal(full, count_cameras_seeing(points, [_camera().resized(25, 25)]))
