"""The whole field: where it is empty, what its parts depend on, and in which space points move."""

import math

import pytest
import torch
from torch import Tensor

from nersemble.fields.dynamic_field import DynamicField
from nersemble.fields.windows import WindowState
from reference.hash_grid import hash_ensemble_lookup
from small_heads import BOX, N_TIMESTEPS, OPEN, make_field

_EXTENT = BOX[1] - BOX[0]
_ALL = torch.arange(N_TIMESTEPS)


def _inside(n: int = 60, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Positions well inside the box, unit directions, slots."""
    generator = torch.Generator().manual_seed(seed)
    positions = BOX[0] + (0.2 + 0.6 * torch.rand(n, 3, generator=generator)) * _EXTENT
    directions = torch.nn.functional.normalize(torch.randn(n, 3, generator=generator), dim=-1)
    return positions, directions, torch.randint(N_TIMESTEPS, (n,), generator=generator)


def _translate_all(field: DynamicField, offset: Tensor) -> None:
    """Makes the deformation a translation by ``offset`` everywhere and always."""
    assert field.deformation is not None
    with torch.no_grad():
        for head in (field.deformation.rotation_head, field.deformation.translation_head):
            head.weight.zero_()
            head.bias.zero_()
        field.deformation.translation_head.bias.copy_(offset)


@pytest.mark.parametrize("axis", [0, 1, 2])
@torch.no_grad()
def test_outside_of_the_box_there_is_nothing(axis: int) -> None:
    field = make_field(use_deformation_field=False)
    positions, _, slots = _inside()
    blended = field.blend(_ALL, OPEN)
    assert (blended.density(positions, slots) > 0).all()
    for beyond in (BOX[0, axis] - 1e-3, BOX[1, axis] + 1e-3, BOX[1, axis] + 50):
        moved = positions.clone()
        moved[:, axis] = beyond
        assert (blended.density(moved, slots) == 0).all()


@torch.no_grad()
def test_a_point_that_the_deformation_takes_out_of_the_box_is_empty() -> None:
    field = make_field()
    _translate_all(field, torch.tensor([0.0, 0.5, 0.0]))
    positions, _, slots = _inside()
    leaves = (positions - BOX[0])[:, 1] / _EXTENT[1] > 0.5
    densities = field.blend(_ALL, OPEN).density(positions, slots)
    assert torch.equal(densities == 0, leaves)
    assert 0 < leaves.sum() < len(leaves)


@torch.no_grad()
def test_outside_is_empty_however_dense_the_field_became() -> None:
    field = make_field(use_deformation_field=False)
    field.base_mlp.weights[0].fill_(10.0)
    field.base_mlp.weights[1].fill_(10.0)
    field.hash_ensemble.tables.fill_(1.0)
    positions, directions, slots = _inside()
    blended = field.blend(_ALL, WindowState(7.0, 1.0))
    assert blended.density(positions, slots).isinf().all()
    assert (blended(positions + 100, directions, slots).sigmas == 0).all()


@pytest.mark.parametrize("space", ["unit", "world"])
@torch.no_grad()
def test_the_space_in_which_points_move(space: str) -> None:
    offset = torch.tensor([0.05, -0.08, 0.11])
    moving = make_field(deformation_offset_space=space)
    _translate_all(moving, offset)
    still = make_field(use_deformation_field=False)
    still.load_state_dict(moving.state_dict(), strict=False)
    positions, directions, slots = _inside()
    # "unit" is the release's quirk: the unit-box offset is added to world coordinates.
    shift = offset if space == "unit" else offset * _EXTENT
    found = moving.blend(_ALL, OPEN)(positions, directions, slots)
    wanted = still.blend(_ALL, OPEN)(positions + shift, directions, slots)
    torch.testing.assert_close(found.sigmas, wanted.sigmas, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(found.rgbs, wanted.rgbs, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(found.offsets_unit, offset.expand(60, 3), rtol=1e-4, atol=1e-6)
    assert (wanted.offsets_unit == 0).all()


@torch.no_grad()
def test_density_and_colour_are_those_of_the_specification() -> None:
    field = make_field()
    positions, directions, slots = _inside()
    windows = WindowState(4.5, 2.6)
    blended = field.blend(_ALL, windows)
    found = blended(positions, directions, slots)
    unit = (positions - BOX[0]) / _EXTENT + found.offsets_unit
    ensemble = field.hash_ensemble
    weights = ensemble.blend_weights(_ALL, windows.hash)
    features = hash_ensemble_lookup(ensemble.tables, weights, unit, slots, ensemble.grid)
    padded = torch.cat([features, torch.ones(60, 16 - features.shape[1])], 1)
    first, second = field.base_mlp.weights
    base = (padded @ first.T).relu() @ second.T
    inside = ((unit > 0) & (unit < 1)).all(-1)
    torch.testing.assert_close(found.sigmas[inside], base[inside, 0].exp(), rtol=1e-3, atol=1e-4)
    assert inside.sum() > 50
    inputs = torch.cat([(directions + 1) / 2, base[:, 1:], torch.ones(60, 14)], 1)
    first, second, third = field.color_mlp.weights
    rgbs = 1 / (1 + (-((inputs @ first.T).relu() @ second.T).relu() @ third.T[:, :3]).exp())
    torch.testing.assert_close(found.rgbs[inside], rgbs[inside], rtol=1e-3, atol=1e-4)


@torch.no_grad()
def test_colour_depends_on_the_direction_and_density_does_not() -> None:
    blended = make_field().blend(_ALL, OPEN)
    positions, directions, slots = _inside()
    one, other = blended(positions, directions, slots), blended(positions, -directions, slots)
    assert torch.equal(one.sigmas, other.sigmas)
    assert (one.rgbs - other.rgbs).abs().max() > 0.01
    assert torch.equal(blended.density(positions, slots), one.sigmas)


@torch.no_grad()
def test_a_batch_of_timesteps_equals_one_at_a_time() -> None:
    field = make_field()
    positions, directions, slots = _inside()
    order = torch.tensor([2, 0, 1])
    together = field.blend(order, OPEN)(positions, directions, slots)
    for slot, timestep in enumerate(order.tolist()):
        here = slots == slot
        alone = field.blend(torch.tensor([timestep]), OPEN)(
            positions[here], directions[here], torch.zeros_like(slots[here])
        )
        torch.testing.assert_close(together.sigmas[here], alone.sigmas, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(together.rgbs[here], alone.rgbs, rtol=1e-4, atol=1e-5)
    same_place = field.blend(_ALL, OPEN).density(positions[:1].expand(3, 3), _ALL)
    assert len(same_place.unique()) == 3


def test_gradients_are_finite_at_the_start_and_reach_all_that_is_open() -> None:
    field = make_field()
    positions, directions, slots = _inside()
    values = field.blend(_ALL, OPEN)(positions, directions, slots)
    (values.rgbs.sum() + values.sigmas.sum()).backward()
    for name, parameter in field.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert (parameter.grad != 0).any(), name


def test_one_seed_gives_one_field() -> None:
    fields = [make_field(seed).state_dict() for seed in (1, 1, 2)]
    assert all(torch.equal(fields[0][name], fields[1][name]) for name in fields[0])
    assert not torch.equal(fields[0]["base_mlp.weights.0"], fields[2]["base_mlp.weights.0"])


def test_density_is_the_exponential_with_a_bounded_gradient() -> None:
    field = make_field(use_deformation_field=False)
    with torch.no_grad():
        field.base_mlp.weights[0].fill_(0.5)
        field.base_mlp.weights[1].fill_(0.5)
        field.hash_ensemble.tables.fill_(0.3)
    positions, _, slots = _inside()
    field.blend(_ALL, WindowState(7.0, 1.0)).density(positions, slots).sum().backward()
    # 16 inputs (6 features of 0.3, 10 ones) x 0.5, then 64 hidden x 0.5: log-density 188.8.
    gradient = field.base_mlp.weights[1].grad
    assert gradient is not None
    hidden = 0.5 * (6 * 0.3 + 10)
    assert float(gradient[0, 0]) == pytest.approx(60 * hidden * math.exp(15), rel=1e-3)
