"""Pictures of one camera at one timestep, and the interface of renderers."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.fields.windows import WindowState
from nersemble.geometry.camera import Camera
from nersemble.rendering.composite import RenderedRays, concatenate
from nersemble.rendering.config import HeadModelConfig
from nersemble.rendering.head_model import HeadModel


@dataclass(frozen=True)
class RenderedImage:
    """A picture, on the device that rendered it. rgb: over white, clamped to 0..1; depth: distance
    along the ray, model-world units (metres x 9); offsets: mean deformation, unit box."""

    rgb: Float[Tensor, "h w 3"]
    accumulation: Float[Tensor, "h w"]
    depth_world: Float[Tensor, "h w"]
    offsets_unit: Float[Tensor, "h w 3"]


def mix(first: RenderedImage, second: RenderedImage, share: float) -> RenderedImage:
    """Blend from ``first`` (share 0) to ``second`` (share 1), every channel linearly.

    Colours are blended in sRGB, where loss and PSNR are measured: the squared error of a blend is
    at most the larger of the two.
    """
    return RenderedImage(
        torch.lerp(first.rgb, second.rgb, share),
        torch.lerp(first.accumulation, second.accumulation, share),
        torch.lerp(first.depth_world, second.depth_world, share),
        torch.lerp(first.offsets_unit, second.offsets_unit, share),
    )


_POINTS_AT_ONCE = 2**17

FieldAt = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
"""Positions and unit directions [n 3], model world, to densities [n] and colours [n 3]."""

R = TypeVar("R", bound="Renderer")


class Renderer(ABC):
    """Renders a head; each engine has its own (``engines.py``).

    config: the settings of marching and compositing; those of training unless :meth:`under` has
    replaced them. n_samples: of the latest picture, possibly still being counted on a GPU.
    """

    n_samples: int | Tensor = 0

    def __init__(self, model: HeadModel) -> None:
        self.model, self.config = model, model.config

    def under(self: R, config: HeadModelConfig) -> R:
        """The same renderer with other settings."""
        other = copy.copy(self)
        other.config = config
        return other

    @abstractmethod
    def image(
        self,
        camera: Camera,
        timestep: float,
        windows: WindowState,
        n_rays: int,
        part: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> RenderedImage:
        """Render a picture; between two timesteps their codes are interpolated.

        Args:
            n_rays: rays rendered at once, for engines whose memory grows with them.
            part: context entered whenever a part of the picture reads the model; an exception from
                it ends the picture.
        """

    @torch.no_grad()
    def query(
        self,
        positions_world: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"],
        timestep: float,
        windows: WindowState,
    ) -> tuple[Float[Tensor, "n"], Float[Tensor, "n 3"]]:
        """Density, per model-world unit, and colour seen along unit directions, of any number of
        points. Density counts only in occupied cells, as in pictures."""
        values = self._field_at(timestep, windows)
        sigmas, rgbs = positions_world.new_zeros(len(positions_world)), torch.zeros_like(directions)
        inside = self.model.grid.occupied(*positions_world.unbind(-1))
        for rows in torch.arange(len(sigmas), device=inside.device).split(_POINTS_AT_ONCE):
            if not len(rows):
                continue
            densities, rgbs[rows] = values(positions_world[rows], directions[rows])
            sigmas[rows] = torch.where(inside[rows], densities, 0.0)
        return sigmas, rgbs

    @abstractmethod
    def _field_at(self, timestep: float, windows: WindowState) -> FieldAt:
        """The field at one timestep, or between two; valid until the next call."""


def assembled(camera: Camera, parts: Sequence[RenderedRays]) -> RenderedImage:
    """Assemble a camera's picture from its rendered rays, row by row."""
    height, width, rays = camera.height, camera.width, concatenate(parts)
    return RenderedImage(
        rays.rgbs.view(height, width, 3).clamp(0, 1),
        rays.accumulations.view(height, width),
        rays.depths_world.view(height, width),
        rays.offsets_unit.view(height, width, 3),
    )
