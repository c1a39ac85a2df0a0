"""Bakes a trained head into 3D Gaussians, timestep by timestep."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.beside import overlapped
from nersemble.data_manager.capture import Frame
from nersemble.data_manager.dataset import Dataset
from nersemble.data_manager.rig import FRAMES_PER_SECOND
from nersemble.engines import compositor
from nersemble.fields.windows import WindowState
from nersemble.gaussians.config import GaussianConfig
from nersemble.gaussians.fit import Fit
from nersemble.gaussians.gaussians import Gaussians
from nersemble.gaussians.pictures import Pictures, cameras_between, joined, of_capture, of_field
from nersemble.gaussians.seeding import seeds
from nersemble.geometry.world import points_to_calibration, points_to_model
from nersemble.interop.gaussian_files import FORMAT, file_name, first_view, write_gaussians
from nersemble.interop.gaussian_page import write_page, write_page_timestep
from nersemble.interop.manifest import write_manifest
from nersemble.jobs.options import ExportConfig
from nersemble.machine import n_usable_cores
from nersemble.rendering.image import Renderer
from nersemble.rendering.motion import carried
from nersemble.rendering.surface import points_of
from nersemble.video.trajectories import static

# Views in which seeds are looked for beside the training cameras', and their points at most.
_SEED_VIEWS = 24
_POINTS_PER_GAUSSIAN = 20


@dataclass(frozen=True)
class Moment:
    """A timestep of a trained head, counted from its first; the pictures that it was trained on."""

    dataset: Dataset
    renderer: Renderer
    windows: WindowState
    timestep: int

    @property
    def frame_number(self) -> int:
        """The capture's."""
        return self.dataset.splits.frame_number(self.timestep)


def export_gaussians(
    folder: Path,
    moments: Iterable[tuple[int, Moment]],
    config: ExportConfig,
    about: Mapping[str, Any],
) -> Iterator[list[Path]]:
    """Writes the Gaussians of timesteps into a folder, as :func:`bake` makes them, and at last the
    manifest or the page; yields the paths of each timestep's files when they are there.

    Args:
        moments: each with its timestep in the whole run.
        config: of an export that bakes.
        about: what the manifest says as well.

    Raises:
        RunError: a file cannot be written.
    """
    page = config.format == "page"
    kinds = config.gaussian_files or (() if page else ("ply",))
    seconds: dict[int, float] = {}
    first = 0
    for timestep, moment, gaussians in bake(moments, config.gaussians, config.n_rays):
        paths = [folder / file_name(timestep, kind) for kind in kinds]
        for path in paths:
            write_gaussians(path, gaussians)
        if page:
            looks = not (seconds and config.gaussians.fixed_looks)
            write_page_timestep(folder, timestep, gaussians, looks=looks)
        first = first if seconds else moment.frame_number
        seconds[timestep] = (moment.frame_number - first) / FRAMES_PER_SECOND
        yield paths
    camera = moment.dataset.train_cameras[0]
    (front,) = static(1, camera, camera.width, camera.height)
    last = []
    if kinds:
        said = {
            "first_view": first_view(front), **about,
            "n_gaussians": len(gaussians), "sh_degree": config.gaussians.sh_degree,
        }  # fmt: skip
        entries = [
            {"timestep": timestep, "seconds": at, "file": file_name(timestep, kinds[0])}
            for timestep, at in seconds.items()
        ]
        last.append(write_manifest(folder, FORMAT, "calibration", entries, said))
    if page:
        shared = config.gaussians.fixed_looks
        last.append(write_page(folder, seconds, front, str(about["run"]), shared_looks=shared))
    yield last


def bake(
    moments: Iterable[tuple[int, Moment]], config: GaussianConfig, n_rays: int
) -> Iterator[tuple[int, Moment, Gaussians]]:
    """The Gaussians of each moment, behind its timestep in the whole run and itself; they keep
    their number and order.

    The first moment's begin on the surface that the field shows. The next one's begin where the
    deformation carries them to, or where they are: a deformation may leave part of the motion to
    the tables and jump. They are fitted to the pictures of the training cameras and to
    pictures that the field renders between these. Of a run that learned its cameras' colours the
    field renders those of the training cameras, too.

    Args:
        moments: in order of time, each with its timestep in the whole run.
        n_rays: rays rendered at once, for engines whose memory grows with them.
    """
    fit: Fit | None = None
    before: Moment | None = None
    for timestep, moment, frames in overlapped(moments, _read, waiting=1):
        device = moment.renderer.model.device
        if fit is None:
            config = config.on(device.type)
            fit = Fit(_seeds(moment, config, n_rays), config, compositor(device))
        expected = None
        if before is not None and before.renderer is moment.renderer:
            expected = _moved(fit.gaussians.means, before, moment)
        before = moment
        targets = _targets(moment, frames, config.field_views, n_rays)
        yield timestep, moment, fit.fit(targets, expected)


def _read(numbered: tuple[int, Moment]) -> tuple[int, Moment, list[Frame]]:
    """The pictures of the training cameras, unless the field shows other colours."""
    timestep, moment = numbered
    if moment.renderer.model.camera_colors is not None:
        return timestep, moment, []
    dataset = moment.dataset

    def read(serial: str) -> Frame:
        return dataset.capture.read(serial, moment.frame_number)

    with ThreadPoolExecutor(n_usable_cores()) as pool:
        return timestep, moment, list(pool.map(read, dataset.splits.train_serials))


def _seeds(moment: Moment, config: GaussianConfig, n_rays: int) -> Gaussians:
    n, cameras = config.n_gaussians, moment.dataset.train_cameras
    cameras += cameras_between(cameras, _SEED_VIEWS, np.random.default_rng(0))
    # About a third of the pixels see the head.
    wanted = 3 * _POINTS_PER_GAUSSIAN * n / len(cameras)
    share = min(1.0, (wanted / (cameras[0].width * cameras[0].height)) ** 0.5)
    width, height = (max(1, round(s * share)) for s in (cameras[0].width, cameras[0].height))
    cameras = [camera.resized(width, height) for camera in cameras]
    surface = points_of(moment.renderer, moment.timestep, moment.windows, cameras, n_rays)
    return seeds(surface, n, config.sh_degree, moment.renderer.model.device)


def _moved(means: Float[Tensor, "n 3"], before: Moment, after: Moment) -> Float[Tensor, "n 3"]:
    positions = torch.from_numpy(points_to_model(means.detach().cpu().numpy())).to(means.device)
    timesteps = before.timestep, after.timestep
    moved = carried(after.renderer.model, positions, *timesteps, after.windows)
    return torch.from_numpy(points_to_calibration(moved.cpu().numpy())).to(means.device)


def _targets(moment: Moment, frames: list[Frame], n_between: int, n_rays: int) -> Pictures:
    cameras, renderer = moment.dataset.train_cameras, moment.renderer
    rgbs, alphas = [frame.rgb for frame in frames], [frame.alpha for frame in frames]
    if frames and not n_between:
        return of_capture(cameras, rgbs, alphas, renderer.model.device)
    generator = np.random.default_rng((1, moment.timestep))
    rendered = cameras_between(cameras, n_between, generator)
    if not frames:
        rendered = cameras + rendered
    from_field = of_field(renderer, moment.timestep, moment.windows, rendered, n_rays)
    if not frames:
        return from_field
    return joined(of_capture(cameras, rgbs, alphas, renderer.model.device), from_field)
