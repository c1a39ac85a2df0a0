"""An ensemble of hash grids, blended per timestep before the look-ups
(method.md, Hash ensemble).

Interpolation is linear, so the weighted sum of the tables' interpolated values is the value
interpolated from the weighted sum of the tables. A batch with K timesteps needs K blended grids
and one look-up per sample instead of H.
"""

import math

import torch
from jaxtyping import Float, Real
from torch import Tensor, nn

from nersemble.distributed import World
from nersemble.fields.config import HashEnsembleConfig
from nersemble.fields.table_shard import TableShard
from nersemble.fields.timesteps import codes_at
from nersemble.fields.windows import window_weights

_TABLE_INIT = 1e-4
_CODE_SCALE = 0.01


class HashEnsemble(nn.Module):
    """H hash tables and one blend code per timestep.

    tables: [H, entries, features]; codes: [T, H] (absent from the sum when the ensemble is off).
    shard: this process's entries, if several processes share the tables.
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
        """Weights of the tables at each timestep, including the window.

        While the window is exactly 1, only table 0 is used, with weight 1; from 1 to 2 the codes
        fade in.
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
        """Whether :meth:`blend_weights` depends on the codes."""
        return self.config.use_hash_ensemble and window > 1

    def n_open(self, window: float) -> int:
        """Tables with a weight above zero."""
        return min(max(math.ceil(window), 1), self.config.n_tables)

    def share_tables(self, world: World) -> None:
        """Keep only this process's entries; from now on all processes blend and save together.

        Raises:
            ConfigError: the entries cannot be shared equally.
        """
        self.shard = TableShard(self.grid.n_entries, world)
        if world.size > 1:
            self.tables = nn.Parameter(self.shard.own(self.tables.data).clone())

    def hand_over_tables(self) -> Float[Tensor, "h e f"]:
        """Hand the tables over to an engine that stores them in its own format.

        A parameter of the same shape on device ``meta`` takes their place, so that reading the
        tables here raises an error instead of returning old values.
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
