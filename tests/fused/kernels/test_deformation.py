"""The fused deformation field against the module's own forward and autograd, in float64."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

pytest.importorskip("triton")

from nersemble.fields.config import DeformationFieldConfig
from nersemble.fields.deformation_field import ENCODING_WIDTH, DeformationField
from nersemble.fused.deformation import FusedDeformation

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
N = 5000 if DEVICE == "cuda" else 200
UNSCALED = (1.0, 1.0, 1.0)
GRAD_SCALE = 65536.0


def _on_device(window: float) -> Tensor:
    return torch.tensor([window], device=DEVICE)


@dataclass(frozen=True)
class Case:
    """One field with its packed samples; rows from ``n`` on are poison."""

    field: DeformationField
    timesteps: Tensor
    positions: Tensor
    slots: Tensor
    count: Tensor
    n: int
    window: float

    @property
    def capacity(self) -> int:
        return len(self.positions)


def make_case(
    n_layers: int = 6,
    width: int = 16,
    window: float = 2.5,
    n_codes: int = 3,
    n: int = N,
    spare: int = 77,
    code_length: int = 9,
    head_scale: float = 0.05,
) -> Case:
    generator = torch.Generator().manual_seed(n_layers * 1000 + width + n_codes)
    config = DeformationFieldConfig(
        latent_dim_time_deform=code_length, mlp_num_layers=n_layers, mlp_layer_width=width
    )
    # More timesteps than are asked for, and these in another order.
    field = DeformationField(config, n_codes + 2, generator)
    with torch.no_grad():
        # The initial heads are so small that errors would not show.
        for head in (field.rotation_head, field.translation_head):
            head.weight.normal_(0, head_scale, generator=generator)
            head.bias.normal_(0, head_scale, generator=generator)
        field.codes.normal_(0, 0.5, generator=generator)
    positions = torch.rand(n + spare, 3, generator=generator) * 1.2 - 0.1
    slots = torch.randint(n_codes, (n + spare,), generator=generator, dtype=torch.int32)
    positions[n:] = torch.nan
    slots[n:] = 2**30
    return Case(
        field.to(DEVICE),
        torch.arange(n_codes, 0, -1, device=DEVICE),
        positions.to(DEVICE),
        slots.to(DEVICE),
        torch.tensor([n], dtype=torch.int32, device=DEVICE),
        n,
        window,
    )


def rounded(x: Tensor) -> Tensor:
    """Rounded to half precision; the gradient passes."""
    return x + (x.detach().half().to(x.dtype) - x.detach())


class HalfActivations(TorchFunctionMode):
    """Rounds encodings and activations where the kernels do, so that the same ReLUs are open.

    Without it, the few that open only in one of both dominate the difference of the gradients.
    """

    def __torch_function__(  # type: ignore[override]
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        is_encoding = func is torch.cat and result.shape[-1] == ENCODING_WIDTH
        return rounded(result) if func is torch.relu or is_encoding else result


def round_weights(field: DeformationField) -> None:
    """What the kernels hold in half precision: all matrices but the codes' columns."""
    n_code = field.config.latent_dim_time_deform
    for parameter in field.parameters():
        if parameter.ndim == 2 and parameter is not field.codes:
            exact = parameter.detach().clone()
            parameter.data = rounded(parameter.detach())
            if parameter.shape[1] > max(n_code, field.config.mlp_layer_width):
                code = slice(ENCODING_WIDTH, None)
                parameter.data[:, code][:, :n_code] = exact[:, code][:, :n_code]


def expected_moved(
    case: Case, scale: tuple[float, float, float], in_half: bool = False
) -> tuple[Tensor, DeformationField]:
    """The moved points in float64, and the copy of the field through which gradients flow."""
    field = DeformationField(
        case.field.config, len(case.field.codes), torch.Generator().manual_seed(0)
    ).to(DEVICE, torch.float64)
    field.load_state_dict(case.field.state_dict())
    points = case.positions[: case.n].double()
    if in_half:
        round_weights(field)
    codes = field.codes[case.timesteps]
    with HalfActivations() if in_half else nullcontext():
        offsets = field.offsets(points, case.slots[: case.n].long(), codes, case.window)
    return points + offsets * offsets.new_tensor(scale), field


def relative_error(actual: Tensor, expected: Tensor) -> float:
    difference = (actual.double() - expected.double()).norm() / expected.double().norm()
    return float(difference.detach())


def check_forward(case: Case, scale: tuple[float, float, float] = UNSCALED) -> None:
    prepared = FusedDeformation(case.field).prepare(case.timesteps, _on_device(case.window))
    moved = prepared.forward(case.positions, case.slots, case.count, scale)
    assert moved.shape == case.positions.shape
    expected, _ = expected_moved(case, scale)
    points = case.positions[: case.n]
    # Offsets are compared: next to the points themselves their errors would vanish.
    assert relative_error(moved[: case.n] - points, expected - points) < 5e-3


def run_backward(
    case: Case,
    d_moved: Tensor,
    scale: tuple[float, float, float],
    scratch: Tensor | None = None,
) -> None:
    samples = case.positions, case.slots, case.count
    prepared = FusedDeformation(case.field).prepare(case.timesteps, _on_device(case.window))
    prepared.backward(*samples, d_moved, scale, GRAD_SCALE, scratch)


def incoming_gradient(case: Case, n_levels: int, size: float = 1e-3) -> Tensor:
    generator = torch.Generator().manual_seed(7)
    # With a mean of zero, sums over all samples would cancel and show nothing but rounding.
    d_moved = torch.randn(n_levels, 3, case.capacity, generator=generator) + 0.5
    d_moved *= size * GRAD_SCALE
    d_moved[:, :, case.n :] = torch.nan
    return d_moved.to(DEVICE)


def check_gradients(
    case: Case,
    scale: tuple[float, float, float] = UNSCALED,
    n_levels: int = 3,
    in_half: bool = True,
    scratch: Tensor | None = None,
) -> None:
    d_moved = incoming_gradient(case, n_levels)
    run_backward(case, d_moved, scale, scratch)
    incoming = d_moved[:, :, : case.n].double().sum(0).T / GRAD_SCALE
    expected, reference = expected_moved(case, scale, in_half)
    expected.backward(incoming)
    for (name, parameter), wanted in zip(
        case.field.named_parameters(), reference.parameters(), strict=True
    ):
        assert parameter.grad is not None, name
        assert wanted.grad is not None
        assert parameter.grad.isfinite().all(), name
        error = relative_error(parameter.grad, wanted.grad)
        assert error < (5e-3 if in_half else 6e-2), f"{name}: {error}"


def test_supported_widths() -> None:
    for width in (8, 16, 32, 48, 64, 128, 256):
        config = DeformationFieldConfig(mlp_layer_width=width)
        assert FusedDeformation.supports(config) == (width in (16, 32, 64, 128))


@pytest.mark.parametrize("n_layers", [1, 2, 5, 6])
@pytest.mark.parametrize("window", [0.0, 2.5, 7.0])
def test_moved_points(n_layers: int, window: float) -> None:
    check_forward(make_case(n_layers=n_layers, window=window))


@pytest.mark.parametrize("width", [32, 64, 128])
def test_moved_points_of_wider_layers(width: int) -> None:
    check_forward(make_case(width=width, window=7.0, n_codes=20, code_length=128, n=N // 2 + 1))


@pytest.mark.parametrize(("n", "spare"), [(1, 0), (1, 200), (128, 0), (129, 0), (127, 1)])
def test_any_number_of_samples(n: int, spare: int) -> None:
    check_forward(make_case(n=n, spare=spare, n_codes=1))


@pytest.mark.parametrize("head_scale", [1e-5, 1e-3, 0.5])
def test_small_and_large_rotations(head_scale: float) -> None:
    case = make_case(head_scale=head_scale, n=130)
    # Tiny offsets are lost in the float32 rounding of the point they are added to.
    tiny = head_scale < 1e-4
    prepared = FusedDeformation(case.field).prepare(case.timesteps, _on_device(case.window))
    moved = prepared.forward(case.positions, case.slots, case.count, UNSCALED)
    expected, _ = expected_moved(case, UNSCALED)
    points = case.positions[: case.n]
    if tiny:
        assert (moved[: case.n] - expected).abs().max() < 3e-7
    else:
        assert relative_error(moved[: case.n] - points, expected - points) < 5e-3


def test_offsets_are_scaled() -> None:
    check_forward(make_case(n_layers=2), (0.5, 0.1, 2.0))


@pytest.mark.parametrize("n_layers", [1, 2, 5, 6])
@pytest.mark.parametrize("window", [0.0, 2.5, 7.0])
def test_gradients(n_layers: int, window: float) -> None:
    check_gradients(make_case(n_layers=n_layers, window=window))


@pytest.mark.parametrize("n_codes", [1, 20, 40])
def test_gradients_of_many_codes(n_codes: int) -> None:
    check_gradients(make_case(n_layers=5, n_codes=n_codes), (0.5, 0.1, 2.0), n_levels=16)


@pytest.mark.parametrize(("width", "n_layers"), [(32, 6), (64, 5), (128, 6)])
def test_gradients_of_wider_layers(width: int, n_layers: int) -> None:
    check_gradients(make_case(n_layers=n_layers, width=width, code_length=128, n=N // 2 + 1))


@pytest.mark.parametrize(("width", "n_layers"), [(32, 6), (64, 5), (128, 6)])
def test_gradients_against_full_precision(width: int, n_layers: int) -> None:
    case = make_case(n_layers=n_layers, width=width, code_length=128, n=N // 2 + 1)
    check_gradients(case, in_half=False)


@pytest.mark.parametrize(("n", "spare"), [(1, 0), (64, 0), (65, 0), (63, 200)])
def test_gradients_of_any_number_of_samples(n: int, spare: int) -> None:
    check_gradients(make_case(n=n, spare=spare, n_layers=5, n_codes=1), n_levels=1)


@pytest.mark.parametrize("n_rows", [63, 128, 200, 1000])
def test_gradients_in_parts(n_rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many samples at once as there is memory for; only too little is replaced."""
    monkeypatch.setattr("nersemble.fused.memory._ACTIVATIONS_AT_ONCE", 64)
    case = make_case(n=200, spare=56)
    config = case.field.config
    n_numbers = n_rows * config.mlp_num_layers * config.mlp_layer_width
    scratch = torch.full((n_numbers,), torch.nan, dtype=torch.float16, device=DEVICE)
    check_gradients(case, scratch=scratch)
    overwritten = torch.isfinite(scratch).any()
    assert bool(overwritten) == (n_rows >= 64)


def test_many_tiles_for_each_program() -> None:
    check_gradients(make_case(n=100_000 if DEVICE == "cuda" else 1100, n_layers=2, spare=1))


@pytest.mark.parametrize("head_scale", [1e-4, 0.5])
def test_gradients_at_small_and_large_rotations(head_scale: float) -> None:
    check_gradients(make_case(head_scale=head_scale, n_layers=2))


def test_gradients_are_added_to_those_that_exist() -> None:
    case = make_case(n_layers=5)
    d_moved = incoming_gradient(case, 2)
    run_backward(case, d_moved, UNSCALED)
    once = [p.grad.clone() for p in case.field.parameters() if p.grad is not None]
    storages = [p.grad.data_ptr() for p in case.field.parameters() if p.grad is not None]
    run_backward(case, d_moved, UNSCALED)
    for parameter, first, storage in zip(case.field.parameters(), once, storages, strict=True):
        assert parameter.grad is not None
        assert parameter.grad.data_ptr() == storage
        assert relative_error(parameter.grad, 2 * first) < 1e-4


def test_no_samples() -> None:
    for spare in (0, 70):
        case = make_case(n=0, spare=spare)
        prepared = FusedDeformation(case.field).prepare(case.timesteps, _on_device(7.0))
        prepared.forward(case.positions, case.slots, case.count, UNSCALED)
        run_backward(case, incoming_gradient(case, 2), UNSCALED)
        for parameter in case.field.parameters():
            assert parameter.grad is not None
            assert (parameter.grad == 0).all()


def test_huge_gradients_stay_finite() -> None:
    case = make_case(n_layers=5)
    run_backward(case, incoming_gradient(case, 2, size=1e6), UNSCALED)
    for name, parameter in case.field.named_parameters():
        assert parameter.grad is not None
        assert parameter.grad.isfinite().all(), name


def test_offsets_that_are_no_numbers_count_as_none() -> None:
    case = make_case(n=70, n_layers=2)
    with torch.no_grad():
        case.field.rotation_head.bias.fill_(torch.nan)
    prepared = FusedDeformation(case.field).prepare(case.timesteps, _on_device(7.0))
    moved = prepared.forward(case.positions, case.slots, case.count, UNSCALED)
    torch.testing.assert_close(moved[: case.n], case.positions[: case.n], rtol=0, atol=0)
    case.field.zero_grad()
    run_backward(case, incoming_gradient(case, 2), UNSCALED)
    for name, parameter in case.field.named_parameters():
        assert parameter.grad is not None
        assert (parameter.grad == 0).all(), name


def test_wrong_arguments_are_refused() -> None:
    case = make_case(n=5, spare=0, n_layers=2)
    prepared = FusedDeformation(case.field).prepare(case.timesteps, _on_device(7.0))
    with pytest.raises(ValueError, match="slots"):
        prepared.forward(case.positions, case.slots.long(), case.count, UNSCALED)
    with pytest.raises(ValueError, match="positions_unit"):
        prepared.forward(case.positions.double(), case.slots, case.count, UNSCALED)
    with pytest.raises(ValueError, match="contiguous"):
        prepared.forward(case.positions.T.contiguous().T, case.slots, case.count, UNSCALED)
    with pytest.raises(ValueError, match="width"):
        FusedDeformation(make_case(width=8, n=1).field)
