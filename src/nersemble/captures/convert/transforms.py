"""nerfstudio's ``transforms.json``: intrinsics for all pictures or for each, camera to world.

Source: nerfstudio's documentation, "Data conventions". Poses have OpenGL axes (x right, y up, z
backward).
"""

import math
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from nersemble.captures.convert.lens import Lens
from nersemble.captures.convert.solved import SolvedImage, checked_pose, make_lens
from nersemble.errors import CaptureError
from nersemble.files import read_json_object, reason_of

_OPENGL_TO_OPENCV = np.diag([1.0, -1.0, -1.0, 1.0])
_PERSPECTIVE = ("SIMPLE_PINHOLE", "PINHOLE", "SIMPLE_RADIAL", "RADIAL", "OPENCV")


def read_transforms(path: Path) -> list[SolvedImage]:
    """Reads a ``transforms.json``.

    Raises:
        CaptureError: it is no such file, a camera model is not supported, or a value is missing or
            not finite; names the file and the picture.
    """
    try:
        content = read_json_object(path)
    except (OSError, ValueError) as error:
        raise CaptureError(
            f"{path} cannot be read ({reason_of(error)}): write it again."
        ) from error
    frames = content.get("frames")
    if not isinstance(frames, list) or not frames:
        raise CaptureError(f"{path} has no 'frames', so no pose: write it again.")
    images = []
    for index, frame in enumerate(frames):
        if not isinstance(frame, dict) or not isinstance(frame.get("file_path"), str):
            raise CaptureError(f"{path}: frame {index} has no 'file_path': correct the file.")
        name = str(PurePosixPath(frame["file_path"].replace("\\", "/")))
        where = f"{path}: picture {name}"
        camera_to_world = checked_pose(frame.get("transform_matrix"), where)
        pose = np.linalg.inv(camera_to_world @ _OPENGL_TO_OPENCV)
        lens = _lens({**content, **frame}, where)
        images.append(SolvedImage(name, lens, pose, "camera_to_world_opengl"))
    return images


def _lens(values: Mapping[str, Any], where: str) -> Lens:
    """The lens of a picture, whose own values go before those of the file."""
    size = (int(_number(values, "w", where)), int(_number(values, "h", where)))
    if "fl_x" in values:
        fx = _number(values, "fl_x", where)
        fy = _number(values, "fl_y", where, fx)
    else:
        fx = _focal(size[0], _number(values, "camera_angle_x", where), where)
        fy = fx
        if "camera_angle_y" in values:
            fy = _focal(size[1], _number(values, "camera_angle_y", where), where)
    distortion = {
        name: _number(values, name, where, 0.0) for name in ("k1", "k2", "k3", "k4", "p1", "p2")
    }
    model = str(values.get("camera_model", "OPENCV"))
    # Programs disagree on what a k4 is here: the fourth power of r^2, or in the denominator.
    if model in _PERSPECTIVE and distortion["k4"]:
        raise CaptureError(
            f"{where} has k4 {distortion['k4']}, which {model} does not have: calibrate with k1, "
            f"k2, k3, p1 and p2, or with OPENCV_FISHEYE."
        )
    intrinsics = {
        "fx": fx,
        "fy": fy,
        "cx": _number(values, "cx", where, size[0] / 2),
        "cy": _number(values, "cy", where, size[1] / 2),
    }
    return make_lens(model, size, intrinsics | distortion, where)


def _focal(pixels: int, angle: float, where: str) -> float:
    if not 0 < angle < math.pi:
        raise CaptureError(f"{where} has a camera angle of {angle} radians: correct the file.")
    return pixels / 2 / math.tan(angle / 2)


def _number(
    values: Mapping[str, Any], name: str, where: str, default: float | None = None
) -> float:
    value = values.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CaptureError(f"{where} has no number {name!r}: correct the file.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise CaptureError(f"{where} has {name} {number}: calibrate it again.")
    return number
