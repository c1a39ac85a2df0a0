"""The fused density and colour MLPs against the plain modules, forward and backward."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import starmap

import pytest
import torch
from torch import Tensor

from nersemble.fields.padded_mlp import PaddedMLP
from nersemble.fused.batch import FusedFeatures
from nersemble.ops.trunc_exp import trunc_exp
from nersemble.randomness import seeded_generator

pytest.importorskip("triton")

from nersemble.fused.field import FusedFieldMLP

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
N = 5000 if DEVICE == "cuda" else 200
N_RAYS = 7
SCALE = 65536.0
FORWARD, BACKWARD = 5e-3, 2e-2


@dataclass(frozen=True)
class Case:
    """Modules in double precision, and samples of which the first ``n`` are valid."""

    base_mlp: PaddedMLP
    color_mlp: PaddedMLP
    n: int
    features: Tensor
    moved_unit: Tensor
    directions: Tensor
    ray_indices: Tensor
    count: Tensor
    d_sigmas: Tensor
    d_rgbs: Tensor

    @property
    def parameters(self) -> list[Tensor]:
        return [*self.base_mlp.weights, *self.color_mlp.weights]

    @property
    def fused(self) -> FusedFieldMLP:
        return FusedFieldMLP(self.base_mlp, self.color_mlp)

    @property
    def found(self) -> FusedFeatures:
        return FusedFeatures(self.moved_unit, self.features)

    @property
    def inputs(self) -> tuple[FusedFeatures, Tensor, Tensor, Tensor]:
        return self.found, self.directions, self.ray_indices, self.count


def make_case(
    n: int, n_in: int = 32, capacity: int | None = None, gain: float = 1.0, rounded: bool = True
) -> Case:
    """Random; about a third of the positions outside, garbage in all that must not be read.

    Rounded parameters leave the kernels' own error: of few samples with random gradients, one
    whose ReLU goes the other way because of a rounded weight is more than a percent of the sum.
    """
    generator = seeded_generator(1, "field mlp", 1000 * n + n_in)
    capacity = n if capacity is None else capacity
    width = max(16, 1 << (n_in - 1).bit_length())

    def samples(*shape: int) -> Tensor:
        values = torch.full((capacity, *shape), torch.nan)
        values[:n] = torch.randn(n, *shape, generator=generator)
        return values.to(DEVICE)

    features = samples(width)
    features[:, n_in:] = torch.nan
    moved = samples(3) * 0.3 + 0.5
    # On the box's faces is outside.
    moved[: n // 8, 0], moved[n // 8 : n // 4, 2] = 0, 1
    rays = torch.randint(-(2**30), 2**30, (capacity,), generator=generator, dtype=torch.int32)
    rays[:n] = torch.randint(N_RAYS, (n,), generator=generator, dtype=torch.int32)
    directions = torch.nn.functional.normalize(torch.randn(N_RAYS, 3, generator=generator), dim=-1)
    mlps = [PaddedMLP(widths, generator).to(DEVICE) for widths in ([n_in, 64, 16], [18, 64, 64, 3])]
    with torch.no_grad():
        for mlp in mlps:
            mlp.weights[-1].mul_(gain)
            for parameter in mlp.weights if rounded else ():
                parameter.copy_(parameter.half())
    return Case(
        mlps[0], mlps[1], n, features.half(), moved, directions.to(DEVICE), rays.to(DEVICE),
        torch.tensor([n], dtype=torch.int32, device=DEVICE), samples() / N, samples(3) / N,
    )  # fmt: skip


def reference(case: Case) -> tuple[list[Tensor], list[Tensor]]:
    """Densities and colours; gradients of the features and of the five matrices."""
    n, n_in = case.n, case.base_mlp.n_in
    copies = [deepcopy(mlp).double() for mlp in (case.base_mlp, case.color_mlp)]
    features = case.features[:n, :n_in].double().requires_grad_()
    output = copies[0](features)
    inside = ((case.moved_unit[:n] > 0) & (case.moved_unit[:n] < 1)).all(-1)
    densities = trunc_exp(output[:, 0])
    sigmas = torch.where(inside, densities, torch.zeros_like(densities))
    directions = case.directions[case.ray_indices[:n].long()].double()
    rgbs = torch.sigmoid(copies[1](torch.cat([(directions + 1) / 2, output[:, 1:]], -1)))
    leaves = [features, *copies[0].weights, *copies[1].weights]
    gradients = torch.autograd.grad(
        (sigmas, rgbs), leaves, (case.d_sigmas[:n].double(), case.d_rgbs[:n].double())
    )
    return [sigmas.detach(), rgbs.detach()], list(gradients)


def poisoned(call: Callable, *arguments: object) -> object:
    """Calls with all memory that ``torch.empty`` gives filled with NaN."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        return call(*arguments)
    finally:
        torch.use_deterministic_algorithms(False)


def error(found: Tensor, wanted: Tensor) -> float:
    """Relative L2 error; NaN is as wrong as can be."""
    assert found.shape == wanted.shape
    distance = (found.double() - wanted).norm() / wanted.norm().clamp_min(1e-30)
    return float(distance.nan_to_num(torch.inf))


def forward_errors(case: Case) -> dict[str, float]:
    mlp = case.fused
    wanted, _ = reference(case)
    sigmas, rgbs = poisoned(mlp.forward, *case.inputs)
    alone = poisoned(mlp.density, case.found, case.count)
    inside = ((case.moved_unit > 0) & (case.moved_unit < 1)).all(-1)[: case.n]
    assert (sigmas[: case.n][~inside] == 0).all()
    assert (sigmas[: case.n][inside] > 0).all()
    pairs = [(sigmas, wanted[0]), (rgbs, wanted[1]), (alone, wanted[0])]
    found = list(starmap(error, ((a[: case.n], b) for a, b in pairs)))
    return dict(zip(("sigmas", "rgbs", "density"), found, strict=True))


def backward_errors(case: Case) -> dict[str, float]:
    _, wanted = reference(case)
    for parameter in case.parameters:
        parameter.grad = None
    mlp = case.fused
    gradients = (case.d_sigmas, case.d_rgbs, SCALE)
    d_features = poisoned(mlp.backward, *case.inputs, *gradients)
    n_in = case.base_mlp.n_in
    assert d_features.dtype == torch.float16
    assert (d_features[: case.n, n_in:] == 0).all()
    found = [d_features[: case.n, :n_in].double() / SCALE, *(p.grad for p in case.parameters)]
    errors = starmap(error, zip(found, wanted, strict=True))
    names = ("features", "base 0", "base 1", "color 0", "color 1", "color 2")
    return dict(zip(names, errors, strict=True))


@pytest.mark.parametrize("n_in", [32, 16, 6, 24, 40])
def test_forward(n_in: int) -> None:
    errors = forward_errors(make_case(N, n_in, N + 57, rounded=False))
    assert max(errors.values()) < FORWARD, errors


@pytest.mark.parametrize("n_in", [32, 16, 6, 24, 40])
def test_backward(n_in: int) -> None:
    errors = backward_errors(make_case(N, n_in, N + 57))
    # Of thousands of samples some have activations so near to zero that rounding opens or closes
    # their ReLU: seen on an H100, 7 in 10 000 of the colour's, which is 2.7 % of the gradient.
    limit = BACKWARD if DEVICE == "cpu" else 2 * BACKWARD
    assert max(errors.values()) < limit, errors


@pytest.mark.parametrize("n", [1, 64, 128])
def test_other_counts(n: int) -> None:
    """One sample; whole blocks, capacity and count alike."""
    case = make_case(n)
    assert max(forward_errors(case).values()) < FORWARD
    assert max(backward_errors(case).values()) < BACKWARD


@pytest.mark.parametrize("capacity", [0, 100])
def test_no_samples(capacity: int) -> None:
    case = make_case(0, capacity=capacity)
    mlp = case.fused
    sigmas, rgbs = mlp.forward(*case.inputs)
    assert sigmas.shape == (capacity,)
    assert rgbs.shape == (capacity, 3)
    assert mlp.density(case.found, case.count).shape == (capacity,)
    mlp.backward(*case.inputs, case.d_sigmas, case.d_rgbs, SCALE)
    for parameter in case.parameters:
        assert (parameter.grad == 0).all()


def test_gradients_are_added_and_padding_gets_its_share() -> None:
    case = make_case(50)
    mlp = case.fused
    mlp.backward(*case.inputs, case.d_sigmas, case.d_rgbs, SCALE)
    once = [parameter.grad.clone() for parameter in case.parameters]
    mlp.backward(*case.inputs, case.d_sigmas, case.d_rgbs, SCALE)
    for parameter, first in zip(case.parameters, once, strict=True):
        torch.testing.assert_close(parameter.grad, 2 * first, rtol=1e-4, atol=1e-9)
    padding = once[2][:, 18:]
    torch.testing.assert_close(padding, padding[:, :1].expand_as(padding), rtol=1e-4, atol=1e-9)
    assert padding.norm() > 0
    assert (once[4][3:] == 0).all()


def test_log_densities_beyond_the_clamp() -> None:
    """exp overflows, its gradient does not; and no infinity outside the box."""
    case = make_case(64, gain=60.0)
    wanted, gradients = reference(case)
    assert wanted[0].log().max() > 20
    sigmas, _ = case.fused.forward(*case.inputs)
    inside = wanted[0] > 0
    logs = sigmas[inside].log().nan_to_num(89.0, posinf=89.0)
    assert (logs - wanted[0][inside].log().clamp_max(89.0)).abs().max() < 0.2
    assert (sigmas[~inside] == 0).all()
    d_features = case.fused.backward(*case.inputs, case.d_sigmas, case.d_rgbs, 1e-3)
    assert error(d_features[:, :32].double() / 1e-3, gradients[0]) < 0.1


def test_large_gradients_are_clamped_and_nan_is_not_hidden() -> None:
    case = make_case(20)
    mlp = case.fused
    d_features = mlp.backward(*case.inputs, case.d_sigmas * 1e9, case.d_rgbs * 1e9, SCALE)
    assert d_features.isfinite().all()
    assert all(parameter.grad.isfinite().all() for parameter in case.parameters)
    case.d_rgbs[3, 1] = torch.nan
    d_features = mlp.backward(*case.inputs, case.d_sigmas, case.d_rgbs, SCALE)
    assert d_features[3].isnan().any()
    assert d_features[[2, 4]].isfinite().all()


def test_prepare_sees_changed_parameters() -> None:
    case = make_case(20)
    fused = case.fused
    before, _ = fused.forward(*case.inputs)
    with torch.no_grad():
        case.base_mlp.weights[1].mul_(0.5)
    fused.prepare()
    after, _ = fused.forward(*case.inputs)
    inside = before > 0
    torch.testing.assert_close(after[inside], before[inside].sqrt(), rtol=1e-2, atol=1e-3)


def test_wrong_inputs_are_refused() -> None:
    case = make_case(20)
    mlp = case.fused
    found, directions, rays, count = case.inputs
    for arguments in (
        (replace(found, rows=found.rows.float()), directions, rays, count),
        (replace(found, rows=found.rows[:, :16]), directions, rays, count),
        (replace(found, moved_unit=found.moved_unit[:10]), directions, rays, count),
        (found, directions.double(), rays, count),
        (found, directions, rays.long(), count),
        (found, directions, rays, count.long()),
    ):
        with pytest.raises(ValueError, match=r"needed|float32|int32"):
            mlp.forward(*arguments)
    with pytest.raises(ValueError, match="gradient"):
        mlp.backward(*case.inputs, case.d_sigmas[:5], case.d_rgbs, SCALE)
