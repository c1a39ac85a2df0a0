"""The deformation field against a plain reading of the specification, in double precision."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.fields.config import DeformationFieldConfig
from nersemble.fields.deformation_field import DeformationField, windowed_encoding


def _field(**options: Any) -> DeformationField:
    """A field in double precision whose heads are large enough to move points visibly."""
    settings = {"latent_dim_time_deform": 16, "mlp_layer_width": 24} | options
    generator = torch.Generator().manual_seed(0)
    field = DeformationField(DeformationFieldConfig(**settings), 4, generator).double()
    with torch.no_grad():
        for head in (field.rotation_head, field.translation_head):
            head.weight.normal_(0, 0.3, generator=generator)
            head.bias.normal_(0, 0.3, generator=generator)
        field.codes.normal_(generator=generator)
    return field


def _points(n: int, n_slots: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    positions = torch.rand(n, 3, generator=generator, dtype=torch.float64)
    return positions, torch.randint(n_slots, (n,), generator=generator)


def _band_weight(window: float, band: int) -> float:
    return 0.5 * (1 - math.cos(math.pi * min(max(window - band, 0.0), 1.0)))


def _encode(point: list[float], window: float) -> list[float]:
    """One point's 45 numbers: sines axis by axis, the shifted sines likewise, then 2 pi x."""
    encoded = []
    for shift in (0.0, math.pi / 2):
        for coordinate in point:
            for band in range(7):
                wave = math.sin(2 * math.pi * 2**band * coordinate + shift)
                encoded.append(_band_weight(window, band) * wave)
    return encoded + [2 * math.pi * coordinate for coordinate in point]


def _moved(field: DeformationField, point: list[float], code: Tensor, window: float) -> Tensor:
    """One point through the MLP with plain concatenations, and through a 4x4 matrix."""
    state = field.state_dict()
    inputs = torch.cat([torch.tensor(_encode(point, window), dtype=torch.float64), code])
    hidden = inputs
    for layer in range(field.config.mlp_num_layers):
        if layer == 4:
            hidden = torch.cat([inputs, hidden])
        hidden = state[f"layers.{layer}.weight"] @ hidden + state[f"layers.{layer}.bias"]
        hidden = hidden.clamp(min=0)
    r = state["rotation_head.weight"] @ hidden + state["rotation_head.bias"]
    v = state["translation_head.weight"] @ hidden + state["translation_head.bias"]
    x, y, z = r.tolist()
    twist = torch.zeros(4, 4, dtype=torch.float64)
    twist[:3, :3] = torch.tensor([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    twist[:3, 3] = v
    homogeneous = torch.tensor([*point, 1.0], dtype=torch.float64)
    return (torch.linalg.matrix_exp(twist) @ homogeneous)[:3]


@pytest.mark.parametrize("window", [0.0, 0.4, 2.5, 5.25, 7.0])
def test_encoding_has_the_order_of_the_specification(window: float) -> None:
    positions, _ = _points(20, 1)
    found = windowed_encoding(positions, window)
    wanted = torch.tensor([_encode(p, window) for p in positions.tolist()], dtype=torch.float64)
    assert found.shape == (20, 45)
    torch.testing.assert_close(found, wanted, rtol=1e-6, atol=1e-6)


def test_a_closed_window_leaves_the_position_alone() -> None:
    positions, _ = _points(20, 1)
    encoded = windowed_encoding(positions, 0.0)
    assert (encoded[:, :42] == 0).all()
    torch.testing.assert_close(encoded[:, 42:], 2 * math.pi * positions)


@pytest.mark.parametrize("n_layers", [1, 3, 4, 5, 6, 8])
def test_offsets_equal_the_plain_network(n_layers: int) -> None:
    field = _field(mlp_num_layers=n_layers)
    positions, slots = _points(12, 3)
    codes = field.codes[[2, 0, 3]]
    found = field.offsets(positions, slots, codes, 5.25)
    for point, slot, offset in zip(positions, slots, found, strict=True):
        wanted = _moved(field, point.tolist(), codes[slot], 5.25) - point
        # The window's weights are float32.
        torch.testing.assert_close(offset, wanted, rtol=1e-5, atol=1e-6)
    assert found.abs().max() > 0.1


def test_a_batch_of_timesteps_equals_one_timestep_at_a_time() -> None:
    field = _field()
    positions, slots = _points(40, 3)
    together = field.offsets(positions, slots, field.codes[:3], 7.0)
    for timestep in range(3):
        here = slots == timestep
        alone = field.offsets(
            positions[here], slots[here] * 0, field.codes[timestep : timestep + 1], 7.0
        )
        torch.testing.assert_close(together[here], alone)


def test_gradients_reach_the_codes_of_the_batch_and_every_layer() -> None:
    field = _field()
    positions, slots = _points(40, 2)
    field.offsets(positions, slots, field.codes[[1, 3]], 7.0).square().sum().backward()
    assert field.codes.grad is not None
    assert (field.codes.grad != 0).any(1).tolist() == [False, True, False, True]
    for name, parameter in field.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert (parameter.grad != 0).any(), name


def test_a_new_field_moves_nothing_visibly_and_can_learn() -> None:
    field = DeformationField(DeformationFieldConfig(), 2, torch.Generator().manual_seed(0))
    positions, slots = _points(100, 2)
    offsets = field.offsets(positions.float(), slots, field.codes, 0.0)
    assert offsets.abs().max() < 1e-3  # of the unit box: half a millimetre
    offsets.square().sum().backward()
    gradient = field.translation_head.weight.grad
    assert gradient is not None
    assert gradient.isfinite().all()
    assert (gradient != 0).any()


@torch.no_grad()
def test_initial_values() -> None:
    field = DeformationField(DeformationFieldConfig(), 200, torch.Generator().manual_seed(0))
    assert float(field.codes.std()) == pytest.approx(0.01 / math.sqrt(128), rel=0.05)
    for head in (field.rotation_head, field.translation_head):
        assert 0.9e-5 < float(head.weight.abs().max()) <= 1e-5
        assert (head.bias == 0).all()


def test_broken_numbers_leave_the_point_where_it_is() -> None:
    field = _field()
    positions, slots = _points(20, 2)
    codes = field.codes[:2].detach().clone()
    codes[1] = math.nan
    offsets = field.offsets(positions, slots, codes, 7.0)
    assert (offsets[slots == 1] == 0).all()
    assert (offsets[slots == 0] != 0).any()


@pytest.mark.parametrize("name", ["latent_dim_time_deform", "mlp_num_layers", "mlp_layer_width"])
def test_sizes_below_1_are_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        DeformationFieldConfig(**{name: 0})
