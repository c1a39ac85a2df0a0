"""What may lie in the place of a file, besides a file."""

import os
import shutil
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

OUTSIDE = ".outside"
"""Ends the name of what a link leads to, one folder above."""

_SPARSE_BYTES = 1 << 40


def _pipe(path: Path, content: bytes) -> None:
    os.mkfifo(path)


def _folder(path: Path, content: bytes) -> None:
    path.mkdir()


def _socket(path: Path, content: bytes) -> None:
    # By a short name: the path of a socket has at most 107 letters.
    folder = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{folder}/{path.name}")
    os.close(folder)


def _zeros(path: Path, content: bytes) -> None:
    path.symlink_to("/dev/zero")


def _link_out(path: Path, content: bytes) -> None:
    other = path.parent.parent / f"{path.name}{OUTSIDE}"
    other.write_bytes(content)
    path.symlink_to(other)


def _dangling(path: Path, content: bytes) -> None:
    path.symlink_to(path.with_name("nowhere"))


def _loop(path: Path, content: bytes) -> None:
    path.symlink_to(path)


def _sparse(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    os.truncate(path, _SPARSE_BYTES)


def _sparse_zeros(path: Path, content: bytes) -> None:
    _sparse(path, b"")


PLACES: Mapping[str, Callable[[Path, bytes], None]] = {
    "pipe": _pipe,
    "folder": _folder,
    "socket": _socket,
    "link to /dev/zero": _zeros,
    "link out": _link_out,
    "dangling link": _dangling,
    "link to itself": _loop,
    "sparse end": _sparse,
    "sparse file": _sparse_zeros,
}
"""By name, what is put at a path in place of a file with this content."""


def clear(path: Path) -> None:
    """Removes whatever lies there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
