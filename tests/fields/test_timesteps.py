"""Moments between timesteps: codes on the line between their neighbours, in both ways to render."""

import pytest
import torch

from nersemble.fields.dynamic_field import BlendedGrids
from nersemble.fields.timesteps import codes_at, moment
from nersemble.rendering.renderer import TorchRenderer
from small_heads import N_TIMESTEPS, OPEN, make_field, make_head

_CPU = torch.device("cpu")


def test_codes_lie_on_the_line_between_their_neighbours() -> None:
    codes = torch.tensor([[0.0, 1.0], [4.0, -1.0], [8.0, 0.0]])
    found = codes_at(codes, torch.tensor([0.25, 1.0, 1.5, 2.0]))
    assert found.tolist() == [[1.0, 0.5], [4.0, -1.0], [6.0, -0.5], [8.0, 0.0]]


@pytest.mark.parametrize("timestep", range(N_TIMESTEPS))
def test_a_whole_timestep_is_read_as_an_integer(timestep: int) -> None:
    codes = torch.randn(N_TIMESTEPS, 4)
    for given in (timestep, float(timestep)):
        at = moment(given, _CPU)
        assert not at.is_floating_point()
        assert torch.equal(codes_at(codes, at), codes[[timestep]])


def test_the_blend_of_a_moment_is_that_of_the_codes_between() -> None:
    head = make_head()
    found = TorchRenderer(head).blend(0.25, OPEN)
    first, second = (TorchRenderer(head).blend(timestep, OPEN) for timestep in (0, 1))
    for of in (lambda blended: blended.grids.entries, lambda blended: blended.deformation_codes):
        torch.testing.assert_close(of(found), torch.lerp(of(first), of(second), 0.25))


def test_fused_kernels_blend_the_same_moment() -> None:
    pytest.importorskip("triton")
    from nersemble.fused.field import FusedField

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    field = make_field().to(device)
    at = moment(1.5, device)
    grids = field.blend(at, OPEN).grids
    assert isinstance(grids, BlendedGrids)
    expected = grids.entries
    fused = FusedField(field)
    # What the codes add to the layers is linear in them.
    first, second, found = (fused.blend(moment(timestep, device), OPEN) for timestep in (1, 2, 1.5))
    torch.testing.assert_close(found.grids.float(), expected, rtol=2e-3, atol=2e-3)
    terms = [b.deformation.code_terms for b in (first, second, found) if b.deformation is not None]
    torch.testing.assert_close((terms[0] + terms[1]) / 2, terms[2])
