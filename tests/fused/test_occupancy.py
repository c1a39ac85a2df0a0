"""The update of fixed sizes against the rule of the grid's own update and loops over cells."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from nersemble.fused import occupancy as device_occupancy
from nersemble.fused.occupancy import update_on_device
from nersemble.marching.config import OccupancyGridConfig
from nersemble.marching.occupancy_grid import OccupancyGrid

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
_BOX = torch.tensor([[-1.0, -2.0, 0.0], [1.0, 2.0, 4.0]])
_R = 8
_WARM, _LATER = 0, 256
_STEP_SIZE = 0.1


def _grid(**options: Any) -> OccupancyGrid:
    config = OccupancyGridConfig(**({"grid_resolution": _R} | options))
    return OccupancyGrid(config, _BOX).to(DEVICE)


def _cells_of(positions_unit: Tensor) -> Tensor:
    x, y, z = (positions_unit * _R).floor().long().unbind(-1)
    assert ((positions_unit >= 0) & (positions_unit <= 1)).all()
    return (x * _R + y) * _R + z


class _Field:
    """A density per cell that remembers the calls; what lies beyond the count is garbage."""

    def __init__(self, by_cell: Tensor) -> None:
        self.by_cell = by_cell.to(DEVICE)
        self.cells: list[int] = []
        self.slots: list[int] = []
        self.sizes: list[int] = []

    def __call__(self, positions_unit: Tensor, slots: Tensor, count: Tensor) -> Tensor:
        assert (slots.dtype, count.dtype) == (torch.int32, torch.int32)
        assert tuple(positions_unit.shape) == (len(slots), 3)
        assert tuple(count.shape) == (1,)
        n = int(count)
        assert 0 <= n <= len(slots)
        cells = _cells_of(positions_unit[:n])
        self.cells += cells.tolist()
        self.slots += slots[:n].tolist()
        self.sizes.append(len(slots))
        values = torch.full((len(slots),), torch.nan, device=DEVICE)
        values[:n] = self.by_cell[cells]
        return values

    @property
    def visited(self) -> Tensor:
        mask = torch.zeros(_R**3, dtype=torch.bool, device=DEVICE)
        mask[self.cells] = True
        return mask


def _update(
    grid: OccupancyGrid,
    step: int,
    density: Callable[..., Tensor],
    *,
    n_slots: int = 3,
    seed: int = 0,
) -> None:
    generator = torch.Generator(DEVICE).manual_seed(seed)
    update_on_device(grid, step, density, n_slots, _STEP_SIZE, generator)


def _random_densities(seed: int, share: float = 0.3) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    filled = torch.rand(_R**3, generator=generator) < share
    return 5 * torch.rand(_R**3, generator=generator) * filled


def test_the_warm_up_does_the_same_as_the_grids_own_update() -> None:
    grid, other = _grid(), _grid()
    for seed in range(3):
        field = _Field(_random_densities(seed))

        def by_position(positions_world: Tensor, slots: Tensor, field: _Field = field) -> Tensor:
            low, high = _BOX.to(DEVICE)
            return field.by_cell[_cells_of((positions_world - low) / (high - low))]

        _update(grid, _WARM + 16 * seed, field, seed=seed)
        other.update(_WARM, by_position, 3, _STEP_SIZE, torch.Generator().manual_seed(seed))
        assert sorted(field.cells) == list(range(_R**3))
        assert set(field.slots) == {0, 1, 2}
        assert torch.equal(grid.occs, other.occs)
        assert torch.equal(grid.binaries, other.binaries)
        assert torch.equal(grid.occupied_box, other.occupied_box)
    assert 0 < int(grid.binaries.sum()) < _R**3


def test_later_visited_cells_decay_once_and_rise_and_the_others_stay() -> None:
    grid = _grid()
    _update(grid, _WARM, _Field(_random_densities(0)))
    visits = 0
    for seed in range(1, 5):
        before = grid.occs.clone()
        field = _Field(_random_densities(seed))
        _update(grid, _LATER, field, seed=seed)
        assert len(field.cells) > len(set(field.cells))
        risen = torch.maximum(0.95 * before, field.by_cell * _STEP_SIZE)
        wanted = torch.where(field.visited, risen, before)
        torch.testing.assert_close(grid.occs, wanted)
        threshold = min(0.01, float(grid.occs.mean()))
        assert torch.equal(grid.binaries.flatten(), grid.occs > threshold)
        visits += int(field.visited.sum())
    assert visits < 4 * 0.5 * _R**3


def test_the_largest_density_of_a_cell_counts() -> None:
    grid, largest = _grid(), torch.full((_R**3,), -torch.inf, device=DEVICE)

    def density(positions_unit: Tensor, slots: Tensor, count: Tensor) -> Tensor:
        values = torch.rand(len(slots), generator=generator).to(DEVICE)
        valid = torch.arange(len(slots), device=DEVICE) < count
        cells = torch.where(valid, _cells_of(positions_unit), 0)
        shown = torch.where(valid, values, -torch.inf)
        largest.scatter_reduce_(0, cells, shown, "amax")
        return values.where(valid, 1e9)

    generator = torch.Generator().manual_seed(0)
    _update(grid, _LATER, density)
    torch.testing.assert_close(grid.occs, largest.clamp(min=0) * _STEP_SIZE)


def test_all_occupied_cells_are_visited_while_they_are_few() -> None:
    grid = _grid()
    densities = torch.zeros(_R**3)
    densities[100:140] = 3.0
    _update(grid, _WARM, _Field(densities))
    before = grid.occs.clone()
    field = _Field(torch.zeros(_R**3))
    _update(grid, _LATER, field, seed=1)
    assert field.visited[100:140].all()
    assert len(field.cells) == _R**3 // 4 + 40
    others = int(field.visited.sum()) - 40
    # A quarter drawn with repetition: 1 - exp(-1/4) of the cells, give or take.
    assert 0.15 * _R**3 < others <= 0.25 * _R**3
    torch.testing.assert_close(grid.occs[field.visited], 0.95 * before[field.visited])
    assert torch.equal(grid.occs[~field.visited], before[~field.visited])


@pytest.mark.parametrize("n_occupied", [0, 1, 127, 128, 129, 512])
def test_as_many_occupied_cells_as_a_quarter(n_occupied: int) -> None:
    grid = _grid()
    occupied = torch.zeros(_R**3, dtype=torch.bool, device=DEVICE)
    chosen = torch.randperm(_R**3, generator=torch.Generator().manual_seed(1))[:n_occupied]
    occupied[chosen] = True
    grid.set_binaries(occupied.view_as(grid.binaries))
    field = _Field(torch.zeros(_R**3))
    _update(grid, _LATER, field)
    listed = torch.tensor(field.cells[_R**3 // 4 :], dtype=torch.int64, device=DEVICE)
    assert len(listed) == min(n_occupied, _R**3 // 4)
    assert occupied[listed].all()
    if n_occupied <= _R**3 // 4:
        assert len(set(listed.tolist())) == n_occupied
    else:
        assert len(set(listed.tolist())) > 60
        assert float(listed.double().mean()) == pytest.approx(255, abs=60)


def test_chunks_do_not_change_what_is_visited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_occupancy, "CHUNK", 50)
    grid, field = _grid(), _Field(_random_densities(0, 0.15))
    _update(grid, _WARM, field)
    assert sorted(field.cells) == list(range(_R**3))
    torch.testing.assert_close(grid.occs, field.by_cell * _STEP_SIZE)
    later, n_occupied = _Field(field.by_cell), int(grid.binaries.sum())
    assert 50 < n_occupied < 100
    _update(grid, _LATER, later)
    assert max(later.sizes) == 50
    assert len(later.cells) == _R**3 // 4 + n_occupied


def test_culled_cells_are_never_occupied_and_the_box_follows() -> None:
    grid = _grid()
    grid.visible[0, 3:] = False
    for step in (_WARM, _LATER):
        _update(grid, step, _Field(torch.ones(_R**3)))
        assert grid.binaries[0, :3].all()
        assert not grid.binaries[0, 3:].any()
        wanted = torch.tensor([[-1.0, -2.0, 0.0], [-0.25, 2.0, 4.0]], device=DEVICE)
        torch.testing.assert_close(grid.occupied_box, wanted)


def test_points_are_spread_over_the_whole_cell() -> None:
    positions: list[Tensor] = []

    def density(positions_unit: Tensor, slots: Tensor, count: Tensor) -> Tensor:
        positions.append(positions_unit)
        return torch.zeros(len(slots), device=DEVICE)

    _update(_grid(), _WARM, density)
    fraction = (positions[0] * _R).frac().cpu()
    quantiles = torch.quantile(fraction, torch.tensor([0.1, 0.5, 0.9]), dim=0)
    torch.testing.assert_close(
        quantiles, torch.tensor([[0.1] * 3, [0.5] * 3, [0.9] * 3]), rtol=0, atol=0.08
    )


@pytest.mark.parametrize("step", [_WARM, _LATER])
def test_nested_grids_are_asked_in_their_own_boxes(step: int) -> None:
    grid = _grid(grid_levels=2)
    grid.set_binaries(torch.ones_like(grid.binaries))
    seen: list[Tensor] = []

    def density(positions_unit: Tensor, slots: Tensor, count: Tensor) -> Tensor:
        assert int(count) == len(slots)
        seen.append(positions_unit)
        return positions_unit[:, 0].clamp(min=0) + 1

    _update(grid, step, density)
    points = torch.cat(seen).view(2, -1, 3)
    for level in range(2):
        along = (points[level] - 0.5) / 2**level + 0.5
        assert ((along >= 0) & (along <= 1)).all()
        assert (along.amax(0) - along.amin(0) > 0.95).all()
        x, y, z = (along * _R).floor().long().clamp(max=_R - 1).unbind(-1)
        values = (points[level][:, 0].clamp(min=0) + 1) * _STEP_SIZE
        wanted = torch.zeros(_R**3, device=DEVICE)
        wanted.scatter_reduce_(0, (x * _R + y) * _R + z, values, "amax")
        torch.testing.assert_close(grid.occs[level * _R**3 : (level + 1) * _R**3], wanted)


def test_a_field_that_is_not_a_number_somewhere_leaves_the_other_threshold() -> None:
    grid = _grid()
    densities = torch.ones(_R**3)
    densities[7] = torch.nan
    _update(grid, _WARM, _Field(densities))
    assert int(grid.binaries.sum()) >= _R**3 - 1


@pytest.mark.gpu
@pytest.mark.skipif(DEVICE == "cpu", reason="needs a CUDA device")
def test_nothing_waits_for_the_gpu() -> None:
    grid = _grid()
    generator = torch.Generator(DEVICE).manual_seed(0)
    torch.cuda.set_sync_debug_mode("error")
    try:
        for step in (_WARM, _LATER):
            update_on_device(grid, step, lambda p, s, c: p[:, 0] * 0 + 1, 3, _STEP_SIZE, generator)
    finally:
        torch.cuda.set_sync_debug_mode("default")
