"""Camera calibration files: reads and checks them, and makes cameras (method.md, Layout v1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float64

from nersemble.data_manager.capture import CaptureCamera
from nersemble.data_manager.config import AS_DOCUMENTED, PoseConfig, Size
from nersemble.data_manager.picture_files import MAX_PIXELS
from nersemble.data_manager.poses import matrix_of, pose_in_metres, rigid_pose
from nersemble.data_manager.rig import RIG_SENSOR, assign_camera_ids
from nersemble.errors import CaptureError
from nersemble.files import is_file_name, read_json_object, reason_of
from nersemble.geometry.camera import Camera
from nersemble.geometry.world import calibration_to_model

_LAST_ROW_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Calibration:
    """A checked calibration file, both mappings by serial, in the file's order.

    world_to_camera: calibration world to OpenCV camera (x right, y down, z forward), metres.
    intrinsics: pixels of a picture of ``size``.
    """

    world_to_camera: Mapping[str, Float64[np.ndarray, "4 4"]]
    intrinsics: Mapping[str, Float64[np.ndarray, "3 3"]]
    size: Size


def read_camera_params(path: Path, size: Size = RIG_SENSOR) -> Calibration:
    """Reads a ``camera_params.json`` with one 3x3 of intrinsics for all or for each camera.

    Args:
        path: the file.
        size: size of the pictures that the intrinsics belong to, unless the file has its own
            ``image_size`` [width, height] (our extension, docs/formats.md).

    Raises:
        CaptureError: the file is missing or not JSON, lacks an entry, or a matrix has the wrong
            shape, is not finite, not a rigid pose or not a pinhole; names the camera.
    """
    content = _read_json(path)
    poses = _entry(content, "world_2_cam", path)
    intrinsics = _entry(content, "intrinsics", path)
    if not isinstance(poses, dict) or not poses:
        raise CaptureError(
            f"Calibration {path}: 'world_2_cam' must map camera serials to 4x4 poses, but is "
            f"{_describe(poses)}; download the file again."
        )
    for serial in poses:
        # It becomes part of file names.
        if not is_file_name(serial):
            raise CaptureError(
                f"Calibration {path}: {serial!r} cannot name a camera, because it is not a valid "
                f"file name; download the file again."
            )
    if "image_size" in content:
        size = _image_size(content["image_size"], path)
    return Calibration(
        world_to_camera={
            s: rigid_pose(m, f"{path}: camera {s}: world_2_cam") for s, m in poses.items()
        },
        intrinsics={s: _intrinsics(intrinsics, s, path) for s in poses},
        size=size,
    )


def has_intrinsics_per_camera(path: Path) -> bool:
    """Whether a ``camera_params.json`` has a 3x3 of intrinsics for each camera, not one for all.

    Raises:
        CaptureError: the file is missing or not JSON, or has no intrinsics.
    """
    return isinstance(_entry(_read_json(path), "intrinsics", path), dict)


def cameras(
    calibration: Calibration, size: Size, poses: PoseConfig = AS_DOCUMENTED
) -> tuple[CaptureCamera, ...]:
    """The calibrated cameras in the model world for pictures of ``size``.

    Each axis is scaled by picture size / calibrated size, because the whole field of view is kept,
    even if down-scaling cut off a fraction of a pixel. Sorted by camera id.
    """
    ids = assign_camera_ids(calibration.world_to_camera)
    found = [
        CaptureCamera(
            camera_id=ids[serial],
            serial=serial,
            camera=Camera(
                intrinsics=torch.from_numpy(calibration.intrinsics[serial]),
                world_to_camera=calibration_to_model(torch.from_numpy(pose_in_metres(pose, poses))),
                width=calibration.size[0],
                height=calibration.size[1],
            ).resized(*size),
        )
        for serial, pose in calibration.world_to_camera.items()
    ]
    return tuple(sorted(found, key=lambda camera: camera.camera_id))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return read_json_object(path)
    except FileNotFoundError:
        raise CaptureError(
            f"Calibration {path} does not exist: unpack the capture's camera_params there."
        ) from None
    except OSError as error:
        raise CaptureError(f"Calibration {path} cannot be read: {reason_of(error)}.") from error
    except ValueError as error:
        raise CaptureError(
            f"Calibration {path} cannot be used: {reason_of(error)}; download the file again."
        ) from error


def _entry(content: dict[str, Any], key: str, path: Path) -> Any:
    if key not in content:
        raise CaptureError(
            f"Calibration {path} has no '{key}', only {sorted(content)}: download the file again."
        )
    return content[key]


def _image_size(value: Any, path: Path) -> Size:
    whole = isinstance(value, list) and all(type(number) is int and number > 0 for number in value)
    if not whole or len(value) != 2 or value[0] * value[1] > MAX_PIXELS:
        raise CaptureError(
            f"Calibration {path}: 'image_size' is {value}, but must be [width, height] in whole "
            f"pixels, at most {MAX_PIXELS} in total; correct the file."
        )
    return value[0], value[1]


def _describe(value: Any) -> str:
    return "empty" if value in ({}, [], None) else f"a {type(value).__name__}"


def _intrinsics(value: Any, serial: str, path: Path) -> Float64[np.ndarray, "3 3"]:
    if isinstance(value, dict):
        if serial not in value:
            raise CaptureError(
                f"Calibration {path}: camera {serial} has a pose but no intrinsics; add them."
            )
        value = value[serial]
    what = f"{path}: camera {serial}: intrinsics"
    matrix = matrix_of(value, 3, what)
    focal = (float(matrix[0, 0]), float(matrix[1, 1]))
    if min(focal) <= 0:
        raise CaptureError(
            f"Calibration {what} have the focal lengths {focal[0]} and {focal[1]}, which must be "
            f"positive (pixels); correct the file."
        )
    if np.abs(matrix[2] - [0, 0, 1]).max() > _LAST_ROW_TOLERANCE:
        raise CaptureError(
            f"Calibration {what} have the last row {matrix[2].tolist()}, expected [0, 0, 1]; "
            f"were they written transposed?"
        )
    return matrix
