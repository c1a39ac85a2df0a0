"""Finds out which kind of calibration a path holds, and reads it."""

import logging
from pathlib import Path

from nersemble.captures.convert.colmap import find_models, read_largest_model
from nersemble.captures.convert.lens import Lens
from nersemble.captures.convert.metashape import read_metashape
from nersemble.captures.convert.names import files_in
from nersemble.captures.convert.opencv import read_opencv
from nersemble.captures.convert.solved import SolvedImage, check_centered
from nersemble.captures.convert.transforms import read_transforms, transforms_in
from nersemble.data_manager.calibration import has_intrinsics_per_camera, read_camera_params
from nersemble.data_manager.layout_videos import BENCHMARK_SIZE
from nersemble.data_manager.rig import RIG_SENSOR
from nersemble.errors import CaptureError

_log = logging.getLogger("nersemble.data")

_CAMERA_PARAMS = "camera_params.json"
_YAML = (".yml", ".yaml")
_PARTS = ("intri", "extri")


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
        if path.suffix.lower() in _YAML:
            # Extrinsics lie beside intrinsics.
            parts = [p for p in files_in(path.parent, _YAML) if p.stem.lower()[:5] in _PARTS]
            return read_opencv(parts if path in parts else [path])
        if path.suffix.lower() == ".xml":
            return read_metashape(path)
        return read_transforms([path])
    models = find_models(path) if path.is_dir() else []
    transforms = transforms_in(path)
    if models:
        if transforms:
            _log.warning("%s holds a COLMAP model, so %s is ignored.", path, transforms[0])
        return read_largest_model(models)
    if transforms:
        return read_transforms(transforms)
    if path.is_dir():
        data_sets = [place for depth in ("", "*/") for place in path.glob(depth + _CAMERA_PARAMS)]
        if len(data_sets) == 1:
            return read_data_set(data_sets[0])
        if files := files_in(path, _YAML):
            return read_opencv(files)
        if len(files := files_in(path, (".xml",))) == 1:
            return read_metashape(files[0])
    raise CaptureError(
        f"{path} is no calibration: name a transforms.json, a camera_params.json, OpenCV's YAML or "
        f"Metashape's XML, or a folder with COLMAP's cameras and images (.bin or .txt) in it or "
        f"below."
    )


def read_data_set(path: Path) -> list[SolvedImage]:
    """Reads the data set's own ``camera_params.json`` (spec, section 1.1). Its poses are in metres
    and relative to the head.

    Raises:
        CaptureError: it is damaged, or a principal point is far from the middle of the picture.
    """
    found = read_camera_params(
        path, BENCHMARK_SIZE if has_intrinsics_per_camera(path) else RIG_SENSOR
    )
    corrections = (
        path.with_name("color_calibration.json"),
        path.with_name("annotations"),
        path.parent.parent.parent / "color_correction",
    )
    if beside := [place for place in corrections if place.exists()]:
        _log.warning(
            "Colours stay as recorded: %s is not applied. The data set's own captures need no "
            "conversion: train on them with --data_path.",
            beside[0],
        )
    images = []
    for serial, pose in found.world_to_camera.items():
        matrix = found.intrinsics[serial]
        focal, center = (matrix[0, 0], matrix[1, 1]), (matrix[0, 2], matrix[1, 2])
        if matrix[0, 1] or matrix[1, 0]:
            raise CaptureError(f"{path}: camera {serial} has skew, which is not supported.")
        lens = check_centered(Lens(found.size, focal, center), f"{path}: camera {serial}")
        images.append(SolvedImage(serial, lens, pose, in_metres=True, camera=serial))
    return images
