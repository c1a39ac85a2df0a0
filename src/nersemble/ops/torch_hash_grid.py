"""The hash grid look-up for any device in torch, with a backward written by hand.

``embedding_bag`` gathers and sums the eight corners in one pass; the backward scatters once and
recomputes corner indices instead of keeping them, so that memory stays at the size of the batch.
"""

from collections.abc import Iterator
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.ops.hash_layout import PRIMES, HashGridConfig, HashLevel


def _corners(
    positions: Tensor, slot_offset: Tensor, level: HashLevel
) -> tuple[Int[Tensor, "n 8"], Float[Tensor, "3 n 2"]]:
    """Entries of the eight corners (x fastest) and the weights of the two sides along each axis."""
    scaled = positions.T * level.scale + 0.5
    cell = scaled.floor()
    fraction = scaled - cell
    sides = torch.stack([1 - fraction, fraction], -1)
    low = cell.long()
    pair = torch.stack([low, low + 1], -1)
    if level.dense:
        x, y, z = pair[0], pair[1] * level.resolution, pair[2] * level.resolution**2
        entries = x[:, None, None, :] + y[:, None, :, None] + z[:, :, None, None]
        # Only a corner past the last entry can wrap, and by less than the level's size.
        entries = torch.where(entries >= level.size, entries % level.size, entries)
    else:
        # The size is a power of two, so masking early keeps the bits that matter.
        mask = level.size - 1
        x, y, z = pair[0], (pair[1] * PRIMES[1]) & mask, (pair[2] * PRIMES[2]) & mask
        entries = (x & mask)[:, None, None, :] ^ y[:, None, :, None] ^ z[:, :, None, None]
    entries = entries.reshape(-1, 8)
    return entries + slot_offset[:, None], sides


def _weights(sides: Float[Tensor, "3 n 2"]) -> Float[Tensor, "n 8"]:
    product = (
        sides[0][:, None, None, :] * sides[1][:, None, :, None] * sides[2][:, :, None, None]
    )
    return product.reshape(-1, 8)


def _position_gradient(
    corner_gradient: Float[Tensor, "n 8"], sides: Float[Tensor, "3 n 2"], scale: float
) -> Float[Tensor, "n 3"]:
    """Chain rule through the trilinear weights; ``corner_gradient`` is d loss / d weight."""
    x, y, z = sides[0], sides[1], sides[2]
    cube = corner_gradient.view(-1, 2, 2, 2)  # z, y, x
    over_x = (cube * x[:, None, None, :]).sum(3)
    over_xy = (over_x * y[:, None, :]).sum(2)
    along_z = over_xy[:, 1] - over_xy[:, 0]
    along_y = ((over_x[:, :, 1] - over_x[:, :, 0]) * z).sum(1)
    over_yz = ((cube * y[:, None, :, None]).sum(2) * z[:, :, None]).sum(1)
    along_x = over_yz[:, 1] - over_yz[:, 0]
    return torch.stack([along_x, along_y, along_z], -1) * scale


class _Lookup(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, grids: Tensor, positions: Tensor, slots: Tensor, config: HashGridConfig
    ) -> Tensor:
        ctx.save_for_backward(grids, positions, slots)
        ctx.config = config
        flat = grids.reshape(-1, grids.shape[-1])
        features = [
            torch.nn.functional.embedding_bag(
                entries, flat, per_sample_weights=_weights(sides).to(flat.dtype), mode="sum"
            )
            for entries, sides, _ in _levels(grids, positions, slots, config)
        ]
        return torch.cat(features, -1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        grids, positions, slots = ctx.saved_tensors
        want_grids, want_positions = ctx.needs_input_grad[:2]
        n_features = grids.shape[-1]
        flat = grids.reshape(-1, n_features)
        grid_gradient = torch.zeros_like(flat) if want_grids else None
        position_gradient = torch.zeros_like(positions) if want_positions else None
        by_level = gradients[0].split(n_features, -1)
        for (entries, sides, level), gradient in zip(
            _levels(grids, positions, slots, ctx.config), by_level, strict=True
        ):
            if grid_gradient is not None:
                spread = _weights(sides)[:, :, None] * gradient[:, None, :]
                grid_gradient.index_add_(0, entries.view(-1), spread.view(-1, n_features))
            if position_gradient is not None:
                corner_gradient = (flat[entries] * gradient[:, None, :]).sum(-1)
                position_gradient += _position_gradient(corner_gradient, sides, level.scale)
        whole = None if grid_gradient is None else grid_gradient.view_as(grids)
        return whole, position_gradient, None, None


def _levels(
    grids: Tensor, positions: Tensor, slots: Tensor, config: HashGridConfig
) -> Iterator[tuple[Tensor, Tensor, HashLevel]]:
    for level in config.levels:
        entries, sides = _corners(positions, slots * grids.shape[1] + level.offset, level)
        yield entries, sides, level


def hash_grid_lookup(
    grids: Float[Tensor, "k e f"],
    positions_unit: Float[Tensor, "n 3"],
    slots: Int[Tensor, "n"],
    config: HashGridConfig,
) -> Float[Tensor, "n lf"]:
    """The same as :func:`nersemble.ops.reference.hash_grid.hash_grid_lookup`."""
    return _Lookup.apply(grids, positions_unit, slots, config)  # type: ignore[no-any-return,no-untyped-call]
