"""Locks on files that the system releases when a process ends, however it ends."""

import fcntl
import logging
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nersemble.durable_files import reason_of
from nersemble.errors import NersembleError, RunError

_logger = logging.getLogger(__name__)


@contextmanager
def file_locked(
    path: Path,
    refusal: Callable[[str], str] | None = None,
    *,
    error: type[NersembleError] = RunError,
    remedy: str = "make its folder writable",
) -> Iterator[None]:
    """Holds the lock of a file, which is made. A file system without locks is mentioned.

    Args:
        path: the file.
        refusal: what to say where another process, which it gets, holds the lock; None: wait.
        error: what is raised.
        remedy: what to do where the file cannot be made.

    Raises:
        NersembleError: ``error``, where another process holds it or the file cannot be made.
    """
    try:
        file = path.open("a+", encoding="utf-8", errors="replace")
    except OSError as cause:
        raise error(f"Cannot lock {path}: {reason_of(cause)}; {remedy}.") from cause
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as cause:
            file.seek(0)
            holder = file.read().strip() or "another process"
            if refusal is not None:
                raise error(refusal(holder)) from cause
            _logger.info("%s works in %s: waiting for it.", holder, path.parent)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as cause:
            _logger.warning(
                "The file system of %s has no locks (%s): make sure that no other process works "
                "there.",
                path.parent,
                reason_of(cause),
            )
        # A courtesy to who is refused; the lock holds without it, on a full disk for example.
        with suppress(OSError):
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
            file.flush()
        yield


def lock_holder(path: Path) -> int | None:
    """The process (on the machine where it runs) that holds the lock of a file, if one does."""
    try:
        with path.open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                words = file.read().split()
                return int(words[1]) if len(words) > 1 else 0
    except OSError:
        pass
    return None
