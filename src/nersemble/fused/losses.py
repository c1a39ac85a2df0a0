"""Rendering, all loss terms and their gradients at once, on the GPU (spec, sections 3.5 and 6)."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.distributed import ALONE, World
from nersemble.fused.samples import DeviceSamples
from nersemble.losses.total import LossConfig
from nersemble.rays.batch import Targets


@dataclass(frozen=True)
class FusedLosses:
    """N rendered rays, how they compare with their targets, and the gradients at C samples.

    terms: weighted, in the order of ``LOSS_TERMS``; d_sigmas, d_rgbs: gradients of the sum of the
    terms, undefined beyond the valid samples; rgbs: over white, not clamped; depths_world:
    expected distance along the ray, model-world units. Rays without samples are white with depth
    0, also those that were dropped.
    """

    terms: Float[Tensor, "6"]
    d_sigmas: Float[Tensor, "c"]
    d_rgbs: Float[Tensor, "c 3"]
    rgbs: Float[Tensor, "n 3"]
    accumulations: Float[Tensor, "n"]
    depths_world: Float[Tensor, "n"]


def render_and_compare(
    sigmas: Float[Tensor, "c"],
    rgbs: Float[Tensor, "c 3"],
    samples: DeviceSamples,
    targets: Targets,
    config: LossConfig,
    step: int,
    max_samples_per_ray: int,
    world: World = ALONE,
) -> FusedLosses:
    """``composite`` and ``compute_losses`` with their backward, for the rays that were kept.

    Depths are not clipped to the batch's midpoints (``clip_depth``). A clip would change no
    gradient but that of rays with less accumulation than the depth's 1e-10 can hide.

    Args:
        step: the optimizer step, which the depth's neighbourhood depends on.
        max_samples_per_ray: bound on the samples of every ray, at most 4096.
        world: with a share of the batch, the sums of all processes' terms are the terms.

    Raises:
        ValueError: a wrong dtype, shape, layout or device; too many samples on a ray.
    """
    from nersemble.fused.kernels.ray_losses import ALL_RAYS, LossFactors, ray_losses

    eps = config.eps_depth(step)
    factors = LossFactors(
        alpha=config.lambda_alpha_loss,
        empty=config.lambda_empty_loss,
        near=config.lambda_near_loss,
        depth=config.lambda_depth_loss,
        distortion=config.lambda_dist_loss,
        eps=eps,
        near_scale=eps / 3 if config.near_loss_width == "std" else (eps / 3) ** 2,
        max_rays=len(range(world.rank, config.dist_loss_max_rays or ALL_RAYS, world.size)),
    )
    outputs = ray_losses(
        sigmas,
        rgbs,
        samples.ray_indices,
        samples.t_starts,
        samples.t_ends,
        samples.offsets,
        samples.n_rays_kept,
        targets.rgbs,
        targets.alphas,
        targets.depths_world,
        factors,
        max_samples_per_ray,
        None if world.size == 1 else lambda counts: _complete_counts(counts, world),
    )
    return FusedLosses(
        outputs.terms,
        outputs.d_sigmas,
        outputs.d_rgbs,
        outputs.rgbs,
        outputs.accumulations,
        outputs.depths_world,
    )


def _complete_counts(counts: Int[Tensor, "8"], world: World) -> None:
    """Makes a share's counts those of the batch. For the last ray, each process has a place of its
    own in what is summed; its ray ``i`` is number ``i * size + rank``."""
    from nersemble.fused.kernels.ray_losses import LAST_RAY

    last = counts[LAST_RAY]
    summed = counts.new_zeros(LAST_RAY + world.size)
    summed[:LAST_RAY] = counts[:LAST_RAY]
    place = (last - 1) * world.size + world.rank + 1
    summed[LAST_RAY + world.rank] = torch.where(last > 0, place, 0)
    world.sum_(summed)
    counts[:LAST_RAY] = summed[:LAST_RAY]
    counts[LAST_RAY] = summed[LAST_RAY:].amax()
