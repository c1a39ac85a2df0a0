"""One process at a time trains in a run folder."""

import fcntl
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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
    path = run.folder / _LOCK_NAME
    try:
        file = path.open("a+", encoding="utf-8", errors="replace")
    except OSError as error:
        raise RunError(
            f"Cannot lock {path}: {reason_of(error)}; make the folder of the run writable."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise RunError(
                f"{run.label} is being trained by {file.read().strip() or 'another process'}: wait "
                f"for it or stop it, or start a new run."
            ) from error
        except OSError as error:
            _logger.warning(
                "The file system of %s has no locks (%s): make sure that no other process trains "
                "this run.",
                run.folder,
                reason_of(error),
            )
        # A courtesy to who is refused; the lock holds without it, on a full disk for example.
        with suppress(OSError):
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
            file.flush()
        yield
