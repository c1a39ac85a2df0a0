"""Memory-mapped packed pictures, so that any pixel is read without decoding a picture."""

import mmap
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Int, UInt16

from nersemble.data_manager.capture import Frame
from nersemble.data_manager.frame_store import PixelValues, SelectedPictures
from nersemble.data_manager.packed_files import (
    WORD,
    WORDS_WITH_DEPTH,
    PackedFrame,
    Shard,
    read_shard,
    read_stored,
    record_path,
)
from nersemble.errors import StoreError
from nersemble.files import reason_of
from nersemble.machine import most_open_files
from nersemble.opening import open_to_read

_WHITE = 255


class PackedStore(SelectedPictures):
    """The packed pictures of some cameras at some timesteps; reads the same as ``FrameStore``.

    Colours outside a picture's box are white: alpha is 0 there, so they do not matter. Files stay
    mapped as far as the bounds on pictures and open files allow; mapped pages belong to the page
    cache, not to the process. ``holds_everything`` is as for ``FrameStore``, so that batches are
    the same. A picture's checksum is verified when it is first read. Thread-safe.
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
            folder: from :func:`store_folder`.
            image_shape: height and width of the pictures.
            serials: the camera of each camera index.
            frame_numbers: the capture's frame of each timestep.
            max_cached_images: pictures whose files stay mapped, at least one timestep's.

        Raises:
            StoreError: a picture is not packed, or its files are damaged.
            ConfigError: the bound is negative.
        """
        super().__init__(serials, frame_numbers, max_cached_images)
        self._folder = folder
        self.image_shape = image_shape
        self._shards = [self._read_record(number) for number in frame_numbers]
        self._max_mapped = max(1, min(max_cached_images // len(self._serials), most_open_files()))
        self._lock = threading.Lock()
        self._mapped: OrderedDict[int, np.ndarray] = OrderedDict()
        self._verified = np.zeros((self.n_cameras, self.n_timesteps), bool)

    @property
    def n_bytes(self) -> int:
        """Bytes of the pictures of this store."""
        return sum(self._packed(s, t).n_bytes for s in self._serials for t in self._timesteps())

    @property
    def n_bytes_without_boxes(self) -> int:
        """Bytes that they would need if the background were stored as well."""
        area = self.image_shape[0] * self.image_shape[1] * WORD.itemsize
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
        stored = np.frombuffer(self._read(camera_index, timestep), WORD)
        words = stored.reshape(rows, columns, packed.words)
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
        values = np.zeros((len(yx), WORDS_WITH_DEPTH), dtype=WORD)
        octets = values.view(np.uint8)
        octets[:, :3] = _WHITE
        if packed.n_bytes:
            if not self._verified[camera_index, timestep]:
                self._read(camera_index, timestep)
            first = packed.offset // WORD.itemsize
            stored = self._map(timestep)[first : first + packed.n_bytes // WORD.itemsize]
            chosen = (rows * width + columns)[inside]
            values[inside, : packed.words] = stored.reshape(-1, packed.words)[chosen]
        return PixelValues(octets[:, :3], octets[:, 3], values[:, 2])

    def load_all(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Reads all pictures once, so that the system caches them, and verifies their checksums.

        Args:
            progress: called after each timestep with (number of pictures done, number in total).

        Raises:
            StoreError: a file cannot be read, or is damaged.
        """
        for timestep in self._timesteps():
            for camera_index in range(self.n_cameras):
                self._read(camera_index, timestep)
            if progress is not None:
                progress((timestep + 1) * self.n_cameras, self.n_images)

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

    def _read(self, camera_index: int, timestep: int) -> bytes:
        """A picture's bytes, with their checksum verified."""
        path = self._folder / self._shards[timestep].pixels
        try:
            with open_to_read(path) as file:
                stored = read_stored(file, self._packed_at(camera_index, timestep))
        except (OSError, ValueError) as error:
            raise self._unreadable(path, error) from error
        self._verified[camera_index, timestep] = True
        return stored

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
        # Reads are random, so reading ahead does not help.
        if sys.platform != "win32" and hasattr(mmap, "MADV_RANDOM"):
            mapped.madvise(mmap.MADV_RANDOM)
        return np.frombuffer(mapped, dtype=WORD)

    def _unreadable(self, path: Path, error: Exception) -> StoreError:
        return StoreError(
            f"Cannot read the packed pictures {path}: {reason_of(error)}; pack the sequence again "
            f"with nersemble data pack, or train with --frame_store memory."
        )
