"""Exported Gaussians as a viewer shows them."""

from functools import lru_cache
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.engines import compositor
from nersemble.gaussians.gaussians import Gaussians
from nersemble.gaussians.projection import Views
from nersemble.gaussians.rasteriser import render
from nersemble.geometry.camera import Camera
from nersemble.interop.gaussian_files import read_gaussians, timestep_files

# 40 000 Gaussians take 2 MB.
_KEPT = 64


class ShownGaussians:
    """Pictures of the Gaussians in an export's folder, by the rasteriser that fitted them."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        """Reads the manifest.

        Raises:
            RunError: the folder holds no Gaussians that can be read.
        """
        self._files, self._device = timestep_files(folder), device
        self._read = lru_cache(_KEPT)(self._read_file)
        self._read(min(self._files))  # a damaged file is better known at the start

    def _read_file(self, timestep: int) -> Gaussians:
        found = read_gaussians(self._files[timestep])
        return Gaussians(*(tensor.to(self._device) for tensor in vars(found).values()))

    @torch.no_grad()
    def __call__(self, camera: Camera, timestep: int) -> Float[Tensor, "h w 4"]:
        """Premultiplied colours and alpha of the exported timestep that is nearest to this one.

        Raises:
            RunError: its file cannot be read.
        """
        nearest = min(self._files, key=lambda exported: abs(exported - timestep))
        views = Views.of([camera], self._device)
        return render(self._read(nearest), views, compositor(self._device))[0][0]
