"""The specification of the hash grid look-up and of the ensemble, in plain differentiable torch.

Slow and obviously right; every other back end is compared with it.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.ops.hash_layout import PRIMES, HashGridConfig, HashLevel


def corner_index(corner: Int[Tensor, "n 3"], level: HashLevel) -> Int[Tensor, "n"]:
    """Entry within the level of integer lattice corners: dense (x fastest) or spatially hashed."""
    x, y, z = corner.unbind(-1)
    if level.dense:
        return (x + y * level.resolution + z * level.resolution**2) % level.size
    # int64 products keep the low 32 bits that the uint32 arithmetic of the definition keeps.
    hashed = (x * PRIMES[0]) ^ (y * PRIMES[1]) ^ (z * PRIMES[2])
    return (hashed & 0xFFFFFFFF) % level.size


def hash_grid_lookup(
    grids: Float[Tensor, "k e f"],
    positions_unit: Float[Tensor, "n 3"],
    slots: Int[Tensor, "n"],
    config: HashGridConfig,
) -> Float[Tensor, "n lf"]:
    """Trilinear features of each position in the grid that its slot names.

    Args:
        grids: K grids in the reference layout, all levels one after the other.
        positions_unit: in [0, 1].
        slots: which of the K grids each sample reads.
    """
    features = []
    for level in config.levels:
        scaled = positions_unit * level.scale + 0.5
        cell = scaled.floor()
        fraction = scaled - cell
        total = torch.zeros(len(scaled), grids.shape[-1], dtype=grids.dtype, device=grids.device)
        for bits in range(8):
            corner = torch.tensor([bits & 1, bits >> 1 & 1, bits >> 2], device=scaled.device)
            weight = torch.where(corner == 1, fraction, 1 - fraction).prod(-1, keepdim=True)
            entry = level.offset + corner_index(cell.long() + corner, level)
            total = total + weight * grids[slots, entry]
        features.append(total)
    return torch.cat(features, -1)


def hash_ensemble_lookup(
    tables: Float[Tensor, "h e f"],
    weights: Float[Tensor, "k h"],
    positions_unit: Float[Tensor, "n 3"],
    slots: Int[Tensor, "n"],
    config: HashGridConfig,
) -> Float[Tensor, "n lf"]:
    """Interpolates all tables separately, then sums them with each sample's blend weights.

    What the original computes (method.md, Hash ensemble) and what blending first must equal.
    """
    total = torch.zeros(len(positions_unit), config.n_features, device=tables.device)
    for table in range(len(tables)):
        one = tables[table : table + 1]
        features = hash_grid_lookup(one, positions_unit, torch.zeros_like(slots), config)
        total = total + weights[slots, table, None] * features
    return total
