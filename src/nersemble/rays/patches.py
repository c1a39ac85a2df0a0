"""Square patches of pictures on the head, for losses that look at neighbouring pixels.

As in Weng et al. 2022, HumanNeRF, section 4.2: some patches of 32 x 32 pixels take the place of
single pixels.
"""

import torch
from jaxtyping import Int, UInt8
from torch import Tensor

_DRAW_BITS = 31


def draw_patches(
    n_patches: int, n_images: int, generator: torch.Generator
) -> tuple[Int[Tensor, "p"], Int[Tensor, "p"]]:
    """Each patch's image, and the number that chooses its position there."""
    images = torch.randint(n_images, (n_patches,), generator=generator)
    return images, torch.randint(1 << _DRAW_BITS, (n_patches,), generator=generator)


def pixels_on_head(
    alphas: UInt8[Tensor, "p h w"], draws: Int[Tensor, "p"], size: int
) -> Int[Tensor, "p area 2"]:
    """Pixels (row, column) of a patch in each picture, row by row; does not synchronise a GPU.

    The centre is a random pixel with alpha > 0, or any pixel if there is none. At the border the
    patch is moved into the picture, which must be at least as large as the patch.

    Args:
        draws: from :func:`draw_patches`; every centre is equally likely.
        size: pixels along a side.
    """
    height, width = alphas.shape[1:]
    possible = (alphas > 0).flatten(1)
    possible |= ~possible.any(1, keepdim=True)
    ranks = possible.cumsum(1)
    chosen = (draws * ranks[:, -1]) >> _DRAW_BITS
    centers = torch.searchsorted(ranks, chosen[:, None], right=True)
    rows = (centers // width - size // 2).clamp(0, height - size)
    columns = (centers % width - size // 2).clamp(0, width - size)
    steps = torch.arange(size, device=alphas.device)
    rows, columns = torch.broadcast_tensors(
        (rows + steps)[:, :, None], (columns + steps)[:, None, :]
    )
    return torch.stack([rows, columns], -1).flatten(1, 2)
