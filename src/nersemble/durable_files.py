"""Files that are whole or not there: written under another name, forced to disk, then moved."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_HASH_CHUNK_BYTES = 1 << 24
# Nothing that we or others write is near; what is read takes up to 25 times as much memory.
_MAX_JSON_BYTES = 1 << 25
_MAX_JSON_DEPTH = 100


@contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """A name in the same folder, to be moved onto ``path``; removed if that did not happen."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Writes JSON and waits until it is on the disk; raises OSError or, not JSON, TypeError."""
    path.write_text(json.dumps(dict(value), indent=2) + "\n", encoding="utf-8")
    sync_to_disk(path)


def replace_json(path: Path, value: Mapping[str, Any]) -> None:
    """Writes JSON in place of what was there, whole or not at all; raises as :func:`write_json`."""
    with temporary_beside(path) as temporary:
        write_json(temporary, value)
        os.replace(temporary, path)


def read_json_object(path: Path) -> dict[str, Any]:
    """Reads a JSON file of at most 32 MiB whose outermost value is an object; raises OSError or
    ValueError."""
    size = path.stat().st_size
    if size > _MAX_JSON_BYTES:
        raise ValueError(f"it has {size} bytes, more than the {_MAX_JSON_BYTES} that are read")
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
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


def sync_to_disk(path: Path) -> None:
    """Waits until a file, or the list of names of a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """The SHA-256 sum of a file of any size, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        # A small file needs no large buffer; one more byte, since a buffer must not be empty.
        size = os.fstat(file.fileno()).st_size
        buffer = memoryview(bytearray(min(_HASH_CHUNK_BYTES, size + 1)))
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
    return digest.hexdigest()


def reason_of(error: Exception) -> str:
    """The error in a few words, without the path that the message names anyway."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, json.JSONDecodeError):
        return f"it is not valid JSON ({error})"
    if isinstance(error, KeyError):
        return f"it lacks the entry {error}"
    return str(error)
