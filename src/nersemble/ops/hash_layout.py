"""The layout of a multiresolution hash grid in its flat table (method.md, Field).

Source: Mueller et al. 2022, Instant Neural Graphics Primitives, equations 2 to 4, and the
level sizes: scale_l = base * growth^l - 1, resolution_l = ceil(scale_l) + 1.
"""

import math
from dataclasses import dataclass
from functools import cached_property

PRIMES = (1, 2654435761, 805459861)


@dataclass(frozen=True)
class HashLevel:
    """One level: ``scale`` cells along an axis, ``size`` entries from ``offset`` in the table."""

    scale: float
    resolution: int
    offset: int
    size: int
    dense: bool


@dataclass(frozen=True)
class HashGridConfig:
    """The shape of one hash grid.

    n_levels: resolutions; log2_hashmap_size: at most this many entries per level (log2); growth:
    ratio of neighbouring resolutions; base_resolution: the coarsest level's.
    """

    n_levels: int = 16
    n_features_per_level: int = 2
    log2_hashmap_size: int = 19
    base_resolution: int = 16
    growth: float = 1.4472692012786865

    @property
    def n_features(self) -> int:
        """The number of features that a look-up returns."""
        return self.n_levels * self.n_features_per_level

    @cached_property
    def levels(self) -> tuple[HashLevel, ...]:
        """The levels, coarse to fine, without gaps."""
        levels: list[HashLevel] = []
        offset = 0
        capacity = 2**self.log2_hashmap_size
        for index in range(self.n_levels):
            scale = self.base_resolution * self.growth**index - 1.0
            resolution = math.ceil(scale) + 1
            full = (resolution**3 + 7) // 8 * 8
            size = min(full, capacity)
            levels.append(HashLevel(scale, resolution, offset, size, full <= capacity))
            offset += size
        return tuple(levels)

    @property
    def n_entries(self) -> int:
        """The number of entries of one table, over all levels."""
        last = self.levels[-1]
        return last.offset + last.size
