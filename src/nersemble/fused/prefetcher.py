"""What the next steps need, computed in a thread while the GPU works on this one."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

STEPS_AHEAD = 3


class Prefetcher(Generic[T]):
    """Computes the items of the next steps in a thread, as long as steps are taken in order."""

    def __init__(self, compute: Callable[[int], T]) -> None:
        self._compute = compute
        self._changed = threading.Condition()
        self._ready: deque[tuple[int, T | BaseException]] = deque()
        self._next = 0
        self._closed = False
        self._thread: threading.Thread | None = None

    def take(self, step: int) -> T:
        """The item of a step; raises what its computation raised."""
        with self._changed:
            if self._closed:
                raise ValueError("the sampler is closed")
            while self._ready and self._ready[0][0] != step:
                self._ready.popleft()
            # What is being computed now counts as well: waiting for it is right.
            if not self._ready and self._next != step:
                self._next = step
            self._start()
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._ready or self._closed)
            if not self._ready:
                raise ValueError("the sampler was closed while a batch was awaited")
            _, item = self._ready.popleft()
            self._changed.notify_all()
        if isinstance(item, BaseException):
            raise item
        return item

    def close(self) -> None:
        """Ends the thread and waits for it."""
        with self._changed:
            self._closed = True
            self._ready.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        """Only when the first step is asked for, which a resumed run has far from 0."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="ray batches", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or len(self._ready) < STEPS_AHEAD)
                if self._closed:
                    return
                step = self._next
            item: T | BaseException
            try:
                item = self._compute(step)
            except BaseException as error:
                item = error
            with self._changed:
                # Otherwise another step was asked for meanwhile.
                if self._next == step:
                    self._ready.append((step, item))
                    self._next = step + 1
                    self._changed.notify_all()
