"""The kinds of calibration, and finding out which one a path is."""

import logging
from pathlib import Path

from nersemble.captures.convert.colmap import find_models, read_largest_model
from nersemble.captures.convert.lens import Lens
from nersemble.captures.convert.solved import SolvedImage
from nersemble.captures.convert.transforms import read_transforms, transforms_in
from nersemble.data_manager.calibration import has_intrinsics_per_camera, read_camera_params
from nersemble.data_manager.layout_videos import BENCHMARK_SIZE
from nersemble.data_manager.rig import RIG_SENSOR
from nersemble.errors import CaptureError

_log = logging.getLogger("nersemble.data")

_CAMERA_PARAMS = "camera_params.json"
# The part of a picture's width and height, in the middle, where its principal point must be.
_MIDDLE = 0.25


def read_calibration(path: Path) -> list[SolvedImage]:
    """Reads a calibration of any kind: a file, or the folder where it lies.

    Raises:
        CaptureError: there is none, or it is damaged.
    """
    if path.is_file():
        if path.suffix.lower() in (".bin", ".txt"):
            return read_largest_model(find_models(path.parent, 0) or [path.parent])
        if path.name == _CAMERA_PARAMS:
            return read_data_set(path)
        return read_transforms([path])
    models = find_models(path) if path.is_dir() else []
    transforms = transforms_in(path)
    if models:
        if transforms:
            _log.warning("%s holds a model of COLMAP's, so %s is not read.", path, transforms[0])
        return read_largest_model(models)
    if transforms:
        return read_transforms(transforms)
    for place in (path / _CAMERA_PARAMS, path / "calibration" / _CAMERA_PARAMS):
        if place.is_file():
            return read_data_set(place)
    raise CaptureError(
        f"{path} is no calibration: name a transforms.json, a camera_params.json, or a folder with "
        f"COLMAP's cameras and images (.bin or .txt) in it or below."
    )


def read_data_set(path: Path) -> list[SolvedImage]:
    """Reads the data set's own ``camera_params.json`` (spec, section 1.1), whose cameras are in
    metres before the head already.

    Raises:
        CaptureError: it is damaged, or its principal points are far from the middle of its size.
    """
    found = read_camera_params(
        path, BENCHMARK_SIZE if has_intrinsics_per_camera(path) else RIG_SENSOR
    )
    images = []
    for serial, pose in found.world_to_camera.items():
        matrix = found.intrinsics[serial]
        focal, center = (matrix[0, 0], matrix[1, 1]), (matrix[0, 2], matrix[1, 2])
        shares = [c / s for c, s in zip(center, found.size, strict=True)]
        if not all(_MIDDLE < share < 1 - _MIDDLE for share in shares):
            raise CaptureError(
                f"{path}: camera {serial} has the principal point {center[0]:g}, {center[1]:g}, "
                f"far from the middle of {found.size[0]}x{found.size[1]} pixels: add the "
                f"'image_size' [width, height] that the intrinsics are for."
            )
        if matrix[0, 1] or matrix[1, 0]:
            raise CaptureError(f"{path}: camera {serial} has skew, which is not supported.")
        lens = Lens(found.size, focal, center)
        images.append(SolvedImage(serial, lens, pose, in_metres=True, camera=serial))
    return images
