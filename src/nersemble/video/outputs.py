"""What becomes of rendered pictures: channels, background, files and their names."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, get_args

import numpy as np

from nersemble.errors import ConfigError
from nersemble.ranges import Options
from nersemble.rendering.pictures import Background, Channel, background_color
from nersemble.video.png_sequence import PngSequenceWriter
from nersemble.video.thumbnail import ThumbnailFormat
from nersemble.video.trajectories import RenderConfig
from nersemble.video.writer import PRORES_4444, VP9, VideoWriter, h264

VideoFormat = Literal["mp4", "png", "webm", "mov"]


@dataclass(frozen=True)
class OutputConfig(Options):
    """What is shown of the pictures, and in which files."""

    channels: tuple[Channel, ...] = ("rgb",)
    """A video each: rgb, depth, deformation, normals; --render_depth and --render_deformations add
    theirs."""
    background: Background = "white"
    """white, black, a colour as '#3366cc', or transparent, which needs --format png, webm or
    mov."""
    format: VideoFormat = "mp4"
    """mp4: H.264; png: a folder of pictures; webm: VP9; mov: ProRes 4444."""
    side_by_side: bool = False
    """The capture's picture beside each, for --trajectory capture, or static with --camera."""
    thumbnail: Literal["none"] | ThumbnailFormat = "none"
    """Also make a small animated picture of the first channel."""

    def __post_init__(self) -> None:
        """Refuses what no file can be made of."""
        super().__post_init__()
        if not self.channels or len(set(self.channels)) < len(self.channels):
            *names, last = get_args(Channel)
            raise ConfigError(
                f"--channels must name one or more of {', '.join(names)} and {last}, each once."
            )
        if background_color(self.background) is None and self.format == "mp4":
            raise ConfigError(
                "--background transparent is not possible in mp4: add --format png, webm or mov."
            )

    def all_channels(self, config: RenderConfig) -> tuple[Channel, ...]:
        """The channels together with those that the release's options ask for."""
        asked: list[tuple[bool, Channel]] = [
            (config.render_depth, "depth"),
            (config.render_deformations, "deformation"),
        ]
        more = [name for wanted, name in asked if wanted and name not in self.channels]
        return (*self.channels, *more)


class PictureWriter(Protocol):
    """What takes pictures one after the other."""

    def append(self, picture: np.ndarray) -> None: ...


def video_name(
    run_label: str, channel: str, filtered: bool, step: int, view: str = "", extension: str = ".mp4"
) -> str:
    """The name of a rendered video (spec, section 7).

    Args:
        run_label: ``NERS-12-name``.
        channel: whose colours it shows.
        filtered: whether the occupancy grid was reduced to its largest piece.
        step: of the checkpoint.
        view: how the video differs from the release's, each difference behind a ``_``.
        extension: of the file; empty for a folder.
    """
    marker = "_occ_grid_filtering" if filtered else ""
    return f"{run_label}_{channel}{view}{marker}_checkpoint-{step}{extension}"


def output_label(output: OutputConfig) -> str:
    """What a file name says about the picture's making; nothing for the release's."""
    beside = "_side_by_side" if output.side_by_side else ""
    color = output.background.removeprefix("#")
    return beside + ("" if color == "white" else f"_{color}")


def open_video(path: Path, fps: float, kind: VideoFormat) -> AbstractContextManager[PictureWriter]:
    """The writer for a format; a context manager."""
    if kind == "png":
        return PngSequenceWriter(path)
    encodings = {"mp4": h264(), "webm": VP9, "mov": PRORES_4444}
    return VideoWriter(path, fps, encodings[kind])
