"""The ensemble's tables: blending K grids from them, and Adam without their gradient in memory.

A number of a table is kept as two halves, ``high + low / 2048``, both fp16: 22 bits together. The
blend reads the high halves only. With blend weights B [K, H] and the gradients G [K, c] of the K
blended grids, the gradient of the tables is B^T G: it is formed in registers, block by block, in
the one pass that updates tables and moments (Kingma and Ba 2015, algorithm 1).
"""

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Float16, Int16
from torch import Tensor

from nersemble.fused.kernels.launching import ceil_div, check, launch, n_programs, operand_size
from nersemble.fused.kernels.parts import HALF_MAX
from nersemble.fused.split_tables import LOW_SCALE, SplitTables

TABLES_AT_ONCE = 32
BLEND_BLOCK = 256
UPDATE_BLOCK = 128
UPDATE_WARPS = 4
WEIGHTS_BLOCK = 128
PROGRAMS_PER_MULTIPROCESSOR = 4

_LOW_SCALE = tl.constexpr(LOW_SCALE)


@dataclass(frozen=True)
class TableMoments:
    """Adam's first and second moments of tables: the bits of bfloat16 numbers."""

    first: Int16[Tensor, "h e 2"]
    second: Int16[Tensor, "h e 2"]

    @classmethod
    def zero(cls, tables: SplitTables) -> "TableMoments":
        """Those of tables before the first step."""
        high = tables.high
        return cls(*(torch.zeros_like(high, dtype=torch.int16) for _ in range(2)))


@dataclass(frozen=True)
class AdamStep:
    """A step of Adam. number: optimizer steps done, this one included."""

    rate: float
    betas: tuple[float, float]
    eps: float
    number: int

    @property
    def corrected_rate(self) -> float:
        """The rate, and the first moment's beginning at 0 made good."""
        return self.rate / (1 - self.betas[0] ** self.number)

    @property
    def root_correction2(self) -> float:
        """The same for the root of the second moment, which is to be divided by it."""
        return (1 - self.betas[1] ** self.number) ** 0.5


@triton.jit(do_not_specialize=["n_slots", "n_tables", "first_table"])
def blend_kernel(
    high_ptr, weights_ptr, grids_ptr, n_slots, n_tables, first_table, weights_stride,
    ADD: tl.constexpr, N_NUMBERS: tl.constexpr, GRID_NUMBERS: tl.constexpr,
    SLOTS: tl.constexpr, TABLES: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    columns = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    slots = tl.arange(0, SLOTS)
    tables = tl.arange(0, TABLES)
    in_row = columns < N_NUMBERS
    table_rows = (first_table + tables).to(tl.int64) * N_NUMBERS
    high = tl.load(
        high_ptr + table_rows[:, None] + columns[None, :],
        mask=(tables < n_tables)[:, None] & in_row[None, :],
        other=0.0,
    )
    weights = tl.load(
        weights_ptr + slots[:, None] * weights_stride + (first_table + tables)[None, :],
        mask=(slots < n_slots)[:, None] & (tables < n_tables)[None, :],
        other=0.0,
    )
    blended = tl.dot(weights.to(tl.float16), high)
    out = grids_ptr + slots.to(tl.int64)[:, None] * GRID_NUMBERS + columns[None, :]
    mask = (slots < n_slots)[:, None] & in_row[None, :]
    if ADD:
        blended += tl.load(out, mask=mask, other=0.0).to(tl.float32)
    tl.store(out, blended.to(tl.float16), mask=mask)


@triton.jit
def _random_bits(index, seed):
    """32 bits that depend on both (the finaliser of MurmurHash3)."""
    bits = (index * -1640531535) ^ seed
    bits ^= (bits >> 16) & 0xFFFF
    bits *= -2048144789
    bits ^= (bits >> 13) & 0x7FFFF
    bits *= -1028477387
    return bits ^ ((bits >> 16) & 0xFFFF)


@triton.jit
def _from_bfloat16(bits):
    return (bits.to(tl.int32) << 16).to(tl.float32, bitcast=True)


@triton.jit
def _to_bfloat16(value, random):
    """Rounds up or down at random, so that many small changes are right on average."""
    bits = value.to(tl.int32, bitcast=True) + (random & 0xFFFF)
    return (bits >> 16).to(tl.int16)


@triton.jit
def _halves_of(d_grids_ptr, slots, n_slots, columns, in_row, GRID_NUMBERS: tl.constexpr):
    """The grids' gradients as an operand of the tensor cores."""
    at = d_grids_ptr + slots.to(tl.int64)[:, None] * GRID_NUMBERS + columns[None, :]
    values = tl.load(at, mask=(slots < n_slots)[:, None] & in_row[None, :], other=0.0)
    return tl.clamp(values, -HALF_MAX, HALF_MAX).to(tl.float16)


@triton.jit(do_not_specialize=["n_slots", "n_tables", "first_table", "seed", "first_number"])
def update_kernel(
    high_ptr, low_ptr, first_moment_ptr, second_moment_ptr, weights_ptr, d_grids_ptr, skip_ptr,
    n_slots, n_tables, first_table, weights_stride,
    inverse_scale, rate, beta1, beta2, root_correction2, eps, seed, first_number,
    N_NUMBERS: tl.constexpr, GRID_NUMBERS: tl.constexpr, SLOTS: tl.constexpr,
    TABLES: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    if tl.load(skip_ptr) != 0:
        return
    slots, tables = tl.arange(0, SLOTS), tl.arange(0, TABLES)
    has_table = tables < n_tables
    tables += first_table
    columns = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    in_row = columns < N_NUMBERS
    at = tables.to(tl.int64)[:, None] * N_NUMBERS + columns[None, :]
    mask = has_table[:, None] & in_row[None, :]
    weight_at = weights_ptr + slots[None, :] * weights_stride + tables[:, None]
    weight_mask = has_table[:, None] & (slots < n_slots)[None, :]
    weights = tl.load(weight_at, mask=weight_mask, other=0.0).to(tl.float16)
    halves = _halves_of(d_grids_ptr, slots, n_slots, columns, in_row, GRID_NUMBERS)
    # Asked for before they are needed: memory answers while the gradient is formed.
    first_bits = tl.load(first_moment_ptr + at, mask=mask, other=0)
    second_bits = tl.load(second_moment_ptr + at, mask=mask, other=0)
    high = tl.load(high_ptr + at, mask=mask, other=0.0)
    low = tl.load(low_ptr + at, mask=mask, other=0.0)
    gradient = tl.dot(weights, halves) * inverse_scale
    first = beta1 * _from_bfloat16(first_bits) + (1 - beta1) * gradient
    second = beta2 * _from_bfloat16(second_bits) + (1 - beta2) * gradient * gradient
    step = rate * first / (tl.sqrt(second) / root_correction2 + eps)
    # The place in whole tables, so that the bits do not depend on how many processes share them.
    place = tables.to(tl.int64)[:, None] * GRID_NUMBERS + columns[None, :] + first_number
    random = _random_bits(place.to(tl.int32), seed)
    tl.store(first_moment_ptr + at, _to_bfloat16(first, random), mask=mask)
    tl.store(second_moment_ptr + at, _to_bfloat16(second, random >> 16), mask=mask)
    value = high.to(tl.float32) + low.to(tl.float32) / _LOW_SCALE - step
    new_high = value.to(tl.float16)
    tl.store(high_ptr + at, new_high, mask=mask)
    new_low = (value - new_high.to(tl.float32)) * _LOW_SCALE
    tl.store(low_ptr + at, new_low.to(tl.float16), mask=mask)


@triton.jit(do_not_specialize=["n_slots", "n_tables", "first_table"])
def weights_backward_kernel(
    high_ptr, d_grids_ptr, d_weights_ptr, n_slots, n_tables, first_table, weights_stride,
    inverse_scale, N_NUMBERS: tl.constexpr, GRID_NUMBERS: tl.constexpr, SLOTS: tl.constexpr,
    TABLES: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    slots = tl.arange(0, SLOTS)
    tables = tl.arange(0, TABLES)
    has_slot, has_table = slots < n_slots, tables < n_tables
    rows = (first_table + tables).to(tl.int64)[:, None] * N_NUMBERS
    total = tl.zeros([TABLES, SLOTS], tl.float32)
    for block in range(tl.program_id(0), tl.cdiv(N_NUMBERS, BLOCK), tl.num_programs(0)):
        columns = block * BLOCK + tl.arange(0, BLOCK)
        in_row = columns < N_NUMBERS
        halves = _halves_of(d_grids_ptr, slots, n_slots, columns, in_row, GRID_NUMBERS)
        mask = has_table[:, None] & in_row[None, :]
        high = tl.load(high_ptr + rows + columns[None, :], mask=mask, other=0.0)
        total = tl.dot(high, tl.trans(halves), total)
    at = d_weights_ptr + slots[None, :] * weights_stride + (first_table + tables)[:, None]
    mask = has_table[:, None] & has_slot[None, :]
    tl.atomic_add(at, total * inverse_scale, mask=mask, sem="relaxed")


def blend(
    high: Float16[Tensor, "h e 2"],
    weights: Float[Tensor, "k h"],
    n_open: int,
    out: Float16[Tensor, "k e 2"],
    max_slots: int = 0,
) -> None:
    """Writes K grids: the weighted sums of the first ``n_open`` tables.

    ``out`` may be the same entries of larger grids. ``max_slots``: the largest K there will be, so
    that all K are served by one compiled kernel.
    """
    if high.dtype != torch.float16 or weights.dtype != torch.float32:
        raise ValueError("tables are float16, weights float32")
    if not high.is_contiguous() or weights.stride(1) != 1 or weights.shape[1] != len(high):
        raise ValueError("tables must be contiguous, weights have one column a table")
    if out.shape != (len(weights), *high.shape[1:]) or not out[0].is_contiguous():
        raise ValueError("the grids have one row a row of the weights, and each is contiguous")
    n_numbers = high[0].numel()
    for start in range(0, n_open, TABLES_AT_ONCE):
        n_tables = min(n_open - start, TABLES_AT_ONCE)
        launch(blend_kernel, (ceil_div(n_numbers, BLEND_BLOCK),),
            high, weights, out, len(weights), n_tables, start, weights.stride(0),
            ADD=start > 0, N_NUMBERS=n_numbers, GRID_NUMBERS=out.stride(0),
            SLOTS=operand_size(max(len(weights), max_slots)), TABLES=operand_size(n_tables),
            BLOCK=BLEND_BLOCK, num_warps=4,
        )  # fmt: skip


def weights_backward(
    high: Float16[Tensor, "h e 2"],
    d_grids: Float[Tensor, "k e 2"],
    *,
    n_open: int,
    grad_scale: float,
    max_slots: int = 0,
) -> Float[Tensor, "k h"]:
    """The gradient of the blend weights; that of closed tables is zero.

    Args:
        high: as they were blended: ask before the update.
        d_grids: gradient of the blended grids times ``grad_scale``.
        max_slots: as in :func:`blend`.
    """
    _check_gradient(high, d_grids)
    n_numbers = high[0].numel()
    d_weights = torch.zeros(len(d_grids), len(high), device=high.device)
    n_blocks = ceil_div(n_numbers, WEIGHTS_BLOCK)
    grid = (n_programs(high.device, n_blocks, PROGRAMS_PER_MULTIPROCESSOR),)
    for start in range(0, n_open, TABLES_AT_ONCE):
        n_tables = min(n_open - start, TABLES_AT_ONCE)
        launch(weights_backward_kernel, grid,
            high, d_grids, d_weights, len(d_grids), n_tables, start, d_weights.stride(0),
            1 / grad_scale, N_NUMBERS=n_numbers, GRID_NUMBERS=d_grids.stride(0),
            SLOTS=operand_size(max(len(d_grids), max_slots)), TABLES=operand_size(n_tables),
            BLOCK=WEIGHTS_BLOCK, num_warps=4,
        )  # fmt: skip
    return d_weights


def adam_update(
    tables: SplitTables,
    moments: TableMoments,
    weights: Float[Tensor, "k h"],
    d_grids: Float[Tensor, "k e 2"],
    skip: Float[Tensor, "1"],
    adam: AdamStep,
    *,
    n_open: int,
    grad_scale: float,
    max_slots: int = 0,
    first_entry: int = 0,
) -> None:
    """One step of Adam on the first ``n_open`` tables.

    Tables beyond ``n_open`` are neither read nor written, which is exact while their weights and
    moments are zero.

    Args:
        d_grids: gradient of the blended grids times ``grad_scale``; may be the same entries of
            larger grids.
        skip: not 0: nothing is changed.
        max_slots: as in :func:`blend`.
        first_entry: of the larger grids, where the tables are only some of their entries.
    """
    high, low = tables.high, tables.low
    _check_gradient(high, d_grids)
    check("low halves", low, torch.float16, tuple(high.shape), high.device)
    check("first moments", moments.first, torch.int16, tuple(high.shape), high.device)
    check("second moments", moments.second, torch.int16, tuple(high.shape), high.device)
    n_numbers = high[0].numel()
    for start in range(0, n_open, TABLES_AT_ONCE):
        n_tables = min(n_open - start, TABLES_AT_ONCE)
        launch(update_kernel, (ceil_div(n_numbers, UPDATE_BLOCK),),
            high, low, moments.first, moments.second, weights, d_grids, skip,
            len(weights), n_tables, start, weights.stride(0), 1 / grad_scale,
            adam.corrected_rate, *adam.betas, adam.root_correction2, adam.eps,
            (adam.number * 747796405 + start) % 2**31, first_entry * high.shape[2],
            N_NUMBERS=n_numbers, GRID_NUMBERS=d_grids.stride(0),
            SLOTS=operand_size(max(len(weights), max_slots)), TABLES=operand_size(n_tables),
            BLOCK=UPDATE_BLOCK, num_warps=UPDATE_WARPS,
        )  # fmt: skip


def _check_gradient(high: Tensor, d_grids: Tensor) -> None:
    """Of the gradients, each grid's is in one piece, but there may be gaps between them."""
    check("tables", high, torch.float16, tuple(high.shape), high.device)
    check("gradient of a grid", d_grids[0], torch.float32, tuple(high.shape[1:]), high.device)
