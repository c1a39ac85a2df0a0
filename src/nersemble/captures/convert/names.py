"""Compares names of cameras, recordings and pictures as a person would."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

VIDEOS = (".mp4", ".mov", ".m4v", ".mkv", ".avi", ".webm")
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
UNREAD = (
    *(".heic", ".heif", ".avif", ".jxl", ".jp2", ".gif", ".tga", ".exr", ".hdr", ".ppm", ".pgm"),
    *(".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".rw2", ".orf", ".psd"),
    *(".mts", ".m2ts", ".mxf", ".wmv", ".mpg", ".mpeg", ".3gp", ".flv", ".braw", ".r3d", ".insv"),
)
"""Common formats of pictures and videos that are not supported."""

_Key = str | tuple[int | str, ...]
_MASK_WORD = re.compile(r"[ _.-]*(fg|foreground)?[ _-]?(masks?|alpha|matte)$", re.IGNORECASE)
_FRAME = re.compile(r"[ _.-]+(f|frame)?[ _-]?\d{3,}$", re.IGNORECASE)


def without_suffix(name: str) -> str:
    """A file's name without the picture and video suffixes (``a.jpg.png`` is ``a``, and
    ``left.phone`` stays)."""
    while Path(name).suffix.lower() in VIDEOS + PICTURES:
        name = Path(name).stem
    return name


def without_mask_word(name: str) -> str:
    """``left`` for ``left_mask``; a name that is only such a word is unchanged."""
    return _MASK_WORD.sub("", name) or name


def without_frame(name: str) -> str:
    """``left`` for ``left_frame_0001``."""
    return _FRAME.sub("", name)


def files_in(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The files of a folder with one of some suffixes, sorted; without hidden files, such as a
    Mac's ``._0001.png``."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in suffixes and not path.name.startswith(".") and path.is_file()
    )


class NameFinder:
    """Finds which of several names is meant.

    The closest match wins. From close to loose: the same name; the same except for case and Unicode
    form; the same words and numbers, ignoring separators, leading zeros and a leading ``cam``.
    A match with several names is ignored.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Takes the names to search."""
        self._tables = [_unique(names, key) for key in _LIKENESSES]

    def find(self, name: str) -> str | None:
        """The name that is meant, or None."""
        name = without_suffix(name)
        pairs = zip(_LIKENESSES, self._tables, strict=True)
        return next((t[k] for key, t in pairs if (k := key(name)) in t), None)


def _unique(names: Iterable[str], key: Callable[[str], _Key]) -> dict[_Key, str]:
    table: dict[_Key, list[str]] = {}
    for name in names:
        table.setdefault(key(without_suffix(name)), []).append(name)
    return {k: found[0] for k, found in table.items() if k and len(found) == 1}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _words(name: str) -> tuple[int | str, ...]:
    parts = re.findall(r"[0-9]+|[^\W\d_]+", _folded(name))
    if len(parts) > 1 and parts[0] in ("cam", "camera"):
        parts = parts[1:]
    return tuple(int(part) if part.isdecimal() else part for part in parts)


_LIKENESSES: tuple[Callable[[str], _Key], ...] = (str, _folded, _words)
