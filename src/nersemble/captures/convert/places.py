"""Detects calibrated pictures that were taken from the same place."""

from collections.abc import Sequence

import numpy as np

from nersemble.captures.convert.solved import SolvedImage
from nersemble.geometry.optical_axes import camera_centers

# Largest differences between pictures of one fixed camera, each with its own pose: share of the
# rig's extent, and degrees.
_SAME_PLACE = 0.05
_SAME_DIRECTION = 5.0
# Hand-held photographs differ by more than this share of the rig's extent.
_ONE_PLACE = 0.005


def extent_of(images: Sequence[SolvedImage]) -> float:
    """The diagonal of the box around all camera positions, in the calibration's units."""
    return float(np.linalg.norm(np.ptp(_positions(images), axis=0)))


def _positions(images: Sequence[SolvedImage]) -> np.ndarray:
    return camera_centers(np.stack([image.world_to_camera for image in images]))


def moved(group: Sequence[SolvedImage], extent: float) -> tuple[SolvedImage, SolvedImage] | None:
    """Two pictures of a group that cannot come from one fixed camera."""
    first = group[0]
    ways = np.linalg.norm(_positions(group) - _positions([first]), axis=1)
    for image, way in zip(group, ways, strict=True):
        turn = image.world_to_camera[:3, :3] @ first.world_to_camera[:3, :3].T
        degrees = np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1)))
        if way > _SAME_PLACE * extent or degrees > _SAME_DIRECTION:
            return first, image
    return None


def share_places(images: Sequence[SolvedImage]) -> bool:
    """Whether most pictures share their place with another picture."""
    positions = _positions(images)
    distances = np.linalg.norm(positions[:, None] - positions, axis=-1)
    np.fill_diagonal(distances, np.inf)
    return bool((distances.min(0) < _ONE_PLACE * extent_of(images)).mean() > 0.5)
