"""The exponential of a twist against the matrix exponential, and what a rigid motion keeps."""

import math

import pytest
import torch
from torch import Tensor

from nersemble.geometry.se3 import SQUARED_ANGLE_MIN, transform_points


def _random(n: int, seed: int = 0) -> Tensor:
    return torch.randn(n, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _rotations(angles: Tensor) -> Tensor:
    return torch.nn.functional.normalize(_random(len(angles), 1), dim=-1) * angles[:, None]


def _by_matrix_exponential(rotation: Tensor, translation: Tensor, points: Tensor) -> Tensor:
    twist = torch.zeros(len(rotation), 4, 4, dtype=torch.float64)
    x, y, z = rotation.unbind(-1)
    twist[:, 0, 1], twist[:, 0, 2], twist[:, 1, 2] = -z, y, -x
    twist[:, 1, 0], twist[:, 2, 0], twist[:, 2, 1] = z, -y, x
    twist[:, :3, 3] = translation
    motion = torch.linalg.matrix_exp(twist)
    return (motion[:, :3, :3] @ points[:, :, None])[:, :, 0] + motion[:, :3, 3]


@pytest.mark.parametrize("largest", [0.02, 0.5, 3.0, 9.0])
def test_equals_the_matrix_exponential(largest: float) -> None:
    smallest = math.sqrt(SQUARED_ANGLE_MIN) * 1.01
    rotation = _rotations(torch.linspace(smallest, largest, 50, dtype=torch.float64))
    translation, points = _random(50, 2), _random(50, 3)
    wanted = _by_matrix_exponential(rotation, translation, points)
    found = transform_points(rotation, translation, points)
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-11)


def test_rotations_below_the_clamp_are_off_by_less_than_a_millionth() -> None:
    rotation = _rotations(torch.linspace(0, math.sqrt(SQUARED_ANGLE_MIN), 50, dtype=torch.float64))
    translation, points = _random(50, 2), _random(50, 3)
    wanted = _by_matrix_exponential(rotation, translation, points)
    found = transform_points(rotation, translation, points)
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)


def test_distances_between_points_are_kept() -> None:
    points = _random(40)
    rotation = torch.tensor([[0.7, -1.9, 0.4]], dtype=torch.float64).expand(40, 3)
    translation = torch.tensor([[0.3, 0.1, -2.0]], dtype=torch.float64).expand(40, 3)
    moved = transform_points(rotation, translation, points)
    assert not torch.allclose(moved, points)
    torch.testing.assert_close(torch.cdist(moved, moved), torch.cdist(points, points))


def test_the_opposite_twist_undoes_the_motion() -> None:
    rotation, translation = _rotations(torch.linspace(0.1, 4, 30).double()), _random(30, 4)
    points = _random(30, 5)
    there = transform_points(rotation, translation, points)
    torch.testing.assert_close(transform_points(-rotation, -translation, there), points)


def test_a_quarter_turn_about_z() -> None:
    rotation = torch.tensor([[0.0, 0.0, math.pi / 2]])
    moved = transform_points(rotation, torch.zeros(1, 3), torch.tensor([[1.0, 2.0, 3.0]]))
    torch.testing.assert_close(moved, torch.tensor([[-2.0, 1.0, 3.0]]))


def test_without_rotation_the_twist_translates() -> None:
    points, translation = _random(10), _random(10, 6)
    moved = transform_points(torch.zeros_like(points), translation, points)
    torch.testing.assert_close(moved, points + translation, rtol=0, atol=1e-15)


def test_the_gradient_at_zero_rotation_is_the_cross_products() -> None:
    points, translation, weight = _random(10), _random(10, 6), _random(10, 7)
    leaves = [torch.zeros(10, 3).double(), translation, points]
    for leaf in leaves:
        leaf.requires_grad_()
    (transform_points(leaves[0], leaves[1], leaves[2]) * weight).sum().backward()
    # w . (r x (x + v / 2)) = r . ((x + v / 2) x w), to first order in r.
    wanted = torch.linalg.cross(points + translation / 2, weight)
    for leaf, gradient in zip(leaves, (wanted, weight, weight), strict=True):
        assert leaf.grad is not None
        torch.testing.assert_close(leaf.grad, gradient.detach(), rtol=1e-4, atol=1e-4)
