"""Detects the kind of a calibration and reads it."""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from nersemble.captures.convert.colmap import DEEPEST, find_models, read_largest_model
from nersemble.captures.convert.lens import Lens
from nersemble.captures.convert.metashape import read_metashape
from nersemble.captures.convert.names import files_in
from nersemble.captures.convert.opencv import is_opencv, read_opencv
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
    """Reads a calibration of any kind: a file, or the folder that holds it.

    Raises:
        CaptureError: it is missing or damaged.
    """
    if path.is_file():
        return _read_file(path)
    models = find_models(path) if path.is_dir() else []
    for folders in _levels(path):
        found = [files for folder in folders if (files := _files_of_one_kind(folder))]
        if found and models:
            _log.warning("%s holds a COLMAP model, so %s is ignored.", path, found[0][0])
        elif len(found) > 1:
            raise CaptureError(
                f"{path} holds several calibrations: name one of "
                f"{', '.join(str(files[0]) for files in found)}."
            )
        elif found:
            return _read_files(found[0])
        if found or models:
            break
    if models:
        return read_largest_model(models)
    raise CaptureError(
        f"{path} is not a calibration: name a transforms.json, a camera_params.json, OpenCV's "
        f"YAML, XML or JSON, Metashape's XML, or a folder that holds one of them or COLMAP's "
        f"cameras and images (.bin or .txt), directly or below."
    )


def _levels(path: Path) -> Iterator[list[Path]]:
    """A folder, its subfolders, their subfolders, and so on."""
    level = [path] if path.is_dir() else []
    for _ in range(DEEPEST + 1):
        yield level
        below = (p for folder in level for p in sorted(folder.iterdir()) if p.name[:1] != ".")
        level = [p for p in below if p.is_dir()]


def _files_of_one_kind(folder: Path) -> list[Path]:
    """The calibration in a folder: one file, or files that belong together."""
    if files := transforms_in(folder):
        return files
    if (data_set := folder / _CAMERA_PARAMS).is_file():
        return [data_set]
    others = ([f for f in files_in(folder, (s,)) if is_opencv(f)] for s in (".xml", ".json"))
    for files in (files_in(folder, _YAML), *others, files_in(folder, (".xml",))):
        if files:
            return files
    return []


def _read_file(path: Path) -> list[SolvedImage]:
    suffix = path.suffix.lower()
    if suffix in (".bin", ".txt"):
        return read_largest_model(find_models(path.parent, 0) or [path.parent])
    if suffix in _YAML or is_opencv(path):
        # Extrinsics are in another file beside the intrinsics.
        parts = [p for p in files_in(path.parent, (suffix,)) if p.stem.lower()[:5] in _PARTS]
        return read_opencv(parts if path in parts else [path])
    return _read_files([path])


def _read_files(files: Sequence[Path]) -> list[SolvedImage]:
    first = files[0]
    if first.name == _CAMERA_PARAMS:
        return read_data_set(first)
    if first.suffix.lower() in _YAML or is_opencv(first):
        return read_opencv(files)
    if first.suffix.lower() != ".xml":
        return read_transforms(files)
    if len(files) > 1:
        raise CaptureError(
            f"{first.parent} holds several calibrations: name one of "
            f"{', '.join(str(file) for file in files)}."
        )
    return read_metashape(first)


def read_data_set(path: Path) -> list[SolvedImage]:
    """Reads the data set's own ``camera_params.json`` (method.md, Layout v1). Its poses are in
    metres and relative to the head.

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
