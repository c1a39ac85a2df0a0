"""H.264 videos, written picture by picture."""

import os
from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from jaxtyping import UInt8

from nersemble.durable_files import reason_of, sync_to_disk, temporary_beside
from nersemble.errors import RunError

# What a video says about its colours, in FFmpeg's numbers (those of ITU-T H.273). The matrix is
# BT.601's because programs that ignore the mark take that one for granted.
_MATRIX_BT601 = 6
_PRIMARIES_SRGB = 1
_TRANSFER_SRGB = 13
_STUDIO_RANGE = 1


def video_name(run_label: str, channel: str, filtered: bool, step: int) -> str:
    """The file name of a rendered video (spec, section 7).

    Args:
        run_label: ``NERS-12-name``.
        channel: ``rgb``, ``depth`` or ``deformation``.
        filtered: whether the occupancy grid was reduced to its largest piece.
        step: of the checkpoint.
    """
    marker = "_occ_grid_filtering" if filtered else ""
    return f"{run_label}_{channel}{marker}_checkpoint-{step}.mp4"


class Mp4Writer:
    """Writes pictures to an mp4 file (H.264, yuv420p) as they come; a context manager.

    The file appears under its name only when the block ends well; if it ends with an exception
    nothing is left behind. H.264 wants even sizes: an odd one is filled up by repeating the last
    row or column.
    """

    def __init__(
        self,
        path: Path,
        fps: float,
        *,
        crf: int = 18,
        folder_option: str = "--renders_path or NERSEMBLE_RENDERS_PATH",
    ) -> None:
        """Prepares a video.

        Args:
            path: of the file; its folder is made if necessary.
            fps: pictures a second.
            crf: constant rate factor of x264, 0 (lossless) to 51; 18 looks like the original.
            folder_option: what chooses another folder, for messages.
        """
        self._path = path
        self._fps = Fraction(fps).limit_denominator(65535)
        self._crf = crf
        self._folder_option = folder_option
        self._cleanup = ExitStack()
        self._video: Any = None
        self._shape: tuple[int, ...] = ()

    def __enter__(self) -> "Mp4Writer":
        """Opens the file, so that an unwritable folder is found before any picture is rendered.

        Raises:
            RunError: it cannot be written.
        """
        import imageio.v3 as iio

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._temporary = self._cleanup.enter_context(temporary_beside(self._path))
            # Unbuffered: where the disk is full nothing is left that cannot be written.
            self._file = self._temporary.open("wb", buffering=0)
            self._cleanup.callback(self._file.close)
            open_video: Any = iio.imopen  # its types do not know the plugins' arguments
            self._video = open_video(
                self._file,
                "w",
                plugin="pyav",
                extension=".mp4",
                container="mp4",
                container_options={"movflags": "+faststart"},
            )
        except OSError as error:
            self._cleanup.close()
            raise self._unwritable(error) from error
        return self

    def append(self, picture: UInt8[np.ndarray, "h w 3"]) -> None:
        """Adds the next picture; all have the size of the first.

        Raises:
            RunError: the file cannot be written.
            ValueError: it is no such picture.
        """
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
            raise ValueError(f"A picture is uint8 [h, w, 3], not {picture.dtype} {picture.shape}.")
        if not self._shape:
            self._shape = picture.shape
            self._start_stream()
        if picture.shape != self._shape:
            raise ValueError(f"The video's pictures are {self._shape}, not {picture.shape}.")
        rows, columns = picture.shape[0] % 2, picture.shape[1] % 2
        even = np.pad(picture, ((0, rows), (0, columns), (0, 0)), mode="edge")
        try:
            self._video.write_frame(even)
        except OSError as error:
            raise self._unwritable(error) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Finishes the video, or removes it after an exception.

        Raises:
            RunError: the file cannot be written.
            ValueError: no picture was appended.
        """
        with self._cleanup:
            try:
                if kind is None:
                    self._finish()
            finally:
                self._close_quietly()

    def _finish(self) -> None:
        if not self._shape:
            raise ValueError(f"No picture was written to {self._path}.")
        try:
            self._video.close()
            self._file.close()
            sync_to_disk(self._temporary)
            os.replace(self._temporary, self._path)
        except OSError as error:
            raise self._unwritable(error) from error

    def _start_stream(self) -> None:
        self._video.init_video_stream("libx264", fps=float(self._fps), pixel_format="yuv420p")
        # imageio has no public way to choose the quality or to mark the colours.
        stream = self._video._video_stream
        stream.options = {"crf": str(self._crf)}
        context = stream.codec_context
        context.colorspace = _MATRIX_BT601
        context.color_primaries = _PRIMARIES_SRGB
        context.color_trc = _TRANSFER_SRGB
        context.color_range = _STUDIO_RANGE

    def _close_quietly(self) -> None:
        """Closes the file if it is still open, without caring what becomes of it."""
        # What ended the block early is what has to be seen.
        with suppress(Exception):
            self._video.close()
        # Or imageio would try to finish the file again when the object goes.
        self._video._video_stream = self._video._container = None

    def _unwritable(self, error: OSError) -> RunError:
        return RunError(
            f"Cannot write the video {self._path}: {reason_of(error)}; make room there or choose "
            f"another folder with {self._folder_option}."
        )
