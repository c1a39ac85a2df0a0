"""Identifies a capture by digests of its calibration and of a sample of its pictures."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nersemble.data_manager.capture import Capture
from nersemble.data_manager.dataset import Dataset
from nersemble.opening import open_to_read

_BYTES_OF_A_FILE = 1 << 16
_DECIMALS = 5


@dataclass(frozen=True)
class Fingerprint:
    """Identifies the training data, independent of the capture's place on disk.

    calibration: digest of the training cameras' serials, poses and fields of view.
    pictures: digest of one picture of each training camera, at timesteps spread over the sequence.
    picture_size: width and height, pixels.
    """

    calibration: str
    pictures: str
    picture_size: tuple[int, int]


def fingerprint_of(dataset: Dataset) -> Fingerprint:
    """Takes milliseconds: only the length, beginning and end of each file are read."""
    splits = dataset.splits
    calibration, pictures = hashlib.sha256(), hashlib.sha256()
    for index, serial in enumerate(splits.train_serials):
        camera = dataset.camera(serial)
        relative = camera.intrinsics[:2] / max(camera.width, camera.height)
        # Rounded: the last bits of a pose differ between machines. Avoids -0.0.
        values = np.concatenate([relative.flatten(), camera.world_to_camera.flatten()])
        calibration.update(serial.encode())
        calibration.update((np.round(values, _DECIMALS) + 0.0).tobytes())
        timestep = index * (splits.n_timesteps - 1) // max(len(splits.train_serials) - 1, 1)
        pictures.update(_sample(dataset.capture, serial, splits.frame_number(timestep)))
    camera = dataset.camera(splits.train_serials[0])
    size = (camera.width, camera.height)
    return Fingerprint(calibration.hexdigest(), pictures.hexdigest(), size)


def _sample(capture: Capture, serial: str, frame_number: int) -> bytes:
    return b"".join(_ends_of(path) for path in sorted(capture.sources(serial, frame_number)))


def _ends_of(path: Path) -> bytes:
    """A file's length and its first and last 64 KiB; empty if it cannot be read."""
    try:
        with open_to_read(path) as file:
            size = os.fstat(file.fileno()).st_size
            first = file.read(_BYTES_OF_A_FILE)
            file.seek(max(size - _BYTES_OF_A_FILE, 0))
            return size.to_bytes(8, "little") + first + file.read(_BYTES_OF_A_FILE)
    except OSError:
        return b""
