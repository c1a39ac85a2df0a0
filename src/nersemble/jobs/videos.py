"""Render the videos of a run, one file per channel."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nersemble.beside import overlapped
from nersemble.distributed import world
from nersemble.errors import ConfigError, RunError
from nersemble.jobs.run_pictures import RunPictures
from nersemble.ops.colors import to_uint8
from nersemble.progress import progress
from nersemble.rendering.config import Channel
from nersemble.rendering.image import RenderedImage
from nersemble.rendering.pictures import channel_picture, on_background, resized
from nersemble.video.config import OutputConfig, RenderConfig, TrajectoryConfig
from nersemble.video.outputs import PictureWriter, open_video, output_label, video_name
from nersemble.video.shots import Shot, plan_shots, view_label
from nersemble.video.thumbnail import ThumbnailWriter


def render_videos(
    pictures: RunPictures,
    config: RenderConfig,
    view: TrajectoryConfig,
    output: OutputConfig,
    folder: Path,
) -> list[Path]:
    """Render the channels of ``output`` into ``folder``; return the files' paths.

    Raises:
        ConfigError: a camera or timestep does not exist, or a picture to show beside is missing.
        RunError: a file cannot be written, or no picture shows anything.
    """
    shots = plan_shots(config, view, pictures.dataset, pictures.n_timesteps)
    if output.side_by_side and shots[0].serial is None:
        raise ConfigError(
            "--side_by_side needs a camera of the capture: add --trajectory capture, or "
            "--trajectory static with --camera."
        )
    return _write_videos(_Job(pictures, config, view, output, shots), folder)


@dataclass(frozen=True)
class _Job:
    """Everything that the pictures depend on."""

    source: RunPictures
    config: RenderConfig
    view: TrajectoryConfig
    output: OutputConfig
    shots: list[Shot]

    def name(self, channel: str, extension: str) -> str:
        """The file name of a channel's video."""
        source = self.source
        view = view_label(self.view, source.dataset) + output_label(self.output)
        filtered = self.config.grid_filter.use_occupancy_grid_filtering
        return video_name(source.run.label, channel, filtered, source.step, view, extension)

    def picture(self, image: RenderedImage, shot: Shot, channel: Channel) -> np.ndarray:
        """The frame of a channel's video for a rendered picture."""
        output = self.output
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
        return on_background(rgb, alpha, self.output.background)


def _write_videos(job: _Job, renders: Path) -> list[Path]:
    config, output = job.config, job.output
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
            # Raised before the videos are finished, so no file is left and earlier ones stay.
            raise RunError(
                f"No picture of {job.source.run.label} shows anything at step {job.source.step}: "
                "the model is empty, or the cameras look past it. Use another checkpoint or "
                "trajectory, or train the run longer."
            )
    return paths


def _frames(
    job: _Job, channels: Sequence[Channel]
) -> Iterator[tuple[bool, dict[Channel, np.ndarray]]]:
    """This process's share of the shots: whether anything is seen, and the pictures. A shot is
    converted to pictures while the next one renders."""

    def pictures(rendered: tuple[Shot, RenderedImage]) -> tuple[bool, dict[Channel, np.ndarray]]:
        shot, image = rendered
        is_shown = bool((image.accumulation > 0).any())
        return is_shown, {channel: job.picture(image, shot, channel) for channel in channels}

    shots = job.shots[world().share]
    images = ((shot, job.source.image(shot.camera, shot.timestep)) for shot in shots)
    return overlapped(images, pictures, threads=2)
