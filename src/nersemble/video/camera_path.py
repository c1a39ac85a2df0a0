"""Camera paths: keyframes, interpolation between them, and their file (docs/formats.md)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nersemble.errors import ConfigError, RunError
from nersemble.files import read_json_object, reason_of, replace_json
from nersemble.geometry.camera import Camera

FORMAT = "nersemble-camera-path"
VERSION = 1

_MAX_BYTES = 1 << 24
_MAX_SECONDS = 3600.0
_MAX_FOV_DEGREES = 175.0
_SHORTEST_QUATERNION, _LONGEST_QUATERNION = 1e-3, 1e3
# Limits of the splines: beyond them, slopes are not finite.
_SHORTEST_SECONDS = 1e-4
_LARGEST = 1e6
_N_NUMBERS = {"position": 3, "orientation_wxyz": 4}


@dataclass(frozen=True)
class Keyframe:
    """A camera at a moment of a video.

    seconds: since the start of the video.
    timestep: of the run, counted from 0; may be a fraction.
    position: the camera's centre, model world (metres x 9).
    orientation_wxyz: camera to world, a unit quaternion; OpenCV axes (x right, y down, z forward).
    vertical_fov_degrees: angle between the picture's upper and lower edge.
    """

    seconds: float
    timestep: float
    position: tuple[float, float, float]
    orientation_wxyz: tuple[float, float, float, float]
    vertical_fov_degrees: float


@dataclass(frozen=True)
class CameraPath:
    """One or more keyframes in order of time.

    Between keyframes the position follows a cubic Hermite spline whose tangents are second-order
    differences, so that it is smooth; timestep and field of view follow a monotone one (Fritsch
    and Carlson, 1980), so that they stay between the neighbouring keyframes; orientations turn
    evenly the shorter way (slerp; Shoemake, 1985).
    """

    keyframes: tuple[Keyframe, ...]

    def __post_init__(self) -> None:
        """Raise ConfigError for an invalid path, naming the keyframe (from 1)."""
        if not self.keyframes:
            raise ConfigError("there are no keyframes: a camera path needs at least one")
        before = -1.0
        for number, keyframe in enumerate(self.keyframes, 1):
            problem = _problem(keyframe)
            if problem is None and keyframe.seconds < before + _SHORTEST_SECONDS:
                problem = f"seconds {keyframe.seconds:g} must be above the {before:g} before it"
            if problem is not None:
                raise ConfigError(f"keyframe {number}: {problem}")
            before = keyframe.seconds

    @property
    def duration(self) -> float:
        """Time of the last keyframe in seconds."""
        return self.keyframes[-1].seconds

    def at(self, seconds: float) -> Keyframe:
        """The camera at any moment; before the first and after the last keyframe it rests."""
        first, last = self.keyframes[0].seconds, self.keyframes[-1].seconds
        moment = min(max(seconds, first), last)
        if len(self.keyframes) == 1:
            timestep_and_fov, position = self._values[0][:2], self._values[0][2:]
            x, y, z, w = self._rotations.as_quat()[0]
        else:
            monotone, smooth, turn = self._splines
            timestep_and_fov, position = monotone(moment), smooth(moment)
            x, y, z, w = turn(moment).as_quat()
        return Keyframe(
            moment,
            float(timestep_and_fov[0]),
            (float(position[0]), float(position[1]), float(position[2])),
            (float(w), float(x), float(y), float(z)),
            float(timestep_and_fov[1]),
        )

    @cached_property
    def _values(self) -> np.ndarray:
        """Timestep, field of view and position, a row each keyframe."""
        rows = [(k.timestep, k.vertical_fov_degrees, *k.position) for k in self.keyframes]
        return np.asarray(rows, dtype=np.float64)

    @cached_property
    def _rotations(self) -> Any:
        from scipy.spatial.transform import Rotation

        wxyz = np.asarray([k.orientation_wxyz for k in self.keyframes], dtype=np.float64)
        return Rotation.from_quat(wxyz[:, [1, 2, 3, 0]])

    @cached_property
    def _splines(self) -> tuple[Any, Any, Any]:
        from scipy.interpolate import CubicHermiteSpline, PchipInterpolator
        from scipy.spatial.transform import Slerp

        seconds = np.asarray([k.seconds for k in self.keyframes])
        positions = self._values[:, 2:]
        tangents = np.gradient(positions, seconds, axis=0)
        return (
            PchipInterpolator(seconds, self._values[:, :2]),
            CubicHermiteSpline(seconds, positions, tangents),
            Slerp(seconds, self._rotations),
        )


def keyframe_camera(keyframe: Keyframe, width: int, height: int) -> Camera:
    """The camera of a keyframe with square pixels and the optical axis in the picture's middle.

    Args:
        keyframe: of a checked :class:`CameraPath`.
        width: of the picture, pixels.
        height: of the picture, pixels.
    """
    from scipy.spatial.transform import Rotation

    w, x, y, z = keyframe.orientation_wxyz
    rotation = torch.from_numpy(Rotation.from_quat([x, y, z, w]).as_matrix().T.copy())
    focal = height / 2 / math.tan(math.radians(keyframe.vertical_fov_degrees) / 2)
    intrinsics = torch.tensor(
        [[focal, 0.0, width / 2], [0.0, focal, height / 2], [0.0, 0.0, 1.0]], dtype=torch.float64
    )
    pose = torch.eye(4, dtype=torch.float64)
    pose[:3, :3] = rotation
    pose[:3, 3] = -rotation @ torch.tensor(keyframe.position, dtype=torch.float64)
    return Camera(intrinsics, pose, width, height)


def read_camera_path(path: Path) -> CameraPath:
    """Reads a camera path; unknown and missing entries are errors.

    Raises:
        ConfigError: the file is missing or not a camera path.
    """
    try:
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise ValueError(f"it has {size} bytes, more than the {_MAX_BYTES} allowed")
        return CameraPath(_keyframes_of(read_json_object(path)))
    except (OSError, ValueError, ConfigError) as error:
        raise ConfigError(f"Cannot read the camera path {path}: {reason_of(error)}.") from error


def write_camera_path(path: Path, camera_path: CameraPath) -> None:
    """Write a camera path atomically; create its folder if necessary.

    Raises:
        RunError: it cannot be written.
    """
    content = {
        "format": FORMAT,
        "version": VERSION,
        "keyframes": [asdict(keyframe) for keyframe in camera_path.keyframes],
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_json(path, content)
    except OSError as error:
        raise RunError(f"Cannot write the camera path {path}: {reason_of(error)}.") from error


def _problem(keyframe: Keyframe) -> str | None:
    """Return why a keyframe is invalid, with the entry's name; None if it is valid."""
    for name, values in asdict(keyframe).items():
        if not np.isfinite(values).all():
            return f"{name} is not finite"
    if not 0 <= keyframe.seconds <= _MAX_SECONDS:
        return f"seconds {keyframe.seconds:g} must lie in 0..{_MAX_SECONDS:g}"
    if keyframe.timestep < 0:
        return f"timestep {keyframe.timestep:g} must be 0 or more"
    if max(keyframe.timestep, *map(abs, keyframe.position)) > _LARGEST:
        return f"timestep and position must be at most {_LARGEST:g}"
    length = math.hypot(*keyframe.orientation_wxyz)
    if length < _SHORTEST_QUATERNION:
        return "orientation_wxyz is zero, which is no rotation"
    if length > _LONGEST_QUATERNION:
        return f"orientation_wxyz has the length {length:g} instead of 1"
    if not 0 < keyframe.vertical_fov_degrees <= _MAX_FOV_DEGREES:
        fov = keyframe.vertical_fov_degrees
        return f"vertical_fov_degrees {fov:g} must be above 0 and at most {_MAX_FOV_DEGREES:g}"
    return None


def _keyframes_of(content: Mapping[str, Any]) -> tuple[Keyframe, ...]:
    if content.get("format") != FORMAT:
        raise ValueError(f"it is not a camera path, which has the format {FORMAT!r}")
    if content.get("version") != VERSION or type(content["version"]) is not int:
        raise ValueError(f"its version is {content.get('version')!r}, but this reads {VERSION}")
    _check_names(content, ("format", "version", "keyframes"))
    rows = content["keyframes"]
    if not isinstance(rows, list):
        raise ValueError("its keyframes are not a list")
    keyframes = []
    for number, row in enumerate(rows, 1):
        try:
            keyframes.append(_keyframe_of(row))
        except ValueError as error:
            raise ValueError(f"keyframe {number}: {error}") from error
    return tuple(keyframes)


def _keyframe_of(row: Any) -> Keyframe:
    if not isinstance(row, dict):
        raise ValueError("it is not a JSON object")
    names = [entry.name for entry in fields(Keyframe)]
    _check_names(row, names)
    return Keyframe(**{name: _numbers(name, row[name]) for name in names})


def _check_names(row: Mapping[str, Any], names: Sequence[str]) -> None:
    if missing := [name for name in names if name not in row]:
        raise ValueError(f"it lacks {', '.join(missing)}")
    if unknown := [name for name in row if name not in names]:
        raise ValueError(f"it has the unknown entry {unknown[0][:40]!r}")


def _numbers(name: str, value: Any) -> Any:
    """A float, or a tuple of as many as the entry wants."""
    count = _N_NUMBERS.get(name)
    if count is not None:
        if not isinstance(value, list) or len(value) != count:
            raise ValueError(f"{name} must be {count} numbers")
        return tuple(_number(name, entry) for entry in value)
    return _number(name, value)


def _number(name: str, value: Any) -> float:
    if type(value) not in (int, float):
        raise ValueError(f"{name} must be {'numbers' if name in _N_NUMBERS else 'a number'}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} is too large a number") from None
