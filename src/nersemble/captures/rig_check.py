"""Checks that a rig's poses are plausible: the cameras look at the head, from a usual distance, and
are upright. If not, finds another convention or unit that makes them plausible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from nersemble.data_manager.capture import Capture
from nersemble.data_manager.config import POSE_CONVENTIONS, PoseConfig, PoseConvention
from nersemble.data_manager.poses import as_matrix, pose_in_metres
from nersemble.errors import CaptureError
from nersemble.geometry.camera import Camera

Pose = Float64[np.ndarray, "4 4"]

_UNITS = {1.0: "metres", 0.01: "centimetres", 0.001: "millimetres"}
# Distances from the head, metres: all rigs are in the wide range, most in the narrow one.
_POSSIBLE, _USUAL = (0.1, 15.0), (0.25, 4.0)
# Shares of the cameras that must look at the head: to accept poses, and to suggest a convention.
_MOST, _NEARLY_ALL = 0.5, 0.8
# A camera with more roll is on its side or upside down.
_ROLLED_DEGREES = 60.0
# A principal point this close to the border, as a share of the side, is cropped or wrong.
_OFF_CENTER = 0.1


@dataclass(frozen=True)
class _Rig:
    """Poses as read (metres, world to OpenCV camera) with their intrinsics and sizes."""

    poses: Sequence[Pose]
    cameras: Sequence[Camera]

    @property
    def metres(self) -> float:
        """The median distance of the world's origin, where the head should be."""
        return float(np.median([np.linalg.norm(pose[:3, 3]) for pose in self.poses]))

    def looking(self) -> list[bool]:
        """Which cameras see the origin in their picture."""
        return [_sees(*pair) for pair in zip(self.poses, self.cameras, strict=True)]


def check_poses(capture: Capture, config: PoseConfig) -> None:
    """Applies :func:`check_rig` to a capture that was read with ``config``."""
    whose = f"participant {capture.participant:03d}"
    check_rig([camera.camera for camera in capture.cameras], config, whose)


def check_rig(cameras: Sequence[Camera], config: PoseConfig, whose: str) -> None:
    """Checks that poses whose world should be metric, with the head at its origin, are plausible.

    Args:
        cameras: as read.
        config: how their poses are read.
        whose: the owner of the cameras, for the message.

    Raises:
        CaptureError: the poses are plausible only in another unit, with other axes or inverted;
            names the options.
    """
    given = _Rig([camera.calibrated_pose.numpy() for camera in cameras], cameras)
    share = float(np.mean(given.looking()))
    if share >= _MOST and _POSSIBLE[0] <= given.metres <= _POSSIBLE[1]:
        return
    matrices = []
    for pose in given.poses:
        in_units = pose.copy()
        in_units[:3, 3] /= config.metres_per_unit
        matrices.append(as_matrix(in_units, config.poses))
    for convention in (config.poses, *(c for c in POSE_CONVENTIONS if c != config.poses)):
        for unit, unit_name in _UNITS.items():
            reading = PoseConfig(convention, unit)
            other = _Rig([pose_in_metres(matrix, reading) for matrix in matrices], cameras)
            usual = _USUAL[0] <= other.metres <= _USUAL[1]
            if usual and np.mean(other.looking()) >= _NEARLY_ALL:
                changes = []
                if unit != config.metres_per_unit:
                    changes.append(f"in {unit_name} (--metres_per_unit {unit:g})")
                if convention != config.poses:
                    changes.append(described(convention))
                raise CaptureError(
                    f"{sum(given.looking())} of the {len(cameras)} cameras of {whose} look at the "
                    f"head, from {given.metres:.4g} m (median): the calibration's poses seem to be "
                    f"{' and '.join(changes)}."
                )


def described(convention: PoseConvention) -> str:
    """A convention in words, with its option."""
    way = "world-to-camera" if convention.startswith("world") else "camera-to-world"
    axes = "OpenCV's" if convention.endswith("opencv") else "OpenGL's"
    return f"{way} matrices with {axes} axes (--poses {convention})"


def remarks(cameras: Mapping[str, Camera]) -> dict[str, str]:
    """Problems of single cameras, as predicates of sentences such as "Camera c ..."."""
    found = {}
    for name, camera in cameras.items():
        pose = camera.calibrated_pose.numpy()
        x, y = camera.intrinsics[:2, 2].tolist()
        shares = (x / camera.width, y / camera.height)
        if not all(_OFF_CENTER < share < 1 - _OFF_CENTER for share in shares):
            found[name] = (
                f"has the principal point {x:.4g}, {y:.4g} in {camera.width}x{camera.height} "
                f"pixels, as if it were calibrated for another size"
            )
        elif pose[2, 3] <= 0:
            found[name] = "looks away from the head"
        elif not _sees(pose, camera):
            found[name] = "does not have the head's centre in its picture"
        elif abs(roll := roll_degrees(pose)) > _ROLLED_DEGREES:
            found[name] = f"is turned by {roll:.0f} degrees against up"
    return found


def roll_degrees(pose: Pose) -> float:
    """The angle from up in the picture to the world's up (y), clockwise; 0 if a camera looks
    straight up or down."""
    x, y = pose[0, 1], -pose[1, 1]
    return float(np.degrees(np.arctan2(x, y))) if np.hypot(x, y) > 0.1 else 0.0


def _sees(pose: Pose, camera: Camera) -> bool:
    x, y, depth = camera.intrinsics.numpy() @ pose[:3, 3]
    return bool(depth > 0 and 0 <= x <= camera.width * depth and 0 <= y <= camera.height * depth)
