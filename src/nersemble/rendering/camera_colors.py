"""Learned colour differences of each training camera from the mean camera."""

import dataclasses

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from nersemble.rendering.composite import CompositedRays


class CameraColors(nn.Module):
    """A learned affine colour correction of each training camera (a matrix of 3x3 and an offset).

    It maps the head's colours to those that a camera records, in training only: pictures show the
    head as the mean camera records it. Rematas et al. 2022, Urban Radiance Fields, compensate
    exposure by an affine map for each picture; here a camera's pictures share one.
    """

    def __init__(self, n_cameras: int) -> None:
        super().__init__()
        self.corrections = nn.Parameter(torch.zeros(n_cameras, 4, 3))

    def parameter_group(self, name: str) -> str:
        """The learning-rate group: that of the codes."""
        return "embeddings"

    def of(self, cameras: Int[Tensor, "n"]) -> Float[Tensor, "n 4 3"]:
        """The corrections A of these training cameras: for the head's colour c, 0..1, a camera
        records ``[c, 1] @ A``.

        Their mean over all training cameras is always the identity, so the head gets no cast.
        """
        offsets = self.corrections - self.corrections.mean(0)
        identity = torch.eye(4, 3, device=offsets.device)
        return (identity + offsets).index_select(0, cameras)

    def forward(self, rendered: CompositedRays, cameras: Int[Tensor, "n"]) -> CompositedRays:
        """The rays as their training cameras record them.

        Samples' colours are corrected, the background colour is not: with colours c,
        weights w and the accumulation a = sum(w) of a ray, its colour over white is
        ``sum(w [c, 1] @ A) + 1 - a = [sum(w c), a] @ A + 1 - a``.
        """
        opacity = rendered.accumulations[:, None]
        head = torch.cat([rendered.rgbs - (1 - opacity), opacity], 1)
        recorded = (head[:, None] @ self.of(cameras)).squeeze(1)
        return dataclasses.replace(rendered, rgbs=recorded + (1 - opacity))
