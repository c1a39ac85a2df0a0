"""Pictures of a run, across its segments."""

from functools import partial

from nersemble.compute_options import ComputeOptions
from nersemble.data_manager.dataset import Dataset, Truth
from nersemble.data_manager.segments import weights_at
from nersemble.engines import choose_device
from nersemble.env import Roots
from nersemble.errors import ConfigError
from nersemble.geometry.camera import Camera
from nersemble.jobs.loading import LoadedRun, open_run
from nersemble.presets import protocol_to_look_at, shown_preset
from nersemble.rendering.image import RenderedImage, mix
from nersemble.runs.folders import find_run
from nersemble.runs.segmented import parts_of, spans_of
from nersemble.video.config import RenderConfig


class RunPictures:
    """Pictures of a run at any of its timesteps.

    Runs of segments are stitched: each timestep comes from the segment that has it, and overlapping
    pictures are blended. Only the segments of the latest timestep stay in memory.
    ``step``, ``dataset`` and ``preset`` are the first segment's.
    """

    def __init__(
        self,
        name: str,
        config: RenderConfig,
        roots: Roots,
        compute: ComputeOptions,
        preset: str = "run",
    ) -> None:
        """Opens the run, or its first segment.

        Args:
            config: checkpoint, grid filter, and number of rays at once.
            preset: how the run is rendered; ``run``: as it was trained.

        Raises:
            NersembleError: run, checkpoint or capture is missing or damaged.
        """
        self._config, self._roots, self._compute, self._preset = config, roots, compute, preset
        # Before anything is read: the selected device may not be available.
        choose_device(compute.device)
        self.run = find_run(roots.get("models"), name)
        self._parts = parts_of(self.run)
        self._datasets: dict[int, Dataset] = {}
        first = self._open(0)
        self.step, self.dataset = first.step, first.dataset
        self.preset = shown_preset(preset, first.description)
        self._loaded = {0: first}
        self._spans = spans_of(self.run, first.dataset.splits.n_timesteps)

    @property
    def n_timesteps(self) -> int:
        """Number of timesteps with pictures."""
        return self._spans[-1].end

    def image(self, camera: Camera, timestep: float) -> RenderedImage:
        """The picture of a camera at a timestep of the whole sequence, or between two."""
        weights = weights_at(self._spans, timestep)
        self._loaded = {i: loaded for i, loaded in self._loaded.items() if i in weights}
        images = []
        for index in weights:
            loaded, within = self._part(index), self._spans[index].nearest(timestep)
            n_rays = self._config.n_rays
            images.append(loaded.renderer.image(camera, within, loaded.windows, n_rays))
        if len(images) == 1:
            return images[0]
        earlier, later = images
        return mix(earlier, later, [*weights.values()][1])

    def truth(self, serial: str, timestep: int) -> Truth:
        """The capture's picture of a camera at a timestep of the whole sequence. After the rendered
        picture it may be called on another thread."""
        index = next(iter(weights_at(self._spans, timestep)))
        if index not in self._datasets:
            self._part(index)
        return self._datasets[index].truth(serial, timestep - self._spans[index].first)

    def _part(self, index: int) -> LoadedRun:
        if index not in self._loaded:
            self._loaded[index] = self._open(index)
        return self._loaded[index]

    def _open(self, index: int) -> LoadedRun:
        part, grid_filter = self._parts[index], self._config.grid_filter
        loaded = open_run(
            str(part.folder),
            self._config.checkpoint,
            self._roots,
            self._compute,
            partial(protocol_to_look_at, self._preset),
            grid_filter,
        )
        if grid_filter.use_occupancy_grid_filtering and not loaded.model.grid.binaries.any():
            raise ConfigError(
                f"Occupancy grid filtering leaves nothing of {part.label}: give "
                "--no-use_occupancy_grid_filtering, or train the run longer."
            )
        self._datasets[index] = loaded.dataset
        return loaded
