"""Opens all files of the package safely, because others may have made them:

- only regular files are opened: a pipe would block for ever, a device may never end;
- a file may be a link only to a file in its own folder, or in a folder listed in
  ``NERSEMBLE_LINKED_PATHS``; files that the user names (``linked=True``) may link anywhere;
- folders may be links, because captures and runs lie on several disks; folders inside a run may
  not (:func:`check_folders`);
- reading into memory is bounded;
- writing never follows links.

Every error is an OSError whose ``strerror`` says what is wrong.
"""

import errno
import os
import stat
from io import BufferedReader, FileIO
from pathlib import Path
from typing import BinaryIO

_LINKED_PATHS = "NERSEMBLE_LINKED_PATHS"
_CHUNK_BYTES = 1 << 20
# Windows has none of them: there nothing blocks, and links are rare.
_SAFELY, _NO_LINK = (
    sum(getattr(os, flag, 0) for flag in flags)
    for flags in (("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"), ("O_NOFOLLOW",))
)
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def open_to_read(path: Path, *, linked: bool = False) -> BufferedReader:
    """Opens a regular file.

    Args:
        path: the file.
        linked: whether it may be a link to anywhere, because the user named it.

    Raises:
        OSError: it cannot be opened, is not a regular file, or links out of its folder.
    """
    return open(path, "rb", opener=lambda *_: _opened(path, os.O_RDONLY, linked))


def regular_file(path: Path, *, linked: bool = False) -> Path:
    """Checks a file for libraries that open it themselves and returns its path; raises like
    :func:`open_to_read`."""
    open_to_read(path, linked=linked).close()
    return path


def read_bytes(path: Path, max_bytes: int, *, linked: bool = False) -> bytes:
    """The content of a file; raises like :func:`open_to_read`, and if the file is too long."""
    content = bytearray()
    with open_to_read(path, linked=linked) as file:
        too_long = os.fstat(file.fileno()).st_size > max_bytes
        while not too_long and (chunk := file.read(_CHUNK_BYTES)):
            content += chunk
            too_long = len(content) > max_bytes
    if too_long:
        raise OSError(errno.EFBIG, f"it is longer than {max_bytes} bytes", str(path))
    return bytes(content)


def read_text(path: Path, max_bytes: int, *, encoding: str = "utf-8", linked: bool = False) -> str:
    """Like :func:`read_bytes`, but decoded; also raises UnicodeDecodeError."""
    return read_bytes(path, max_bytes, linked=linked).decode(encoding)


def write_bytes(path: Path, content: bytes) -> None:
    """Writes a file, replacing its content; raises OSError, also if the path is a link."""
    with open_to_write(path) as file:
        file.write(content)


def open_to_write(path: Path, *, buffering: int = -1) -> BinaryIO:
    """Opens an empty file for writing; ``buffering`` as in ``open``. Raises OSError, also if the
    path is a link."""
    flags = os.O_WRONLY | os.O_TRUNC
    return open(path, "wb", buffering, opener=lambda *_: _opened_for_writing(path, flags))


def open_to_append(path: Path) -> FileIO:
    """Opens a file for reading and for unbuffered writing at its end; creates it if it does not
    exist. Raises OSError, also if the path is a link."""
    flags = os.O_RDWR | os.O_APPEND
    return open(path, "ab+", buffering=0, opener=lambda *_: _opened_for_writing(path, flags))


def check_folders(folder: Path) -> None:
    """Raises OSError if a folder inside this one, at any depth, is a link that leads out of it.

    The folder itself may be a link.
    """
    for place, names, _ in os.walk(folder):
        for name in names:
            _check_link(Path(place, name), folder)


def _opened(path: Path, flags: int, linked: bool = False) -> int:
    if not linked:
        _check_link(path, path.parent)
    # Some devices act as soon as they are opened.
    _check_kind(path, os.stat(path))
    descriptor = os.open(path, flags | _SAFELY)
    try:
        _check_kind(path, os.fstat(descriptor))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _opened_for_writing(path: Path, flags: int) -> int:
    if os.path.islink(path):
        raise OSError(errno.ELOOP, "it is a link; remove it", str(path))
    if os.path.lexists(path):
        _check_kind(path, os.stat(path))
    return os.open(path, flags | os.O_CREAT | _NO_LINK | _SAFELY, 0o666)


def _check_kind(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
        raise OSError(errno.EINVAL, f"it is {kind}, not a file", str(path))


def _check_link(path: Path, folder: Path) -> None:
    """Raises OSError if the path is a link that leads out of the folder and is not allowed."""
    if not os.path.islink(path):
        return
    target = Path(os.path.realpath(path))
    listed = os.environ.get(_LINKED_PATHS, "").split(os.pathsep)
    allowed = [str(folder), *filter(None, listed)]
    if not any(target.is_relative_to(os.path.realpath(place)) for place in allowed):
        raise OSError(
            errno.ELOOP,
            f"it is a link that leads out of its folder, to {target}: put the file itself there, "
            f"or list its target's folder in {_LINKED_PATHS}",
            str(path),
        )
