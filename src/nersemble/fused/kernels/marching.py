"""Lattice intervals in occupied cells, packed, as Triton kernels (spec, section 4).

One program walks one ray, a tile of lattice points at a time: a first pass counts, a scan over the
rays gives each its place and drops those that do not fit, a second pass writes. No number of
samples is ever needed on the host.
"""

import math
from typing import NamedTuple

import torch
import triton
import triton.language as tl
from jaxtyping import Bool, Float, Int, Int32
from torch import Tensor

from nersemble.fused.kernels.launching import launch

BLOCK = 256
SCAN_BLOCK = 4096

_LARGEST_INT32 = tl.constexpr(2**31 - 1)


class LatticeSpec(NamedTuple):
    """The lattice of samples on rays, model-world units; see ``marching.marcher.Lattice``."""

    near: float
    far: float
    step: float
    cone_angle: float

    @property
    def arguments(self) -> tuple[float, float, float, float, float]:
        """What the kernels take: near, far, step, where intervals begin to grow, log of growth."""
        cone = self.cone_angle
        turn = self.step / cone if cone > 0 else 0.0
        # An integer would become a kernel of its own.
        return float(self.near), float(self.far), float(self.step), turn, math.log1p(cone)


class RayTensors(NamedTuple):
    """What the kernels read of rays."""

    origins_world: Float[Tensor, "n 3"]
    directions: Float[Tensor, "n 3"]
    slots: Int[Tensor, "n"]
    jitter: Float[Tensor, "n"] | None


class GridTensors(NamedTuple):
    """What the kernels read of an occupancy grid."""

    scene_box: Float[Tensor, "2 3"]
    occupied_box: Float[Tensor, "2 3"]
    binaries: Bool[Tensor, "l r r r"]


class PackedRays(NamedTuple):
    """Places of rays in packed arrays, int32."""

    offsets: Int32[Tensor, "n1"]
    n_rays_kept: Int32[Tensor, "1"]
    n_wanted: Int32[Tensor, "1"]


class PackedSamples(NamedTuple):
    """The arrays that the second pass fills up to the last offset."""

    ray_indices: Int32[Tensor, "c"]
    t_starts: Float[Tensor, "c"]
    t_ends: Float[Tensor, "c"]
    positions_unit: Float[Tensor, "c 3"]
    slots: Int32[Tensor, "c"]


@triton.jit
def _constant_steps(first: tl.tensor, step: tl.tensor, turn: tl.tensor) -> tl.tensor:
    """Steps of constant length before intervals begin to grow."""
    return tl.ceil(tl.maximum((turn - first) / step, 0.0))


@triton.jit
def _lattice_t(
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
def _setup(
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
def _cell(
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
def _occupied(
    x: tl.tensor, y: tl.tensor, z: tl.tensor, wanted: tl.tensor,
    scene_box_ptr: tl.tensor, binaries_ptr: tl.tensor,
    LEVELS: tl.constexpr, RESOLUTION: tl.constexpr,
) -> tl.tensor:  # fmt: skip
    """Which wanted points lie in an occupied cell of the finest level that contains them."""
    kept = wanted & False
    undecided = wanted
    for level in tl.static_range(LEVELS):
        cx = _cell(x, scene_box_ptr, 2.0**level, 0, RESOLUTION)
        cy = _cell(y, scene_box_ptr, 2.0**level, 1, RESOLUTION)
        cz = _cell(z, scene_box_ptr, 2.0**level, 2, RESOLUTION)
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
def count_kernel(
    origins_ptr: tl.tensor, directions_ptr: tl.tensor, jitter_ptr: tl.tensor,
    occupied_box_ptr: tl.tensor, scene_box_ptr: tl.tensor, binaries_ptr: tl.tensor,
    counts_ptr: tl.tensor,
    near: tl.tensor, far: tl.tensor, step: tl.tensor, turn: tl.tensor, growth: tl.tensor,
    GROWS: tl.constexpr, JITTERED: tl.constexpr,
    LEVELS: tl.constexpr, RESOLUTION: tl.constexpr, BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    ray = tl.program_id(0)
    ox, oy, oz, dx, dy, dz, first, k_first, span = _setup(
        ray, origins_ptr, directions_ptr, jitter_ptr, occupied_box_ptr,
        near, far, step, turn, growth, GROWS, JITTERED,
    )  # fmt: skip
    total = tl.zeros([BLOCK], tl.int32)
    for start in range(0, span, BLOCK):
        index = start + tl.arange(0, BLOCK)
        k = k_first + index.to(tl.float32)
        t_start = _lattice_t(k, first, step, turn, growth, GROWS)
        middle = (t_start + _lattice_t(k + 1.0, first, step, turn, growth, GROWS)) / 2
        kept = _occupied(
            ox + dx * middle, oy + dy * middle, oz + dz * middle,
            (index < span) & (middle <= far), scene_box_ptr, binaries_ptr, LEVELS, RESOLUTION,
        )  # fmt: skip
        total += kept.to(tl.int32)
    tl.store(counts_ptr + ray, tl.sum(total, 0))


@triton.jit(do_not_specialize=["n_rays", "capacity"])
def offsets_kernel(
    counts_ptr: tl.tensor, bound_ptr: tl.tensor, offsets_ptr: tl.tensor,
    n_kept_ptr: tl.tensor, n_wanted_ptr: tl.tensor, n_rays: tl.tensor, capacity: tl.tensor,
    BOUNDED: tl.constexpr, BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    tl.store(offsets_ptr, 0)
    before = tl.zeros([], tl.int64)
    last_end = tl.zeros([], tl.int64)
    n_kept = tl.zeros([], tl.int32)
    for start in range(0, n_rays, BLOCK):
        rays = start + tl.arange(0, BLOCK)
        counts = tl.load(counts_ptr + rays, mask=rays < n_rays, other=0)
        # The sum of one tile fits 32 bits, that of all rays may not.
        ends = before + tl.cumsum(counts, 0).to(tl.int64)
        before += tl.sum(counts, 0).to(tl.int64)
        fits = ends <= capacity
        last_end = tl.maximum(last_end, tl.max(tl.where(fits, ends, 0), 0))
        n_kept += tl.sum((fits & (rays < n_rays)).to(tl.int32), 0)
        offset = tl.where(fits, ends, last_end).to(tl.int32)
        tl.store(offsets_ptr + rays + 1, offset, mask=rays < n_rays)
    if BOUNDED:
        n_kept = tl.minimum(n_kept, tl.load(bound_ptr))
    tl.store(n_kept_ptr, n_kept)
    tl.store(n_wanted_ptr, tl.minimum(before, _LARGEST_INT32).to(tl.int32))


@triton.jit
def write_kernel(
    origins_ptr: tl.tensor, directions_ptr: tl.tensor, jitter_ptr: tl.tensor,
    ray_slots_ptr: tl.tensor,
    occupied_box_ptr: tl.tensor, scene_box_ptr: tl.tensor, binaries_ptr: tl.tensor,
    offsets_ptr: tl.tensor, ray_indices_ptr: tl.tensor, t_starts_ptr: tl.tensor,
    t_ends_ptr: tl.tensor, positions_ptr: tl.tensor, slots_ptr: tl.tensor,
    near: tl.tensor, far: tl.tensor, step: tl.tensor, turn: tl.tensor, growth: tl.tensor,
    GROWS: tl.constexpr, JITTERED: tl.constexpr,
    LEVELS: tl.constexpr, RESOLUTION: tl.constexpr, BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    ray = tl.program_id(0)
    place = tl.load(offsets_ptr + ray)
    end = tl.load(offsets_ptr + ray + 1)
    if place == end:
        return
    slot = tl.load(ray_slots_ptr + ray).to(tl.int32)
    ox, oy, oz, dx, dy, dz, first, k_first, span = _setup(
        ray, origins_ptr, directions_ptr, jitter_ptr, occupied_box_ptr,
        near, far, step, turn, growth, GROWS, JITTERED,
    )  # fmt: skip
    for start in range(0, span, BLOCK):
        index = start + tl.arange(0, BLOCK)
        k = k_first + index.to(tl.float32)
        t_start = _lattice_t(k, first, step, turn, growth, GROWS)
        t_end = _lattice_t(k + 1.0, first, step, turn, growth, GROWS)
        middle = (t_start + t_end) / 2
        x, y, z = ox + dx * middle, oy + dy * middle, oz + dz * middle
        kept = _occupied(
            x, y, z, (index < span) & (middle <= far),
            scene_box_ptr, binaries_ptr, LEVELS, RESOLUTION,
        )  # fmt: skip
        taken = kept.to(tl.int32)
        rows = place + tl.cumsum(taken, 0) - 1
        place += tl.sum(taken, 0)
        kept = kept & (rows < end)
        tl.store(ray_indices_ptr + rows, tl.zeros([BLOCK], tl.int32) + ray, mask=kept)
        tl.store(slots_ptr + rows, tl.zeros([BLOCK], tl.int32) + slot, mask=kept)
        tl.store(t_starts_ptr + rows, t_start, mask=kept)
        tl.store(t_ends_ptr + rows, t_end, mask=kept)
        # A cell of a grid of one cell is the unit box.
        at = positions_ptr + rows.to(tl.int64) * 3
        tl.store(at, _cell(x, scene_box_ptr, 1.0, 0, 1), mask=kept)
        tl.store(at + 1, _cell(y, scene_box_ptr, 1.0, 1, 1), mask=kept)
        tl.store(at + 2, _cell(z, scene_box_ptr, 1.0, 2, 1), mask=kept)


def pack_rays(
    counts: Int32[Tensor, "n"], capacity: int, bound: Int32[Tensor, "1"] | None = None
) -> PackedRays:
    """Where each ray's samples begin; rays from the first that does not fit have none.

    Args:
        bound: upper bound on the rays that count as kept.
    """
    n, device = len(counts), counts.device
    offsets = torch.empty(n + 1, dtype=torch.int32, device=device)
    n_kept, n_wanted = torch.empty(2, 1, dtype=torch.int32, device=device).unbind(0)
    launch(offsets_kernel, (1,),
        counts, counts if bound is None else bound, offsets, n_kept, n_wanted, n, capacity,
        BOUNDED=bound is not None, BLOCK=SCAN_BLOCK if n > 64 else 64, num_warps=8,
    )  # fmt: skip
    return PackedRays(offsets, n_kept, n_wanted)


def empty_samples(capacity: int, device: torch.device) -> PackedSamples:
    """Arrays of undefined samples."""
    integers = torch.empty(2, capacity, dtype=torch.int32, device=device)
    times = torch.empty(2, capacity, dtype=torch.float32, device=device)
    positions = torch.empty(capacity, 3, dtype=torch.float32, device=device)
    return PackedSamples(integers[0], times[0], times[1], positions, integers[1])


def march(
    rays: RayTensors, grid: GridTensors, lattice: LatticeSpec, capacity: int
) -> tuple[PackedRays, PackedSamples]:
    """The lattice intervals whose midpoints lie in occupied cells, of the first rays that fit."""
    _check(rays, grid, capacity)
    n, device = len(rays.origins_world), rays.origins_world.device
    counts = torch.empty(n, dtype=torch.int32, device=device)
    samples = empty_samples(capacity, device)
    jitter = rays.origins_world if rays.jitter is None else rays.jitter
    geometry = rays.origins_world, rays.directions, jitter
    cells = grid.occupied_box, grid.scene_box, grid.binaries.view(torch.uint8)
    options = {
        "GROWS": lattice.cone_angle > 0,
        "JITTERED": rays.jitter is not None,
        "LEVELS": grid.binaries.shape[0],
        "RESOLUTION": grid.binaries.shape[1],
        "BLOCK": BLOCK,
        "num_warps": 2,
        # Both passes must find the same intervals, so the compiler may not fuse multiplications
        # and additions in one of them only.
        "enable_fp_fusion": False,
    }
    if n:
        launch(count_kernel, (n,), *geometry, *cells, counts, *lattice.arguments, **options)
    packed = pack_rays(counts, capacity)
    if n:
        launch(write_kernel, (n,),
            *geometry, rays.slots, *cells, packed.offsets, *samples, *lattice.arguments, **options
        )  # fmt: skip
    return packed, samples


def _check(rays: RayTensors, grid: GridTensors, capacity: int) -> None:
    n, device = len(rays.origins_world), rays.origins_world.device
    floats = [rays.origins_world, rays.directions, grid.scene_box, grid.occupied_box]
    shapes: list[tuple[int, ...]] = [(n, 3), (n, 3), (2, 3), (2, 3)]
    if rays.jitter is not None:
        floats.append(rays.jitter)
        shapes.append((n,))
    for tensor, shape in zip(floats, shapes, strict=True):
        if tensor.dtype != torch.float32 or tuple(tensor.shape) != shape:
            raise ValueError(f"{tensor.dtype} {tuple(tensor.shape)}: float32 {shape} needed")
    if rays.slots.dtype not in (torch.int32, torch.int64) or tuple(rays.slots.shape) != (n,):
        raise ValueError(f"slots {rays.slots.dtype} {tuple(rays.slots.shape)}: one integer a ray")
    if grid.binaries.dtype != torch.bool or grid.binaries.ndim != 4:
        raise ValueError("occupied cells are booleans, levels x R x R x R")
    for tensor in (*floats, rays.slots, grid.binaries):
        if not tensor.is_contiguous() or tensor.device != device:
            raise ValueError("rays and grid must be contiguous and on one device")
    if not 0 <= capacity < 2**31:
        raise ValueError(f"the capacity {capacity} must be at least 0 and below 2^31")
