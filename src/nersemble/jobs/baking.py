"""Bakes a trained head into 3D Gaussians, timestep by timestep."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.beside import overlapped
from nersemble.data_manager.capture import Frame
from nersemble.data_manager.rig import FRAMES_PER_SECOND
from nersemble.engines import compositor
from nersemble.gaussians.fit import Fit, GaussianConfig
from nersemble.gaussians.gaussians import Gaussians
from nersemble.gaussians.motion import carried
from nersemble.gaussians.pictures import Pictures, cameras_between, joined, of_capture, of_field
from nersemble.gaussians.seeding import seeds
from nersemble.geometry.world import points_to_calibration, points_to_model
from nersemble.interop.gaussian_files import file_name, write_manifest, write_ply
from nersemble.jobs.loading import LoadedRun
from nersemble.machine import n_usable_cores
from nersemble.rendering.surface import points_of
from nersemble.video.trajectories import static

# Views in which seeds are looked for beside the training cameras', and their points at most.
_SEED_VIEWS = 24
_POINTS_PER_GAUSSIAN = 40


@dataclass(frozen=True)
class Moment:
    """A timestep of a run, or of one of its segments, counted from that one's first."""

    loaded: LoadedRun
    timestep: int


def export_gaussians(
    folder: Path, moments: Iterable[tuple[int, Moment]], config: GaussianConfig, n_rays: int
) -> list[Path]:
    """Writes the Gaussians of a run's timesteps into a folder, as :func:`bake` makes them, and then
    the manifest; returns the files' paths.

    Raises:
        RunError: a file cannot be written.
    """
    timesteps, frames = [], []
    paths: list[Path] = []

    def noted() -> Iterator[Moment]:
        for timestep, moment in moments:
            timesteps.append(timestep)
            yield moment

    for moment, gaussians in bake(noted(), config, n_rays):
        paths.append(folder / file_name(timesteps[len(paths)]))
        write_ply(paths[-1], gaussians)
        frames.append(moment.loaded.dataset.splits.frame_number(moment.timestep))
    seconds = {t: (f - frames[0]) / FRAMES_PER_SECOND for t, f in zip(timesteps, frames, strict=True)}
    camera = moment.loaded.dataset.train_cameras[0]
    (front,) = static(1, camera, camera.width, camera.height)
    about = {
        "run": moment.loaded.run.label,
        "checkpoint": moment.loaded.step,
        "n_gaussians": len(gaussians),
        "sh_degree": config.sh_degree,
    }
    return [*paths, write_manifest(folder, seconds, front, about)]


def bake(
    moments: Iterable[Moment], config: GaussianConfig, n_rays: int
) -> Iterator[tuple[Moment, Gaussians]]:
    """The Gaussians of each moment; they keep their number and order.

    The first moment's begin on the surface that the field shows. The next one's begin where the
    deformation carries them to. They are fitted to the pictures of the training cameras and to
    pictures that the field renders between these. Of a run that learned its cameras' colours the
    field renders those of the training cameras, too.

    Args:
        moments: in order of time.
        n_rays: rays rendered at once, for engines whose memory grows with them.
    """
    fit: Fit | None = None
    before: Moment | None = None
    for moment, frames in overlapped(moments, _read, waiting=1):
        loaded = moment.loaded
        if fit is None:
            config = config.on(loaded.model.device)
            fit = Fit(_seeds(moment, config, n_rays), config, compositor(loaded.model.device))
        elif before is not None and before.loaded is loaded:
            fit.move_to(_moved(fit.gaussians.means, before, moment))
        before = moment
        yield moment, fit.fit(_targets(moment, frames, config.field_views, n_rays))


def _read(moment: Moment) -> tuple[Moment, list[Frame]]:
    """The pictures of the training cameras, unless the field shows other colours."""
    loaded = moment.loaded
    if loaded.model.camera_colors is not None:
        return moment, []
    splits = loaded.dataset.splits
    number = splits.frame_number(moment.timestep)
    with ThreadPoolExecutor(n_usable_cores()) as pool:
        read = pool.map(lambda s: loaded.dataset.capture.read(s, number), splits.train_serials)
        return moment, list(read)


def _seeds(moment: Moment, config: GaussianConfig, n_rays: int) -> Gaussians:
    loaded, n = moment.loaded, config.n_gaussians
    cameras = loaded.dataset.train_cameras
    cameras += cameras_between(cameras, _SEED_VIEWS, np.random.default_rng(0))
    # About a third of the pixels see the head.
    wanted = 3 * _POINTS_PER_GAUSSIAN * n / len(cameras)
    share = min(1.0, (wanted / (cameras[0].width * cameras[0].height)) ** 0.5)
    width, height = (max(1, round(s * share)) for s in (cameras[0].width, cameras[0].height))
    cameras = [camera.resized(width, height) for camera in cameras]
    surface = points_of(loaded.renderer, moment.timestep, loaded.windows, cameras, n_rays)
    return seeds(surface, n, config.sh_degree, loaded.model.device)


def _moved(means: Float[Tensor, "n 3"], before: Moment, after: Moment) -> Float[Tensor, "n 3"]:
    loaded = after.loaded
    positions = torch.from_numpy(points_to_model(means.detach().cpu().numpy())).to(means.device)
    timesteps = before.timestep, after.timestep
    moved = carried(loaded.model, positions, *timesteps, loaded.windows)
    return torch.from_numpy(points_to_calibration(moved.cpu().numpy())).to(means.device)


def _targets(moment: Moment, frames: list[Frame], n_between: int, n_rays: int) -> Pictures:
    loaded = moment.loaded
    cameras = loaded.dataset.train_cameras
    generator = np.random.default_rng((1, moment.timestep))
    rendered = cameras_between(cameras, n_between, generator)
    if not frames:
        rendered = cameras + rendered
    from_field = of_field(loaded.renderer, moment.timestep, loaded.windows, rendered, n_rays)
    if not frames:
        return from_field
    device = loaded.model.device
    rgbs, alphas = [frame.rgb for frame in frames], [frame.alpha for frame in frames]
    return joined(of_capture(cameras, rgbs, alphas, device), from_field)
