"""Lattices on rays and cells of occupancy grids, as kernels see them (spec, section 4)."""

import math

import torch
import triton
import triton.language as tl
from torch import Tensor

from nersemble.fused.kernels.launching import check
from nersemble.marching.marcher import MarcherConfig
from nersemble.marching.occupancy_grid import OccupancyGrid


def lattice_arguments(config: MarcherConfig) -> tuple[float, float, float, float, float]:
    """What kernels take of the lattice ``marching.marcher.Lattice``: near, far, step, where
    intervals begin to grow, log of the growth. Model-world units."""
    step, cone = config.render_step_size, config.cone_angle
    turn = step / cone if cone > 0 else 0.0
    # An integer would become a kernel of its own.
    return float(config.near_plane), float(config.far_plane), float(step), turn, math.log1p(cone)


def check_rays(origins_world: Tensor, directions: Tensor) -> None:
    """Raises ValueError unless kernels can read these."""
    shape, device = (len(origins_world), 3), origins_world.device
    check("origins", origins_world, torch.float32, shape, device)
    check("directions", directions, torch.float32, shape, device)


def check_grid(grid: OccupancyGrid, device: torch.device) -> None:
    """Raises ValueError unless kernels can read it."""
    check("scene box", grid.scene_box, torch.float32, (2, 3), device)
    check("occupied box", grid.occupied_box, torch.float32, (2, 3), device)
    size = grid.config.grid_resolution
    shape = (grid.config.grid_levels, size, size, size)
    check("occupied cells", grid.binaries, torch.bool, shape, device)


@triton.jit
def _constant_steps(first: tl.tensor, step: tl.tensor, turn: tl.tensor) -> tl.tensor:
    """Steps of constant length before intervals begin to grow."""
    return tl.ceil(tl.maximum((turn - first) / step, 0.0))


@triton.jit
def lattice_t(
    k: tl.tensor, first: tl.tensor, step: tl.tensor, turn: tl.tensor, growth: tl.tensor,
    GROWS: tl.constexpr,
) -> tl.tensor:  # fmt: skip
    """Distance of lattice points."""
    if GROWS:
        constant = _constant_steps(first, step, turn)
        linear = first + tl.minimum(k, constant) * step
        return linear * tl.exp(tl.maximum(k - constant, 0.0) * growth)
    else:
        return first + k * step


@triton.jit
def _index_below(
    t: tl.tensor, first: tl.tensor, step: tl.tensor, turn: tl.tensor, growth: tl.tensor,
    GROWS: tl.constexpr,
) -> tl.tensor:  # fmt: skip
    """A lattice index whose point lies at or before t, and at most two before it."""
    index = (t - first) / step
    if GROWS:
        constant = _constant_steps(first, step, turn)
        t_turn = first + constant * step
        grown = constant + tl.log(tl.maximum(t / t_turn, 1e-12)) / growth
        index = tl.where(t > t_turn, grown, index)
    return tl.maximum(tl.floor(index) - 1.0, 0.0)


@triton.jit
def _along_axis(
    ray: tl.tensor, origins_ptr: tl.tensor, directions_ptr: tl.tensor, box_ptr: tl.tensor,
    AXIS: tl.constexpr,
) -> tuple[tl.tensor, tl.tensor, tl.tensor, tl.tensor]:  # fmt: skip
    """Origin and direction along one axis; distances between which the ray is in the slab."""
    origin = tl.load(origins_ptr + ray.to(tl.int64) * 3 + AXIS)
    direction = tl.load(directions_ptr + ray.to(tl.int64) * 3 + AXIS)
    inverse = 1.0 / tl.where(tl.abs(direction) < 1e-12, 1e-12, direction)
    to_low = (tl.load(box_ptr + AXIS) - origin) * inverse
    to_high = (tl.load(box_ptr + 3 + AXIS) - origin) * inverse
    return origin, direction, tl.minimum(to_low, to_high), tl.maximum(to_low, to_high)


@triton.jit
def enter_lattice(
    ray: tl.tensor, origins_ptr: tl.tensor, directions_ptr: tl.tensor, jitter_ptr: tl.tensor,
    box_ptr: tl.tensor, near: tl.tensor, far: tl.tensor, step: tl.tensor, turn: tl.tensor,
    growth: tl.tensor, GROWS: tl.constexpr, JITTERED: tl.constexpr,
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
    k_first = _index_below(enter_in, first, step, turn, growth, GROWS)
    k_last = _index_below(leave_in, first, step, turn, growth, GROWS) + 3.0
    hit = (leave > enter) & (leave > near) & (enter < far)
    span = tl.where(hit, k_last - k_first, 0.0).to(tl.int32)
    return ox, oy, oz, dx, dy, dz, first, k_first, span


@triton.jit
def cell_coordinate(
    value: tl.tensor, scene_box_ptr: tl.tensor, factor: tl.tensor,
    AXIS: tl.constexpr, RESOLUTION: tl.constexpr,
) -> tl.tensor:  # fmt: skip
    """Coordinate in cells of a level whose box is ``factor`` times the scene box."""
    scene_low = tl.load(scene_box_ptr + AXIS)
    scene_high = tl.load(scene_box_ptr + 3 + AXIS)
    center = (scene_low + scene_high) / 2
    low = center + (scene_low - center) * factor
    high = center + (scene_high - center) * factor
    return (value - low) * (RESOLUTION / (high - low))


@triton.jit
def is_occupied(
    x: tl.tensor, y: tl.tensor, z: tl.tensor, wanted: tl.tensor,
    scene_box_ptr: tl.tensor, binaries_ptr: tl.tensor,
    LEVELS: tl.constexpr, RESOLUTION: tl.constexpr,
) -> tl.tensor:  # fmt: skip
    """Which wanted points lie in an occupied cell of the finest level that contains them."""
    kept = wanted & False
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
