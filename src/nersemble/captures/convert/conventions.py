"""Checks whether the poses of a calibration follow the convention of its format."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float64

from nersemble.captures.convert.config import PoseChoice, Vector
from nersemble.captures.convert.solved import SolvedImage
from nersemble.captures.rig_check import described
from nersemble.data_manager.config import POSE_CONVENTIONS
from nersemble.data_manager.poses import as_matrix, as_world_to_camera
from nersemble.errors import CaptureError
from nersemble.geometry.optical_axes import axes_are_parallel, nearest_to_axes

Pose = Float64[np.ndarray, "4 4"]

# Another convention is suggested if its disorder is lower by this factor.
_CLEARLY_LESS = 3.0


def poses_as_meant(
    images: Mapping[str, SolvedImage], choice: PoseChoice, center: Vector | None
) -> dict[str, Pose]:
    """The poses (world to OpenCV camera) by camera.

    Args:
        images: the calibrated picture of each camera.
        choice: how its pose is read.
        center: the head's centre, if known.

    Raises:
        CaptureError: the cameras do not look at one head, but would in another convention; names
            that convention.
    """
    given = _read(images, choice)
    disorders = {c: _disorder(_read(images, c), center) for c in POSE_CONVENTIONS}
    best = min(disorders, key=lambda convention: disorders[convention])
    if disorders[best] * _CLEARLY_LESS < _disorder(given, center):
        raise CaptureError(
            f"Read as {choice}, the cameras' poses do not look at one head; they seem to be "
            f"{described(best)}."
        )
    return given


def _read(images: Mapping[str, SolvedImage], choice: PoseChoice) -> dict[str, Pose]:
    if choice == "documented":
        return {name: image.world_to_camera for name, image in images.items()}
    return {
        name: as_world_to_camera(as_matrix(image.world_to_camera, image.documented), choice)
        for name, image in images.items()
    }


def _disorder(poses: Mapping[str, Pose], center: Vector | None) -> float:
    """How far the cameras are from being upright and looking at one point, radians: the median
    angle between optical axis and point, plus the root mean square of the roll. Infinite if most
    cameras look away or all axes are parallel."""
    stacked = np.stack(list(poses.values()))
    rotations, translations = stacked[:, :3, :3], stacked[:, :3, 3]
    if center is None and axes_are_parallel(stacked):
        return np.inf
    head = nearest_to_axes(stacked) if center is None else np.array(center)
    seen = rotations @ head + translations
    if np.mean(seen[:, 2] > 0) <= 0.5:
        return np.inf
    passes_by = np.arctan2(np.linalg.norm(seen[:, :2], axis=1), seen[:, 2])
    ups = rotations @ -rotations[:, 1].mean(0)
    rolls = np.arctan2(ups[:, 0], -ups[:, 1])
    return float(np.median(passes_by) + np.sqrt((rolls**2).mean()))
