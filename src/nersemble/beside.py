"""Ordered, bounded work on other threads.

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
    """Yields ``work(value)`` for each value, in order, while this thread makes further values.

    Args:
        values: iterated on the caller's thread, and only as far as needed.
        work: called on another thread. Its first error ends the iteration.
        threads: how many values are processed at once.
        waiting: no further value is made while more than this many are unfinished.
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
    """Runs calls beside the caller; a context manager.

    The end of the block waits for them. The next :meth:`start` or the end of the block raises the
    first error. After an error, in a call or in the block, calls that have not begun are dropped.
    """

    def __init__(self, threads: int = 1, waiting: int = 4) -> None:
        """``waiting``: the caller waits while this many calls are unfinished. A single thread runs
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
