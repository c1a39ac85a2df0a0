"""Occupied cells of a single timestep.

The training grid holds the cells that are occupied at any timestep; most of them are empty at a
given one. Cells here are half as large, unless those of training are very small, and neighbours
of an occupied cell count as occupied.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from nersemble.marching.occupancy_grid import OccupancyGrid, OccupiedCells, bounded

UnitDensityFn = Callable[[Tensor], Tensor]
"""(positions_unit [n 3], the unit box of the scene) -> density [n] per model-world unit."""

_POINTS_AT_ONCE = 2**20
_MOST_CELLS = 2**24
"""Largest number of halved cells over all levels: 256 along each axis of one level."""
_MOST_BYTES = 2**28


class TimestepGrids:
    """The occupied cells of single timesteps, computed on demand. The most recently used are cached
    with one bit per cell, until the grid of all timesteps changes."""

    def __init__(
        self,
        grid: OccupancyGrid,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        """
        Args:
            grid: of all timesteps; only its occupied cells can be occupied.
            most_bytes: largest size of the cache; one timestep is always cached.
        """
        self._of_all, self._most_bytes = grid, most_bytes
        self._kept: OrderedDict[Hashable, tuple[Tensor, Tensor]] = OrderedDict()
        self._shown: Hashable = None
        self._cells: OccupiedCells | None = None
        self._candidates: Tensor | None = None
        self._version = -1

    def at(self, moment: Hashable, density: UnitDensityFn, step_size: float) -> OccupiedCells:
        """The cells of one timestep, valid until the next call.

        Args:
            moment: what the density depends on besides the model.
            step_size: length of a sample, model-world units.
        """
        cells = self._room()
        # Training and the grid filter change the version of the grid's cells.
        version = self._of_all.binaries._version
        if self._candidates is None or self._version != version:
            self._kept.clear()
            self._candidates, self._version = self._of_all.binaries.nonzero(), version
        if moment not in self._kept:
            cells.set_binaries(occupied_cells(self._of_all, self._candidates, density, step_size))
            self._keep(moment, _packed(cells.binaries), cells.occupied_box.clone())
        elif moment != self._shown:
            bits, box = self._kept[moment]
            n_cells = cells.binaries.numel()
            cells.binaries.copy_(_unpacked(bits)[:n_cells].view_as(cells.binaries))
            cells.occupied_box.copy_(box)
        self._kept.move_to_end(moment)
        self._shown = moment
        return cells

    def _room(self) -> OccupiedCells:
        grid = self._of_all
        if self._cells is None or self._cells.binaries.device != grid.binaries.device:
            resolution = grid.resolution * _parts(grid)
            self._cells = OccupiedCells(resolution, grid.levels, grid.scene_box)
            self._cells.to(grid.binaries.device)
            self._shown = self._candidates = None
        return self._cells

    def _keep(
        self, moment: Hashable, bits: UInt8[Tensor, "b"], occupied_box: Float[Tensor, "2 3"]
    ) -> None:
        self._kept[moment] = bits, occupied_box
        while len(self._kept) > 1 and len(self._kept) * len(bits) > self._most_bytes:
            self._kept.popitem(last=False)


@torch.no_grad()
def occupied_cells(
    grid: OccupancyGrid,
    candidates: Int[Tensor, "n 4"],
    density: UnitDensityFn,
    step_size: float,
) -> Bool[Tensor, "l r2 r2 r2"]:
    """Cells, usually of half the size, that contain density or neighbour one that does. All lie in
    occupied cells of ``grid``.

    Args:
        candidates: level and index of the occupied cells.
        density: see ``UnitDensityFn``.
        step_size: length of a sample, model-world units.
    """
    n_parts = _parts(grid)
    sides = (n_parts * grid.resolution,) * 3
    occupancies = torch.zeros(grid.levels, *sides, device=grid.binaries.device)
    for level, index in _divided(candidates, n_parts):
        size = (2.0 ** level.float())[:, None]
        middle = ((index + 0.5) / sides[0] - 0.5) * size + 0.5
        found = bounded(density(middle) * step_size)
        occupancies[level, index[:, 0], index[:, 1], index[:, 2]] = found
    # As in training: of thin fog, the cells above its mean stay.
    fine = occupancies > torch.fmin(occupancies.mean(), grid.threshold)
    for axis in (1, 2, 3):
        fine = _with_neighbours(fine, axis)
    whole = grid.binaries
    for axis in (1, 2, 3):
        whole = whole.repeat_interleave(n_parts, axis)
    return fine & whole


def _parts(grid: OccupancyGrid) -> int:
    """The number of parts into which a cell is divided along each axis."""
    return 2 if 8 * grid.binaries.numel() <= _MOST_CELLS else 1


def _divided(
    cells: Int[Tensor, "n 4"], n_parts: int
) -> Iterator[tuple[Int[Tensor, "n"], Int[Tensor, "n 3"]]]:
    """Level and index of the parts of cells, in chunks."""
    along = torch.arange(n_parts, device=cells.device)
    parts = torch.cartesian_prod(along, along, along)
    for some in cells.split(_POINTS_AT_ONCE // len(parts)) if len(cells) else ():
        index = (some[:, None, 1:] * n_parts + parts).contiguous()
        yield some[:, 0].repeat_interleave(len(parts)), index.view(-1, 3)


def _with_neighbours(cells: Bool[Tensor, "l r r r"], axis: int) -> Bool[Tensor, "l r r r"]:
    """The cells and their neighbours along an axis."""
    wider, n = cells.clone(), cells.shape[axis]
    wider.narrow(axis, 1, n - 1).logical_or_(cells.narrow(axis, 0, n - 1))
    wider.narrow(axis, 0, n - 1).logical_or_(cells.narrow(axis, 1, n - 1))
    return wider


def _bit_values(device: torch.device) -> UInt8[Tensor, "8"]:
    return 2 ** torch.arange(8, dtype=torch.uint8, device=device)


def _packed(cells: Bool[Tensor, "l r r r"]) -> UInt8[Tensor, "b"]:
    """Pack eight cells into a byte."""
    flags = torch.nn.functional.pad(cells.reshape(-1), (0, -cells.numel() % 8))
    flags = flags.view(-1, 8).to(torch.uint8)
    return (flags * _bit_values(cells.device)).sum(1, dtype=torch.uint8)


def _unpacked(bits: UInt8[Tensor, "b"]) -> Bool[Tensor, "cells"]:
    return ((bits[:, None] & _bit_values(bits.device)) != 0).view(-1)
