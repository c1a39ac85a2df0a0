"""Progress of long operations: a bar on a terminal, a few plain lines elsewhere.

A batch system's log is a file, where a redrawn bar would fill megabytes. So if the stream is not
a terminal, a whole line is printed after 10 seconds, then after every further 5 % (but at most
every 10 seconds), at least every 5 minutes, and at the end.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import Any, Protocol, SupportsFloat, TextIO, TypeVar, overload

_Item = TypeVar("_Item")
_Clock = Callable[[], float]

_SHORTEST_PAUSE = 10.0
_LONGEST_PAUSE = 300.0
_SHARE_PER_LINE = 0.05
_SECONDS_PER_REDRAW = 0.5
# The longest text besides figures, description and amounts: " 100%|bar| / [0:00:00 left, ]".
_BAR = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{remaining} left{postfix}]"
_LEAST_BAR = 10
_WIDTH_WITHOUT_FIGURES = 31 + _LEAST_BAR


@dataclass(frozen=True)
class _Task:
    """What to show, and where; the arguments of :class:`Progress`."""

    total: int | None
    description: str
    start: int
    unit: str
    stream: TextIO
    clock: _Clock


class _Display(Protocol):
    def show(self, done: int, figures: Mapping[str, SupportsFloat]) -> None: ...

    def close(self) -> None: ...


class Progress:
    """Shows how much of ``total`` is done, with some named figures.

    Use it as a context manager and call :meth:`update` with the amount done so far. A figure is
    converted to a number only when it is drawn, so a GPU tensor may be passed on every step
    without making the GPU wait.
    """

    def __init__(
        self,
        total: int | None,
        description: str,
        *,
        start: int = 0,
        unit: str = "it",
        stream: TextIO | None = None,
        clock: _Clock = time.monotonic,
    ) -> None:
        """Prepares the display.

        Args:
            total: the amount at which the work is finished; None if unknown.
            description: the name of the operation.
            start: the amount that was done before (in a resumed training).
            unit: the unit of the amount.
            stream: where to draw; None is standard error.
            clock: a monotonic clock in seconds.
        """
        stream = sys.stderr if stream is None else stream
        on_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        task = _Task(total, description, start, unit, stream, clock)
        self._display: _Display = _Bar(task) if on_terminal else _Lines(task)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self._display.close()

    def update(self, done: int, **figures: SupportsFloat) -> None:
        """Sets the total amount done so far (not an increment)."""
        self._display.show(done, figures)


@overload
def progress(items: int, description: str, *, stream: TextIO | None = None) -> Iterator[int]: ...


@overload
def progress(
    items: Iterable[_Item], description: str, *, stream: TextIO | None = None
) -> Iterator[_Item]: ...


def progress(
    items: Iterable[Any] | int, description: str, *, stream: TextIO | None = None
) -> Iterator[Any]:
    """Iterates over ``items`` (or counts from 0 up to a number) and shows the progress."""
    sequence = range(items) if isinstance(items, int) else items
    total = len(sequence) if isinstance(sequence, Sized) else None
    with Progress(total, description, stream=stream) as display:
        for index, item in enumerate(sequence):
            yield item
            display.update(index + 1)


class _Bar:
    """A tqdm bar, redrawn at most twice a second, so that figures are not read on every step."""

    def __init__(self, task: _Task) -> None:
        from tqdm import tqdm

        self._bar = tqdm(
            total=task.total,
            desc=task.description,
            initial=task.start,
            unit=task.unit,
            file=task.stream,
            dynamic_ncols=True,
            mininterval=_SECONDS_PER_REDRAW,
            bar_format=_BAR if task.total else None,
        )
        self._clock = task.clock
        self._shown_at = float("-inf")

    def show(self, done: int, figures: Mapping[str, SupportsFloat]) -> None:
        now = self._clock()
        if figures and now - self._shown_at >= _SECONDS_PER_REDRAW:
            self._bar.set_postfix_str(self._fitting(_texts(figures)), refresh=False)
            self._shown_at = now
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        self._bar.close()

    def _fitting(self, texts: list[str]) -> str:
        """The first figures that fit beside the bar."""
        room = shutil.get_terminal_size().columns - _WIDTH_WITHOUT_FIGURES
        room -= len(self._bar.desc) + 2 * len(str(self._bar.total))
        fitting = [n for n in range(len(texts) + 1) if len(", ".join(texts[:n])) <= room]
        return ", ".join(texts[: max(fitting, default=0)])


class _Lines:
    """Whole lines at growing intervals."""

    def __init__(self, task: _Task) -> None:
        self._task = task
        self._started_at = self._printed_at = task.clock()
        self._done = task.start
        self._first: tuple[float, int] | None = None
        self._printed_done: int | None = None
        self._figures: Mapping[str, SupportsFloat] = {}

    def show(self, done: int, figures: Mapping[str, SupportsFloat]) -> None:
        self._done = done
        self._figures = figures
        now = self._task.clock()
        if self._first is None:
            self._first = now, done
        if self._is_due(now):
            self._print(now)

    def close(self) -> None:
        if self._done != self._printed_done:
            self._print(self._task.clock())

    def _is_due(self, now: float) -> bool:
        pause = now - self._printed_at
        if pause < _SHORTEST_PAUSE:
            return False
        if self._printed_done is None or pause >= _LONGEST_PAUSE or self._task.total is None:
            return True
        return self._done - self._printed_done >= _SHARE_PER_LINE * (
            self._task.total - self._task.start
        )

    def _print(self, now: float) -> None:
        parts = [self._amount(), *_texts(self._figures), *self._times(now)]
        # One write for the line and its end: several processes may share a log.
        self._task.stream.write(f"{self._task.description}: {', '.join(parts)}\n")
        self._task.stream.flush()
        self._printed_at = now
        self._printed_done = self._done

    def _amount(self) -> str:
        unit = "" if self._task.unit == "it" else f"{self._task.unit} "
        if not self._task.total:
            return f"{unit}{self._done}"
        return (
            f"{unit}{self._done}/{self._task.total} ({100 * self._done / self._task.total:.1f} %)"
        )

    def _times(self, now: float) -> Iterator[str]:
        seconds = now - self._started_at
        yield f"{_duration(seconds)} so far"
        if self._task.total is None or self._done >= self._task.total or self._first is None:
            return
        # The first piece includes one-time waits, such as compiling.
        since, before = self._first
        if before - self._task.start > 1:
            since, before = self._started_at, self._task.start
        if (fresh := self._done - before) > 0:
            yield f"{_duration((now - since) / fresh * (self._task.total - self._done))} left"


def _texts(figures: Mapping[str, SupportsFloat]) -> list[str]:
    """``rays_per_second=52341`` becomes ``rays/s 52.3k``."""
    texts = []
    for name, figure in figures.items():
        label = name.replace("_per_second", "/s").replace("_per_", "/").replace("_", " ")
        texts.append(f"{label} {_short(float(figure))}")
    return texts


def _short(value: float) -> str:
    if 1e4 <= abs(value) < 1e15:
        for suffix, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
            if abs(value) >= size:
                return f"{value / size:.1f}{suffix}"
    return f"{value:.4g}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
