"""A mesh that moves: where a known motion takes it, on the surface, with the same triangles."""

import math

import numpy as np
import torch
from torch import Tensor

from nersemble.fields.windows import WindowState
from nersemble.rendering.config import SurfaceConfig
from nersemble.rendering.motion import carried
from nersemble.rendering.moving_mesh import agreement, distances, settled
from nersemble.rendering.surface import Shape, shape_of
from small_heads import make_head

CPU = torch.device("cpu")
_BOX = torch.tensor([[-2.0, -2.0, -2.0], [2.0, 2.0, 2.0]])
_CONFIG = SurfaceConfig(resolution=64)
_SPACING = 4 / 63
_OPEN = WindowState(7.0, 4.0)


class _Egg:
    """A density that is 10 on an egg and grows inwards by a factor e each 0.05."""

    def __init__(self, rotation: Tensor, center: Tensor, scale: float = 1.0) -> None:
        self.rotation, self.center, self.scale = rotation, center, scale
        self.half_axes = torch.tensor([0.6, 0.8, 1.1])

    def __call__(self, positions: Tensor) -> Tensor:
        scaled = (positions - self.center) @ self.rotation / (self.half_axes * self.scale)
        return 10 * torch.exp((1 - scaled.norm(dim=1)) * 0.8 / 0.05)


def _turn(angle: float) -> Tensor:
    c, s = math.cos(angle), math.sin(angle)
    return torch.tensor([[c, -s, 0.0], [s, c, 0], [0, 0, 1]])


class _Rigid(torch.nn.Module):
    """A deformation that turns timestep 1 around z and shifts it; offsets in the unit box."""

    def __init__(self, rotation: Tensor, shift: Tensor, box: Tensor) -> None:
        super().__init__()
        self.rotation, self.shift, self.box = rotation, shift, box
        self.codes = torch.nn.Parameter(torch.tensor([[0.0], [1.0]]))

    def offsets(self, positions_unit: Tensor, slots: Tensor, codes: Tensor, _: float) -> Tensor:
        extent = self.box[1] - self.box[0]
        positions = self.box[0] + positions_unit * extent
        back = (positions - self.shift) @ self.rotation
        moves = codes[slots] > 0
        return torch.where(moves, (back - positions) / extent, 0.0)


def test_a_large_turn_is_followed_where_substitution_would_not_converge() -> None:
    head = make_head()
    rotation, shift = _turn(1.4), torch.tensor([0.3, -0.2, 0.1])
    box = head.grid.scene_box
    head.field.deformation = _Rigid(rotation, shift, box)  # type: ignore[assignment]
    positions = 0.5 * torch.randn(200, 3, generator=torch.Generator().manual_seed(0))
    moved = carried(head, positions, 0, 1, _OPEN)
    torch.testing.assert_close(moved, positions @ rotation.T + shift, atol=1e-4, rtol=0)
    torch.testing.assert_close(carried(head, moved, 1, 0, _OPEN), positions, atol=1e-4, rtol=0)


def test_a_mesh_that_is_carried_roughly_ends_on_the_surface() -> None:
    """The deformation misses 0.05 units, 5.6 mm; the vertices stay where they were on the egg."""
    first = shape_of(_Egg(torch.eye(3), torch.zeros(3)), _BOX, _CONFIG)
    rotation, shift = _turn(0.4), torch.tensor([0.2, -0.1, 0.1])
    after = _Egg(rotation, shift)
    true = torch.from_numpy(first.positions_world) @ rotation.T + shift
    missed = true + torch.tensor([0.0, 0.05, 0.0])
    given = Shape(missed.numpy(), first.normals_world, first.faces)
    found = settled(after, given, 10.0, CPU)
    assert found.faces is first.faces
    density = after(torch.from_numpy(found.positions_world))
    np.testing.assert_allclose(density, 10, rtol=0.02)
    apart = np.linalg.norm(found.positions_world - true.numpy(), axis=1)
    assert apart.max() < 0.08
    surface = shape_of(after, _BOX, _CONFIG)
    assert (found.normals_world * _nearest_normals(found, surface)).sum(1).min() > 0.95
    fits = agreement(found, surface, surface, _SPACING)
    assert fits.mean_mm < 0.1
    assert (fits.share_off, fits.share_missing) == (0, 0)


def _nearest_normals(mesh: Shape, surface: Shape) -> np.ndarray:
    from scipy.spatial import cKDTree

    return surface.normals_world[cKDTree(surface.positions_world).query(mesh.positions_world)[1]]


def test_a_part_without_surface_goes_with_its_neighbours_and_is_reported() -> None:
    """Half of the egg is cut away: its vertices have nothing to end on but keep their places."""
    egg = _Egg(torch.eye(3), torch.zeros(3))
    larger = _Egg(torch.eye(3), torch.zeros(3), 1.05)

    def cut(positions: Tensor) -> Tensor:
        return torch.where(positions[:, 2] > 0, larger(positions), 0.0)

    first = shape_of(egg, _BOX, _CONFIG)
    found = settled(cut, first, 10.0, CPU)
    assert np.isfinite(found.positions_world).all()
    upper = first.positions_world[:, 2] > 0.2
    half_axes = np.array([0.6, 0.8, 1.1])
    radii = np.linalg.norm(found.positions_world / half_axes, axis=1)
    np.testing.assert_allclose(radii[upper], 1.05, atol=0.01)
    surface = shape_of(cut, _BOX, _CONFIG)
    fits = agreement(found, surface, surface, _SPACING)
    assert 0.4 < fits.share_off < 0.6
    # What closes the half egg has no mesh.
    assert 0.1 < fits.share_missing < 0.5


def test_distances_are_from_the_surface_not_from_its_vertices() -> None:
    ball = shape_of(_Egg(torch.eye(3), torch.zeros(3)), _BOX, SurfaceConfig(resolution=40))
    random = np.random.default_rng(0)
    directions = random.normal(size=(500, 3))
    on = directions / np.linalg.norm(directions, axis=1, keepdims=True) * (0.6, 0.8, 1.1)
    assert distances(on.astype(np.float32), ball, 4 / 39).max() < 0.012
    away = np.array([[0, 0, 1.5]], np.float32)
    np.testing.assert_allclose(distances(away, ball, 4 / 39), 0.4, atol=0.01)
