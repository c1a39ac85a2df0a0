"""Checks whether the poses of a calibration follow the convention of its format."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float64

from nersemble.captures.convert.config import PoseChoice, Vector
from nersemble.captures.convert.solved import SolvedImage
from nersemble.captures.rig_check import better_convention, described
from nersemble.data_manager.config import POSE_CONVENTIONS
from nersemble.data_manager.poses import as_matrix, as_world_to_camera
from nersemble.errors import CaptureError

Pose = Float64[np.ndarray, "4 4"]


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
    readings = {c: list(_read(images, c).values()) for c in POSE_CONVENTIONS}
    known = None if center is None else np.array(center)
    if better := better_convention(readings, list(given.values()), known):
        raise CaptureError(
            f"Read as {choice}, the cameras' poses do not look at one head; they seem to be "
            f"{described(better)}."
        )
    return given


def _read(images: Mapping[str, SolvedImage], choice: PoseChoice) -> dict[str, Pose]:
    if choice == "documented":
        return {name: image.world_to_camera for name, image in images.items()}
    return {
        name: as_world_to_camera(as_matrix(image.world_to_camera, image.documented), choice)
        for name, image in images.items()
    }
