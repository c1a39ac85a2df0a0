"""Rendering, all loss terms and their gradients at once, on the GPU
(method.md, Volume rendering and Losses)."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from jaxtyping import Float, Float64, Int32
from torch import Tensor, nn

from nersemble.distributed import ALONE, World
from nersemble.fused.batch import DeviceSamples, FusedLosses
from nersemble.fused.gradients import created_gradients
from nersemble.fused.kernels import ray_losses as kernels
from nersemble.fused.kernels.ray_counts import LAST_RAY, count_rays_and_samples
from nersemble.losses import terms
from nersemble.losses.config import LossConfig
from nersemble.losses.patches import NO_PATCH_LOSSES, PatchLosses
from nersemble.rays.batch import Targets

_ALL_RAYS = 2**31 - 1


def term_names(patch_losses: PatchLosses) -> tuple[str, ...]:
    """The terms in a step's order: the kernels', those of patches, then that of the codes."""
    return (*kernels.TERMS, *patch_losses.names, "time_smoothness")


def unsupported_terms() -> list[str]:
    """Terms of the losses' table that are not computed here, and terms computed here that the table
    has no more."""
    names = {term.name for term in terms.LOSS_TERMS}
    return sorted(names.symmetric_difference(term_names(NO_PATCH_LOSSES)))


def depth_width_at(step: int, config: LossConfig) -> tuple[float, float]:
    """Half width of the depth's neighbourhood at an optimizer step, and the width of the normal
    distribution in it; model-world units."""
    eps = config.eps_depth(step)
    return eps, eps / 3 if config.near_loss_width == "std" else (eps / 3) ** 2


def render_and_compare(
    sigmas: Float[Tensor, "c"],
    rgbs: Float[Tensor, "c 3"],
    samples: DeviceSamples,
    targets: Targets,
    config: LossConfig,
    depth_width: Float64[Tensor, "2"],
    max_samples_per_ray: int,
    world: World = ALONE,
    corrections: Float[Tensor, "n 4 3"] | None = None,
    *,
    patch_losses: PatchLosses = NO_PATCH_LOSSES,
    n_patches: int = 0,
) -> FusedLosses:
    """``composite`` and ``compute_losses`` with their backward, for the rays that were kept.

    Depths are not clipped to the batch's midpoints (``clip_depth``). A clip would change no
    gradient but that of rays with less accumulation than the depth's 1e-10 can hide.

    Args:
        depth_width: ``depth_width_at`` the step, on the device.
        max_samples_per_ray: bound on the samples of every ray, at most 4096.
        world: with a share of the batch, the sums of all processes' terms are the terms.
        corrections: how each ray's camera records colours, ``CameraColors.of``.
        patch_losses: terms that follow those of the kernels. torch gives their gradients by the
            rendered colours, which enter the kernel in a second launch.
        n_patches: patches that the first rays are; no other term looks at these.

    Raises:
        ValueError: a tensor of the wrong type, shape or device; too many samples on a ray.
    """
    # Of the rays that enter the distortion loss, those of this process.
    max_rays = len(range(world.rank, config.dist_loss_max_rays or _ALL_RAYS, world.size))
    n_apart = patch_losses.n_rays(n_patches, samples.n_rays)
    counts = count_rays_and_samples(samples, targets, depth_width, max_rays, n_apart)
    if world.size > 1:
        _complete(counts, world)

    def compared(d_rendered: Tensor) -> FusedLosses:
        return kernels.ray_losses(
            sigmas, rgbs, samples, targets, counts, config, depth_width, max_rays,
            max_samples_per_ray, d_rendered, corrections,
        )  # fmt: skip

    losses = compared(sigmas.new_zeros(n_apart, 3))
    if not patch_losses.terms:
        return losses
    with torch.enable_grad():
        rendered = losses.rgbs[:n_apart].detach().requires_grad_()
        of_patches = patch_losses(rendered, targets.rgbs, n_patches, samples.n_rays_kept)
        total = of_patches.sum()
    if total.requires_grad:
        losses = compared(*torch.autograd.grad(total, rendered))
    return replace(losses, terms=torch.cat([losses.terms, of_patches.detach()]))


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
    last = counts[LAST_RAY]
    summed = counts.new_zeros(LAST_RAY + world.size)
    summed[:LAST_RAY] = counts[:LAST_RAY]
    place = (last - 1) * world.size + world.rank + 1
    summed[LAST_RAY + world.rank] = torch.where(last > 0, place, 0)
    world.sum_(summed)
    counts[:LAST_RAY] = summed[:LAST_RAY]
    counts[LAST_RAY] = summed[LAST_RAY:].amax()
