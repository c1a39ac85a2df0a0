"""A head at one timestep as 3D Gaussians (3DGS; Kerbl et al., SIGGRAPH 2023)."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

SH_0 = 0.5 / math.sqrt(math.pi)
"""The constant function among the real spherical harmonics."""
SH_1 = math.sqrt(3 / (4 * math.pi))
"""The factor of those of degree 1."""


@dataclass(frozen=True)
class Gaussians:
    """N Gaussians with the parameters of 3DGS, in the world of the capture's calibration.

    means: metres, y up.
    quaternions: from a Gaussian's axes to the world; w, x, y, z; of any length.
    log_scales: logarithms of the standard deviations along its axes, metres.
    opacity_logits: of the opacity at its middle; sigmoid gives 0..1.
    sh: colours as spherical harmonics, K = 1 (no dependence on the view) or 4 (degree 1) by
        channels.
    """

    means: Float[Tensor, "n 3"]
    quaternions: Float[Tensor, "n 4"]
    log_scales: Float[Tensor, "n 3"]
    opacity_logits: Float[Tensor, "n"]
    sh: Float[Tensor, "n k 3"]

    def __len__(self) -> int:
        return len(self.means)

    def detached(self) -> "Gaussians":
        """A copy without gradients."""
        return Gaussians(*(tensor.detach().clone() for tensor in vars(self).values()))

    def axes(self) -> Float[Tensor, "n 3 3"]:
        """A Gaussian's axes as columns, each as long as the standard deviation along it."""
        w, x, y, z = torch.nn.functional.normalize(self.quaternions, dim=-1).unbind(-1)
        rows = [
            1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
            2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
            2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
        ]  # fmt: skip
        rotations = torch.stack(rows, -1).view(-1, 3, 3)
        return rotations * self.log_scales.exp()[:, None]


def colors_toward(
    sh: Float[Tensor, "n k 3"], directions: Float[Tensor, "*v n 3"]
) -> Float[Tensor, "*v n 3"]:
    """Colours seen along unit directions, which lead from the camera; not negative (3DGS).

    Args:
        directions: in the world of the Gaussians.
    """
    colors = 0.5 + SH_0 * sh[:, 0]
    if sh.shape[1] > 1:
        x, y, z = directions[..., None].unbind(-2)
        colors = colors + SH_1 * (z * sh[:, 2] - y * sh[:, 1] - x * sh[:, 3])
    else:
        colors = colors.expand(directions.shape)
    return colors.clamp(min=0)
