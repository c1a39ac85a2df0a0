"""The occupancy grid's update rule, culling and boxes against loops over its cells."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.geometry.camera import Camera
from nersemble.marching.config import MarcherConfig, OccupancyGridConfig
from nersemble.marching.marcher import march
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.rays.batch import RayBatch

_BOX = torch.tensor([[-1.0, -2.0, 0.0], [1.0, 2.0, 4.0]])
_R = 8
_WARM, _LATER = 0, 256
_STEP_SIZE = 0.1


def _grid(**options: Any) -> OccupancyGrid:
    return OccupancyGrid(OccupancyGridConfig(**({"grid_resolution": _R} | options)), _BOX)


def _cells_of(positions: Tensor) -> Tensor:
    """Flat cell indices of points in the finest box, x slowest."""
    unit = (positions - _BOX[0]) / (_BOX[1] - _BOX[0])
    x, y, z = (unit * _R).floor().long().unbind(-1)
    assert ((unit >= 0) & (unit < 1)).all()
    return (x * _R + y) * _R + z


class _Field:
    """A density per cell that remembers which cells it was asked for."""

    def __init__(self, by_cell: Tensor) -> None:
        self.by_cell = by_cell
        self.cells: list[int] = []
        self.slots: list[int] = []

    def __call__(self, positions: Tensor, slots: Tensor) -> Tensor:
        cells = _cells_of(positions)
        self.cells += cells.tolist()
        self.slots += slots.tolist()
        return self.by_cell[cells]


def _update(
    grid: OccupancyGrid,
    step: int,
    density: Callable[[Tensor, Tensor], Tensor],
    *,
    n_slots: int = 3,
    seed: int = 0,
) -> None:
    grid.update(step, density, n_slots, _STEP_SIZE, torch.Generator().manual_seed(seed))


def _random_densities(seed: int, share: float = 0.3) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    filled = torch.rand(_R**3, generator=generator) < share
    return 5 * torch.rand(_R**3, generator=generator) * filled


def test_cells_decay_and_rise_as_in_the_loop() -> None:
    grid = _grid()
    wanted = [0.0] * _R**3
    for seed in range(3):
        field = _Field(_random_densities(seed))
        _update(grid, _WARM, field, seed=seed)
        for cell in range(_R**3):
            wanted[cell] = max(0.95 * wanted[cell], float(field.by_cell[cell]) * _STEP_SIZE)
    torch.testing.assert_close(grid.occs, torch.tensor(wanted))
    threshold = min(0.01, sum(wanted) / len(wanted))
    assert grid.binaries.flatten().tolist() == [value > threshold for value in wanted]
    assert grid.mean_occupancy == pytest.approx(sum(wanted) / len(wanted), rel=1e-4)


def test_the_mean_bounds_the_threshold_while_the_field_is_thin() -> None:
    grid = _grid()
    field = _Field(torch.linspace(1e-4, 2e-2, _R**3))
    _update(grid, _WARM, field)
    assert grid.occs.max() < 0.01
    assert int(grid.binaries.sum()) == pytest.approx(_R**3 / 2, abs=1)


def test_the_warm_up_visits_every_cell_once() -> None:
    for step in (0, 16, 240):
        field = _Field(_random_densities(0))
        _update(_grid(), step, field)
        assert sorted(field.cells) == list(range(_R**3))
        assert set(field.slots) == {0, 1, 2}


def test_later_a_quarter_of_the_cells_and_the_occupied_ones_are_visited() -> None:
    grid = _grid()
    densities = torch.zeros(_R**3)
    densities[100:140] = 3.0
    _update(grid, _WARM, _Field(densities))
    before = grid.occs.clone()
    field = _Field(torch.zeros(_R**3))
    _update(grid, _LATER, field, seed=1)
    visited = torch.zeros(_R**3, dtype=torch.bool)
    visited[field.cells] = True
    assert visited[100:140].all()
    others = int(visited.sum()) - 40
    # A quarter drawn with repetition: 1 - exp(-1/4) of the cells, give or take.
    assert 0.15 * _R**3 < others <= 0.25 * _R**3
    torch.testing.assert_close(grid.occs[visited], 0.95 * before[visited])
    assert torch.equal(grid.occs[~visited], before[~visited])


def test_of_many_occupied_cells_only_as_many_as_a_quarter_are_visited() -> None:
    grid = _grid()
    _update(grid, _WARM, _Field(torch.ones(_R**3)))
    assert int(grid.binaries.sum()) == _R**3
    field = _Field(torch.ones(_R**3))
    _update(grid, _LATER, field, seed=1)
    assert 0.25 * _R**3 < len(set(field.cells)) <= 0.5 * _R**3


def test_points_are_spread_over_the_whole_cell() -> None:
    positions: list[Tensor] = []

    def density(points: Tensor, slots: Tensor) -> Tensor:
        positions.append(points)
        return torch.zeros(len(points))

    _update(_grid(), _WARM, density)
    fraction = ((positions[0] - _BOX[0]) / (_BOX[1] - _BOX[0]) * _R).frac()
    quantiles = torch.quantile(fraction, torch.tensor([0.1, 0.5, 0.9]), dim=0)
    torch.testing.assert_close(
        quantiles, torch.tensor([[0.1] * 3, [0.5] * 3, [0.9] * 3]), rtol=0, atol=0.08
    )


def test_updates_are_due_every_16_steps_unless_the_grid_is_off() -> None:
    assert [step for step in range(50) if _grid().due(step)] == [0, 16, 32, 48]
    assert not any(_grid(disable_occupancy_grid=True).due(step) for step in range(50))


def test_disabled_everything_in_the_box_is_occupied() -> None:
    grid = _grid(disable_occupancy_grid=True)
    points = torch.tensor([[0.0, 0.0, 2.0], [0.99, -1.99, 3.99], [1.01, 0.0, 2.0]])
    assert grid.occupied(*points.unbind(-1)).tolist() == [True, True, False]


def _camera_at_the_left(width: int) -> Camera:
    """Far away on the -z side, looking along +z at x in (-1, -1 + width / 100)."""
    intrinsics = torch.tensor([[1e5, 0, 0], [0, 1e5, 200], [0, 0, 1]]).double()
    pose = torch.eye(4).double()
    pose[:3, 3] = torch.tensor([1.0, 0.0, 1000.0])
    return Camera(intrinsics, pose, width, 400)


def test_cells_that_too_few_cameras_see_are_never_occupied() -> None:
    # Cells are 0.25 wide along x: the narrow camera sees 3 of 8 columns, the wide one 6.
    cameras = [_camera_at_the_left(80), _camera_at_the_left(150)]
    # More than there are means all of them.
    for wanted, columns in ((1, 6), (2, 3), (3, 3)):
        grid = _grid(view_frustum_culling=wanted)
        grid.cull(cameras)
        field = _Field(torch.ones(_R**3))
        _update(grid, _WARM, field)
        assert grid.binaries[0, :columns].all()
        assert not grid.binaries[0, columns:].any()
        assert len(field.cells) == _R**3
        for seed in range(3):
            _update(grid, _LATER, _Field(torch.ones(_R**3)), seed=seed)
        assert not grid.binaries[0, columns:].any()


def test_culling_shrinks_a_disabled_grid_and_can_be_turned_off() -> None:
    cameras = [_camera_at_the_left(80), _camera_at_the_left(150)]
    grid = _grid(disable_occupancy_grid=True)
    grid.cull(cameras)
    assert grid.binaries[0].any(-1).any(-1).tolist() == [True] * 3 + [False] * 5
    uncut = _grid(disable_occupancy_grid=True, use_view_frustum_culling=False)
    uncut.cull(cameras)
    assert uncut.binaries.all()


@pytest.mark.parametrize("position", ["corner", "center"])
def test_the_point_of_a_cell_that_culling_tests(position: str) -> None:
    grid = _grid(culling_cell_positions=position, view_frustum_culling=1)
    for width in range(5, 200, 10):
        grid.visible.fill_(True)
        grid.cull([_camera_at_the_left(width)])
        for i in range(_R):
            tested = 2 * i / (_R - 1) if position == "corner" else 2 * (i + 0.5) / _R
            # z changes the scale by up to 4 in 1000.
            if abs(tested - width / 100) > 0.01:
                assert bool(grid.visible[0, i].all()) == (tested < width / 100), (width, i)


def test_the_box_around_the_occupied_cells_is_exact() -> None:
    generator = torch.Generator().manual_seed(0)
    size = (_BOX[1] - _BOX[0]) / _R
    for _ in range(10):
        grid = _grid()
        cells = torch.randint(_R, (3, 3), generator=generator)
        binaries = torch.zeros_like(grid.binaries)
        for x, y, z in cells.tolist():
            binaries[0, x, y, z] = True
        grid.set_binaries(binaries)
        wanted = torch.stack([_BOX[0] + cells.amin(0) * size, _BOX[0] + (cells.amax(0) + 1) * size])
        torch.testing.assert_close(grid.occupied_box, wanted)


def test_the_box_follows_updates_and_is_empty_around_nothing() -> None:
    grid = _grid()
    torch.testing.assert_close(grid.occupied_box, _BOX)
    densities = torch.zeros(_R, _R, _R)
    densities[2:4, 5, 1:3] = 4.0
    _update(grid, _WARM, _Field(densities.flatten()))
    wanted = torch.tensor([[-0.5, 0.5, 0.5], [0.0, 1.0, 1.5]])
    torch.testing.assert_close(grid.occupied_box, wanted)
    grid.set_binaries(torch.zeros_like(grid.binaries))
    assert (grid.occupied_box[1] == grid.occupied_box[0]).all()


def test_marching_through_the_box_misses_no_occupied_cell() -> None:
    grid = _grid()
    binaries = torch.zeros_like(grid.binaries)
    for x, y, z in ((0, 0, 0), (7, 7, 7), (3, 0, 7)):
        binaries[0, x, y, z] = True
    grid.set_binaries(binaries)
    centers = _BOX[0] + (binaries[0].nonzero() + 0.5) * (_BOX[1] - _BOX[0]) / _R
    origins = torch.tensor([0.3, -9.0, 1.0]).expand(3, 3)
    directions = torch.nn.functional.normalize(centers - origins, dim=-1)
    rays = RayBatch.of_timestep(origins, directions, 0)
    assert (march(rays, grid, MarcherConfig(render_step_size=0.05)).counts > 0).all()


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_occupied_asks_the_finest_level_that_contains_the_point(levels: int) -> None:
    grid = _grid(grid_levels=levels)
    generator = torch.Generator().manual_seed(levels)
    grid.set_binaries(torch.rand(grid.binaries.shape, generator=generator) < 0.5)
    points = _BOX.mean(0) + 6 * torch.randn(300, 3, generator=generator)
    wanted = []
    for point in points.double():
        occupied = False
        for level in range(levels):
            low = _BOX.mean(0) - 2**level * (_BOX.mean(0) - _BOX[0])
            high = 2 * _BOX.mean(0) - low
            x, y, z = ((point - low) / (high - low) * _R).floor().long().tolist()
            if all(0 <= index < _R for index in (x, y, z)):
                occupied = bool(grid.binaries[level, x, y, z])
                break
        wanted.append(occupied)
    assert grid.occupied(*points.unbind(-1)).tolist() == wanted
    assert 0 < sum(wanted) < 300


def test_an_update_of_nested_grids_looks_into_every_cell_of_each() -> None:
    grid = _grid(grid_levels=2)
    seen: list[Tensor] = []

    def density(points: Tensor, slots: Tensor) -> Tensor:
        seen.append(points)
        return points[:, 0].clamp(min=0)

    _update(grid, _WARM, density)
    points = seen[0].view(2, _R, _R, _R, 3)
    for level, (x, y, z) in product(range(2), ((0, 0, 0), (7, 7, 7), (1, 6, 3))):
        extent = (_BOX[1] - _BOX[0]) * 2**level
        low = _BOX.mean(0) - extent / 2
        cell = torch.tensor([x, y, z])
        assert (points[level, x, y, z] >= low + cell * extent / _R).all()
        assert (points[level, x, y, z] <= low + (cell + 1) * extent / _R).all()
    wanted = points[..., 0].clamp(min=0) * _STEP_SIZE
    torch.testing.assert_close(grid.occs.view_as(wanted), wanted)


def test_a_saved_grid_marches_like_the_one_it_was_saved_from() -> None:
    grid = _grid()
    _update(grid, _WARM, _Field(_random_densities(3)))
    other = _grid()
    other.load_state_dict(grid.state_dict())
    points = _BOX[0] + torch.rand(200, 3) * (_BOX[1] - _BOX[0])
    assert torch.equal(grid.occupied(*points.unbind(-1)), other.occupied(*points.unbind(-1)))


@pytest.mark.parametrize(
    "options", [{"grid_resolution": 1}, {"grid_levels": 0}, {"occ_update_interval": 0}]
)
def test_options_out_of_range_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=f"--{next(iter(options))}"):
        OccupancyGridConfig(**options)
