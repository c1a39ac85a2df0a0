"""Ctrl-C between two steps only: half a step can neither be saved nor repeated."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType


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


class StopRequests:
    """Inside a ``with`` block, Ctrl-C and SIGTERM only set ``wanted``: several processes have to
    agree on the step after which they stop, so that none waits for another.

    They cannot agree where one of them is dead and the others wait for it inside a library, where
    Python handles no signal. So a thread ends the process if a step goes on for too long.
    """

    _SIGNALS = (signal.SIGINT, signal.SIGTERM)
    _SECONDS = 20.0

    def __init__(self) -> None:
        self.wanted = False
        self._step_began: float | None = None

    @contextmanager
    def during_step(self) -> Iterator[None]:
        """Around what may wait for other processes forever."""
        self._step_began = time.monotonic()
        yield
        self._step_began = None

    def __enter__(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        self._before = {number: signal.getsignal(number) for number in self._SIGNALS}
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        for number in self._SIGNALS:
            signal.signal(number, self._note)
        # Written to as soon as a signal comes, whatever the main thread does.
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

    def _note(self, _: int, __: FrameType | None) -> None:
        self.wanted = True

    def _watch(self) -> None:
        received = self._reader.recv(1)
        while received and not self._left.wait(1.0):
            began = self._step_began
            if began is not None and time.monotonic() - began > self._SECONDS:
                os._exit(128 + received[0])
        self._reader.close()
