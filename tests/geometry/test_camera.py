"""Rays against projection, other picture sizes, and the change between the two worlds."""

import numpy as np
import pytest
import torch
from torch import Tensor

from captures import look_at_origin, model_to_calibration
from nersemble.geometry.camera import Camera
from nersemble.geometry.world import calibration_to_model

_INTRINSICS = torch.tensor([[8190.0, 0, 1090], [0, 8180, 1620], [0, 0, 1]], dtype=torch.float64)


def _pose(azimuth: float = 0.4, elevation: float = 0.2) -> Tensor:
    return torch.from_numpy(look_at_origin(azimuth, elevation))


def _camera() -> Camera:
    return Camera(_INTRINSICS, calibration_to_model(_pose()), 2200, 3208)


def _project(camera: Camera, points_world: Tensor) -> Tensor:
    """Picture coordinates (x, y) by the textbook: K [R | t] X, then division by depth."""
    homogeneous = torch.cat([points_world.double(), torch.ones(len(points_world), 1)], -1)
    image = homogeneous @ (camera.intrinsics @ camera.world_to_camera[:3]).T
    assert (image[:, 2] > 0).all()
    return image[:, :2] / image[:, 2:]


@pytest.mark.parametrize("size", [(2200, 3208), (1100, 1604), (275, 401), (22, 32)])
def test_points_on_a_ray_project_to_the_centre_of_its_pixel(size: tuple[int, int]) -> None:
    camera = _camera().resized(*size)
    generator = torch.Generator().manual_seed(0)
    x = torch.randint(size[0], (50,), generator=generator)
    y = torch.randint(size[1], (50,), generator=generator)
    origins, directions = camera.rays(torch.stack([y, x], -1))
    torch.testing.assert_close(directions.norm(dim=-1), torch.ones(50))
    for distance in (3.0, 9.0, 40.0):
        found = _project(camera, origins.double() + distance * directions.double())
        # float32 directions: a millionth of a radian is 0.008 px of the full sensor.
        wanted = torch.stack([x, y], -1) + 0.5
        torch.testing.assert_close(found, wanted.double(), rtol=0, atol=1e-5 * size[0])


@pytest.mark.parametrize("size", [(1100, 1604), (550, 802), (275, 401), (733, 1069)])
def test_another_picture_size_shows_the_same_field_of_view(size: tuple[int, int]) -> None:
    full, small = _camera(), _camera().resized(*size)
    for u, v in ((0, 0), (1, 0), (0, 1), (1, 1), (0.5, 0.5), (0.3, 0.9)):
        rays = [
            camera.ray_map @ torch.tensor([u * camera.width, v * camera.height, 1.0]).double()
            for camera in (full, small)
        ]
        torch.testing.assert_close(rays[0] / rays[0].norm(), rays[1] / rays[1].norm())


def test_rays_of_a_picture_are_those_of_its_pixels_row_by_row() -> None:
    camera = _camera().resized(3, 2)
    pixels = torch.tensor([[y, x] for y in range(2) for x in range(3)])
    for found, wanted in zip(camera.all_rays(), camera.rays(pixels), strict=True):
        assert torch.equal(found, wanted)


def test_the_pose_is_the_inverse_and_the_centre_projects_nowhere() -> None:
    camera = _camera()
    torch.testing.assert_close(camera.camera_to_world, torch.linalg.inv(camera.world_to_camera))
    homogeneous = torch.cat([camera.center_world, torch.ones(1).double()])
    in_camera = camera.world_to_camera @ homogeneous
    torch.testing.assert_close(in_camera, torch.tensor([0.0, 0, 0, 1]).double())


def test_a_camera_in_front_of_the_face_stands_on_the_negative_y_axis() -> None:
    pose = calibration_to_model(torch.from_numpy(look_at_origin(0.0, 0.0, distance=1.0)))
    camera = Camera(_INTRINSICS, pose, 2200, 3208)
    torch.testing.assert_close(camera.center_world, torch.tensor([0.0, -9.0, 0.0]).double())
    up_in_picture = -pose[1, :3]  # OpenCV: y points down
    torch.testing.assert_close(up_in_picture, torch.tensor([0.0, 0.0, 1.0]).double())


def test_a_point_in_metres_is_nine_times_x_minus_z_y() -> None:
    metres = torch.from_numpy(np.random.default_rng(0).uniform(-0.3, 0.3, (20, 3)))
    x, y, z = metres.unbind(-1)
    model = 9 * torch.stack([x, -z, y], -1)
    before = _pose()
    after = calibration_to_model(before)
    seen_before = metres @ before[:3, :3].T + before[:3, 3]
    seen_after = model @ after[:3, :3].T + after[:3, 3]
    torch.testing.assert_close(seen_after, 9 * seen_before)
    rotation = after[:3, :3]
    torch.testing.assert_close(rotation @ rotation.T, torch.eye(3).double())
    assert torch.linalg.det(rotation) > 0


def test_the_way_to_the_model_world_and_back() -> None:
    pose = _pose(-0.7, 0.3)
    torch.testing.assert_close(model_to_calibration(calibration_to_model(pose)), pose)
    torch.testing.assert_close(calibration_to_model(model_to_calibration(pose)), pose)
