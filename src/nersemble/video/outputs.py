"""The output files of rendered pictures: their names and writers."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import numpy as np

from nersemble.video.config import OutputConfig, VideoFormat
from nersemble.video.png_sequence import PngSequenceWriter
from nersemble.video.writer import PRORES_4444, VP9, VideoWriter, h264


class PictureWriter(Protocol):
    """Receives pictures one after the other."""

    def append(self, picture: np.ndarray) -> None: ...


def video_name(
    run_label: str, channel: str, filtered: bool, step: int, view: str = "", extension: str = ".mp4"
) -> str:
    """The name of a rendered video (method.md, Evaluation).

    Args:
        run_label: ``NERS-12-name``.
        channel: the video's channel.
        filtered: whether the occupancy grid was reduced to its largest piece.
        step: of the checkpoint.
        view: differences from the release's video, each after a ``_``.
        extension: of the file; empty for a folder.
    """
    marker = "_occ_grid_filtering" if filtered else ""
    return f"{run_label}_{channel}{view}{marker}_checkpoint-{step}{extension}"


def output_label(output: OutputConfig) -> str:
    """The part of a file name that describes the picture; empty for the release's."""
    beside = "_side_by_side" if output.side_by_side else ""
    color = output.background.removeprefix("#")
    return beside + ("" if color == "white" else f"_{color}")


def open_video(path: Path, fps: float, kind: VideoFormat) -> AbstractContextManager[PictureWriter]:
    """The writer for a format; a context manager."""
    if kind == "png":
        return PngSequenceWriter(path)
    encodings = {"mp4": h264(), "webm": VP9, "mov": PRORES_4444}
    return VideoWriter(path, fps, encodings[kind])
