"""Density and colour at points, through fused kernels and through torch."""

import pytest
import torch

from nersemble.rendering.renderer import TorchRenderer
from small_heads import BOX, OPEN, make_head

pytest.importorskip("triton")

from nersemble.fused.renderer import FusedRenderer

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


@pytest.mark.parametrize("timestep", [1, 1.5])
def test_points_have_the_values_of_torch(timestep: float) -> None:
    head = make_head().to(DEVICE)
    generator = torch.Generator().manual_seed(1)
    share = torch.rand(90, 3, generator=generator)
    positions = (BOX[0] + (1.2 * share - 0.1) * (BOX[1] - BOX[0])).to(DEVICE)
    directions = torch.nn.functional.normalize(torch.randn(90, 3, generator=generator), dim=1)
    query = positions, directions.to(DEVICE), timestep, OPEN
    sigmas, rgbs = TorchRenderer(head).query(*query)
    # It takes the tables over.
    found = FusedRenderer(head).query(*query)
    assert (sigmas > 0.1).any()
    assert (sigmas == 0).any()
    torch.testing.assert_close(found[0], sigmas, rtol=0.05, atol=0.02)
    occupied = sigmas > 0
    torch.testing.assert_close(found[1][occupied], rgbs[occupied], rtol=0, atol=0.02)
