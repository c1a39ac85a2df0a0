"""``nersemble export``: a run's surface as a mesh or as points."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import tyro

from nersemble.commands.arguments import Device, Roots, RunName, choose_device, parse
from nersemble.commands.runs_on_disk import LoadedRun, filter_grid_if_asked, load_run
from nersemble.data_manager.rig import SENSOR_HEIGHT, SENSOR_WIDTH
from nersemble.errors import ConfigError
from nersemble.interop.geometry_files import (
    GeometryFormat,
    World,
    require_trimesh,
    write_surface,
)
from nersemble.progress import progress
from nersemble.rendering.surface import Surface, SurfaceConfig, mesh_of, points_of

_DESCRIPTION = """Export a run's surface, a file each timestep; needs nersemble[export].

Example: nersemble export NERS-1 --timesteps 0 8 --kind mesh --format glb
"""


@dataclass(frozen=True)
class ExportConfig:
    """What is exported, and how."""

    timesteps: tuple[int, ...] = (0,)
    """Timesteps of the run, counted from 0; -1: all."""
    kind: Literal["mesh", "points"] = "mesh"
    """mesh: the density's surface; points: what the pixels of the training cameras see."""
    format: GeometryFormat = "ply"
    """ply: binary; glb: binary glTF 2."""
    world: World = "calibration"
    """calibration: metres, y up, as the capture's cameras; model: ninths of a metre, z up."""
    surface: SurfaceConfig = field(default_factory=SurfaceConfig)
    downscale_factor: int = 8
    """The sensor's 2200 x 3208 pixels divided by this see points."""
    n_rays: int = 8192
    """Rays rendered at once for points."""
    use_occupancy_grid_filtering: bool = False
    """Export only the largest connected piece of the occupied space."""
    occupancy_grid_filtering_threshold: float = 0.05
    """How occupied a cell must be to belong to a piece, 0..1."""
    occupancy_grid_filtering_sigma_erosion: int = 7
    """By how many cells (sigma of a Gaussian) the largest piece is widened."""
    checkpoint: int = -1
    """Step of the checkpoint; -1: the newest."""

    def __post_init__(self) -> None:
        """Refuses what nothing can be exported with."""
        if not self.timesteps or min(self.timesteps) < -1:
            raise ConfigError("--timesteps must name timesteps from 0 on, or -1 for all of them.")
        if not 1 <= self.downscale_factor <= SENSOR_WIDTH // 2:
            raise ConfigError(
                f"--downscale_factor must lie in 1..{SENSOR_WIDTH // 2}, not "
                f"{self.downscale_factor}."
            )
        if self.n_rays < 1:
            raise ConfigError(f"--n_rays must be above 0, not {self.n_rays}.")


@dataclass(frozen=True)
class ExportArguments:
    """The command line of the export."""

    run: RunName
    config: ExportConfig = field(default_factory=ExportConfig)
    device: Device = "auto"
    """auto takes the GPU where there is one."""
    roots: Roots = field(default_factory=Roots)


def parse_export(argv: Sequence[str]) -> ExportArguments:
    """Parses the command line."""
    default = ExportArguments(tyro.MISSING)
    return parse(ExportArguments, argv, "nersemble export", _DESCRIPTION, default)


def main(argv: Sequence[str]) -> None:
    """Entry point: exports and prints the files' paths."""
    for path in export(parse_export(argv)):
        print(path)


def export(arguments: ExportArguments) -> list[Path]:
    """Exports the timesteps asked for; returns the files' paths."""
    config = arguments.config
    require_trimesh()  # before minutes of work
    device = choose_device(arguments.device)
    models, data = arguments.roots.get("models"), arguments.roots.get("data")
    renders = arguments.roots.get("renders")
    loaded = load_run(arguments.run, config.checkpoint, models=models, data=data, device=device)
    timesteps = _timesteps(config, loaded.dataset.splits.n_timesteps)
    filter_grid_if_asked(loaded, config)
    marker = "_occ_grid_filtering" if config.use_occupancy_grid_filtering else ""
    paths = []
    for index in progress(len(timesteps), "Exporting"):
        timestep = timesteps[index]
        surface = _surface(loaded, config, timestep)
        name = f"{loaded.run.label}_{config.kind}{marker}_checkpoint-{loaded.step}"
        path = renders / f"{name}_timestep-{timestep:05d}.{config.format}"
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
    if config.kind == "mesh":
        return mesh_of(loaded.model, timestep, loaded.windows, config.surface)
    width = SENSOR_WIDTH // config.downscale_factor
    height = SENSOR_HEIGHT // config.downscale_factor
    cameras = [camera.resized(width, height) for camera in loaded.dataset.train_cameras]
    return points_of(loaded.model, timestep, loaded.windows, cameras, config.n_rays)
