"""What every capture layout offers to the rest of the system, whatever its files look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import UInt8, UInt16

from nersemble.geometry.camera import Camera

Layout = Literal["v1", "v2", "benchmark"]
"""How a capture lies on disk (spec, sections 1.1 to 1.3)."""

LayoutChoice = Literal["auto", "v1", "v2", "benchmark"]
"""A layout, or the one that is found in the folder."""


@dataclass(frozen=True)
class CaptureCamera:
    """One camera of the rig; ``camera`` is sized as the pictures on disk."""

    camera_id: int
    serial: str
    camera: Camera


@dataclass(frozen=True)
class Frame:
    """One picture of one camera at one timestep, as the model sees it before blending.

    rgb: colour-corrected, not yet blended onto white.
    alpha: 255 = foreground.
    depth: coded z-depth, 0 = none, else metres = (value - 1) * 2 / 65534 (spec, section 1.1);
        None where the capture has no depth map for this picture.
    """

    rgb: UInt8[np.ndarray, "h w 3"]
    alpha: UInt8[np.ndarray, "h w"]
    depth: UInt16[np.ndarray, "h w"] | None


class Capture(Protocol):
    """A sequence of one participant on disk. Reading is thread-safe."""

    @property
    def participant(self) -> int: ...

    @property
    def sequence(self) -> str: ...

    @property
    def cameras(self) -> Sequence[CaptureCamera]:
        """All calibrated cameras, by ascending camera id."""
        ...

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height that down-scale factors are relative to, pixels."""
        ...

    @property
    def frame_numbers(self) -> Sequence[int]:
        """The capture's frame numbers, ascending."""
        ...

    def read(self, serial: str, frame_number: int) -> Frame:
        """Reads, resizes and colour-corrects one picture.

        Raises:
            CaptureError: a file is missing, truncated or has the wrong size.
        """
        ...


@runtime_checkable
class HasSources(Protocol):
    """A capture that can say which files a picture comes from, so that it can be packed."""

    def sources(self, serial: str, frame_number: int) -> tuple[Path, ...]:
        """The files whose content decides what ``read`` returns, as far as they are there."""
        ...

    @property
    def has_depth(self) -> bool:
        """Whether pictures may have depth."""
        ...
