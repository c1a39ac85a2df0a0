"""COLMAP's sparse models: cameras and images, as text or binary.

Source: COLMAP's documentation, "Output format", https://colmap.github.io/format.html.
"""

import io
import logging
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from jaxtyping import Float64

from nersemble.captures.convert.lens import Lens
from nersemble.captures.convert.solved import MODELS, SolvedImage, make_lens
from nersemble.errors import CaptureError
from nersemble.files import reason_of
from nersemble.opening import read_bytes, read_text

# COLMAP's camera models and their numbers of parameters, in the order of the model numbers in
# binary files. Models that make_lens refuses are listed too: an unused camera does no harm.
_MODELS = (
    *(("SIMPLE_PINHOLE", 3), ("PINHOLE", 4), ("SIMPLE_RADIAL", 4), ("RADIAL", 5), ("OPENCV", 8)),
    *(("OPENCV_FISHEYE", 8), ("FULL_OPENCV", 12), ("FOV", 5), ("SIMPLE_RADIAL_FISHEYE", 4)),
    *(("RADIAL_FISHEYE", 5), ("THIN_PRISM_FISHEYE", 12), ("RAD_TAN_THIN_PRISM_FISHEYE", 16)),
    *(("SIMPLE_DIVISION", 4), ("DIVISION", 5), ("SIMPLE_FISHEYE", 3), ("FISHEYE", 4)),
)
_POINT_BYTES = 24
_MAX_BYTES = 1 << 28

_Value = TypeVar("_Value")

_log = logging.getLogger("nersemble.data")

DEEPEST = 5
"""No program nests calibrations deeper. The limit keeps the search short if the user names a data
folder by mistake."""


class _Camera(NamedTuple):
    """A camera as in the file; it becomes a lens only if a picture uses it."""

    model: str
    size: tuple[int, int]
    values: Sequence[float]


def find_models(folder: Path, depth: int = DEEPEST) -> list[Path]:
    """The folders of sparse models in and below a folder."""
    if _file(folder, "cameras") and _file(folder, "images"):
        return [folder]
    below = sorted(p for p in folder.iterdir() if p.is_dir() and p.name[:1] != ".") if depth else []
    return [model for path in below for model in find_models(path, depth - 1)]


def read_largest_model(folders: Sequence[Path]) -> list[SolvedImage]:
    """Reads the sparse model with the most pictures; a warning names the others.

    COLMAP writes several models if it cannot join all pictures. Of equally large models, the first
    one outside ``dense`` wins: COLMAP puts a model without distortion there.

    Raises:
        CaptureError: see :func:`read_colmap`.
    """
    if len(folders) == 1:
        return read_colmap(folders[0])
    models = {folder: read_colmap(folder) for folder in folders}
    ranked = sorted(models, key=lambda p: (-len(models[p]), "dense" in p.parts, len(p.parts), p))
    _log.warning(
        "Using %s, which has %d pictures, not %s: to use another model, give its folder.",
        *(ranked[0], len(models[ranked[0]])),
        ", ".join(f"{path} ({len(models[path])})" for path in ranked[1:]),
    )
    return models[ranked[0]]


def read_colmap(folder: Path) -> list[SolvedImage]:
    """Reads a sparse model; binary files are preferred.

    Raises:
        CaptureError: a file is damaged, a camera model is not supported, or a value is not finite;
            names the file and the camera or picture.
    """
    cameras_path, images_path = _file(folder, "cameras"), _file(folder, "images")
    if cameras_path is None or images_path is None:
        raise CaptureError(f"{folder} holds no cameras and images of COLMAP, binary or text.")
    cameras = _guarded(cameras_path, _cameras_binary, _cameras_text)
    poses = _guarded(images_path, _images_binary, _images_text)
    if not poses:
        raise CaptureError(f"{images_path} holds no pictures: COLMAP found no poses.")
    lenses = {
        number: _lens(cameras_path, number, cameras[number])
        for number in sorted({pose.camera for pose in poses})
        if number in cameras
    }
    return [_image(images_path, pose, lenses) for pose in poses]


def _file(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}{suffix}" for suffix in (".bin", ".txt"))
    return next((path for path in paths if path.is_file()), None)


def _guarded(
    path: Path, binary: Callable[[Path], _Value], text: Callable[[Path], _Value]
) -> _Value:
    try:
        return binary(path) if path.suffix == ".bin" else text(path)
    except (OSError, ValueError, IndexError, OverflowError, struct.error) as error:
        raise CaptureError(
            f"{path} is truncated or not COLMAP's ({reason_of(error)}): export the model again."
        ) from error


def _text(path: Path) -> str:
    return read_text(path, _MAX_BYTES, encoding="utf-8-sig", linked=True)


def _cameras_text(path: Path) -> dict[int, _Camera]:
    cameras = {}
    for line in io.StringIO(_text(path)):
        if line.strip() and not line.startswith("#"):
            number, model, width, height, *values = line.split()
            size = (int(width), int(height))
            cameras[int(number)] = _Camera(model, size, [float(value) for value in values])
    return cameras


def _cameras_binary(path: Path) -> dict[int, _Camera]:
    data, at = read_bytes(path, _MAX_BYTES, linked=True), 8
    cameras = {}
    for _ in range(struct.unpack_from("<Q", data)[0]):
        number, model, width, height = struct.unpack_from("<IiQQ", data, at)
        if not 0 <= model < len(_MODELS):
            raise CaptureError(
                f"{path}: camera {number} has the camera model number {model}, which is not "
                f"supported: calibrate with one of {', '.join(MODELS)}."
            )
        name, n_values = _MODELS[model]
        values = struct.unpack_from(f"<{n_values}d", data, at + 24)
        at += 24 + 8 * n_values
        cameras[number] = _Camera(name, (width, height), values)
    return cameras


def _lens(path: Path, number: int, camera: _Camera) -> Lens:
    where = f"{path}: camera {number}"
    names = MODELS.get(camera.model, ())
    if names and len(names) != len(camera.values):
        raise CaptureError(
            f"{where} has {len(camera.values)} parameters, but {camera.model} has {len(names)}: "
            f"export the model again."
        )
    values = dict(zip(names, camera.values, strict=False))
    return make_lens(camera.model, camera.size, values, where)


class _Pose(NamedTuple):
    """A picture as it is in the file; numbers: quaternion (w, x, y, z) and translation."""

    name: str
    numbers: Sequence[float]
    camera: int


def _images_text(path: Path) -> list[_Pose]:
    lines = (line for line in io.StringIO(_text(path)) if line[:1] != "#")
    poses: list[_Pose] = []
    points_follow = False
    for line in lines:
        # A line of points, which may be empty, follows each picture; it may be omitted.
        if points_follow and not _is_picture(line):
            points_follow = False
        elif line.strip():
            _, *numbers, camera, name = line.split(maxsplit=9)
            if len(numbers) != 7:
                raise ValueError(f"a picture has {len(numbers)} numbers for its pose, not 7")
            poses.append(_Pose(name.strip(), list(map(float, numbers)), int(camera)))
            points_follow = True
    return poses


def _is_picture(line: str) -> bool:
    """Whether a line ends with a name, so that it is not a line of points."""
    words = line.split(maxsplit=9)
    if len(words) < 10:
        return False
    try:
        [float(word) for word in words[9].split()]
    except ValueError:
        return True
    return False


def _images_binary(path: Path) -> list[_Pose]:
    data, at = read_bytes(path, _MAX_BYTES, linked=True), 8
    poses = []
    for _ in range(struct.unpack_from("<Q", data)[0]):
        _, *numbers, camera = struct.unpack_from("<I7dI", data, at)
        if not any(numbers):
            raise ValueError("the pose of a picture is all zeros")
        end = data.index(b"\0", at + 64)
        name = data[at + 64 : end].decode()
        at = end + 9 + _POINT_BYTES * struct.unpack_from("<Q", data, end + 1)[0]
        poses.append(_Pose(name, numbers, camera))
    return poses


def _image(path: Path, pose: _Pose, lenses: dict[int, Lens]) -> SolvedImage:
    where = f"{path}: picture {pose.name}"
    if pose.camera not in lenses:
        raise CaptureError(f"{where} has camera {pose.camera}, which is not in {path.parent}.")
    quaternion, translation = np.array(pose.numbers[:4]), np.array(pose.numbers[4:])
    if not np.isfinite(pose.numbers).all() or not quaternion.any():
        raise CaptureError(f"{where} has a pose that is NaN, infinite or 0: calibrate it again.")
    matrix = np.eye(4)
    matrix[:3, :3] = _rotation(quaternion / np.linalg.norm(quaternion))
    matrix[:3, 3] = translation
    name = pose.name.replace("\\", "/")
    return SolvedImage(name, lenses[pose.camera], matrix)


def _rotation(quaternion: Float64[np.ndarray, "4"]) -> Float64[np.ndarray, "3 3"]:
    """The rotation matrix of a unit quaternion (w, x, y, z)."""
    w, x, y, z = quaternion
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
