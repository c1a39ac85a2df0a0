"""Rendering, all loss terms and their gradients at once, on the GPU (spec, sections 3.5 and 6)."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int32
from torch import Tensor, nn

from nersemble.distributed import ALONE, World
from nersemble.fused.batch import DeviceSamples, FusedLosses
from nersemble.fused.gradients import created_gradients
from nersemble.fused.kernels import ray_losses as kernels
from nersemble.losses import terms
from nersemble.losses.terms import LossConfig
from nersemble.rays.batch import Targets

TERMS = (*kernels.TERMS, "time_smoothness")
"""The terms in a step's order: the kernels', then that of the codes."""

_ALL_RAYS = 2**31 - 1


def unsupported_terms() -> list[str]:
    """Terms of the losses' table that are not computed here, and terms computed here that the table
    has no more."""
    names = {term.name for term in terms.LOSS_TERMS}
    return sorted(names.symmetric_difference(TERMS))


def render_and_compare(
    sigmas: Float[Tensor, "c"],
    rgbs: Float[Tensor, "c 3"],
    samples: DeviceSamples,
    targets: Targets,
    config: LossConfig,
    step: int,
    max_samples_per_ray: int,
    world: World = ALONE,
    corrections: Float[Tensor, "n 4 3"] | None = None,
) -> FusedLosses:
    """``composite`` and ``compute_losses`` with their backward, for the rays that were kept.

    Depths are not clipped to the batch's midpoints (``clip_depth``). A clip would change no
    gradient but that of rays with less accumulation than the depth's 1e-10 can hide.

    Args:
        step: the optimizer step, which the depth's neighbourhood depends on.
        max_samples_per_ray: bound on the samples of every ray, at most 4096.
        world: with a share of the batch, the sums of all processes' terms are the terms.
        corrections: how each ray's camera records colours, ``CameraColors.of``.

    Raises:
        ValueError: a tensor of the wrong type, shape or device; too many samples on a ray.
    """
    eps = config.eps_depth(step)
    # Of the rays that enter the distortion loss, those of this process.
    max_rays = len(range(world.rank, config.dist_loss_max_rays or _ALL_RAYS, world.size))
    counts = kernels.count_rays_and_samples(samples, targets, eps, max_rays)
    if world.size > 1:
        _complete(counts, world)
    return kernels.ray_losses(
        sigmas, rgbs, samples, targets, counts, config, eps, max_rays, max_samples_per_ray,
        corrections,
    )  # fmt: skip


@torch.no_grad()
def tie_codes(codes: Sequence[nn.Parameter], weight: float) -> Float[Tensor, "1"]:
    """``time_smoothness_loss``, weighted, with its backward: adds to the codes' ``.grad``.

    Args:
        codes: at least one kind, [T, C] each.
        weight: of this process's share.
    """
    term = codes[0].new_zeros(1)
    for values, gradient in zip(codes, created_gradients(codes), strict=True):
        steps = values.diff(dim=0)
        of_pair = weight / max(len(steps), 1)
        term += of_pair * steps.square().sum()
        gradient[1:].add_(steps, alpha=2 * of_pair)
        gradient[:-1].sub_(steps, alpha=2 * of_pair)
    return term


def _complete(counts: Int32[Tensor, "8"], world: World) -> None:
    """Makes a share's counts those of the batch. For the last ray, each process has a place of its
    own in what is summed; its ray ``i`` is number ``i * size + rank``."""
    last = counts[kernels.LAST_RAY]
    summed = counts.new_zeros(kernels.LAST_RAY + world.size)
    summed[: kernels.LAST_RAY] = counts[: kernels.LAST_RAY]
    place = (last - 1) * world.size + world.rank + 1
    summed[kernels.LAST_RAY + world.rank] = torch.where(last > 0, place, 0)
    world.sum_(summed)
    counts[: kernels.LAST_RAY] = summed[: kernels.LAST_RAY]
    counts[kernels.LAST_RAY] = summed[kernels.LAST_RAY :].amax()
