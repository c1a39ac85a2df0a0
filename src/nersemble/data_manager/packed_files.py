"""The files of packed pictures.

A folder holds the pictures of one sequence at one size. Each timestep has two files: a record
(contents and sources) and the pixels that it names; docs/formats.md describes the format.
``packing`` writes them, ``packed_store`` reads them.
"""

import dataclasses
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from jaxtyping import UInt16

from nersemble.data_manager.capture import Capture, Frame
from nersemble.data_manager.config import Rounding
from nersemble.files import is_file_name, read_json_object, reason_of
from nersemble.opening import open_to_read

FORMAT_VERSION = 1

WORDS_WITHOUT_DEPTH = 2
WORDS_WITH_DEPTH = 3
WORD = np.dtype("<u2")


@dataclass(frozen=True)
class Source:
    """A file that a picture was made from: its size and time show cheaply whether it changed, its
    hash shows it reliably."""

    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True)
class PackedFrame:
    """The place of a picture in its file.

    box: top, left, height, width of the stored rectangle; pixels outside are background without
        depth.
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
        """16-bit words per pixel."""
        return WORDS_WITH_DEPTH if self.depth else WORDS_WITHOUT_DEPTH

    @property
    def n_bytes(self) -> int:
        """Length in the file."""
        return self.box[2] * self.box[3] * self.words * WORD.itemsize


@dataclass(frozen=True)
class Shard:
    """The packed pictures of one timestep.

    pixels: name of the pixel file.
    n_bytes: its length.
    frames: by serial.
    """

    pixels: str
    n_bytes: int
    frames: Mapping[str, PackedFrame]

    def to_json(self) -> dict[str, Any]:
        """The content of the record, with its checksum."""
        content = {"format_version": FORMAT_VERSION, **dataclasses.asdict(self)}
        return content | {"crc32": _checksum(content)}


_N_ENTRIES = len(dataclasses.fields(Shard))


def _checksum(content: Mapping[str, Any]) -> int:
    """The checksum of a record, computed without the stored checksum."""
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())


def bytes_of_a_pixel(with_depth: bool) -> int:
    """Bytes of a stored pixel."""
    return (WORDS_WITH_DEPTH if with_depth else WORDS_WITHOUT_DEPTH) * WORD.itemsize


def record_path(folder: Path, frame_number: int) -> Path:
    """The record of a timestep."""
    return folder / f"frame_{frame_number:05d}.json"


def store_folder(base: Path, capture: Capture, rounding: Rounding) -> Path:
    """The folder for a capture's packed pictures, one for each size and rounding."""
    width, height = capture.picture_size
    size = f"{width}x{height}-{rounding}-v{FORMAT_VERSION}"
    return base / f"{capture.participant:03d}" / capture.sequence / size


def read_shard(folder: Path, frame_number: int) -> Shard:
    """Reads a record and checks that its pixel file exists and has the right length.

    Raises:
        OSError, ValueError: they are missing or damaged.
    """
    content = read_json_object(record_path(folder, frame_number))
    if content.get("format_version") != FORMAT_VERSION:
        raise ValueError(f"format version {content.get('format_version')}")
    # Records of earlier versions have no checksum.
    checksum = content.pop("crc32", None)
    if checksum not in (None, _checksum(content)) or len(content) != 1 + _N_ENTRIES:
        raise ValueError("its content is damaged (the checksum differs)")
    try:
        frames = {serial: _frame_of(entry) for serial, entry in content["frames"].items()}
        shard = Shard(content["pixels"], content["n_bytes"], frames)
        beside = is_file_name(shard.pixels)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"it is not a record of packed pictures ({reason_of(error)})") from error
    if not beside:
        raise ValueError(f"{shard.pixels!r} is not a pixel file beside it")
    try:
        found = (folder / shard.pixels).stat().st_size
    except OSError as error:
        raise ValueError(f"{shard.pixels} cannot be read ({reason_of(error)})") from error
    if found != shard.n_bytes or any(f.offset + f.n_bytes > found for f in frames.values()):
        raise ValueError(f"{shard.pixels} has {found} bytes instead of {shard.n_bytes}")
    return shard


def read_stored(file: BinaryIO, packed: PackedFrame) -> bytes:
    """Reads the bytes of a picture and verifies their checksum.

    Raises:
        OSError, ValueError: they cannot be read, or are damaged.
    """
    file.seek(packed.offset)
    stored = file.read(packed.n_bytes)
    if zlib.crc32(stored) != packed.crc32:
        raise ValueError("its content is damaged (a picture's checksum differs)")
    return stored


def count_damaged(folder: Path) -> tuple[int, int, str]:
    """Reads all packed pictures in a folder; returns their number, the number of damaged ones, and
    the problem of the first."""
    n_pictures = n_damaged = 0
    first = ""
    for path in sorted(folder.glob("frame_*.json")):
        try:
            shard = read_shard(folder, int(path.stem.removeprefix("frame_")))
        except (OSError, ValueError) as error:
            n_pictures, n_damaged = n_pictures + 1, n_damaged + 1
            first = first or f"{path}: {reason_of(error)}"
            continue
        with open_to_read(folder / shard.pixels) as file:
            for serial, packed in shard.frames.items():
                n_pictures += 1
                try:
                    read_stored(file, packed)
                except (OSError, ValueError) as error:
                    n_damaged += 1
                    pixels = folder / shard.pixels
                    first = first or f"{pixels}, camera {serial}: {reason_of(error)}"
    return n_pictures, n_damaged, first


def _frame_of(entry: Mapping[str, Any]) -> PackedFrame:
    top, left, height, width = map(_count, entry["box"])
    offset, crc32, depth = _count(entry["offset"]), _count(entry["crc32"]), entry["depth"]
    if offset % WORD.itemsize or type(depth) is not bool:
        raise ValueError("a picture's place in the pixel file is invalid")
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
    """The pixels in a box in stored form: a pixel's values are adjacent, so in one page."""
    top, left, height, width = box
    inside = (slice(top, top + height), slice(left, left + width))
    words = WORDS_WITHOUT_DEPTH if frame.depth is None else WORDS_WITH_DEPTH
    packed = np.empty((height, width, words), dtype=WORD)
    octets = packed.view(np.uint8).reshape(height, width, 2 * words)
    # Channel by channel: numpy copies three-byte pixels one at a time.
    for channel in range(3):
        octets[..., channel] = frame.rgb[inside][..., channel]
    octets[..., 3] = frame.alpha[inside]
    if frame.depth is not None:
        packed[..., 2] = frame.depth[inside]
    return packed
