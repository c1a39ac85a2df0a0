"""Progress on a terminal and in a log file."""

import io
import itertools
import re
from collections.abc import Iterator

import pytest

from nersemble.progress import Progress, progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class _Unread:
    """A figure that must not be read, as reading a GPU tensor makes the GPU wait."""

    def __float__(self) -> float:
        raise AssertionError("read although nothing is drawn")


class _Log(io.StringIO):
    """Remembers the second at which each line was printed."""

    def __init__(self, clock: _Clock) -> None:
        super().__init__()
        self._clock = clock
        self.lines: list[tuple[float, str]] = []

    def write(self, text: str) -> int:
        self.lines.append((self._clock.seconds, text))
        return super().write(text)


def _log(n_steps: int, seconds_per_step: float) -> list[tuple[float, str]]:
    clock = _Clock()
    stream = _Log(clock)
    with Progress(n_steps, "work", stream=stream, clock=clock) as display:
        for step in range(1, n_steps + 1):
            clock.seconds += seconds_per_step
            display.update(step)
    assert all(line.endswith("\n") for _, line in stream.lines)
    return stream.lines


@pytest.mark.parametrize(("n_steps", "seconds_per_step"), [(300_000, 0.28), (900, 1.0), (7, 3.0)])
def test_a_log_is_neither_silent_nor_flooded(n_steps: int, seconds_per_step: float) -> None:
    lines = _log(n_steps, seconds_per_step)
    times = [0.0] + [time for time, _ in lines]
    pauses = [b - a for a, b in itertools.pairwise(times)]
    assert times[1] <= 10 + seconds_per_step
    assert all(pause >= 10 - 1e-6 for pause in pauses[:-1])
    assert all(pause <= 300 + seconds_per_step for pause in pauses)
    assert len(lines) < 300
    assert f"{n_steps}/{n_steps} (100.0 %)" in lines[-1][1]
    assert len({text for _, text in lines}) == len(lines)


def test_a_short_operation_prints_one_line() -> None:
    assert [text for _, text in _log(50, 0.02)] == ["work: 50/50 (100.0 %), 0:00:01 so far\n"]


def test_time_left_counts_only_what_is_done_here() -> None:
    stream, clock = io.StringIO(), _Clock()
    display = Progress(1000, "training", start=900, unit="step", stream=stream, clock=clock)
    clock.seconds = 60
    display.update(910, loss=0.01234, rays_per_second=52_341, samples_per_ray=31.25)
    assert stream.getvalue() == (
        "training: step 910/1000 (91.0 %), loss 0.01234, rays/s 52.3k, samples/ray 31.25, "
        "0:01:00 so far, 0:09:00 left\n"
    )


def test_time_left_does_not_count_what_came_before_the_first_piece() -> None:
    stream, clock = io.StringIO(), _Clock()
    display = Progress(601, "Rendering", stream=stream, clock=clock)
    clock.seconds = 60  # kernels are compiled
    display.update(1)
    for picture in range(2, 82):
        clock.seconds += 0.125
        display.update(picture)
    assert stream.getvalue().splitlines() == [
        "Rendering: 1/601 (0.2 %), 0:01:00 so far",
        "Rendering: 81/601 (13.5 %), 0:01:10 so far, 0:01:05 left",
    ]


@pytest.mark.parametrize("stream", [io.StringIO(), _Terminal()])
def test_figures_are_read_only_when_drawn(stream: io.StringIO) -> None:
    clock = _Clock()
    display = Progress(1000, "training", stream=stream, clock=clock)
    clock.seconds = 20
    display.update(1, loss=1.5)
    for step in range(2, 100):
        clock.seconds += 0.001
        display.update(step, loss=_Unread())


def test_a_terminal_gets_a_bar() -> None:
    stream = _Terminal()
    with Progress(30, "training", start=10, unit="step", stream=stream) as display:
        for step in range(11, 31):
            display.update(step, loss=0.5)
    assert "\r" in stream.getvalue()
    last = stream.getvalue().split("\r")[-1]
    assert re.search(r"training: 100%.*30/30.*loss 0\.5", last)


def test_the_bar_stays_where_the_figures_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    stream = _Terminal()
    with Progress(300_000, "training", unit="step", stream=stream) as display:
        display.update(1, loss=0.0123, psnr=25.31, rays_per_second=523456, samples_per_ray=12.34)
        display.update(150_000)
    last = stream.getvalue().split("\r")[-1]
    bar = last.partition("|")[2].partition("|")[0]
    assert len(bar) >= 10
    assert "loss 0.0123" in last
    assert len(last.rstrip()) <= 80


@pytest.mark.parametrize("stream", [io.StringIO(), _Terminal()])
def test_items_pass_unchanged(stream: io.StringIO) -> None:
    def endless() -> Iterator[str]:
        yield from "abc"

    assert list(progress(endless(), "letters", stream=stream)) == ["a", "b", "c"]
    assert list(progress([3, 1, 2], "numbers", stream=stream)) == [3, 1, 2]
    assert list(progress(3, "counting", stream=stream)) == [0, 1, 2]
    assert list(progress([], "nothing", stream=stream)) == []
    for description in ("letters", "numbers", "counting"):
        assert description in stream.getvalue()


def test_a_failure_is_not_reported_as_done() -> None:
    stream = io.StringIO()

    def work() -> None:
        for item in progress(4, "work", stream=stream):
            if item == 2:
                raise OSError("lost")

    with pytest.raises(OSError, match="lost"):
        work()
    assert "100" not in stream.getvalue()
