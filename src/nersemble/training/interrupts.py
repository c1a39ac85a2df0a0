"""Signals that end a training: they take effect between two steps only, because half a step can
neither be saved nor repeated."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Slurm sends SIGTERM before it ends a job, and SIGUSR1 where `--signal=B:USR1@60` asks for it.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)
# EX_TEMPFAIL of sysexits.h: the same command is to be given again.
EXIT_UNFINISHED = 75


class Stopped(KeyboardInterrupt):
    """Training is to save and end, though it is not done.

    exit_status: of the command; 128 plus the signal's number, as in a shell.
    """

    def __init__(self, why: str, exit_status: int) -> None:
        super().__init__(why)
        self.exit_status = exit_status


@contextmanager
def stop_signals_raise() -> Iterator[None]:
    """Inside the block SIGINT, SIGTERM and SIGUSR1 raise :class:`Stopped`.

    Where signals cannot be redirected, as in a thread, it does nothing.
    """

    def stop(number: int, _: FrameType | None) -> None:
        raise Stopped(signal.Signals(number).name, 128 + number)

    with _handlers(stop):
        yield


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Delivers the stop signals that arrive inside the block at its end, the first one only."""
    first: list[int] = []

    def remember(number: int, _: FrameType | None) -> None:
        first.append(number)

    with _handlers(remember):
        yield
    if first:
        signal.raise_signal(first[0])


@contextmanager
def _handlers(handler: "signal._HANDLER") -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    # A handler that was not set from Python could not be put back.
    before = {number: old for number, old in before.items() if old is not None}
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
