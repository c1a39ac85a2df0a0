"""The density pass without gradient that drops samples that cannot matter (spec, section 4)."""

from collections.abc import Callable

import torch
from torch import Tensor

from nersemble.marching.samples import RaySamples


@torch.no_grad()
def drop_transparent(
    samples: RaySamples, density: Callable[[RaySamples], Tensor], alpha_thre: float
) -> RaySamples:
    """Keeps samples whose opacity 1 - exp(-sigma dt) is at least ``alpha_thre``."""
    if alpha_thre <= 0 or len(samples) == 0:
        return samples
    opacity = 1 - torch.exp(-density(samples) * (samples.t_ends - samples.t_starts))
    return samples.kept(opacity >= alpha_thre)
