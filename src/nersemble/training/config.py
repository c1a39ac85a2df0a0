"""The options of training: its length and its learning rates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from nersemble.fields.config import WindowConfig
from nersemble.losses.config import LossConfig
from nersemble.ranges import Options, Range

SlowSpan = tuple[int, int]
"""A span of steps (end exclusive) with halved learning rates."""

_REDUCTIONS = 15


@dataclass(frozen=True)
class OptimizerConfig(Options):
    """Learning rates. Each is multiplied by its factor every ``lr_decay_steps`` steps."""

    lr_main: Annotated[float, Range(0, 100)] = 5e-3
    """Hash tables and field MLPs."""
    lr_deformation_field: Annotated[float, Range(0, 100)] = 1e-3
    """Deformation MLP."""
    lr_embeddings: Annotated[float, Range(0, 100)] = 5e-3
    """Codes of the timesteps."""
    lr_main_decay: Annotated[float, Range(0, 1)] = 0.8
    """Factor for lr_main."""
    lr_deformation_field_decay: Annotated[float, Range(0, 1)] = 0.5
    """Factor for lr_deformation_field."""
    lr_embeddings_decay: Annotated[float, Range(0, 1)] = 0.8
    """Factor for lr_embeddings."""
    lr_decay_steps: Annotated[int, Range(1, other=-1)] = 20_000
    """Steps between two reductions (-1: a fifteenth of max_steps, as 20 000 are of 300 000)."""

    def over(self, max_steps: int) -> "OptimizerConfig":
        """The configuration for this many training steps, with -1 replaced."""
        if self.lr_decay_steps != -1:
            return self
        return replace(self, lr_decay_steps=max(max_steps // _REDUCTIONS, 1))

    def rates_at(self, step: int, slow: Sequence[SlowSpan] = ()) -> dict[str, float]:
        """The groups' learning rates at an optimizer step, halved by each span it lies in."""
        assert self.lr_decay_steps > 0, "-1 must be resolved first"
        stage = step // self.lr_decay_steps
        factor = 0.5 ** sum(first <= step < end for first, end in slow)
        return {
            "fields": factor * self.lr_main * self.lr_main_decay**stage,
            "deformation": factor
            * self.lr_deformation_field
            * self.lr_deformation_field_decay**stage,
            "embeddings": factor * self.lr_embeddings * self.lr_embeddings_decay**stage,
        }


@dataclass(frozen=True)
class LoopConfig(Options):
    """Steps: the length of a run, and the intervals of saving, evaluating and logging."""

    max_steps: Annotated[int, Range(1)] = 300_000
    """Total number of optimizer steps."""
    seed: int = 19980801
    """Seed of initial values and of every random draw."""
    steps_per_save: Annotated[int, Range(1)] = 50_000
    """Steps between checkpoints; the last step is always saved."""
    keep_checkpoints: Annotated[int, Range(1)] = 2
    """Number of newest checkpoints to keep, in case the newest is damaged."""
    steps_per_eval_image: Annotated[int, Range(0)] = 20_000
    """Steps between pictures of one evaluation camera (0: none)."""
    steps_per_eval_all_images: Annotated[int, Range(0)] = 50_000
    """Steps between evaluations of all evaluation cameras on 3 timesteps (0: none)."""
    steps_per_log: Annotated[int, Range(1)] = 10
    """Steps between logged numbers."""
    occupancy_timesteps: Literal["batch", "all"] = "batch"
    """Timesteps that the occupancy update samples: those blended in the step, or any (paper)."""


@dataclass(frozen=True)
class TrainerConfig:
    """The options of the trainer itself."""

    loop: LoopConfig
    windows: WindowConfig
    losses: LossConfig
    optimizers: OptimizerConfig
