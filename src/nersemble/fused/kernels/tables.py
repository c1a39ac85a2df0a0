"""The ensemble's tables: blending K grids from them, and Adam without their gradient in memory.

``tiled_tables`` and ``table_moments`` say how numbers are kept. With blend weights B [K, H], tables
T [H, c] and the gradients G [K, c] of the K blended grids, the gradient of the tables is B^T G and
that of the weights G T^T: both are formed block by block in the one pass that updates tables and
moments (Kingma and Ba 2015, algorithm 1).
"""

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Float16, Float32, Float64, Int64
from torch import Tensor

from nersemble.fused.kernels.launching import ceil_div, check, launch, n_programs, operand_size
from nersemble.fused.kernels.parts import HALF_MAX
from nersemble.fused.table_moments import (
    LEAST_ROOT,
    RATIO_SCALE,
    RATIO_SHIFT,
    ROOT_SHIFT,
    TableMoments,
)
from nersemble.fused.tiled_tables import TILE, TiledTables
from nersemble.training.optimizers import ADAM_BETAS

TABLES_AT_ONCE = 32
BLEND_BLOCK = TILE
# Measured on an H100: no pipelining, since the multiprocessor's other programs hide the latency.
UPDATE_BLOCK = 64
UPDATE_WARPS = 2
PROGRAMS_PER_MULTIPROCESSOR = 4
CLEAR_BLOCK = 4096

# Fewer tables are as many to a kernel.
_LEAST_TABLES = operand_size(1)

_TILE = tl.constexpr(TILE)
_LEAST_ROOT, _ROOT_SHIFT = tl.constexpr(LEAST_ROOT), tl.constexpr(ROOT_SHIFT)
_RATIO_SHIFT = tl.constexpr(RATIO_SHIFT)


@dataclass(frozen=True)
class Counts:
    """How many tables and timesteps there are, where kernels read it.

    n_open: open tables; n_slots: timesteps K; most_open: bound on ``n_open``, for which kernels are
    launched.
    """

    n_open: Float32[Tensor, "1"]
    n_slots: Int64[Tensor, "1"]
    most_open: int


def most_open(n_open: int, n_tables: int) -> int:
    """A bound that differs only where other kernels are launched."""
    return min(ceil_div(n_open, _LEAST_TABLES) * _LEAST_TABLES, n_tables)


def adam_numbers(rate: float, number: int) -> tuple[float, float]:
    """What ``adam_update`` needs to know of a step: the factor on ratios as they are kept, which
    corrects the bias of both moments, and its number. No eps is needed: roots of second moments are
    at least 2^-36.

    Args:
        number: optimizer steps done, this one included.
    """
    first, second = (1 - beta**number for beta in ADAM_BETAS)
    return rate / first * second**0.5 / RATIO_SCALE, float(number)


@triton.jit
def _block_start(block, tile_size, BLOCK: tl.constexpr):
    """Where a block of numbers begins in tiles. tile_size: numbers of all tables in a tile."""
    tl.static_assert(_TILE % BLOCK == 0)
    start = block * BLOCK
    # The compiler loses the alignment on the way, and would load number by number.
    return tl.multiple_of((start // _TILE).to(tl.int64) * tile_size + start % _TILE, BLOCK)


@triton.jit
def _in_block(tables, BLOCK: tl.constexpr):
    """Where the numbers of tables are, from the block's beginning on."""
    return tables[:, None] * _TILE + tl.arange(0, BLOCK)[None, :]


@triton.jit
def _tables_here(n_open_ptr, first_table):
    """Open tables from a launch's first on."""
    return tl.load(n_open_ptr).to(tl.int32) - first_table


@triton.jit(do_not_specialize=["first_table"])
def blend_kernel(
    tables_ptr, weights_ptr, grids_ptr, n_open_ptr, n_slots_ptr,
    first_table, weights_stride, tile_size,
    ADD: tl.constexpr, N_NUMBERS: tl.constexpr, GRID_NUMBERS: tl.constexpr,
    SLOTS: tl.constexpr, TABLES: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    columns = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    n_slots = tl.load(n_slots_ptr).to(tl.int32)
    n_tables = _tables_here(n_open_ptr, first_table)
    slots = tl.arange(0, SLOTS)
    tables = tl.arange(0, TABLES)
    in_row = columns < N_NUMBERS
    halves = tl.load(
        tables_ptr
        + _block_start(tl.program_id(0), tile_size, BLOCK)
        + _in_block(first_table + tables, BLOCK),
        mask=(tables < n_tables)[:, None] & in_row[None, :],
        other=0.0,
    )
    weights = tl.load(
        weights_ptr + slots[:, None] * weights_stride + (first_table + tables)[None, :],
        mask=(slots < n_slots)[:, None] & (tables < n_tables)[None, :],
        other=0.0,
    )
    blended = tl.dot(weights.to(tl.float16), halves)
    out = grids_ptr + slots.to(tl.int64)[:, None] * GRID_NUMBERS + columns[None, :]
    mask = (slots < n_slots)[:, None] & in_row[None, :]
    if ADD:
        blended += tl.load(out, mask=mask, other=0.0).to(tl.float32)
    tl.store(out, blended.to(tl.float16), mask=mask)


@triton.jit
def _random_bits(index, seed):
    """32 bits that depend on both; the lowest ones are the least random."""
    bits = index.to(tl.uint32, bitcast=True) * 2654435769 + seed.to(tl.uint32)
    return (bits ^ (bits >> 15)) * 2246822507


@triton.jit
def _rounded(value, random):
    """To half precision, up or down at random; below 6e-5 to the nearest. random: 13 bits."""
    bits = (value.to(tl.uint32, bitcast=True) + random) & 0xFFFFE000
    return bits.to(tl.float32, bitcast=True).to(tl.float16)


@triton.jit
def _root_of(code):
    return ((code.to(tl.int32) << _ROOT_SHIFT) + _LEAST_ROOT).to(tl.float32, bitcast=True)


@triton.jit
def _root_code(value, random):
    """random: 13 bits."""
    bits = value.to(tl.int32, bitcast=True) - _LEAST_ROOT
    bits += (random << (_ROOT_SHIFT - 13)).to(tl.int32)
    return tl.minimum(tl.maximum(bits >> _ROOT_SHIFT, 0), 255).to(tl.uint8)


@triton.jit
def _scaled_ratio_of(code):
    code = code.to(tl.int32)
    bits = ((code & 0x7F) << _RATIO_SHIFT) | ((code & 0x80) << 8)
    return bits.to(tl.int16).to(tl.float16, bitcast=True).to(tl.float32)


@triton.jit
def _ratio_code(scaled, random):
    """random: 7 bits."""
    bits = scaled.to(tl.float16).to(tl.int16, bitcast=True).to(tl.int32)
    magnitude = tl.minimum(((bits & 0x7FFF) + random.to(tl.int32)) >> _RATIO_SHIFT, 127)
    return (magnitude | ((bits >> 8) & 0x80)).to(tl.uint8)


@triton.jit
def _halves_of(d_grids_ptr, slots, n_slots, columns, in_row, GRID_NUMBERS: tl.constexpr):
    """The grids' gradients as an operand of the tensor cores."""
    at = d_grids_ptr + slots.to(tl.int64)[:, None] * GRID_NUMBERS + columns[None, :]
    values = tl.load(at, mask=(slots < n_slots)[:, None] & in_row[None, :], other=0.0)
    return tl.clamp(values, -HALF_MAX, HALF_MAX).to(tl.float16)


@triton.jit(do_not_specialize=["first_table", "first_number"])
def update_kernel(
    tables_ptr, ratio_ptr, root_ptr, weights_ptr, d_grids_ptr, d_weights_ptr, skip_ptr,
    n_open_ptr, n_slots_ptr, adam_ptr, first_table, weights_stride, tile_size,
    grad_scale, inverse_scale, beta1, beta2, first_share, first_number,
    N_NUMBERS: tl.constexpr, GRID_NUMBERS: tl.constexpr, SLOTS: tl.constexpr,
    TABLES: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    if tl.load(skip_ptr) != 0:
        return
    n_slots = tl.load(n_slots_ptr).to(tl.int32)
    n_tables = _tables_here(n_open_ptr, first_table)
    step = tl.load(adam_ptr).to(tl.float32)
    number = tl.load(adam_ptr + 1).to(tl.int64)
    seed = ((number * 747796405 + first_table) & 0x7FFFFFFF).to(tl.int32)
    slots, tables = tl.arange(0, SLOTS), tl.arange(0, TABLES)
    has_table = tables < n_tables
    tables += first_table
    weights_at = slots[None, :] * weights_stride + tables[:, None]
    weights_mask = has_table[:, None] & (slots < n_slots)[None, :]
    weights = tl.load(weights_ptr + weights_at, mask=weights_mask, other=0.0).to(tl.float16)
    d_weights = tl.zeros([TABLES, SLOTS], tl.float32)
    in_block = _in_block(tables, BLOCK)
    # The place in whole tables, so that the bits do not depend on how many processes share them.
    place = (tables * GRID_NUMBERS + first_number)[:, None]
    for block in range(tl.program_id(0), tl.cdiv(N_NUMBERS, BLOCK), tl.num_programs(0)):
        columns = block * BLOCK + tl.arange(0, BLOCK)
        in_row = columns < N_NUMBERS
        at = _block_start(block, tile_size, BLOCK) + in_block
        mask = has_table[:, None] & in_row[None, :]
        d_grids = _halves_of(d_grids_ptr, slots, n_slots, columns, in_row, GRID_NUMBERS)
        # Loaded early, so that the gradient is formed while memory responds.
        ratio_code = tl.load(ratio_ptr + at, mask=mask, other=0)
        root_code = tl.load(root_ptr + at, mask=mask, other=0)
        halves = tl.load(tables_ptr + at, mask=mask, other=0.0)
        d_weights = tl.dot(halves, tl.trans(d_grids), d_weights)
        gradient = tl.dot(weights, d_grids)
        # Moments of the scaled gradient; the first one has the ratio's scale, too.
        root = _root_of(root_code) * grad_scale
        first = beta1 * _scaled_ratio_of(ratio_code) * root + first_share * gradient
        second = beta2 * root * root + (1 - beta2) * gradient * gradient
        per_root = tl.math.rsqrt(second)
        ratio = first * per_root
        random = _random_bits(place + columns[None, :], seed)
        root_code = _root_code(second * per_root * inverse_scale, random >> 19)
        tl.store(root_ptr + at, root_code, mask=mask)
        tl.store(ratio_ptr + at, _ratio_code(ratio, (random >> 12) & 0x7F), mask=mask)
        halves = _rounded(halves.to(tl.float32) - step * ratio, (random >> 6) & 0x1FFF)
        tl.store(tables_ptr + at, halves, mask=mask)
    d_weights *= inverse_scale
    tl.atomic_add(d_weights_ptr + weights_at, d_weights, mask=weights_mask, sem="relaxed")


@triton.jit
def clear_kernel(grids_ptr, n_slots_ptr, N_NUMBERS: tl.constexpr, BLOCK: tl.constexpr):
    slot = tl.program_id(1).to(tl.int64)
    if slot >= tl.load(n_slots_ptr):
        return
    columns = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(grids_ptr + slot * N_NUMBERS + columns, 0.0, mask=columns < N_NUMBERS)


def clear(grids: Float32[Tensor, "k e 2"], n_slots: Int64[Tensor, "1"]) -> None:
    """Zeroes the first ``n_slots`` grids."""
    check("grids", grids, torch.float32, tuple(grids.shape), grids.device)
    n_numbers = grids[0].numel()
    launch(clear_kernel, (ceil_div(n_numbers, CLEAR_BLOCK), len(grids)),
        grids, n_slots, N_NUMBERS=n_numbers, BLOCK=CLEAR_BLOCK, num_warps=4,
    )  # fmt: skip


def blend(
    tables: TiledTables,
    weights: Float[Tensor, "k h"],
    counts: Counts,
    out: Float16[Tensor, "k e 2"],
    max_slots: int = 0,
) -> None:
    """Writes the weighted sums of the open tables: as many grids as are counted.

    ``out`` may be the same entries of larger grids. ``max_slots``: the largest K there will be, so
    that all K are served by one compiled kernel.
    """
    _check_tables(tables)
    n_tables, *entries = tables.shape
    if weights.dtype != torch.float32 or weights.stride(1) != 1 or weights.shape[1] != n_tables:
        raise ValueError("weights are float32 and have one column a table")
    if out.shape != (len(weights), *entries) or not out[0].is_contiguous():
        raise ValueError("the grids have one row a row of the weights, and each is contiguous")
    n_numbers = out[0].numel()
    for start in range(0, counts.most_open, TABLES_AT_ONCE):
        n_at_once = min(counts.most_open - start, TABLES_AT_ONCE)
        launch(blend_kernel, (ceil_div(n_numbers, BLEND_BLOCK),),
            tables.halves, weights, out, counts.n_open, counts.n_slots, start, weights.stride(0),
            n_tables * TILE, ADD=start > 0, N_NUMBERS=n_numbers, GRID_NUMBERS=out.stride(0),
            SLOTS=operand_size(max(len(weights), max_slots)), TABLES=operand_size(n_at_once),
            BLOCK=BLEND_BLOCK, num_warps=4,
        )  # fmt: skip


def adam_update(
    tables: TiledTables,
    moments: TableMoments,
    weights: Float[Tensor, "k h"],
    d_grids: Float[Tensor, "k e 2"],
    skip: Float[Tensor, "1"],
    adam: Float64[Tensor, "2"],
    *,
    counts: Counts,
    grad_scale: float,
    max_slots: int = 0,
    first_entry: int = 0,
) -> Float[Tensor, "k h"]:
    """One step of Adam on the open tables; the gradient of the blend weights.

    Closed tables are neither read nor written, which is exact while their weights and
    moments are zero; the gradient of their weights is zero.

    Args:
        adam: ``adam_numbers``, on the device.
        d_grids: gradient of the blended grids times ``grad_scale``; may be the same entries of
            larger grids.
        skip: not 0: nothing is changed, and the gradient is zero.
        max_slots: as in :func:`blend`.
        first_entry: of the larger grids, where the tables are only some of their entries.
    """
    _check_tables(tables)
    halves = tables.halves
    check("ratios", moments.ratio, torch.uint8, tuple(halves.shape), halves.device)
    check("numbers of Adam", adam, torch.float64, (2,), halves.device)
    check("roots", moments.root, torch.uint8, tuple(halves.shape), halves.device)
    n_tables, *entries = tables.shape
    # Each grid's gradient is in one piece, but there may be gaps between them.
    check("gradient of a grid", d_grids[0], torch.float32, tuple(entries), halves.device)
    n_numbers = d_grids[0].numel()
    d_weights = torch.zeros_like(weights)
    n_blocks = ceil_div(n_numbers, UPDATE_BLOCK)
    grid = (n_programs(halves.device, n_blocks, PROGRAMS_PER_MULTIPROCESSOR),)
    beta1, beta2 = ADAM_BETAS
    for start in range(0, counts.most_open, TABLES_AT_ONCE):
        n_at_once = min(counts.most_open - start, TABLES_AT_ONCE)
        launch(update_kernel, grid,
            halves, moments.ratio, moments.root, weights, d_grids, d_weights, skip,
            counts.n_open, counts.n_slots, adam, start, weights.stride(0), n_tables * TILE,
            grad_scale, 1 / grad_scale, beta1, beta2, (1 - beta1) * RATIO_SCALE,
            first_entry * entries[1],
            N_NUMBERS=n_numbers, GRID_NUMBERS=d_grids.stride(0),
            SLOTS=operand_size(max(len(weights), max_slots)), TABLES=operand_size(n_at_once),
            BLOCK=UPDATE_BLOCK, num_warps=UPDATE_WARPS, num_stages=1,
        )  # fmt: skip
    return d_weights


def _check_tables(tables: TiledTables) -> None:
    n_tables, n_entries, n_features = tables.shape
    shape = ceil_div(n_entries * n_features, TILE), n_tables, TILE
    check("tables", tables.halves, torch.float16, shape, tables.halves.device)
