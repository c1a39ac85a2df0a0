"""The codes of timesteps and of moments between two of them.

Training uses only whole timesteps; the interpolation for camera paths is our addition.
"""

import torch
from jaxtyping import Float, Real
from torch import Tensor


def moment(timestep: float, device: torch.device) -> Real[Tensor, "1"]:
    """A timestep for :func:`codes_at`: an integer if it is whole, otherwise a float."""
    whole = round(timestep)
    return torch.full((1,), whole if whole == timestep else timestep, device=device)


def codes_at(codes: Float[Tensor, "t c"], timesteps: Real[Tensor, "k"]) -> Float[Tensor, "k c"]:
    """The codes of K timesteps, 0 to T - 1; floats are interpolated linearly between neighbours."""
    if not timesteps.is_floating_point():
        return codes[timesteps]
    earlier = timesteps.floor().long()
    later = (earlier + 1).clamp(max=len(codes) - 1)
    share = (timesteps - earlier)[:, None].to(codes.dtype)
    return torch.lerp(codes[earlier], codes[later], share)
