"""A capture prepared for a run: opened, split into training and evaluation, with its cameras."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from nersemble.data_manager.capture import Capture
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.frame_store import FrameStore
from nersemble.data_manager.layouts import open_capture
from nersemble.data_manager.splits import (
    Splits,
    make_splits,
    require_training_pictures,
)
from nersemble.geometry.camera import Camera
from nersemble.ops.colors import blend_on_white


@dataclass(frozen=True)
class Truth:
    """An evaluation picture. rgb: blended on white, 0..1; alpha: 0..1."""

    rgb: Float32[np.ndarray, "h w 3"]
    alpha: Float32[np.ndarray, "h w"]


@dataclass(frozen=True)
class Dataset:
    """A capture and its splits for a run."""

    capture: Capture
    splits: Splits
    max_cached_images: int

    def camera(self, serial: str) -> Camera:
        """A camera by serial, at the size of the pictures."""
        return next(c.camera for c in self.capture.cameras if c.serial == serial)

    @property
    def train_cameras(self) -> list[Camera]:
        """The training cameras, the most important first."""
        return [self.camera(serial) for serial in self.splits.train_serials]

    @property
    def eval_cameras(self) -> list[Camera]:
        """The held-out cameras, by camera id."""
        return [self.camera(serial) for serial in self.splits.eval_serials]

    @property
    def downscale_factor(self) -> int:
        """The sensor's width divided by the pictures'."""
        return round(self.capture.sensor_size[0] / self.train_cameras[0].width)

    def train_store(self, workers: int) -> FrameStore:
        """The training pictures, cached in memory as far as the configuration allows.

        Raises:
            CaptureError: a picture is missing.
        """
        require_training_pictures(self.capture, self.splits)
        return FrameStore(
            self.capture,
            self.splits.train_serials,
            self.splits.frame_numbers,
            max_cached_images=self.max_cached_images,
            workers=workers,
        )

    def truth(self, serial: str, timestep: int) -> Truth:
        """One picture blended onto white (method.md, Pictures)."""
        frame = self.capture.frame(serial, self.splits.frame_number(timestep))
        alpha = frame.alpha.astype(np.float32) / 255
        rgb = frame.rgb.astype(np.float32) / 255
        return Truth(blend_on_white(rgb, alpha), alpha)


def open_dataset(root: Path, participant: int, sequence: str, config: DataConfig) -> Dataset:
    """Opens a capture and splits it.

    Raises:
        CaptureError: the capture is missing or damaged.
        ConfigError: the configuration asks for cameras or frames that the capture lacks.
    """
    capture = open_capture(
        root,
        participant,
        sequence,
        downscale_factor=None if config.downscale_factor == -1 else config.downscale_factor,
        color_rounding=config.color_rounding,
        point_clouds=config.point_clouds,
        layout=config.layout,
        poses=config.calibration,
    )
    return dataset_of(capture, config)


def dataset_of(capture: Capture, config: DataConfig) -> Dataset:
    """Splits an open capture.

    Raises:
        ConfigError: the configuration asks for cameras or frames that the capture lacks.
    """
    return Dataset(capture, divide(capture, config), config.max_cached_images)


def divide(capture: Capture, config: DataConfig) -> Splits:
    """Splits a capture's cameras and selects its frames.

    Raises:
        ConfigError: the configuration asks for cameras or frames that the capture lacks.
    """
    return make_splits(
        capture,
        start_timestep=config.start_timestep,
        n_timesteps=config.n_timesteps,
        skip_timesteps=config.skip_timesteps,
        eval_serials=config.held_out,
        n_train_cameras=config.n_cameras,
        without_serials=config.left_out,
    )
