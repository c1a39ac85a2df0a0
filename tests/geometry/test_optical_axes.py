"""Where cameras stand, and the point that all of them look at."""

import numpy as np
import pytest

from nersemble.captures.synthetic.rig import world_to_camera
from nersemble.geometry.optical_axes import axes_are_parallel, camera_centers, nearest_to_axes

POSES = np.stack([world_to_camera(index) for index in range(16)])


def test_the_centres_are_where_the_inverse_poses_are() -> None:
    assert camera_centers(POSES) == pytest.approx(np.linalg.inv(POSES)[:, :3, 3])
    assert camera_centers(POSES[0]) == pytest.approx(np.linalg.inv(POSES[0])[:3, 3])


def test_the_nearest_point_has_the_smallest_sum_of_squared_distances() -> None:
    poses = POSES.copy()
    poses[:, :3, 3] += np.random.default_rng(0).normal(0, 0.1, (16, 3))
    centers, axes = camera_centers(poses), poses[:, 2, :3]

    def distances(point: np.ndarray) -> float:
        return float((np.cross(point - centers, axes) ** 2).sum())

    found = nearest_to_axes(poses)
    moves = 1e-3 * np.concatenate([np.eye(3), -np.eye(3)])
    assert all(distances(found) < distances(found + move) for move in moves)


def test_parallel_axes_are_told_and_have_a_nearest_point_all_the_same() -> None:
    poses = np.stack([np.eye(4)] * 3)
    poses[:, 0, 3] = [-1.0, 1.0, 3.0]
    assert axes_are_parallel(poses)
    assert not axes_are_parallel(POSES)
    assert nearest_to_axes(poses) == pytest.approx([-1.0, 0.0, 0.0])
