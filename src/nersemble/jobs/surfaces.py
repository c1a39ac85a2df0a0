"""Export a run's surface as a mesh or as points, one file per timestep."""

from pathlib import Path

from nersemble.compute_options import ComputeOptions, Device
from nersemble.data_manager.segments import weights_at
from nersemble.env import Roots
from nersemble.errors import ConfigError
from nersemble.interop.geometry_files import write_surface
from nersemble.jobs.loading import LoadedRun, open_run
from nersemble.jobs.options import ExportConfig
from nersemble.progress import progress
from nersemble.rendering.renderer import TorchRenderer
from nersemble.rendering.surface import Surface, mesh_of, points_of
from nersemble.runs.folders import find_run
from nersemble.runs.segmented import parts_of, spans_of


def export_surfaces(name: str, config: ExportConfig, device: Device, roots: Roots) -> list[Path]:
    """Export the requested timesteps into the folder of renders; return the files' paths.
    Raises:
    NersembleError: run, checkpoint or capture is missing or damaged, or a timestep does not
    exist.
    """
    renders = roots.get("renders")
    run = find_run(roots.get("models"), name)
    parts = parts_of(run)

    def load(part: int) -> LoadedRun:
        return open_run(
            str(parts[part].folder),
            config.checkpoint,
            roots,
            ComputeOptions(device, backend="torch"),
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
        file = f"{run.label}_{config.kind}{marker}_checkpoint-{loaded.step}"
        path = renders / f"{file}_timestep-{timesteps[index]:05d}.{config.format}"
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
