"""Work on threads beside the caller's own, in order and bounded, so that nothing piles up.

Encoders, torch and NumPy let other threads run while they compute.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def overlapped(
    values: Iterable[T], work: Callable[[T], R], *, threads: int = 1, waiting: int = 2
) -> Iterator[R]:
    """``work(value)`` for each value, in order, while the caller's thread makes further values.

    Args:
        values: made on the caller's thread, and not before they are wanted.
        work: called on another thread. The first error ends everything.
        threads: how many values are worked on at once.
        waiting: no further value is made while more than so many are unfinished.
    """
    pending: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        for value in values:
            pending.append(pool.submit(work, value))
            while pending and (len(pending) > waiting or pending[0].done()):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


class Tasks:
    """Takes calls that run beside the caller; a context manager.

    The block's end waits for them. An error of one is raised by the next :meth:`start` or by the
    block's end, and what has not begun by then never does; so it is, too, where the block fails.
    """

    def __init__(self, threads: int = 1, waiting: int = 4) -> None:
        """``waiting``: the caller waits while so many calls are unfinished. A single thread runs
        them in order."""
        self._pool = ThreadPoolExecutor(threads)
        self._waiting = waiting
        self._pending: deque[Future[None]] = deque()

    def __enter__(self) -> "Tasks":
        return self

    def start(self, work: Callable[[T], None], value: T) -> None:
        """Runs ``work(value)`` when a thread is free."""
        while self._pending and (len(self._pending) >= self._waiting or self._pending[0].done()):
            self._pending.popleft().result()
        self._pending.append(self._pool.submit(work, value))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            while kind is None and self._pending:
                self._pending.popleft().result()
        finally:
            self._pool.shutdown(cancel_futures=True)
