"""Losses on square patches of the pictures, over white as in an evaluation."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

PatchDistance = Callable[[Float[Tensor, "p 3 s s"], Float[Tensor, "p 3 s s"]], Float[Tensor, "p"]]
"""Compares rendered patches with the ground truth, in 0..1; 0 if they are equal."""

SSIM_WINDOW = 11
_SIGMA = 1.5
_C1, _C2 = 0.01**2, 0.03**2


@dataclass(frozen=True)
class PatchTerm:
    """A term of the loss. name: in reports and logs; weight: its factor."""

    name: str
    weight: float
    distance: PatchDistance


@dataclass(frozen=True)
class PatchLosses:
    """The terms on patches of ``size`` x ``size`` pixels."""

    size: int
    terms: tuple[PatchTerm, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the terms."""
        return tuple(term.name for term in self.terms)

    def n_rays(self, n_patches: int, n: int) -> int:
        """Number of rays in patches among ``n``; 0 if no term uses them."""
        return min(n_patches * self.size**2, n) if self.terms else 0

    def __call__(
        self,
        rgbs: Float[Tensor, "n 3"],
        truths: Float[Tensor, "n 3"],
        n_patches: int,
        n_kept: Int[Tensor, "1"] | None = None,
    ) -> Float[Tensor, "terms"]:
        """Each weighted term: its mean over the complete patches; 0 if there are none.

        Args:
            rgbs: rendered over white, patch by patch and row by row, then other rays.
            truths: their ground truth.
            n_patches: patches at the beginning.
            n_kept: only rays of lower index count.
        """
        area = self.size**2
        n = min(n_patches, len(rgbs) // area)
        if n == 0 or not self.terms:
            return rgbs.new_zeros(len(self.terms))
        shape = (n, self.size, self.size, 3)
        rendered, wanted = (
            colors[: n * area].view(shape).permute(0, 3, 1, 2) for colors in (rgbs, truths)
        )
        ends = torch.arange(1, n + 1, device=rgbs.device) * area
        counted = (ends <= (len(rgbs) if n_kept is None else n_kept)).to(rgbs.dtype)
        shares = counted / counted.sum().clamp(min=1)
        values = [term.weight * term.distance(rendered, wanted) for term in self.terms]
        return (torch.stack(values) * shares).sum(1)


NO_PATCH_LOSSES = PatchLosses(1, ())


def ssim_distance(
    rendered: Float[Tensor, "p 3 s s"], wanted: Float[Tensor, "p 3 s s"]
) -> Float[Tensor, "p"]:
    """1 - SSIM (Wang et al. 2004) of colours whose range is 1.

    Window and constants are the evaluation's; only windows within the patch count, as with
    ``--ssim_crop``.
    """
    size = rendered.shape[-1]
    # Blurs by products with small matrices, which keep full precision, unlike convolutions.
    places = torch.arange(size, device=rendered.device, dtype=rendered.dtype)
    offsets = places - places[: size - SSIM_WINDOW + 1, None] - SSIM_WINDOW // 2
    window = torch.exp(-0.5 * (offsets / _SIGMA) ** 2) * (offsets.abs() <= SSIM_WINDOW // 2)
    window = window / window.sum(1, keepdim=True)

    def blurred(values: Tensor) -> Tensor:
        return window @ values @ window.T

    mean, wanted_mean = blurred(rendered), blurred(wanted)
    variance = blurred(rendered**2) - mean**2
    wanted_variance = blurred(wanted**2) - wanted_mean**2
    covariance = blurred(rendered * wanted) - mean * wanted_mean
    luminance = (2 * mean * wanted_mean + _C1) / (mean**2 + wanted_mean**2 + _C1)
    structure = (2 * covariance + _C2) / (variance + wanted_variance + _C2)
    return 1 - (luminance * structure).mean((1, 2, 3))
