"""What a conversion will do, found out and checked before anything is written."""

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float64
from PIL import Image

from nersemble.captures.convert.alignment import (
    Alignment,
    AlignmentConfig,
    align,
    fit,
)
from nersemble.captures.convert.colmap import find_model, read_colmap
from nersemble.captures.convert.conventions import PoseChoice, poses_as_meant
from nersemble.captures.convert.footage import Footage, find_footage, open_footage
from nersemble.captures.convert.lens import Lens, Undistortion, undistortion
from nersemble.captures.convert.solved import SolvedImage, find_cameras
from nersemble.captures.convert.transforms import read_transforms
from nersemble.captures.rig_check import remarks
from nersemble.captures.silhouettes import Hull, Silhouette, carve, looked_at, silhouette
from nersemble.data_manager.picture_files import Size
from nersemble.errors import CaptureError, ConfigError
from nersemble.geometry.camera import Camera
from nersemble.geometry.scene_box import DEFAULT_SCENE_BOX
from nersemble.geometry.world import calibration_to_model
from nersemble.machine import n_usable_cores

_log = logging.getLogger("nersemble.data")

# Half the scene box: axes that pass farther off do not look at one head.
_LARGEST_OFFSET_METRES = 0.25
# The longer side of the masks that the hull is made of, pixels.
_SILHOUETTE = 256
# Less of the hull in the scene box would be seen.
_LEAST_INSIDE = 0.95


@dataclass(frozen=True)
class ConvertConfig:
    """Which part of a recording is converted, and to what."""

    cameras: tuple[str, ...] = ()
    """Convert only these cameras (empty: all)."""
    without_cameras: tuple[str, ...] = ()
    """Leave these cameras out."""
    poses: PoseChoice = "documented"
    """What the calibration's matrices map, and the axes of its cameras (documented: what the format
    of its files says)."""
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
    lens: Lens
    undistortion: Undistortion
    world_to_camera: Float64[np.ndarray, "4 4"]
    mask: Footage | None
    mask_undistortion: Undistortion | None

    @property
    def off_axis_metres(self) -> float:
        """How far the optical axis passes the head's centre."""
        return float(np.linalg.norm(self.world_to_camera[:2, 3]))

    def camera(self, size: Size, undistortion: Undistortion) -> Camera:
        """As it will be read, for pictures of a size."""
        pose = calibration_to_model(torch.from_numpy(self.world_to_camera))
        return Camera(torch.from_numpy(undistortion.intrinsics), pose, *size)

    def silhouette(self, number: int, size: Size) -> Silhouette | None:
        """The mask of one frame at a size; None without a mask."""
        if self.mask is None:
            return None
        small = undistortion(self.lens, self.mask.size, size, f"{self.name} (mask)")
        alpha = small.apply(np.asarray(Image.fromarray(self.mask.read(number)).convert("L")))
        return silhouette(self.name, self.camera(size, small), alpha)


@dataclass(frozen=True)
class Plan:
    """A conversion. frames: of the recordings; the i-th becomes timestep i; hull: of the masks."""

    cameras: tuple[PlannedCamera, ...]
    frames: range
    size: Size
    alignment: Alignment
    hull: Hull | None = None

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
        if self.hull is not None and self.hull.is_agreed:
            lines.append(self.hull.describe(DEFAULT_SCENE_BOX))
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
    recordings = _chosen(find_footage(source), config, source)
    solved = find_cameras(read_calibration(calibration), list(recordings), calibration)
    if len(solved) < 2:
        raise CaptureError(f"{source} has one camera, but at least two are needed.")
    poses = poses_as_meant(solved, config.poses, config.alignment.center)
    alignment = align(poses, config.alignment)
    footage = {name: open_footage(path, name) for name, path in recordings.items()}
    masks = _masks(config.masks, list(footage))
    size = config.size or _common_size(footage)
    planned = tuple(
        _planned(name, footage[name], masks.get(name), solved[name].lens, size) for name in footage
    )
    frames = _frames({**footage, **{f"{n} (mask)": mask for n, mask in masks.items()}}, config)
    plan = _with_hull(_placed(Plan(planned, frames, size, alignment), poses), poses, config)
    _warn(plan)
    return plan


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


def _placed(plan: Plan, poses: Mapping[str, Float64[np.ndarray, "4 4"]]) -> Plan:
    """The cameras where the alignment puts them."""
    cameras = (
        dataclasses.replace(camera, world_to_camera=plan.alignment.apply(poses[camera.name]))
        for camera in plan.cameras
    )
    return dataclasses.replace(plan, cameras=tuple(cameras))


def _with_hull(
    plan: Plan, poses: Mapping[str, Float64[np.ndarray, "4 4"]], config: ConvertConfig
) -> Plan:
    """With the hull of the masks, and the scale that fits it into the scene box unless one is
    given."""
    hull = _hull(plan)
    if hull is None or not hull.is_agreed:
        return dataclasses.replace(plan, hull=hull)
    if config.alignment.metres_per_unit is None and config.alignment.camera_distance is None:
        low, high = hull.extent.tolist()
        move = config.alignment.center is None
        factor, origin = fit(low, high, DEFAULT_SCENE_BOX, move=move)
        alignment = plan.alignment.rescaled(factor, origin)
        plan = _placed(dataclasses.replace(plan, alignment=alignment), poses)
        hull = hull.rescaled(factor, origin)
    return dataclasses.replace(plan, hull=hull)


def _hull(plan: Plan) -> Hull | None:
    scale = _SILHOUETTE / max(plan.size)
    size = (max(round(plan.size[0] * scale), 1), max(round(plan.size[1] * scale), 1))

    def read(camera: PlannedCamera) -> list[Silhouette | None]:
        return [camera.silhouette(number, size) for number in looked_at(plan.frames)]

    with ThreadPoolExecutor(n_usable_cores()) as pool:
        moments = zip(*pool.map(read, plan.cameras), strict=True)
        return carve([[s for s in moment if s is not None] for moment in moments])


def _chosen(found: Mapping[str, Path], config: ConvertConfig, source: Path) -> dict[str, Path]:
    for option in ("cameras", "without_cameras"):
        for name in getattr(config, option):
            if name not in found:
                raise ConfigError(
                    f"--{option} names {name}, which is not in {source}: there are "
                    f"{', '.join(found)}."
                )
    return {
        name: path
        for name, path in found.items()
        if name in (config.cameras or found) and name not in config.without_cameras
    }


def _masks(folder: Path | None, cameras: Sequence[str]) -> dict[str, Footage]:
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
    return {name: open_footage(found[name], name) for name in cameras if name in found}


def _common_size(footage: Mapping[str, Footage]) -> Size:
    first = next(iter(footage))
    for name, recording in footage.items():
        if recording.size != footage[first].size:
            ours, theirs = (f"{w}x{h}" for w, h in (recording.size, footage[first].size))
            raise CaptureError(
                f"Camera {name} recorded {ours} pixels, but camera {first} {theirs}: say with "
                f"--size WIDTH HEIGHT what all pictures become."
            )
    return footage[first].size


def _planned(
    name: str,
    footage: Footage,
    mask: Footage | None,
    lens: Lens,
    size: Size,
) -> PlannedCamera:
    return PlannedCamera(
        name,
        footage,
        lens,
        undistortion(lens, footage.size, size, name),
        np.eye(4),
        mask,
        None if mask is None else undistortion(lens, mask.size, size, f"{name} (mask)"),
    )


def _warn(plan: Plan) -> None:
    odd = remarks({c.name: c.camera(plan.size, c.undistortion) for c in plan.cameras})
    hull = plan.hull
    if hull is not None:
        odd |= hull.remarks()
    for name, remark in odd.items():
        _log.warning("Camera %s %s: leave it out with --without_cameras %s.", name, remark, name)
    if sum(camera.mask is not None for camera in plan.cameras) > 1:
        if hull is None or not hull.is_agreed:
            _log.warning("The masks do not show one head from all sides: check masks and poses.")
        elif (share := hull.share_inside(DEFAULT_SCENE_BOX)) < _LEAST_INSIDE:
            _log.warning(
                "%.0f %% of the head lie outside of the scene box and will be cut off: leave out "
                "--metres_per_unit, --camera_distance and --center, which are found by the masks.",
                100 * (1 - share),
            )
    offset = np.median([camera.off_axis_metres for camera in plan.cameras])
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
