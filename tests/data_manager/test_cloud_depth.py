"""A cloud's depth is that of the surface it was taken from, where a camera sees it."""

import numpy as np
import pytest
import torch

from captures import look_at_origin
from nersemble.data_manager.cloud_depth import PointCloud, cloud_depth
from nersemble.geometry.camera import Camera

RADIUS = 0.3


def _camera(azimuth: float = 0.0, focal: float = 200.0) -> Camera:
    """A camera of 100 x 140 pixels, 1 unit from the origin."""
    intrinsics = torch.tensor([[focal, 0.0, 50.0], [0.0, focal, 70.0], [0.0, 0.0, 1.0]])
    pose = torch.from_numpy(look_at_origin(azimuth, 0.2))
    return Camera(intrinsics.double(), pose, 100, 140)


def _sphere(n_points: int, radius: float = RADIUS) -> PointCloud:
    normals = np.random.default_rng(1).normal(size=(n_points, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return PointCloud((radius * normals).astype(np.float32), normals.astype(np.float32))


def _sphere_depth(camera: Camera, radius: float = RADIUS) -> np.ndarray:
    """z-depth of the first hit of each pixel's ray; 0 without one."""
    origins, directions = (rays.double().numpy() for rays in camera.all_rays())
    half = (origins * directions).sum(1)
    square = half**2 - (origins**2).sum(1) + radius**2
    distance = np.where(square > 0, -half - np.sqrt(np.maximum(square, 0)), 0)
    forward = directions @ camera.camera_to_world[:3, 2].numpy()
    return (distance * forward).reshape(camera.height, camera.width)


@pytest.mark.parametrize(("n_points", "covered"), [(200_000, 0.9), (20_000, 0.5), (2_000, 0.4)])
@pytest.mark.parametrize("azimuth", [-0.7, 0.4])
def test_it_is_the_depth_of_a_sphere(n_points: int, covered: float, azimuth: float) -> None:
    camera = _camera(azimuth)
    depth, true = cloud_depth(_sphere(n_points), camera), _sphere_depth(camera)
    both = (depth > 0) & (true > 0)
    assert np.mean(both[true > 0]) > covered
    # A millimetre is 0.009 units; the tangent plane of a wide gap leaves the sphere by more.
    assert np.median(np.abs(depth - true)[both]) < 2e-3
    assert np.abs(depth - true)[both].max() < 0.05


def test_what_is_hidden_has_no_depth() -> None:
    """Of a sphere in a sphere the camera sees the outer one, though the inner one faces it too."""
    outer, inner = _sphere(20_000), _sphere(20_000, RADIUS / 2)
    assert inner.normals_world is not None
    assert outer.normals_world is not None
    both = PointCloud(
        np.concatenate([outer.positions_world, inner.positions_world]),
        np.concatenate([outer.normals_world, inner.normals_world]),
    )
    camera = _camera()
    depth, true = cloud_depth(both, camera), _sphere_depth(camera)
    shown = (depth > 0) & (true > 0)
    assert shown.sum() > 0.3 * (true > 0).sum()
    assert np.abs(depth - true)[shown].max() < 0.05


@pytest.mark.parametrize("normals", [None, np.zeros((20_000, 3), np.float32)])
def test_points_without_normals_hide_each_other_all_the_same(normals: np.ndarray | None) -> None:
    camera, radius = _camera(focal=400.0), 0.1
    depth = cloud_depth(PointCloud(_sphere(20_000, radius).positions_world, normals), camera)
    true = _sphere_depth(camera, radius)
    both = (depth > 0) & (true > 0)
    assert np.median(np.abs(depth - true)[both]) < 0.003
    assert np.mean(np.abs(depth - true)[both] > 0.05) < 0.01


def test_normals_hide_the_far_side_where_the_near_one_has_holes() -> None:
    sphere, camera = _sphere(20_000), _camera()
    assert sphere.normals_world is not None
    to_camera = camera.center_world.numpy() - sphere.positions_world
    away = (sphere.normals_world * to_camera).sum(1) < 0
    far_side = PointCloud(sphere.positions_world[away], sphere.normals_world[away])
    assert not cloud_depth(far_side, camera).any()


def test_a_picture_without_points_has_no_depth() -> None:
    empty = np.zeros((0, 3), np.float32)
    assert not cloud_depth(PointCloud(empty, empty), _camera()).any()
    behind = np.full((5, 3), 3, np.float32) * _camera().center_world.numpy().astype(np.float32)
    assert not cloud_depth(PointCloud(behind, None), _camera()).any()
