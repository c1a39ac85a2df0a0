"""Ctrl-C between two steps only: half a step can neither be saved nor repeated."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Raises the KeyboardInterrupt of a Ctrl-C inside the block at its end.

    Where signals cannot be redirected, as in a thread, it does nothing.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    held_back = False

    def remember(_: int, __: FrameType | None) -> None:
        nonlocal held_back
        held_back = True

    signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if held_back:
        signal.raise_signal(signal.SIGINT)
