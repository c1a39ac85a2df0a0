"""Gaussians fitted to pictures, and carried from a timestep to the next."""

import math
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.gaussians.compositing import Compositor
from nersemble.gaussians.config import GaussianConfig
from nersemble.gaussians.gaussians import Gaussians
from nersemble.gaussians.pictures import Pictures
from nersemble.gaussians.rasteriser import render
from nersemble.losses.patches import SSIM_WINDOW, ssim_distance

_SSIM_SHARE = 0.2
_SSIM_PATCH = 64
# Learning rates, up to four times those of 3DGS, as steps are few; of the means in standard
# deviations of a seed.
_RATES = {
    "means": 0.2, "quaternions": 8e-3, "log_scales": 2e-2, "opacity_logits": 8e-2, "sh": 1e-2,
}  # fmt: skip
_LAST_RATE = 0.05
# Room for the tiles' lists, in entries that were wanted, and how often these are counted.
_ROOM, _STEPS_PER_COUNT = 1.5, 25
# Pictures that decide where a fit begins.
_COMPARED = 4


class Fit:
    """Gaussians that are fitted to one timestep after the other; each keeps its identity."""

    def __init__(
        self, gaussians: Gaussians, config: GaussianConfig, compositor: Compositor, seed: int = 0
    ) -> None:
        """Begins with these Gaussians.

        Args:
            compositor: see ``engines.compositor``.
            seed: of the order of pictures and of the backgrounds.
        """
        self.gaussians = gaussians.detached()
        self._config, self._compositor = config, compositor
        device = gaussians.means.device
        spacing = float(gaussians.log_scales.amax(1).exp().median())
        self._rates = _RATES | {"means": _RATES["means"] * spacing}
        self._optimizer = torch.optim.Adam(
            [
                {"params": [tensor.requires_grad_()], "name": name}
                for name, tensor in vars(self.gaussians).items()
            ],
            lr=0.0, betas=(0.9, 0.99), eps=1e-15, fused=device.type == "cuda",
        )  # fmt: skip
        self._generator = torch.Generator(device).manual_seed(seed)
        self._random = np.random.default_rng(seed)
        self._n_fitted = self._n_steps = 0
        self._capacity: int | None = None

    def fit(self, pictures: Pictures, expected: Float[Tensor, "n 3"] | None = None) -> Gaussians:
        """Fits the Gaussians to the pictures of one timestep; returns a copy of them.

        Args:
            expected: where they may be at this timestep, metres. They begin there if that explains
                the pictures better than where they were.
        """
        if expected is not None:
            self._begin_at(expected, pictures)
        config = self._config
        n_steps = config.steps if self._n_fitted else config.first_steps
        if self._n_fitted and config.fixed_looks:
            self._rates = {n: self._rates[n] for n in ("means", "quaternions")}
        n_views = min(config.views_per_step, len(pictures))
        device = pictures.rgba.device
        n_epochs = -(-n_steps * n_views // len(pictures))
        orders = [
            torch.randperm(len(pictures), generator=self._generator, device=device)
            for _ in range(n_epochs)
        ]
        order = torch.cat(orders)[: n_steps * n_views].view(n_steps, n_views)
        for step, index in enumerate(order):
            self._step(step / n_steps, pictures[index])
        self._n_fitted += 1
        return self.gaussians.detached()

    @torch.no_grad()
    def _begin_at(self, means: Float[Tensor, "n 3"], pictures: Pictures) -> None:
        few = torch.linspace(0, len(pictures) - 1, _COMPARED, device=pictures.rgba.device).long()
        shown = pictures[few]

        def error(gaussians: Gaussians) -> float:
            rendered, _ = render(gaussians, shown.views, self._compositor)
            return float((rendered - shown.rgba / 255).abs().mean())

        if error(replace(self.gaussians, means=means)) < error(self.gaussians):
            self.gaussians.means.copy_(means)

    def _step(self, share: float, pictures: Pictures) -> None:
        """One step; ``share`` of the fit is done. The host waits only now and then."""
        falling = _LAST_RATE + (1 - _LAST_RATE) * (1 + math.cos(math.pi * share)) / 2
        for group in self._optimizer.param_groups:
            group["lr"] = self._rates.get(group["name"], 0.0) * falling
        rendered, n_wanted = render(
            self.gaussians, pictures.views, self._compositor, self._capacity
        )
        self._make_room(n_wanted)
        background = torch.rand(
            len(pictures), 1, 1, 3, generator=self._generator, device=rendered.device
        )
        shown, wanted = (_over(rgba, background) for rgba in (rendered, pictures.rgba / 255))
        loss = (1 - _SSIM_SHARE) * (shown - wanted).abs().mean()
        loss = loss + _SSIM_SHARE * self._ssim_distance(shown, wanted)
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()

    def _make_room(self, n_wanted: Tensor) -> None:
        """On a GPU the tiles' lists have a fixed length, so that the host need not wait for it."""
        self._n_steps += 1
        if n_wanted.is_cuda and self._n_steps % _STEPS_PER_COUNT == 1:
            self._capacity = max(self._capacity or 0, int(_ROOM * int(n_wanted)))

    def _ssim_distance(
        self, shown: Float[Tensor, "v h w 3"], wanted: Float[Tensor, "v h w 3"]
    ) -> Tensor:
        """Over patches that cover the pictures, from a random corner on."""
        height, width = shown.shape[1:3]
        size = min(_SSIM_PATCH, height, width)
        if size < SSIM_WINDOW:
            return shown.new_zeros(())
        top, left = (
            int(self._random.integers(min(size, side - size + 1))) for side in (height, width)
        )
        rendered, true = (
            pictures[:, top:, left:].unfold(1, size, size).unfold(2, size, size)
            for pictures in (shown, wanted)
        )
        patches = (p.reshape(-1, 3, size, size) for p in (rendered, true))
        return ssim_distance(*patches).mean()


def _over(rgba: Float[Tensor, "v h w 4"], background: Float[Tensor, "v 1 1 3"]) -> Tensor:
    """Premultiplied colours over a background."""
    return rgba[..., :3] + (1 - rgba[..., 3:]) * background
