"""Calibrations of fixed cameras in OpenCV's YAML, XML or JSON, as cv2.FileStorage writes them.

Two forms: one or more files for all cameras, with the camera's name after each key, as in EasyMocap
``intri.yml`` and ``extri.yml`` (``K_NAME``, ``dist_NAME``, ``Rot_NAME`` or ``R_NAME``,
``T_NAME``); or one file NAME.yml for each camera, with the keys of OpenCV's samples
(``camera_matrix``, ``distortion_coefficients``, ``image_width`` and so on). R and T map world to
camera.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import yaml

from nersemble.bounded import YAML_LOADER, check_yaml
from nersemble.captures.convert.lens import Lens, LensOfSize
from nersemble.captures.convert.solved import SolvedImage, check_centered, make_lens
from nersemble.captures.convert.xml_file import read_xml
from nersemble.data_manager.config import Size
from nersemble.data_manager.poses import rigid_pose
from nersemble.errors import CaptureError
from nersemble.files import is_file_name, reason_of
from nersemble.opening import open_to_read, read_text

_MAX_BYTES = 1 << 22
_KEYS = {
    "K": ("camera_matrix", "cameraMatrix", "K", "M", "intrinsics"),
    "dist": ("distortion_coefficients", "distCoeffs", "dist_coeffs", "dist", "D"),
    "rotation": ("Rot", "rotation_matrix", "R", "rvec", "rotation"),
    "translation": ("T", "translation_vector", "t", "tvec", "translation"),
    "pose": ("extrinsic", "extrinsics", "world_to_camera", "world_2_cam", "RT"),
    "width": ("image_width", "width", "W"),
    "height": ("image_height", "height", "H"),
    "size": ("image_size", "imageSize", "resolution"),
    "fisheye": ("fisheye_model", "fisheye"),
    "model": ("distortion_model", "camera_model"),
    "xi": ("xi",),
}
_ALL_KEYS = {key for spellings in _KEYS.values() for key in spellings}
_FISHEYES, _OTHERS = ("equidistant", "fisheye"), ("plumb_bob", "rational_polynomial", "pinhole")
# OpenCV's order; the remaining coefficients are the thin prism and the tilt of the sensor.
_DISTORTION = ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6")


def read_opencv(paths: Sequence[Path]) -> list[SolvedImage]:
    """Reads the cameras of one or several files.

    Raises:
        CaptureError: a file is not OpenCV's, a camera lacks a value, or a lens type is not
            supported; names the file and the camera.
    """
    contents = {path: _parsed(path) for path in paths}
    cameras: dict[str, dict[str, Any]] = {}
    for path, content in contents.items():
        for key, value in content.items():
            what, name = _meaning(key, path.stem)
            if what:
                if not is_file_name(name):
                    raise CaptureError(f"{path} has the key {key!r}, which does not name a camera.")
                known = cameras.setdefault(name, {"path": path})
                # OpenCV's JSON and ROS write matrices as mappings.
                value = value.get("data") if isinstance(value, dict) else value
                # EasyMocap has both R_NAME, a vector, and Rot_NAME, its matrix.
                if what not in known or np.size(known[what]) < np.size(np.asarray(value)):
                    known[what] = value
    images = []
    for name, values in cameras.items():
        if "K" not in values:
            continue
        where = f"{values['path']}: camera {name}"
        images.append(SolvedImage(name, _lens(values, where), _pose(values, where)))
    if not images:
        raise CaptureError(f"{paths[0]} has no camera_matrix or K_NAME, so no calibration.")
    return images


def _meaning(key: str, stem: str) -> tuple[str, str]:
    """The meaning of a key and its camera: the name after the key, or the file's name."""
    for what, spellings in _KEYS.items():
        for spelling in spellings:
            if key == spelling:
                return what, stem
            if key.startswith(f"{spelling}_") and key not in _ALL_KEYS:
                return what, key.removeprefix(f"{spelling}_")
    return "", ""


_MATRIX = "tag:yaml.org,2002:opencv-matrix"


def _matrix(loader: yaml.SafeLoader, node: yaml.Node) -> np.ndarray:
    assert isinstance(node, yaml.MappingNode)
    parts = loader.construct_mapping(node, deep=True)
    matrix: np.ndarray = np.array(parts["data"], float).reshape(parts["rows"], parts["cols"])
    return matrix


def is_opencv(path: Path) -> bool:
    """Whether a file in XML or JSON is OpenCV's."""
    try:
        with open_to_read(path, linked=True) as file:
            begin = file.read(1 << 16)
    except OSError:
        return False
    return b"<opencv_storage" in begin or b'"opencv-matrix"' in begin


def _parsed(path: Path) -> dict[str, Any]:
    if path.suffix.lower() == ".xml":
        root = read_xml(path, "OpenCV's matrices")
        return {element.tag: _value(element) for element in root}
    try:
        text = read_text(path, _MAX_BYTES, encoding="utf-8-sig", linked=True)
        content = json.loads(text) if path.suffix.lower() == ".json" else _yaml(text)
    except Exception as error:  # a damaged file makes the parser fail in many ways
        reason = " ".join(reason_of(error).split())[:200] or type(error).__name__
        raise CaptureError(
            f"{path} cannot be read as OpenCV's YAML or JSON ({reason}): export it again."
        ) from error
    if not isinstance(content, dict):
        raise CaptureError(f"{path} is not a calibration: it has no keys.")
    return {str(key): value for key, value in content.items()}


def _yaml(text: str) -> Any:
    # OpenCV writes "%YAML:1.0", which is not valid YAML, and no space after some colons.
    text = re.sub(r"\A%YAML.*$", "", text, flags=re.MULTILINE)
    # References can expand a small file to any size.
    check_yaml(text, aliases=False)
    loader = YAML_LOADER(text)
    loader.yaml_constructors = {**loader.yaml_constructors, _MATRIX: _matrix}
    return loader.get_single_data()


def _value(element: ElementTree.Element) -> Any:
    """Parses a matrix, numbers or words from XML."""
    words = (element.findtext("data") or element.text or "").split()
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        return " ".join(words).strip('"')
    return numbers[0] if len(numbers) == 1 else numbers


def _pose(values: Mapping[str, Any], where: str) -> np.ndarray:
    if "pose" in values:
        return rigid_pose(values["pose"], f"{where}: pose")
    if "rotation" not in values or "translation" not in values:
        raise CaptureError(f"{where} has no R and T: calibrate the cameras together.")
    rotation = _array(values["rotation"], (3, 9), where)
    if rotation.size == 3:
        from scipy.spatial.transform import Rotation

        rotation = Rotation.from_rotvec(rotation).as_matrix()
    translation = _array(values["translation"], (3,), where)
    return rigid_pose(np.column_stack([rotation.reshape(3, 3), translation]), f"{where}: pose")


def _lens(values: Mapping[str, Any], where: str) -> LensOfSize:
    matrix = _array(values["K"], (9,), where).reshape(3, 3)
    if matrix[0, 1]:
        raise CaptureError(f"{where} has skew {matrix[0, 1]:g}, which is not supported.")
    coefficients = _array(values.get("dist", []), None, where)
    model = str(values.get("model", "pinhole")).lower()
    if model not in _FISHEYES + _OTHERS or "xi" in values:
        raise CaptureError(f"{where} has a lens of type {model} or with xi: not supported.")
    fisheye = bool(values.get("fisheye", False)) or model in _FISHEYES
    names = ("k1", "k2", "k3", "k4") if fisheye else _DISTORTION
    if any(coefficients[len(names) :]):
        raise CaptureError(
            f"{where} has {coefficients.size} distortion coefficients, of which only "
            f"{len(names)} are supported: calibrate without the others."
        )
    intrinsics = {
        "fx": matrix[0, 0],
        "fy": matrix[1, 1],
        # OpenCV's origin is the first pixel's centre, which is at (0.5, 0.5) here.
        "cx": matrix[0, 2] + 0.5,
        "cy": matrix[1, 2] + 0.5,
    }
    distortion = dict(zip(names, coefficients.tolist(), strict=False))
    model = "OPENCV_FISHEYE" if fisheye else "FULL_OPENCV"

    def lens_for(size: Size) -> Lens:
        return check_centered(make_lens(model, size, intrinsics | distortion, where), where)

    size = values.get("size", [values.get("width"), values.get("height")])
    # EasyMocap's files do not give the size: the pictures give it.
    if None in np.ravel(size):
        return lens_for
    width, height = _array(size, (2,), where)
    return lens_for((int(width), int(height)))


def _array(value: Any, sizes: tuple[int, ...] | None, where: str) -> np.ndarray:
    """Flattens numbers."""
    try:
        array = np.ravel(np.asarray(value, dtype=np.float64))
    except (TypeError, ValueError, OverflowError):
        array = np.empty(0)
    if (sizes is not None and array.size not in sizes) or not np.isfinite(array).all():
        raise CaptureError(f"{where} has a matrix that is damaged or not finite: export it again.")
    return array
