"""Intervals in occupied cells, packed, as Triton kernels (method.md, Ray marching).

A first pass counts the samples of each ray, a scan gives each ray its place and drops rays that do
not fit, and a second pass writes. The host never needs the number of samples. A program handles one
ray, a tile of lattice points at a time; if intervals grow, a block of rays, one interval at a time.
"""

from collections.abc import Sequence

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Int32
from torch import Tensor

from nersemble.fused.batch import DeviceSamples
from nersemble.fused.kernels.lattice import (
    check_grid,
    check_rays,
    enter_lattice,
    growing_length,
    is_occupied,
    lattice_arguments,
    store_in_unit_box,
    walk_on,
    walk_until,
)
from nersemble.fused.kernels.launching import ceil_div, check, check_capacity, launch
from nersemble.fused.kernels.parts import load_triple
from nersemble.marching.config import MarcherConfig
from nersemble.marching.occupancy_grid import OccupiedCells
from nersemble.rays.batch import RayBatch

BLOCK = 256
WALK_BLOCK = 32
SCAN_BLOCK = 4096

_LARGEST_INT32 = tl.constexpr(2**31 - 1)


@triton.jit
def count_kernel(
    origins_ptr: tl.tensor, directions_ptr: tl.tensor, jitter_ptr: tl.tensor,
    occupied_box_ptr: tl.tensor, scene_box_ptr: tl.tensor, binaries_ptr: tl.tensor,
    counts_ptr: tl.tensor,
    near: tl.tensor, far: tl.tensor, step: tl.tensor, JITTERED: tl.constexpr,
    LEVELS: tl.constexpr, RESOLUTION: tl.constexpr, BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    ray = tl.program_id(0)
    ox, oy, oz, dx, dy, dz, first, k_first, span = enter_lattice(
        ray, origins_ptr, directions_ptr, jitter_ptr, occupied_box_ptr,
        near, far, step, JITTERED,
    )  # fmt: skip
    total = tl.zeros([BLOCK], tl.int32)
    for start in range(0, span, BLOCK):
        index = start + tl.arange(0, BLOCK)
        k = k_first + index.to(tl.float32)
        middle = (first + k * step + (first + (k + 1.0) * step)) / 2
        kept = is_occupied(
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
    near: tl.tensor, far: tl.tensor, step: tl.tensor, JITTERED: tl.constexpr,
    LEVELS: tl.constexpr, RESOLUTION: tl.constexpr, BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    ray = tl.program_id(0)
    place = tl.load(offsets_ptr + ray)
    end = tl.load(offsets_ptr + ray + 1)
    if place == end:
        return
    slot = tl.load(ray_slots_ptr + ray).to(tl.int32)
    ox, oy, oz, dx, dy, dz, first, k_first, span = enter_lattice(
        ray, origins_ptr, directions_ptr, jitter_ptr, occupied_box_ptr,
        near, far, step, JITTERED,
    )  # fmt: skip
    for start in range(0, span, BLOCK):
        index = start + tl.arange(0, BLOCK)
        k = k_first + index.to(tl.float32)
        t_start, t_end = first + k * step, first + (k + 1.0) * step
        middle = (t_start + t_end) / 2
        x, y, z = ox + dx * middle, oy + dy * middle, oz + dz * middle
        kept = is_occupied(
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
        at = positions_ptr + rows.to(tl.int64) * 3
        store_in_unit_box(at, x, y, z, kept, scene_box_ptr)


@triton.jit(do_not_specialize=["n_rays"])
def walk_kernel(
    origins_ptr: tl.tensor, directions_ptr: tl.tensor, jitter_ptr: tl.tensor,
    ray_slots_ptr: tl.tensor, scene_box_ptr: tl.tensor, binaries_ptr: tl.tensor,
    places_ptr: tl.tensor, ray_indices_ptr: tl.tensor, t_starts_ptr: tl.tensor,
    t_ends_ptr: tl.tensor, positions_ptr: tl.tensor, slots_ptr: tl.tensor,
    n_rays: tl.tensor, near: tl.tensor, far: tl.tensor, step: tl.tensor, cone_angle: tl.tensor,
    WRITES: tl.constexpr, JITTERED: tl.constexpr,
    LEVELS: tl.constexpr, RESOLUTION: tl.constexpr, BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    """Both passes over intervals that grow: counts them, or writes those that fit into places."""
    ray = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    valid = ray < n_rays
    ox, oy, oz = load_triple(origins_ptr, ray.to(tl.int64), valid)
    dx, dy, dz = load_triple(directions_ptr, ray.to(tl.int64), valid)
    t = tl.zeros([BLOCK], tl.float32) + near
    if JITTERED:
        t += tl.load(jitter_ptr + ray, mask=valid, other=0.0) * step
    until = walk_until(ox, oy, oz, dx, dy, dz, far, scene_box_ptr, LEVELS)
    until = tl.where(valid, until, 0.0)
    place = tl.zeros([BLOCK], tl.int32)
    if WRITES:
        place = tl.load(places_ptr + ray, mask=valid, other=0)
        end = tl.load(places_ptr + ray + 1, mask=valid, other=0)
        slot = tl.load(ray_slots_ptr + ray, mask=valid, other=0).to(tl.int32)
        until = tl.where(place < end, until, 0.0)
    while tl.max((t < until).to(tl.int32), axis=0) > 0:
        kept, middle, following = walk_on(
            t, until, ox, oy, oz, dx, dy, dz, step, cone_angle,
            scene_box_ptr, binaries_ptr, LEVELS, RESOLUTION,
        )  # fmt: skip
        if WRITES:
            fits = kept & (place < end)
            tl.store(ray_indices_ptr + place, ray, mask=fits)
            tl.store(slots_ptr + place, slot, mask=fits)
            tl.store(t_starts_ptr + place, t, mask=fits)
            tl.store(t_ends_ptr + place, t + growing_length(t, step, cone_angle), mask=fits)
            at = positions_ptr + place.to(tl.int64) * 3
            x, y, z = ox + dx * middle, oy + dy * middle, oz + dz * middle
            store_in_unit_box(at, x, y, z, fits, scene_box_ptr)
        place += kept.to(tl.int32)
        t = following
    if not WRITES:
        tl.store(places_ptr + ray, place, mask=valid)


def pack_rays(
    counts: Int32[Tensor, "n"], capacity: int, bound: Int32[Tensor, "1"] | None = None
) -> tuple[Int32[Tensor, "n1"], Int32[Tensor, "1"], Int32[Tensor, "1"]]:
    """Where each ray's samples begin, how many rays are kept, and how many samples there are.

    Rays from the first that does not fit the capacity have no samples; see ``DeviceSamples``.

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
    return offsets, n_kept, n_wanted


def _geometry(
    rays: RayBatch, jitter: Float[Tensor, "n"] | None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Origins, directions, jitter (anything where there is none) and slots, as kernels read them.

    Raises:
        ValueError: a tensor of the wrong type, shape or device.
    """
    origins, directions = rays.origins_world.contiguous(), rays.directions.contiguous()
    slots = rays.slots.contiguous()
    shift = origins if jitter is None else jitter.contiguous()
    n, device = len(rays), origins.device
    check_rays(origins, directions)
    # Either kind of integer.
    integer = torch.int64 if slots.dtype == torch.int64 else torch.int32
    check("slots", slots, integer, (n,), device)
    if jitter is not None:
        check("jitter", shift, torch.float32, (n,), device)
    return origins, directions, shift, slots


def march(
    rays: RayBatch,
    grid: OccupiedCells,
    config: MarcherConfig,
    jitter: Float[Tensor, "n"] | None,
    capacity: int,
) -> DeviceSamples:
    """The same intervals as ``marching.marcher.march``, of the first rays that fit the capacity.

    Args:
        jitter: in [0, 1], one a ray: shifts the first interval by up to one step (training);
            None leaves it at the near plane.
        capacity: samples at most; the first ray whose samples do not fit and all later ones
            are dropped.

    Raises:
        ValueError: a tensor of the wrong type, shape or device; a capacity beyond 32 bits.
    """
    n, device = len(rays), rays.origins_world.device
    geometry = _geometry(rays, jitter)
    check_grid(grid, device)
    check_capacity(capacity)
    counts = torch.empty(n, dtype=torch.int32, device=device)
    growing = config.cone_angle > 0
    cells = grid.occupied_box, grid.scene_box, grid.binaries.view(torch.uint8)
    lattice = lattice_arguments(config)
    options = {
        "JITTERED": jitter is not None,
        "LEVELS": grid.binaries.shape[0],
        "RESOLUTION": grid.binaries.shape[1],
        "BLOCK": WALK_BLOCK if growing else BLOCK,
        # Each step of a walk waits for the last: few rays a program, so that many programs run.
        "num_warps": 1 if growing else 2,
        # Both passes must find the same intervals, so the compiler may not fuse multiplications
        # and additions in one of them only.
        "enable_fp_fusion": False,
    }

    def launch_pass(places: Tensor, written: Sequence[Tensor], *, writes: bool) -> None:
        if n and growing:
            launch(walk_kernel, (ceil_div(n, WALK_BLOCK),),
                *geometry, *cells[1:], places, *written, n, *lattice, float(config.cone_angle),
                WRITES=writes, **options,
            )  # fmt: skip
        elif n and writes:
            launch(write_kernel, (n,), *geometry, *cells, places, *written, *lattice, **options)
        elif n:
            launch(count_kernel, (n,), *geometry[:3], *cells, places, *lattice, **options)

    launch_pass(counts, [counts] * 5, writes=False)
    samples = DeviceSamples.undefined(capacity, *pack_rays(counts, capacity))
    written = samples.ray_indices, samples.t_starts, samples.t_ends, samples.positions_unit
    launch_pass(samples.offsets, [*written, samples.slots], writes=True)
    return samples
