"""Distributes work to forked processes if threads would wait for each other: Pillow's decoders and
numpy's small operations hold Python's global lock."""

import gc
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from nersemble.errors import NersembleError, StoreError

T = TypeVar("T")


def can_fork() -> bool:
    """Whether processes can be forked safely: macOS's own libraries do not support it."""
    return sys.platform.startswith("linux")


def run_forked(
    shares: Sequence[Sequence[T]], work: Callable[[T], int], done: Callable[[int], None]
) -> None:
    """Calls ``work`` with the items of each share, in one process for each share.

    An exception in any process ends all of them after their current item; so does the death of
    this process. ``work`` must use neither CUDA nor files that are already open.

    Args:
        shares: the items for each process, in order.
        work: returns the amount done.
        done: called in this process with that amount, after each item.

    Raises:
        NersembleError: as raised by ``work``.
        StoreError: a process was killed.
    """
    context: Any = multiprocessing.get_context("fork")
    stop = context.Event()
    processes, results = [], []
    try:
        for share in shares:
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(
                target=_work_off, args=(share, work, sender, stop, os.getpid()), daemon=True
            )
            # Garbage must not be freed in the new process: FFmpeg's decoders would then wait for
            # their threads, which do not exist there.
            gc.freeze()
            try:
                with warnings.catch_warnings():
                    # Python 3.12 warns about threads; those of torch and tqdm are not used there.
                    warnings.simplefilter("ignore", DeprecationWarning)
                    process.start()
            finally:
                gc.unfreeze()
            sender.close()
            processes.append(process)
            results.append(receiver)
        _collect(results, done)
    finally:
        stop.set()
        for process in processes:
            process.join()


def _collect(results: Sequence[Connection], done: Callable[[int], None]) -> None:
    open_ends = list(results)
    while open_ends:
        for end in wait(open_ends):
            assert isinstance(end, Connection)
            try:
                result = end.recv()
            except EOFError:
                raise StoreError(
                    "A process that packs pictures was killed, perhaps because memory ran out: run "
                    "the command again; finished timesteps are kept."
                ) from None
            if isinstance(result, BaseException):
                raise result
            if result is None:
                open_ends.remove(end)
            else:
                done(result)


def _work_off(
    share: Sequence[T], work: Callable[[T], int], results: Connection, stop: Any, parent: int
) -> None:
    # Ctrl-C reaches all processes of a terminal; the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in filter(None, (signal.SIGTERM, getattr(signal, "SIGUSR1", None))):
        signal.signal(number, signal.SIG_DFL)
    try:
        for item in share:
            if stop.is_set() or os.getppid() != parent:
                return
            results.send(work(item))
        results.send(None)
    except NersembleError as error:
        results.send(error)
