"""Packed scans against loops, and the exponential's bounded gradient."""

import math

import torch

from nersemble.ops.packed import exclusive_sum, offsets_from_counts, segment_sum
from nersemble.ops.trunc_exp import trunc_exp
from reference import packed as reference


def _packed(counts: list[int]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    values = torch.randn(sum(counts), generator=torch.Generator().manual_seed(1))
    index = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    return values, index, offsets_from_counts(torch.tensor(counts))


def test_scans_equal_the_loop_with_empty_rays_between() -> None:
    values, index, offsets = _packed([0, 3, 0, 0, 5, 1, 0])
    torch.testing.assert_close(
        exclusive_sum(values, index, offsets), reference.exclusive_sum(values, offsets)
    )
    torch.testing.assert_close(
        segment_sum(values, index, 7), reference.segment_sum(values, offsets)
    )


def test_no_samples_at_all() -> None:
    values, index, offsets = _packed([0, 0])
    assert exclusive_sum(values, index, offsets).shape == (0,)
    assert segment_sum(values, index, 2).tolist() == [0, 0]


def test_a_long_batch_keeps_its_low_digits() -> None:
    values = torch.full((100_000,), 100.0)
    values[-3:] = torch.tensor([1e-3, 2e-3, 3e-3])
    index = torch.cat([torch.zeros(99_997), torch.ones(3)]).long()
    offsets = torch.tensor([0, 99_997, 100_000])
    found = exclusive_sum(values, index, offsets)[-3:]
    torch.testing.assert_close(found, torch.tensor([0.0, 1e-3, 3e-3]), rtol=1e-4, atol=1e-8)


def test_gradient_of_the_scan_is_that_of_the_loop() -> None:
    values, index, offsets = _packed([2, 4])
    weight = torch.arange(6.0)
    gradients = []
    for scan in (
        lambda v: exclusive_sum(v, index, offsets),
        lambda v: reference.exclusive_sum(v, offsets),
    ):
        leaf = values.clone().requires_grad_()
        (scan(leaf) * weight).sum().backward()
        assert leaf.grad is not None
        gradients.append(leaf.grad)
    torch.testing.assert_close(*gradients)


def test_trunc_exp_bounds_the_gradient_and_not_the_value() -> None:
    x = torch.tensor([-20.0, 0.0, 20.0], requires_grad=True)
    y = trunc_exp(x)
    y.sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(y.detach(), x.detach().exp())
    torch.testing.assert_close(x.grad, torch.tensor([math.exp(-15), 1.0, math.exp(15)]))
