"""File handling for the whole package, in this order:

- errors in a few words (``reason_of``) and valid file names (``is_file_name``);
- writing: whole or not at all (``written_whole``, ``replace_json``), synced to disk, checksums,
  and the leftovers of killed processes (``leftovers_of``);
- reading untrusted files: JSON of bounded size, tensors that cannot run code;
- file locks.

All files are opened by ``opening``.
"""

import errno
import hashlib
import json
import logging
import os
import re
import shutil
import socket
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any

from nersemble.bounded import check_pickles
from nersemble.errors import NersembleError, RunError
from nersemble.locking import take_lock
from nersemble.opening import (
    open_to_append,
    open_to_read,
    open_to_write,
    read_text,
    write_bytes,
)

_LONGEST_NAME = 100
_FORBIDDEN_IN_NAMES = re.compile(r"[/\\\x00-\x1f\x7f\ud800-\udfff]")
_HASH_CHUNK_BYTES = 1 << 24
# Larger than any model or recording; a sparse file may have any length.
_MAX_HASHED_BYTES = 1 << 36
# Far more than any file of ours or others; reading takes up to 25 times as much memory.
_MAX_JSON_BYTES = 1 << 25
_MAX_JSON_DEPTH = 100
# No write takes as long; a process of another machine that left the file has ended by then.
_LONGEST_WRITE_SECONDS = 86400.0
_OPEN_SECONDS = 5.0

# Remedies by error number.
_REMEDIES = {
    errno.EACCES: "change its permissions, or choose another folder",
    errno.EPERM: "change its permissions, or choose another folder",
    errno.EROFS: "choose another folder",
    errno.ENAMETOOLONG: "give a shorter path or name",
    errno.ENOSPC: "make room on its disk",
    errno.EDQUOT: "make room on its disk",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.ENFILE: "raise the limit of open files (ulimit -n)",
    errno.EIO: "look at the disk, which may be failing",
}
_HOLDER_BYTES = 1000

_logger = logging.getLogger(__name__)


# Errors and names


def reason_of(error: Exception) -> str:
    """The error in a few words, without the path, which the message names anyway."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, json.JSONDecodeError):
        return f"it is not valid JSON ({error})"
    if isinstance(error, KeyError):
        return f"it lacks the entry {error}"
    return str(error)


def remedy_of(error: OSError) -> str:
    """The remedy for a disk error; empty if unknown."""
    return _REMEDIES.get(error.errno or 0, "")


def is_file_name(name: str) -> bool:
    """Whether a name is safe: it names something inside a folder and can be shown.

    It is not empty, has at most 100 characters, does not begin with a dot and holds no slash,
    backslash, control character or half of a surrogate pair.
    """
    return (
        0 < len(name.strip()) <= len(name) <= _LONGEST_NAME
        and not name.startswith(".")
        and _FORBIDDEN_IN_NAMES.search(name) is None
    )


# Writing


def temporary_name(path: Path, ending: str = "tmp") -> Path:
    """A hidden name beside ``path`` that no other process uses, on any machine."""
    return path.with_name(f".{path.name}.{os.getpid()}-{_machine_tag()}.{ending}")


def leftovers_of(path: Path, ending: str = "tmp") -> list[Path]:
    """Files that dead processes left under names from :func:`temporary_name`."""
    name = re.compile(rf"\.{re.escape(path.name)}\.(\d+)-([0-9a-f]{{8}})\.{ending}")
    matches = [match for match in map(name.fullmatch, os.listdir(path.parent)) if match]
    return [
        path.with_name(match[0])
        for match in matches
        if not _is_being_written(path.with_name(match[0]), int(match[1]), match[2])
    ]


def remove_leftovers(path: Path) -> None:
    """Removes the unfinished replacements of a file or folder that killed processes left."""
    for leftover in leftovers_of(path):
        remove(leftover)


def remove(path: Path) -> None:
    """Removes a file, a link or a folder, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _machine_tag() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def _is_being_written(path: Path, process: int, machine: str) -> bool:
    # On Windows, os.kill would end the process.
    if machine != _machine_tag() or sys.platform == "win32":
        with suppress(FileNotFoundError):
            return time.time() - path.lstat().st_mtime < _LONGEST_WRITE_SECONDS
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


@contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """An empty file in the same folder, to be moved onto ``path``; otherwise removed at the end.

    It has the usual mode of new files. Leftovers of killed processes for ``path`` are removed.
    """
    remove_leftovers(path)
    temporary = temporary_name(path)
    temporary.unlink(missing_ok=True)
    try:
        open_to_write(temporary).close()
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def written_whole(path: Path, *, sync: bool = True) -> Iterator[Path]:
    """Replaces a file atomically: readers see the old file, the new one, or none.

    The block writes the file that it gets, in the same folder. If the block succeeds, that file
    replaces ``path``; otherwise it is removed.

    Args:
        path: the file; its folder exists.
        sync: wait until content and name are on the disk, so that both survive a power failure.
    """
    with temporary_beside(path) as temporary:
        yield temporary
        if sync:
            sync_to_disk(temporary)
        move_onto(temporary, path)
        if sync:
            sync_to_disk(path.parent)


def move_onto(temporary: Path, path: Path) -> None:
    """Gives a file the name of another one, which it replaces.

    Windows refuses this while any process has one of the two open, virus scanners too: it is tried
    for a few seconds there.
    """
    deadline = time.monotonic() + (_OPEN_SECONDS if sys.platform == "win32" else 0.0)
    while True:
        try:
            os.replace(temporary, path)
            return
        except PermissionError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.05)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Writes JSON and syncs it to disk; raises OSError, or TypeError for values JSON lacks."""
    _write_json(path, value)
    sync_to_disk(path)


def replace_json(path: Path, value: Mapping[str, Any]) -> None:
    """Replaces a JSON file atomically; raises like :func:`write_json`."""
    with written_whole(path) as temporary:
        _write_json(temporary, value)


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    write_bytes(path, (json.dumps(dict(value), indent=2) + "\n").encode())


def sync_to_disk(path: Path) -> None:
    """Waits until a file, or a folder's list of names, is on the disk."""
    windows = sys.platform == "win32"
    if windows and path.is_dir():
        return  # Windows cannot open folders; its file systems log their changes.
    descriptor = os.open(path, os.O_RDWR if windows else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot sync folders.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def sha256_of(path: Path, *, linked: bool = False) -> str:
    """The SHA-256 sum of a file of at most 64 GiB, in hexadecimal; ``linked`` as in ``opening``."""
    digest = hashlib.sha256()
    with open_to_read(path, linked=linked) as file:
        size = os.fstat(file.fileno()).st_size
        if size > _MAX_HASHED_BYTES:
            raise OSError(errno.EFBIG, f"it is longer than {_MAX_HASHED_BYTES} bytes", str(path))
        # A small file needs no large buffer; one extra byte, because a buffer must not be empty.
        buffer = memoryview(bytearray(min(_HASH_CHUNK_BYTES, size + 1)))
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
    return digest.hexdigest()


# Reading


def read_json_object(path: Path, *, linked: bool = False) -> dict[str, Any]:
    """Reads a JSON file of at most 32 MiB whose outermost value is an object; ``linked`` as in
    ``opening``. Raises OSError or ValueError."""
    try:
        value = json.loads(read_text(path, _MAX_JSON_BYTES, encoding="utf-8-sig", linked=linked))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise json.JSONDecodeError("it is not UTF-8", "", error.start) from error
    if not isinstance(value, dict):
        raise json.JSONDecodeError("it is not a JSON object", "", 0)
    _check_depth(value)
    return value


def _check_depth(value: Any) -> None:
    """Raises ValueError if recursion over the value could overflow the stack."""
    level = [value]
    for _ in range(_MAX_JSON_DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise ValueError("it is nested too deeply")


def flatten(nested: Mapping[str, Any]) -> dict[str, Any]:
    """The leaf values of nested objects by their own names, which are unique, as for options."""
    flat: dict[str, Any] = {}
    for name, value in nested.items():
        flat.update(flatten(value) if isinstance(value, Mapping) else {name: value})
    return flat


def load_weights(path: Path, *, linked: bool = False) -> Any:
    """Loads a file of ``torch.save`` on the CPU. Nothing in it can run: torch's own unpickler
    knows tensors and containers, and refuses every other class and function. Nor can it take
    long: see :mod:`nersemble.bounded`. ``linked`` as in ``opening``.

    Raises:
        FileNotFoundError: the file does not exist.
        ValueError: the file is damaged or holds something else; says why in one line.
    """
    # Imported here: processes that render or pack pictures need no torch, which takes seconds.
    import torch

    try:
        with open_to_read(path, linked=linked) as file:
            is_zip = check_pickles(file)
        # Mapped: released checkpoints weigh gigabytes, of which little may be used. Old files
        # cannot be mapped.
        return torch.load(path, map_location="cpu", weights_only=True, mmap=is_zip)
    except FileNotFoundError:
        raise
    # A damaged pickle can raise nearly anything.
    except Exception as error:
        reason = next(iter(reason_of(error).splitlines()), "")
        raise ValueError(reason or type(error).__name__) from error


# Locks


@contextmanager
def file_locked(
    path: Path,
    refusal: Callable[[str], str] | None = None,
    *,
    error: type[NersembleError] = RunError,
    remedy: str = "make its folder writable",
) -> Iterator[None]:
    """Holds the lock of a file, which is created. Warns if the file system has no locks.

    Args:
        path: the file.
        refusal: message if another process holds the lock, given that process; None: wait.
        error: the kind of error to raise.
        remedy: what the user can do if the file cannot be created.

    Raises:
        NersembleError: ``error``, if another process holds the lock or the file cannot be created.
    """
    try:
        file = open_to_append(path)
    except OSError as cause:
        if cause.errno in (errno.ENOSPC, errno.EDQUOT):
            raise error(f"The disk of {path.parent} is full: make room on it.") from cause
        raise error(f"Cannot lock {path}: {reason_of(cause)}; {remedy}.") from cause
    with file:
        try:
            take_lock(file)
        except BlockingIOError as cause:
            holder = _holder(file) or "another process"
            if refusal is not None:
                raise error(refusal(holder)) from cause
            _logger.info("%s works in %s: waiting for it.", holder, path.parent)
            take_lock(file, wait=True)
        except OSError as cause:
            _logger.warning(
                "The file system of %s has no locks (%s): make sure that no other process works "
                "there.",
                path.parent,
                reason_of(cause),
            )
        # Helps the process that is refused; the lock holds without it, on a full disk for example.
        with suppress(OSError):
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        yield


def _holder(file: FileIO | BufferedReader) -> str:
    """The description that the lock's holder wrote into its file."""
    file.seek(0)
    return file.read(_HOLDER_BYTES).decode("utf-8", "replace").strip()


def lock_holder(path: Path) -> int | None:
    """The id of the process (on its machine) that holds the lock of a file; None if none does."""
    try:
        with open_to_read(path) as file:
            try:
                take_lock(file, shared=True)
            except BlockingIOError:
                words = _holder(file).split()
                return int(words[1]) if len(words) > 1 else 0
    except OSError:
        pass
    return None
