"""Volume rendering, the loss terms and their gradients in one pass over the rays, in Triton.

Two kernels. The first counts what the means are taken over; the second renders a ray per program,
with all of its samples in one block, and writes the gradient of the weighted sum of all terms.
Formulas: rendering/composite.py, losses/terms.py (spec, sections 3.5 and 6).
"""

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Int32
from torch import Tensor

from nersemble.fused.batch import DeviceSamples, FusedLosses
from nersemble.fused.kernels.launching import ceil_div, check, launch
from nersemble.fused.kernels.parts import (
    DEPTH_EPS,
    OPAQUE,
    load_triple,
    optical_depths,
    store_triple,
)
from nersemble.losses.terms import LossConfig
from nersemble.rays.batch import Targets

TERMS = ("rgb", "alpha", "empty", "near", "depth", "distortion", "background")
"""The terms that the kernels compute, in the order of what they write."""

MAX_SAMPLES_PER_RAY = 4096
COUNT_BLOCK = 512
_STRIDE = tl.constexpr(len(TERMS))

# Places in the buffer of counts.
_N_SHOWN = tl.constexpr(0)
_N_UNCOVERED = tl.constexpr(1)
_N_DEPTH = tl.constexpr(2)
_N_EMPTY = tl.constexpr(3)
_N_NEAR = tl.constexpr(4)
_N_BACKGROUND = tl.constexpr(5)
LAST_RAY = 6
_LAST_RAY = tl.constexpr(LAST_RAY)
_N_COUNTS = 8


@triton.jit
def _depth_regions(middle, depth, valid, eps):
    """Which samples lie in front of the known depth, and which around it."""
    known = tl.where(valid, depth, 0.0) > 0
    return known & (middle < depth - eps), known & (tl.abs(middle - depth) <= eps)


@triton.jit
def _add_count(counts_ptr, which, flags):
    tl.atomic_add(counts_ptr + which, tl.sum(flags.to(tl.int32), axis=0), sem="relaxed")


@triton.jit(do_not_specialize=["n_rays", "capacity", "eps", "max_rays", "n_apart"])
def count_kernel(
    ray_indices_ptr, t_starts_ptr, t_ends_ptr, n_samples_ptr, n_rays_kept_ptr, alphas_ptr,
    depths_ptr, counts_ptr, n_rays, capacity, eps, max_rays, n_apart, BLOCK: tl.constexpr,
):  # fmt: skip
    """Adds up the rays and samples that each term is a mean over."""
    index = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    n_kept = tl.minimum(tl.load(n_rays_kept_ptr), n_rays)
    n_samples = tl.minimum(tl.load(n_samples_ptr), capacity)
    if tl.program_id(0) * BLOCK < n_kept:
        kept = (index >= n_apart) & (index < n_kept)
        alpha = tl.load(alphas_ptr + index, mask=kept, other=0.0)
        _add_count(counts_ptr, _N_SHOWN, kept & (alpha > 0))
        _add_count(counts_ptr, _N_UNCOVERED, kept & (alpha < 1))
        _add_count(counts_ptr, _N_BACKGROUND, kept & (alpha <= 0))
        depth = tl.load(depths_ptr + index, mask=kept, other=0.0)
        _add_count(counts_ptr, _N_DEPTH, kept & (depth > 0))
    if tl.program_id(0) * BLOCK < n_samples:
        valid = index < n_samples
        ray = tl.load(ray_indices_ptr + index, mask=valid, other=0)
        valid = valid & (ray >= n_apart) & (ray < n_kept)
        start = tl.load(t_starts_ptr + index, mask=valid, other=0.0)
        end = tl.load(t_ends_ptr + index, mask=valid, other=0.0)
        depth = tl.load(depths_ptr + ray, mask=valid, other=0.0)
        empty, near = _depth_regions((start + end) * 0.5, depth, valid, eps)
        _add_count(counts_ptr, _N_EMPTY, empty)
        _add_count(counts_ptr, _N_NEAR, near)
        place = ray - n_apart
        counted = valid & (place < max_rays)
        last = tl.max(tl.where(counted, place + 1, 0), axis=0)
        tl.atomic_max(counts_ptr + _LAST_RAY, last, sem="relaxed")


@triton.jit
def _inverse_count(counts_ptr, which):
    """1 / count, and 1 where there is nothing to count."""
    return 1.0 / tl.maximum(tl.load(counts_ptr + which), 1).to(tl.float32)


@triton.jit
def _sum_before(sum_left, total_left, sum_right, total_right):
    """Combines (sum before, sum up to here): what is before an element is never a difference."""
    return total_left + sum_right, total_left + total_right


@triton.jit
def _color_loss(
    targets_ptr, alphas_ptr, terms_ptr, counts_ptr, ray, kept, lambda_background,
    see_through_red, see_through_green, see_through_blue, accumulation, red, green, blue,
):  # fmt: skip
    """The colour's share of the loss, of the head's rays or of the others; returns its gradient for
    each channel. ``see_through`` is how much darker than white the background is."""
    alpha = tl.load(alphas_ptr + ray)
    shown = alpha > 0
    of_head = _inverse_count(counts_ptr, _N_SHOWN)
    of_background = _inverse_count(counts_ptr, _N_BACKGROUND) * lambda_background
    factor = tl.where(kept, tl.where(shown, of_head, of_background) / 3.0, 0.0)
    opacity = accumulation - alpha
    off_red = red - tl.load(targets_ptr + ray * 3) + opacity * see_through_red
    off_green = green - tl.load(targets_ptr + ray * 3 + 1) + opacity * see_through_green
    off_blue = blue - tl.load(targets_ptr + ray * 3 + 2) + opacity * see_through_blue
    squares = off_red * off_red + off_green * off_green + off_blue * off_blue
    tl.store(terms_ptr + ray * _STRIDE, tl.where(shown, factor * squares, 0.0))
    tl.store(terms_ptr + ray * _STRIDE + 6, tl.where(shown, 0.0, factor * squares))
    return 2 * factor * off_red, 2 * factor * off_green, 2 * factor * off_blue


@triton.jit
def _alpha_loss(alphas_ptr, terms_ptr, ray, kept, factor, accumulation):
    """The silhouette's share; returns its gradient, the same for every weight of the ray."""
    alpha = tl.load(alphas_ptr + ray)
    off = accumulation - alpha
    factor = tl.where(kept & (alpha < 1), factor, 0.0)
    tl.store(terms_ptr + ray * _STRIDE + 1, factor * tl.abs(off))
    return factor * tl.where(off > 0, 1.0, tl.where(off < 0, -1.0, 0.0))


@triton.jit
def _empty_loss(terms_ptr, ray, factor, weights, empty):
    """Squared weights in front of the depth; returns the gradient of the weights."""
    in_front = tl.where(empty, weights, 0.0)
    tl.store(terms_ptr + ray * _STRIDE + 2, factor * tl.sum(in_front * in_front, axis=0))
    return 2 * factor * in_front


@triton.jit
def _near_loss(terms_ptr, ray, factor, weights, distances, near, near_scale):
    """The accumulated weight against a normal distribution's integral around the depth."""
    wanted = 0.5 * (1.0 + tl.math.erf(distances / (near_scale * 1.4142135623730951)))
    off = tl.where(near, tl.cumsum(weights, axis=0) - wanted, 0.0)
    tl.store(terms_ptr + ray * _STRIDE + 3, factor * tl.sum(off * off, axis=0))
    return 2 * factor * tl.cumsum(off, axis=0, reverse=True)


@triton.jit
def _depth_loss(terms_ptr, depths_out_ptr, ray, factor, weights, away, first, surface):
    """The expected depth's share, and the depth itself; returns the gradient of the weights.

    Distances from the ray's first sample (``away``) keep the digits that its distance would take.
    """
    inverse = 1.0 / (tl.sum(weights, axis=0) + DEPTH_EPS)
    mean_away = tl.sum(weights * away, axis=0) * inverse
    missing = first * DEPTH_EPS * inverse
    depth = first + mean_away - missing
    tl.store(depths_out_ptr + ray, depth)
    off = tl.where(surface > 0, depth - surface, 0.0)
    tl.store(terms_ptr + ray * _STRIDE + 4, factor * off * off)
    return 2 * factor * off * inverse * (away - mean_away + missing)


@triton.jit
def _distortion_loss(terms_ptr, ray, factor, weights, away, lengths):
    """Pairs of samples in linear time; returns the gradient of the weights."""
    moments = weights * away
    up_to, moment_up_to = tl.cumsum(weights, axis=0), tl.cumsum(moments, axis=0)
    between = 2 * (away * (up_to - weights) - (moment_up_to - moments))
    within = weights * lengths / 3
    tl.store(terms_ptr + ray * _STRIDE + 5, factor * tl.sum(weights * (between + within), axis=0))
    behind = tl.sum(weights, axis=0) - up_to
    moment_behind = tl.sum(moments, axis=0) - moment_up_to
    return factor * (between + 2 * (moment_behind - away * behind) + 2 * within)


@triton.jit
def _density_gradient(gradient, weights, passed, optical, lengths):
    """From the gradient of the weights to that of the densities."""
    products = gradient * weights
    behind, _ = tl.associative_scan(
        (tl.zeros_like(products), products), 0, _sum_before, reverse=True
    )
    # Where the optical depth is clamped, more density does not darken what is behind.
    behind = tl.where(optical <= OPAQUE, behind, 0.0)
    return lengths * (gradient * passed * tl.exp(-optical) - behind)


@triton.jit
def _render_color(
    rgbs_ptr, targets_ptr, alphas_ptr, backgrounds_ptr, d_rendered_ptr, terms_ptr, d_rgbs_ptr,
    rgbs_out_ptr, counts_ptr, ray, kept, index, valid, weights, accumulation, lambda_background,
    n_apart,
):  # fmt: skip
    """Renders the colour over white and compares it on the ray's background; returns the gradient
    of the weights. That of a ray apart is given for the colour over white."""
    red, green, blue = load_triple(rgbs_ptr, index, valid)
    white = 1.0 - accumulation
    out_red = tl.sum(weights * red, axis=0) + white
    out_green = tl.sum(weights * green, axis=0) + white
    out_blue = tl.sum(weights * blue, axis=0) + white
    tl.store(rgbs_out_ptr + ray * 3, out_red)
    tl.store(rgbs_out_ptr + ray * 3 + 1, out_green)
    tl.store(rgbs_out_ptr + ray * 3 + 2, out_blue)
    see_red = 1.0 - tl.load(backgrounds_ptr + ray * 3)
    see_green = 1.0 - tl.load(backgrounds_ptr + ray * 3 + 1)
    see_blue = 1.0 - tl.load(backgrounds_ptr + ray * 3 + 2)
    d_red, d_green, d_blue = _color_loss(
        targets_ptr, alphas_ptr, terms_ptr, counts_ptr, ray, kept, lambda_background,
        see_red, see_green, see_blue, accumulation, out_red, out_green, out_blue,
    )  # fmt: skip
    apart = ray < n_apart
    e_red = tl.load(d_rendered_ptr + ray * 3, mask=apart, other=0.0)
    e_green = tl.load(d_rendered_ptr + ray * 3 + 1, mask=apart, other=0.0)
    e_blue = tl.load(d_rendered_ptr + ray * 3 + 2, mask=apart, other=0.0)
    store_triple(
        d_rgbs_ptr, index, valid,
        (d_red + e_red) * weights, (d_green + e_green) * weights, (d_blue + e_blue) * weights,
    )  # fmt: skip
    on_background = (
        d_red * (red - 1.0 + see_red)
        + d_green * (green - 1.0 + see_green)
        + d_blue * (blue - 1.0 + see_blue)
    )
    on_white = e_red * (red - 1.0) + e_green * (green - 1.0) + e_blue * (blue - 1.0)
    return on_background + on_white


@triton.jit
def _depth_terms(
    depths_ptr, terms_ptr, depths_out_ptr, counts_ptr, ray, place, kept, valid, start, end, weights,
    lambda_empty, lambda_near, lambda_depth, lambda_distortion, eps, near_scale, max_rays,
):  # fmt: skip
    """The terms of where the weights lie; returns their gradient for each weight."""
    surface = tl.where(kept, tl.load(depths_ptr + ray), 0.0)
    middle = (start + end) * 0.5
    # Masked lanes are 0 and distances are not negative: this is the first sample's, 0 for none.
    first = tl.sum(tl.where(tl.arange(0, weights.shape[0]) == 0, middle, 0.0), axis=0)
    away = tl.where(valid, middle - first, 0.0)
    empty, near = _depth_regions(middle, surface, valid, eps)
    factor = _inverse_count(counts_ptr, _N_EMPTY) * lambda_empty
    gradient = _empty_loss(terms_ptr, ray, factor, weights, empty)
    factor = _inverse_count(counts_ptr, _N_NEAR) * lambda_near
    gradient += _near_loss(terms_ptr, ray, factor, weights, middle - surface, near, near_scale)
    factor = _inverse_count(counts_ptr, _N_DEPTH) * lambda_depth
    gradient += _depth_loss(terms_ptr, depths_out_ptr, ray, factor, weights, away, first, surface)
    factor = _inverse_count(counts_ptr, _LAST_RAY) * lambda_distortion
    factor = tl.where(kept & (place < max_rays), factor, 0.0)
    return gradient + _distortion_loss(terms_ptr, ray, factor, weights, away, end - start)


@triton.jit(do_not_specialize=["eps", "near_scale", "max_rays", "n_apart"])
def ray_loss_kernel(
    sigmas_ptr, rgbs_ptr, t_starts_ptr, t_ends_ptr, offsets_ptr, n_rays_kept_ptr,
    targets_ptr, alphas_ptr, depths_ptr, backgrounds_ptr, d_rendered_ptr, counts_ptr,
    terms_ptr, d_sigmas_ptr, d_rgbs_ptr, rgbs_out_ptr, accumulations_ptr, depths_out_ptr,
    lambda_alpha, lambda_empty, lambda_near, lambda_depth, lambda_distortion, lambda_background,
    eps, near_scale, max_rays, n_apart, BLOCK: tl.constexpr,
):  # fmt: skip
    """Renders one ray; writes its share of each term and the gradients at its samples."""
    ray = tl.program_id(0)
    kept = (ray >= n_apart) & (ray < tl.load(n_rays_kept_ptr))
    begin = tl.load(offsets_ptr + ray)
    n = tl.load(offsets_ptr + ray + 1) - begin
    lanes = tl.arange(0, BLOCK)
    index, valid = begin + lanes, lanes < n
    optical, start, end = optical_depths(sigmas_ptr, t_starts_ptr, t_ends_ptr, index, valid)
    # The sample in front of each one, read again: differences of sums would lose digits.
    in_front, _, _ = optical_depths(
        sigmas_ptr, t_starts_ptr, t_ends_ptr, index - 1, valid & (lanes > 0)
    )
    passed = tl.exp(-tl.cumsum(tl.minimum(in_front, OPAQUE), axis=0))
    weights = tl.where(valid, passed * (1.0 - tl.exp(-optical)), 0.0)
    accumulation = tl.sum(weights, axis=0)
    tl.store(accumulations_ptr + ray, accumulation)

    gradient = tl.zeros_like(weights)
    factor = _inverse_count(counts_ptr, _N_UNCOVERED) * lambda_alpha
    gradient += _alpha_loss(alphas_ptr, terms_ptr, ray, kept, factor, accumulation)
    gradient += _render_color(
        rgbs_ptr, targets_ptr, alphas_ptr, backgrounds_ptr, d_rendered_ptr, terms_ptr, d_rgbs_ptr,
        rgbs_out_ptr, counts_ptr, ray, kept, index, valid, weights, accumulation, lambda_background,
        n_apart,
    )  # fmt: skip
    gradient += _depth_terms(
        depths_ptr, terms_ptr, depths_out_ptr, counts_ptr, ray, ray - n_apart, kept, valid, start,
        end, weights, lambda_empty, lambda_near, lambda_depth, lambda_distortion, eps, near_scale,
        max_rays,
    )  # fmt: skip
    d_sigma = _density_gradient(gradient, weights, passed, optical, end - start)
    tl.store(d_sigmas_ptr + index, d_sigma, mask=valid)


def block_for(max_samples_per_ray: int) -> int:
    """Lanes that hold the longest ray; ValueError beyond ``MAX_SAMPLES_PER_RAY``."""
    if max_samples_per_ray > MAX_SAMPLES_PER_RAY:
        raise ValueError(f"{max_samples_per_ray} samples on a ray; at most {MAX_SAMPLES_PER_RAY}")
    return max(32, triton.next_power_of_2(max_samples_per_ray))


def warps_for(block: int) -> int:
    """Warps of a ray's program: at most eight samples per lane, which the registers hold."""
    return max(1, min(block // 256, 16))


def count_rays_and_samples(
    samples: DeviceSamples, targets: Targets, eps_depth: float, max_rays: int, n_apart: int = 0
) -> Int32[Tensor, "8"]:
    """What the means of the terms are taken over; at ``LAST_RAY`` the largest counted index + 1.

    Args:
        eps_depth: half width of the depth's neighbourhood, model-world units.
        max_rays: so many of the counted rays enter the distortion loss.
        n_apart: the first rays, which count nowhere.

    Raises:
        ValueError: a tensor of the wrong type, shape or device.
    """
    _check(samples, targets)
    n, capacity = samples.n_rays, samples.capacity
    counts = torch.zeros(_N_COUNTS, dtype=torch.int32, device=samples.offsets.device)
    if n > 0:
        launch(count_kernel, (ceil_div(max(n, capacity), COUNT_BLOCK),),
            samples.ray_indices, samples.t_starts, samples.t_ends, samples.count,
            samples.n_rays_kept, targets.alphas, targets.depths_world, counts, n, capacity,
            eps_depth, max_rays, n_apart, BLOCK=COUNT_BLOCK,
        )  # fmt: skip
    return counts


def ray_losses(
    sigmas: Float[Tensor, "c"],
    rgbs: Float[Tensor, "c 3"],
    samples: DeviceSamples,
    targets: Targets,
    counts: Int32[Tensor, "8"],
    config: LossConfig,
    eps_depth: float,
    max_rays: int,
    max_samples_per_ray: int,
    d_rendered: Float[Tensor, "m 3"] | None = None,
) -> FusedLosses:
    """Renders N rays, compares them, and gives the gradients of the summed terms.

    Rays from ``samples.n_rays_kept`` on count nowhere. Without synchronisation with the device.

    Args:
        counts: those of the whole batch, of which these rays may be a share.
        eps_depth, max_rays: as in :func:`count_rays_and_samples`.
        max_samples_per_ray: bound on every ray; samples beyond its next power of two would be
            ignored.
        d_rendered: of the first rays, which enter no term: the gradients of their colours over
            white.

    Raises:
        ValueError: a tensor of the wrong type, shape or device; too many samples on a ray.
    """
    n, capacity, device = samples.n_rays, samples.capacity, samples.offsets.device
    check("densities", sigmas, torch.float32, (capacity,), device)
    check("colours", rgbs, torch.float32, (capacity, 3), device)
    n_apart = 0 if d_rendered is None else len(d_rendered)
    if d_rendered is not None:
        check("gradients of rendered colours", d_rendered, torch.float32, (n_apart, 3), device)
    block, terms = block_for(max_samples_per_ray), sigmas.new_empty(n, len(TERMS))
    d_sigmas, d_rgbs = torch.empty_like(sigmas), torch.empty_like(rgbs)
    rendered = sigmas.new_empty(n, 3)
    accumulations, depths = sigmas.new_empty(n), sigmas.new_empty(n)
    deviation = eps_depth / 3 if config.near_loss_width == "std" else (eps_depth / 3) ** 2
    if n > 0:
        launch(ray_loss_kernel, (n,),
            sigmas, rgbs, samples.t_starts, samples.t_ends, samples.offsets, samples.n_rays_kept,
            targets.rgbs, targets.alphas, targets.depths_world,
            targets.backgrounds, targets.backgrounds if d_rendered is None else d_rendered, counts,
            terms, d_sigmas, d_rgbs, rendered, accumulations, depths,
            float(config.lambda_alpha_loss), float(config.lambda_empty_loss),
            float(config.lambda_near_loss), float(config.lambda_depth_loss),
            float(config.lambda_dist_loss), float(config.lambda_background_loss),
            eps_depth, deviation, max_rays, n_apart,
            BLOCK=block, num_warps=warps_for(block),
        )  # fmt: skip
    return FusedLosses(terms.sum(0), d_sigmas, d_rgbs, rendered, accumulations, depths)


def _check(samples: DeviceSamples, targets: Targets) -> None:
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
    check("backgrounds", targets.backgrounds, torch.float32, (n, 3), device)
