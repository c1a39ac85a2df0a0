"""The small MLPs against their explicit form: the input padded with ones, every row computed."""

import math

import pytest
import torch
from torch import Tensor

from nersemble.fields.padded_mlp import PaddedMLP

_FIELD_MLPS = ([32, 64, 16], [18, 64, 64, 3])


def _mlp(widths: list[int]) -> PaddedMLP:
    return PaddedMLP(widths, torch.Generator().manual_seed(0)).double()


def _inputs(n: int, width: int) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(n, width, generator=generator, dtype=torch.float64)


def _explicit(mlp: PaddedMLP, inputs: Tensor, n_out: int) -> Tensor:
    matrices = list(mlp.weights)
    ones = torch.ones(len(inputs), matrices[0].shape[1] - inputs.shape[1], dtype=inputs.dtype)
    hidden = torch.cat([inputs, ones], 1)
    for index, matrix in enumerate(matrices):
        hidden = hidden @ matrix.T
        if index < len(matrices) - 1:
            hidden = hidden.clamp(min=0)
    return hidden[:, :n_out]


@pytest.mark.parametrize("widths", _FIELD_MLPS)
def test_equals_explicit_padding_with_ones(widths: list[int]) -> None:
    mlp = _mlp(widths)
    inputs = _inputs(40, widths[0]).requires_grad_()
    weight = _inputs(40, widths[-1])
    gradients = []
    for output in (mlp(inputs), _explicit(mlp, inputs, widths[-1])):
        assert output.shape == (40, widths[-1])
        leaves = [inputs, *mlp.weights]
        gradients.append([output, *torch.autograd.grad((output * weight).sum(), leaves)])
    for found, wanted in zip(*gradients, strict=True):
        torch.testing.assert_close(found, wanted)


def test_the_padding_acts_as_a_bias_and_is_learned() -> None:
    mlp = _mlp([18, 64, 64, 3])
    assert mlp(torch.zeros(1, 18).double()).abs().max() > 0
    mlp(_inputs(10, 18)).sum().backward()
    gradient = mlp.weights[0].grad
    assert gradient is not None
    assert (gradient[:, 18:] != 0).any()


@pytest.mark.parametrize(
    ("widths", "shapes"),
    [
        ([32, 64, 16], [(64, 32), (16, 64)]),
        ([18, 64, 64, 3], [(64, 32), (64, 64), (16, 64)]),
        ([12, 64, 16], [(64, 16), (16, 64)]),
    ],
)
def test_matrices_have_the_shapes_of_the_released_models(
    widths: list[int], shapes: list[tuple[int, int]]
) -> None:
    assert [tuple(matrix.shape) for matrix in _mlp(widths).weights] == shapes


@torch.no_grad()
def test_initial_values_are_xavier_uniform_on_the_padded_matrices() -> None:
    for matrix in _mlp([18, 64, 64, 3]).weights:
        bound = math.sqrt(6 / sum(matrix.shape))
        assert 0.95 * bound < float(matrix.abs().max()) <= bound
        assert float(matrix.std()) == pytest.approx(bound / math.sqrt(3), rel=0.06)


def test_no_samples() -> None:
    assert _mlp([18, 64, 64, 3])(torch.zeros(0, 18).double()).shape == (0, 3)
