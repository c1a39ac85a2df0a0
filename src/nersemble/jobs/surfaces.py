"""Exports a run as meshes, points, a mesh that moves or 3D Gaussians."""

from pathlib import Path

from nersemble.compute_options import Backend, ComputeOptions, Device
from nersemble.data_manager.segments import weights_at
from nersemble.env import Roots
from nersemble.errors import ConfigError
from nersemble.interop.geometry_files import write_surface
from nersemble.jobs.animating import export_animation
from nersemble.jobs.baking import Moment, export_gaussians
from nersemble.jobs.loading import LoadedRun, open_run
from nersemble.jobs.options import ExportConfig
from nersemble.progress import progress
from nersemble.rendering.renderer import TorchRenderer
from nersemble.rendering.surface import Surface, mesh_of, points_of
from nersemble.runs.folders import Run, find_run
from nersemble.runs.segmented import parts_of, spans_of


def export_run(name: str, config: ExportConfig, device: Device, roots: Roots) -> list[Path]:
    """Exports the timesteps asked for into the folder of renders; returns the files' paths.

    Raises:
        NersembleError: run, checkpoint or capture is missing or damaged, or a timestep does not
            exist.
    """
    run = find_run(roots.get("models"), name)
    parts = _Parts(run, config, device, roots)
    timesteps = _timesteps(config, parts.n_timesteps)
    filtered = config.grid_filter.use_occupancy_grid_filtering
    kind = config.format if config.bakes else config.kind
    marker = "_occ_grid_filtering" if filtered else ""
    name = f"{run.label}_{kind}{marker}_checkpoint-{parts.step}"
    prefix = roots.get("renders") / name
    paths: list[Path] = []
    if config.bakes or config.animates:
        about = {"run": run.label, "checkpoint": parts.step}
        moments = ((timestep, parts.moment(timestep)) for timestep in timesteps)
        export = export_gaussians if config.bakes else export_animation
        exported = export(prefix, moments, config, about)
        for _ in progress(len(timesteps) + 1, "Exporting"):
            paths += next(exported)
        return paths
    assert config.format in ("ply", "glb")
    for timestep in progress(timesteps, "Exporting"):
        surface = _surface(parts.moment(timestep), config)
        path = prefix.with_name(f"{name}_timestep-{timestep:05d}.{config.format}")
        write_surface(path, surface, config.format, config.world)
        paths.append(path)
    return paths


class _Parts:
    """The segments of a run, one of them open at a time; a run without segments is one."""

    def __init__(self, run: Run, config: ExportConfig, device: Device, roots: Roots) -> None:
        # A mesh queries the field itself, in plain torch.
        backend: Backend = "auto" if config.bakes else "torch"
        self._config, self._roots = config, roots
        self._compute = ComputeOptions(device, backend=backend)
        self._parts = parts_of(run)
        self._loaded, self._opened = self._load(0), 0
        self._spans = spans_of(run, self._loaded.dataset.splits.n_timesteps)
        self.n_timesteps = self._spans[-1].end

    @property
    def step(self) -> int:
        """Step of the open segment's checkpoint."""
        return self._loaded.step

    def moment(self, timestep: int) -> Moment:
        """A timestep of the whole run, of the nearer segment where two overlap: exports cannot be
        mixed."""
        weights = weights_at(self._spans, timestep)
        part = max(weights, key=lambda i: weights[i])
        if part != self._opened:
            self._loaded, self._opened = self._load(part), part
        found, within = self._loaded, timestep - self._spans[part].first
        return Moment(found.dataset, found.renderer, found.windows, within)

    def _load(self, part: int) -> LoadedRun:
        return open_run(
            str(self._parts[part].folder),
            self._config.checkpoint,
            self._roots,
            self._compute,
            grid_filter=self._config.grid_filter,
        )


def _timesteps(config: ExportConfig, n_timesteps: int) -> list[int]:
    found = sorted(set(config.timesteps))
    if -1 in found:
        found = list(range(n_timesteps))
    if found[-1] >= n_timesteps:
        raise ConfigError(
            f"--timesteps {found[-1]} does not exist: the run has {n_timesteps} timesteps, counted "
            "from 0."
        )
    if config.animates and len(found) < 2:
        raise ConfigError(
            "--kind animation needs two timesteps or more: name them, or -1 for all of a run that "
            "has more than one."
        )
    return found


def _surface(moment: Moment, config: ExportConfig) -> Surface:
    dataset, windows, timestep = moment.dataset, moment.windows, moment.timestep
    renderer = TorchRenderer(moment.renderer.model)
    if config.kind == "mesh":
        return mesh_of(renderer, timestep, windows, config.surface, dataset.train_cameras)
    width, height = (max(1, s // config.downscale_factor) for s in dataset.capture.sensor_size)
    cameras = [camera.resized(width, height) for camera in dataset.train_cameras]
    return points_of(renderer, timestep, windows, cameras, config.n_rays)
