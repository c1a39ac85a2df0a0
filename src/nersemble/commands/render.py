"""``nersemble render``: videos of a run."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import tyro

from nersemble.commands.arguments import Device, Roots, RunName, choose_device, parse
from nersemble.commands.backends import Backend, Marcher, choose_kernels, use_packages
from nersemble.commands.protocols import under_protocol
from nersemble.commands.runs_on_disk import (
    LoadedRun,
    filter_grid_if_asked,
    load_run,
)
from nersemble.commands.segmented_runs import parts_of, read_segments
from nersemble.data_manager.segments import Segment, weights_at
from nersemble.errors import ConfigError
from nersemble.evaluation.protocol import RELEASE
from nersemble.geometry.camera import Camera
from nersemble.progress import progress
from nersemble.rendering.channels import deformation_to_rgb, depth_to_rgb, to_uint8
from nersemble.rendering.image import RenderedImage, mix, render_image
from nersemble.runs import Run, find_run
from nersemble.video.trajectories import RenderConfig, circle, timesteps_for
from nersemble.video.writer import Mp4Writer, video_name

_DESCRIPTION = """Render a run as mp4: the camera circles the face while time runs.

Example: nersemble render NERS-1 --render_depth --downscale_factor 8
"""


@dataclass(frozen=True)
class RenderArguments:
    """The command line of rendering."""

    run: RunName
    config: RenderConfig = field(default_factory=RenderConfig)
    preset: Literal["run", "default", "paper", "tiny"] = "run"
    """paper: windows fully open, no early termination and raw deformation colours, as the release;
    run: as the run was trained."""
    device: Device = "auto"
    """auto takes the GPU where there is one."""
    backend: Backend = "auto"
    """auto takes the fused Triton kernels on a GPU, plain torch elsewhere; tcnn takes the package
    tinycudann."""
    marcher: Marcher = "native"
    """nerfacc takes that package's ray marching, with the back ends torch and tcnn."""
    roots: Roots = field(default_factory=Roots)


def parse_render(argv: Sequence[str]) -> RenderArguments:
    """Parses the command line."""
    default = RenderArguments(tyro.MISSING)
    return parse(RenderArguments, argv, "render_nersemble.py", _DESCRIPTION, default)


def main(argv: Sequence[str]) -> None:
    """Entry point: renders and prints the videos' paths."""
    for path in render(parse_render(argv)):
        print(path)


def render(arguments: RenderArguments) -> list[Path]:
    """Renders the channels asked for; returns the videos' paths."""
    config, renders = arguments.config, arguments.roots.get("renders")
    pictures = RunPictures(arguments)
    channels = ["rgb"]
    channels += ["depth"] if config.render_depth else []
    channels += ["deformation"] if config.render_deformations else []
    paths = {
        channel: renders
        / video_name(
            pictures.run.label, channel, config.use_occupancy_grid_filtering, pictures.step
        )
        for channel in channels
    }
    _write_videos(pictures, config, paths, raw_deformation=pictures.preset == "paper")
    return list(paths.values())


class RunPictures:
    """Pictures of a run at any of its timesteps.

    Those of a run of segments are stitched: each timestep comes from the segment that has it, in
    an overlap the two pictures are mixed. Only the segments of the latest timestep stay in memory.
    ``step``, ``dataset`` and ``preset`` are the first segment's.
    """

    def __init__(self, arguments: RenderArguments) -> None:
        """Opens the run, or its first segment.

        Raises:
            NersembleError: run, checkpoint or capture is missing or damaged.
        """
        self.run = find_run(arguments.roots.get("models"), arguments.run)
        self._arguments = arguments
        self._parts = parts_of(self.run)
        first = _open(self._parts[0], arguments)
        self.step, self.dataset = first.step, first.dataset
        self.preset = _preset(arguments, first)
        self._loaded = {0: first}
        segments = read_segments(self.run)
        n_timesteps = first.dataset.splits.n_timesteps
        self._spans = (Segment(0, n_timesteps),) if segments is None else segments.spans

    @property
    def n_timesteps(self) -> int:
        """How many timesteps there are pictures of."""
        return self._spans[-1].end

    def image(self, camera: Camera, timestep: int) -> RenderedImage:
        """The picture of a camera at a timestep of the whole sequence."""
        weights = weights_at(self._spans, timestep)
        self._loaded = {i: loaded for i, loaded in self._loaded.items() if i in weights}
        images = []
        for index in weights:
            if index not in self._loaded:
                self._loaded[index] = _open(self._parts[index], self._arguments)
            loaded, within = self._loaded[index], timestep - self._spans[index].first
            n_rays = self._arguments.config.n_rays
            images.append(render_image(loaded.model, camera, within, loaded.windows, n_rays))
        if len(images) == 1:
            return images[0]
        earlier, later = images
        return mix(earlier, later, [*weights.values()][1])


def _open(run: Run, arguments: RenderArguments) -> LoadedRun:
    """A model ready to render as the options say."""
    config, device = arguments.config, choose_device(arguments.device)
    models, data = arguments.roots.get("models"), arguments.roots.get("data")
    name = str(run.folder)
    loaded = load_run(name, config.checkpoint, models=models, data=data, device=device)
    if _preset(arguments, loaded) == "paper":
        loaded = under_protocol(loaded, RELEASE, data)
    filter_grid_if_asked(loaded, config)
    if config.use_occupancy_grid_filtering and not loaded.model.grid.binaries.any():
        raise ConfigError(
            f"Occupancy grid filtering leaves nothing of {run.label} to show: give "
            "--no-use_occupancy_grid_filtering, or train the run longer."
        )
    described = loaded.description
    model_config, participant = described.config.model, described.participant
    backend, marcher = arguments.backend, arguments.marcher
    if choose_kernels(backend, device, model_config, participant, marcher):
        loaded.model.fuse()
    use_packages(loaded.model, backend, marcher)
    return loaded


def _preset(arguments: RenderArguments, loaded: LoadedRun) -> str:
    return loaded.description.preset if arguments.preset == "run" else arguments.preset


def _write_videos(
    pictures: RunPictures, config: RenderConfig, paths: dict[str, Path], *, raw_deformation: bool
) -> None:
    dataset = pictures.dataset
    width, height = (side // config.downscale_factor for side in dataset.capture.sensor_size)
    cameras = circle(config.n_frames, dataset.train_cameras[0], width, height)
    timesteps = timesteps_for(config.n_frames, pictures.n_timesteps)
    with ExitStack() as stack:
        writers = {
            channel: stack.enter_context(Mp4Writer(path, config.fps))
            for channel, path in paths.items()
        }
        for index in progress(config.n_frames, "Rendering"):
            image = pictures.image(cameras[index], timesteps[index])
            for channel, writer in writers.items():
                writer.append(_picture(image, channel, raw_deformation))


def _picture(image: RenderedImage, channel: str, raw_deformation: bool) -> np.ndarray:
    if channel == "depth":
        return to_uint8(depth_to_rgb(image.depth_world, image.accumulation))
    if channel == "deformation":
        style: Literal["raw", "hue"] = "raw" if raw_deformation else "hue"
        return to_uint8(deformation_to_rgb(image.offsets_unit, image.accumulation, style))
    return to_uint8(image.rgb)
