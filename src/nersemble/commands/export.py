"""``nersemble export``: a run's surface as a mesh or as points, or the head as 3D Gaussians."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro

from nersemble.command_line import parse
from nersemble.commands.options import RunName
from nersemble.data_manager.segments import weights_at
from nersemble.engines import ComputeOptions, DeviceOptions
from nersemble.env import Roots
from nersemble.errors import ConfigError, say
from nersemble.gaussians.fit import GaussianConfig
from nersemble.interop.geometry_files import (
    GeometryFormat,
    WorldName,
    require_trimesh,
    write_surface,
)
from nersemble.jobs.baking import Moment, export_gaussians
from nersemble.jobs.loading import LoadedRun, open_run
from nersemble.marching.grid_filter import GridFilterConfig
from nersemble.progress import progress
from nersemble.ranges import MOST_RAYS, Options, Range
from nersemble.rendering.renderer import TorchRenderer
from nersemble.rendering.surface import Surface, SurfaceConfig, mesh_of, points_of
from nersemble.runs.folders import Run, find_run
from nersemble.runs.segmented import parts_of, spans_of

_DESCRIPTION = """Export a run's surface or 3D Gaussians, a file each timestep; a surface needs
nersemble[export].

Example: nersemble export NERS-1 --timesteps 0 8 --kind mesh --format glb
         nersemble export NERS-1 --timesteps -1 --format gaussians
"""


@dataclass(frozen=True)
class ExportConfig(Options):
    """What is exported, and how."""

    timesteps: tuple[Annotated[int, Range(0, other=-1)], ...] = (0,)
    """Timesteps of the run, counted from 0; -1: all."""
    kind: Literal["mesh", "points"] = "mesh"
    """mesh: the density's surface; points: what the pixels of the training cameras see."""
    format: GeometryFormat | Literal["gaussians"] = "ply"
    """ply: binary; glb: binary glTF 2; gaussians: not the surface, but a folder of 3D Gaussians, a
    PLY as 3DGS writes it for each timestep."""
    world: WorldName = "calibration"
    """calibration: metres, y up, as the capture's cameras; model: ninths of a metre, z up."""
    surface: SurfaceConfig = field(default_factory=SurfaceConfig)
    downscale_factor: Annotated[int, Range(1)] = 8
    """The sensor's pixels divided by this see points."""
    gaussians: GaussianConfig = field(default_factory=GaussianConfig)
    n_rays: Annotated[int, Range(1, MOST_RAYS)] = 8192
    """Rays rendered at once for points and for Gaussians."""
    grid_filter: GridFilterConfig = field(default_factory=GridFilterConfig)
    checkpoint: Annotated[int, Range(0, other=-1)] = -1
    """Step of the checkpoint; -1: the newest."""

    def __post_init__(self) -> None:
        """Refuses what nothing can be exported with."""
        super().__post_init__()
        if not self.timesteps:
            raise ConfigError("--timesteps must name timesteps from 0 on, or -1 for all of them.")


@dataclass(frozen=True)
class ExportArguments:
    """The command line of the export."""

    run: RunName
    config: ExportConfig = field(default_factory=ExportConfig)
    compute: DeviceOptions = field(default_factory=DeviceOptions)
    roots: Roots = field(default_factory=Roots)


def parse_export(argv: Sequence[str]) -> ExportArguments:
    """Parses the command line."""
    default = ExportArguments(tyro.MISSING)
    return parse(ExportArguments, argv, "nersemble export", _DESCRIPTION, default)


def main(argv: Sequence[str]) -> None:
    """Entry point: exports and prints the files' paths."""
    for path in export(parse_export(argv)):
        say(path)


def export(arguments: ExportArguments) -> list[Path]:
    """Exports the timesteps asked for; returns the files' paths."""
    config = arguments.config
    if config.format != "gaussians":
        require_trimesh()  # before minutes of work
    run = find_run(arguments.roots.get("models"), arguments.run)
    opened = _Parts(arguments, run)
    timesteps = _timesteps(config, opened.n_timesteps)
    filtered = config.grid_filter.use_occupancy_grid_filtering
    marker = "_occ_grid_filtering" if filtered else ""
    paths: list[Path] = []
    kind = "gaussians" if config.format == "gaussians" else config.kind
    prefix = str(arguments.roots.get("renders") / f"{run.label}_{kind}{marker}_checkpoint-")
    if config.format == "gaussians":
        folder = Path(f"{prefix}{opened.step}")
        about = {"run": run.label, "checkpoint": opened.step}
        moments = ((timestep, opened.moment(timestep)) for timestep in timesteps)
        files = export_gaussians(folder, moments, config.gaussians, config.n_rays, about)
        for _ in progress(len(timesteps) + 1, "Exporting"):
            paths.append(next(files))
        return paths
    for timestep in progress(timesteps, "Exporting"):
        surface = _surface(opened.moment(timestep), config)
        place = f"{prefix}{opened.step}_timestep-{timestep:05d}.{config.format}"
        paths.append(Path(place))
        write_surface(paths[-1], surface, config.format, config.world)
    return paths


class _Parts:
    """A run's segments, of which the latest asked for is open; a run without any is one."""

    def __init__(self, arguments: ExportArguments, run: Run) -> None:
        self._arguments, self._parts = arguments, parts_of(run)
        self._loaded, self._opened = self._load(0), 0
        self._spans = spans_of(run, self._loaded.dataset.splits.n_timesteps)
        self.n_timesteps = self._spans[-1].end

    @property
    def step(self) -> int:
        """Of the checkpoint of the segment that is open."""
        return self._loaded.step

    def moment(self, timestep: int) -> Moment:
        """A timestep of the whole run. What is made of it cannot be mixed: where segments overlap,
        the nearer one counts."""
        weights = weights_at(self._spans, timestep)
        part = max(weights, key=lambda i: weights[i])
        if part != self._opened:
            self._loaded, self._opened = self._load(part), part
        found, within = self._loaded, timestep - self._spans[part].first
        return Moment(found.dataset, found.renderer, found.windows, within)

    def _load(self, part: int) -> LoadedRun:
        config = self._arguments.config
        return open_run(
            str(self._parts[part].folder),
            config.checkpoint,
            self._arguments.roots,
            # A mesh asks the field itself, in plain torch.
            ComputeOptions(
                self._arguments.compute.device,
                backend="auto" if config.format == "gaussians" else "torch",
            ),
            grid_filter=config.grid_filter,
        )


def _timesteps(config: ExportConfig, n_timesteps: int) -> list[int]:
    if -1 in config.timesteps:
        return list(range(n_timesteps))
    if (last := max(config.timesteps)) >= n_timesteps:
        raise ConfigError(
            f"--timesteps {last} does not exist: the run has {n_timesteps} timesteps, counted "
            "from 0."
        )
    return sorted(set(config.timesteps))


def _surface(moment: Moment, config: ExportConfig) -> Surface:
    dataset, windows, timestep = moment.dataset, moment.windows, moment.timestep
    renderer = TorchRenderer(moment.renderer.model)
    if config.kind == "mesh":
        return mesh_of(renderer, timestep, windows, config.surface, dataset.train_cameras)
    width, height = (max(1, s // config.downscale_factor) for s in dataset.capture.sensor_size)
    cameras = [camera.resized(width, height) for camera in dataset.train_cameras]
    return points_of(renderer, timestep, windows, cameras, config.n_rays)
