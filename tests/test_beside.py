"""Work beside the caller: order, bounds and errors, with events in place of times."""

import threading
from collections.abc import Iterator

import pytest

from nersemble.beside import Tasks, overlapped

PATIENCE_SECONDS = 20


def test_results_come_in_order_whoever_is_first() -> None:
    third_is_done = threading.Event()

    def work(value: int) -> int:
        if value == 0:
            assert third_is_done.wait(PATIENCE_SECONDS)
        if value == 2:
            third_is_done.set()
        return value * value

    assert list(overlapped(range(6), work, threads=3)) == [0, 1, 4, 9, 16, 25]


def test_values_are_made_while_others_are_worked_on_but_not_without_bound() -> None:
    made: list[int] = []
    go = threading.Event()

    def values() -> Iterator[int]:
        for value in range(10):
            made.append(value)
            if value == 2:
                go.set()  # the first can only be finished if the third is made meanwhile
            yield value

    def work(value: int) -> int:
        assert go.wait(PATIENCE_SECONDS)
        return value

    results = overlapped(values(), work, waiting=2)
    assert next(results) == 0
    assert made == [0, 1, 2]
    assert list(results) == list(range(1, 10))


@pytest.mark.parametrize("broken", ["value", "work"])
def test_an_error_of_either_side_ends_both(broken: str) -> None:
    worked: list[int] = []

    def values() -> Iterator[int]:
        yield from range(3)
        if broken == "value":
            raise ValueError("no more")
        yield from range(3, 1000)

    def work(value: int) -> int:
        worked.append(value)
        if broken == "work" and value == 2:
            raise ValueError("no more")
        return value

    found = []
    with pytest.raises(ValueError, match="no more"):
        found += [result for result in overlapped(values(), work)]  # noqa: C416
    assert len(worked) < 10
    assert not [t for t in threading.enumerate() if t.name.startswith("ThreadPoolExecutor")]


def test_tasks_run_in_order_and_the_end_waits_for_them() -> None:
    seen: list[int] = []
    with Tasks() as tasks:
        for value in range(20):
            tasks.start(seen.append, value)
    assert seen == list(range(20))


def test_the_caller_waits_only_where_the_queue_is_full() -> None:
    go, seen = threading.Event(), list[int]()

    def work(value: int) -> None:
        assert go.wait(PATIENCE_SECONDS)
        seen.append(value)

    with Tasks(waiting=3) as tasks:
        for value in range(3):
            tasks.start(work, value)
        assert seen == [], "none is finished, and the caller went on"
        fourth = threading.Thread(target=tasks.start, args=(work, 3))
        fourth.start()
        fourth.join(0.1)
        assert fourth.is_alive()
        go.set()
        fourth.join(PATIENCE_SECONDS)
    assert seen == [0, 1, 2, 3]


def test_a_task_that_fails_stops_the_caller_and_what_waits() -> None:
    seen: list[int] = []

    def work(value: int) -> None:
        seen.append(value)
        if value == 1:
            raise ValueError("broken")

    def start_many() -> None:
        with Tasks() as tasks:
            for value in range(1000):
                tasks.start(work, value)

    with pytest.raises(ValueError, match="broken"):
        start_many()
    assert len(seen) < 20


def test_a_caller_that_fails_waits_for_what_runs_and_begins_nothing_more() -> None:
    go, begun, ended = threading.Event(), list[int](), list[int]()

    def work(value: int) -> None:
        begun.append(value)
        assert go.wait(PATIENCE_SECONDS)
        ended.append(value)

    def fail() -> None:
        with Tasks() as tasks:
            tasks.start(work, 0)
            tasks.start(work, 1)
            while not begun:
                pass
            threading.Timer(0.05, go.set).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert begun == ended == [0]
