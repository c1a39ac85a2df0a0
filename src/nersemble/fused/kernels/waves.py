"""Rendering front to back in waves: only rays that still let light through are sampled further.

A wave takes the next few occupied intervals of each living ray. One kernel finds and counts
them, one writes them packed, the field is evaluated, and one adds the result to the rays and lists
those that live on. Rays whose intervals do not fit the wave's buffers are left to the next wave.
Only the GPU knows how many samples and living rays there are; the host learns it two waves later,
and never waits for the wave that runs. The order of the rays within a wave may vary from run to
run; what is computed for each ray does not. An interval is known by its index in the lattice or,
where intervals grow, by the distance at which it starts.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import NamedTuple

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Int32
from torch import Tensor

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
from nersemble.fused.kernels.launching import ceil_div, check, launch
from nersemble.fused.kernels.parts import OPAQUE, load_triple, optical_depths
from nersemble.fused.later_known import LaterKnown
from nersemble.marching.config import MarcherConfig
from nersemble.marching.occupancy_grid import OccupiedCells

START_BLOCK = 256
FIND_ROWS = 16
FIND_TILE = 32
ROWS = 32
N_SUMS = 11
"""Rows of the running sums: optical depth, accumulation, weighted distance, colour (3), offset (3),
nearest and farthest midpoint."""

WAVES_AHEAD = 1
"""Waves that the host launches before it knows how many rays an earlier one left."""

# Sizes of buffers repeat from wave to wave and picture to picture, so that memory is reused.
_ROUND_UP = 2**14

_MOST_FOUND = 2**23


class WaveSamples(NamedTuple):
    """The intervals of one wave, a ray's one after the other; those behind ``n_valid`` are
    undefined.

    positions_unit: midpoints in the unit box of the scene.
    """

    n_valid: Int32[Tensor, "1"]
    ray_indices: Int32[Tensor, "c"]
    t_starts: Float[Tensor, "c"]
    t_ends: Float[Tensor, "c"]
    positions_unit: Float[Tensor, "c 3"]


@triton.jit(do_not_specialize=["n_rays"])
def start_kernel(
    origins_ptr, directions_ptr, occupied_box_ptr, scene_box_ptr, next_ptr, end_ptr, n_rays,
    near, far, step, GROWS: tl.constexpr, LEVELS: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """The first interval of each ray in the grid, and the one after the last."""
    ray = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    valid = ray < n_rays
    if GROWS:
        ox, oy, oz = load_triple(origins_ptr, ray, valid)
        dx, dy, dz = load_triple(directions_ptr, ray, valid)
        first = tl.zeros([BLOCK], tl.float32) + near
        end = walk_until(ox, oy, oz, dx, dy, dz, far, scene_box_ptr, LEVELS)
    else:
        _, _, _, _, _, _, _, k_first, span = enter_lattice(
            tl.where(valid, ray, 0), origins_ptr, directions_ptr, origins_ptr, occupied_box_ptr,
            near, far, step, False,
        )  # fmt: skip
        first = k_first.to(tl.int32)
        end = first + span
    tl.store(next_ptr + ray, first, mask=valid)
    tl.store(end_ptr + ray, end, mask=valid)


@triton.jit
def _interval(
    k, ox, oy, oz, dx, dy, dz, near, step, cone_angle, GROWS: tl.constexpr
):  # fmt: skip
    """Start, end and midpoint of intervals, and where the midpoints are."""
    if GROWS:
        start = k
        end = k + growing_length(k, step, cone_angle)
    else:
        k = k.to(tl.float32)
        start = near + k * step
        end = near + (k + 1.0) * step
    middle = (start + end) / 2
    x = ox[:, None] + dx[:, None] * middle
    y = oy[:, None] + dy[:, None] * middle
    z = oz[:, None] + dz[:, None] * middle
    return start, end, middle, x, y, z


@triton.jit(do_not_specialize=["capacity", "n_found_rows"])
def find_kernel(
    origins_ptr, directions_ptr, scene_box_ptr, binaries_ptr, active_ptr, n_active_ptr,
    next_ptr, end_ptr, found_ptr, counts_ptr, bases_ptr, totals_ptr,
    capacity, n_found_rows, near, far, step, cone_angle, GROWS: tl.constexpr,
    LEVELS: tl.constexpr, RESOLUTION: tl.constexpr, WAVE: tl.constexpr, ROWS: tl.constexpr,
    TILE: tl.constexpr,
):  # fmt: skip
    """Finds the next occupied intervals of each active ray, at most WAVE. A program whose intervals
    exceed the capacity, or whose rays exceed the rows of ``found``, takes none. Totals: intervals
    taken so far, intervals wanted."""
    row = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    n_active = tl.load(n_active_ptr)
    if tl.program_id(0) * ROWS >= n_active:
        return
    valid = row < n_active
    ray = tl.load(active_ptr + row, mask=valid, other=0)
    ox, oy, oz = load_triple(origins_ptr, ray, valid)
    dx, dy, dz = load_triple(directions_ptr, ray, valid)
    k_begin = tl.load(next_ptr + ray, mask=valid, other=0)
    has_rows = (tl.program_id(0) + 1) * ROWS <= n_found_rows
    k_end = tl.where(has_rows, tl.load(end_ptr + ray, mask=valid, other=0), k_begin)
    k = k_begin
    found = tl.zeros([ROWS], tl.int32)
    going = k < k_end
    while tl.max(going.to(tl.int32), axis=0) > 0:
        if GROWS:
            kept, _, following = walk_on(
                k, tl.where(going, k_end, 0.0), ox, oy, oz, dx, dy, dz, step, cone_angle,
                scene_box_ptr, binaries_ptr, LEVELS, RESOLUTION,
            )  # fmt: skip
            tl.store(found_ptr + row * WAVE + found, k, mask=kept)
            found += kept.to(tl.int32)
            k = tl.where(going, following, k)
        else:
            steps = k[:, None] + tl.arange(0, TILE)[None, :]
            _, _, middle, x, y, z = _interval(
                steps, ox, oy, oz, dx, dy, dz, near, step, cone_angle, GROWS
            )
            wanted = going[:, None] & (steps < k_end[:, None]) & (middle <= far)
            kept = is_occupied(x, y, z, wanted, scene_box_ptr, binaries_ptr, LEVELS, RESOLUTION)
            n_kept = tl.sum(kept.to(tl.int32), axis=1)
            rank = found[:, None] + tl.cumsum(kept.to(tl.int32), axis=1)
            taken = kept & (rank <= WAVE)
            tl.store(found_ptr + row[:, None] * WAVE + rank - 1, steps, mask=taken)
            full = found + n_kept >= WAVE
            after = tl.max(tl.where(taken, steps, -1), axis=1) + 1
            k = tl.where(going, tl.where(full, after, k + TILE), k)
            found = tl.minimum(found + n_kept, WAVE)
        going = (k < k_end) & (found < WAVE)
    total = tl.sum(found, axis=0)
    # What fits lies in front of what does not: the sum only grows.
    base = tl.atomic_add(totals_ptr + 1, total, sem="relaxed")
    fits = has_rows & (base + total <= capacity)
    found = tl.where(fits, found, 0)
    tl.atomic_add(totals_ptr, tl.where(fits, total, 0), sem="relaxed")
    tl.store(next_ptr + ray, tl.where(fits, tl.minimum(k, k_end), k_begin), mask=valid)
    tl.store(counts_ptr + row, found, mask=valid)
    tl.store(bases_ptr + row, base + tl.cumsum(found, axis=0) - found, mask=valid)


@triton.jit
def emit_kernel(
    origins_ptr, directions_ptr, scene_box_ptr, active_ptr, n_active_ptr, found_ptr, counts_ptr,
    bases_ptr, ray_indices_ptr, t_starts_ptr, t_ends_ptr, positions_ptr,
    near, step, cone_angle, GROWS: tl.constexpr, WAVE: tl.constexpr, ROWS: tl.constexpr,
):  # fmt: skip
    """Writes the intervals that were found, packed."""
    row = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    n_active = tl.load(n_active_ptr)
    if tl.program_id(0) * ROWS >= n_active:
        return
    valid = row < n_active
    ray = tl.load(active_ptr + row, mask=valid, other=0)
    count = tl.load(counts_ptr + row, mask=valid, other=0)
    base = tl.load(bases_ptr + row, mask=valid, other=0)
    place = tl.arange(0, WAVE)[None, :]
    taken = place < count[:, None]
    k = tl.load(found_ptr + row[:, None] * WAVE + place, mask=taken, other=0)
    ox, oy, oz = load_triple(origins_ptr, ray, valid)
    dx, dy, dz = load_triple(directions_ptr, ray, valid)
    start, end, _, x, y, z = _interval(k, ox, oy, oz, dx, dy, dz, near, step, cone_angle, GROWS)
    index = base[:, None] + place
    tl.store(ray_indices_ptr + index, ray[:, None] + tl.zeros_like(place), mask=taken)
    tl.store(t_starts_ptr + index, start, mask=taken)
    tl.store(t_ends_ptr + index, end, mask=taken)
    store_in_unit_box(positions_ptr + index * 3, x, y, z, taken, scene_box_ptr)


@triton.jit
def _add(sums_ptr, which, n_rays, ray, values, mask):
    """Adds a wave's values to one of the running sums; only one program has this ray."""
    pointers = sums_ptr + which * n_rays + ray
    before = tl.load(pointers, mask=mask, other=0.0)
    tl.store(pointers, before + tl.sum(values, axis=1), mask=mask)


@triton.jit
def _list_living(living, ray, next_active_ptr, n_next_ptr):
    """Appends the rays that go on to the list of the next wave."""
    flags = living.to(tl.int32)
    first = tl.atomic_add(n_next_ptr, tl.sum(flags, axis=0), sem="relaxed")
    tl.store(next_active_ptr + first + tl.cumsum(flags, axis=0) - flags, ray, mask=living)


@triton.jit(do_not_specialize=["n_rays"])
def fold_kernel(
    sigmas_ptr, rgbs_ptr, moved_ptr, positions_ptr, t_starts_ptr, t_ends_ptr, active_ptr,
    n_active_ptr, counts_ptr, bases_ptr, next_ptr, end_ptr, sums_ptr, next_active_ptr, n_next_ptr,
    n_rays, early_stop_eps, per_x, per_y, per_z,
    WAVE: tl.constexpr, ROWS: tl.constexpr,
):  # fmt: skip
    """Adds the field's values to the rays and lists the rays that go on."""
    row = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    n_active = tl.load(n_active_ptr)
    if tl.program_id(0) * ROWS >= n_active:
        return
    valid = row < n_active
    ray = tl.load(active_ptr + row, mask=valid, other=0)
    count = tl.load(counts_ptr + row, mask=valid, other=0)
    place = tl.arange(0, WAVE)[None, :]
    index = tl.load(bases_ptr + row, mask=valid, other=0)[:, None] + place
    taken = place < count[:, None]
    some = count > 0
    optical, start, end = optical_depths(sigmas_ptr, t_starts_ptr, t_ends_ptr, index, taken)
    middle = (start + end) / 2
    # The sample in front of each one, read again: differences of sums would lose digits.
    in_front, _, _ = optical_depths(
        sigmas_ptr, t_starts_ptr, t_ends_ptr, index - 1, taken & (place > 0)
    )
    before = tl.load(sums_ptr + ray, mask=some, other=0.0)
    reached = before[:, None] + tl.cumsum(tl.minimum(in_front, OPAQUE), axis=1)
    passed = tl.exp(-reached)
    lit = taken & (passed >= early_stop_eps)
    weights = tl.where(lit, passed * (1.0 - tl.exp(-optical)), 0.0)
    behind = before + tl.sum(tl.minimum(optical, OPAQUE), axis=1)
    tl.store(sums_ptr + ray, behind, mask=some)
    _add(sums_ptr, 1, n_rays, ray, weights, some)
    _add(sums_ptr, 2, n_rays, ray, weights * middle, some)
    for channel in tl.static_range(3):
        color = tl.load(rgbs_ptr + index * 3 + channel, mask=lit, other=0.0)
        _add(sums_ptr, 3 + channel, n_rays, ray, weights * color, some)
        moved = tl.load(moved_ptr + index * 3 + channel, mask=lit, other=0.0)
        offset = moved - tl.load(positions_ptr + index * 3 + channel, mask=lit, other=0.0)
        factor = per_x if channel == 0 else (per_y if channel == 1 else per_z)
        _add(sums_ptr, 6 + channel, n_rays, ray, weights * offset * factor, some)
    near_ptr, far_ptr = sums_ptr + 9 * n_rays + ray, sums_ptr + 10 * n_rays + ray
    nearest = tl.min(tl.where(lit, middle, float("inf")), axis=1)
    farthest = tl.max(tl.where(lit, middle, float("-inf")), axis=1)
    tl.store(near_ptr, tl.minimum(tl.load(near_ptr, mask=some, other=0.0), nearest), mask=some)
    tl.store(far_ptr, tl.maximum(tl.load(far_ptr, mask=some, other=0.0), farthest), mask=some)
    k_next = tl.load(next_ptr + ray, mask=valid, other=0)
    k_end = tl.load(end_ptr + ray, mask=valid, other=0)
    living = valid & (k_next < k_end) & (tl.exp(-behind) >= early_stop_eps)
    _list_living(living, ray, next_active_ptr, n_next_ptr)


class Waves:
    """N rays on their way through the grid: for ``each`` wave, ``take`` it, evaluate the field, and
    ``fold`` the result.

    sums: [11, N] float32, see ``N_SUMS``; n_samples: of all waves so far; n_active: rays that go
    on; wanted: how many samples the rays of each wave would have taken. The latter three are known
    on the device only.
    """

    def __init__(
        self,
        origins_world: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"],
        grid: OccupiedCells,
        config: MarcherConfig,
        n_rays: Int32[Tensor, "1"] | None = None,
    ) -> None:
        """
        Args:
            n_rays: how many of the rays there are, on the device; None: all. Others stay dark.

        Raises:
            ValueError: a wrong dtype, shape, layout or device.
        """
        n, device = len(origins_world), origins_world.device
        check_rays(origins_world, directions)
        check_grid(grid, device)
        self.n_rays = n
        self._lattice, self._cone_angle = lattice_arguments(config), float(config.cone_angle)
        self._rays, self.directions = (origins_world, directions), directions
        self._scene_box, self._cells = grid.scene_box, grid.binaries.view(torch.uint8)
        growing = config.cone_angle > 0
        interval = torch.float32 if growing else torch.int32
        # Apart from each other, so that all are aligned: one compiled kernel serves every n.
        self._next, self._end = (torch.empty(n, dtype=interval, device=device) for _ in range(2))
        self._counts, self._bases = (torch.empty_like(self._next, dtype=torch.int32) for _ in "ab")
        self._active = torch.arange(n, dtype=torch.int32, device=device)
        all_rays = torch.full((1,), n, dtype=torch.int32, device=device)
        self.n_active = all_rays if n_rays is None else n_rays
        self._at_most = n
        self.n_samples = torch.zeros(1, dtype=torch.int64, device=device)
        self.wanted: list[Tensor] = []
        self.sums = torch.zeros(N_SUMS, n, device=device)
        self.sums[N_SUMS - 2] = torch.inf
        self.sums[N_SUMS - 1] = -torch.inf
        self._options = {
            "GROWS": growing,
            # As torch multiplies and adds, so that midpoints fall into the same cells.
            "enable_fp_fusion": False,
        }
        if n:
            launch(start_kernel, (ceil_div(n, START_BLOCK),),
                *self._rays, grid.occupied_box, self._scene_box, self._next, self._end, n,
                *self._lattice, LEVELS=self._cells.shape[0], BLOCK=START_BLOCK, **self._options,
            )  # fmt: skip

    def each(self, lengths: Sequence[int]) -> Iterator[int]:
        """The lengths of waves, the last again and again, until no ray goes on; the last wave or
        two may have no samples."""
        left = LaterKnown(self.n_active.device, WAVES_AHEAD)
        for length in chain(lengths, repeat(lengths[-1])):
            if not self._at_most:
                return
            yield length
            self._at_most = min(self._at_most, left.after(self.n_active, self._at_most))

    def take(self, length: int, room: int) -> WaveSamples:
        """The next intervals of the living rays.

        Args:
            length: intervals of a ray at most, a power of two from 2 on.
            room: intervals of all rays at most.

        Raises:
            ValueError: a length that is no power of two; a room that may take no ray.
        """
        if length < 2 or length & (length - 1):
            raise ValueError(f"a wave of {length} intervals: a power of two from 2 on is needed")
        if room < FIND_ROWS * length:
            raise ValueError(f"room for {room} intervals: {FIND_ROWS * length} are needed")
        device, bound = self.sums.device, self._at_most
        self._length = length
        capacity = min(ceil_div(bound * length, _ROUND_UP) * _ROUND_UP, room)
        totals = torch.zeros(2, dtype=torch.int32, device=device)
        # A ray has room here for a whole wave, which most do not need.
        n_rows = max(min(bound, _MOST_FOUND // length), FIND_ROWS)
        found = torch.empty(n_rows * length, dtype=self._next.dtype, device=device)
        launch(find_kernel, (ceil_div(bound, FIND_ROWS),),
            *self._rays, self._scene_box, self._cells, self._active, self.n_active, self._next,
            self._end, found, self._counts, self._bases, totals, capacity,
            n_rows, *self._lattice, self._cone_angle,
            LEVELS=self._cells.shape[0], RESOLUTION=self._cells.shape[1],
            WAVE=length, ROWS=FIND_ROWS, TILE=FIND_TILE, **self._options,
        )  # fmt: skip
        starts, ends = torch.empty(2, capacity, device=device).unbind(0)
        index = torch.empty(capacity, dtype=torch.int32, device=device)
        positions = torch.empty(capacity, 3, device=device)
        samples = WaveSamples(totals[:1], index, starts, ends, positions)
        self.n_samples += samples.n_valid
        self.wanted.append(totals[1:])
        near, _, step = self._lattice
        launch(emit_kernel, (ceil_div(bound, ROWS),),
            *self._rays, self._scene_box, self._active, self.n_active, found, self._counts,
            self._bases, *samples[1:], near, step, self._cone_angle, WAVE=length, ROWS=ROWS,
            **self._options,
        )  # fmt: skip
        return samples

    def fold(
        self,
        samples: WaveSamples,
        sigmas: Float[Tensor, "c"],
        rgbs: Float[Tensor, "c 3"],
        moved_unit: Float[Tensor, "c 3"],
        early_stop_eps: float,
        offset_scale: tuple[float, float, float],
    ) -> None:
        """Adds what the field gave for the last wave; rays beyond ``early_stop_eps`` end."""
        n, device = len(samples.ray_indices), self.sums.device
        check("densities", sigmas, torch.float32, (n,), device)
        check("colours", rgbs, torch.float32, (n, 3), device)
        check("moved positions", moved_unit, torch.float32, (n, 3), device)
        following = torch.empty_like(self._active[: self._at_most])
        n_following = torch.zeros_like(self.n_active)
        launch(fold_kernel, (ceil_div(self._at_most, ROWS),),
            sigmas, rgbs, moved_unit, samples.positions_unit, samples.t_starts, samples.t_ends,
            self._active, self.n_active, self._counts, self._bases, self._next, self._end,
            self.sums, following, n_following, self.n_rays, float(early_stop_eps),
            *(1.0 / float(scale) for scale in offset_scale), WAVE=self._length, ROWS=ROWS,
        )  # fmt: skip
        self._active, self.n_active = following, n_following
