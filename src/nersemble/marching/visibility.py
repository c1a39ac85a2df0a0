"""The density pass without gradient that drops samples that cannot matter (spec, section 4)."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.marching.samples import RaySamples
from nersemble.ops.packed import exclusive_sum

# exp(-100) is nothing beside 1. The sums run over all rays at once, so that one sample of unbounded
# density would take the digits of every ray behind it, or make them NaN.
_OPAQUE = 100.0


def transmittances(sigmas: Float[Tensor, "s"], samples: RaySamples) -> Float[Tensor, "s"]:
    """The part of the light that reaches the camera from the front of each sample."""
    optical = (sigmas * (samples.t_ends - samples.t_starts)).clamp(max=_OPAQUE)
    return torch.exp(-exclusive_sum(optical, samples.ray_indices, samples.offsets))


@torch.no_grad()
def drop_invisible(
    samples: RaySamples,
    density: Callable[[RaySamples], Tensor],
    alpha_thre: float,
    early_stop_eps: float,
) -> RaySamples:
    """Keeps samples whose opacity is at least ``alpha_thre`` and that enough light reaches.

    Args:
        density: the density at samples' midpoints.
        alpha_thre: smallest opacity 1 - exp(-sigma dt) (0: any).
        early_stop_eps: smallest transmittance in front of a sample (0: any).
    """
    if (alpha_thre <= 0 and early_stop_eps <= 0) or len(samples) == 0:
        return samples
    sigmas = density(samples)
    opacity = 1 - torch.exp(-sigmas * (samples.t_ends - samples.t_starts))
    kept = opacity >= alpha_thre
    if early_stop_eps > 0:
        kept &= transmittances(sigmas, samples) >= early_stop_eps
    return samples.kept(kept)
