"""Whether calibrated pictures were taken from the same place."""

from collections.abc import Sequence

import numpy as np

from nersemble.captures.convert.solved import SolvedImage

# Largest differences of pictures of one fixed camera, each solved alone: share of the rig's extent,
# and degrees.
_SAME_PLACE = 0.05
_SAME_DIRECTION = 5.0
# Hand-held photographs differ by more than this share of the rig's extent.
_ONE_PLACE = 0.005


def extent_of(images: Sequence[SolvedImage]) -> float:
    """The diagonal of the box around all pictures' places, in the calibration's units."""
    return float(np.linalg.norm(np.ptp([_position(image) for image in images], axis=0)))


def _position(image: SolvedImage) -> np.ndarray:
    return -image.world_to_camera[:3, :3].T @ image.world_to_camera[:3, 3]


def moved(group: Sequence[SolvedImage], extent: float) -> tuple[SolvedImage, SolvedImage] | None:
    """Two pictures of a group that no fixed camera can have taken."""
    first = group[0]
    for image in group[1:]:
        way = np.linalg.norm(_position(image) - _position(first))
        turn = image.world_to_camera[:3, :3] @ first.world_to_camera[:3, :3].T
        degrees = np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1)))
        if way > _SAME_PLACE * extent or degrees > _SAME_DIRECTION:
            return first, image
    return None


def share_places(images: Sequence[SolvedImage]) -> bool:
    """Whether most pictures share their place with another one."""
    positions = np.stack([_position(image) for image in images])
    distances = np.linalg.norm(positions[:, None] - positions, axis=-1)
    np.fill_diagonal(distances, np.inf)
    return bool((distances.min(0) < _ONE_PLACE * extent_of(images)).mean() > 0.5)
