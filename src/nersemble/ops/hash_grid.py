"""Looks up features in K hash grids at once, in torch, with a hand-written backward.

Every operation covers all levels and corners of a chunk of samples: small batches would otherwise
wait for thousands of small calls. The samples are the last axis, since a CPU is several times
slower on tensors whose last axis is 2 or 8; ``embedding_bag`` then gathers and sums the corners in
one pass. The backward recomputes corners instead of storing them, so that memory grows only with
the batch. The axes of a cell's corners are z, y, x.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.ops.hash_layout import PRIMES, HashGridConfig

_CHUNK = 2**13
"""Samples that a CPU looks up together, so that temporary tensors fit into its cache."""


@dataclass(frozen=True)
class _Levels:
    """The numbers of all levels, coarse to fine; the first ``n_dense`` are not hashed.

    factors: of a cell's index along each axis; mask: keeps the bits of a hashed entry.
    """

    n_dense: int
    mask: int
    scales: Float[Tensor, "l 1 1"]
    factors: Int[Tensor, "l 3 1"]
    sizes: Int[Tensor, "d 1 1 1 1"]
    offsets: Int[Tensor, "l 1 1 1 1"]


@lru_cache(maxsize=8)
def _levels(
    config: HashGridConfig, dtype: torch.dtype, integer: torch.dtype, device: torch.device
) -> _Levels:
    # A hashed level's size is a power of two: masking the factors early keeps the relevant bits.
    mask = 2**config.log2_hashmap_size - 1
    levels = config.levels
    dense = [level for level in levels if level.dense]
    factors = [
        (1, level.resolution, level.resolution**2) if level.dense else [p & mask for p in PRIMES]
        for level in levels
    ]

    def integers(values: list[int]) -> Tensor:
        return torch.tensor(values, dtype=integer, device=device).view(-1, 1, 1, 1, 1)

    return _Levels(
        n_dense=len(dense),
        mask=mask,
        scales=torch.tensor([v.scale for v in levels], dtype=dtype, device=device)[:, None, None],
        factors=torch.tensor(factors, dtype=integer, device=device)[:, :, None],
        sizes=integers([level.size for level in dense]),
        offsets=integers([level.offset for level in levels]),
    )


def _by_axis(along: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Both sides of a cell along x, y and z, [l 3 2 n], to be combined to corners [l 2 2 2 n]."""
    x, y, z = along.unbind(1)
    return x[:, None, None], y[:, None, :, None], z[:, :, None, None]


@dataclass(frozen=True)
class _Corners:
    """The cells of N samples. entries: rows of the corners in the flat table; sides:
    (1 - fraction, fraction) along x, y and z.
    """

    entries: Int[Tensor, "l 2 2 2 n"]
    sides: Float[Tensor, "l 3 2 n"]

    @property
    def weights(self) -> Float[Tensor, "l 2 2 2 n"]:
        """The trilinear weight of each corner."""
        x, y, z = _by_axis(self.sides)
        return x * y * z


def _corners(levels: _Levels, positions: Tensor, first: Tensor) -> _Corners:
    """The cells of positions; ``first`` is each sample's first row."""
    scaled = positions.T.contiguous() * levels.scales + 0.5
    cells = scaled.floor()
    fractions = scaled - cells
    low = cells.to(first.dtype) * levels.factors
    along = torch.stack([low, low + levels.factors], 2)
    n, mask = levels.n_dense, levels.mask
    x, y, z = _by_axis(along[:n])
    dense = x + y + z
    # Only corners past the last entry wrap, at most once.
    dense = torch.where(dense >= levels.sizes, dense - levels.sizes, dense)
    x, y, z = _by_axis(along[n:] & mask)
    entries = torch.cat([dense, x ^ y ^ z]) + (levels.offsets + first)
    return _Corners(entries, torch.stack([1 - fractions, fractions], 2))


def _position_gradient(
    corner: Float[Tensor, "l 2 2 2 n"], sides: Float[Tensor, "l 3 2 n"], scales: Tensor
) -> Float[Tensor, "n 3"]:
    """Chain rule through the trilinear weights; ``corner`` is d loss / d weight of each corner."""
    x, y, z = sides[:, 0], sides[:, 1, :], sides[:, 2]
    along_x, over_x = corner.diff(dim=3).squeeze(3), (corner * x[:, None, None]).sum(3)
    along_y, over_y = over_x.diff(dim=2).squeeze(2), (over_x * y[:, None]).sum(2)
    of_y = (along_y * z).sum(1)
    of_x = ((along_x * y[:, None]).sum(2) * z).sum(1)
    return (torch.stack([of_x, of_y, over_y.diff(dim=1).squeeze(1)], 1) * scales).sum(0).T


class _Lookup(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, grids: Tensor, positions: Tensor, slots: Tensor, config: HashGridConfig
    ) -> Tensor:
        ctx.save_for_backward(grids, positions, slots)
        ctx.config = config
        flat = grids.view(-1, 2)
        n_levels = config.n_levels
        features = torch.empty(len(positions), n_levels, 2, dtype=flat.dtype, device=flat.device)
        for rows, corners, _ in _chunks(grids, positions, slots, config):
            entries, weights = (
                values.flatten(1, 3).transpose(1, 2).reshape(-1, 8)
                for values in (corners.entries, corners.weights)
            )
            found = torch.nn.functional.embedding_bag(
                entries, flat, per_sample_weights=weights.to(flat.dtype), mode="sum"
            )
            features[rows] = found.view(n_levels, -1, 2).transpose(0, 1)
        return features.flatten(1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        grids, positions, slots = ctx.saved_tensors
        want_grids, want_positions = ctx.needs_input_grad[:2]
        of_grids = torch.zeros_like(grids) if want_grids else None
        of_positions = torch.empty_like(positions) if want_positions else None
        for rows, corners, levels in _chunks(grids, positions, slots, ctx.config):
            by_level = gradients[0][rows].view(-1, len(levels.scales), 2).permute(2, 1, 0)
            first, second = by_level.contiguous()[:, :, None, None, None]
            entries = corners.entries.view(-1)
            if of_grids is not None:
                weights = corners.weights
                # An entry's features are added together, as one complex number.
                spread = torch.complex(weights * first, weights * second).view(-1)
                torch.view_as_complex(of_grids).view(-1).index_add_(0, entries, spread)
            if of_positions is not None:
                features = (
                    torch.index_select(column, 0, entries).view_as(corners.entries)
                    for column in grids.view(-1, 2).unbind(1)
                )
                corner = next(features) * first + next(features) * second
                of_positions[rows] = _position_gradient(corner, corners.sides, levels.scales)
        return of_grids, of_positions, None, None


def _chunks(
    grids: Tensor, positions: Tensor, slots: Tensor, config: HashGridConfig
) -> Iterator[tuple[slice, _Corners, _Levels]]:
    """The corners of one chunk of samples after the other; on a GPU, of all at once."""
    largest = max((level.resolution + 2) * level.size for level in config.levels)
    integer = torch.int32 if max(largest, grids.numel()) < 2**31 else torch.int64
    levels = _levels(config, positions.dtype, integer, positions.device)
    first = slots.to(integer) * grids.shape[1]
    at_once = _CHUNK if positions.device.type == "cpu" else max(len(positions), 1)
    for start in range(0, len(positions), at_once):
        rows = slice(start, start + at_once)
        yield rows, _corners(levels, positions[rows], first[rows]), levels


def hash_grid_lookup(
    grids: Float[Tensor, "k e 2"],
    positions_unit: Float[Tensor, "n 3"],
    slots: Int[Tensor, "n"],
    config: HashGridConfig,
) -> Float[Tensor, "n l2"]:
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
