"""An ensemble of hash grids, blended per timestep before anything is looked up (spec, section 3.2).

Interpolation is linear, so the weighted sum of the tables' interpolated values is the value
interpolated from the weighted sum of the tables. A batch with K timesteps needs K blended grids
and one look-up a sample, instead of H look-ups a sample.
"""

import math
from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float, Real
from torch import Tensor, nn

from nersemble.distributed import World
from nersemble.errors import ConfigError
from nersemble.fields.table_shard import TableShard
from nersemble.fields.timesteps import codes_at
from nersemble.fields.windows import window_weights
from nersemble.ops.hash_layout import HashGridConfig
from nersemble.ranges import Options, Range

_SINGLE_GRID_GROWTH = 1.381913
_TABLE_INIT = 1e-4
_CODE_SCALE = 0.01


@dataclass(frozen=True)
class HashEnsembleConfig(Options):
    """The ensemble's size."""

    use_hash_ensemble: bool = True
    """False: one hash grid with a growth of 1.381913, no blend codes."""
    n_hash_encodings: int = 32
    """Hash tables in the ensemble: 1, 2 or a multiple of 4."""
    latent_dim_time: int = -1
    """Length of a timestep's blend code; it equals n_hash_encodings (-1: follow it)."""
    n_levels: Annotated[int, Range(1, 32)] = 16
    """Resolutions of each hash grid."""
    log2_hashmap_size: Annotated[int, Range(4, 24)] = 19
    """Base-2 logarithm of the entries that one level of one table has at most."""
    base_resolution: Annotated[int, Range(2, 512)] = 16
    """Resolution of the coarsest level."""
    growth: Annotated[float, Range(0.1, 4)] = 1.4472692012786865
    """Resolution ratio of neighbouring levels."""

    def __post_init__(self) -> None:
        super().__post_init__()
        h = self.n_hash_encodings
        if h not in (1, 2) and (not 4 <= h <= 1024 or h % 4 != 0):
            raise ConfigError(
                f"--n_hash_encodings is {h}, but must be 1, 2 or a multiple of 4 up to 1024: "
                "choose the nearest such number."
            )
        if self.latent_dim_time not in (-1, h):
            raise ConfigError(
                f"--latent_dim_time is {self.latent_dim_time} but --n_hash_encodings is {h}: a "
                "timestep has one blend weight per table, so leave --latent_dim_time out."
            )

    @property
    def n_tables(self) -> int:
        """Tables that exist: one where the ensemble is off."""
        return self.n_hash_encodings if self.use_hash_ensemble else 1

    @property
    def grid(self) -> HashGridConfig:
        """The shape of each table."""
        return HashGridConfig(
            n_levels=self.n_levels,
            log2_hashmap_size=self.log2_hashmap_size,
            base_resolution=self.base_resolution,
            growth=self.growth if self.use_hash_ensemble else _SINGLE_GRID_GROWTH,
        )


class HashEnsemble(nn.Module):
    """H hash tables and one blend code per timestep.

    tables: [H, entries, features]; codes: [T, H] (absent from the sum when the ensemble is off).
    shard: which entries of them are here, where several processes share them.
    """

    def __init__(
        self, config: HashEnsembleConfig, n_timesteps: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.config = config
        self.grid = config.grid
        shape = (config.n_tables, self.grid.n_entries, self.grid.n_features_per_level)
        tables = torch.empty(shape).uniform_(-_TABLE_INIT, _TABLE_INIT, generator=generator)
        self.tables = nn.Parameter(tables)
        self.shard = TableShard(self.grid.n_entries)
        scale = _CODE_SCALE / math.sqrt(config.n_tables)
        codes = torch.randn(n_timesteps, config.n_tables, generator=generator) * scale
        self.codes = nn.Parameter(codes)

    def parameter_group(self, name: str) -> str:
        """The group of learning rates of a parameter."""
        return "embeddings" if name == "codes" else "fields"

    def blend_weights(self, timesteps: Real[Tensor, "k"], window: float) -> Float[Tensor, "k h"]:
        """Weights of the tables at each timestep, window included.

        While the window is exactly 1, only table 0 is used, with weight 1; up to 2 the codes fade
        in.
        """
        gain, offset = self.blend_terms(window, self.codes.device)
        if not self.depends_on_codes(window):
            return offset.repeat(len(timesteps), 1)
        return codes_at(self.codes, timesteps) * gain + offset

    def blend_terms(
        self, window: float, device: torch.device | str = "cpu"
    ) -> tuple[Float[Tensor, "h"], Float[Tensor, "h"]]:
        """The blend weights are codes times the first, plus the second; where they do not depend on
        codes, the first is 0."""
        n = self.config.n_tables
        if not self.config.use_hash_ensemble:
            return torch.zeros(n, device=device), torch.ones(n, device=device)
        share = min(max(window - 1, 0.0), 1.0)
        weights = window_weights(window, n, device)
        # Weight of table 0 itself, beside its code.
        alone = torch.arange(n, device=device) == 0
        return share * weights, (1 - share) * weights * alone

    def depends_on_codes(self, window: float) -> bool:
        """Whether :meth:`blend_weights` does."""
        return self.config.use_hash_ensemble and window > 1

    def n_open(self, window: float) -> int:
        """Tables with a weight above zero."""
        return min(max(math.ceil(window), 1), self.config.n_tables)

    def share_tables(self, world: World) -> None:
        """Keeps this process's entries only; all processes blend and save together from now on.

        Raises:
            ConfigError: the entries cannot be shared equally.
        """
        self.shard = TableShard(self.grid.n_entries, world)
        if world.size > 1:
            self.tables = nn.Parameter(self.shard.own(self.tables.data).clone())

    def hand_over_tables(self) -> Float[Tensor, "h e f"]:
        """The tables, for an engine that keeps them in a form of its own from now on.

        A parameter of the same shape and without memory (device ``meta``) is left in their place,
        so whoever reads the tables here all the same gets an error, not old values.
        """
        tables = self.tables.data
        self.tables = nn.Parameter(torch.empty_like(tables, device="meta"))
        return tables

    def blend(self, timesteps: Real[Tensor, "k"], window: float) -> Float[Tensor, "k e f"]:
        """One grid per timestep: the weighted sum of the open tables."""
        weights = self.blend_weights(timesteps, window)
        n_open = self.n_open(window)
        tables = self.tables[:n_open].flatten(1)
        part = (weights[:, :n_open] @ tables).view(len(weights), *self.tables.shape[1:])
        return self.shard.gathered(part)
