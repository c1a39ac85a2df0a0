"""Where patches lie: within the picture, around pixels of the head."""

import pytest
import torch
from torch import Tensor

from nersemble.rays.patches import draw_patches, pixels_on_head

_SIZE = 12


def _corners(alpha: Tensor, n: int) -> Tensor:
    """The first pixel of many patches of one picture."""
    _, draws = draw_patches(n, 1, torch.Generator().manual_seed(0))
    pixels = pixels_on_head(alpha.expand(n, -1, -1), draws, _SIZE)
    first = pixels[:, :1]
    square = torch.cartesian_prod(torch.arange(_SIZE), torch.arange(_SIZE))
    assert torch.equal(pixels - first, square.expand(n, -1, -1))
    return first[:, 0]


def test_every_pixel_of_the_head_can_be_the_centre() -> None:
    alpha = torch.zeros(40, 50, dtype=torch.uint8)
    head = torch.tensor([[20, 18], [20, 30], [25, 30]])
    alpha[head[:, 0], head[:, 1]] = torch.tensor([1, 120, 255], dtype=torch.uint8)
    centers, counts = (_corners(alpha, 300) + _SIZE // 2).unique(dim=0, return_counts=True)
    assert torch.equal(centers, head)
    assert counts.min() > 70


@pytest.mark.parametrize("alpha", [0, 255])
def test_patches_lie_within_the_picture(alpha: int) -> None:
    """All over it where it shows no head, or nothing else."""
    corners = _corners(torch.full((30, 20), alpha, dtype=torch.uint8), 400)
    assert corners.min(0).values.tolist() == [0, 0]
    assert corners.max(0).values.tolist() == [30 - _SIZE, 20 - _SIZE]


def test_a_patch_can_fill_the_picture() -> None:
    assert _corners(torch.full((_SIZE, _SIZE), 9, dtype=torch.uint8), 5).unique().tolist() == [0]
