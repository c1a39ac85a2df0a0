"""The time of a training from some of its steps, with a clock that the steps themselves move."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from nersemble.jobs.trial import sweep, total_seconds

pytestmark = pytest.mark.slow

LAST, INTERVAL = 10_000, 16


@dataclass
class Fake:
    """A trainer whose steps take a known time."""

    cost: Callable[[int], float]
    steps_to_settle: int = 0
    jump_cost: float = 0.0
    step: int = 0
    now: float = 0.0
    steps: list[int] = field(default_factory=list)
    _slow: int = 0
    model: Any = field(
        default_factory=lambda: SimpleNamespace(
            grid=SimpleNamespace(config=SimpleNamespace(occ_update_interval=INTERVAL))
        )
    )

    def run(self, last_step: int, _: object) -> None:
        while self.step < last_step:
            jumped = self.steps and self.step != self.steps[-1] + 1
            self._slow = self.steps_to_settle if jumped else max(self._slow - 1, 0)
            self.steps.append(self.step)
            self.now += self.cost(self.step) + (self.jump_cost if self._slow else 0)
            self.step += 1

    def go_to(self, step: int) -> None:
        self.step = step

    def clock(self) -> float:
        return self.now


def _cost(step: int) -> float:
    """Fog at first, tables that open in the middle, dear steps when the grid is updated."""
    fog = 0.02 * max(0.0, 1 - step / 300)
    tables = 0.01 * min(max((step - 2500) / 2500, 0), 1)
    return 0.01 + fog + tables + (0.03 if step % INTERVAL == 0 else 0)


@pytest.mark.parametrize("seconds", [10.0, 30.0])
def test_a_part_of_the_steps_tells_the_time_of_all(seconds: float) -> None:
    trainer = Fake(_cost)
    found = total_seconds(sweep(trainer, LAST, seconds, trainer.clock), LAST)  # type: ignore[arg-type]
    assert trainer.now == pytest.approx(seconds, rel=0.1)
    assert found == pytest.approx(sum(map(_cost, range(LAST))), rel=0.05)
    assert trainer.steps == sorted(set(trainer.steps))
    assert trainer.steps[-1] >= LAST - INTERVAL


def test_what_a_jump_costs_is_not_counted() -> None:
    trainer = Fake(_cost, steps_to_settle=3, jump_cost=0.1)
    found = total_seconds(sweep(trainer, LAST, 30.0, trainer.clock), LAST)  # type: ignore[arg-type]
    assert found == pytest.approx(sum(map(_cost, range(LAST))), rel=0.05)


def test_where_there_is_time_every_step_is_made() -> None:
    trainer = Fake(lambda _: 0.01)
    blocks = sweep(trainer, 50, 10.0, trainer.clock)  # type: ignore[arg-type]
    assert trainer.steps == list(range(50))
    assert total_seconds(blocks, 50) == pytest.approx(trainer.now)


def test_slow_steps_are_made_once_at_both_ends() -> None:
    trainer = Fake(lambda step: 60.0 if step < 5000 else 120.0)
    blocks = sweep(trainer, LAST, 20.0, trainer.clock)  # type: ignore[arg-type]
    assert len(trainer.steps) == 2
    assert total_seconds(blocks, LAST) == pytest.approx(90 * LAST, rel=0.01)
