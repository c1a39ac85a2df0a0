"""Training and rendering take turns on one model: rendering happens between two steps only."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Seconds of rendering per second of training, at most.
_SHARE = 0.5
_MAX_CREDIT_SECONDS = 0.25


class Turns:
    """Gives rendering a share of the time between steps.

    Training earns credit with every step, rendering spends it part of a picture by part, and may
    overdraw it by one part. So a step never meets a half-updated model in a picture, and training
    goes on whatever the pages ask for. Without training (``live=False``) rendering never waits.
    """

    def __init__(self, *, live: bool) -> None:
        self._condition = threading.Condition()
        self._live = live
        self._credit = 0.0
        self._between_steps = self._paused = self._active = False
        self._painting = 0

    @property
    def paused(self) -> bool:
        """Whether training stands still."""
        return self._paused

    def pause(self, paused: bool) -> None:
        """Holds training after its current step, or lets it go on."""
        with self._condition:
            self._paused = paused
            self._condition.notify_all()

    def end(self) -> None:
        """Training is over, whether it was paused or not: nobody waits any more."""
        with self._condition:
            self._live = self._paused = False
            self._condition.notify_all()

    def between_steps(self, step_seconds: float) -> None:
        """Called by training after each step; returns when the next may begin.

        Args:
            step_seconds: what the last step took.
        """
        with self._condition:
            self._credit = min(self._credit + _SHARE * step_seconds, _MAX_CREDIT_SECONDS)
            self._between_steps = True
            self._condition.notify_all()
            while self._paused or self._active or (self._painting and self._credit > 0):
                in_time = self._condition.wait(None if self._paused else max(self._credit, 0.01))
                if not (in_time or self._active or self._paused):
                    break  # the picture is not being worked on
            self._between_steps = False

    @contextmanager
    def painting(self) -> Iterator[None]:
        """Around a picture, so that training waits for its next part rather than step at once."""
        with self._condition:
            self._painting += 1
        try:
            yield
        finally:
            with self._condition:
                self._painting -= 1
                self._condition.notify_all()

    @contextmanager
    def part(self) -> Iterator[None]:
        """Around a part of a picture: here the model does not change."""
        with self._condition:
            self._condition.wait_for(self._may_paint)
            self._active = True
        began = time.perf_counter()
        try:
            yield
        finally:
            with self._condition:
                self._active = False
                if not self._paused:
                    self._credit -= time.perf_counter() - began
                self._condition.notify_all()

    def _may_paint(self) -> bool:
        if not self._live:
            return True
        return self._between_steps and (self._paused or self._credit > 0)
