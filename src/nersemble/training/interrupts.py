"""Signals that stop training. They take effect only between two steps, because half a step can
neither be saved nor repeated."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

# Slurm sends SIGTERM before it ends a job, and SIGUSR1 where `--signal=B:USR1@60` asks for it.
# Windows has no SIGUSR1.
PREEMPTION: signal.Signals | None = getattr(signal, "SIGUSR1", None)
STOP_SIGNALS = tuple(filter(None, (signal.SIGINT, signal.SIGTERM, PREEMPTION)))
# EX_TEMPFAIL of sysexits.h: run the same command again.
EXIT_UNFINISHED = 75


class Stopped(KeyboardInterrupt):
    """Training must save and end before it is done.

    exit_status: of the command; 128 plus the signal's number, as in a shell.
    """

    def __init__(self, why: str, exit_status: int) -> None:
        super().__init__(why)
        self.exit_status = exit_status


@contextmanager
def stop_signals_raise() -> Iterator[None]:
    """Inside the block SIGINT, SIGTERM and SIGUSR1 raise :class:`Stopped`.

    It does nothing where signals cannot be redirected, as in a thread.
    """

    def stop(number: int, _: FrameType | None) -> None:
        raise _stopped_by(number)

    with _handlers(stop):
        yield


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Defer stop signals to the end of the block, and deliver only the first one."""
    first: list[int] = []

    def remember(number: int, _: FrameType | None) -> None:
        first.append(number)

    with _handlers(remember):
        yield
    if first:
        signal.raise_signal(first[0])


def _stopped_by(number: int) -> Stopped:
    return Stopped(signal.Signals(number).name, 128 + number)


@contextmanager
def _handlers(handler: "signal._HANDLER") -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    # A handler that was not set from Python could not be restored.
    before = {number: old for number, old in before.items() if old is not None}
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


class StopRequests:
    """Inside a ``with`` block, stop signals only record ``why`` this process should stop: several
    processes must agree on the step after which they stop, so that none waits for another.

    They cannot agree if one of them is dead and the others wait for it inside a library, where
    Python handles no signals. So a thread ends the process if a step takes too long.
    """

    _SECONDS = 20.0

    def __init__(self) -> None:
        self.why: Stopped | None = None
        self._step_began: float | None = None

    @property
    def wanted(self) -> bool:
        """Whether this process should stop."""
        return self.why is not None

    @contextmanager
    def during_step(self) -> Iterator[None]:
        """Guard a block that may wait for other processes forever."""
        self._step_began = time.monotonic()
        yield
        self._step_began = None

    def __enter__(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        self._before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._note)
        # Signals write to it at once, whatever the main thread does.
        self._old_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._left = threading.Event()
        threading.Thread(target=self._watch, name="stop requests", daemon=True).start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        self._left.set()
        signal.set_wakeup_fd(self._old_fd)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._writer.close()

    def _note(self, number: int, _: FrameType | None) -> None:
        self.why = self.why or _stopped_by(number)

    def _watch(self) -> None:
        received = self._reader.recv(1)
        while received and not self._left.wait(1.0):
            began = self._step_began
            if began is not None and time.monotonic() - began > self._SECONDS:
                os._exit(128 + received[0])
        self._reader.close()
