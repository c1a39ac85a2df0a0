"""Packed pictures on disk: memory-mapped, so that any pixel is read without decoding a picture.

A folder holds the pictures of one sequence at one size. Each timestep is a pair of files, a
record (what is there and what it was made from) and the pixels that it names; docs/formats.md has
the format. ``packing`` writes them.
"""

import dataclasses
import mmap
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int, UInt16

from nersemble.data_manager.capture import Capture, Frame
from nersemble.data_manager.color_affine import Rounding
from nersemble.data_manager.frame_store import PixelValues, SelectedPictures
from nersemble.errors import StoreError
from nersemble.files import is_file_name, read_json_object, reason_of
from nersemble.opening import open_to_read

FORMAT_VERSION = 1

_WORDS_WITHOUT_DEPTH = 2
_WORDS_WITH_DEPTH = 3
_WORD = np.dtype("<u2")
_WHITE = 255
_BYTES_AT_ONCE = 1 << 24


@dataclass(frozen=True)
class Source:
    """A file that a picture was made from: its size and time tell cheaply whether it changed, its
    hash tells surely."""

    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True)
class PackedFrame:
    """Where a picture lies in its file.

    box: top, left, height, width of the rectangle that is stored; outside all pixels are
        background without depth.
    offset: first byte.
    depth: whether pixels have a third word, the depth.
    crc32: of the stored bytes.
    sources: by path below the data folder.
    """

    box: tuple[int, int, int, int]
    offset: int
    depth: bool
    crc32: int
    sources: Mapping[str, Source]

    @property
    def words(self) -> int:
        """16-bit words of a pixel."""
        return _WORDS_WITH_DEPTH if self.depth else _WORDS_WITHOUT_DEPTH

    @property
    def n_bytes(self) -> int:
        """Length in the file."""
        return self.box[2] * self.box[3] * self.words * _WORD.itemsize


@dataclass(frozen=True)
class Shard:
    """The packed pictures of one timestep.

    pixels: name of their file.
    n_bytes: its length.
    frames: by serial.
    """

    pixels: str
    n_bytes: int
    frames: Mapping[str, PackedFrame]

    def to_json(self) -> dict[str, Any]:
        """The content of the record."""
        return {"format_version": FORMAT_VERSION, **dataclasses.asdict(self)}


def bytes_of_a_pixel(with_depth: bool) -> int:
    """Of a stored pixel."""
    return (_WORDS_WITH_DEPTH if with_depth else _WORDS_WITHOUT_DEPTH) * _WORD.itemsize


def record_path(folder: Path, frame_number: int) -> Path:
    """The record of a timestep."""
    return folder / f"frame_{frame_number:05d}.json"


def store_folder(base: Path, capture: Capture, rounding: Rounding) -> Path:
    """Where the packed pictures of a capture belong: each size and rounding has its own folder."""
    width, height = capture.picture_size
    size = f"{width}x{height}-{rounding}-v{FORMAT_VERSION}"
    return base / f"{capture.participant:03d}" / capture.sequence / size


def read_shard(folder: Path, frame_number: int) -> Shard:
    """Reads a record and checks that its pixels are there, of the right length.

    Raises:
        OSError, ValueError: they are missing or damaged.
    """
    content = read_json_object(record_path(folder, frame_number))
    if content.get("format_version") != FORMAT_VERSION:
        raise ValueError(f"format version {content.get('format_version')}")
    try:
        frames = {serial: _frame_of(entry) for serial, entry in content["frames"].items()}
        shard = Shard(content["pixels"], content["n_bytes"], frames)
        beside = is_file_name(shard.pixels)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"it is no record of packed pictures ({reason_of(error)})") from error
    if not beside:
        raise ValueError(f"{shard.pixels!r} names no file of pixels beside it")
    try:
        found = (folder / shard.pixels).stat().st_size
    except OSError as error:
        raise ValueError(f"{shard.pixels}: {reason_of(error)}") from error
    if found != shard.n_bytes or any(f.offset + f.n_bytes > found for f in frames.values()):
        raise ValueError(f"{shard.pixels} has {found} bytes instead of {shard.n_bytes}")
    return shard


def _frame_of(entry: Mapping[str, Any]) -> PackedFrame:
    top, left, height, width = map(_count, entry["box"])
    offset, crc32, depth = _count(entry["offset"]), _count(entry["crc32"]), entry["depth"]
    if offset % _WORD.itemsize or type(depth) is not bool:
        raise ValueError("a picture's place in the file of pixels is not one that packing writes")
    sources = {name: Source(**source) for name, source in entry["sources"].items()}
    return PackedFrame((top, left, height, width), offset, depth, crc32, sources)


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError(f"{str(value)[:40]!r} is not a count")
    return value


def foreground_box(frame: Frame) -> tuple[int, int, int, int]:
    """Top, left, height, width of the pixels with alpha or depth; 0, 0, 0, 0 without any."""
    wanted = frame.alpha != 0
    if frame.depth is not None:
        wanted |= frame.depth != 0
    rows, columns = np.flatnonzero(wanted.any(1)), np.flatnonzero(wanted.any(0))
    if not len(rows):
        return 0, 0, 0, 0
    top, left = int(rows[0]), int(columns[0])
    return top, left, int(rows[-1]) + 1 - top, int(columns[-1]) + 1 - left


def interleave(frame: Frame, box: tuple[int, int, int, int]) -> UInt16[np.ndarray, "h w words"]:
    """The pixels in a box as they are stored: a pixel's values side by side, in one page."""
    top, left, height, width = box
    inside = (slice(top, top + height), slice(left, left + width))
    words = _WORDS_WITHOUT_DEPTH if frame.depth is None else _WORDS_WITH_DEPTH
    packed = np.empty((height, width, words), dtype=_WORD)
    octets = packed.view(np.uint8).reshape(height, width, 2 * words)
    # Channel by channel: numpy copies pixels of three bytes one after the other.
    for channel in range(3):
        octets[..., channel] = frame.rgb[inside][..., channel]
    octets[..., 3] = frame.alpha[inside]
    if frame.depth is not None:
        packed[..., 2] = frame.depth[inside]
    return packed


class PackedStore(SelectedPictures):
    """The packed pictures of some cameras at some timesteps; reads as ``FrameStore`` does.

    Colours outside a picture's box are white: alpha is 0 there, so they count for nothing. Files
    stay mapped as long as the bound on pictures allows; mapped pages belong to the page cache, not
    to the process; it holds everything where a ``FrameStore`` does, so that batches are the same.
    Safe to use from many threads.
    """

    def __init__(
        self,
        folder: Path,
        image_shape: tuple[int, int],
        serials: Sequence[str],
        frame_numbers: Sequence[int],
        *,
        max_cached_images: int = 10000,
    ) -> None:
        """Reads the records of pictures that ``packing`` has packed.

        Args:
            folder: of :func:`store_folder`.
            image_shape: height and width of the pictures.
            serials: the camera of each camera index.
            frame_numbers: the capture's frame of each timestep.
            max_cached_images: pictures whose files stay mapped, at least those of one timestep.

        Raises:
            StoreError: a picture is not packed, or its files are damaged.
            ConfigError: the bound is negative.
        """
        super().__init__(serials, frame_numbers, max_cached_images)
        self._folder = folder
        self.image_shape = image_shape
        self._shards = [self._read_record(number) for number in frame_numbers]
        self._max_mapped = max(1, max_cached_images // len(self._serials))
        self._lock = threading.Lock()
        self._mapped: OrderedDict[int, np.ndarray] = OrderedDict()

    @property
    def n_bytes(self) -> int:
        """Bytes of the pictures of this store."""
        return sum(self._packed(s, t).n_bytes for s in self._serials for t in self._timesteps())

    @property
    def n_bytes_without_boxes(self) -> int:
        """What they would need if background were stored as well."""
        area = self.image_shape[0] * self.image_shape[1] * _WORD.itemsize
        return sum(
            self._packed(s, t).words * area for s in self._serials for t in self._timesteps()
        )

    def frame(self, camera_index: int, timestep: int) -> Frame:
        """One whole picture.

        Raises:
            StoreError: its file cannot be read.
            IndexError: an index is out of range.
        """
        packed = self._packed_at(camera_index, timestep)
        (height, width), (top, left, rows, columns) = self.image_shape, packed.box
        path = self._folder / self._shards[timestep].pixels
        try:
            with open_to_read(path) as file:
                file.seek(packed.offset)
                flat = np.fromfile(file, _WORD, packed.n_bytes // _WORD.itemsize)
            words = flat.reshape(rows, columns, packed.words)
        except (OSError, ValueError) as error:
            raise self._unreadable(path, error) from error
        octets = words.view(np.uint8).reshape(rows, columns, 2 * packed.words)
        rgb = np.full((height, width, 3), _WHITE, dtype=np.uint8)
        alpha = np.zeros((height, width), dtype=np.uint8)
        inside = (slice(top, top + rows), slice(left, left + columns))
        rgb[inside], alpha[inside] = octets[..., :3], octets[..., 3]
        if not packed.depth:
            return Frame(rgb, alpha, None)
        depth = np.zeros((height, width), dtype=np.uint16)
        depth[inside] = words[..., 2]
        return Frame(rgb, alpha, depth)

    def pixels(self, camera_index: int, timestep: int, yx: Int[np.ndarray, "n 2"]) -> PixelValues:
        """Values of chosen pixels (row, column) of one picture.

        Raises:
            StoreError: its file cannot be read.
            IndexError: an index is out of range.
        """
        packed = self._packed_at(camera_index, timestep)
        height, width = self.image_shape
        y, x = yx[:, 0], yx[:, 1]
        if len(yx) and (yx.min() < 0 or y.max() >= height or x.max() >= width):
            raise IndexError(f"pixels outside a picture of {self.image_shape}")
        top, left, height, width = packed.box
        rows, columns = y - top, x - left
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        values = np.zeros((len(yx), _WORDS_WITH_DEPTH), dtype=_WORD)
        octets = values.view(np.uint8)
        octets[:, :3] = _WHITE
        if packed.n_bytes:
            first = packed.offset // _WORD.itemsize
            stored = self._map(timestep)[first : first + packed.n_bytes // _WORD.itemsize]
            chosen = (rows * width + columns)[inside]
            values[inside, : packed.words] = stored.reshape(-1, packed.words)[chosen]
        return PixelValues(octets[:, :3], octets[:, 3], values[:, 2])

    def load_all(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Reads all files once, so that the system has them in its page cache.

        Args:
            progress: called after each timestep with (how many pictures are done, how many there
                are).

        Raises:
            StoreError: a file cannot be read.
        """
        buffer = bytearray(_BYTES_AT_ONCE)
        for timestep, shard in enumerate(self._shards, start=1):
            path = self._folder / shard.pixels
            try:
                with open_to_read(path) as file:
                    while file.readinto(buffer):
                        pass
            except OSError as error:
                raise self._unreadable(path, error) from error
            if progress is not None:
                progress(timestep * self.n_cameras, self.n_images)

    def _timesteps(self) -> range:
        return range(self.n_timesteps)

    def _packed(self, serial: str, timestep: int) -> PackedFrame:
        return self._shards[timestep].frames[serial]

    def _packed_at(self, camera_index: int, timestep: int) -> PackedFrame:
        serial, _ = self._names(camera_index, timestep)
        return self._packed(serial, timestep)

    def _read_record(self, frame_number: int) -> Shard:
        path = record_path(self._folder, frame_number)
        try:
            shard = read_shard(self._folder, frame_number)
            for serial, packed in shard.frames.items():
                (top, left, rows, columns), (height, width) = packed.box, self.image_shape
                if top + rows > height or left + columns > width:
                    raise ValueError(f"the picture of camera {serial} has another size")
        except (OSError, ValueError) as error:
            raise self._unreadable(path, error) from error
        missing = [serial for serial in self._serials if serial not in shard.frames]
        if missing:
            raise StoreError(
                f"Camera {', '.join(missing)} is not packed in {path}: pack the sequence with "
                f"nersemble data pack."
            )
        return shard

    def _map(self, timestep: int) -> UInt16[np.ndarray, "n"]:
        with self._lock:
            words = self._mapped.get(timestep)
            if words is None:
                words = self._open(self._folder / self._shards[timestep].pixels)
                while len(self._mapped) >= self._max_mapped:
                    self._mapped.popitem(last=False)
                self._mapped[timestep] = words
            self._mapped.move_to_end(timestep)
            return words

    def _open(self, path: Path) -> UInt16[np.ndarray, "n"]:
        try:
            with open_to_read(path) as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise self._unreadable(path, error) from error
        # Neighbours of a random pixel are not wanted soon.
        if hasattr(mmap, "MADV_RANDOM"):
            mapped.madvise(mmap.MADV_RANDOM)
        return np.frombuffer(mapped, dtype=_WORD)

    def _unreadable(self, path: Path, error: Exception) -> StoreError:
        return StoreError(
            f"Cannot read the packed pictures {path}: {reason_of(error)}; pack the sequence again "
            f"with nersemble data pack, or train with --frame_store memory."
        )
