"""Plans a conversion and checks it before anything is written."""

import dataclasses
import logging
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float64

from nersemble.captures.convert.alignment import Alignment, align, fit
from nersemble.captures.convert.calibrations import read_calibration
from nersemble.captures.convert.config import AlignmentConfig, ConvertConfig
from nersemble.captures.convert.conventions import poses_as_meant
from nersemble.captures.convert.footage import Footage, Opener, PictureFolder, Video, open_footage
from nersemble.captures.convert.lens import Lens, LensOfSize, Undistortion, undistortion
from nersemble.captures.convert.matching import CalibratedCamera, match_cameras
from nersemble.captures.convert.pairing import PairedFootage, pair
from nersemble.captures.findings import Findings, judge
from nersemble.captures.photo_consistency import Picture, picture
from nersemble.captures.rig_check import check_rig
from nersemble.captures.silhouettes import Hull, Silhouette, looked_at, silhouette
from nersemble.data_manager.config import AS_DOCUMENTED, Size
from nersemble.data_manager.pixels import least_alpha, split_alpha
from nersemble.errors import CaptureError, ConfigError
from nersemble.geometry.camera import Camera
from nersemble.geometry.scene_box import DEFAULT_SCENE_BOX
from nersemble.geometry.world import calibration_to_model, directions_to_calibration
from nersemble.machine import n_usable_cores

_log = logging.getLogger("nersemble.data")

_UNCHANGED = Alignment(np.zeros(3), np.eye(3), 1.0)

# Half the scene box: cameras whose axes are farther apart do not look at one head.
_LARGEST_OFFSET_METRES = 0.25
# The longer side of the masks for the hull, pixels.
_SILHOUETTE = 256
# If less of the hull is in the scene box, a warning is shown.
_LEAST_INSIDE = 0.95


@dataclass(frozen=True)
class PlannedCamera:
    """The plan for one camera. world_to_camera: calibration world, metres, OpenCV axes."""

    name: str
    footage: PairedFootage
    lens: LensOfSize
    undistortion: Undistortion
    world_to_camera: Float64[np.ndarray, "4 4"]
    mask: PairedFootage | None
    mask_undistortion: Undistortion | None

    @property
    def off_axis_metres(self) -> float:
        """The distance between the optical axis and the head's centre."""
        return float(np.linalg.norm(self.world_to_camera[:2, 3]))

    def camera(self, size: Size, undistortion: Undistortion) -> Camera:
        """The camera as it will be read, for pictures of a size."""
        pose = calibration_to_model(torch.from_numpy(self.world_to_camera))
        return Camera(torch.from_numpy(undistortion.intrinsics), pose, *size)

    def silhouette(self, number: int, size: Size) -> Silhouette | None:
        """The alpha of one frame at a size; None if everything is foreground."""
        small = undistortion(self.lens, self.footage.size, size, self.name)
        alpha = self._colors(number, small)[1] if self.footage.may_hide else None
        if self.mask is not None:
            small = undistortion(self.lens, self.mask.size, size, f"{self.name} (mask)")
            alpha = least_alpha(alpha, small.apply(self.mask.read_mask(number)))
        return None if alpha is None else silhouette(self.name, self.camera(size, small), alpha)

    def picture(self, number: int, size: Size, found: Silhouette) -> Picture:
        """One frame, with its silhouette, for comparison with other cameras."""
        small = undistortion(self.lens, self.footage.size, size, self.name)
        rgb, _ = self._colors(number, small)
        return picture(dataclasses.replace(found, camera=self.camera(size, small)), rgb)

    def _colors(self, number: int, small: Undistortion) -> tuple[np.ndarray, np.ndarray | None]:
        """Colours and alpha (None: opaque) of one frame."""
        return split_alpha(small.apply(self.footage.read(number)))


@dataclass(frozen=True)
class Plan:
    """A conversion.

    frames: indices into the paired recordings; the i-th becomes timestep i.
    hull: from the masks; None if there are none, or if they have nothing in common.
    """

    cameras: tuple[PlannedCamera, ...]
    frames: range
    size: Size
    alignment: Alignment
    hull: Hull | None = None

    def describe(self) -> str:
        """The rig in metres, for the user to check."""
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
        source: folder with a video or a folder of pictures for each camera, or with photographs.
        calibration: a path for :func:`read_calibration`.
        config: the options.

    Raises:
        CaptureError: something is missing, damaged or contradictory; names the path or camera.
        ConfigError: an option names something that does not exist.
    """
    # Matching may look at recordings that are opened again below.
    opener = cache(partial(open_footage, upright=config.follow_orientation))
    cameras = match_cameras(
        source,
        read_calibration(calibration),
        calibration,
        opener,
        cameras=config.cameras,
        calibrated_as=config.calibrated_as,
        masks=config.masks,
    )
    cameras = _without(cameras, config.without_cameras, source)
    if len(cameras) < 2:
        raise CaptureError(f"{source} has one camera, but at least two are needed.")
    solved = {c.name: c.solved for c in cameras}
    poses = poses_as_meant(solved, config.poses, config.alignment.center)
    in_place = config.alignment == AlignmentConfig() and all(s.in_metres for s in solved.values())
    alignment = _UNCHANGED if in_place else align(poses, config.alignment)
    opened, opened_masks = _opened(cameras, opener)
    footage, masks = pair(opened, opened_masks, config.pairing)
    if config.invert_masks:
        masks = {name: dataclasses.replace(mask, inverted=True) for name, mask in masks.items()}
    size = config.size or _common_size(footage)
    planned = tuple(
        _planned(
            camera, footage[camera.name], masks.get(camera.name), size,
            alignment.apply(poses[camera.name]),
        )
        for camera in cameras
    )  # fmt: skip
    if in_place:
        rig = [camera.camera(size, camera.undistortion) for camera in planned]
        check_rig(rig, AS_DOCUMENTED, str(calibration))
    frames = _frames(planned[0].footage.n_frames, config)
    plan = Plan(planned, frames, size, alignment)
    findings = _findings(plan, config.invert_masks)
    plan = dataclasses.replace(plan, hull=findings.hull)
    is_scaled = config.alignment.metres_per_unit or config.alignment.camera_distance
    if not (in_place or is_scaled):
        plan = _fitted(plan, poses, move=config.alignment.center is None)
    _warn(plan, findings, {camera.name: camera.solved.name for camera in cameras})
    return plan


def _opened(
    cameras: Sequence[CalibratedCamera], opener: Opener
) -> tuple[dict[str, Footage], dict[str, Footage]]:
    """Recordings and masks by camera; warns about anything unusual."""
    opened = {c.name: opener(c.recording, c.name) for c in cameras}
    _report_unusual(opened)
    opened_masks = {c.name: opener(c.mask, c.name) for c in cameras if c.mask is not None}
    for camera in cameras:
        lens = camera.solved.lens
        for one in {opened[camera.name], opened_masks.get(camera.name)}:
            if isinstance(one, Video):
                one.take_pixels_as(lens.size if isinstance(lens, Lens) else None)
    _report_unmasked(opened, opened_masks)
    return opened, opened_masks


def _without(
    cameras: Sequence[CalibratedCamera], unwanted: Sequence[str], source: Path
) -> list[CalibratedCamera]:
    names = [camera.name for camera in cameras]
    for name in unwanted:
        if name not in names:
            raise ConfigError(
                f"--without_cameras names {name}, which is not in {source}: choose from "
                f"{', '.join(names)}."
            )
    return [camera for camera in cameras if camera.name not in unwanted]


def _fitted(plan: Plan, poses: Mapping[str, Float64[np.ndarray, "4 4"]], *, move: bool) -> Plan:
    """Rescales the plan so that the hull fits into the scene box, if the masks agree."""
    hull = plan.hull
    if hull is None or not hull.is_agreed:
        return plan
    low, high = hull.extent.tolist()
    factor, origin = fit(low, high, DEFAULT_SCENE_BOX, move=move)
    alignment = plan.alignment.rescaled(factor, origin)
    cameras = tuple(
        dataclasses.replace(camera, world_to_camera=alignment.apply(poses[camera.name]))
        for camera in plan.cameras
    )
    return Plan(cameras, plan.frames, plan.size, alignment, hull.rescaled(factor, origin))


def _findings(plan: Plan, invert_masks: bool) -> Findings:
    scale = _SILHOUETTE / max(plan.size)
    size = (max(round(plan.size[0] * scale), 1), max(round(plan.size[1] * scale), 1))
    numbers = looked_at(plan.frames)

    def read(camera: PlannedCamera) -> tuple[Picture | None, list[Silhouette | None]]:
        first = camera.silhouette(numbers[0], size)
        shown = None if first is None else camera.picture(numbers[0], size, first)
        return shown, [first, *(camera.silhouette(number, size) for number in numbers[1:])]

    with ThreadPoolExecutor(n_usable_cores()) as pool:
        shown, masks = zip(*pool.map(read, plan.cameras), strict=True)
    moments = [[s for s in moment if s is not None] for moment in zip(*masks, strict=True)]
    pictures = {
        camera.name: one for camera, one in zip(plan.cameras, shown, strict=True) if one is not None
    }
    cameras = {c.name: c.camera(plan.size, c.undistortion) for c in plan.cameras}
    findings = judge(cameras, moments, pictures)
    if findings.inverted:
        remedy = "leave --invert_masks out" if invert_masks else "give --invert_masks"
        raise CaptureError(f"{findings.inverted}; {remedy}.")
    hull = findings.hull
    if any(len(moment) > 1 for moment in moments) and not (hull and hull.is_agreed):
        _log.warning("The masks do not agree on one head: check masks and poses.")
    return findings


def _report_unmasked(footage: Mapping[str, Footage], masks: Collection[str]) -> None:
    """Warns about cameras that have neither masks nor alpha in their pictures."""
    names = [name for name, one in footage.items() if not (name in masks or one.may_hide)]
    if len(names) == len(footage):
        _log.warning("No --masks: everything counts as foreground.")
    elif names:
        _log.warning(
            "Camera %s has no mask: everything that it sees counts as foreground.",
            ", ".join(names),
        )


def _report_unusual(footage: Mapping[str, Footage]) -> None:
    """Warns about pixels that are not what they seem, and about turned photographs, which a
    calibration of the files themselves ignores."""
    remarked: dict[str, list[str]] = {}
    for name, one in footage.items():
        for remark in one.remarks():
            remarked.setdefault(remark, []).append(name)
    for remark, names in remarked.items():
        _log.warning("%s (camera %s) %s.", footage[names[0]].path, ", ".join(names), remark)
    turned = [n for n, f in footage.items() if isinstance(f, PictureFolder) and f.orientation()]
    if turned:
        _log.warning(
            "The pictures of camera %s are not read as stored%s. COLMAP reads them as stored: if "
            "it calibrated these files, give --no-follow_orientation.",
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
                f"Camera {name} recorded {ours}, but camera {first} {theirs}: give one size for "
                f"all pictures with --size WIDTH HEIGHT."
            )
    return footage[first].size


def _planned(
    camera: CalibratedCamera,
    footage: PairedFootage,
    mask: PairedFootage | None,
    size: Size,
    world_to_camera: Float64[np.ndarray, "4 4"],
) -> PlannedCamera:
    name, lens = camera.name, camera.solved.lens
    return PlannedCamera(
        name,
        footage,
        lens,
        undistortion(lens, footage.size, size, name, footage.orientation()),
        world_to_camera,
        mask,
        None
        if mask is None
        else undistortion(lens, mask.size, size, f"{name} (mask)", mask.orientation()),
    )


def _warn(plan: Plan, findings: Findings, solved: Mapping[str, str]) -> None:
    """Warn about the findings, and name the options that mend them. solved: the calibrated picture
    of each camera."""
    for problem in findings.of_all:
        _log.warning("%s.", problem)
    if findings.up is not None:
        up = plan.alignment.rotation.T @ directions_to_calibration(findings.up.numpy()[None])[0]
        numbers = " ".join(f"{number:.3g}" for number in up)
        _log.warning("If the pictures are right, give --up %s.", numbers)
    for name, remark in findings.of_cameras.items():
        _log.warning("Camera %s %s: leave it out with --without_cameras %s.", name, remark, name)
    if findings.taken_by.keys() == set(findings.taken_by.values()) != set():
        table = (f"{name}={solved[other]}" for name, other in findings.taken_by.items())
        _log.warning(
            "To exchange the poses of these cameras, give --calibrated_as %s.", " ".join(table)
        )
    hull = plan.hull
    if hull is not None and hull.is_agreed:
        share = hull.share_inside(DEFAULT_SCENE_BOX)
        if share < _LEAST_INSIDE:
            _log.warning(
                "%.0f %% of the head lie outside the scene box and will be cut off: leave out "
                "--metres_per_unit, --camera_distance and --center, to derive them from the masks.",
                100 * (1 - share),
            )
    offset = np.median([camera.off_axis_metres for camera in plan.cameras])
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
            f"From frame {config.start}, every {config.every}, only {len(frames)} of the "
            f"{n_frames} frames that all recordings have are left, fewer than requested: change "
            f"--start, --every or --n_timesteps."
        )
    return frames if config.n_timesteps == -1 else frames[: config.n_timesteps]


def _numbers(vector: Float64[np.ndarray, "3"]) -> str:
    return "(" + ", ".join(f"{number:.3g}" for number in vector) + ")"
