"""Judges whether the cameras, masks and pictures of a capture show one upright head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jaxtyping import Float
from torch import Tensor

from nersemble.captures.photo_consistency import Picture, find_mistakes, read_pictures
from nersemble.captures.rig_check import remarks
from nersemble.captures.silhouettes import (
    Hull,
    Silhouette,
    carve,
    looked_at,
    neck_direction,
    read_silhouettes,
    seem_inverted,
)
from nersemble.data_manager.capture import Capture
from nersemble.geometry.camera import Camera

# The neck is not below the head if it is this far from straight down: the cosine of 60 degrees.
_DOWN = 0.5


@dataclass(frozen=True)
class Findings:
    """The hull of a capture's masks, and what is wrong with its geometry.

    hull: None if the masks have nothing in common or seem to be inverted.
    inverted: a clause that says that the masks seem to be inverted; usually empty.
    of_all: problems of all cameras, as sentences without full stop; usually none.
    of_cameras: problems of single cameras by serial, as predicates of "Camera c ...".
    taken_by: the camera that seems to have taken the pictures of another one.
    up: the direction in which up is (model world), if the masks show that it is not up there.
    """

    hull: Hull | None = None
    inverted: str = ""
    of_all: tuple[str, ...] = ()
    of_cameras: Mapping[str, str] = field(default_factory=dict)
    taken_by: Mapping[str, str] = field(default_factory=dict)
    up: Float[Tensor, "3"] | None = None


def judge(
    cameras: Mapping[str, Camera],
    moments: Sequence[Sequence[Silhouette]],
    pictures: Mapping[str, Picture],
) -> Findings:
    """Judges a capture.

    Args:
        cameras: by serial.
        moments: the silhouettes of some moments, the first of them first.
        pictures: of the first moment, those with masks.
    """
    of_cameras = remarks(cameras)
    if inverted := seem_inverted(moments):
        return Findings(inverted=inverted, of_cameras=of_cameras)
    hull = carve(moments)
    of_masks = hull.remarks() if hull is not None else {}
    # Where a mask contradicts the others, it may not show where the head is.
    mistakes = find_mistakes({s: found for s, found in pictures.items() if s not in of_masks})
    if not mistakes.of_all:
        of_cameras |= of_masks
    of_cameras |= mistakes.of_cameras
    of_cameras |= {
        serial: f"has pictures that seem to be those of camera {other}"
        for serial, other in mistakes.taken_by.items()
    }
    of_all = (mistakes.of_all,) if mistakes.of_all else ()
    neck = neck_direction(moments[0]) if moments and not of_all else None
    up = None if neck is None or -neck[2] > _DOWN else -neck
    if up is not None:
        of_all = ("The pictures cut off the neck at a side of the head that is not down",)
    return Findings(hull, "", of_all, of_cameras, mistakes.taken_by, up)


def judge_capture(
    capture: Capture, serials: Sequence[str], frame_numbers: Sequence[int]
) -> tuple[Findings, list[list[Silhouette]]]:
    """Judges some cameras of a capture by the first, the middle and the last of some frames, and
    returns the silhouettes at these moments as well."""
    numbers = looked_at(frame_numbers)
    moments = read_silhouettes(capture, serials, numbers)
    cameras = {c.serial: c.camera for c in capture.cameras if c.serial in serials}
    pictures = read_pictures(capture, moments[0], numbers[0])
    return judge(cameras, moments, pictures), moments
