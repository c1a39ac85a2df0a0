"""The occupied cells of single timesteps, from densities in closed form."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from nersemble.geometry.scene_box import to_unit
from nersemble.marching.config import GridFilterConfig, OccupancyGridConfig
from nersemble.marching.grid_filter import filter_grid
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.marching.timestep_grids import TimestepGrids, occupied_cells
from small_heads import BOX

STEP = 0.1


def ball(center: float, radius: float = 0.2) -> Callable[[Tensor], Tensor]:
    """Density 1 in a ball of the unit box, 0 elsewhere."""
    return lambda unit: (torch.linalg.vector_norm(unit - center, dim=-1) < radius).float()


def full_grid(levels: int = 1, resolution: int = 16) -> OccupancyGrid:
    config = OccupancyGridConfig(grid_resolution=resolution, grid_levels=levels)
    grid = OccupancyGrid(config, BOX)
    # Of many timesteps: denser than the threshold of the cells.
    grid.occs.fill_(1.0)
    grid.mark_occupied()
    return grid


@pytest.mark.parametrize("levels", [1, 2])
def test_every_dense_point_is_in_an_occupied_cell_and_none_far_from_it(levels: int) -> None:
    grid, density = full_grid(levels), ball(0.4)
    cells = TimestepGrids(grid).at(0, density, STEP)
    generator = torch.Generator().manual_seed(0)
    points = BOX[0] + torch.rand(20_000, 3, generator=generator) * (BOX[1] - BOX[0])
    occupied = cells.occupied(*points.unbind(1))
    unit = to_unit(points, BOX)
    distance = torch.linalg.vector_norm(unit - 0.4, dim=-1)
    assert bool(occupied[distance < 0.2].all())
    # Half a cell of 1/32 to its centre and one cell beside it, along the diagonal.
    assert not bool(occupied[distance > 0.2 + 3**0.5 * 1.5 / 32 + 1e-3].any())
    low, high = to_unit(cells.occupied_box, BOX)
    assert levels == 2 or (bool((low > 0.1).all()) and bool((high < 0.7).all()))


def test_nothing_is_occupied_outside_of_the_grid_of_all_timesteps() -> None:
    grid = full_grid()
    cut = grid.binaries.clone()
    cut[:, :, :, 8:] = False
    grid.set_binaries(cut)
    found = occupied_cells(grid, grid.binaries.nonzero(), ball(0.5), STEP)
    assert bool(found[..., :16].any())
    assert not bool(found[..., 16:].any())


def test_a_timestep_is_looked_at_once_while_it_is_kept() -> None:
    grid = full_grid()
    n_bytes = 32**3 // 8
    grids, asked = TimestepGrids(grid, most_bytes=2 * n_bytes), []

    def at(timestep: int) -> Tensor:
        def density(unit: Tensor) -> Tensor:
            asked.append(timestep)
            return ball(0.3 + 0.2 * timestep)(unit)

        return grids.at(timestep, density, STEP).binaries.clone()

    found = [at(0), at(1), at(0), at(1)]
    assert asked == [0, 1]
    assert torch.equal(found[0], found[2])
    assert torch.equal(found[1], found[3])
    assert not torch.equal(found[0], found[1])
    wanted = occupied_cells(grid, grid.binaries.nonzero(), ball(0.3), STEP)
    assert torch.equal(found[0], wanted)
    at(2)  # Room for two: the first goes.
    assert torch.equal(at(0), found[0])
    assert asked == [0, 1, 2, 0]


def test_filtering_the_grid_filters_the_timesteps() -> None:
    grid = full_grid()
    grid.occs.view(16, 16, 16)[6:10] = 0
    grid.occs.view(16, 16, 16)[10:12] = 1
    grid.mark_occupied()
    grids = TimestepGrids(grid)
    both = int(grids.at(0, ball(0.5, 0.5), STEP).binaries.sum())
    filter_grid(grid, GridFilterConfig(occupancy_grid_filtering_sigma_erosion=0))
    assert int(grids.at(0, ball(0.5, 0.5), STEP).binaries.sum()) < both


def test_cells_beside_an_occupied_one_are_occupied() -> None:
    """A sheet that lies in the middle of cells."""

    def sheet(unit: Tensor) -> Tensor:
        return ((unit[:, 0] - 0.515625).abs() < 0.004).float()

    grid = full_grid()
    cells = occupied_cells(grid, grid.binaries.nonzero(), sheet, STEP)
    assert cells[0, :, 0, 0].nonzero()[:, 0].tolist() == [15, 16, 17]
    assert int(cells.sum()) == 3 * 32**2


def test_small_cells_are_not_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor are they lost where their number is no multiple of eight."""
    monkeypatch.setattr("nersemble.marching.timestep_grids._MOST_CELLS", 1)
    grids = TimestepGrids(full_grid(resolution=15))
    found = [grids.at(timestep, ball(0.5), STEP).binaries.clone() for timestep in (0, 1, 0)]
    assert found[0].shape == (1, 15, 15, 15)
    assert torch.equal(found[0], found[2])
    assert bool(found[0][0, 7, 7, 7])
    assert not bool(found[0][0, 0, 0, 0])
