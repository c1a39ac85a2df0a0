"""Stores of pictures for training: their interface, their common part, and a store that keeps
pictures in memory, a bounded cache in front of a capture (method.md, Pictures and Released
models)."""

import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import islice, product

import numpy as np
from jaxtyping import Int, UInt8, UInt16

from nersemble.data_manager.capture import Capture, Frame
from nersemble.data_manager.faults import FaultNotices
from nersemble.errors import CaptureError, ConfigError


@dataclass(frozen=True)
class PixelValues:
    """Pixels of one picture, before blending.

    rgb: colour-corrected colours.
    alpha: 255 = foreground.
    depth_code: coded z-depth, 0 where unknown (``decode_depth``).
    """

    rgb: UInt8[np.ndarray, "n 3"]
    alpha: UInt8[np.ndarray, "n"]
    depth_code: UInt16[np.ndarray, "n"]


class PixelStore(ABC):
    """The pictures of some cameras at some timesteps, with any storage; thread-safe.

    n_cameras: number of camera indices.
    n_timesteps: number of timesteps.
    image_shape: height and width of every picture, pixels.
    holds_everything: whether ``--max_cached_images`` allows keeping all pictures, so that each is
        read at most once.
    """

    n_cameras: int
    n_timesteps: int
    image_shape: tuple[int, int]
    holds_everything: bool

    @property
    def n_images(self) -> int:
        """Cameras times timesteps."""
        return self.n_cameras * self.n_timesteps

    @abstractmethod
    def frame(self, camera_index: int, timestep: int) -> Frame:
        """One picture, to be treated as read-only. Raises NersembleError or IndexError."""

    @abstractmethod
    def pixels(self, camera_index: int, timestep: int, yx: Int[np.ndarray, "n 2"]) -> PixelValues:
        """Values of chosen pixels (row, column). Raises NersembleError or IndexError."""


class SelectedPictures(PixelStore):
    """A store of a capture's pictures: the selected pictures and the bound of its cache."""

    def __init__(
        self, serials: Sequence[str], frame_numbers: Sequence[int], max_cached_images: int
    ) -> None:
        """Takes the camera of each camera index, the capture's frame of each timestep, and the
        bound of the cache; raises ConfigError if the bound is negative."""
        if max_cached_images < 0:
            raise ConfigError(
                f"--max_cached_images is {max_cached_images}, but must be 0 (no cache) or more."
            )
        self._serials = tuple(serials)
        self._frame_numbers = tuple(frame_numbers)
        self._max_cached_images = max_cached_images
        self.n_cameras, self.n_timesteps = len(self._serials), len(self._frame_numbers)
        self.holds_everything = max_cached_images >= self.n_images

    def _names(self, camera_index: int, timestep: int) -> tuple[str, int]:
        """Serial and frame number; raises IndexError if an index is out of range."""
        if not (0 <= camera_index < self.n_cameras and 0 <= timestep < self.n_timesteps):
            raise IndexError(
                f"camera {camera_index} of {self.n_cameras}, timestep {timestep} of "
                f"{self.n_timesteps}"
            )
        return self._serials[camera_index], self._frame_numbers[timestep]


class FrameStore(SelectedPictures):
    """The pictures of some cameras at some timesteps, kept in memory after the first reading.

    Thread-safe. When the cache is full, the least recently used picture is dropped. If two threads
    request the same uncached picture at once, both read it.
    """

    def __init__(
        self,
        capture: Capture,
        serials: Sequence[str],
        frame_numbers: Sequence[int],
        *,
        max_cached_images: int = 10000,
        workers: int = 2,
    ) -> None:
        """Prepares the store; reads nothing yet.

        Args:
            capture: the source of the pictures.
            serials: the camera of each camera index.
            frame_numbers: the capture's frame of each timestep.
            max_cached_images: bound of the cache; 0 caches nothing.
            workers: number of threads for :meth:`load_all`.

        Raises:
            CaptureError: the capture lacks one of the cameras or frames.
            ConfigError: a number is out of range.
        """
        super().__init__(serials, frame_numbers, max_cached_images)
        if workers < 1:
            raise ConfigError(f"The number of loading threads is {workers}, but must be 1 or more.")
        cameras = {camera.serial: camera.camera for camera in capture.cameras}
        known_frames = set(capture.frame_numbers)
        unknown = [
            *(f"camera {serial}" for serial in serials if serial not in cameras),
            *(f"frame {number}" for number in frame_numbers if number not in known_frames),
        ]
        if unknown or not serials or not frame_numbers:
            raise CaptureError(
                f"Sequence {capture.sequence} of participant {capture.participant} has no "
                f"{', '.join(unknown) or 'selected pictures'}: choose existing cameras and "
                f"timesteps."
            )
        self._capture = capture
        self._workers = workers
        self.image_shape = (cameras[serials[0]].height, cameras[serials[0]].width)
        self._faults = FaultNotices()
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[int, int], Frame] = OrderedDict()

    def frame(self, camera_index: int, timestep: int) -> Frame:
        """One picture, from memory or disk. Treat its arrays as read-only: they are shared.

        Raises:
            CaptureError: the picture cannot be read.
            IndexError: an index is out of range.
        """
        serial, frame_number = self._names(camera_index, timestep)
        key = (camera_index, timestep)
        with self._lock:
            cached = self._cache.get(key)
            if cached is not None:
                self._cache.move_to_end(key)
                return cached
        frame = self._capture.frame(serial, frame_number)
        masked = self._capture.has_alpha(serial, frame_number)
        self._faults.look_at(frame, serial, frame_number, masked=masked)
        with self._lock:
            self._cache[key] = frame
            self._cache.move_to_end(key)
            while len(self._cache) > self._max_cached_images:
                self._cache.popitem(last=False)
        return frame

    def pixels(self, camera_index: int, timestep: int, yx: Int[np.ndarray, "n 2"]) -> PixelValues:
        """Values of chosen pixels (row, column) of one picture.

        Raises:
            CaptureError: the picture cannot be read.
            IndexError: an index is out of range.
        """
        frame = self.frame(camera_index, timestep)
        rows, columns = yx[:, 0], yx[:, 1]
        return PixelValues(
            rgb=frame.rgb[rows, columns],
            alpha=frame.alpha[rows, columns],
            depth_code=(
                np.zeros(len(yx), dtype=np.uint16)
                if frame.depth is None
                else frame.depth[rows, columns]
            ),
        )

    def load_all(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Reads pictures into the cache up to its bound, with several threads.

        Args:
            progress: called in this thread after each picture with (number done, number in total).

        Raises:
            CaptureError: the first picture that could not be read; the rest are not tried.
        """
        # One timestep after the other, as the files lie on disk.
        keys = product(range(self.n_timesteps), range(self.n_cameras))
        wanted = list(islice(keys, self._max_cached_images))
        with ThreadPoolExecutor(max_workers=self._workers) as pool:
            futures = [pool.submit(self.frame, camera, timestep) for timestep, camera in wanted]
            try:
                for done, future in enumerate(as_completed(futures), start=1):
                    future.result()
                    if progress is not None:
                        progress(done, len(futures))
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
