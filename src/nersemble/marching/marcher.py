"""Ray marching: packed samples in occupied cells (method.md, Ray marching).

Intervals of constant length form a lattice, whose points are independent of each other. Intervals
that grow with the distance (``cone_angle``) depend on the empty cells in front of them, as in
``traverse_grids`` of nerfacc 0.5.3, so rays are walked from front to back.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.marching.config import MarcherConfig
from nersemble.marching.occupancy_grid import OccupiedCells
from nersemble.marching.samples import RaySamples
from nersemble.ops.packed import offsets_from_counts
from nersemble.rays.batch import RayBatch

_LATTICE_POINTS_AT_ONCE = 2**22


def intersect_box(
    rays: RayBatch, box: Float[Tensor, "2 3"]
) -> tuple[Float[Tensor, "n"], Float[Tensor, "n"]]:
    """Distances at which rays enter and leave a box; leave < enter if they miss it."""
    inverse = 1 / _nowhere_zero(rays.directions)
    to_low = (box[0] - rays.origins_world) * inverse
    to_high = (box[1] - rays.origins_world) * inverse
    enter = torch.minimum(to_low, to_high).amax(-1)
    leave = torch.maximum(to_low, to_high).amin(-1)
    return enter, leave


def _nowhere_zero(directions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
    return torch.where(directions.abs() < 1e-12, torch.full_like(directions, 1e-12), directions)


@torch.no_grad()
def march(
    rays: RayBatch,
    grid: OccupiedCells,
    config: MarcherConfig,
    jitter: Float[Tensor, "n"] | None = None,
) -> RaySamples:
    """The intervals whose midpoints lie in occupied cells.

    Args:
        jitter: in [0, 1], one per ray: shifts the first interval by up to one step (training);
            None starts at the near plane.
    """
    first = torch.full_like(rays.origins_world[:, 0], config.near_plane)
    if jitter is not None:
        first = first + jitter * config.render_step_size
    if config.cone_angle > 0:
        return _walk(rays, grid, config, first)
    n, step = len(rays), config.render_step_size
    enter, leave = intersect_box(rays, grid.occupied_box)
    hit = (leave > enter) & (leave > config.near_plane) & (enter < config.far_plane)
    near, far = (t.clamp(config.near_plane, config.far_plane) for t in (enter, leave))
    # One more lattice point on either side, because the division is rounded.
    k_first, k_last = (((t - first) / step).floor() for t in (near, far))
    k_first, k_last = (k_first - 1).clamp(min=0), (k_last - 1).clamp(min=0) + 3
    spans = torch.where(hit, k_last - k_first, torch.zeros_like(k_first))
    longest = max(int(spans.max()), 1) if n else 1
    rows = max(_LATTICE_POINTS_AT_ONCE // longest, 1)
    parts = [
        _march_rows(rays, grid, config, first, k_first, spans, slice(i, min(i + rows, n)))
        for i in range(0, max(n, 1), rows)
    ]
    counts, ray_indices, starts, ends = (torch.cat(p) for p in zip(*parts, strict=True))
    return RaySamples(ray_indices, starts, ends, offsets_from_counts(counts))


def _march_rows(
    rays: RayBatch,
    grid: OccupiedCells,
    config: MarcherConfig,
    first: Tensor,
    k_first: Tensor,
    spans: Tensor,
    rows: slice,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Counts, ray indices, starts and ends of the kept intervals of some rays."""
    span = spans[rows]
    k = torch.arange(int(span.max()) if len(span) else 0, device=span.device)
    steps = k_first[rows, None] + k
    starts, ends = (first[rows, None] + i * config.render_step_size for i in (steps, steps + 1))
    middle = (starts + ends) / 2
    kept = grid.occupied(*_along(rays, rows, middle))
    kept &= (k < span[:, None]) & (middle <= config.far_plane)
    index = kept.reshape(-1).nonzero().view(-1)
    row = index.div(len(k), rounding_mode="floor")
    counts = torch.bincount(row, minlength=len(span))
    return counts, row + rows.start, starts.view(-1)[index], ends.view(-1)[index]


def _along(
    rays: RayBatch, rows: slice | Tensor, t: Float[Tensor, "m *k"]
) -> tuple[Tensor, Tensor, Tensor]:
    """x, y and z of points at distances t on rays, one row of distances per ray."""
    origins, directions = rays.origins_world[rows], rays.directions[rows]
    shape = (-1, *[1] * (t.ndim - 1))
    x, y, z = ((directions[:, i].view(shape) * t).add_(origins[:, i].view(shape)) for i in range(3))
    return x, y, z


def _walk(rays: RayBatch, grid: OccupiedCells, config: MarcherConfig, first: Tensor) -> RaySamples:
    """Intervals that grow, as in nerfacc: one that starts at t is max(step, cone_angle t) long, but
    all steps through an empty cell, or up to the grid, are as long as the first of them.

    All rays advance together, by one interval or empty cell at a time.
    """
    boxes = [grid.box_of_level(level) for level in range(grid.levels)]
    crossings = [intersect_box(rays, box) for box in boxes]
    enters = torch.stack([torch.where(b > a, a, torch.inf) for a, b in crossings])
    leave = torch.where(enters[-1] < torch.inf, crossings[-1][1], 0).clamp(max=config.far_plane)
    index, t = torch.arange(len(rays), device=first.device), first
    found = [(index[:0], t[:0], t[:0])]
    while len(index):
        length = (config.cone_angle * t).clamp(min=config.render_step_size)
        middle = t + length / 2
        going = middle < leave[index]
        index, t, length, middle = index[going], t[going], length[going], middle[going]
        occupied = grid.occupied(*_along(rays, index, middle))
        empty_until = _empty_until(rays, index, boxes, enters, middle, grid.resolution)
        skipped = ((empty_until - middle) / length).ceil().clamp(min=1)
        end = t + torch.where(occupied, 1, skipped) * length
        found.append((index[occupied], t[occupied], end[occupied]))
        t = end
    ray_indices, starts, ends = (torch.cat(part) for part in zip(*found, strict=True))
    order = ray_indices.argsort(stable=True)
    counts = torch.bincount(ray_indices, minlength=len(rays))
    offsets = offsets_from_counts(counts)
    return RaySamples(ray_indices[order], starts[order], ends[order], offsets)


def _empty_until(
    rays: RayBatch,
    index: Tensor,
    boxes: list[Tensor],
    enters: Float[Tensor, "l n"],
    t: Float[Tensor, "m"],
    resolution: int,
) -> Float[Tensor, "m"]:
    """Where rays leave their cell at distance t, or enter a finer grid before that.

    Args:
        index: the rays; boxes: of the levels; enters: distances at which all rays enter the boxes.
    """
    origins, directions = rays.origins_world[index], _nowhere_zero(rays.directions[index])
    points = torch.stack(_along(rays, index, t), -1)
    until = torch.full_like(t, torch.inf)
    for (low, high), enter in reversed(list(zip(boxes, enters[:, index], strict=True))):
        size = (high - low) / resolution
        cell = ((points - low) / size).floor()
        inside = ((cell >= 0) & (cell < resolution)).all(-1)
        leave = ((low + (cell + (directions > 0)) * size - origins) / directions).amin(-1)
        until = torch.where(enter > t, torch.minimum(until, enter), until)
        until = torch.where(inside, leave, until)
    # Rounding may put a point on the grid's face outside the grid.
    return torch.where(until < torch.inf, until, t)
