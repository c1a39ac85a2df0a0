"""``nersemble render``: videos of a run."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import torch
import tyro
from torch import Tensor

from nersemble.commands.arguments import Device, Roots, RunName, choose_device, parse
from nersemble.commands.backends import Backend, Marcher, choose_kernels, use_packages
from nersemble.commands.protocols import under_protocol
from nersemble.commands.runs_on_disk import (
    LoadedRun,
    filter_grid_if_asked,
    load_run,
)
from nersemble.errors import ConfigError
from nersemble.evaluation.protocol import RELEASE
from nersemble.progress import progress
from nersemble.rendering.channels import to_uint8
from nersemble.rendering.image import RenderedImage, render_image
from nersemble.rendering.pictures import Channel, channel_picture, on_background, resized
from nersemble.video.outputs import (
    OutputConfig,
    PictureWriter,
    open_video,
    output_label,
    video_name,
)
from nersemble.video.shots import Shot, TrajectoryConfig, plan_shots, view_label
from nersemble.video.thumbnail import ThumbnailWriter
from nersemble.video.trajectories import RenderConfig

_DESCRIPTION = """Render a run as a video: the camera circles the face while time runs.

Example: nersemble render NERS-1 --render_depth --downscale_factor 8
Example: nersemble render NERS-1 --trajectory capture --side_by_side --channels rgb normals
"""


@dataclass(frozen=True)
class RenderArguments:
    """The command line of rendering."""

    run: RunName
    config: RenderConfig = field(default_factory=RenderConfig)
    view: TrajectoryConfig = field(default_factory=TrajectoryConfig)
    output: OutputConfig = field(default_factory=OutputConfig)
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
    config = arguments.config
    device = choose_device(arguments.device)
    models, data = arguments.roots.get("models"), arguments.roots.get("data")
    renders = arguments.roots.get("renders")
    loaded = load_run(arguments.run, config.checkpoint, models=models, data=data, device=device)
    preset = loaded.description.preset if arguments.preset == "run" else arguments.preset
    if preset == "paper":
        loaded = under_protocol(loaded, RELEASE, data)
    filter_grid_if_asked(loaded, config)
    described = loaded.description
    model_config, participant = described.config.model, described.participant
    backend, marcher = arguments.backend, arguments.marcher
    if choose_kernels(backend, device, model_config, participant, marcher):
        loaded.model.fuse()
    use_packages(loaded.model, backend, marcher)
    shots = plan_shots(config, arguments.view, loaded.dataset)
    if arguments.output.side_by_side and shots[0].serial is None:
        raise ConfigError(
            "--side_by_side needs a camera of the capture: add --trajectory capture, or "
            "--trajectory static with --camera."
        )
    job = _Job(loaded, arguments, shots, raw_deformation=preset == "paper")
    return _write_videos(job, renders)


@dataclass(frozen=True)
class _Job:
    """All that decides the pictures."""

    loaded: LoadedRun
    arguments: RenderArguments
    shots: list[Shot]
    raw_deformation: bool

    def name(self, channel: str, extension: str) -> str:
        """The file name of a channel's video."""
        arguments, run = self.arguments, self.loaded.run
        view = view_label(arguments.view, self.loaded.dataset) + output_label(arguments.output)
        filtered = arguments.config.use_occupancy_grid_filtering
        return video_name(run.label, channel, filtered, self.loaded.step, view, extension)

    def picture(self, image: RenderedImage, shot: Shot, channel: Channel) -> np.ndarray:
        """What a channel's video shows of a rendered picture."""
        output = self.arguments.output
        picture = channel_picture(
            image, shot.camera, channel, output.background, raw_deformation=self.raw_deformation
        )
        if output.side_by_side:
            picture = torch.cat([self._truth(shot), picture], 1)
        return to_uint8(picture)

    def _truth(self, shot: Shot) -> Tensor:
        """The capture's picture, scaled to the video's size."""
        assert shot.serial is not None
        truth = self.loaded.dataset.truth(shot.serial, shot.timestep)
        size = (shot.camera.height, shot.camera.width)
        rgb, alpha = resized(truth.rgb, size), resized(truth.alpha[..., None], size)[..., 0]
        return on_background(rgb, alpha, self.arguments.output.background)


def _write_videos(job: _Job, renders: Path) -> list[Path]:
    config, output = job.arguments.config, job.arguments.output
    extension = "" if output.format == "png" else f".{output.format}"
    channels = output.all_channels(config)
    paths = [renders / job.name(channel, extension) for channel in channels]
    with ExitStack() as stack:
        writers: list[tuple[Channel, PictureWriter]] = [
            (channel, stack.enter_context(open_video(path, config.fps, output.format)))
            for channel, path in zip(channels, paths, strict=True)
        ]
        if output.thumbnail != "none":
            path = renders / job.name(channels[0], f".{output.thumbnail}")
            thumbnail = ThumbnailWriter(path, config.fps, len(job.shots), output.thumbnail)
            writers.append((channels[0], stack.enter_context(thumbnail)))
            paths.append(path)
        loaded = job.loaded
        for index in progress(len(job.shots), "Rendering"):
            shot = job.shots[index]
            image = render_image(
                loaded.model, shot.camera, shot.timestep, loaded.windows, config.n_rays
            )
            pictures = {channel: job.picture(image, shot, channel) for channel in channels}
            for channel, writer in writers:
                writer.append(pictures[channel])
    return paths
