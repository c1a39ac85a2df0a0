"""Converts the point clouds of a sequence, ``pointclouds/frame_TTTTT.pcd``, to depth maps: the NVS
benchmark has no others (method.md, NVS benchmark)."""

import logging
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import UInt8, UInt16

from nersemble.data_manager.cloud_depth import PointCloud, cloud_depth
from nersemble.data_manager.config import PointCloudChoice
from nersemble.data_manager.pcd_file import read_pcd
from nersemble.data_manager.picture_files import encode_depth
from nersemble.data_manager.pixels import FOREGROUND
from nersemble.errors import CaptureError
from nersemble.geometry.camera import Camera
from nersemble.geometry.world import SCALE_FACTOR, directions_to_model, points_to_model

POINT_CLOUDS = "pointclouds"

_log = logging.getLogger("nersemble.data")

# If a smaller share of a cloud's pixels is foreground, the cloud does not fit the cameras.
_SMALLEST_SHARE_IN_FOREGROUND = 0.5
# Enough, because the cameras of a timestep are read together.
_KEPT = 2


class PointClouds:
    """The point clouds of a sequence; frames may lack one. Thread-safe."""

    def __init__(self, paths: Mapping[int, Path]) -> None:
        """Takes the file of each frame that has one; reads nothing yet."""
        self._paths = paths
        self._cloud = lru_cache(maxsize=_KEPT)(_read)

    def __len__(self) -> int:
        return len(self._paths)

    def path(self, frame_number: int) -> Path | None:
        """The file of a frame's cloud, if it exists."""
        return self._paths.get(frame_number)

    def depth(
        self, frame_number: int, camera: Camera, alpha: UInt8[np.ndarray, "h w"]
    ) -> UInt16[np.ndarray, "h w"] | None:
        """Coded z-depth of the part of a frame's cloud that a camera sees, in the foreground only;
        None without a cloud.

        Raises:
            CaptureError: the cloud cannot be read, or does not match the camera's foreground.
        """
        path = self.path(frame_number)
        if path is None:
            return None
        cloud = self._cloud(path)
        depth = cloud_depth(cloud, camera)
        foreground = alpha >= FOREGROUND
        shown, inside = np.count_nonzero(depth), np.count_nonzero(depth[foreground])
        misplaced = inside <= _SMALLEST_SHARE_IN_FOREGROUND * shown
        if misplaced and foreground.any() and len(cloud.positions_world):
            raise CaptureError(
                f"Point cloud {path} does not match the pictures: of {shown} pixels that it "
                f"covers in a picture, {inside} are foreground. Its units or axes differ from the "
                f"calibration's (metres): convert it, or pass --point_clouds off."
            )
        return encode_depth(np.where(foreground, depth, 0.0) / SCALE_FACTOR)


def find_point_clouds(
    sequence_folder: Path, frame_numbers: Sequence[int], choice: PointCloudChoice
) -> PointClouds:
    """The point clouds of some frames of a sequence; warns if some frames lack one."""
    paths: dict[int, Path] = {}
    if choice == "auto":
        for path in (sequence_folder / POINT_CLOUDS).glob("*.pcd"):
            if match := re.fullmatch(r"frame_(\d+)", path.stem):
                paths[int(match[1])] = path
    paths = {number: paths[number] for number in frame_numbers if number in paths}
    if 0 < len(paths) < len(frame_numbers):
        _log.warning(
            "%s has the point clouds of %d of %d timesteps: the others have no depth. "
            "'nersemble-benchmark-download FOLDER nvs --pointcloud_frames all' downloads all.",
            sequence_folder / POINT_CLOUDS,
            len(paths),
            len(frame_numbers),
        )
    return PointClouds(paths)


def _read(path: Path) -> PointCloud:
    try:
        positions, normals = read_pcd(path)
    except ValueError as error:
        raise CaptureError(
            f"Cannot read point cloud {path}: {error}; download it again, or pass --point_clouds "
            f"off."
        ) from error
    if normals is None:
        return PointCloud(points_to_model(positions), None)
    # The sign of the normals is unknown: orient most of them outward, away from the centre.
    outward = ((positions - np.median(positions, 0)) * normals).sum() if len(positions) else 0.0
    sense = np.float32(1.0 if outward >= 0 else -1.0)
    return PointCloud(points_to_model(positions), directions_to_model(sense * normals))
