"""How the terms are weighted and switched off, and the schedule of the depth's neighbourhood."""

from typing import Any

import pytest
import torch

from nersemble.errors import ConfigError
from nersemble.losses.config import LossConfig
from nersemble.losses.terms import Losses, LossInputs, compute_losses, empty_loss, near_loss
from nersemble.marching.samples import RaySamples
from nersemble.rays.batch import Targets
from nersemble.rendering.composite import CompositedRays, composite
from ray_samples import random_samples

_COUNTS = [15, 0, 10, 20]
_NAMES = ("alpha", "near", "empty", "depth", "dist")


def _batch() -> tuple[CompositedRays, RaySamples, Targets]:
    samples = random_samples(_COUNTS)
    generator = torch.Generator().manual_seed(0)
    n = len(samples)
    sigmas, rgbs = torch.rand(n, generator=generator), torch.rand(n, 3, generator=generator)
    rendered = composite(sigmas, rgbs, torch.zeros(n, 3), samples, clip_depth=False)
    targets = Targets(
        torch.rand(4, 3, generator=generator),
        torch.tensor([1.0, 0.0, 0.4, 1.0]),
        torch.tensor([6.5, 6.0, 0.0, 7.0]),
        torch.rand(4, 3, generator=generator),
    )
    return rendered, samples, targets


def _losses(step: int = 0, **options: Any) -> Losses:
    return compute_losses(*_batch(), LossConfig(**options), step)


def _scalars(losses: Losses) -> dict[str, float]:
    return {name: float(term) for name, term in losses.terms.items()}


@pytest.mark.parametrize(
    ("step", "eps"),
    [(0, 0.9), (2500, 0.6775), (5000, 0.455), (10_000, 0.01), (300_000, 0.01)],
)
def test_the_neighbourhood_of_the_surface_narrows_in_a_straight_line(step: int, eps: float) -> None:
    assert LossConfig().eps_depth(step) == pytest.approx(eps)


def test_a_neighbourhood_without_schedule_is_narrow_from_the_start() -> None:
    assert LossConfig(eps_depth_end_step=0).eps_depth(0) == pytest.approx(0.01)


def test_the_weights_of_the_specification() -> None:
    terms = _scalars(_losses())
    plain = _scalars(_losses(**{f"lambda_{name}_loss": 1.0 for name in _NAMES}))
    shares = {"alpha": 1e-2, "empty": 1e-2, "near": 1e-4, "depth": 1e-4, "distortion": 1e-4}
    for name, share in shares.items():
        assert plain[name] > 0, name
        assert terms[name] == pytest.approx(share * plain[name], rel=1e-5), name
    assert terms["rgb"] == pytest.approx(plain["rgb"])


def test_the_total_is_the_sum_of_what_is_logged() -> None:
    losses = _losses()
    scalars = _scalars(losses)
    rays = {"rgb", "alpha", "empty", "near", "depth", "distortion", "background"}
    assert set(scalars) == {*rays, "time_smoothness"}
    assert float(losses.total) == pytest.approx(sum(scalars.values()), rel=1e-6)


@pytest.mark.parametrize("name", _NAMES)
def test_a_weight_of_0_switches_one_term_off(name: str) -> None:
    without, terms = _scalars(_losses(**{f"lambda_{name}_loss": 0.0})), _scalars(_losses())
    off = "distortion" if name == "dist" else name
    assert without[off] == 0
    del without[off], terms[off]
    assert without == pytest.approx(terms)


@pytest.mark.parametrize("step", [0, 4000, 20_000])
def test_depth_terms_use_the_neighbourhood_of_the_step(step: int) -> None:
    eps = 0.9 + (0.01 - 0.9) * min(step / 10_000, 1)
    terms = _scalars(_losses(step, lambda_near_loss=1.0, lambda_empty_loss=1.0))
    batch = LossInputs(*_batch(), LossConfig(eps_depth_initial=eps), 0)
    assert terms["empty"] == pytest.approx(float(empty_loss(batch)))
    assert terms["near"] == pytest.approx(float(near_loss(batch)))


def test_the_releases_quirks_are_options() -> None:
    ours = _scalars(_losses())
    released = _scalars(_losses(near_loss_width="variance", dist_loss_max_rays=1))
    changed = {name for name in ours if ours[name] != pytest.approx(released[name])}
    assert changed == {"near", "distortion"}


def test_a_batch_without_any_sample_has_a_finite_loss() -> None:
    samples = random_samples([0, 0])
    nothing = torch.zeros(0, 3)
    rendered = composite(torch.zeros(0), nothing, nothing, samples, clip_depth=False)
    targets = Targets(
        torch.ones(2, 3), torch.tensor([0.5, 1.0]), torch.tensor([6.0, 0.0]), torch.ones(2, 3)
    )
    losses = compute_losses(rendered, samples, targets, LossConfig(), 0)
    assert losses.total.isfinite()
    assert float(losses.terms["rgb"]) == 0
    assert float(losses.terms["alpha"]) == pytest.approx(0.5e-2)


@pytest.mark.parametrize("name", _NAMES)
def test_negative_weights_are_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigError, match=f"lambda_{name}_loss"):
        LossConfig(**{f"lambda_{name}_loss": -1e-3})


@pytest.mark.parametrize("name", ["eps_depth_initial", "eps_depth_final"])
def test_a_neighbourhood_without_width_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        LossConfig(**{name: 0.0})
