"""Training and rendering never at once, and neither waits for ever."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from nersemble.viewer.turns import Turns


@contextmanager
def _painter(turns: Turns, part_seconds: float, inside: list[bool]) -> Iterator[list[float]]:
    """A thread that renders one part after the other, for as long as the block lasts."""
    done: list[float] = []
    stop = threading.Event()

    def paint() -> None:
        while not stop.is_set():
            with turns.painting(), turns.part():
                assert not inside, "a part was rendered within a step"
                time.sleep(part_seconds)
                assert not inside, "a step began within a part"
                done.append(time.perf_counter())

    thread = threading.Thread(target=paint)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        turns.end()
        thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize("part_seconds", [0.001, 0.03])
def test_rendering_gets_its_share_and_no_step_is_disturbed(part_seconds: float) -> None:
    turns, inside = Turns(live=True), []
    with _painter(turns, part_seconds, inside) as done:
        began = time.perf_counter()
        for _ in range(40):
            inside.append(True)
            time.sleep(0.01)
            inside.clear()
            turns.between_steps(0.01)
        passed = time.perf_counter() - began
        rendered = len(done) * part_seconds
    # 0.4 s of steps earn 0.2 s; one part may be overdrawn, and sleeping takes longer than it says.
    assert 0.05 < rendered < 0.3
    assert passed < 2.0


def test_steps_cost_nothing_where_nobody_looks() -> None:
    turns = Turns(live=True)
    began = time.perf_counter()
    for _ in range(1000):
        turns.between_steps(1.0)
    assert time.perf_counter() - began < 0.5


def test_a_pause_holds_training_and_lets_pages_render() -> None:
    turns, finished = Turns(live=True), threading.Event()
    turns.pause(True)

    def train() -> None:
        turns.between_steps(0.001)
        finished.set()

    thread = threading.Thread(target=train)
    thread.start()
    with turns.painting():
        for _ in range(3):
            with turns.part():
                time.sleep(0.02)
    assert not finished.wait(0.1)
    turns.pause(False)
    assert finished.wait(5)
    thread.join()


def test_the_end_of_training_frees_whoever_waits() -> None:
    turns, painted = Turns(live=True), threading.Event()

    def paint() -> None:
        with turns.part():
            painted.set()

    thread = threading.Thread(target=paint)
    thread.start()
    assert not painted.wait(0.05), "training has not come to the end of its step"
    turns.end()
    assert painted.wait(5)
    thread.join()


def test_an_unfinished_picture_that_nobody_works_on_does_not_hold_training() -> None:
    turns = Turns(live=True)
    with turns.painting():
        began = time.perf_counter()
        turns.between_steps(10.0)
        assert time.perf_counter() - began < 2.0
