"""The lock of an open file. The system releases it when the file is closed or its process ends."""

import sys
import time
from io import BufferedReader, FileIO

_SECONDS_BETWEEN_TRIES = 0.2
# Windows locks bytes, and no other process can read them: this one is behind all that is written.
_LOCKED_BYTE = 1 << 30

if sys.platform == "win32":
    import msvcrt

    def take_lock(
        file: FileIO | BufferedReader, *, wait: bool = False, shared: bool = False
    ) -> None:
        """Lock an open file.

        Args:
            file: the file; on Windows its position changes.
            wait: until no other process holds the lock.
            shared: several processes may hold it (not on Windows).

        Raises:
            BlockingIOError: another process holds it.
            OSError: the file system has no locks.
        """
        while True:
            file.seek(_LOCKED_BYTE)
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                return
            except PermissionError as error:
                if not wait:
                    raise BlockingIOError(error.errno, error.strerror) from error
            time.sleep(_SECONDS_BETWEEN_TRIES)

else:
    import fcntl

    def take_lock(
        file: FileIO | BufferedReader, *, wait: bool = False, shared: bool = False
    ) -> None:
        """Lock an open file; see above."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(file, kind if wait else kind | fcntl.LOCK_NB)
