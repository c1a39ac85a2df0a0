"""Volume rendering, the loss terms and their gradients in one pass over the rays, in Triton.

A program renders a ray, with all of its samples in one block, and writes the gradient of the
weighted sum of all terms. What the means are taken over is counted before (ray_counts.py).
Formulas: composite.py and camera_colors.py of rendering/, losses/terms.py
(method.md, Volume rendering and Losses).
"""

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Float64, Int32
from torch import Tensor

from nersemble.fused.batch import DeviceSamples, FusedLosses
from nersemble.fused.kernels.camera_colors import recorded, recorded_backward
from nersemble.fused.kernels.launching import check, launch
from nersemble.fused.kernels.parts import (
    DEPTH_EPS,
    OPAQUE,
    load_triple,
    optical_depths,
    store_triple,
)
from nersemble.fused.kernels.ray_counts import (
    N_BACKGROUND,
    N_DEPTH,
    N_DISTORTION,
    N_EMPTY,
    N_NEAR,
    N_SHOWN,
    N_UNCOVERED,
    depth_regions,
    inverse_count,
)
from nersemble.losses.config import LossConfig
from nersemble.rays.batch import Targets

TERMS = ("rgb", "alpha", "empty", "near", "depth", "distortion", "background")
"""The terms that the kernels compute, in the order of what they write."""

MAX_SAMPLES_PER_RAY = 4096
# Behind the terms of a ray, its share of the mean spread in depth.
_STRIDE = tl.constexpr(len(TERMS) + 1)


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
    of_head = inverse_count(counts_ptr, N_SHOWN)
    of_background = inverse_count(counts_ptr, N_BACKGROUND) * lambda_background
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
def _depth_spread(alphas_ptr, terms_ptr, counts_ptr, ray, kept, weights, away):
    """A ray's share of the head's mean spread in depth, which is no term of the loss."""
    inverse = 1.0 / (tl.sum(weights, axis=0) + DEPTH_EPS)
    off = away - tl.sum(weights * away, axis=0) * inverse
    spread = tl.sqrt(tl.sum(weights * off * off, axis=0) * inverse)
    shown = kept & (tl.load(alphas_ptr + ray) > 0)
    share = tl.where(shown, spread * inverse_count(counts_ptr, N_SHOWN), 0.0)
    tl.store(terms_ptr + ray * _STRIDE + 7, share)


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
    rgbs_ptr, corrections_ptr, targets_ptr, alphas_ptr, backgrounds_ptr, d_rendered_ptr, terms_ptr,
    d_rgbs_ptr, d_corrections_ptr, rgbs_out_ptr, counts_ptr, ray, kept, index, valid, weights,
    accumulation, lambda_background, n_apart, CORRECTED: tl.constexpr,
):  # fmt: skip
    """Renders the colour over white and compares it on the ray's background; returns the gradient
    of the weights. That of a ray apart is given for the colour over white."""
    red, green, blue = load_triple(rgbs_ptr, index, valid)
    if CORRECTED:
        true_red, true_green, true_blue = red, green, blue
        red, green, blue = recorded(corrections_ptr, ray, red, green, blue)
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
    e_red, e_green, e_blue = load_triple(d_rendered_ptr, ray, ray < n_apart)
    d_weights = e_red * (red - 1.0) + e_green * (green - 1.0) + e_blue * (blue - 1.0)
    d_weights += (
        d_red * (red - 1.0 + see_red)
        + d_green * (green - 1.0 + see_green)
        + d_blue * (blue - 1.0 + see_blue)
    )
    d_red, d_green, d_blue = d_red + e_red, d_green + e_green, d_blue + e_blue
    if CORRECTED:
        d_red, d_green, d_blue = recorded_backward(
            corrections_ptr, d_corrections_ptr, ray, weights, true_red, true_green, true_blue,
            d_red, d_green, d_blue,
        )  # fmt: skip
    store_triple(d_rgbs_ptr, index, valid, d_red * weights, d_green * weights, d_blue * weights)
    return d_weights


@triton.jit
def _depth_terms(
    alphas_ptr, depths_ptr, terms_ptr, depths_out_ptr, counts_ptr, ray, place, kept, valid, start,
    end, weights, lambda_empty, lambda_near, lambda_depth, lambda_distortion, eps, near_scale,
    max_rays,
):  # fmt: skip
    """The terms of where the weights lie, and their spread; returns the gradient of the weights."""
    surface = tl.where(kept, tl.load(depths_ptr + ray), 0.0)
    middle = (start + end) * 0.5
    # Masked lanes are 0 and distances are not negative: this is the first sample's, 0 for none.
    first = tl.sum(tl.where(tl.arange(0, weights.shape[0]) == 0, middle, 0.0), axis=0)
    away = tl.where(valid, middle - first, 0.0)
    empty, near = depth_regions(middle, surface, valid, eps)
    _depth_spread(alphas_ptr, terms_ptr, counts_ptr, ray, kept, weights, away)
    factor = inverse_count(counts_ptr, N_EMPTY) * lambda_empty
    gradient = _empty_loss(terms_ptr, ray, factor, weights, empty)
    factor = inverse_count(counts_ptr, N_NEAR) * lambda_near
    gradient += _near_loss(terms_ptr, ray, factor, weights, middle - surface, near, near_scale)
    factor = inverse_count(counts_ptr, N_DEPTH) * lambda_depth
    gradient += _depth_loss(terms_ptr, depths_out_ptr, ray, factor, weights, away, first, surface)
    factor = inverse_count(counts_ptr, N_DISTORTION) * lambda_distortion
    factor = tl.where(kept & (place < max_rays), factor, 0.0)
    return gradient + _distortion_loss(terms_ptr, ray, factor, weights, away, end - start)


@triton.jit(do_not_specialize=["max_rays", "n_apart"])
def ray_loss_kernel(
    sigmas_ptr, rgbs_ptr, t_starts_ptr, t_ends_ptr, offsets_ptr, n_rays_kept_ptr,
    corrections_ptr, targets_ptr, alphas_ptr, depths_ptr, backgrounds_ptr, d_rendered_ptr,
    depth_width_ptr, counts_ptr, terms_ptr, d_sigmas_ptr, d_rgbs_ptr, d_corrections_ptr,
    rgbs_out_ptr, accumulations_ptr, depths_out_ptr, lambda_alpha, lambda_empty, lambda_near,
    lambda_depth, lambda_distortion, lambda_background, max_rays, n_apart,
    BLOCK: tl.constexpr, CORRECTED: tl.constexpr,
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
    factor = inverse_count(counts_ptr, N_UNCOVERED) * lambda_alpha
    gradient += _alpha_loss(alphas_ptr, terms_ptr, ray, kept, factor, accumulation)
    gradient += _render_color(
        rgbs_ptr, corrections_ptr, targets_ptr, alphas_ptr, backgrounds_ptr, d_rendered_ptr,
        terms_ptr, d_rgbs_ptr, d_corrections_ptr, rgbs_out_ptr, counts_ptr, ray, kept, index, valid,
        weights, accumulation, lambda_background, n_apart, CORRECTED,
    )  # fmt: skip
    eps = tl.load(depth_width_ptr).to(tl.float32)
    near_scale = tl.load(depth_width_ptr + 1).to(tl.float32)
    gradient += _depth_terms(
        alphas_ptr, depths_ptr, terms_ptr, depths_out_ptr, counts_ptr, ray, ray - n_apart, kept,
        valid, start, end, weights, lambda_empty, lambda_near, lambda_depth, lambda_distortion,
        eps, near_scale, max_rays,
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


def ray_losses(
    sigmas: Float[Tensor, "c"],
    rgbs: Float[Tensor, "c 3"],
    samples: DeviceSamples,
    targets: Targets,
    counts: Int32[Tensor, "8"],
    config: LossConfig,
    depth_width: Float64[Tensor, "2"],
    max_rays: int,
    max_samples_per_ray: int,
    d_rendered: Float[Tensor, "m 3"],
    corrections: Float[Tensor, "n 4 3"] | None = None,
) -> FusedLosses:
    """Renders N rays, compares them, and gives the gradients of the summed terms.

    Rays from ``samples.n_rays_kept`` on count nowhere. Without synchronisation with the device.

    Args:
        counts: those of the whole batch, of which these rays may be a share.
        depth_width, max_rays: as in ``count_rays_and_samples``.
        max_samples_per_ray: bound on every ray; samples beyond its next power of two would be
            ignored.
        d_rendered: of the first rays, which enter no term: the gradients of their colours over
            white, as they are recorded.
        corrections: how each ray's camera records colours, ``CameraColors.of``.

    Raises:
        ValueError: a tensor of the wrong type, shape or device; too many samples on a ray.
    """
    n, capacity, device = samples.n_rays, samples.capacity, samples.offsets.device
    check("densities", sigmas, torch.float32, (capacity,), device)
    check("colours", rgbs, torch.float32, (capacity, 3), device)
    n_apart = len(d_rendered)
    check("gradients of rendered colours", d_rendered, torch.float32, (n_apart, 3), device)
    block, terms = block_for(max_samples_per_ray), sigmas.new_empty(n, _STRIDE.value)
    d_sigmas, d_rgbs, rendered = map(torch.empty_like, (sigmas, rgbs, targets.rgbs))
    accumulations, depths = sigmas.new_empty(n), sigmas.new_empty(n)
    d_corrections = None
    if corrections is not None:
        check("colour corrections", corrections, torch.float32, (n, 4, 3), device)
        d_corrections = torch.empty_like(corrections)
    if n > 0:
        launch(ray_loss_kernel, (n,),
            sigmas, rgbs, samples.t_starts, samples.t_ends, samples.offsets, samples.n_rays_kept,
            rendered if corrections is None else corrections,  # not read without
            targets.rgbs, targets.alphas, targets.depths_world,
            targets.backgrounds, d_rendered, depth_width, counts,
            terms, d_sigmas, d_rgbs, rendered if d_corrections is None else d_corrections,
            rendered, accumulations, depths,
            float(config.lambda_alpha_loss), float(config.lambda_empty_loss),
            float(config.lambda_near_loss), float(config.lambda_depth_loss),
            float(config.lambda_dist_loss), float(config.lambda_background_loss),
            max_rays, n_apart,
            BLOCK=block, CORRECTED=corrections is not None, num_warps=warps_for(block),
        )  # fmt: skip
    sums = terms.sum(0)
    return FusedLosses(
        sums[:-1], sums[-1:], d_sigmas, d_rgbs, rendered, accumulations, depths, d_corrections
    )
