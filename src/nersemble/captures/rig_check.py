"""Checks that a rig's poses are plausible: the cameras look at the head, from a usual distance, and
are upright. If not, finds another convention or unit that makes them plausible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float64

from nersemble.data_manager.capture import Capture
from nersemble.data_manager.config import POSE_CONVENTIONS, PoseConfig, PoseConvention
from nersemble.data_manager.poses import as_matrix, as_world_to_camera, pose_in_metres
from nersemble.errors import CaptureError
from nersemble.geometry.camera import Camera
from nersemble.geometry.optical_axes import axes_are_parallel, nearest_to_axes

Pose = Float64[np.ndarray, "4 4"]

_UNITS = {1.0: "metres", 0.01: "centimetres", 0.001: "millimetres"}
# Distances from the head, metres: all rigs are in the wide range, most in the narrow one.
_POSSIBLE, _USUAL = (0.1, 15.0), (0.25, 4.0)
# Shares of the cameras that must look at the head: to accept poses, and to suggest a convention.
_MOST, _NEARLY_ALL = 0.5, 0.8
# Another convention is suggested if its disorder is lower by this factor.
_CLEARLY_LESS = 3.0
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
    readings = {
        convention: [as_world_to_camera(matrix, convention) for matrix in matrices]
        for convention in POSE_CONVENTIONS
    }
    better = better_convention(readings, readings[config.poses], np.zeros(3)) or config.poses
    for unit, unit_name in _UNITS.items():
        reading = PoseConfig(better, unit)
        other = _Rig([pose_in_metres(matrix, reading) for matrix in matrices], cameras)
        usual = _USUAL[0] <= other.metres <= _USUAL[1]
        if usual and np.mean(other.looking()) >= _NEARLY_ALL:
            changes = []
            if unit != config.metres_per_unit:
                changes.append(f"in {unit_name} (--metres_per_unit {unit:g})")
            if better != config.poses:
                changes.append(described(better))
            raise CaptureError(
                f"{sum(given.looking())} of the {len(cameras)} cameras of {whose} look at the "
                f"head, from {given.metres:.4g} m (median): the calibration's poses seem to be "
                f"{' and '.join(changes)}."
            )


def better_convention(
    readings: Mapping[PoseConvention, Sequence[Pose]],
    given: Sequence[Pose],
    center: Float64[np.ndarray, "3"] | None,
) -> PoseConvention | None:
    """The convention in which the cameras look at one point and are upright, if they clearly do so
    less as given.

    Args:
        readings: world to OpenCV camera, by convention.
        given: the same as the poses are read now.
        center: the point, if it is known.
    """
    disorders = {convention: _disorder(poses, center) for convention, poses in readings.items()}
    best = min(disorders, key=lambda convention: disorders[convention])
    return best if disorders[best] * _CLEARLY_LESS < _disorder(given, center) else None


def _disorder(poses: Sequence[Pose], center: Float64[np.ndarray, "3"] | None) -> float:
    """How far the cameras are from being upright and looking at one point, radians: the median
    angle between optical axis and point, plus the root mean square of the roll. Infinite if most
    cameras look away or all axes are parallel."""
    stacked = np.stack(poses)
    rotations, translations = stacked[:, :3, :3], stacked[:, :3, 3]
    if center is None and axes_are_parallel(stacked):
        return np.inf
    head = nearest_to_axes(stacked) if center is None else center
    seen = rotations @ head + translations
    if np.mean(seen[:, 2] > 0) <= 0.5:
        return np.inf
    passes_by = np.arctan2(np.linalg.norm(seen[:, :2], axis=1), seen[:, 2])
    ups = rotations @ -rotations[:, 1].mean(0)
    rolls = np.arctan2(ups[:, 0], -ups[:, 1])
    return float(np.median(passes_by) + np.sqrt((rolls**2).mean()))


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
    """Whether the world's origin is in the camera's picture, with another pose."""
    return bool(camera.contains((camera.intrinsics @ torch.from_numpy(pose[:3, 3]))[None]))
