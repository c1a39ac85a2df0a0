"""Intervals on rays and cells of occupancy grids, as kernels see them (method.md, Ray marching)."""

import torch
import triton
import triton.language as tl
from torch import Tensor

from nersemble.fused.kernels.launching import check
from nersemble.marching.config import MarcherConfig
from nersemble.marching.occupancy_grid import OccupiedCells


def lattice_arguments(config: MarcherConfig) -> tuple[float, float, float]:
    """What kernels take of a lattice of intervals: near, far, step. Model-world units."""
    # An integer would become a kernel of its own.
    return float(config.near_plane), float(config.far_plane), float(config.render_step_size)


def check_rays(origins_world: Tensor, directions: Tensor) -> None:
    """Raises ValueError unless kernels can read these."""
    shape, device = (len(origins_world), 3), origins_world.device
    check("origins", origins_world, torch.float32, shape, device)
    check("directions", directions, torch.float32, shape, device)


def check_grid(grid: OccupiedCells, device: torch.device) -> None:
    """Raises ValueError unless kernels can read it."""
    check("scene box", grid.scene_box, torch.float32, (2, 3), device)
    check("occupied box", grid.occupied_box, torch.float32, (2, 3), device)
    size = grid.resolution
    shape = (grid.levels, size, size, size)
    check("occupied cells", grid.binaries, torch.bool, shape, device)


@triton.jit
def _index_below(t: tl.tensor, first: tl.tensor, step: tl.tensor) -> tl.tensor:
    """A lattice index whose point lies at or before t, and at most two before it."""
    return tl.maximum(tl.floor((t - first) / step) - 1.0, 0.0)


@triton.jit
def _nowhere_zero(direction: tl.tensor) -> tl.tensor:
    return tl.where(tl.abs(direction) < 1e-12, 1e-12, direction)


@triton.jit
def _along_axis(
    ray: tl.tensor, origins_ptr: tl.tensor, directions_ptr: tl.tensor, box_ptr: tl.tensor,
    AXIS: tl.constexpr,
) -> tuple[tl.tensor, tl.tensor, tl.tensor, tl.tensor]:  # fmt: skip
    """Origin and direction along one axis; distances between which the ray is in the slab."""
    origin = tl.load(origins_ptr + ray.to(tl.int64) * 3 + AXIS)
    direction = tl.load(directions_ptr + ray.to(tl.int64) * 3 + AXIS)
    inverse = 1.0 / _nowhere_zero(direction)
    to_low = (tl.load(box_ptr + AXIS) - origin) * inverse
    to_high = (tl.load(box_ptr + 3 + AXIS) - origin) * inverse
    return origin, direction, tl.minimum(to_low, to_high), tl.maximum(to_low, to_high)


@triton.jit
def enter_lattice(
    ray: tl.tensor, origins_ptr: tl.tensor, directions_ptr: tl.tensor, jitter_ptr: tl.tensor,
    box_ptr: tl.tensor, near: tl.tensor, far: tl.tensor, step: tl.tensor,
    JITTERED: tl.constexpr,
) -> tuple[tl.tensor, ...]:  # fmt: skip
    """Origin, direction, first lattice point, and the first index and number of points to test."""
    ox, dx, enter_x, leave_x = _along_axis(ray, origins_ptr, directions_ptr, box_ptr, 0)
    oy, dy, enter_y, leave_y = _along_axis(ray, origins_ptr, directions_ptr, box_ptr, 1)
    oz, dz, enter_z, leave_z = _along_axis(ray, origins_ptr, directions_ptr, box_ptr, 2)
    enter = tl.maximum(tl.maximum(enter_x, enter_y), enter_z)
    leave = tl.minimum(tl.minimum(leave_x, leave_y), leave_z)
    first = near
    if JITTERED:
        first = near + tl.load(jitter_ptr + ray) * step
    enter_in = tl.minimum(tl.maximum(enter, near), far)
    leave_in = tl.minimum(tl.maximum(leave, near), far)
    k_first = _index_below(enter_in, first, step)
    k_last = _index_below(leave_in, first, step) + 3.0
    hit = (leave > enter) & (leave > near) & (enter < far)
    span = tl.where(hit, k_last - k_first, 0.0).to(tl.int32)
    return ox, oy, oz, dx, dy, dz, first, k_first, span


@triton.jit
def _level_along_axis(
    scene_box_ptr: tl.tensor, factor: tl.tensor, AXIS: tl.constexpr
) -> tuple[tl.tensor, tl.tensor]:
    """Ends of a level whose box is ``factor`` times the scene box."""
    scene_low = tl.load(scene_box_ptr + AXIS)
    scene_high = tl.load(scene_box_ptr + 3 + AXIS)
    center = (scene_low + scene_high) / 2
    return center + (scene_low - center) * factor, center + (scene_high - center) * factor


@triton.jit
def cell_coordinate(
    value: tl.tensor, scene_box_ptr: tl.tensor, factor: tl.tensor,
    AXIS: tl.constexpr, RESOLUTION: tl.constexpr,
) -> tl.tensor:  # fmt: skip
    """Coordinate in cells of a level whose box is ``factor`` times the scene box."""
    low, high = _level_along_axis(scene_box_ptr, factor, AXIS)
    return (value - low) * (RESOLUTION / (high - low))


@triton.jit
def is_occupied(
    x: tl.tensor, y: tl.tensor, z: tl.tensor, wanted: tl.tensor,
    scene_box_ptr: tl.tensor, binaries_ptr: tl.tensor,
    LEVELS: tl.constexpr, RESOLUTION: tl.constexpr,
) -> tl.tensor:  # fmt: skip
    """Which wanted points lie in an occupied cell of the finest level that contains them."""
    kept = wanted != wanted
    undecided = wanted
    for level in tl.static_range(LEVELS):
        cx = cell_coordinate(x, scene_box_ptr, 2.0**level, 0, RESOLUTION)
        cy = cell_coordinate(y, scene_box_ptr, 2.0**level, 1, RESOLUTION)
        cz = cell_coordinate(z, scene_box_ptr, 2.0**level, 2, RESOLUTION)
        inside = undecided & (cx >= 0) & (cx < RESOLUTION) & (cy >= 0) & (cy < RESOLUTION)
        inside = inside & (cz >= 0) & (cz < RESOLUTION)
        flat = cx.to(tl.int32) * RESOLUTION + cy.to(tl.int32)
        flat = flat * RESOLUTION + cz.to(tl.int32)
        cells_ptr = binaries_ptr + level * RESOLUTION * RESOLUTION * RESOLUTION
        hit = tl.load(cells_ptr + tl.where(inside, flat, 0), mask=inside, other=0) != 0
        kept = kept | (inside & hit)
        undecided = undecided & (inside == 0)
    return kept


@triton.jit
def store_in_unit_box(
    at: tl.tensor, x: tl.tensor, y: tl.tensor, z: tl.tensor, mask: tl.tensor,
    scene_box_ptr: tl.tensor,
) -> None:  # fmt: skip
    """Stores points as the unit box of the scene has them, which is a grid of one cell."""
    tl.store(at, cell_coordinate(x, scene_box_ptr, 1.0, 0, 1), mask=mask)
    tl.store(at + 1, cell_coordinate(y, scene_box_ptr, 1.0, 1, 1), mask=mask)
    tl.store(at + 2, cell_coordinate(z, scene_box_ptr, 1.0, 2, 1), mask=mask)


@triton.jit
def _cross_along_axis(
    origin: tl.tensor, direction: tl.tensor, t: tl.tensor, scene_box_ptr: tl.tensor,
    factor: tl.tensor, AXIS: tl.constexpr, RESOLUTION: tl.constexpr,
) -> tuple[tl.tensor, tl.tensor, tl.tensor, tl.tensor]:  # fmt: skip
    """Along one axis of a level: whether a ray is inside at distance t, where it leaves the cell
    that it is in, and between which distances it is inside."""
    low, high = _level_along_axis(scene_box_ptr, factor, AXIS)
    size = (high - low) / RESOLUTION
    cell = tl.floor((origin + direction * t - low) / size)
    safe = _nowhere_zero(direction)
    leave = (low + (cell + (safe > 0).to(tl.float32)) * size - origin) / safe
    to_low, to_high = (low - origin) / safe, (high - origin) / safe
    inside = (cell >= 0) & (cell < RESOLUTION)
    return inside, leave, tl.minimum(to_low, to_high), tl.maximum(to_low, to_high)


@triton.jit
def _cross(
    ox: tl.tensor, oy: tl.tensor, oz: tl.tensor, dx: tl.tensor, dy: tl.tensor, dz: tl.tensor,
    t: tl.tensor, scene_box_ptr: tl.tensor, factor: tl.tensor, RESOLUTION: tl.constexpr,
) -> tuple[tl.tensor, tl.tensor, tl.tensor, tl.tensor]:  # fmt: skip
    """The same along all axes; for rays that miss the level, the entry is at infinity."""
    in_x, cell_x, enter_x, leave_x = _cross_along_axis(
        ox, dx, t, scene_box_ptr, factor, 0, RESOLUTION
    )
    in_y, cell_y, enter_y, leave_y = _cross_along_axis(
        oy, dy, t, scene_box_ptr, factor, 1, RESOLUTION
    )
    in_z, cell_z, enter_z, leave_z = _cross_along_axis(
        oz, dz, t, scene_box_ptr, factor, 2, RESOLUTION
    )
    cell = tl.minimum(tl.minimum(cell_x, cell_y), cell_z)
    enter = tl.maximum(tl.maximum(enter_x, enter_y), enter_z)
    leave = tl.minimum(tl.minimum(leave_x, leave_y), leave_z)
    enter = tl.where(enter < leave, enter, float("inf"))
    return in_x & in_y & in_z, cell, enter, leave


@triton.jit
def walk_until(
    ox: tl.tensor, oy: tl.tensor, oz: tl.tensor, dx: tl.tensor, dy: tl.tensor, dz: tl.tensor,
    far: tl.tensor, scene_box_ptr: tl.tensor, LEVELS: tl.constexpr,
) -> tl.tensor:  # fmt: skip
    """The distance at which no midpoint counts any more: where the ray leaves the grid; 0 if it
    misses it."""
    _, _, enter, leave = _cross(
        ox, oy, oz, dx, dy, dz, ox * 0.0, scene_box_ptr, 2.0 ** (LEVELS - 1), 1
    )
    return tl.where(enter < leave, tl.minimum(leave, far), 0.0)


@triton.jit
def growing_length(t: tl.tensor, step: tl.tensor, cone_angle: tl.tensor) -> tl.tensor:
    """Length of an interval that starts at t."""
    return tl.maximum(cone_angle * t, step)


@triton.jit
def walk_on(
    t: tl.tensor, until: tl.tensor,
    ox: tl.tensor, oy: tl.tensor, oz: tl.tensor, dx: tl.tensor, dy: tl.tensor, dz: tl.tensor,
    step: tl.tensor, cone_angle: tl.tensor, scene_box_ptr: tl.tensor, binaries_ptr: tl.tensor,
    LEVELS: tl.constexpr, RESOLUTION: tl.constexpr,
) -> tuple[tl.tensor, tl.tensor, tl.tensor]:  # fmt: skip
    """The walk of ``marching.marcher``: whether the interval that starts at t is in an occupied
    cell, its midpoint, and where the next one starts: behind it or behind the empty cell."""
    length = growing_length(t, step, cone_angle)
    middle = t + length / 2
    x, y, z = ox + dx * middle, oy + dy * middle, oz + dz * middle
    kept = is_occupied(x, y, z, middle < until, scene_box_ptr, binaries_ptr, LEVELS, RESOLUTION)
    empty_until = middle + float("inf")
    for finer in tl.static_range(LEVELS):
        inside, cell, enter, _ = _cross(
            ox, oy, oz, dx, dy, dz, middle, scene_box_ptr, 2.0 ** (LEVELS - 1 - finer), RESOLUTION
        )
        ahead = tl.minimum(empty_until, enter)
        empty_until = tl.where(inside, cell, tl.where(enter > middle, ahead, empty_until))
    # Rounding may leave a point on the grid's face outside of it.
    empty_until = tl.where(empty_until < float("inf"), empty_until, middle)
    skipped = tl.maximum(tl.ceil((empty_until - middle) / length), 1.0)
    return kept, middle, t + tl.where(kept, 1.0, skipped) * length
