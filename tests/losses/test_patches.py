"""Losses on patches: the evaluation's SSIM, and which patches count."""

import numpy as np
import pytest
import torch
from torch import Tensor

from nersemble.evaluation.ssim import ssim
from nersemble.losses.patches import PatchLosses, PatchTerm, ssim_distance


def _pictures(n: int, size: int) -> tuple[Tensor, Tensor]:
    """Smooth pictures and noisy ones of them, black and white in both: their range is 1."""
    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand(n, 3, 4, 4, generator=generator)
    truth = torch.nn.functional.interpolate(coarse, size, mode="bilinear")
    noise = 0.1 * torch.randn(truth.shape, generator=generator)
    rendered = (truth + noise).clamp(0, 1)
    for pictures in (rendered, truth):
        pictures[:, :, 0, 0], pictures[:, :, -1, -1] = 0, 1
    return rendered, truth


def _distances(rendered: Tensor, wanted: Tensor) -> Tensor:
    return (rendered - wanted).square().mean((1, 2, 3))


@pytest.mark.parametrize("size", [11, 32, 45])
def test_the_distance_is_1_less_the_ssim_of_an_evaluation(size: int) -> None:
    rendered, truth = _pictures(3, size)
    found = ssim_distance(rendered, truth)
    for one, a, b in zip(found, rendered, truth, strict=True):
        hwc = (np.ascontiguousarray(p.permute(1, 2, 0).numpy()) for p in (a, b))
        assert 1 - float(one) == pytest.approx(ssim(*hwc, crop_border=True), abs=1e-5)
    assert float(found.min()) > 0.05
    assert ssim_distance(truth, truth).abs().max() < 1e-6


def test_patches_of_one_colour_have_finite_gradients() -> None:
    rendered = torch.ones(2, 3, 16, 16, requires_grad=True)
    ssim_distance(rendered, torch.ones(2, 3, 16, 16)).sum().backward()
    assert rendered.grad is not None
    assert rendered.grad.abs().max() < 1e-4


def test_a_term_is_the_weighted_mean_over_patches() -> None:
    size, n = 3, 2
    losses = PatchLosses(size, (PatchTerm("a", 1.0, _distances), PatchTerm("b", 0.5, _distances)))
    assert losses.names == ("a", "b")
    generator = torch.Generator().manual_seed(1)
    # Rays beyond the patches, whatever they show.
    rgbs, truths = torch.rand(2, n * size**2 + 5, 3, generator=generator)
    mean = float((rgbs - truths)[: n * size**2].square().mean())
    assert losses(rgbs, truths, n).tolist() == pytest.approx([mean, mean / 2])
    assert losses(rgbs, truths, 0).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("n_kept", [0, 8, 9, 17, 18, 20])
def test_a_patch_without_all_its_rays_does_not_count(n_kept: int) -> None:
    """Whether the rays that were dropped are left out, or are there and white."""
    size, n = 3, 2
    losses = PatchLosses(size, (PatchTerm("a", 1.0, _distances),))
    generator = torch.Generator().manual_seed(2)
    rgbs, truths = torch.rand(2, 20, 3, generator=generator)
    whole = min(n_kept // size**2, n)
    wanted = sum(
        float((rgbs - truths)[i * size**2 : (i + 1) * size**2].square().mean())
        for i in range(whole)
    ) / max(whole, 1)
    left_out = losses(rgbs[:n_kept], truths[:n_kept], n)
    white = torch.where(torch.arange(20)[:, None] < n_kept, rgbs, 1.0)
    there = losses(white, truths, n, torch.tensor([n_kept]))
    assert left_out.tolist() == pytest.approx([wanted])
    assert there.tolist() == pytest.approx([wanted])
