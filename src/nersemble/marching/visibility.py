"""Cull invisible samples by a density pass without gradient (method.md, Ray marching)."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.marching.samples import RaySamples
from nersemble.ops.packed import exclusive_sum

OPAQUE = 100.0
"""Largest optical depth of a sample in sums: exp(-100) is negligible. The sums run over all rays at
once, so one sample of unbounded density would cost the rays behind it their digits, or make them
NaN."""

_WAVE = 8
"""Samples of each ray that are evaluated together, from front to back."""


def transmittances(sigmas: Float[Tensor, "s"], samples: RaySamples) -> Float[Tensor, "s"]:
    """The transmittance between the camera and the front of each sample."""
    optical = (sigmas * (samples.t_ends - samples.t_starts)).clamp(max=OPAQUE)
    return torch.exp(-exclusive_sum(optical, samples.ray_indices, samples.offsets))


@torch.no_grad()
def drop_invisible(
    samples: RaySamples,
    density: Callable[[RaySamples], Tensor],
    alpha_thre: float,
    early_stop_eps: float,
) -> RaySamples:
    """Keep samples with an opacity of at least ``alpha_thre`` and enough transmittance.

    With ``early_stop_eps`` the density is queried from front to back, a few samples of each ray at
    a time, and stops once a ray is opaque.

    Args:
        density: the density at samples' midpoints.
        alpha_thre: smallest opacity 1 - exp(-sigma dt) (0: any).
        early_stop_eps: smallest transmittance in front of a sample (0: any).
    """
    if (alpha_thre <= 0 and early_stop_eps <= 0) or len(samples) == 0:
        return samples
    index = samples.ray_indices
    rank = torch.arange(len(samples), device=index.device) - samples.offsets[index]
    wave_of = rank // (_WAVE if early_stop_eps > 0 else len(samples))
    passed = torch.ones(samples.n_rays, device=index.device)
    kept = torch.zeros(len(samples), dtype=torch.bool, device=index.device)
    for wave in range(int(wave_of.max()) + 1):
        asked = (wave_of == wave) & (passed >= early_stop_eps)[index]
        front = samples.kept(asked)
        if len(front) == 0:
            break
        sigmas = density(front)
        opacity = 1 - torch.exp(-sigmas * (front.t_ends - front.t_starts))
        reaching = passed[front.ray_indices] * transmittances(sigmas, front)
        kept[asked] = (opacity >= alpha_thre) & (reaching >= early_stop_eps)
        behind = (reaching * (1 - opacity))[front.offsets[1:] - 1]
        passed = torch.where(front.counts > 0, behind, passed)
    return samples.kept(kept)
