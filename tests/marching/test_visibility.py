"""The light that reaches samples, and the density pass that drops those that cannot matter."""

import math

import pytest
import torch

from nersemble.marching.samples import RaySamples
from nersemble.marching.visibility import drop_invisible, transmittances
from ray_samples import pack

# Two rays of intervals of lengths 0.1 and 0.2.
_SAMPLES = pack([[(1.0, 1.1), (1.1, 1.2), (2.0, 2.2)], [], [(3.0, 3.2), (3.2, 3.3)]])


def _with_opacities(opacities: list[float]) -> torch.Tensor:
    lengths = _SAMPLES.t_ends - _SAMPLES.t_starts
    return -torch.tensor([math.log(1 - a) for a in opacities]) / lengths


def test_opacity_not_density_decides() -> None:
    sigmas = _with_opacities([0.0, 0.5, 0.0099, 0.0101, 0.999])
    kept = drop_invisible(_SAMPLES, lambda _: sigmas, 0.01, 0.0)
    assert kept.t_starts.tolist() == pytest.approx([1.1, 3.0, 3.2])
    assert kept.counts.tolist() == [1, 0, 2]


def test_samples_that_little_light_reaches_are_dropped() -> None:
    sigmas = _with_opacities([0.5, 0.9, 0.3, 0.9, 0.99])
    # Light in front: 1, 0.5, 0.05; 1, 0.1.
    for stop, starts in (
        (0.04, [1.0, 1.1, 2.0, 3.0, 3.2]),
        (0.06, [1.0, 1.1, 3.0, 3.2]),
        (0.2, [1.0, 1.1, 3.0]),
        (0.6, [1.0, 3.0]),
    ):
        kept = drop_invisible(_SAMPLES, lambda _: sigmas, 0.0, stop)
        assert kept.t_starts.tolist() == pytest.approx(starts)


def test_both_thresholds_together() -> None:
    sigmas = _with_opacities([0.005, 0.95, 0.3, 0.9, 0.005])
    kept = drop_invisible(_SAMPLES, lambda _: sigmas, 0.01, 0.06)
    assert kept.t_starts.tolist() == pytest.approx([1.1, 3.0])
    assert kept.counts.tolist() == [1, 0, 1]


def test_light_is_lost_only_in_front_of_a_sample() -> None:
    samples = pack([[(1.0, 2.0), (2.0, 4.0), (9.0, 9.5)], [(1.0, 2.0)]])
    sigmas = torch.tensor([0.5, 0.25, 3.0, 2.0])
    found = transmittances(sigmas, samples)
    assert found.tolist() == pytest.approx([1, math.exp(-0.5), math.exp(-1.0), 1])


def test_thresholds_of_0_keep_all_and_asks_for_no_density() -> None:
    kept = drop_invisible(_SAMPLES, lambda _: pytest.fail("density was asked for"), 0.0, 0.0)
    assert len(kept) == len(_SAMPLES)


def test_no_samples_need_no_density() -> None:
    empty = pack([[], []])
    kept = drop_invisible(empty, lambda _: pytest.fail("density was asked for"), 0.5, 0.5)
    assert kept.counts.tolist() == [0, 0]


def test_the_pass_records_no_gradient() -> None:
    parameter = torch.ones((), requires_grad=True)
    recorded = []

    def density(samples: RaySamples) -> torch.Tensor:
        sigmas = parameter * torch.full((len(samples),), 5.0)
        recorded.append(sigmas.requires_grad)
        return sigmas

    drop_invisible(_SAMPLES, density, 0.01, 0.0)
    assert recorded == [False]
