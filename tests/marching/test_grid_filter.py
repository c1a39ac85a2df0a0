"""The largest component stays, floaters go, and nothing appears that was not occupied."""

from typing import Any

import pytest
import torch
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.marching.config import GridFilterConfig, OccupancyGridConfig
from nersemble.marching.grid_filter import filter_grid, largest_component
from nersemble.marching.occupancy_grid import OccupancyGrid

_R = 32
_BOX = torch.tensor([[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0]])
_NARROW = GridFilterConfig(occupancy_grid_filtering_sigma_erosion=4)


def _grid(*blobs: tuple[slice, slice, slice], value: float = 2.0, levels: int = 1) -> OccupancyGrid:
    grid = OccupancyGrid(OccupancyGridConfig(grid_resolution=_R, grid_levels=levels), _BOX)
    occs = grid.occs.view(levels, _R, _R, _R)
    for blob in blobs:
        occs[0][blob] = value
    grid.set_binaries(occs > 0)
    return grid


def _cube(corner: int, size: int) -> tuple[slice, slice, slice]:
    return (slice(corner, corner + size),) * 3


def _mask(*blobs: tuple[slice, slice, slice]) -> Tensor:
    mask = torch.zeros(_R, _R, _R, dtype=torch.bool)
    for blob in blobs:
        mask[blob] = True
    return mask


def test_of_two_blobs_the_larger_one_stays_as_it_is() -> None:
    for large, small in ((_cube(3, 9), _cube(22, 6)), (_cube(20, 8), _cube(2, 7))):
        assert torch.equal(largest_component(_grid(large, small), _NARROW), _mask(large))


def test_an_empty_grid_stays_empty() -> None:
    assert not largest_component(_grid(), GridFilterConfig()).any()


def test_a_bridge_joins_two_blobs() -> None:
    first, second = _cube(2, 8), (slice(20, 28), slice(2, 10), slice(2, 10))
    bridge = (slice(10, 20), slice(4, 8), slice(4, 8))
    grid = _grid(first, second, bridge)
    assert torch.equal(largest_component(grid, _NARROW), _mask(first, second, bridge))


def test_nothing_becomes_occupied_that_was_not() -> None:
    grid = _grid(_cube(8, 14))
    holes = torch.zeros_like(grid.binaries)
    holes[0, 10:14, 10:14, 10:14] = True
    grid.set_binaries(grid.binaries & ~holes)
    found = largest_component(grid, GridFilterConfig())
    assert torch.equal(found, grid.binaries[0])


def test_thin_density_forms_no_component() -> None:
    # 2 sigmoid(x) - 1 is about x / 2: 0.05 is reached at x = 0.1.
    assert not largest_component(_grid(_cube(8, 14), value=0.08), _NARROW).any()
    assert largest_component(_grid(_cube(8, 14), value=0.12), _NARROW).any()
    loose = GridFilterConfig(
        occupancy_grid_filtering_threshold=0.02, occupancy_grid_filtering_sigma_erosion=4
    )
    assert largest_component(_grid(_cube(8, 14), value=0.08), loose).any()


def test_the_margin_around_the_component_grows_with_the_blur() -> None:
    grid = _grid()
    grid.occs.view(_R, _R, _R)[:, :, :8] = 2.0
    grid.set_binaries(torch.ones_like(grid.binaries))
    # Of a grid of 128: a fourth as many cells here.
    configs = [GridFilterConfig(occupancy_grid_filtering_sigma_erosion=s) for s in (4, 12, 28)]
    depths = [int(largest_component(grid, c).any(0).any(0).sum()) for c in configs]
    # 100 times the Gaussian's tail truncated to an integer is positive to 2.33 sigma, from
    # the edge of the component, which the first blur widened by up to two cells.
    for depth, sigma in zip(depths, (1, 3, 7), strict=True):
        assert 8 + 2.33 * sigma - 1 <= depth <= 8 + 2.33 * sigma + 3


def test_filtering_replaces_the_finest_level_only() -> None:
    grid = _grid(_cube(3, 9), _cube(24, 5), levels=2)
    binaries = grid.binaries.clone()
    binaries[1] = True
    grid.set_binaries(binaries)
    filter_grid(grid, _NARROW)
    assert torch.equal(grid.binaries[0], _mask(_cube(3, 9)))
    assert grid.binaries[1].all()


def test_the_occupied_box_shrinks_with_the_grid() -> None:
    grid = _grid(_cube(4, 12), _cube(28, 3))
    filter_grid(grid, _NARROW)
    wanted = torch.tensor([[-0.75] * 3, [0.0] * 3])
    torch.testing.assert_close(grid.occupied_box, wanted)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("occupancy_grid_filtering_threshold", 1.5),
        ("occupancy_grid_filtering_threshold", 2),
        ("occupancy_grid_filtering_sigma_erosion", -1),
    ],
)
def test_options_out_of_range_are_named(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"--{name} is {value}"):
        GridFilterConfig(**{name: value})
