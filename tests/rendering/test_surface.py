"""Surfaces: a sphere is a sphere, hollows and crumbs go, and points lie where rays end."""

import numpy as np
import pytest
import torch
from torch import Tensor

from nersemble.errors import ConfigError, NersembleError
from nersemble.geometry.camera import Camera
from nersemble.marching.config import OccupancyGridConfig
from nersemble.rendering import surface
from nersemble.rendering.camera_coverage import seen_from
from nersemble.rendering.config import SurfaceConfig
from nersemble.rendering.renderer import TorchRenderer
from nersemble.rendering.surface import mesh_of, points_of, seen_part, shape_of
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


def _open_shell(positions: Tensor) -> Tensor:
    """A hollow ball with a hole in its back (+y), so that the hollow is not enclosed."""
    offset = positions - _CENTER
    inner = torch.linalg.vector_norm(offset, dim=-1) < 0.5
    hole = (offset[:, 1] > 0) & (torch.linalg.vector_norm(offset[:, [0, 2]], dim=-1) < 0.3)
    return torch.where(inner | hole, torch.zeros(()), _ball(positions))


def test_the_inside_of_an_open_hollow_is_left_out_where_no_camera_sees_it() -> None:
    config = SurfaceConfig(resolution=64)
    whole = shape_of(_open_shell, _BOX, config)
    cameras = [front_camera(40, 60, 64.0)]
    found = seen_part(whole, cameras, 3 / 63)
    radii = [np.linalg.norm(s.positions_world - _CENTER.numpy(), axis=1) for s in (whole, found)]
    assert (radii[0] < 0.55).sum() > 1000, "there is an inner wall"
    np.testing.assert_allclose(radii[1], 0.8, atol=0.03)
    toward = cameras[0].center_world.float().numpy() - whole.positions_world
    cosines = (whole.normals_world * toward).sum(1) / np.linalg.norm(toward, axis=1)
    front = (radii[0] > 0.75) & (cosines > 0.2)
    kept = {tuple(position) for position in found.positions_world.tolist()}
    assert {tuple(position) for position in whole.positions_world[front].tolist()} <= kept
    assert len(kept) < 1.4 * front.sum(), "nor the back"
    assert found.faces.max() == len(found.positions_world) - 1


def test_a_camera_sees_what_is_in_its_picture_and_not_hidden() -> None:
    """A small ball hides a patch of a large one from the first camera, not from the second."""

    def balls(positions: Tensor) -> Tensor:
        return _ball(positions) + _ball(positions, 0.2, torch.tensor([0.4, -1.7, -0.2]))

    whole = shape_of(balls, _BOX, SurfaceConfig(resolution=64))
    camera = front_camera(40, 60, 64.0)
    aside = camera.world_to_camera.clone()
    aside[0, 3] += 6.0
    second = Camera(camera.intrinsics, aside, 200, camera.height)
    narrow = Camera(camera.intrinsics, camera.world_to_camera, 25, camera.height)
    first_sees, second_sees, narrow_sees = (
        seen_from([c], whole.positions_world, whole.normals_world, 3 / 63)
        for c in (camera, second, narrow)
    )
    # Behind the small ball, as seen from the first camera.
    offset = whole.positions_world - _CENTER.numpy()
    hidden = (offset[:, 1] < -0.7) & (offset[:, 1] > -0.9)
    hidden &= np.linalg.norm(offset[:, [0, 2]] - (0.05, -0.14), axis=1) < 0.12
    assert hidden.sum() > 10
    assert not first_sees[hidden].any()
    assert second_sees[hidden].all()
    pose = camera.world_to_camera.numpy()
    x, _, depths = (whole.positions_world @ pose[:3, :3].T + pose[:3, 3]).T
    outside = 64 * x / depths + 20 >= 25
    assert not narrow_sees[outside].any()
    assert (narrow_sees == first_sees)[~outside].mean() > 0.96


def test_a_mesh_that_no_camera_sees_is_an_error_that_names_the_option() -> None:
    shape = shape_of(_ball, _BOX, SurfaceConfig(resolution=16))
    away = front_camera().world_to_camera.clone()
    away[2, 3] = -20
    camera = Camera(front_camera().intrinsics, away, 12, 16)
    with pytest.raises(NersembleError, match="--keep_unseen"):
        seen_part(shape, [camera], 0.2)


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
    with pytest.raises(ConfigError, match=f"--{name} is {value}, but must"):
        SurfaceConfig(**{name: value})  # type: ignore[arg-type]


def test_a_mesh_has_the_fields_density_and_colour_at_its_vertices() -> None:
    head = make_head()
    config = SurfaceConfig(resolution=40, density_threshold=1.0, keep_unseen=True)
    found = mesh_of(TorchRenderer(head), 1, OPEN, config, [])
    box = head.grid.scene_box.numpy()
    inner = ((found.positions_world > box[0] + 0.2) & (found.positions_world < box[1] - 0.2)).all(1)
    assert inner.sum() > 100
    positions = torch.from_numpy(found.positions_world[inner])
    normals = torch.from_numpy(found.normals_world[inner])
    slots = torch.zeros(len(positions), dtype=torch.int64)
    with torch.no_grad():
        values = TorchRenderer(head).blend(1, OPEN)(positions, -normals, slots)
    assert values.sigmas.log().abs().median() < 0.1
    np.testing.assert_allclose(found.rgbs[inner], values.rgbs.numpy(), atol=1e-5)


def test_a_mesh_stays_in_occupied_cells() -> None:
    head = make_head(occupancy=OccupancyGridConfig(grid_resolution=8))
    cells = torch.zeros(1, 8, 8, 8, dtype=torch.bool)
    cells[0, 2:5, 3:6, 2:6] = True
    head.grid.set_binaries(cells)
    config = SurfaceConfig(resolution=40, density_threshold=0.01, keep_unseen=True)
    found = mesh_of(TorchRenderer(head), 0, OPEN, config, [])
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
    found = points_of(TorchRenderer(head), 0, OPEN, [camera], 100)  # type: ignore[arg-type]
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
        points_of(TorchRenderer(head), 2, OPEN, [front_camera()], 1000)
