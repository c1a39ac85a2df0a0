"""A camera's recording: a video, or a folder of pictures."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from jaxtyping import UInt8

from nersemble.captures.convert.names import (
    PICTURES,
    UNREAD,
    VIDEOS,
    files_in,
    without_mask_word,
    without_suffix,
)
from nersemble.data_manager.config import Size
from nersemble.data_manager.picture_files import (
    oddities,
    orientation_of,
    read_pixels,
    resize_bilinear,
)
from nersemble.data_manager.pixels import MaskCoding, colors_of
from nersemble.data_manager.video_reader import VideoReader
from nersemble.errors import CaptureError
from nersemble.files import is_file_name

Recording = Path | tuple[Path, ...]
"""A video, a picture, a folder of pictures, or pictures in order of time."""

_log = logging.getLogger("nersemble.data")

# Relative difference of aspect ratios that rounding to pixels can cause.
_SAME_SHAPE = 0.01
# Names of folders of pictures, as opposed to other folders that programs write beside them.
_IMAGES = re.compile(r"(images?|imgs?|photos?|pictures|input|rgb)", re.IGNORECASE)
_BESIDE_IMAGES = re.compile(r".*(mask|alpha|matte|depth|normal).*|images_\d+", re.IGNORECASE)


class Footage(Protocol):
    """The pictures of one camera in order of time, indexed from 0.

    numbers: from the pictures' names; None for a video, or if the names give no order.
    timecode: that of the first picture, ``HH:MM:SS:FF``; empty if unknown.
    may_hide: whether the alpha of pictures may hide something, judged by the first of a folder.
    """

    path: Path
    size: Size
    n_frames: int
    timecode: str
    may_hide: bool

    @property
    def numbers(self) -> tuple[int, ...] | None: ...

    def times(self) -> list[float]:
        """The pictures' time stamps in seconds; empty if they have none."""
        ...

    def read(self, number: int) -> UInt8[np.ndarray, "h w c"]:
        """One picture, upright, see ``pixels.colors_of``; raises CaptureError if it is missing,
        damaged or of an unsupported kind."""
        ...

    def read_mask(self, number: int) -> UInt8[np.ndarray, "h w"]:
        """One picture as alpha, see ``pixels.MaskCoding``; raises CaptureError as ``read``."""
        ...

    def orientation(self) -> str:
        """The orientation mark of the first picture as text; empty if it was not turned."""
        ...

    def remarks(self) -> list[str]:
        """Unusual properties of the first picture that are not corrected, as predicates."""
        ...


Opener = Callable[[Recording, str], Footage]
"""Opens the recording of a camera; see :func:`open_footage`."""


class Video(VideoReader):
    """A video; see :class:`Footage`."""

    linked = True
    numbers: tuple[int, ...] | None = None
    _is_squared = False

    def remarks(self) -> list[str]:
        """See :class:`Footage`."""
        found = []
        if self.is_interlaced():
            found.append(
                "is interlaced: the lines of its pictures alternate between two moments. If moving "
                "edges look like combs, use the output of ffmpeg -i IN -vf bwdif OUT"
            )
        if self.other_colors:
            found.append(
                f"has {self.other_colors}, but is read as sRGB: for true colours, convert it with "
                f"ffmpeg's filters zscale and tonemap"
            )
        return found

    def take_pixels_as(self, calibrated: Size | None) -> None:
        """Resamples non-square pixels to squares if the calibrated pictures have square pixels;
        warns about non-square pixels.

        Args:
            calibrated: the size of the calibrated pictures; None if unknown.
        """
        aspect, (width, height) = self.pixel_aspect, self.size
        if abs(aspect - 1) < _SAME_SHAPE:
            return
        squared = (max(round(width * aspect), 1), height)
        if calibrated and _of_one_shape(squared, calibrated) and squared != self.size:
            self._is_squared, self.size = True, squared
            what = "are resampled to squares, as in the calibrated pictures"
        else:
            what = (
                "stay as stored: for square pixels, use the output of ffmpeg -i IN -vf "
                "scale=iw*sar:ih,setsar=1 OUT"
            )
        shape = f"{aspect.numerator}:{aspect.denominator}"
        _log.warning("The pixels of video %s, of shape %s, %s.", self.path, shape, what)

    def read(self, number: int) -> UInt8[np.ndarray, "h w c"]:
        """See :class:`Footage`."""
        pixels = super().read(number)
        return resize_bilinear(pixels, self.size) if self._is_squared else pixels


def _of_one_shape(size: Size, other: Size) -> bool:
    return abs(size[0] * other[1] / (size[1] * other[0]) - 1) < _SAME_SHAPE


class PictureFolder:
    """The pictures of a folder, in the order of the numbers in their names, or given files."""

    timecode = ""

    def __init__(
        self, path: Path, camera: str, files: Sequence[Path] | None = None, *, upright: bool = True
    ) -> None:
        """Lists the pictures, unless ``files`` are given, and reads the size of the first one.

        Raises:
            CaptureError: the first picture is damaged, or the folder holds none.
        """
        self.path = path
        self._camera = camera
        self._upright = upright
        self._files = list(files or sorted(files_in(path, PICTURES), key=_numbers_as_numbers))
        if not self._files:
            there = ", ".join(sorted(p.name for p in path.iterdir())[:3])
            raise CaptureError(
                f"{path} (camera {camera}) holds no picture files, only {there or 'nothing'}."
            )
        if not files:
            self._check_names()
        # Given files are already in order; their names need not contain numbers.
        self.numbers = None if files else frame_numbers([file.stem for file in self._files])
        if self.numbers is not None:
            by_number = dict(zip(self.numbers, self._files, strict=True))
            self.numbers = tuple(sorted(by_number))
            self._files = [by_number[number] for number in self.numbers]
        self.n_frames = len(self._files)
        self._mask_coding = MaskCoding(self._files, partial(read_pixels, linked=True))
        self.size: Size = (0, 0)
        first = self._read(0, np.asarray)
        self.size = (first.shape[1], first.shape[0])
        self.may_hide = first.shape[2:] == (4,)

    def _check_names(self) -> None:
        """Refuses two pictures of the same name: one is a copy or a mask."""
        known: dict[int | str, Path] = {}
        for file in self._files:
            name = without_mask_word(without_suffix(file.name)).casefold()
            other = known.setdefault(int(name) if name.isdecimal() else name, file)
            if other is not file:
                raise CaptureError(
                    f"{other} and {file.name} (camera {self._camera}) belong to the same frame: "
                    f"move one away; masks belong in a separate folder, given with --masks."
                )

    def times(self) -> list[float]:
        """Empty: a file's date does not tell when its picture was taken."""
        return []

    def read(self, number: int) -> UInt8[np.ndarray, "h w c"]:
        """See :class:`Footage`."""
        return self._read(number, colors_of)

    def read_mask(self, number: int) -> UInt8[np.ndarray, "h w"]:
        """See :class:`Footage`."""
        return self._read(number, self._mask_coding.alpha)

    def orientation(self) -> str:
        """See :class:`Footage`."""
        return self._mark(self._files[0])

    def remarks(self) -> list[str]:
        """See :class:`Footage`."""
        return oddities(self._files[0], linked=True)

    def _mark(self, path: Path) -> str:
        return orientation_of(path, linked=True) if self._upright else ""

    def _read(
        self, number: int, meaning: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]
    ) -> np.ndarray[Any, Any]:
        path = self._files[number]
        try:
            pixels = meaning(read_pixels(path, upright=self._upright, linked=True))
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


def find_footage(folder: Path) -> dict[str, Path]:
    """The recordings in a folder by camera: videos, folders that hold pictures or one video, or, in
    a flat folder of photographs, single pictures. If the folder holds only one folder, or
    ``images`` beside masks and depths, that folder is searched instead.

    Raises:
        CaptureError: the folder does not exist or is empty, or two recordings have one name.
    """
    if not folder.is_dir():
        raise CaptureError(f"The folder {folder} does not exist.")
    below = _visible_folders(folder)
    recorded = {path: recording for path in below if (recording := _recording_in(path))}
    videos = files_in(folder, VIDEOS)
    photographs = files_in(folder, PICTURES)
    others = [path for path in recorded if not _BESIDE_IMAGES.fullmatch(path.name)]
    images = [path for path in below if _IMAGES.fullmatch(path.name)]
    if not videos and len(photographs) > 1 and not others:
        _report_unread([folder])
        return _by_camera([(path.stem, path) for path in photographs])
    if not videos and not photographs:
        if len(images) == 1 and others in ([], images):
            return find_footage(images[0])
        if len(below) == 1 and not recorded:
            return find_footage(below[0])
    if any(folder.glob("sequence_*/*/*/cam_*.mp4")):
        raise CaptureError(
            f"{folder} is the data set as downloaded and needs no conversion: train on it with "
            f"--data_path."
        )
    _report_unread([folder, *(path for path in below if path not in recorded)])
    for path in below:
        if path not in recorded and not (
            _BESIDE_IMAGES.fullmatch(path.name) or _visible_folders(path)
        ):
            _log.warning("%s is left out: it holds neither pictures nor exactly one video.", path)
    if not videos and not recorded:
        raise CaptureError(
            f"{folder} has no videos ({', '.join(VIDEOS)}), no folders of pictures (one for each "
            f"camera), and no photographs (one from each view)."
        )
    if photographs:
        _log.warning(
            "%s has recordings of cameras, so %d pictures beside them, such as %s, are ignored.",
            *(folder, len(photographs), photographs[0].name),
        )
    found = [(path.stem, path) for path in videos]
    return _by_camera(sorted([*found, *((p.name, recorded[p]) for p in recorded)]))


def _report_unread(folders: Sequence[Path]) -> None:
    """Warns about recordings in unsupported formats, which would be silently missing."""
    for folder in folders:
        if unread := files_in(folder, UNREAD):
            _log.warning(
                "%s holds %d files in unsupported formats, such as %s: convert pictures "
                "to PNG or JPEG, and videos to MP4.",
                *(folder, len(unread), unread[0].name),
            )


def _visible_folders(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith((".", "__")))


def _recording_in(folder: Path, depth: int = 3) -> Path | None:
    """A camera's pictures or its only video, in its folder or in a single subfolder."""
    videos = files_in(folder, VIDEOS)
    if files_in(folder, PICTURES):
        return folder
    if videos:
        return videos[0] if len(videos) == 1 else None
    below = _visible_folders(folder)
    return _recording_in(below[0], depth - 1) if len(below) == 1 and depth else None


def _by_camera(recordings: Sequence[tuple[str, Path]]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name, path in recordings:
        if not is_file_name(name):
            raise CaptureError(
                f"{path} cannot name a camera: rename it to at most 100 characters, without "
                f"control characters and without a leading dot."
            )
        if name in found:
            raise CaptureError(
                f"{found[name]} and {path} are both recordings of camera {name}: move one away."
            )
        found[name] = path
    return found


def split_masks(found: Mapping[str, Path]) -> tuple[dict[str, Path], dict[str, Path]]:
    """Separates masks from recordings: ``left_mask`` is a mask if ``left`` exists."""
    recorded = {without_suffix(name) for name in found}
    masks = {
        name: path
        for name, path in found.items()
        if without_mask_word(without_suffix(name)) in recorded - {name}
    }
    return {name: path for name, path in found.items() if name not in masks}, masks


def open_footage(recording: Recording, camera: str, *, upright: bool = True) -> Footage:
    """Opens a recording; ``upright`` rotates its pictures by their orientation mark.

    Raises:
        CaptureError: it is damaged.
    """
    if not isinstance(recording, Path):
        return PictureFolder(recording[0].parent, camera, recording, upright=upright)
    if recording.suffix.lower() in PICTURES and not recording.is_dir():
        return PictureFolder(recording, camera, (recording,), upright=upright)
    if recording.is_dir():
        return PictureFolder(recording, camera, upright=upright)
    return Video(recording, camera, upright=upright)


def frame_numbers(names: Sequence[str]) -> tuple[int, ...] | None:
    """The frame's number in each of a recording's names (without suffix); None if they have none.

    Names may hold other numbers, such as a camera or a date. The frame's number is the one that
    differs in all names; if several do, the one with the smallest range. If only a combination of
    numbers differs (minute, second, frame), they are joined into one. The same is done if the
    single number has large gaps and sorts differently from the names, like milliseconds.
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
        if all(len(set(map(len, column))) == 1 for column in varying):
            order = np.argsort(candidates[-1])
            candidates = [
                c
                for c in candidates
                if np.ptp(c) < 2 * len(c) or (np.diff(np.array(c)[order]) >= 0).all()
            ]
    exact = [c for c in candidates if len(set(map(float, c))) == len(names)]
    return min(exact, key=lambda c: max(c) - min(c), default=None)


def _numbers_as_numbers(path: Path) -> list[tuple[int, str]]:
    """A sort key that puts 9.png before 10.png."""
    parts = re.split(r"(\d+)", path.name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
