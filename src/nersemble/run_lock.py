"""One process at a time trains in a run folder, or works on what another lock file stands for."""

import fcntl
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nersemble.durable_files import reason_of
from nersemble.errors import RunError
from nersemble.runs import Run

_LOCK_NAME = ".lock"

_logger = logging.getLogger(__name__)


@contextmanager
def run_locked(run: Run) -> Iterator[None]:
    """Holds the run's lock, which the system releases when the process ends, however it ends.

    Raises:
        RunError: another process holds it, or the folder cannot be written.
    """
    refusal = f"{run.label} is being trained by {{}}: wait for it or stop it, or start a new run."
    with file_locked(run.folder / _LOCK_NAME, refusal):
        yield


@contextmanager
def file_locked(path: Path, refusal: str | None = None) -> Iterator[None]:
    """Holds the lock of a file. Where another process has it, waits, unless there is a ``refusal``:
    a sentence with ``{}`` in place of that process.

    Raises:
        RunError: another process holds it, or the folder cannot be written.
    """
    try:
        file = path.open("a+", encoding="utf-8", errors="replace")
    except OSError as error:
        raise RunError(
            f"Cannot lock {path}: {reason_of(error)}; make its folder writable."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if refusal is None else fcntl.LOCK_NB))
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "another process"
            assert refusal is not None
            raise RunError(refusal.format(holder)) from error
        except OSError as error:
            _logger.warning(
                "The file system of %s has no locks (%s): make sure that no other process works "
                "there.",
                path.parent,
                reason_of(error),
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
