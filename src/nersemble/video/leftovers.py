"""What a killed rendering has left: half of a video under a temporary name.

Whoever writes such a file holds its lock, which ends with the process, however that ended. So files
of other processes, on machines that share the folder, too, are left alone.
"""

import fcntl
import re
from contextlib import suppress
from pathlib import Path
from typing import IO

_TEMPORARY = re.compile(r"\.(?P<name>.+)\.\d+\.tmp")


def mark_as_written(file: IO[bytes]) -> None:
    """Locks a temporary file until it is closed; without effect where nothing can be locked."""
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def remove_leftovers(path: Path) -> None:
    """Removes the temporary files (``files.temporary_beside``) of ``path`` that nobody writes.

    Raises:
        OSError: one cannot be removed.
    """
    for leftover in path.parent.iterdir():
        named = _TEMPORARY.fullmatch(leftover.name)
        if named is None or named["name"] != path.name or not leftover.is_file():
            continue
        with leftover.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            leftover.unlink(missing_ok=True)
