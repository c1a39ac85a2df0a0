"""Dropping packed samples that cannot matter, as Triton kernels (method.md, Ray marching).

One program walks one ray from front to back, a tile of samples at a time, and carries the optical
depth. As in marching, a first pass counts and a second writes.

The first pass also notes what it keeps: the order in which a tile is summed up is the compiler's
choice, so that a second pass could decide otherwise.
"""

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Int32
from torch import Tensor

from nersemble.fused.batch import DeviceSamples
from nersemble.fused.kernels.launching import check, check_capacity, launch
from nersemble.fused.kernels.marching import pack_rays
from nersemble.fused.kernels.parts import OPAQUE

BLOCK = 128


@triton.jit
def _visible(
    rows: tl.tensor, valid: tl.tensor, depth: tl.tensor, threshold: tl.tensor,
    t_starts_ptr: tl.tensor, t_ends_ptr: tl.tensor, sigmas_ptr: tl.tensor, stop: tl.tensor,
    STOPS: tl.constexpr,
) -> tuple[tl.tensor, tl.tensor]:  # fmt: skip
    """Which samples of a tile are kept; the optical depth behind the tile."""
    t_start = tl.load(t_starts_ptr + rows, mask=valid, other=0.0)
    t_end = tl.load(t_ends_ptr + rows, mask=valid, other=0.0)
    optical = tl.load(sigmas_ptr + rows, mask=valid, other=0.0) * (t_end - t_start)
    opacity = 1.0 - tl.exp(-optical)
    # Rounding must not drop anything where nothing is asked for; what is not a number goes.
    enough = tl.where(threshold > 0, opacity - threshold, optical) >= 0
    kept = valid & enough
    if STOPS:
        bounded = tl.where(optical < OPAQUE, optical, OPAQUE)
        in_front = depth + tl.cumsum(bounded, 0) - bounded
        kept = kept & (tl.exp(-in_front) >= stop)
        depth += tl.sum(bounded, 0)
    return kept, depth


@triton.jit
def count_visible_kernel(
    offsets_ptr: tl.tensor, t_starts_ptr: tl.tensor, t_ends_ptr: tl.tensor,
    sigmas_ptr: tl.tensor, threshold_ptr: tl.tensor, counts_ptr: tl.tensor, kept_ptr: tl.tensor,
    stop: tl.tensor,
    STOPS: tl.constexpr, BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    ray = tl.program_id(0)
    begin = tl.load(offsets_ptr + ray)
    end = tl.load(offsets_ptr + ray + 1)
    threshold = tl.load(threshold_ptr)
    depth = tl.zeros([], tl.float32)
    total = tl.zeros([BLOCK], tl.int32)
    for start in range(begin, end, BLOCK):
        rows = start + tl.arange(0, BLOCK)
        kept, depth = _visible(
            rows, rows < end, depth, threshold, t_starts_ptr, t_ends_ptr, sigmas_ptr, stop, STOPS
        )
        tl.store(kept_ptr + rows, kept.to(tl.uint8), mask=rows < end)
        total += kept.to(tl.int32)
    tl.store(counts_ptr + ray, tl.sum(total, 0))


@triton.jit
def write_visible_kernel(
    offsets_ptr: tl.tensor, kept_ptr: tl.tensor, t_starts_ptr: tl.tensor, t_ends_ptr: tl.tensor,
    positions_ptr: tl.tensor, slots_ptr: tl.tensor, out_offsets_ptr: tl.tensor,
    out_rays_ptr: tl.tensor, out_starts_ptr: tl.tensor, out_ends_ptr: tl.tensor,
    out_positions_ptr: tl.tensor, out_slots_ptr: tl.tensor, source_ptr: tl.tensor,
    BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    ray = tl.program_id(0)
    place = tl.load(out_offsets_ptr + ray)
    if place == tl.load(out_offsets_ptr + ray + 1):
        return
    begin = tl.load(offsets_ptr + ray)
    end = tl.load(offsets_ptr + ray + 1)
    for start in range(begin, end, BLOCK):
        rows = start + tl.arange(0, BLOCK)
        taken = tl.load(kept_ptr + rows, mask=rows < end, other=0).to(tl.int32)
        kept = taken != 0
        out = place + tl.cumsum(taken, 0) - 1
        place += tl.sum(taken, 0)
        tl.store(source_ptr + out, rows, mask=kept)
        tl.store(out_rays_ptr + out, tl.zeros([BLOCK], tl.int32) + ray, mask=kept)
        tl.store(out_slots_ptr + out, tl.load(slots_ptr + rows, mask=kept), mask=kept)
        tl.store(out_starts_ptr + out, tl.load(t_starts_ptr + rows, mask=kept), mask=kept)
        tl.store(out_ends_ptr + out, tl.load(t_ends_ptr + rows, mask=kept), mask=kept)
        from_ptr = positions_ptr + rows.to(tl.int64) * 3
        to_ptr = out_positions_ptr + out.to(tl.int64) * 3
        for axis in tl.static_range(3):
            tl.store(to_ptr + axis, tl.load(from_ptr + axis, mask=kept), mask=kept)


def keep_visible(
    samples: DeviceSamples,
    sigmas: Float[Tensor, "c"],
    threshold: Float[Tensor, "1"],
    early_stop_eps: float,
    capacity: int,
) -> tuple[DeviceSamples, Int32[Tensor, "ck"]]:
    """The samples whose opacity is at least ``threshold`` and that enough light reaches.

    A sample whose density is not a number is dropped.

    Args:
        sigmas: density at the midpoints, undefined beyond ``samples.count``.
        threshold: smallest opacity 1 - exp(-sigma dt); 0 or less keeps all.
        early_stop_eps: smallest transmittance in front of a sample (0: any).
        capacity: samples at most; the first ray whose kept samples do not fit and all later
            ones are dropped.

    Returns:
        The kept samples, and the index among ``samples`` of each, int32. ``n_rays_kept`` counts
        neither the rays dropped here nor those dropped before.

    Raises:
        ValueError: a tensor of the wrong type, shape or device; a capacity beyond 32 bits.
    """
    _check(samples, sigmas, threshold)
    check_capacity(capacity)
    n, device = samples.n_rays, sigmas.device
    counts = torch.empty(n, dtype=torch.int32, device=device)
    chosen = torch.empty(len(sigmas), dtype=torch.uint8, device=device)
    source = torch.empty(capacity, dtype=torch.int32, device=device)
    stop = float(early_stop_eps)
    intervals = samples.t_starts, samples.t_ends
    if n:
        launch(count_visible_kernel, (n,),
            samples.offsets, *intervals, sigmas, threshold, counts, chosen, stop,
            STOPS=stop > 0, BLOCK=BLOCK, num_warps=1,
        )  # fmt: skip
    kept = DeviceSamples.undefined(capacity, *pack_rays(counts, capacity, samples.n_rays_kept))
    if n:
        launch(write_visible_kernel, (n,),
            samples.offsets, chosen, *intervals, samples.positions_unit, samples.slots,
            kept.offsets, kept.ray_indices, kept.t_starts, kept.t_ends, kept.positions_unit,
            kept.slots, source, BLOCK=BLOCK, num_warps=1,
        )  # fmt: skip
    return kept, source


def _check(samples: DeviceSamples, sigmas: Tensor, threshold: Tensor) -> None:
    device, size = sigmas.device, (samples.capacity,)
    check("densities", sigmas, torch.float32, size, device)
    check("starts", samples.t_starts, torch.float32, size, device)
    check("ends", samples.t_ends, torch.float32, size, device)
    check("positions", samples.positions_unit, torch.float32, (*size, 3), device)
    check("slots", samples.slots, torch.int32, size, device)
    check("offsets", samples.offsets, torch.int32, (samples.n_rays + 1,), device)
    check("rays kept", samples.n_rays_kept, torch.int32, (1,), device)
    check("threshold", threshold, torch.float32, (1,), device)
