"""Training and rendering take turns on one model: rendering happens between two steps only."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Largest number of seconds of rendering per second of training.
_SHARE = 0.5
_MAX_CREDIT_SECONDS = 0.25


class Turns:
    """Gives rendering a share of the time between steps.

    Every training step earns credit; rendering spends it part by part of a picture, and may
    overdraw it by one part. So rendering never reads a half-updated model, and pages cannot stall
    training. Without training (``live=False``) rendering never waits.
    """

    def __init__(self, *, live: bool) -> None:
        self._condition = threading.Condition()
        self._live = live
        self._credit = 0.0
        self._between_steps = self._paused = self._active = False
        self._painting = 0

    @property
    def paused(self) -> bool:
        """Whether training is paused."""
        return self._paused

    def pause(self, paused: bool) -> None:
        """Pause training after its current step, or resume it."""
        with self._condition:
            self._paused = paused
            self._condition.notify_all()

    def end(self) -> None:
        """End training, paused or not: nothing waits any more."""
        with self._condition:
            self._live = self._paused = False
            self._condition.notify_all()

    def between_steps(self, step_seconds: float) -> None:
        """Called by training after each step; returns when the next may begin.

        Args:
            step_seconds: duration of the last step.
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
        """Context of a picture, so that training waits for its next part instead of stepping."""
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
        """Context of a part of a picture, in which the model does not change."""
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
