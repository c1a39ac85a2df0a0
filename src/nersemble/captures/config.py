"""The options of masks."""

from dataclasses import dataclass
from typing import Annotated, Literal

from nersemble.ranges import Options, Range

MasksFrom = Literal["auto", "background", "pictures"]


@dataclass(frozen=True)
class MaskConfig(Options):
    """Masks: what counts as foreground."""

    masks_from: MasksFrom = "auto"
    """What masks are made from: the empty shots (background), or the pictures alone by a network
    (auto: the empty shots if there are any)."""
    threshold: Annotated[float, Range(1e-3, 0.999)] = 0.06
    """Difference to the empty shot from which a pixel is foreground, 0..1."""
    closing: Annotated[float, Range(0, 0.5)] = 0.01
    """Gaps narrower than this share of the picture's width are closed (masks from empty shots)."""
