"""What a conversion will do, found out and checked before anything is written."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float64

from nersemble.captures.convert.alignment import (
    Alignment,
    AlignmentConfig,
    align,
)
from nersemble.captures.convert.colmap import find_model, read_colmap
from nersemble.captures.convert.footage import Footage, PictureFolder, find_footage, open_footage
from nersemble.captures.convert.lens import Undistortion, undistortion
from nersemble.captures.convert.solved import SolvedImage, find_cameras
from nersemble.captures.convert.transforms import read_transforms
from nersemble.data_manager.picture_files import Size
from nersemble.errors import CaptureError, ConfigError

_log = logging.getLogger("nersemble.data")

# Half the scene box: axes that pass farther off do not look at one head.
_LARGEST_OFFSET_METRES = 0.25


@dataclass(frozen=True)
class ConvertConfig:
    """Which part of a recording is converted, and to what."""

    cameras: tuple[str, ...] = ()
    """Convert only these cameras (empty: all)."""
    masks: Path | None = None
    """Folder of alpha maps, white on the head: videos or folders of pictures, named like the
    recordings (default: everything is foreground)."""
    start: int = 0
    """First frame of the recordings, counted from 0."""
    every: int = 1
    """Take every so many frames."""
    n_timesteps: int = -1
    """How many frames to take (-1: all that follow)."""
    size: tuple[int, int] | None = None
    """Width and height of the pictures to write (default: as recorded, if all have one size)."""
    follow_orientation: bool = True
    """Turn pictures and videos as their marks say (EXIF orientation, display matrix), like ffmpeg
    and viewers. Off for a calibration of the pixels as stored: COLMAP ignores the marks of
    photographs."""
    alignment: AlignmentConfig = field(default_factory=AlignmentConfig)

    def __post_init__(self) -> None:
        """Refuses what selects nothing."""
        for name, least in (("start", 0), ("every", 1)):
            if getattr(self, name) < least:
                raise ConfigError(
                    f"--{name} is {getattr(self, name)}, but must be {least} or more."
                )
        if self.n_timesteps == 0 or self.n_timesteps < -1:
            raise ConfigError(
                f"--n_timesteps is {self.n_timesteps}, but must be 1 or more, or -1 for all."
            )
        if self.size is not None and min(self.size) < 1:
            raise ConfigError(f"--size is {self.size[0]} {self.size[1]}, but must be above 0.")


@dataclass(frozen=True)
class PlannedCamera:
    """One camera's part. world_to_camera: calibration world, metres, OpenCV axes."""

    name: str
    footage: Footage
    undistortion: Undistortion
    world_to_camera: Float64[np.ndarray, "4 4"]
    mask: Footage | None
    mask_undistortion: Undistortion | None

    @property
    def off_axis_metres(self) -> float:
        """How far the optical axis passes the head's centre."""
        return float(np.linalg.norm(self.world_to_camera[:2, 3]))


@dataclass(frozen=True)
class Plan:
    """A conversion. frames: of the recordings; the i-th becomes timestep i."""

    cameras: tuple[PlannedCamera, ...]
    frames: range
    size: Size
    alignment: Alignment

    def describe(self) -> str:
        """The rig in metres, for a person to check it."""
        width, height = self.size
        lines = [
            f"{len(self.cameras)} cameras, {len(self.frames)} timesteps, {width}x{height} pixels",
            f"1 unit of the calibration is {self.alignment.metres_per_unit:.4g} m; the head's "
            f"centre is at {_numbers(self.alignment.center)} in its units, up is "
            f"{_numbers(self.alignment.rotation[1])}, the face looks along "
            f"{_numbers(self.alignment.rotation[2])}",
            "camera                distance  to its left      above  field of view  axis passes by",
        ]
        for camera in self.cameras:
            pose = camera.world_to_camera
            x, y, z = -pose[:3, :3].T @ pose[:3, 3]
            field_of_view = 2 * np.arctan(width / 2 / camera.undistortion.intrinsics[0, 0])
            lines.append(
                f"{camera.name:20s}{np.linalg.norm([x, y, z]):8.3f} m"
                f"{np.degrees(np.arctan2(x, z)):+9.1f} deg"
                f"{np.degrees(np.arctan2(y, np.hypot(x, z))):+7.1f} deg"
                f"{np.degrees(field_of_view):11.1f} deg{1000 * camera.off_axis_metres:13.0f} mm"
            )
        return "\n".join(lines)


def make_plan(source: Path, calibration: Path, config: ConvertConfig) -> Plan:
    """Opens recordings and calibration, and aligns the rig.

    Args:
        source: folder of videos, or of folders of pictures, one for each camera.
        calibration: folder of COLMAP's with a sparse model, or a ``transforms.json``.
        config: the options.

    Raises:
        CaptureError: something is missing, damaged or contradictory; names the path or camera.
        ConfigError: the options ask for what there is not.
    """
    recordings = _chosen(find_footage(source), config.cameras, source)
    solved = find_cameras(read_calibration(calibration), list(recordings), calibration)
    if len(solved) < 2:
        raise CaptureError(f"{source} has one camera, but at least two are needed.")
    alignment = align({n: image.world_to_camera for n, image in solved.items()}, config.alignment)
    upright = config.follow_orientation
    footage = {n: open_footage(path, n, upright=upright) for n, path in recordings.items()}
    _report_turned(footage)
    masks = _masks(config.masks, list(footage), upright=upright)
    size = config.size or _common_size(footage)
    planned = tuple(
        _planned(name, footage[name], masks.get(name), solved[name], size, alignment)
        for name in footage
    )
    _check_axes(planned)
    frames = _frames({**footage, **{f"{n} (mask)": mask for n, mask in masks.items()}}, config)
    return Plan(planned, frames, size, alignment)


def read_calibration(path: Path) -> list[SolvedImage]:
    """Reads a calibration of either kind.

    Raises:
        CaptureError: there is none, or it is damaged.
    """
    if path.is_file():
        return read_transforms(path)
    model = find_model(path)
    if model is not None:
        return read_colmap(model)
    if (path / "transforms.json").is_file():
        return read_transforms(path / "transforms.json")
    raise CaptureError(
        f"{path} is no calibration: name a transforms.json, or a folder with COLMAP's cameras and "
        f"images (.bin or .txt) in it or in sparse/0."
    )


def _chosen(found: Mapping[str, Path], wanted: Sequence[str], source: Path) -> dict[str, Path]:
    for name in wanted:
        if name not in found:
            raise ConfigError(
                f"--cameras names {name}, which is not in {source}: there are {', '.join(found)}."
            )
    return {name: path for name, path in found.items() if not wanted or name in wanted}


def _report_turned(footage: Mapping[str, Footage]) -> None:
    """Tells of photographs that are turned: a calibration of the files themselves is not."""
    turned = [n for n, f in footage.items() if isinstance(f, PictureFolder) and f.orientation()]
    if turned:
        _log.warning(
            "The pictures of camera %s are not read as stored%s. COLMAP reads them as stored: if "
            "it calibrated these very files, give --no-follow_orientation.",
            ", ".join(turned),
            footage[turned[0]].orientation(),
        )


def _masks(folder: Path | None, cameras: Sequence[str], *, upright: bool) -> dict[str, Footage]:
    if folder is None:
        _log.warning("No --masks: everything that the cameras see counts as foreground.")
        return {}
    found = find_footage(folder)
    missing = [name for name in cameras if name not in found]
    if len(missing) == len(cameras):
        raise CaptureError(
            f"{folder} has no mask of any camera, only {', '.join(found)}: name them like the "
            f"recordings, {', '.join(cameras)}."
        )
    if missing:
        _log.warning(
            "There is no mask of camera %s in %s: everything that it sees counts as foreground.",
            ", ".join(missing),
            folder,
        )
    present = [name for name in cameras if name in found]
    return {name: open_footage(found[name], name, upright=upright) for name in present}


def _common_size(footage: Mapping[str, Footage]) -> Size:
    first = next(iter(footage))
    for name, recording in footage.items():
        if recording.size != footage[first].size:
            ours, theirs = (
                f"{f.size[0]}x{f.size[1]} pixels{f.orientation()}"
                for f in (recording, footage[first])
            )
            raise CaptureError(
                f"Camera {name} recorded {ours}, but camera {first} {theirs}: say with --size "
                f"WIDTH HEIGHT what all pictures become."
            )
    return footage[first].size


def _planned(
    name: str,
    footage: Footage,
    mask: Footage | None,
    solved: SolvedImage,
    size: Size,
    alignment: Alignment,
) -> PlannedCamera:
    return PlannedCamera(
        name,
        footage,
        undistortion(solved.lens, footage.size, size, name, footage.orientation()),
        alignment.apply(solved.world_to_camera),
        mask,
        None
        if mask is None
        else undistortion(solved.lens, mask.size, size, f"{name} (mask)", mask.orientation()),
    )


def _check_axes(cameras: Sequence[PlannedCamera]) -> None:
    offset = np.median([camera.off_axis_metres for camera in cameras])
    if offset > _LARGEST_OFFSET_METRES:
        _log.warning(
            "The cameras' optical axes pass %.2f m by the head's centre (median): check the scale "
            "and the centre below.",
            offset,
        )


def _frames(footage: Mapping[str, Footage], config: ConvertConfig) -> range:
    shortest = min(footage, key=lambda name: footage[name].n_frames)
    end = footage[shortest].n_frames
    longer = {name: f.n_frames for name, f in footage.items() if f.n_frames > end}
    if longer:
        _log.warning(
            "Camera %s has %d frames, others up to %d: the rest of them is left out.",
            shortest,
            end,
            max(longer.values()),
        )
    frames = range(config.start, end, config.every)
    if len(frames) < max(config.n_timesteps, 1):
        raise ConfigError(
            f"From frame {config.start}, every {config.every}, there are {len(frames)} of the "
            f"{end} frames of camera {shortest}, fewer than asked for: change --start, --every or "
            f"--n_timesteps."
        )
    return frames if config.n_timesteps == -1 else frames[: config.n_timesteps]


def _numbers(vector: Float64[np.ndarray, "3"]) -> str:
    return "(" + ", ".join(f"{number:.3g}" for number in vector) + ")"
