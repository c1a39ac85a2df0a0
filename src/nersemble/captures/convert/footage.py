"""A camera's recording: a video, or a folder of pictures."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from jaxtyping import UInt8

from nersemble.data_manager.picture_files import Size, orientation_of, read_pixels
from nersemble.data_manager.pixels import MaskCoding, colors_of, some_of
from nersemble.data_manager.video_reader import VideoReader
from nersemble.errors import CaptureError
from nersemble.files import is_file_name

_VIDEOS = (".mp4", ".mov", ".m4v", ".mkv", ".avi", ".webm")
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")


class Footage(Protocol):
    """The pictures of one camera in order of time, numbered from 0."""

    path: Path
    size: Size
    n_frames: int

    def read(self, number: int) -> UInt8[np.ndarray, "h w c"]:
        """One picture, upright, see ``pixels.colors_of``; raises CaptureError if it is not there,
        damaged or of a kind that is not understood."""
        ...

    def read_mask(self, number: int) -> UInt8[np.ndarray, "h w"]:
        """One picture as alpha, see ``pixels.MaskCoding``; raises CaptureError as ``read``."""
        ...

    def orientation(self) -> str:
        """The mark by which the first picture was turned, in words; empty if it was not."""
        ...


class PictureFolder:
    """The pictures of a folder, in the order of the numbers in their names."""

    def __init__(self, path: Path, camera: str, *, upright: bool = True) -> None:
        """Lists the pictures and reads the size of the first.

        Raises:
            CaptureError: it is damaged.
        """
        self.path = path
        self._camera = camera
        self._upright = upright
        self._files = sorted(pictures_in(path), key=_numbers_as_numbers)
        self.n_frames = len(self._files)
        self._mask_coding = MaskCoding(self._examples)
        self.size: Size = (0, 0)
        height, width = self._read(0, np.asarray).shape[:2]
        self.size = (width, height)

    def read(self, number: int) -> UInt8[np.ndarray, "h w c"]:
        """See :class:`Footage`."""
        return self._read(number, colors_of)

    def read_mask(self, number: int) -> UInt8[np.ndarray, "h w"]:
        """See :class:`Footage`."""
        return self._read(number, self._mask_coding.alpha)

    def orientation(self) -> str:
        """See :class:`Footage`."""
        return self._mark(self._files[0])

    def _examples(self) -> Iterator[np.ndarray[Any, Any]]:
        for path in some_of(self._files):
            with suppress(ValueError):
                yield read_pixels(path)

    def _mark(self, path: Path) -> str:
        return orientation_of(path) if self._upright else ""

    def _read(
        self, number: int, meaning: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]
    ) -> np.ndarray[Any, Any]:
        path = self._files[number]
        try:
            pixels = meaning(read_pixels(path, upright=self._upright))
        except ValueError as error:
            raise CaptureError(f"Cannot read {path} (camera {self._camera}): {error}.") from error
        found = (pixels.shape[1], pixels.shape[0])
        if self.size not in ((0, 0), found):
            raise CaptureError(
                f"{path} (camera {self._camera}) is {found[0]}x{found[1]} pixels"
                f"{self._mark(path)}, but {self._files[0].name} is {self.size[0]}x"
                f"{self.size[1]}{self.orientation()}: a camera's pictures must have one size."
            )
        return pixels


def pictures_in(folder: Path) -> list[Path]:
    """The picture files of a folder."""
    return [path for path in folder.iterdir() if path.suffix.lower() in _PICTURES]


def find_footage(folder: Path) -> dict[str, Path]:
    """The recordings in a folder by camera: videos, or folders with pictures.

    Raises:
        CaptureError: there is no such folder, nothing in it, or two recordings of one name.
    """
    if not folder.is_dir():
        raise CaptureError(f"The folder {folder} does not exist.")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        is_video = path.is_file() and path.suffix.lower() in _VIDEOS
        if path.name.startswith(".") or not (is_video or (path.is_dir() and pictures_in(path))):
            continue
        name = path.stem if is_video else path.name
        if not is_file_name(name):
            raise CaptureError(
                f"{path} cannot name a camera: rename it to at most 100 characters, without "
                f"control characters and without a dot at its begin."
            )
        if name in found:
            raise CaptureError(
                f"{found[name]} and {path} are both recordings of camera {name}: move one away."
            )
        found[name] = path
    if not found:
        raise CaptureError(
            f"{folder} has neither videos ({', '.join(_VIDEOS)}) nor folders of pictures, one for "
            f"each camera."
        )
    return found


def open_footage(path: Path, camera: str, *, upright: bool = True) -> Footage:
    """Opens a recording, to be turned as its mark says, or read as stored.

    Raises:
        CaptureError: it is damaged.
    """
    kind = PictureFolder if path.is_dir() else VideoReader
    return kind(path, camera, upright=upright)


def _numbers_as_numbers(path: Path) -> list[tuple[int, str]]:
    """A key that puts 9.png before 10.png."""
    parts = re.split(r"(\d+)", path.name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
