"""Looking features up in K blended hash grids, and its backward, as Triton kernels
(method.md, Hash ensemble).

Programs run level by level: the part of a grid that one level occupies (2 MB in half precision)
then stays in the GPU's cache while samples, which come timestep by timestep, read or add to it.
"""

from functools import lru_cache

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Float16, Int32
from torch import Tensor

from nersemble.fused.kernels.launching import ceil_div, check, launch, operand_size
from nersemble.fused.kernels.parts import in_unit_box, load_triple
from nersemble.ops.hash_layout import PRIMES, HashGridConfig

BLOCK = 256

# The primes as 32-bit integers: products and xors keep the same bits.
_PRIME_Y = tl.constexpr(PRIMES[1] - 2**32)
_PRIME_Z = tl.constexpr(PRIMES[2])


@lru_cache(maxsize=16)
def _level_table(config: HashGridConfig, device: torch.device) -> tuple[Tensor, Tensor]:
    integers = [[x.resolution, x.offset, x.size, int(x.dense)] for x in config.levels]
    scales = [x.scale for x in config.levels]
    return (
        torch.tensor(integers, dtype=torch.int32, device=device),
        torch.tensor(scales, dtype=torch.float32, device=device),
    )


@triton.jit
def _level(integers_ptr, scales_ptr, level):
    """Resolution, first entry, size, whether it is dense, and scale of a level."""
    row = integers_ptr + level * 4
    resolution, offset = tl.load(row), tl.load(row + 1)
    size, dense = tl.load(row + 2), tl.load(row + 3)
    return resolution, offset, size, dense, tl.load(scales_ptr + level)


@triton.jit
def _position(moved_ptr, rows, valid, scale):
    """Cells and fractions along the axes; points outside the box are looked up at its corner."""
    x, y, z = load_triple(moved_ptr, rows, valid, -1.0)
    inside = in_unit_box(x, y, z)
    x = tl.where(inside, x, 0.0) * scale + 0.5
    y = tl.where(inside, y, 0.0) * scale + 0.5
    z = tl.where(inside, z, 0.0) * scale + 0.5
    cx, cy, cz = tl.floor(x), tl.floor(y), tl.floor(z)
    cells = cx.to(tl.int32), cy.to(tl.int32), cz.to(tl.int32)
    return cells[0], cells[1], cells[2], x - cx, y - cy, z - cz, inside


@triton.jit
def _entry(x, y, z, resolution, size, dense):
    """Row of a lattice corner within its level: dense, x fastest, or spatially hashed."""
    flat = x + (y + z * resolution) * resolution
    # Only a corner past the last entry wraps, and never twice.
    flat = tl.where(flat >= size, flat - size, flat)
    hashed = (x ^ (y * _PRIME_Y) ^ (z * _PRIME_Z)) & (size - 1)
    return tl.where(dense != 0, flat, hashed)


@triton.jit
def _halves(packed):
    """The two features of an entry, read as one 32-bit number."""
    low = (packed & 0xFFFF).to(tl.int16).to(tl.float16, bitcast=True)
    high = (packed >> 16).to(tl.int16).to(tl.float16, bitcast=True)
    return low.to(tl.float32), high.to(tl.float32)


@triton.jit
def lookup_kernel(
    grids_ptr, moved_ptr, slots_ptr, count_ptr, integers_ptr, scales_ptr, features_ptr,
    N_ENTRIES: tl.constexpr, WIDTH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    n = tl.load(count_ptr)
    start = tl.program_id(0) * BLOCK
    if start >= n:
        return
    level = tl.program_id(1)
    resolution, offset, size, dense, scale = _level(integers_ptr, scales_ptr, level)
    rows = start + tl.arange(0, BLOCK)
    valid = rows < n
    cx, cy, cz, fx, fy, fz, _ = _position(moved_ptr, rows, valid, scale)
    slot = tl.load(slots_ptr + rows, mask=valid, other=0)
    first = grids_ptr + slot.to(tl.int64) * N_ENTRIES + offset
    low = tl.zeros([BLOCK], tl.float32)
    high = tl.zeros([BLOCK], tl.float32)
    for corner in tl.static_range(8):
        bx, by, bz = corner & 1, (corner >> 1) & 1, corner >> 2
        entry = _entry(cx + bx, cy + by, cz + bz, resolution, size, dense)
        packed = tl.load(first + entry, mask=valid, other=0)
        wx = fx if bx else 1 - fx
        wy = fy if by else 1 - fy
        wz = fz if bz else 1 - fz
        a, b = _halves(packed)
        weight = wx * wy * wz
        low += weight * a
        high += weight * b
    low_bits = low.to(tl.float16).to(tl.int16, bitcast=True).to(tl.int32) & 0xFFFF
    high_bits = high.to(tl.float16).to(tl.int16, bitcast=True).to(tl.int32) << 16
    out = features_ptr + rows.to(tl.int64) * (WIDTH // 2) + level
    tl.store(out, low_bits | high_bits, mask=valid)


@triton.jit(do_not_specialize=["capacity"])
def lookup_backward_kernel(
    grids_ptr, moved_ptr, slots_ptr, count_ptr, integers_ptr, scales_ptr,
    d_features_ptr, d_grids_ptr, d_moved_ptr, capacity,
    N_ENTRIES: tl.constexpr, WIDTH: tl.constexpr, WANT_MOVED: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    n = tl.load(count_ptr)
    start = tl.program_id(0) * BLOCK
    if start >= n:
        return
    level = tl.program_id(1)
    resolution, offset, size, dense, scale = _level(integers_ptr, scales_ptr, level)
    rows = start + tl.arange(0, BLOCK)
    valid = rows < n
    cx, cy, cz, fx, fy, fz, inside = _position(moved_ptr, rows, valid, scale)
    slot = tl.load(slots_ptr + rows, mask=valid, other=0)
    first = slot.to(tl.int64) * N_ENTRIES + offset
    feature = tl.arange(0, 2)
    pairs = d_features_ptr + rows.to(tl.int64)[:, None] * WIDTH + (level * 2 + feature)[None, :]
    gradient = tl.load(pairs, mask=valid[:, None], other=0.0).to(tl.float32)
    if WANT_MOVED:
        g0, g1 = tl.split(gradient)
        dx = tl.zeros([BLOCK], tl.float32)
        dy = tl.zeros([BLOCK], tl.float32)
        dz = tl.zeros([BLOCK], tl.float32)
    for corner in tl.static_range(8):
        bx, by, bz = corner & 1, (corner >> 1) & 1, corner >> 2
        entry = first + _entry(cx + bx, cy + by, cz + bz, resolution, size, dense)
        wx = fx if bx else 1 - fx
        wy = fy if by else 1 - fy
        wz = fz if bz else 1 - fz
        target = d_grids_ptr + (entry * 2)[:, None] + feature[None, :]
        added = (wx * wy * wz)[:, None] * gradient
        tl.atomic_add(target, added, mask=(valid & inside)[:, None], sem="relaxed")
        if WANT_MOVED:
            a, b = _halves(tl.load(grids_ptr + entry, mask=valid, other=0))
            along = a * g0 + b * g1
            dx += (along if bx else -along) * wy * wz
            dy += (along if by else -along) * wx * wz
            dz += (along if bz else -along) * wx * wy
    if WANT_MOVED:
        out = d_moved_ptr + level.to(tl.int64) * 3 * capacity + rows
        tl.store(out, tl.where(inside, dx * scale, 0.0), mask=valid)
        tl.store(out + capacity, tl.where(inside, dy * scale, 0.0), mask=valid)
        tl.store(out + 2 * capacity, tl.where(inside, dz * scale, 0.0), mask=valid)


def lookup(
    grids: Float16[Tensor, "k e 2"],
    moved_unit: Float[Tensor, "c 3"],
    slots: Int32[Tensor, "c"],
    count: Int32[Tensor, "1"],
    config: HashGridConfig,
) -> Float16[Tensor, "c w"]:
    """Trilinear features of the first ``count`` positions, each in its slot's grid.

    Positions outside the open unit box are looked up at its minimum corner. Columns beyond
    ``config.n_features`` and rows beyond ``count`` are not written.
    """
    _check(grids, moved_unit, slots, count, config)
    capacity = len(moved_unit)
    features = torch.empty(
        capacity, operand_size(config.n_features), dtype=torch.float16, device=grids.device
    )
    if capacity:
        integers, scales = _level_table(config, grids.device)
        launch(lookup_kernel, (ceil_div(capacity, BLOCK), config.n_levels),
            grids.view(torch.int32), moved_unit, slots, count, integers, scales,
            features.view(torch.int32),
            N_ENTRIES=config.n_entries, WIDTH=features.shape[1], BLOCK=BLOCK, num_warps=4,
        )  # fmt: skip
    return features


def lookup_backward(
    grids: Float16[Tensor, "k e 2"],
    moved_unit: Float[Tensor, "c 3"],
    slots: Int32[Tensor, "c"],
    count: Int32[Tensor, "1"],
    config: HashGridConfig,
    d_features: Float16[Tensor, "c w"],
    d_grids: Float[Tensor, "k e 2"],
    want_moved: bool = True,
) -> Float[Tensor, "l 3 c"]:
    """Adds the grids' gradient to ``d_grids``; returns that of the positions, one part a level.

    Gradients keep the scale of ``d_features``. Sum over the first axis for the whole; it is
    undefined where it was not wanted. Positions outside the open unit box add nothing to the grids,
    and their own gradient is zero.
    """
    _check(grids, moved_unit, slots, count, config)
    capacity = len(moved_unit)
    shape = (config.n_levels, 3, capacity) if want_moved else (0, 3, capacity)
    d_moved = torch.empty(shape, dtype=torch.float32, device=grids.device)
    check("gradient of the grids", d_grids, torch.float32, tuple(grids.shape), grids.device)
    if capacity:
        integers, scales = _level_table(config, grids.device)
        launch(lookup_backward_kernel, (ceil_div(capacity, BLOCK), config.n_levels),
            grids.view(torch.int32), moved_unit, slots, count, integers, scales,
            d_features, d_grids, d_moved, capacity,
            N_ENTRIES=config.n_entries, WIDTH=d_features.shape[1], WANT_MOVED=want_moved,
            BLOCK=BLOCK, num_warps=4,
        )  # fmt: skip
    return d_moved


def _check(
    grids: Tensor, moved: Tensor, slots: Tensor, count: Tensor, config: HashGridConfig
) -> None:
    device, n = grids.device, len(moved)
    check("grids", grids, torch.float16, (len(grids), config.n_entries, 2), device)
    check("positions", moved, torch.float32, (n, 3), device)
    check("slots", slots, torch.int32, (n,), device)
    check("count", count, torch.int32, (1,), device)
