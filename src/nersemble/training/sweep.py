"""How long a training will take, from a few seconds of it.

The time of a step changes over a run: first the scene is fog and every step is full of samples,
then empty space is left out; windows open and tables are added. So the first steps are made as they
are, in order; then the trainer jumps ahead through the schedule, block by block, so that the last
block is made with the windows, rates and losses of the end. Between blocks the time of a step is
taken to change evenly.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nersemble.training.loop import TrainingLoop

_SHARE_OF_FIRST_STEPS = 0.4


@dataclass(frozen=True)
class Block:
    """Consecutive steps that were made, from ``first`` on, and the time that they took."""

    first: int
    n_steps: int
    seconds: float

    @property
    def end(self) -> int:
        """The step after the last."""
        return self.first + self.n_steps

    @property
    def step_seconds(self) -> float:
        """Mean time of a step."""
        return self.seconds / self.n_steps


def sweep(
    trainer: TrainingLoop,
    last_step: int,
    seconds: float,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Block]:
    """Trains for about ``seconds``, up to ``last_step`` where that is not enough for all steps.

    A block is as long as the interval of the occupancy grid's updates and begins with one, as each
    belongs to so many steps. At least two steps are made: the present one and one of the end.
    """
    interval = trainer.model.grid.config.occ_update_interval
    began = clock()
    blocks = [_block(trainer, last_step, interval, began + seconds, clock)]
    while clock() - began < seconds * _SHARE_OF_FIRST_STEPS and trainer.step < last_step:
        blocks.append(_block(trainer, last_step, interval, began + seconds, clock))
    ahead, jumps_began, share = trainer.step, clock(), 0.0
    while trainer.step < last_step and share < 1:
        left = began + seconds - jumps_began
        share = (clock() - jumps_began) / left if left > 0 else 1.0
        target = min(ahead + round(share * (last_step - ahead)), last_step - 1)
        trainer.step = max(trainer.step, target - target % interval)
        blocks.append(_block(trainer, last_step, interval, began + seconds, clock))
    return blocks


def _block(
    trainer: TrainingLoop,
    last_step: int,
    interval: int,
    deadline: float,
    clock: Callable[[], float],
) -> Block:
    """The steps up to the next update of the occupancy grid, or one if it is late already."""
    first, began = trainer.step, clock()
    end = min(first + interval - first % interval, last_step)
    while True:
        trainer.run(trainer.step + 1, lambda _: None)
        if trainer.step == end or clock() >= deadline:
            return Block(first, trainer.step - first, clock() - began)


def total_seconds(blocks: Sequence[Block], last_step: int) -> float:
    """The time of all steps from the first block's to ``last_step``."""
    skipped = sum(
        (after.first - before.end) * (before.step_seconds + after.step_seconds) / 2
        for before, after in pairwise(blocks)
    )
    rest = (last_step - blocks[-1].end) * blocks[-1].step_seconds
    return sum(block.seconds for block in blocks) + skipped + rest
