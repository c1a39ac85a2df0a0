"""``nersemble render``: videos of a run."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import tyro
from torch import Tensor

from nersemble.beside import overlapped
from nersemble.command_line import parse
from nersemble.commands.options import PresetOfRun, RunName
from nersemble.distributed import world
from nersemble.engines import ComputeOptions
from nersemble.env import Roots
from nersemble.errors import ConfigError, RunError, say
from nersemble.jobs.run_pictures import RunPictures
from nersemble.ops.colors import to_uint8
from nersemble.progress import progress
from nersemble.rendering.image import RenderedImage
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
"""


@dataclass(frozen=True)
class RenderArguments:
    """The command line of rendering."""

    run: RunName
    config: RenderConfig = field(default_factory=RenderConfig)
    view: TrajectoryConfig = field(default_factory=TrajectoryConfig)
    output: OutputConfig = field(default_factory=OutputConfig)
    preset: PresetOfRun = "run"
    """paper: windows fully open, no early termination and raw deformation colours, as the release;
    run: as the run was trained."""
    compute: ComputeOptions = field(default_factory=ComputeOptions)
    roots: Roots = field(default_factory=Roots)


def parse_render(argv: Sequence[str]) -> RenderArguments:
    """Parses the command line."""
    default = RenderArguments(tyro.MISSING)
    return parse(RenderArguments, argv, "nersemble render", _DESCRIPTION, default)


def main(argv: Sequence[str]) -> None:
    """Entry point: renders and prints the videos' paths."""
    for path in render(parse_render(argv)):
        say(path)


def render(arguments: RenderArguments) -> list[Path]:
    """Renders the channels asked for; returns the files' paths."""
    pictures = RunPictures(
        arguments.run, arguments.config, arguments.roots, arguments.compute, arguments.preset
    )
    shots = plan_shots(arguments.config, arguments.view, pictures.dataset, pictures.n_timesteps)
    if arguments.output.side_by_side and shots[0].serial is None:
        raise ConfigError(
            "--side_by_side needs a camera of the capture: add --trajectory capture, or "
            "--trajectory static with --camera."
        )
    return _write_videos(_Job(pictures, arguments, shots), arguments.roots.get("renders"))


@dataclass(frozen=True)
class _Job:
    """All that decides the pictures."""

    source: RunPictures
    arguments: RenderArguments
    shots: list[Shot]

    def name(self, channel: str, extension: str) -> str:
        """The file name of a channel's video."""
        arguments, source = self.arguments, self.source
        view = view_label(arguments.view, source.dataset) + output_label(arguments.output)
        filtered = arguments.config.grid_filter.use_occupancy_grid_filtering
        return video_name(source.run.label, channel, filtered, source.step, view, extension)

    def picture(self, image: RenderedImage, shot: Shot, channel: Channel) -> np.ndarray:
        """What a channel's video shows of a rendered picture."""
        output = self.arguments.output
        picture = channel_picture(
            image,
            shot.camera,
            channel,
            output.background,
            raw_deformation=self.source.preset == "paper",
        )
        if output.side_by_side:
            picture = torch.cat([self._truth(shot).to(picture.device), picture], 1)
        return to_uint8(picture)

    def _truth(self, shot: Shot) -> Tensor:
        """The capture's picture, scaled to the video's size."""
        assert shot.serial is not None
        truth = self.source.truth(shot.serial, round(shot.timestep))
        size = (shot.camera.height, shot.camera.width)
        rgb, alpha = resized(truth.rgb, size), resized(truth.alpha[..., None], size)[..., 0]
        return on_background(rgb, alpha, self.arguments.output.background)


def _write_videos(job: _Job, renders: Path) -> list[Path]:
    config, output = job.arguments.config, job.arguments.output
    extension = "" if output.format == "png" else f".{output.format}"
    channels = output.all_channels(config)
    paths = [renders / job.name(channel, extension) for channel in channels]
    if output.thumbnail != "none":
        paths.append(renders / job.name(channels[0], f".{output.thumbnail}"))

    # All processes render in turns; the first one gets the frames in order.
    frames = world().in_order(len(job.shots), _frames(job, channels))
    with ExitStack() as stack:
        writers: list[tuple[Channel, PictureWriter]] = []
        if world().leads:
            writers = [
                (channel, stack.enter_context(open_video(path, config.fps, output.format)))
                for channel, path in zip(channels, paths, strict=False)
            ]
            if output.thumbnail != "none":
                thumbnail = ThumbnailWriter(paths[-1], config.fps, len(job.shots), output.thumbnail)
                writers.append((channels[0], stack.enter_context(thumbnail)))
        shown = False
        for _, (is_shown, pictures) in zip(
            progress(len(job.shots), "Rendering"), frames, strict=False
        ):
            shown |= is_shown
            for channel, writer in writers:
                writer.append(pictures[channel])
        if world().leads and not shown:
            # Raised before the videos are finished: none is left, and earlier ones stay.
            raise RunError(
                f"No picture of {job.source.run.label} shows anything at step {job.source.step}: "
                "the model is empty, or the cameras look past it. Use another checkpoint or "
                "trajectory, or train the run longer."
            )
    return paths


def _frames(
    job: _Job, channels: Sequence[Channel]
) -> Iterator[tuple[bool, dict[Channel, np.ndarray]]]:
    """This process's share of the shots: whether anything is seen, and the pictures. While one is
    rendered, the last one becomes pictures."""

    def pictures(rendered: tuple[Shot, RenderedImage]) -> tuple[bool, dict[Channel, np.ndarray]]:
        shot, image = rendered
        is_shown = bool((image.accumulation > 0).any())
        return is_shown, {channel: job.picture(image, shot, channel) for channel in channels}

    shots = job.shots[world().share]
    images = ((shot, job.source.image(shot.camera, shot.timestep)) for shot in shots)
    return overlapped(images, pictures, threads=2)
