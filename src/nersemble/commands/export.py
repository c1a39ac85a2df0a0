"""``nersemble export``: a run's surface as a mesh or as points."""

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
from nersemble.interop.geometry_files import (
    GeometryFormat,
    WorldName,
    require_trimesh,
    write_surface,
)
from nersemble.jobs.loading import LoadedRun, open_run
from nersemble.marching.grid_filter import GridFilterConfig
from nersemble.progress import progress
from nersemble.ranges import MOST_RAYS, Options, Range
from nersemble.rendering.renderer import TorchRenderer
from nersemble.rendering.surface import Surface, SurfaceConfig, mesh_of, points_of
from nersemble.runs.folders import find_run
from nersemble.runs.segmented import parts_of, spans_of

_DESCRIPTION = """Export a run's surface, a file each timestep; needs nersemble[export].

Example: nersemble export NERS-1 --timesteps 0 8 --kind mesh --format glb
"""


@dataclass(frozen=True)
class ExportConfig(Options):
    """What is exported, and how."""

    timesteps: tuple[Annotated[int, Range(0, other=-1)], ...] = (0,)
    """Timesteps of the run, counted from 0; -1: all."""
    kind: Literal["mesh", "points"] = "mesh"
    """mesh: the density's surface; points: what the pixels of the training cameras see."""
    format: GeometryFormat = "ply"
    """ply: binary; glb: binary glTF 2."""
    world: WorldName = "calibration"
    """calibration: metres, y up, as the capture's cameras; model: ninths of a metre, z up."""
    surface: SurfaceConfig = field(default_factory=SurfaceConfig)
    downscale_factor: Annotated[int, Range(1)] = 8
    """The sensor's pixels divided by this see points."""
    n_rays: Annotated[int, Range(1, MOST_RAYS)] = 8192
    """Rays rendered at once for points."""
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
    require_trimesh()  # before minutes of work
    roots, renders = arguments.roots, arguments.roots.get("renders")
    run = find_run(roots.get("models"), arguments.run)
    parts = parts_of(run)

    def load(part: int) -> LoadedRun:
        return open_run(
            str(parts[part].folder),
            config.checkpoint,
            roots,
            ComputeOptions(arguments.compute.device, backend="torch"),
            grid_filter=config.grid_filter,
        )

    loaded, opened = load(0), 0
    spans = spans_of(run, loaded.dataset.splits.n_timesteps)
    timesteps = _timesteps(config, spans[-1].end)
    filtered = config.grid_filter.use_occupancy_grid_filtering
    marker = "_occ_grid_filtering" if filtered else ""
    paths = []
    for index in progress(len(timesteps), "Exporting"):
        weights = weights_at(spans, timesteps[index])
        # Surfaces cannot be mixed: where segments overlap, the nearer one counts.
        part = max(weights, key=lambda i: weights[i])
        if part != opened:
            loaded, opened = load(part), part
        surface = _surface(loaded, config, timesteps[index] - spans[part].first)
        name = f"{run.label}_{config.kind}{marker}_checkpoint-{loaded.step}"
        path = renders / f"{name}_timestep-{timesteps[index]:05d}.{config.format}"
        write_surface(path, surface, config.format, config.world)
        paths.append(path)
    return paths


def _timesteps(config: ExportConfig, n_timesteps: int) -> list[int]:
    if -1 in config.timesteps:
        return list(range(n_timesteps))
    if (last := max(config.timesteps)) >= n_timesteps:
        raise ConfigError(
            f"--timesteps {last} does not exist: the run has {n_timesteps} timesteps, counted "
            "from 0."
        )
    return sorted(set(config.timesteps))


def _surface(loaded: LoadedRun, config: ExportConfig, timestep: int) -> Surface:
    renderer = TorchRenderer(loaded.model)
    if config.kind == "mesh":
        cameras = loaded.dataset.train_cameras
        return mesh_of(renderer, timestep, loaded.windows, config.surface, cameras)
    sensor = loaded.dataset.capture.sensor_size
    width, height = (max(1, side // config.downscale_factor) for side in sensor)
    cameras = [camera.resized(width, height) for camera in loaded.dataset.train_cameras]
    return points_of(renderer, timestep, loaded.windows, cameras, config.n_rays)
