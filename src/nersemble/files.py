"""Files on disk, for every room: in this order

- errors in a few words (``reason_of``), and which names may name a file (``is_file_name``);
- writing: whole or not at all (``written_whole``, ``replace_json``), forced to disk, checksums,
  and what a killed process leaves (``leftovers_of``);
- reading what others may have written: JSON of bounded size, tensors that cannot run code;
- locks that processes hold on a file.

``opening`` opens them all.
"""

import errno
import fcntl
import hashlib
import json
import logging
import os
import re
import shutil
import socket
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any

from nersemble.bounded import check_pickles
from nersemble.errors import NersembleError, RunError
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
# More than any model or recording; a sparse file may have any length.
_MAX_HASHED_BYTES = 1 << 36
# Nothing that we or others write is near; what is read takes up to 25 times as much memory.
_MAX_JSON_BYTES = 1 << 25
_MAX_JSON_DEPTH = 100
# Nothing takes as long to write; by then a process of another machine has ended, too.
_LONGEST_WRITE_SECONDS = 86400.0

# What the kind of an error of the disk demands.
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
    """The error in a few words, without the path that the message names anyway."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, json.JSONDecodeError):
        return f"it is not valid JSON ({error})"
    if isinstance(error, KeyError):
        return f"it lacks the entry {error}"
    return str(error)


def remedy_of(error: OSError) -> str:
    """What to do about an error of the disk; an empty string where its kind does not say."""
    return _REMEDIES.get(error.errno or 0, "")


def is_file_name(name: str) -> bool:
    """Whether a name can only name something inside of a folder, and can be shown.

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
    """A hidden name beside ``path`` that no other process uses, on whichever machine."""
    return path.with_name(f".{path.name}.{os.getpid()}-{_machine_tag()}.{ending}")


def leftovers_of(path: Path, ending: str = "tmp") -> list[Path]:
    """What processes that no longer run have left under the names of :func:`temporary_name`."""
    name = re.compile(rf"\.{re.escape(path.name)}\.(\d+)-([0-9a-f]{{8}})\.{ending}")
    matches = [match for match in map(name.fullmatch, os.listdir(path.parent)) if match]
    return [
        path.with_name(match[0])
        for match in matches
        if not _is_being_written(path.with_name(match[0]), int(match[1]), match[2])
    ]


def remove_leftovers(path: Path) -> None:
    """Removes what killed processes had begun to write in place of a file or folder."""
    for leftover in leftovers_of(path):
        remove(leftover)


def remove(path: Path) -> None:
    """Removes a file, a link or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _machine_tag() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def _is_being_written(path: Path, process: int, machine: str) -> bool:
    if machine != _machine_tag():
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
    """An empty file in the same folder, to be moved onto ``path``; removed if that did not happen.

    It has the mode that new files have there. What killed processes left of ``path`` is removed.
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
    """A file that readers find as it was, as it shall be, or not at all.

    The block writes the file that it gets, which lies in the same folder. If the block ends well,
    that file replaces ``path``; if not, nothing is left of it.

    Args:
        path: of the file; its folder exists.
        sync: wait until content and name are on the disk, so that both survive a loss of power.
    """
    with temporary_beside(path) as temporary:
        yield temporary
        if sync:
            sync_to_disk(temporary)
        os.replace(temporary, path)
        if sync:
            sync_to_disk(path.parent)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Writes JSON and waits until it is on the disk; raises OSError or, not JSON, TypeError."""
    _write_json(path, value)
    sync_to_disk(path)


def replace_json(path: Path, value: Mapping[str, Any]) -> None:
    """Writes JSON in place of what was there, whole or not at all; raises as :func:`write_json`."""
    with written_whole(path) as temporary:
        _write_json(temporary, value)


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    write_bytes(path, (json.dumps(dict(value), indent=2) + "\n").encode())


def sync_to_disk(path: Path) -> None:
    """Waits until a file, or the list of names of a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot sync folders.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def sha256_of(path: Path, *, linked: bool = False) -> str:
    """The SHA-256 sum of a file of at most 64 GiB, in hexadecimal; opened as ``opening`` says."""
    digest = hashlib.sha256()
    with open_to_read(path, linked=linked) as file:
        size = os.fstat(file.fileno()).st_size
        if size > _MAX_HASHED_BYTES:
            raise OSError(errno.EFBIG, f"it is longer than {_MAX_HASHED_BYTES} bytes", str(path))
        # A small file needs no large buffer; one more byte, since a buffer must not be empty.
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
        raise ValueError("it is nested too deep") from error
    except UnicodeDecodeError as error:
        raise json.JSONDecodeError("it is not UTF-8", "", error.start) from error
    if not isinstance(value, dict):
        raise json.JSONDecodeError("it is not a JSON object", "", 0)
    _check_depth(value)
    return value


def _check_depth(value: Any) -> None:
    """Raises ValueError where a recursive function over the value could exhaust the stack."""
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
    raise ValueError("it is nested too deep")


def flatten(nested: Mapping[str, Any]) -> dict[str, Any]:
    """The values of nested objects by their own names alone, as those of options are unique."""
    flat: dict[str, Any] = {}
    for name, value in nested.items():
        flat.update(flatten(value) if isinstance(value, Mapping) else {name: value})
    return flat


def load_weights(path: Path, *, linked: bool = False) -> Any:
    """The content of a file of ``torch.save``, on the CPU. Nothing in it can run: torch's own
    unpickler knows tensors and containers, and refuses every other class and function. Nor can it
    take long: see :mod:`nersemble.bounded`. ``linked`` as in ``opening``.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is damaged or holds something else; says why in one line.
    """
    # Processes that draw or pack pictures do without torch, which takes seconds to import.
    import torch

    try:
        with open_to_read(path, linked=linked) as file:
            is_zip = check_pickles(file)
        # Released checkpoints weigh gigabytes, of which little may be used; old files do not map.
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
        file = open_to_append(path)
    except OSError as cause:
        if cause.errno in (errno.ENOSPC, errno.EDQUOT):
            raise error(f"The disk of {path.parent} is full: make room on it.") from cause
        raise error(f"Cannot lock {path}: {reason_of(cause)}; {remedy}.") from cause
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as cause:
            holder = _holder(file) or "another process"
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
            file.write(f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        yield


def _holder(file: FileIO | BufferedReader) -> str:
    """What the holder of a lock wrote into its file."""
    file.seek(0)
    return file.read(_HOLDER_BYTES).decode("utf-8", "replace").strip()


def lock_holder(path: Path) -> int | None:
    """The process (on the machine where it runs) that holds the lock of a file, if one does."""
    try:
        with open_to_read(path) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                words = _holder(file).split()
                return int(words[1]) if len(words) > 1 else 0
    except OSError:
        pass
    return None
