"""What the means of the loss terms are taken over, counted in Triton (losses/terms.py)."""

import torch
import triton
import triton.language as tl
from jaxtyping import Float64, Int32
from torch import Tensor

from nersemble.fused.batch import DeviceSamples
from nersemble.fused.kernels.launching import ceil_div, check, launch
from nersemble.rays.batch import Targets

COUNT_BLOCK = 512

# Places in the buffer of counts.
N_SHOWN = tl.constexpr(0)
N_UNCOVERED = tl.constexpr(1)
N_DEPTH = tl.constexpr(2)
N_EMPTY = tl.constexpr(3)
N_NEAR = tl.constexpr(4)
N_BACKGROUND = tl.constexpr(5)
LAST_RAY = 6
N_DISTORTION = tl.constexpr(LAST_RAY)
_N_COUNTS = 8


@triton.jit
def depth_regions(middle, depth, valid, eps):
    """Which samples lie in front of the known depth, and which around it."""
    known = tl.where(valid, depth, 0.0) > 0
    return known & (middle < depth - eps), known & (tl.abs(middle - depth) <= eps)


@triton.jit
def _add_count(counts_ptr, which, flags):
    tl.atomic_add(counts_ptr + which, tl.sum(flags.to(tl.int32), axis=0), sem="relaxed")


@triton.jit(do_not_specialize=["n_rays", "capacity", "max_rays", "n_apart"])
def count_kernel(
    ray_indices_ptr, t_starts_ptr, t_ends_ptr, n_samples_ptr, n_rays_kept_ptr, alphas_ptr,
    depths_ptr, eps_ptr, counts_ptr, n_rays, capacity, max_rays, n_apart, BLOCK: tl.constexpr,
):  # fmt: skip
    """Adds up the rays and samples that each term is a mean over."""
    index = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    n_kept = tl.minimum(tl.load(n_rays_kept_ptr), n_rays)
    n_samples = tl.minimum(tl.load(n_samples_ptr), capacity)
    if tl.program_id(0) * BLOCK < n_kept:
        kept = (index >= n_apart) & (index < n_kept)
        alpha = tl.load(alphas_ptr + index, mask=kept, other=0.0)
        _add_count(counts_ptr, N_SHOWN, kept & (alpha > 0))
        _add_count(counts_ptr, N_UNCOVERED, kept & (alpha < 1))
        _add_count(counts_ptr, N_BACKGROUND, kept & (alpha <= 0))
        depth = tl.load(depths_ptr + index, mask=kept, other=0.0)
        _add_count(counts_ptr, N_DEPTH, kept & (depth > 0))
    if tl.program_id(0) * BLOCK < n_samples:
        valid = index < n_samples
        ray = tl.load(ray_indices_ptr + index, mask=valid, other=0)
        valid = valid & (ray >= n_apart) & (ray < n_kept)
        start = tl.load(t_starts_ptr + index, mask=valid, other=0.0)
        end = tl.load(t_ends_ptr + index, mask=valid, other=0.0)
        depth = tl.load(depths_ptr + ray, mask=valid, other=0.0)
        eps = tl.load(eps_ptr).to(tl.float32)
        empty, near = depth_regions((start + end) * 0.5, depth, valid, eps)
        _add_count(counts_ptr, N_EMPTY, empty)
        _add_count(counts_ptr, N_NEAR, near)
        place = ray - n_apart
        counted = valid & (place < max_rays)
        last = tl.max(tl.where(counted, place + 1, 0), axis=0)
        tl.atomic_max(counts_ptr + N_DISTORTION, last, sem="relaxed")


@triton.jit
def inverse_count(counts_ptr, which):
    """1 / count, and 1 where there is nothing to count."""
    return 1.0 / tl.maximum(tl.load(counts_ptr + which), 1).to(tl.float32)


def count_rays_and_samples(
    samples: DeviceSamples,
    targets: Targets,
    depth_width: Float64[Tensor, "2"],
    max_rays: int,
    n_apart: int,
) -> Int32[Tensor, "8"]:
    """What the means of the terms are taken over; at ``LAST_RAY`` the largest counted index + 1.

    Args:
        depth_width: as of ``depth_width_at``.
        max_rays: so many of the counted rays enter the distortion loss.
        n_apart: the first rays, which count nowhere.

    Raises:
        ValueError: a tensor of the wrong type, shape or device.
    """
    _check(samples, targets, depth_width)
    n, capacity = samples.n_rays, samples.capacity
    counts = torch.zeros(_N_COUNTS, dtype=torch.int32, device=samples.offsets.device)
    if n > 0:
        launch(count_kernel, (ceil_div(max(n, capacity), COUNT_BLOCK),),
            samples.ray_indices, samples.t_starts, samples.t_ends, samples.count,
            samples.n_rays_kept, targets.alphas, targets.depths_world, depth_width, counts,
            n, capacity, max_rays, n_apart, BLOCK=COUNT_BLOCK,
        )  # fmt: skip
    return counts


def _check(samples: DeviceSamples, targets: Targets, depth_width: Tensor) -> None:
    n, device, size = samples.n_rays, samples.offsets.device, (samples.capacity,)
    check("ray indices", samples.ray_indices, torch.int32, size, device)
    check("starts", samples.t_starts, torch.float32, size, device)
    check("ends", samples.t_ends, torch.float32, size, device)
    check("offsets", samples.offsets, torch.int32, (n + 1,), device)
    check("count", samples.count, torch.int32, (1,), device)
    check("rays kept", samples.n_rays_kept, torch.int32, (1,), device)
    check("target colours", targets.rgbs, torch.float32, (n, 3), device)
    check("target alphas", targets.alphas, torch.float32, (n,), device)
    check("target depths", targets.depths_world, torch.float32, (n,), device)
    check("width of the depth", depth_width, torch.float64, (2,), device)
    check("backgrounds", targets.backgrounds, torch.float32, (n, 3), device)
