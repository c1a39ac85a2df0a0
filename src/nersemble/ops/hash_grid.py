"""Looks up features in K hash grids at once, in torch, with a hand-written backward.

The eight corners of a cell are computed as eight long vectors, which is several times faster on a
CPU than tensors whose last axis is 2 or 8; ``embedding_bag`` then gathers and sums the corners in
one pass. The backward recomputes corners instead of storing them, so that memory grows only with
the batch. Corner c is at (c & 1, c >> 1 & 1, c >> 2) along x, y, z.
"""

from collections.abc import Iterator
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.ops.hash_layout import PRIMES, HashGridConfig, HashLevel

Vectors = list[Tensor]


def _axes(
    positions: Tensor, level: HashLevel, integer: torch.dtype
) -> tuple[Vectors, list[tuple[Tensor, Tensor]]]:
    """Integer cell and (1 - fraction, fraction) along x, y and z."""
    cells, sides = [], []
    for axis in range(3):
        scaled = positions[:, axis] * level.scale + 0.5
        cell = scaled.floor()
        fraction = scaled - cell
        cells.append(cell.to(integer))
        sides.append((1 - fraction, fraction))
    return cells, sides


def _entries(cells: Vectors, first: Tensor, level: HashLevel) -> Int[Tensor, "n 8"]:
    """Rows of the eight corners in the flat table; ``first`` is each sample's first row."""
    x, y, z = cells
    corners = []
    if level.dense:
        base = x + y * level.resolution + z * level.resolution**2
        for corner in range(8):
            step = (corner & 1) + (corner >> 1 & 1) * level.resolution
            entry = base + (step + (corner >> 2) * level.resolution**2)
            # Only corners past the last entry wrap, at most once.
            wrapped = torch.where(entry >= level.size, entry - level.size, entry)
            corners.append(wrapped + first)
    else:
        # The size is a power of two: masking the factors early keeps the relevant bits.
        mask = level.size - 1
        along = [
            [(cell + side) * (prime & mask) & mask for side in (0, 1)]
            for cell, prime in zip((x, y, z), PRIMES, strict=True)
        ]
        for corner in range(8):
            bits = along[0][corner & 1] ^ along[1][corner >> 1 & 1] ^ along[2][corner >> 2]
            corners.append(bits + first)
    return torch.stack(corners, -1)


def _weights(sides: list[tuple[Tensor, Tensor]]) -> Vectors:
    """The trilinear weight of each corner."""
    plane = [sides[0][corner & 1] * sides[1][corner >> 1] for corner in range(4)]
    return [plane[corner & 3] * sides[2][corner >> 2] for corner in range(8)]


def _position_gradient(
    corner: Vectors, sides: list[tuple[Tensor, Tensor]], scale: float
) -> Float[Tensor, "n 3"]:
    """Chain rule through the trilinear weights; ``corner`` is d loss / d weight of each corner."""
    (x0, x1), (y0, y1), (z0, z1) = sides
    along_x = [corner[2 * i + 1] - corner[2 * i] for i in range(4)]  # y fastest, then z
    over_x = [corner[2 * i] * x0 + corner[2 * i + 1] * x1 for i in range(4)]
    gradient_x = (along_x[0] * y0 + along_x[1] * y1) * z0 + (along_x[2] * y0 + along_x[3] * y1) * z1
    gradient_y = (over_x[1] - over_x[0]) * z0 + (over_x[3] - over_x[2]) * z1
    gradient_z = (over_x[2] - over_x[0]) * y0 + (over_x[3] - over_x[1]) * y1
    return torch.stack([gradient_x, gradient_y, gradient_z], -1) * scale


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
                entries,
                flat,
                per_sample_weights=torch.stack(_weights(sides), -1).to(flat.dtype),
                mode="sum",
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
        by_feature = flat.new_zeros(n_features, len(flat)) if want_grids else None
        position_gradient = torch.zeros_like(positions) if want_positions else None
        by_level = gradients[0].split(n_features, -1)
        for (entries, sides, level), gradient in zip(
            _levels(grids, positions, slots, ctx.config), by_level, strict=True
        ):
            if by_feature is not None:
                _scatter(by_feature, entries, torch.stack(_weights(sides), -1), gradient)
            if position_gradient is not None:
                corner = _corner_gradients(flat, entries, gradient)
                position_gradient += _position_gradient(corner, sides, level.scale)
        whole = None if by_feature is None else by_feature.T.contiguous().view_as(grids)
        return whole, position_gradient, None, None


def _scatter(by_feature: Tensor, entries: Tensor, weights: Tensor, gradient: Tensor) -> None:
    """Adds weight times gradient to the rows that the forward read, one feature at a time."""
    rows = entries.view(-1)
    for feature, total in enumerate(by_feature):
        spread = weights * gradient[:, feature, None]
        total.index_add_(0, rows, spread.view(-1).to(total.dtype))


def _corner_gradients(flat: Tensor, entries: Tensor, gradient: Tensor) -> Vectors:
    """The product of the gradient and the features at each corner: d loss / d weight."""
    values = torch.index_select(flat, 0, entries.view(-1)).view(len(entries), 8, flat.shape[1])
    products = [values[:, :, f] * gradient[:, f, None] for f in range(flat.shape[1])]
    return list(sum(products[1:], products[0]).T.contiguous())


def _levels(
    grids: Tensor, positions: Tensor, slots: Tensor, config: HashGridConfig
) -> Iterator[tuple[Tensor, list[tuple[Tensor, Tensor]], HashLevel]]:
    largest = max((level.resolution + 2) * level.size for level in config.levels)
    integer = torch.int32 if max(largest, grids.numel()) < 2**31 else torch.int64
    first = slots.to(integer) * grids.shape[1]
    for level in config.levels:
        cells, sides = _axes(positions, level, integer)
        yield _entries(cells, first + level.offset, level), sides, level


def hash_grid_lookup(
    grids: Float[Tensor, "k e f"],
    positions_unit: Float[Tensor, "n 3"],
    slots: Int[Tensor, "n"],
    config: HashGridConfig,
) -> Float[Tensor, "n lf"]:
    """Trilinear features at each position, from the grid that its slot selects.

    Differentiable in ``grids`` and ``positions_unit`` (method.md, Field).

    Args:
        grids: K grids of ``config.n_entries`` entries.
        positions_unit: in [0, 1], unit box of the scene.
        slots: index into the K grids for each sample.

    Raises:
        ConfigError: the grids' shape does not match the configuration.
    """
    expected = (config.n_entries, config.n_features_per_level)
    if grids.ndim != 3 or tuple(grids.shape[1:]) != expected:
        raise ConfigError(
            f"The hash grids have shape {tuple(grids.shape)} but must be K x {expected[0]} x "
            f"{expected[1]}: the model was made with other hash grid settings."
        )
    return _Lookup.apply(grids, positions_unit, slots, config)
