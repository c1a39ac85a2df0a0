"""Surfaces: a sphere is a sphere, hollows and crumbs go, and points lie where rays end."""

import numpy as np
import pytest
import torch
from torch import Tensor

from nersemble.errors import ConfigError, NersembleError
from nersemble.geometry.camera import Camera
from nersemble.marching.occupancy_grid import OccupancyGridConfig
from nersemble.rendering import surface
from nersemble.rendering.surface import SurfaceConfig, mesh_of, points_of, shape_of
from small_heads import OPEN, front_camera, make_head

_BOX = torch.tensor([[-1.0, -2.0, -1.5], [2.0, 1.0, 1.0]])
_CENTER = torch.tensor([0.4, -0.4, -0.2])


def _ball(positions: Tensor, radius: float = 0.8, center: Tensor = _CENTER) -> Tensor:
    """A density that is 10 on a sphere and grows inwards by a factor e each 0.05."""
    distance = torch.linalg.vector_norm(positions - center, dim=-1)
    return 10 * torch.exp((radius - distance) / 0.05)


def test_a_sphere_is_exact_closed_and_turned_outside() -> None:
    shape = shape_of(_ball, _BOX, SurfaceConfig(resolution=64, density_threshold=10.0))
    outward = shape.positions_world - _CENTER.numpy()
    radii = np.linalg.norm(outward, axis=1)
    spacing = 3 / 63
    np.testing.assert_allclose(radii, 0.8, atol=0.03 * spacing)
    directions = outward / radii[:, None]
    assert (shape.normals_world * directions).sum(1).min() > 0.98
    corners = shape.positions_world[shape.faces].astype(np.float64)
    doubled = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    # By the divergence theorem; inside out it would be negative.
    volume = (corners[:, 0] * doubled).sum() / 6
    assert volume == pytest.approx(4 / 3 * np.pi * 0.8**3, rel=0.01)
    edges = np.sort(shape.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()


def test_a_threshold_moves_the_surface() -> None:
    shape = shape_of(_ball, _BOX, SurfaceConfig(resolution=64, density_threshold=10 * np.e))
    radii = np.linalg.norm(shape.positions_world - _CENTER.numpy(), axis=1)
    np.testing.assert_allclose(radii, 0.75, atol=0.002)


def test_what_is_cut_off_by_the_box_is_closed_there() -> None:
    box = _BOX.clone()
    box[1, 2] = -0.2
    shape = shape_of(_ball, box, SurfaceConfig(resolution=48))
    corners = shape.positions_world[shape.faces].astype(np.float64)
    doubled = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    spacing = 3 / 47
    half = 2 / 3 * np.pi * 0.8**3
    assert half < (corners[:, 0] * doubled).sum() / 6 < half + 1.5 * np.pi * 0.8**2 * spacing
    assert shape.positions_world[:, 2].max() < -0.2 + 2 * spacing


def test_hollows_are_filled_and_crumbs_left_out() -> None:
    def shell_and_crumb(positions: Tensor) -> Tensor:
        hollow = torch.linalg.vector_norm(positions - _CENTER, dim=-1) < 0.5
        shell = torch.where(hollow, torch.zeros(()), _ball(positions))
        return shell + _ball(positions, 0.1, torch.tensor([1.7, 0.6, 0.8]))

    shape = shape_of(shell_and_crumb, _BOX, SurfaceConfig(resolution=64))
    radii = np.linalg.norm(shape.positions_world - _CENTER.numpy(), axis=1)
    np.testing.assert_allclose(radii, 0.8, atol=0.01)


def test_an_infinite_density_is_opaque() -> None:
    def wall(positions: Tensor) -> Tensor:
        return torch.where(_ball(positions) > 10, torch.inf, 0.0)

    shape = shape_of(wall, _BOX, SurfaceConfig(resolution=32))
    radii = np.linalg.norm(shape.positions_world - _CENTER.numpy(), axis=1)
    np.testing.assert_allclose(radii, 0.8, atol=0.1)


def test_the_density_is_asked_for_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shape_of(_ball, _BOX, SurfaceConfig(resolution=24))
    sizes: list[int] = []

    def watched(positions: Tensor) -> Tensor:
        sizes.append(len(positions))
        return _ball(positions)

    monkeypatch.setattr(surface, "_POINTS_AT_ONCE", 1000)
    parts = shape_of(watched, _BOX, SurfaceConfig(resolution=24))
    assert max(sizes) == 1000
    np.testing.assert_array_equal(whole.positions_world, parts.positions_world)


@pytest.mark.parametrize("box", [_BOX, _BOX[:1].expand(2, 3)])
def test_nothing_dense_is_an_error_that_names_the_option(box: Tensor) -> None:
    def thin(positions: Tensor) -> Tensor:
        return torch.full_like(positions[:, 0], 9.0)

    with pytest.raises(NersembleError, match="--density_threshold 10"):
        shape_of(thin, box, SurfaceConfig(resolution=16))


@pytest.mark.parametrize(
    ("name", "value"),
    [("resolution", 1), ("resolution", 5000), ("density_threshold", 0.0),
     ("density_threshold", float("nan"))],
)  # fmt: skip
def test_impossible_options_are_named(name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=f"--{name} must"):
        SurfaceConfig(**{name: value})  # type: ignore[arg-type]


def test_a_mesh_has_the_fields_density_and_colour_at_its_vertices() -> None:
    head = make_head()
    found = mesh_of(head, 1, OPEN, SurfaceConfig(resolution=40, density_threshold=1.0))
    box = head.grid.scene_box.numpy()
    inner = ((found.positions_world > box[0] + 0.2) & (found.positions_world < box[1] - 0.2)).all(1)
    assert inner.sum() > 100
    positions = torch.from_numpy(found.positions_world[inner])
    normals = torch.from_numpy(found.normals_world[inner])
    slots = torch.zeros(len(positions), dtype=torch.int64)
    with torch.no_grad():
        values = head.blend(1, OPEN)(positions, -normals, slots)
    assert values.sigmas.log().abs().median() < 0.1
    np.testing.assert_allclose(found.rgbs[inner], values.rgbs.numpy(), atol=1e-5)


def test_a_mesh_stays_in_occupied_cells() -> None:
    head = make_head(occupancy=OccupancyGridConfig(grid_resolution=8))
    cells = torch.zeros(1, 8, 8, 8, dtype=torch.bool)
    cells[0, 2:5, 3:6, 2:6] = True
    head.grid.set_binaries(cells)
    found = mesh_of(head, 0, OPEN, SurfaceConfig(resolution=40, density_threshold=0.01))
    low, high = head.grid.occupied_box.numpy()
    spacing = (high - low).max() / 39
    assert (found.positions_world > low - spacing).all()
    assert (found.positions_world < high + spacing).all()


def _wall_head() -> tuple[torch.nn.Module, Camera]:
    """A head that is opaque everywhere, seen through a coarse picture."""
    head = make_head()
    with torch.no_grad():
        head.field.base_mlp.weights[1][0] += 1.0
    return head, front_camera(24, 32, 32.0)


def test_points_lie_on_what_the_camera_sees() -> None:
    head, camera = _wall_head()
    found = points_of(head, 0, OPEN, [camera], 100)  # type: ignore[arg-type]
    assert len(found.positions_world) > 50
    assert len(found.faces) == 0
    # The front of the box, which all light hits first, is at y = -2.
    assert abs(np.median(found.positions_world[:, 1]) + 2) < 0.5
    view = torch.nn.functional.normalize(
        torch.from_numpy(found.positions_world) - camera.center_world.float(), dim=-1
    )
    assert ((torch.from_numpy(found.normals_world) * view).sum(-1) < 0).all()


def test_cameras_that_see_nothing_are_an_error() -> None:
    head = make_head(occupancy=OccupancyGridConfig(grid_resolution=8))
    with pytest.raises(NersembleError, match="No camera sees a surface at timestep 2"):
        points_of(head, 2, OPEN, [front_camera()], 1000)
