"""COLMAP's sparse models: cameras and images, as text or binary.

Source: COLMAP's documentation, "Output format", https://colmap.github.io/format.html.
"""

import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from jaxtyping import Float64

from nersemble.captures.convert.lens import Lens
from nersemble.captures.convert.solved import MODELS, SolvedImage, make_lens
from nersemble.errors import CaptureError
from nersemble.files import reason_of

_PLACES = (".", "0", "sparse/0", "sparse", "colmap/sparse/0", "colmap/sparse")

# COLMAP's numbers of its models in binary files; those that make_lens refuses have a name too.
_MODEL_IDS = (
    *("SIMPLE_PINHOLE", "PINHOLE", "SIMPLE_RADIAL", "RADIAL", "OPENCV", "OPENCV_FISHEYE"),
    *("FULL_OPENCV", "FOV", "SIMPLE_RADIAL_FISHEYE", "RADIAL_FISHEYE", "THIN_PRISM_FISHEYE"),
)
_POINT_BYTES = 24

_Value = TypeVar("_Value")


def find_model(folder: Path) -> Path | None:
    """The folder of a sparse model in or below a folder of COLMAP's."""
    places = (folder / place for place in _PLACES)
    return next((p for p in places if _file(p, "cameras") and _file(p, "images")), None)


def read_colmap(folder: Path) -> list[SolvedImage]:
    """Reads a sparse model; binary files are preferred.

    Raises:
        CaptureError: a file is damaged, a camera model is not supported, or a value is not finite;
            names the file and the camera or picture.
    """
    cameras_path, images_path = _file(folder, "cameras"), _file(folder, "images")
    if cameras_path is None or images_path is None:
        raise CaptureError(f"{folder} holds no cameras and images of COLMAP's, binary or text.")
    lenses = _guarded(cameras_path, _cameras_binary, _cameras_text)
    images = _guarded(
        images_path,
        lambda path: _images_binary(path, lenses),
        lambda path: _images_text(path, lenses),
    )
    if not images:
        raise CaptureError(f"{images_path} holds no picture: COLMAP found no poses.")
    return images


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
            f"{path} is truncated or no such file of COLMAP's ({reason_of(error)}): export the "
            f"model again."
        ) from error


def _cameras_text(path: Path) -> dict[int, Lens]:
    lenses = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            number, model, width, height, *values = line.split()
            parameters = [float(value) for value in values]
            lenses[int(number)] = _lens(
                path, int(number), model, (int(width), int(height)), parameters
            )
    return lenses


def _cameras_binary(path: Path) -> dict[int, Lens]:
    data, at = path.read_bytes(), 8
    lenses = {}
    for _ in range(struct.unpack_from("<Q", data)[0]):
        number, model, width, height = struct.unpack_from("<IiQQ", data, at)
        name = _MODEL_IDS[model] if 0 <= model < len(_MODEL_IDS) else f"number {model}"
        n_values = len(MODELS.get(name, ()))
        values = struct.unpack_from(f"<{n_values}d", data, at + 24)
        at += 24 + 8 * n_values
        lenses[number] = _lens(path, number, name, (width, height), values)
    return lenses


def _lens(
    path: Path, number: int, model: str, size: tuple[int, int], values: Sequence[float]
) -> Lens:
    where = f"{path}: camera {number}"
    names = MODELS.get(model, ())
    if names and len(names) != len(values):
        raise CaptureError(
            f"{where} has {len(values)} parameters, but {model} has {len(names)}: export the model "
            f"again."
        )
    return make_lens(model, size, dict(zip(names, values, strict=False)), where)


def _images_text(path: Path, lenses: dict[int, Lens]) -> list[SolvedImage]:
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    images = []
    for line in lines:
        if line.strip():
            _, *numbers, camera, name = line.split(maxsplit=9)
            next(lines, "")  # the points that the picture sees, perhaps none
            images.append(
                _image(path, name.strip(), list(map(float, numbers)), int(camera), lenses)
            )
    return images


def _images_binary(path: Path, lenses: dict[int, Lens]) -> list[SolvedImage]:
    data, at = path.read_bytes(), 8
    images = []
    for _ in range(struct.unpack_from("<Q", data)[0]):
        _, *numbers, camera = struct.unpack_from("<I7dI", data, at)
        end = data.index(b"\0", at + 64)
        name = data[at + 64 : end].decode()
        at = end + 9 + _POINT_BYTES * struct.unpack_from("<Q", data, end + 1)[0]
        images.append(_image(path, name, numbers, camera, lenses))
    return images


def _image(
    path: Path, name: str, numbers: Sequence[float], camera: int, lenses: dict[int, Lens]
) -> SolvedImage:
    where = f"{path}: picture {name}"
    if camera not in lenses:
        raise CaptureError(f"{where} has camera {camera}, which is not in {path.parent}.")
    quaternion, translation = np.array(numbers[:4]), np.array(numbers[4:])
    if not np.isfinite(numbers).all() or not quaternion.any():
        raise CaptureError(f"{where} has a pose that is NaN, infinite or 0: calibrate it again.")
    pose = np.eye(4)
    pose[:3, :3] = _rotation(quaternion / np.linalg.norm(quaternion))
    pose[:3, 3] = translation
    return SolvedImage(name, lenses[camera], pose)


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
