"""The source of training pictures: packed files or memory, filled with a progress bar."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from nersemble.data_manager.config import Rounding
from nersemble.data_manager.dataset import Dataset
from nersemble.data_manager.frame_store import FrameStore, PixelStore
from nersemble.data_manager.packed_files import store_folder
from nersemble.data_manager.packed_store import PackedStore
from nersemble.data_manager.packing import Packed, Packer
from nersemble.data_manager.splits import require_training_pictures
from nersemble.errors import NersembleError
from nersemble.jobs.options import StoreChoice
from nersemble.machine import ram_bytes
from nersemble.progress import Progress

LOADING_THREADS = 4

_BYTES_OF_A_PIXEL = 6
# Of the machine's memory. Pictures that need more are packed; a store that needs less is read
# once before training, so that the first steps need not wait for the disk.
_LARGEST_SHARE_IN_MEMORY = 0.25
_LARGEST_SHARE_READ_AHEAD = 0.5

_logger = logging.getLogger(__name__)

S = TypeVar("S", FrameStore, PackedStore)


@dataclass(frozen=True)
class PackedPictures:
    """Where the training pictures of a dataset are packed, or will be."""

    dataset: Dataset
    folder: Path
    packer: Packer

    def pack(self, *, verify: bool = False) -> tuple[Packed, float]:
        """Packs what is missing or outdated, showing progress; also returns the seconds it took."""
        begin = time.monotonic()
        n_images = len(self.dataset.splits.train_serials) * self.dataset.splits.n_timesteps
        with Progress(n_images, "Packing pictures", unit="image") as bar:
            packed = self.packer.pack(lambda done, _: bar.update(done), verify=verify)
        return packed, time.monotonic() - begin

    def open(self) -> PackedStore:
        """The pictures, once they are packed."""
        camera, splits = self.dataset.train_cameras[0], self.dataset.splits
        return PackedStore(
            self.folder,
            (camera.height, camera.width),
            splits.train_serials,
            splits.frame_numbers,
            max_cached_images=self.dataset.max_cached_images,
        )


@dataclass(frozen=True)
class PictureSource:
    """The source of a training run's pictures, for any of its timesteps.
    rounding: of corrected colours; captures: folder of the captures; packed: folder of packed
    pictures.
    """

    choice: StoreChoice
    rounding: Rounding
    captures: Path
    packed: Path

    def packed_pictures(self, dataset: Dataset) -> PackedPictures:
        """The store of a dataset, packed or not.

        Raises:
            CaptureError: a picture is missing.
        """
        splits = dataset.splits
        require_training_pictures(dataset.capture, splits)
        folder = store_folder(self.packed, dataset.capture, self.rounding)
        packer = Packer(
            dataset.capture,
            splits.train_serials,
            splits.frame_numbers,
            folder,
            source_root=self.captures,
        )
        return PackedPictures(dataset, folder, packer)

    def fill(self, dataset: Dataset, in_memory: FrameStore) -> PixelStore:
        """The filled store that training draws from: packed files, or pictures in memory.

        Raises:
            CaptureError: a picture cannot be read.
            StoreError: pictures cannot be packed.
        """
        packed = self.choose(dataset, in_memory)
        if packed is None:
            return read_all(in_memory)
        packed.pack()
        store = packed.open()
        if store.n_bytes <= _LARGEST_SHARE_READ_AHEAD * (ram_bytes() or 0):
            return read_all(store)
        return store

    def choose(
        self, dataset: Dataset, in_memory: FrameStore, *, make_folder: bool = True
    ) -> PackedPictures | None:
        """The folder for packed pictures; None to keep them in memory.

        Without ``make_folder`` nothing is written, so free disk space is not checked.

        Raises:
            StoreError: packing was selected explicitly but is impossible.
        """
        if self.choice == "memory":
            return None
        try:
            packed = self.packed_pictures(dataset)
            if self.choice == "packed" or packed.packer.is_packed():
                return packed
            if _fits_memory(in_memory):
                return None
            if make_folder:
                packed.packer.check_room()
            return packed
        except NersembleError as error:
            if self.choice == "packed":
                raise
            if not _fits_memory(in_memory):
                _logger.warning("Pictures are read into memory, not packed: %s", error)
            return None


def read_all(store: S) -> S:
    """Read as many pictures as the store may keep, with a progress bar; return the store.

    Raises:
        CaptureError: a picture cannot be read.
    """
    with Progress(store.n_images, "Reading pictures") as bar:
        store.load_all(lambda done, _: bar.update(done))
    return store


def _fits_memory(store: FrameStore) -> bool:
    height, width = store.image_shape
    needed = store.n_images * height * width * _BYTES_OF_A_PIXEL
    return needed <= _LARGEST_SHARE_IN_MEMORY * (ram_bytes() or 0)
