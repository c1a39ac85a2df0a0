"""What every capture offers to the rest of the system, however it lies on disk."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from jaxtyping import UInt8, UInt16

from nersemble.data_manager.config import (
    AS_DOCUMENTED,
    PointCloudChoice,
    PoseConfig,
    Rounding,
    Size,
)
from nersemble.errors import CaptureError
from nersemble.geometry.camera import Camera

SetAside = dict[str, CaptureError]
"""Cameras that cannot be used, by serial, each with the reason."""

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class CaptureCamera:
    """One camera of the rig; ``camera`` is sized as the pictures that are read."""

    camera_id: int
    serial: str
    camera: Camera


@dataclass(frozen=True)
class Frame:
    """One picture of one camera at one timestep, as the model sees it before blending.

    rgb: colour-corrected, not yet blended onto white.
    alpha: 255 = foreground.
    depth: coded z-depth (``picture_files``), 0 = none; None where the capture has no depth map for
        this picture.
    """

    rgb: UInt8[np.ndarray, "h w 3"]
    alpha: UInt8[np.ndarray, "h w"]
    depth: UInt16[np.ndarray, "h w"] | None


@dataclass(frozen=True)
class ReadOptions:
    """How a capture's pictures are read.

    downscale_factor: their size relative to the sensor's; None keeps the size on disk.
    color_rounding: how corrected colours become 8 bit.
    point_clouds: whether a video capture's point clouds become depth maps.
    poses: convention and unit of the calibration's poses.
    """

    downscale_factor: int | None = None
    color_rounding: Rounding = "round"
    point_clouds: PointCloudChoice = "auto"
    poses: PoseConfig = AS_DOCUMENTED


AS_ON_DISK = ReadOptions()
"""The size on disk, colours rounded to the nearest level, and depth where there are clouds."""


@dataclass(frozen=True, kw_only=True)
class Capture(ABC):
    """A sequence of one participant on disk: all that anybody asks of it, whatever its layout.

    A layout has a class of its own, which says how to ``read`` a picture and where it lies. What
    else is here holds for a capture whose cameras have all their pictures, with alpha and perhaps
    depth, each made from one file; a layout for which that is not so says it. Reading is
    thread-safe.

    participant: id of the person.
    sequence: the name of the recording.
    cameras: all calibrated cameras, by ascending camera id.
    frame_numbers: ascending.
    sensor_size: width and height that down-scale factors are relative to, pixels.
    available: the serials that have pictures.
    gaps: of the cameras that have pictures, the frames without one of theirs.
    """

    participant: int
    sequence: str
    cameras: tuple[CaptureCamera, ...]
    frame_numbers: tuple[int, ...]
    sensor_size: Size
    available: frozenset[str]
    gaps: Mapping[str, Set[int]] = field(default_factory=dict)

    @abstractmethod
    def read(self, serial: str, frame_number: int) -> Frame:
        """Reads, resizes and colour-corrects one picture.

        Raises:
            CaptureError: there is no such camera or frame, or a file is missing, truncated or has
                the wrong size.
        """

    def alpha(self, serial: str, frame_number: int) -> UInt8[np.ndarray, "h w"]:
        """The alpha map of one picture, as :meth:`read` gives it, without the rest.

        Raises:
            CaptureError: as :meth:`read`.
        """
        return self.read(serial, frame_number).alpha

    @abstractmethod
    def picture_path(self, serial: str, frame_number: int) -> Path:
        """The file that holds a picture's colours, or would hold them if it were there."""

    def sources(self, serial: str, frame_number: int) -> tuple[Path, ...]:
        """The files whose content decides what ``read`` returns, as far as they are there."""
        return (self.picture_path(serial, frame_number),)

    def has_alpha(self, serial: str, frame_number: int) -> bool:
        """Whether the capture says what is foreground in a picture."""
        return True

    @property
    def has_depth(self) -> bool:
        """Whether pictures may have depth."""
        return True

    def close(self) -> None:
        """Closes files that are held open; reading opens them again."""
        return None

    @property
    def picture_size(self) -> Size:
        """Width and height of the pictures that are read, pixels."""
        camera = self.cameras[0].camera
        return camera.width, camera.height


def usable(
    serials: Iterable[str], open_camera: Callable[[str], _Value], set_aside: SetAside | None
) -> dict[str, _Value]:
    """What ``open_camera`` gives for each camera; those for which it fails are set aside.

    Raises:
        CaptureError: it fails for one of them, and ``set_aside`` is None.
    """
    opened = {}
    for serial in serials:
        try:
            opened[serial] = open_camera(serial)
        except CaptureError as error:
            if set_aside is None:
                raise
            set_aside[serial] = error
    return opened
