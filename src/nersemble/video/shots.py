"""The cameras and timesteps of a video, picture by picture."""

from dataclasses import dataclass
from pathlib import Path

from nersemble.data_manager.dataset import Dataset
from nersemble.errors import ConfigError
from nersemble.geometry.camera import Camera
from nersemble.video.camera_path import keyframe_camera, read_camera_path
from nersemble.video.config import RenderConfig, TrajectoryConfig
from nersemble.video.trajectories import TRAJECTORIES, check_size, moments_for, timesteps_for


@dataclass(frozen=True)
class Shot:
    """One picture. timestep: of the run, or between two; serial: of the capture's camera with the
    same view, if any."""

    camera: Camera
    timestep: float
    serial: str | None = None


def plan_shots(
    config: RenderConfig, view: TrajectoryConfig, dataset: Dataset, n_timesteps: int
) -> list[Shot]:
    """The pictures of a video, in order.

    Args:
        dataset: of the cameras.
        n_timesteps: number of timesteps with pictures.

    Raises:
        ConfigError: a camera or timestep does not exist, the path cannot be read, or the pictures
            have no pixels.
    """
    width, height = (side // config.downscale_factor for side in dataset.capture.sensor_size)
    check_size(width, height)
    n = config.n_frames
    times = (moments_for if view.between_timesteps else timesteps_for)(n, n_timesteps)
    if view.frozen_timestep >= n_timesteps:
        raise ConfigError(
            f"--frozen_timestep {view.frozen_timestep} does not exist: the run has {n_timesteps} "
            f"timesteps, counted from 0."
        )
    if view.trajectory.endswith(".json"):
        shots = _along(Path(view.trajectory), config.fps, (width, height), n_timesteps)
    elif view.trajectory == "capture" or view.camera:
        serial = _serial(view, dataset)
        camera = dataset.camera(serial).resized(width, height)
        whole = view.trajectory == "capture"
        times = list(range(n_timesteps)) if whole else times
        shots = [Shot(camera, timestep, serial) for timestep in times]
    else:
        cameras = TRAJECTORIES[view.trajectory](n, dataset.train_cameras[0], width, height)
        shots = [Shot(*pair) for pair in zip(cameras, times, strict=True)]
    if view.frozen_timestep != -1:
        return [Shot(shot.camera, view.frozen_timestep, shot.serial) for shot in shots]
    return shots


def view_label(view: TrajectoryConfig, dataset: Dataset) -> str:
    """The part of a file name that describes the trajectory; empty for the release's."""
    parts = [] if view.trajectory == "circle" else [Path(view.trajectory).stem]
    if view.trajectory == "capture" or view.camera:
        parts.append(_serial(view, dataset))
    if view.frozen_timestep != -1:
        parts.append(f"timestep-{view.frozen_timestep}")
    return "".join(f"_{part}" for part in parts)


def _serial(view: TrajectoryConfig, dataset: Dataset) -> str:
    serials = [*dataset.splits.eval_serials, *dataset.splits.train_serials]
    if not view.camera:
        return serials[0]
    if view.camera not in serials:
        raise ConfigError(
            f"--camera {view.camera} is not among the cameras of the run: {', '.join(serials)}."
        )
    return view.camera


def _along(path: Path, fps: int, size: tuple[int, int], n_timesteps: int) -> list[Shot]:
    camera_path = read_camera_path(path)
    for number, keyframe in enumerate(camera_path.keyframes, 1):
        if keyframe.timestep > n_timesteps - 1:
            raise ConfigError(
                f"{path}, keyframe {number}: timestep {keyframe.timestep:g} does not exist in the "
                f"run, which has 0 to {n_timesteps - 1}."
            )
    moments = [index / fps for index in range(round(camera_path.duration * fps) + 1)]
    keyframes = [camera_path.at(moment) for moment in moments]
    return [Shot(keyframe_camera(k, *size), k.timestep) for k in keyframes]
