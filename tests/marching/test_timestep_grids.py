"""The occupied cells of single timesteps, from densities in closed form."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from nersemble.fields.windows import WindowState
from nersemble.geometry.scene_box import to_unit
from nersemble.marching.config import GridFilterConfig, OccupancyGridConfig
from nersemble.marching.grid_filter import filter_grid
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.marching.timestep_grids import TimestepGrids, occupied_cells
from nersemble.rendering.head_model import HeadModel
from nersemble.rendering.renderer import TorchRenderer
from small_heads import BOX, OPEN, front_camera, make_head

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
    assert torch.equal(found[0], occupied_cells(grid, grid.binaries.nonzero(), ball(0.3), STEP))
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


def trained_head() -> HeadModel:
    """Whose grid was updated at all timesteps. Half of its box is empty at each of them."""
    head = make_head(occupancy=OccupancyGridConfig(grid_resolution=16), early_stop_eps=1e-2)
    renderer = TorchRenderer(head)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        head.field.base_mlp.weights[1][0] *= 8
        for timestep in range(head.field.n_timesteps):
            blended = renderer.blend(timestep, OPEN)
            for step in range(4):
                head.grid.update(step, blended.density, 1, STEP, generator)
    return head


def test_a_picture_needs_fewer_samples_and_hardly_changes() -> None:
    whole = TorchRenderer(trained_head())
    fine = whole.preview()
    wanted = whole.image(front_camera(), 1, OPEN, 1000)
    found = fine.image(front_camera(), 1, OPEN, 1000)
    assert 0 < int(fine.n_samples) < 0.9 * int(whole.n_samples)
    # Cells of this coarse field are as large as what it shows.
    assert float((found.rgb - wanted.rgb).square().mean()) < 1e-3


def test_other_windows_are_another_moment() -> None:
    renderer = TorchRenderer(trained_head())
    one, other = renderer.preview(), renderer.preview()
    closed = WindowState(0.0, 1.0)
    one.image(front_camera(), 1, OPEN, 1000)
    found = one.image(front_camera(), 1, closed, 1000)
    assert torch.equal(found.rgb, other.image(front_camera(), 1, closed, 1000).rgb)


def test_early_stop_0_renders_every_sample() -> None:
    renderer = TorchRenderer(trained_head())
    marcher = replace(renderer.config.marcher, early_stop_eps=0.0)
    everything = renderer.under(replace(renderer.config, marcher=marcher))
    found = everything.preview().image(front_camera(), 1, OPEN, 1000)
    assert torch.equal(found.rgb, everything.image(front_camera(), 1, OPEN, 1000).rgb)
