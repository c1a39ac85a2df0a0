"""Each term of section 6 against a literal loop over rays and samples."""

import itertools
import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from nersemble.losses.config import LossConfig
from nersemble.losses.terms import (
    LossInputs,
    alpha_loss,
    background_loss,
    distortion_loss,
    empty_loss,
    expected_depth_loss,
    near_loss,
    rgb_loss,
    time_smoothness_loss,
)
from nersemble.marching.samples import RaySamples
from nersemble.rays.batch import Targets
from nersemble.rendering.composite import CompositedRays
from ray_samples import each_ray, pack, random_samples, ray_range

_COUNTS = [12, 0, 20, 1, 15, 0]
# Rays begin at distance 5; an entry of 0 is a ray without depth.
_DEPTHS = torch.tensor([6.5, 7.0, 0.0, 5.2, 7.3, 0.0])


def _rays(
    *,
    rgbs: tuple[Tensor, Tensor] | None = None,
    accumulations: Tensor | None = None,
    alphas: Tensor | None = None,
    depths: tuple[Tensor, Tensor] | None = None,
) -> LossInputs:
    """Rays without samples; in a pair, as they are rendered and as they should be."""
    given = (accumulations, *(rgbs or ()), *(depths or ()))
    n = max(len(values) for values in given if values is not None)
    zeros = torch.zeros(n)
    rgbs, depths = rgbs or (torch.zeros(n, 3), torch.zeros(n, 3)), depths or (zeros, zeros)
    accumulations = zeros if accumulations is None else accumulations
    rendered = CompositedRays(rgbs[0], accumulations, depths[0], torch.zeros(n, 3), torch.zeros(0))
    targets = Targets(rgbs[1], zeros if alphas is None else alphas, depths[1], torch.ones(n, 3))
    return LossInputs(rendered, pack([[]] * n), targets, LossConfig(), 0)


def _samples(
    weights: Tensor,
    samples: RaySamples,
    depths: Tensor | None = None,
    eps: float = 0.9,
    **options: Any,
) -> LossInputs:
    """Samples with these weights, on rays of which nothing else is known but their depths."""
    n = samples.n_rays
    zeros, black = torch.zeros(n), torch.zeros(n, 3)
    rendered = CompositedRays(black, zeros, zeros, black, weights)
    targets = Targets(black, zeros, zeros if depths is None else depths, torch.ones(n, 3))
    return LossInputs(rendered, samples, targets, LossConfig(eps_depth_initial=eps, **options), 0)


def _weights(samples: RaySamples, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(len(samples), generator=generator) / 15


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _phi(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def test_rgb_counts_rays_that_show_the_head() -> None:
    generator = torch.Generator().manual_seed(0)
    found, wanted = torch.rand(2, 6, 3, generator=generator)
    alphas = torch.tensor([0.0, 0.2, 1.0, 0.0, 0.004, 1.0])
    errors = [
        (a - b) ** 2
        for r in range(6)
        for a, b in zip(found[r].tolist(), wanted[r].tolist(), strict=True)
        if alphas[r] > 0
    ]
    assert len(errors) == 12
    assert float(rgb_loss(_rays(rgbs=(found, wanted), alphas=alphas))) == pytest.approx(
        _mean(errors), rel=1e-5
    )
    assert float(rgb_loss(_rays(rgbs=(found, wanted), alphas=alphas * 0))) == 0


def test_colours_are_compared_on_the_background() -> None:
    generator = torch.Generator().manual_seed(1)
    color, wanted, backgrounds = torch.rand(3, 6, 3, generator=generator)
    accumulations = torch.rand(6, generator=generator)
    alphas = torch.tensor([0.0, 0.2, 1.0, 0.0, 0.7, 0.0])

    def on(premultiplied: Tensor, opacity: Tensor, behind: Tensor | float) -> Tensor:
        return premultiplied + (1 - opacity)[:, None] * behind

    squares = (on(color, accumulations, backgrounds) - on(wanted, alphas, backgrounds)) ** 2
    batch = _rays(
        rgbs=(on(color, accumulations, 1.0), on(wanted, alphas, 1.0)),
        accumulations=accumulations,
        alphas=alphas,
    )
    batch = replace(batch, targets=replace(batch.targets, backgrounds=backgrounds))
    assert float(rgb_loss(batch)) == pytest.approx(float(squares[alphas > 0].mean()), rel=1e-5)
    found = float(background_loss(batch))
    assert found == pytest.approx(float(squares[alphas == 0].mean()), rel=1e-5)


def test_alpha_counts_rays_that_are_not_fully_the_head() -> None:
    accumulations = torch.tensor([0.3, 0.9, 0.2, 1.0, 0.0])
    alphas = torch.tensor([0.0, 1.0, 0.6, 0.99, 1.0])
    wanted = (0.3 + 0.4 + 0.01) / 3
    assert float(alpha_loss(_rays(accumulations=accumulations, alphas=alphas))) == pytest.approx(
        wanted, rel=1e-5
    )
    assert float(alpha_loss(_rays(accumulations=accumulations, alphas=torch.ones(5)))) == 0


@pytest.mark.parametrize("eps", [0.01, 0.3, 0.9])
def test_empty_is_the_mean_squared_weight_in_front_of_the_surface(eps: float) -> None:
    samples = random_samples(_COUNTS)
    weights = _weights(samples)
    squares = [
        float(weights[i]) ** 2
        for ray, indices in enumerate(each_ray(samples))
        for i in indices
        if _DEPTHS[ray] > 0 and samples.midpoints[i] < _DEPTHS[ray] - eps
    ]
    assert len(squares) > 5
    found = float(empty_loss(_samples(weights, samples, _DEPTHS, eps)))
    assert found == pytest.approx(_mean(squares), rel=1e-4)


@pytest.mark.parametrize("eps", [0.3, 0.9])
@pytest.mark.parametrize("width", ["std", "variance"])
def test_near_compares_the_accumulated_weight_with_a_normal_distribution(
    eps: float, width: str
) -> None:
    samples = random_samples(_COUNTS)
    weights = _weights(samples)
    scale = eps / 3 if width == "std" else (eps / 3) ** 2
    squares = []
    for ray, indices in enumerate(each_ray(samples)):
        accumulated, depth = 0.0, float(_DEPTHS[ray])
        for i in indices:
            accumulated += float(weights[i])
            t = float(samples.t_starts[i] + samples.t_ends[i]) / 2
            if depth > 0 and depth - eps <= t <= depth + eps:
                squares.append((accumulated - _phi((t - depth) / scale)) ** 2)
    assert len(squares) > 3
    found = float(near_loss(_samples(weights, samples, _DEPTHS, eps, near_loss_width=width)))
    assert found == pytest.approx(_mean(squares), rel=1e-4)


def test_a_standard_deviation_of_a_third_of_eps_is_what_the_ideal_weights_follow() -> None:
    edges = torch.linspace(6, 8, 401).tolist()
    samples = pack([list(itertools.pairwise(edges))])
    depth, eps = torch.tensor([7.0]), 0.6
    # A surface smeared as a normal distribution of standard deviation eps / 3.
    risen = torch.tensor([_phi((t - 7) / 0.2) for t in samples.midpoints.tolist()])
    weights = risen.diff(prepend=torch.zeros(1))
    assert float(near_loss(_samples(weights, samples, depth, eps))) < 1e-8
    assert (
        float(near_loss(_samples(weights, samples, depth, eps, near_loss_width="variance"))) > 1e-3
    )


def test_depth_is_the_mean_squared_error_over_rays_with_depth() -> None:
    rendered = torch.tensor([6.0, 1.0, 9.0, 5.5, 7.3, 2.0])
    wanted = ((6.0 - 6.5) ** 2 + (1.0 - 7.0) ** 2 + (5.5 - 5.2) ** 2 + 0) / 4
    assert float(expected_depth_loss(_rays(depths=(rendered, _DEPTHS)))) == pytest.approx(
        wanted, rel=1e-5
    )


def test_without_depth_there_is_nothing_to_supervise() -> None:
    samples = random_samples(_COUNTS)
    weights = _weights(samples).requires_grad_()
    nothing = torch.zeros(len(_COUNTS))
    terms = [
        empty_loss(_samples(weights, samples, nothing, 0.5)),
        near_loss(_samples(weights, samples, nothing, 0.5)),
        expected_depth_loss(_rays(depths=(torch.rand(len(_COUNTS)), nothing))),
    ]
    assert [float(term.detach()) for term in terms] == [0, 0, 0]
    (terms[0] + terms[1]).backward()
    assert weights.grad is not None
    assert (weights.grad == 0).all()


def _pair_sum(weights: Tensor, samples: RaySamples, n_rays: int) -> float:
    """All ordered pairs of samples of a ray, and the intervals themselves."""
    total = 0.0
    w, t = weights.tolist(), samples.midpoints.tolist()
    lengths = (samples.t_ends - samples.t_starts).tolist()
    for indices in list(each_ray(samples))[:n_rays]:
        for i in indices:
            total += w[i] ** 2 * lengths[i] / 3
            total += sum(w[i] * w[j] * abs(t[i] - t[j]) for j in indices)
    return total


def test_distortion_is_the_sum_over_pairs_of_samples() -> None:
    samples = random_samples(_COUNTS)
    weights = _weights(samples)
    # The last ray with samples has index 4.
    wanted = _pair_sum(weights, samples, 6) / 5
    assert float(distortion_loss(_samples(weights, samples))) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize(
    ("max_rays", "divisor"), [(1, 1), (2, 1), (3, 3), (4, 4), (5, 5), (100, 5)]
)
def test_distortion_of_the_first_rays_divides_by_the_last_that_counts(
    max_rays: int, divisor: int
) -> None:
    samples = random_samples(_COUNTS)
    weights = _weights(samples)
    wanted = _pair_sum(weights, samples, max_rays) / divisor
    found = distortion_loss(_samples(weights, samples, dist_loss_max_rays=max_rays))
    assert float(found) == pytest.approx(wanted, rel=1e-4)
    alone = ray_range(samples, 0, min(max_rays, 6))
    same = distortion_loss(_samples(weights[: len(alone)], alone, dist_loss_max_rays=max_rays))
    assert float(found) == pytest.approx(float(same), rel=1e-5)


def test_distortion_without_samples_is_0() -> None:
    nothing = pack([[], []])
    assert float(distortion_loss(_samples(torch.zeros(0), nothing))) == 0
    late = pack([[], [], [(1.0, 2.0)]])
    assert float(distortion_loss(_samples(torch.ones(1), late, dist_loss_max_rays=2))) == 0


def test_distortion_prefers_weight_in_one_place() -> None:
    samples = pack([[(t / 10, t / 10 + 0.1) for t in range(50, 60)]])
    spread = torch.full((10,), 0.1)
    compact = torch.zeros(10)
    compact[4:6] = 0.5
    assert distortion_loss(_samples(compact, samples)) < 0.3 * distortion_loss(
        _samples(spread, samples)
    )


@pytest.mark.parametrize("term", ["empty", "near", "distortion"])
def test_gradients_are_those_of_finite_differences(term: str) -> None:
    samples = random_samples([5, 0, 7], dtype=torch.float64)
    depths = torch.tensor([6.0, 6.0, 6.5], dtype=torch.float64)
    weights = _weights(samples).double().requires_grad_()

    def loss(weights: Tensor) -> Tensor:
        if term == "empty":
            return empty_loss(_samples(weights, samples, depths, 0.2))
        if term == "near":
            return near_loss(_samples(weights, samples, depths, 0.6))
        return distortion_loss(_samples(weights, samples))

    assert float(loss(weights).detach()) > 0
    assert torch.autograd.gradcheck(loss, (weights,))


def test_codes_are_compared_with_those_of_the_next_timestep() -> None:
    """The mean of 5 and 25; then 9."""
    codes = (torch.tensor([[0.0, 0.0], [1.0, 2.0], [4.0, 6.0]]), torch.tensor([[1.0], [4.0]]))
    batch = _rays(accumulations=torch.zeros(1))
    assert float(time_smoothness_loss(replace(batch, codes=codes))) == pytest.approx(15 + 9)
    assert float(time_smoothness_loss(replace(batch, codes=(torch.ones(1, 3),)))) == 0
