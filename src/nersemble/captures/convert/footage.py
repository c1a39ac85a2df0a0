"""A camera's recording: a video, or a folder of pictures."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from jaxtyping import UInt8

from nersemble.data_manager.picture_files import Size, read_pixels
from nersemble.data_manager.video_reader import VideoReader
from nersemble.errors import CaptureError
from nersemble.files import is_file_name

_VIDEOS = (".mp4", ".mov", ".m4v", ".mkv", ".avi", ".webm")
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")


class Footage(Protocol):
    """The pictures of one camera in order of time, by their index from 0.

    numbers: in the pictures' names; None in a video, and where names tell no order.
    timecode: of the first picture, ``HH:MM:SS:FF``; empty if there is none.
    """

    path: Path
    size: Size
    n_frames: int
    timecode: str

    @property
    def numbers(self) -> tuple[int, ...] | None: ...

    def times(self) -> list[float]:
        """The pictures' time stamps, seconds; empty if they have none."""
        ...

    def read(self, number: int) -> UInt8[np.ndarray, "h w 3"]:
        """One picture as sRGB; raises CaptureError if it is not there or damaged."""
        ...


class Video(VideoReader):
    """A video; see :class:`Footage`."""

    numbers: tuple[int, ...] | None = None


class PictureFolder:
    """The pictures of a folder, in the order of the numbers in their names."""

    timecode = ""

    def __init__(self, path: Path, camera: str) -> None:
        """Lists the pictures and reads the size of the first.

        Raises:
            CaptureError: it is damaged.
        """
        self.path = path
        self._camera = camera
        self._files = sorted(pictures_in(path), key=_numbers_as_numbers)
        self.numbers = frame_numbers([path.stem for path in self._files])
        if self.numbers is not None:
            by_number = dict(zip(self.numbers, self._files, strict=True))
            self.numbers = tuple(sorted(by_number))
            self._files = [by_number[number] for number in self.numbers]
        self.n_frames = len(self._files)
        self.size: Size = (0, 0)
        height, width, _ = self.read(0).shape
        self.size = (width, height)

    def times(self) -> list[float]:
        """None: a file's date is not when its picture was taken."""
        return []

    def read(self, number: int) -> UInt8[np.ndarray, "h w 3"]:
        """See :class:`Footage`."""
        path = self._files[number]
        try:
            pixels = read_pixels(path, "RGB")
        except ValueError as error:
            raise CaptureError(
                f"Cannot decode {path} (camera {self._camera}): {error}; copy it again."
            ) from error
        found = (pixels.shape[1], pixels.shape[0])
        if self.size not in ((0, 0), found):
            raise CaptureError(
                f"{path} (camera {self._camera}) is {found[0]}x{found[1]} pixels, but "
                f"{self._files[0].name} is {self.size[0]}x{self.size[1]}: a camera's pictures must "
                f"have one size."
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


def open_footage(path: Path, camera: str) -> Footage:
    """Opens a recording.

    Raises:
        CaptureError: it is damaged.
    """
    return PictureFolder(path, camera) if path.is_dir() else Video(path, camera)


def frame_numbers(names: Sequence[str]) -> tuple[int, ...] | None:
    """The frame's number in each of a recording's names (without suffix); None if there is none.

    Names may hold other numbers, of the camera or the day. The frame's is the one that differs in
    all names, of several the one with the smallest span. Where only several numbers together differ
    (minute, second, frame), they count as one.
    """
    numbers = [re.findall(r"\d+", name) for name in names]
    if len({len(found) for found in numbers}) > 1:
        numbers = [found[-1:] for found in numbers]
    if not all(numbers):
        return None
    columns = list(zip(*numbers, strict=True))
    if len(names) == 1:
        columns = columns[-1:]
    varying = [column for column in columns if len(names) == 1 or len(set(column)) > 1]
    candidates = [tuple(map(int, column)) for column in varying]
    if varying:
        padded = [[part.zfill(max(map(len, c))) for part in c] for c in varying]
        candidates += [tuple(int("".join(parts)) for parts in zip(*padded, strict=True))]
    exact = [c for c in candidates if len(set(map(float, c))) == len(names)]
    return min(exact, key=lambda c: max(c) - min(c), default=None)


def _numbers_as_numbers(path: Path) -> list[tuple[int, str]]:
    """A key that puts 9.png before 10.png."""
    parts = re.split(r"(\d+)", path.name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
