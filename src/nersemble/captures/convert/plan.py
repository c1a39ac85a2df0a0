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
from nersemble.captures.convert.calibrations import read_calibration
from nersemble.captures.convert.footage import Footage, PictureFolder, open_footage
from nersemble.captures.convert.lens import Undistortion, undistortion
from nersemble.captures.convert.matching import CalibratedCamera, match_cameras
from nersemble.captures.convert.pairing import PairedFootage, PairingConfig, pair
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
    calibrated_as: tuple[str, ...] = ()
    """CAMERA=PICTURE, once for each camera whose calibrated picture has a name that does not tell
    whose it is."""
    masks: Path | None = None
    """Folder of alpha maps, white on the head: videos, folders of pictures, or pictures, named like
    the recordings or with _mask behind (default: what is so named among the recordings, or what
    the calibration names, or everything is foreground)."""
    start: int = 0
    """First frame to take, counted from 0 among those that all recordings have."""
    every: int = 1
    """Take every so many frames."""
    n_timesteps: int = -1
    """How many frames to take (-1: all that follow)."""
    size: tuple[int, int] | None = None
    """Width and height of the pictures to write (default: as recorded, if all have one size)."""
    pairing: PairingConfig = field(default_factory=PairingConfig)
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
    footage: PairedFootage
    undistortion: Undistortion
    world_to_camera: Float64[np.ndarray, "4 4"]
    mask: PairedFootage | None
    mask_undistortion: Undistortion | None

    @property
    def off_axis_metres(self) -> float:
        """How far the optical axis passes the head's centre."""
        return float(np.linalg.norm(self.world_to_camera[:2, 3]))


@dataclass(frozen=True)
class Plan:
    """A conversion. frames: of the paired recordings; the i-th becomes timestep i."""

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
        source: folder of videos, or of folders of pictures, one for each camera, or of
            photographs.
        calibration: what :func:`read_calibration` reads.
        config: the options.

    Raises:
        CaptureError: something is missing, damaged or contradictory; names the path or camera.
        ConfigError: the options ask for what there is not.
    """
    cameras = match_cameras(
        source,
        read_calibration(calibration),
        calibration,
        cameras=config.cameras,
        calibrated_as=config.calibrated_as,
        masks=config.masks,
    )
    if len(cameras) < 2:
        raise CaptureError(f"{source} has one camera, but at least two are needed.")
    alignment = _alignment(cameras, config.alignment)
    upright = config.follow_orientation
    opened = {c.name: open_footage(c.recording, c.name, upright=upright) for c in cameras}
    _report_turned(opened)
    opened_masks = {
        c.name: open_footage(c.mask, c.name, upright=upright) for c in cameras if c.mask is not None
    }
    footage, masks = pair(opened, opened_masks, config.pairing)
    size = config.size or _common_size(footage)
    planned = tuple(
        _planned(camera, footage[camera.name], masks.get(camera.name), size, alignment)
        for camera in cameras
    )
    _check_axes(planned)
    frames = _frames(planned[0].footage.n_frames, config)
    return Plan(planned, frames, size, alignment)


def _alignment(cameras: Sequence[CalibratedCamera], config: AlignmentConfig) -> Alignment:
    """What the options say, or nothing for a calibration that is in metres already."""
    if all(c.solved.in_metres for c in cameras) and config == AlignmentConfig():
        return Alignment(np.zeros(3), np.eye(3), 1.0)
    return align({c.name: c.solved.world_to_camera for c in cameras}, config)


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


def _common_size(footage: Mapping[str, PairedFootage]) -> Size:
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
    camera: CalibratedCamera,
    footage: PairedFootage,
    mask: PairedFootage | None,
    size: Size,
    alignment: Alignment,
) -> PlannedCamera:
    name, solved = camera.name, camera.solved
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


def _frames(n_frames: int, config: ConvertConfig) -> range:
    frames = range(config.start, n_frames, config.every)
    if len(frames) < max(config.n_timesteps, 1):
        raise ConfigError(
            f"From frame {config.start}, every {config.every}, there are {len(frames)} of the "
            f"{n_frames} frames that all recordings have, fewer than asked for: change --start, "
            f"--every or --n_timesteps."
        )
    return frames if config.n_timesteps == -1 else frames[: config.n_timesteps]


def _numbers(vector: Float64[np.ndarray, "3"]) -> str:
    return "(" + ", ".join(f"{number:.3g}" for number in vector) + ")"
