"""The occupancy grid's update without waiting for the GPU: fixed sizes, counts on the device
(method.md, Ray marching)."""

from collections.abc import Callable, Iterator

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.marching.occupancy_grid import OccupancyGrid, bounded

PackedDensityFn = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(positions_unit [c 3], slots [c] int32, count [1] int32) -> density [c] per model-world unit.

Only the first ``count`` entries of what goes in and of what comes out are defined.
"""

CHUNK = 2**19
"""Cells that the density is asked for at once at most."""

_Cells = tuple[Tensor, Tensor]


@torch.no_grad()
def update_on_device(
    grid: OccupancyGrid,
    step: int,
    density: PackedDensityFn,
    n_slots: int,
    step_size: float,
    generator: torch.Generator,
) -> None:
    """Looks at cells (all in the warm-up, later a quarter plus as many occupied ones).

    The rule of ``OccupancyGrid.update``; only the random draws differ: a cell that is drawn
    several times is looked at in several points, and the largest density counts.

    Args:
        density: density at positions and slots; slots index the K blended timesteps. Levels
            beyond the first ask outside of the unit box too.
        n_slots: K; every cell gets one of them at random.
        step_size: length of a sample, model-world units.
        generator: on the grid's device.
    """
    cells_of_level = grid.config.grid_resolution**3
    for level, occs in enumerate(grid.occs.split(cells_of_level)):
        found = torch.full_like(occs, -torch.inf)
        for cells, count in _cells_to_visit(grid, level, step, generator):
            for start in range(0, len(cells), CHUNK):
                part = cells[start : start + CHUNK]
                n_valid = (count - start).clamp(0, len(part))
                positions = _points_in(grid, part, level, generator)
                slots = _random_slots(len(part), n_slots, generator)
                values = bounded(density(positions, slots, n_valid) * step_size)
                valid = torch.arange(len(part), device=occs.device) < n_valid
                values = torch.where(valid, values, -torch.inf)
                found.scatter_reduce_(0, part, values, "amax")
        seen = torch.maximum(occs * grid.config.occ_decay, found)
        occs.copy_(torch.where(found == -torch.inf, occs, seen))
    grid.mark_occupied()


def _cells_to_visit(
    grid: OccupancyGrid, level: int, step: int, generator: torch.Generator
) -> Iterator[_Cells]:
    """Lists of cells of a level, int64, all of them cells, each with the length that counts."""
    n, device = grid.config.grid_resolution**3, grid.occs.device
    if step < grid.config.occ_warmup_steps:
        yield torch.arange(n, device=device), _constant(n, device)
        return
    quarter = n // 4
    uniform = torch.randint(n, (quarter,), generator=generator, device=device)
    yield uniform, _constant(quarter, device)
    yield _some_of(grid.binaries[level].view(-1), quarter, generator)


def _constant(value: int, device: torch.device) -> Int[Tensor, "1"]:
    return torch.full((1,), value, dtype=torch.int32, device=device)


def _some_of(flags: Tensor, n: int, generator: torch.Generator) -> _Cells:
    """All set cells where they are at most n, else n random ones of them."""
    device = flags.device
    rank = torch.cumsum(flags, 0, dtype=torch.int32)
    n_set = rank[-1:]
    # One entry more takes the cells that are not set.
    target = torch.where(flags, rank - 1, len(flags)).long()
    listed = torch.zeros(len(flags) + 1, dtype=torch.int64, device=device)
    listed.scatter_(0, target, torch.arange(len(flags), device=device))
    listed[-1:] = 0
    drawn = torch.randint(2**62, (n,), generator=generator, device=device) % n_set.clamp(min=1)
    chosen = torch.where(n_set > n, drawn, torch.arange(n, device=device))
    return listed[chosen], n_set.clamp(max=n)


def _points_in(
    grid: OccupancyGrid, cells: Int[Tensor, "c"], level: int, generator: torch.Generator
) -> Float[Tensor, "c 3"]:
    """A random point in each cell, unit box of the scene."""
    r = grid.config.grid_resolution
    index = torch.stack([cells // r**2, cells // r % r, cells % r], -1)
    jitter = torch.rand(len(cells), 3, generator=generator, device=cells.device)
    unit = (index + jitter) / r
    return unit if level == 0 else (unit - 0.5) * 2.0**level + 0.5


def _random_slots(n: int, n_slots: int, generator: torch.Generator) -> Int[Tensor, "c"]:
    return torch.randint(
        n_slots, (n,), generator=generator, device=generator.device, dtype=torch.int32
    )
