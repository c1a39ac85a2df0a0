"""Rendering, all loss terms and their gradients at once, on the GPU (spec, sections 3.5 and 6)."""

from dataclasses import replace

import torch
from jaxtyping import Float, Int32
from torch import Tensor

from nersemble.distributed import ALONE, World
from nersemble.fused.batch import DeviceSamples, FusedLosses
from nersemble.fused.kernels import ray_losses as kernels
from nersemble.losses import terms
from nersemble.losses.patches import NO_PATCH_LOSSES, PatchLosses
from nersemble.losses.terms import LossConfig
from nersemble.rays.batch import Targets

_ALL_RAYS = 2**31 - 1


def unsupported_terms() -> list[str]:
    """Terms of the losses' table that there are no kernels for, and terms of the kernels that the
    table has no more."""
    names = {term.name for term in terms.LOSS_TERMS}
    return sorted(names.symmetric_difference(kernels.TERMS))


def render_and_compare(
    sigmas: Float[Tensor, "c"],
    rgbs: Float[Tensor, "c 3"],
    samples: DeviceSamples,
    targets: Targets,
    config: LossConfig,
    step: int,
    max_samples_per_ray: int,
    world: World = ALONE,
    *,
    patch_losses: PatchLosses = NO_PATCH_LOSSES,
    n_patches: int = 0,
) -> FusedLosses:
    """``composite`` and ``compute_losses`` with their backward, for the rays that were kept.

    Depths are not clipped to the batch's midpoints (``clip_depth``). A clip would change no
    gradient but that of rays with less accumulation than the depth's 1e-10 can hide.

    Args:
        step: the optimizer step, which the depth's neighbourhood depends on.
        max_samples_per_ray: bound on the samples of every ray, at most 4096.
        world: with a share of the batch, the sums of all processes' terms are the terms.
        patch_losses: terms that follow those of the kernels. torch gives their gradients by the
            rendered colours, which enter the kernel in a second launch.
        n_patches: patches that the first rays are; no other term looks at these.

    Raises:
        ValueError: a tensor of the wrong type, shape or device; too many samples on a ray.
    """
    eps = config.eps_depth(step)
    # Of the rays that enter the distortion loss, those of this process.
    max_rays = len(range(world.rank, config.dist_loss_max_rays or _ALL_RAYS, world.size))
    n_apart = patch_losses.n_rays(n_patches, samples.n_rays)
    counts = kernels.count_rays_and_samples(samples, targets, eps, max_rays, n_apart)
    if world.size > 1:
        _complete(counts, world)

    def compared(d_rendered: Tensor | None) -> FusedLosses:
        return kernels.ray_losses(
            sigmas, rgbs, samples, targets, counts, config, eps, max_rays, max_samples_per_ray,
            d_rendered,
        )  # fmt: skip

    losses = compared(sigmas.new_zeros(n_apart, 3) if n_apart > 0 else None)
    if not patch_losses.terms:
        return losses
    with torch.enable_grad():
        rendered = losses.rgbs[:n_apart].detach().requires_grad_()
        of_patches = patch_losses(rendered, targets.rgbs, n_patches, samples.n_rays_kept)
        if of_patches.requires_grad:
            losses = compared(*torch.autograd.grad(of_patches.sum(), rendered))
    return replace(losses, terms=torch.cat([losses.terms, of_patches.detach()]))


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
