"""``transforms.json``: intrinsics for all or single pictures, poses camera to world.

It is written by nerfstudio (source: its documentation, "Data conventions"), instant-ngp
(``is_fisheye`` instead of a camera model), Blender's scripts (an angle of view; the size comes from
the picture) and VHAP, whose ``camera_id``, ``timestep_index`` and ``fg_mask_path`` GaussianAvatars
reads. Poses have OpenGL axes (x right, y up, z backward).
"""

import logging
import math
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from nersemble.captures.convert.lens import Lens, LensOfSize
from nersemble.captures.convert.names import PICTURES
from nersemble.captures.convert.solved import MODELS, SolvedImage, make_lens
from nersemble.data_manager.config import PoseConvention, Size
from nersemble.data_manager.picture_files import picture_size
from nersemble.data_manager.poses import as_world_to_camera, rigid_pose
from nersemble.errors import CaptureError
from nersemble.files import read_json_object, reason_of

_log = logging.getLogger("nersemble.data")

_DOCUMENTED: PoseConvention = "camera_to_world_opengl"
_DISTORTION = ("k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2")
_FOCALS = ("fl_x", "fl_y", "camera_angle_x", "camera_angle_y")
_MASKS = ("fg_mask_path", "mask_path")
# Focal length and angle of view may differ by rounding.
_SAME_FOCAL = 0.01

_READ = {
    *("frames", "file_path", "transform_matrix", "w", "h", "fl_x", "fl_y", "cx", "cy"),
    *("camera_angle_x", "camera_angle_y", "camera_model", "is_fisheye", "camera_id"),
    *("timestep_index", *_DISTORTION, *_MASKS),
}
# Keys that alignment undoes (a similarity of the whole world), or that are not about geometry.
_HARMLESS = {
    *("applied_transform", "applied_scale", "scale", "offset", "up", "centroid", "aabb"),
    *("aabb_scale", "n_extra_learnable_dims", "sharpness", "colmap_im_id", "rotation"),
    *("camera_index", "camera_indices", "timestep_indices", "timestep_index_original"),
    *("avglen", "totp", "nf", "from_na", "integer_depth_scale", "depth_unit_scale_factor"),
}


def transforms_in(folder: Path) -> list[Path]:
    """``transforms.json``, or its parts ``transforms_train.json`` and so on."""
    whole = folder / "transforms.json"
    return [whole] if whole.is_file() else sorted(folder.glob("transforms_*.json"))


def read_transforms(paths: Sequence[Path]) -> list[SolvedImage]:
    """Reads a ``transforms.json`` or its parts.

    Raises:
        CaptureError: the file is not one, a camera model is not supported, a value is missing or
            not finite, or two values contradict each other; names the file and the picture.
    """
    images: dict[str, SolvedImage] = {}
    for path in paths:
        for image in _read(path):
            known = images.setdefault(image.name, image)
            if not np.allclose(known.world_to_camera, image.world_to_camera, atol=1e-6):
                raise CaptureError(
                    f"{path}: picture {image.name} appears twice, with different poses: remove one."
                )
    return list(images.values())


def _read(path: Path) -> list[SolvedImage]:
    try:
        content = read_json_object(path, linked=True)
    except (OSError, ValueError) as error:
        raise CaptureError(
            f"{path} cannot be read ({reason_of(error)}): export it again."
        ) from error
    frames = content.get("frames")
    if not isinstance(frames, list) or not frames:
        raise CaptureError(f"{path} has no 'frames', so no poses: export it again.")
    images = []
    unknown: set[str] = set()
    lost: list[str] = []
    for index, frame in enumerate(frames):
        if not isinstance(frame, dict) or not isinstance(frame.get("file_path"), str):
            raise CaptureError(f"{path}: frame {index} has no 'file_path': correct the file.")
        values = _with_own(content, frame)
        unknown |= {k for k, v in values.items() if k not in _READ | _HARMLESS and _says(v)}
        images.append(_image(values, path))
        if images[-1].mask is None and (mask := _mask_name(values)):
            lost.append(mask)
    if lost:
        _log.warning("%s names %d masks that do not exist, such as %s.", path, len(lost), lost[0])
    if unknown:
        _log.warning(
            "%s has unknown values, which have no effect: %s.",
            *(path, ", ".join(sorted(unknown))),
        )
    return images


def _image(values: Mapping[str, Any], path: Path) -> SolvedImage:
    name = str(PurePosixPath(values["file_path"].replace("\\", "/")))
    where = f"{path}: picture {name}"
    camera_to_world = rigid_pose(values.get("transform_matrix"), f"{where}: pose")
    file = _existing(path.parent, name)
    mask = _mask_name(values)
    camera, timestep = values.get("camera_id"), values.get("timestep_index")
    is_vhap = isinstance(camera, str | int) and type(timestep) is int
    return SolvedImage(
        name,
        _lens(values, file, where),
        as_world_to_camera(camera_to_world, _DOCUMENTED),
        # VHAP tracks a head in metres, in the data set's world.
        in_metres=is_vhap,
        camera=str(camera) if is_vhap else "",
        timestep=timestep if is_vhap else None,
        file=file,
        mask=None if mask is None else _existing(path.parent, mask.replace("\\", "/")),
        documented=_DOCUMENTED,
    )


def _with_own(content: Mapping[str, Any], frame: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the file, overridden by a picture's. If a picture has its own focal length in
    any form, all forms in the file are ignored."""
    dropped = () if frame.keys().isdisjoint(_FOCALS) else _FOCALS
    shared = {key: value for key, value in content.items() if key not in dropped}
    return {**shared, **frame}


def _mask_name(values: Mapping[str, Any]) -> str | None:
    return next((values[key] for key in _MASKS if isinstance(values.get(key), str)), None)


def _existing(folder: Path, name: str) -> Path | None:
    """The path of a picture, whose name may lack a suffix; None if it does not exist."""
    places = [folder / f"{name}{suffix}" for suffix in ("", *PICTURES)]
    try:
        return next((path for path in places if path.is_file()), None)
    except (OSError, ValueError):
        return None


def _lens(values: Mapping[str, Any], file: Path | None, where: str) -> LensOfSize:
    """The lens of a picture; its own values override those of the file."""
    model = _model(values, where)
    distortion = {name: _number(values, name, where, 0.0) for name in _DISTORTION}
    # Programs write k3 for a lens that they call OPENCV. A k4 is ambiguous: the factor of r^8, or a
    # coefficient of the denominator.
    known = {*MODELS.get(model, _DISTORTION), *(["k3"] if model == "OPENCV" else [])}
    for name, value in distortion.items():
        if value and name not in known:
            raise CaptureError(
                f"{where} has {name} {value}, which {model} does not have: correct camera_model, "
                f"or calibrate with OPENCV or OPENCV_FISHEYE."
            )
    size = _size(values, file, where)
    if size is not None:
        return _lens_for(size, values, model, distortion, where)
    if "fl_x" in values or "camera_angle_x" not in values or any(distortion.values()):
        raise CaptureError(
            f"{where} has no number 'w' or 'h', and the picture is not beside the file: add the "
            f"size."
        )
    return lambda size: _lens_for(size, values, model, distortion, where)


def _lens_for(
    size: Size,
    values: Mapping[str, Any],
    model: str,
    distortion: Mapping[str, float],
    where: str,
) -> Lens:
    fx, fy = (_focal(values, axis, pixels, where) for axis, pixels in zip("xy", size, strict=True))
    if fx is None:
        raise CaptureError(f"{where} has no number 'fl_x' or 'camera_angle_x': correct the file.")
    intrinsics = {
        "fx": fx,
        "fy": fx if fy is None else fy,
        "cx": _number(values, "cx", where, size[0] / 2),
        "cy": _number(values, "cy", where, size[1] / 2),
    }
    return make_lens(model, size, intrinsics | dict(distortion), where)


def _focal(values: Mapping[str, Any], axis: str, pixels: int, where: str) -> float | None:
    """The focal length in pixels; the file may give it as an angle of view."""
    given = _number(values, f"fl_{axis}", where) if f"fl_{axis}" in values else None
    name = f"camera_angle_{axis}"
    if name not in values:
        return given
    angle = _number(values, name, where)
    if not 0 < angle < math.pi:
        raise CaptureError(f"{where} has a {name} of {angle} radians: correct the file.")
    seen = pixels / 2 / math.tan(angle / 2)
    if given and abs(seen / given - 1) > _SAME_FOCAL:
        raise CaptureError(
            f"{where} has fl_{axis} {given:g}, but {name} means {seen:.4g}: remove the wrong one."
        )
    return seen if given is None else given


def _model(values: Mapping[str, Any], where: str) -> str:
    is_fisheye = values.get("is_fisheye")
    default = "OPENCV_FISHEYE" if is_fisheye else "OPENCV"
    model = str(values.get("camera_model") or default).upper()
    if is_fisheye is not None and bool(is_fisheye) != model.endswith("FISHEYE"):
        raise CaptureError(
            f"{where} has the camera_model {model}, but is_fisheye {is_fisheye}: remove the wrong "
            f"one."
        )
    return model


def _size(values: Mapping[str, Any], file: Path | None, where: str) -> Size | None:
    if "w" in values or "h" in values:
        return int(_number(values, "w", where)), int(_number(values, "h", where))
    if file is None:
        return None
    try:
        return picture_size(file, linked=True)
    except ValueError as error:
        raise CaptureError(f"Cannot decode {file}: {error}; copy it again.") from error


def _says(value: Any) -> bool:
    """Whether a value holds a number other than 0, which may matter for geometry."""
    if isinstance(value, list):
        return any(_says(part) for part in value)
    return isinstance(value, int | float) and value != 0


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
