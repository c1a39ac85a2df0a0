"""Dropping packed samples that cannot matter, as Triton kernels (spec, section 4).

One program walks one ray from front to back, a tile of samples at a time, and carries the optical
depth. As in marching, a first pass counts and a second writes.

The first pass also notes what it keeps: the order in which a tile is summed up is the compiler's
choice, so that a second pass could decide otherwise.
"""

from typing import NamedTuple

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Int32
from torch import Tensor

from nersemble.fused.kernels.launching import launch
from nersemble.fused.kernels.marching import PackedRays, PackedSamples, empty_samples, pack_rays

BLOCK = 128

# The same bound as in marching.visibility: exp(-100) is nothing beside 1.
_OPAQUE = tl.constexpr(100.0)


class VisibilityRule(NamedTuple):
    """Which samples are kept."""

    threshold: Float[Tensor, "1"]
    """Smallest opacity."""
    early_stop_eps: float
    """Smallest transmittance in front of a sample (0: any)."""


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
        bounded = tl.where(optical < _OPAQUE, optical, _OPAQUE)
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
    rays: PackedRays,
    samples: PackedSamples,
    sigmas: Float[Tensor, "c"],
    rule: VisibilityRule,
    capacity: int,
) -> tuple[PackedRays, PackedSamples, Int32[Tensor, "c"]]:
    """The samples that the rule keeps, of the first rays that fit, and where each came from."""
    _check(rays, samples, sigmas, rule, capacity)
    n, device = len(rays.offsets) - 1, sigmas.device
    counts = torch.empty(n, dtype=torch.int32, device=device)
    chosen = torch.empty(len(sigmas), dtype=torch.uint8, device=device)
    kept = empty_samples(capacity, device)
    source = torch.empty(capacity, dtype=torch.int32, device=device)
    stop = float(rule.early_stop_eps)
    intervals = samples.t_starts, samples.t_ends
    if n:
        launch(count_visible_kernel, (n,),
            rays.offsets, *intervals, sigmas, rule.threshold, counts, chosen, stop,
            STOPS=stop > 0, BLOCK=BLOCK, num_warps=1,
        )  # fmt: skip
    packed = pack_rays(counts, capacity, rays.n_rays_kept)
    if n:
        launch(write_visible_kernel, (n,),
            rays.offsets, chosen, *intervals, samples.positions_unit, samples.slots,
            packed.offsets, *kept, source, BLOCK=BLOCK, num_warps=1,
        )  # fmt: skip
    return packed, kept, source


def _check(
    rays: PackedRays, samples: PackedSamples, sigmas: Tensor, rule: VisibilityRule, capacity: int
) -> None:
    size = len(samples.ray_indices)
    for tensor, shape in (
        (sigmas, (size,)),
        (samples.t_starts, (size,)),
        (samples.t_ends, (size,)),
        (samples.positions_unit, (size, 3)),
        (rule.threshold, (1,)),
    ):
        if tensor.dtype != torch.float32 or tuple(tensor.shape) != shape:
            raise ValueError(f"{tensor.dtype} {tuple(tensor.shape)}: float32 {shape} needed")
    if len(rays.n_rays_kept) != 1 or len(samples.slots) != size:
        raise ValueError("one number of kept rays and one slot a sample are needed")
    for tensor in (rays.offsets, rays.n_rays_kept, samples.slots):
        if tensor.dtype != torch.int32:
            raise ValueError(f"{tensor.dtype}: offsets, kept rays and slots are int32")
    for tensor in (*rays, *samples, sigmas, rule.threshold):
        if not tensor.is_contiguous() or tensor.device != sigmas.device:
            raise ValueError("samples and densities must be contiguous and on one device")
    if not 0 <= capacity < 2**31:
        raise ValueError(f"the capacity {capacity} must be at least 0 and below 2^31")
