"""The options of masks."""

from dataclasses import dataclass
from typing import Annotated, Literal

from nersemble.ranges import Options, Range

MasksFrom = Literal["auto", "background", "pictures"]


@dataclass(frozen=True)
class MaskConfig(Options):
    """Masks: how foreground is found."""

    masks_from: MasksFrom = "auto"
    """Source of the masks: the empty shots (background), or a network that sees only the pictures
    (auto: the empty shots if available)."""
    threshold: Annotated[float, Range(1e-3, 0.999)] = 0.06
    """Least difference to the empty shot of a foreground pixel, 0..1."""
    closing: Annotated[float, Range(0, 0.5)] = 0.01
    """Gaps narrower than this share of the picture's width are closed (masks from empty shots)."""
