"""Write videos picture by picture: H.264, or VP9 and ProRes 4444 with alpha."""

from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from nersemble.beside import Tasks
from nersemble.errors import MissingDependencyError, RunError
from nersemble.files import move_onto, reason_of, sync_to_disk, temporary_beside
from nersemble.opening import open_to_write

# Colour tags of a video, in FFmpeg's numbers (those of ITU-T H.273). The matrix is BT.601's, the
# default of programs that ignore the tag.
_MATRIX_BT601 = 6
_PRIMARIES_SRGB = 1
_TRANSFER_SRGB = 13
_STUDIO_RANGE = 1

_LAYOUTS = {3: "rgb24", 4: "rgba"}


@dataclass(frozen=True)
class Encoding:
    """How a video is encoded, in FFmpeg's terms. with_alpha: the pixel format of pictures with
    alpha; None if alpha is not supported."""

    container: str
    codec: str
    pixel_format: str
    with_alpha: str | None
    options: dict[str, str]
    container_options: dict[str, str] = field(default_factory=dict)


def h264(crf: int = 18) -> Encoding:
    """mp4; ``crf``: x264's constant rate factor, 0 (lossless) to 51; 18 looks like the original."""
    options = {"crf": str(crf)}
    return Encoding("mp4", "libx264", "yuv420p", None, options, {"movflags": "+faststart"})


VP9 = Encoding(
    "webm",
    "libvpx-vp9",
    "yuv420p",
    "yuva420p",
    # Without a target bit rate, the factor alone decides the quality.
    {"crf": "20", "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1"},
)
PRORES_4444 = Encoding(
    "mov", "prores_ks", "yuv444p10le", "yuva444p10le", {"profile": "4444", "alpha_bits": "16"}
)


class VideoWriter:
    """Writes pictures to a file and encodes them in the background; a context manager.

    The file gets its name only when the block succeeds; after an exception nothing is left.

    Chroma subsampling needs even sizes: an odd size is padded by repeating the last row or column.
    """

    def __init__(
        self,
        path: Path,
        fps: float,
        encoding: Encoding,
        *,
        folder_option: str = "--renders_path or NERSEMBLE_RENDERS_PATH",
    ) -> None:
        """Prepares a video.

        Args:
            path: of the file; its folder is created if necessary.
            fps: pictures per second.
            encoding: of the pictures.
            folder_option: the option that chooses another folder, for messages.
        """
        self._path = path
        self._fps = Fraction(fps).limit_denominator(65535)
        self._encoding = encoding
        self._folder_option = folder_option
        self._cleanup = ExitStack()
        self._tasks = Tasks()
        self._video: Any = None
        self._shape: tuple[int, ...] = ()

    def __enter__(self) -> "VideoWriter":
        """Open the file, so that an unwritable folder is found before rendering.

        Raises:
            RunError: it cannot be written.
            MissingDependencyError: the installed FFmpeg has no such encoder.
        """
        import imageio.v3 as iio

        _check_encoder(self._encoding)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._temporary = self._cleanup.enter_context(temporary_beside(self._path))
            # Unbuffered: on a full disk no buffered data is left that cannot be written.
            self._file = open_to_write(self._temporary, buffering=0)
            self._cleanup.callback(self._file.close)
            open_video: Any = iio.imopen  # its types do not know the plugins' arguments
            self._video = open_video(
                self._file,
                "w",
                plugin="pyav",
                extension=f".{self._encoding.container}",
                container=self._encoding.container,
                container_options=self._encoding.container_options,
            )
        except OSError as error:
            self._cleanup.close()
            raise self._unwritable(error) from error
        return self

    def append(self, picture: UInt8[np.ndarray, "h w c"]) -> None:
        """Adds the next picture, with alpha if it has a fourth value; all are like the first.

        It is encoded later: do not change it until the block ends. The caller waits only if several
        pictures are already queued.

        Raises:
            RunError: the file cannot be written.
            ValueError: its type or shape is wrong.
        """
        channels = (3, 4) if self._encoding.with_alpha else (3,)
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] not in channels:
            raise ValueError(
                f"A picture is uint8 [h, w, {channels}], not {picture.dtype} {picture.shape}."
            )
        if not self._shape:
            self._shape = picture.shape
            self._start_stream()
        if picture.shape != self._shape:
            raise ValueError(f"The video's pictures are {self._shape}, not {picture.shape}.")
        self._tasks.start(self._encode, picture)

    def _encode(self, picture: UInt8[np.ndarray, "h w c"]) -> None:
        rows, columns = picture.shape[0] % 2, picture.shape[1] % 2
        if rows or columns:
            picture = np.pad(picture, ((0, rows), (0, columns), (0, 0)), mode="edge")
        try:
            self._video.write_frame(picture, pixel_format=_LAYOUTS[picture.shape[2]])
        except OSError as error:
            raise self._unwritable(error) from error

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Finishes the video, or removes it after an exception.

        Raises:
            RunError: the file cannot be written.
            ValueError: no picture was appended.
        """
        with self._cleanup:
            try:
                self._tasks.__exit__(kind)
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
            move_onto(self._temporary, self._path)
        except OSError as error:
            raise self._unwritable(error) from error

    def _start_stream(self) -> None:
        encoding = self._encoding
        opaque = self._shape[2] == 3
        pixel_format = encoding.pixel_format if opaque else encoding.with_alpha
        self._video.init_video_stream(
            encoding.codec, fps=float(self._fps), pixel_format=pixel_format
        )
        # imageio has no public way to choose the quality or to mark the colours.
        stream = self._video._video_stream
        stream.options = encoding.options
        context = stream.codec_context
        context.colorspace = _MATRIX_BT601
        context.color_primaries = _PRIMARIES_SRGB
        context.color_trc = _TRANSFER_SRGB
        context.color_range = _STUDIO_RANGE

    def _close_quietly(self) -> None:
        """Close the file if it is still open, and ignore errors."""
        # The exception that ended the block must stay visible.
        with suppress(Exception):
            self._video.close()
        # Otherwise imageio would try to finish the file again when the object is deleted.
        self._video._video_stream = self._video._container = None

    def _unwritable(self, error: OSError) -> RunError:
        return RunError(
            f"Cannot write the video {self._path}: {reason_of(error)}; make room there or choose "
            f"another folder with {self._folder_option}."
        )


def _check_encoder(encoding: Encoding) -> None:
    import av

    try:
        av.Codec(encoding.codec, "w")
    except ValueError as error:  # av's UnknownCodecError
        raise MissingDependencyError(
            f"The FFmpeg in the package av cannot write {encoding.container} (it has no encoder "
            f"{encoding.codec}): install the wheel with pip install --force-reinstall av, or "
            "choose --format png."
        ) from error
