"""The interface of all captures, independent of their layout on disk."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, SupportsIndex, TypeVar

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
"""Unusable cameras by serial, each with the reason."""

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class CaptureCamera:
    """One camera of the rig; ``camera`` has the size of the pictures that are read."""

    camera_id: int
    serial: str
    camera: Camera


@dataclass(frozen=True)
class Frame:
    """One picture of one camera at one timestep, as the model gets it, before blending.

    rgb: colour-corrected, not yet blended onto white.
    alpha: 255 = foreground.
    depth: coded z-depth (``picture_files.encode_depth``), 0 = none; None if the capture has no
        depth map for this picture.
    """

    rgb: UInt8[np.ndarray, "h w 3"]
    alpha: UInt8[np.ndarray, "h w"]
    depth: UInt16[np.ndarray, "h w"] | None = None


@dataclass(frozen=True)
class ReadOptions:
    """How a capture's pictures are read.

    downscale_factor: their size relative to the sensor's; None: the size on disk.
    color_rounding: how corrected colours are rounded to 8 bits.
    point_clouds: whether a video capture's point clouds are converted to depth maps.
    poses: convention and unit of the poses.
    """

    downscale_factor: int | None = None
    color_rounding: Rounding = "round"
    point_clouds: PointCloudChoice = "auto"
    poses: PoseConfig = AS_DOCUMENTED


AS_ON_DISK = ReadOptions()
"""The size on disk, colours rounded to the nearest level, and depth if point clouds exist."""


@dataclass(kw_only=True, repr=False)
class Capture(ABC):
    """A sequence of one participant, wherever its pictures are.

    Each layout on disk is a subclass, and so may be any other source of pictures: it only has to
    implement :meth:`read`. The other methods describe a capture whose cameras have all pictures,
    with alpha and perhaps depth; other subclasses override them. Several threads may call ``read``
    at once.

    participant: id of the person.
    sequence: the name of the recording.
    cameras: all calibrated cameras; their pictures have one size.
    frame_numbers: ascending.
    sensor_size: width and height that down-scale factors refer to, pixels (default: those of the
        pictures).
    available: the serials that have pictures (default: all).
    gaps: the missing frames of each camera that has pictures.
    reopen: opens the same capture; if given, copies and pickles are made with it.

    Raises:
        CaptureError: it has no camera or no frame, two cameras have the same serial or different
            sizes, or the frame numbers do not ascend.
    """

    participant: int
    sequence: str
    cameras: tuple[CaptureCamera, ...]
    frame_numbers: tuple[int, ...]
    sensor_size: Size = (0, 0)
    available: frozenset[str] = frozenset()
    gaps: Mapping[str, Set[int]] = field(default_factory=dict)
    reopen: "Callable[[], Capture] | None" = None

    def __post_init__(self) -> None:
        """Fills in the defaults that depend on the cameras."""
        self.cameras, self.frame_numbers = tuple(self.cameras), tuple(self.frame_numbers)
        what = f"The capture {self.sequence} of participant {self.participant}"
        if not self.cameras or not self.frame_numbers:
            raise CaptureError(f"{what} needs at least one camera and one frame number.")
        serials = [camera.serial for camera in self.cameras]
        if len(set(serials)) < len(serials):
            twice = next(serial for serial in serials if serials.count(serial) > 1)
            raise CaptureError(f"{what} has two cameras with the serial {twice}: rename one.")
        for each in self.cameras:
            if (each.camera.width, each.camera.height) != self.picture_size:
                raise CaptureError(
                    f"{what} has pictures of different sizes, {each.camera.width} x "
                    f"{each.camera.height} pixels for camera {each.serial} and "
                    f"{' x '.join(map(str, self.picture_size))} for camera {serials[0]}: resize "
                    "them, and the cameras with Camera.resized."
                )
        if any(later <= earlier for earlier, later in pairwise(self.frame_numbers)):
            raise CaptureError(f"{what} has frame numbers that do not ascend: sort them.")
        if self.sensor_size == (0, 0):
            self.sensor_size = self.picture_size
        self.available = self.available or frozenset(serials)

    def __repr__(self) -> str:
        width, height = self.picture_size
        return (
            f"<{type(self).__name__} {self.sequence} of participant {self.participant}: "
            f"{len(self.available)} cameras, {len(self.frame_numbers)} frames of {width} x "
            f"{height} pixels>"
        )

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        return super().__reduce_ex__(protocol) if self.reopen is None else (self.reopen, ())

    @abstractmethod
    def read(self, serial: str, frame_number: int) -> Frame:
        """Reads, resizes and colour-corrects one picture.

        Raises:
            CaptureError: the camera or frame does not exist, or a file is missing, truncated or has
                the wrong size.
        """

    def frame(self, serial: str, frame_number: int) -> Frame:
        """Reads a picture and checks it.

        Raises:
            CaptureError: as :meth:`read`, or an array's type or shape does not match the camera's
                pictures.
        """
        frame, (width, height) = self.read(serial, frame_number), self.picture_size
        wanted = [("rgb", "uint8", (height, width, 3)), ("alpha", "uint8", (height, width))]
        if frame.depth is not None:
            wanted.append(("depth", "uint16", (height, width)))
        for name, kind, shape in wanted:
            array = getattr(frame, name)
            found = getattr(array, "dtype", type(array).__name__), np.shape(array)
            if found != (kind, shape):
                raise CaptureError(
                    f"The {name} of camera {serial}, frame {frame_number} is {found[0]} "
                    f"{list(found[1])}, but must be {kind} {list(shape)}."
                )
        return frame

    def alpha(self, serial: str, frame_number: int) -> UInt8[np.ndarray, "h w"]:
        """The alpha map of one picture, as :meth:`read` returns it.

        Raises:
            CaptureError: as :meth:`frame`.
        """
        return self.frame(serial, frame_number).alpha

    def picture_path(self, serial: str, frame_number: int) -> Path:
        """The file that holds a picture's colours, even if it is missing. For a capture without
        files, a name for messages."""
        return Path(f"cam_{serial}_frame_{frame_number:05d}")

    def sources(self, serial: str, frame_number: int) -> tuple[Path, ...]:
        """The existing files that determine what ``read`` returns."""
        return (self.picture_path(serial, frame_number),)

    def has_alpha(self, serial: str, frame_number: int) -> bool:
        """Whether the capture knows the foreground of a picture."""
        return True

    @property
    def has_depth(self) -> bool:
        """Whether pictures may have depth."""
        return True

    def close(self) -> None:
        """Closes open files; reading opens them again."""
        return None

    @property
    def picture_size(self) -> Size:
        """Width and height of the pictures as read, pixels."""
        camera = self.cameras[0].camera
        return camera.width, camera.height


def usable(
    serials: Iterable[str], open_camera: Callable[[str], _Value], set_aside: SetAside | None
) -> dict[str, _Value]:
    """Calls ``open_camera`` for each camera; cameras for which it fails are set aside.

    Raises:
        CaptureError: it fails for a camera, and ``set_aside`` is None.
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
