"""Single pictures out of an mp4, in any order (spec, sections 1.2 and 1.3)."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from jaxtyping import UInt8

from nersemble.data_manager.orientation import (
    UPRIGHT,
    described,
    display_orientation,
    turned,
    turned_size,
)
from nersemble.data_manager.picture_files import MAX_PIXELS, Size
from nersemble.data_manager.pixels import MaskCoding, some_of
from nersemble.errors import CaptureError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.reformatter import VideoReformatter
    from av.video.stream import VideoStream

_MAX_CACHED = 4


@dataclass(frozen=True)
class _Index:
    """What a pass over the packets tells, without decoding.

    numbers: the picture's number of each presentation time.
    keyframes: for each picture, (number, presentation time) of where decoding has to begin.
    """

    numbers: dict[int, int]
    keyframes: list[tuple[int, int]]


def open_stream(file: str | BinaryIO) -> "tuple[InputContainer, VideoStream]":
    """Opens a file and finds its first video.

    Raises:
        ValueError: it is no video that can be decoded; says why, to be read after "it is damaged".
    """
    import av

    try:
        container = _opened(file)
    except (OSError, ValueError, av.error.FFmpegError) as error:
        raise ValueError("its header cannot be read") from error
    stream = next(iter(container.streams.video), None)
    problem = "it holds no video stream" if stream is None else _problem_of(stream)
    if stream is None or problem:
        container.close()
        raise ValueError(problem)
    # Also for sizes that only the compressed pictures tell.
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    return container, stream


def _opened(file: str | BinaryIO) -> "InputContainer":
    """The file, whatever its title holds: that is of no interest, so it need not be UTF-8."""
    import av

    # Newer versions take any title, and do not know the option.
    knows_option = int(av.__version__.split(".")[0]) < 19
    options: dict[str, Any] = {"metadata_errors": "replace"} if knows_option else {}
    return av.open(file, "r", **options)


def _problem_of(stream: "VideoStream") -> str:
    # Although it is typed as always there.
    if getattr(stream, "codec_context", None) is None:
        return "its pictures are compressed in an unknown way"
    width, height = stream.width, stream.height
    if not 0 < width * height <= MAX_PIXELS:
        return f"its pictures have {width}x{height} pixels"
    return ""


class VideoReader:
    """The pictures of one camera's video, numbered from 0. Safe to use from many threads.

    Going forward decodes each picture once. A jump decodes from the keyframe before the picture.
    The newest few decoded pictures are kept, because several threads that share a video ask for
    neighbours in no strict order; anything more is the business of whoever asks.
    """

    def __init__(self, path: Path, serial: str, *, upright: bool = True) -> None:
        """Reads the header and the first picture, which knows how it is to be turned.

        Args:
            path: of the video.
            serial: of its camera, for messages.
            upright: turn the pictures as the display matrix says; otherwise they are as stored.

        Raises:
            CaptureError: the file is missing, truncated or no video.
        """
        self.path = path
        self._serial = serial
        self._lock = threading.Lock()
        self._cache: OrderedDict[int, VideoFrame] = OrderedDict()
        self._container: InputContainer | None = None
        self._converter: VideoReformatter | None = None
        self._index: _Index | None = None
        self._frames: Iterator[VideoFrame] = iter(())
        self._position = -1
        self._mask_coding = MaskCoding(self._examples)
        self._orientation = self._read_orientation() if upright else UPRIGHT
        container, stream = self._open()
        with container:
            if stream.metadata.get("alpha_mode") == "1":
                raise CaptureError(
                    f"Video {path} (camera {serial}) hides colours by an alpha of VP8 or VP9, "
                    f"which is not read here: convert it to PNGs, or to ProRes 4444 in a .mov."
                )
            self._stored_size: Size = (stream.width, stream.height)
            self.size = turned_size(self._stored_size, self._orientation)
            announced = stream.frames
            self.n_frames = announced or len(self._read_index(container, stream).keyframes)
        if self.n_frames == 0:
            raise CaptureError(f"Video {path} (camera {serial}) holds no picture: get it again.")

    def orientation(self) -> str:
        """The mark by which the pictures are turned, in words; empty if they are not."""
        return described(self._orientation, "display matrix")

    def read_mask(self, number: int) -> UInt8[np.ndarray, "h w"]:
        """One picture as alpha, see ``pixels.MaskCoding``.

        Raises:
            CaptureError: as :meth:`read`, and if it is no mask.
        """
        try:
            return self._mask_coding.alpha(self.read(number))
        except ValueError as error:
            raise CaptureError(
                f"Cannot read frame {number} of video {self.path} (camera {self._serial}): {error}."
            ) from error

    def read(self, number: int) -> UInt8[np.ndarray, "h w c"]:
        """One picture, upright: sRGB, and alpha as a fourth channel where it hides something.

        Raises:
            CaptureError: the video ends before it or is damaged.
        """
        import av
        from av.video.reformatter import VideoReformatter

        if not 0 <= number < self.n_frames:
            raise CaptureError(
                f"Video {self.path} (camera {self._serial}) has no frame {number}: it has "
                f"{self.n_frames} frames from 0 to {self.n_frames - 1}."
            )
        with self._lock:
            frame = self._cache.get(number)
            if frame is None:
                frame = self._decode(number)
            if (frame.width, frame.height) != self._stored_size:
                raise self._damaged(f"frame {number} has another size")
            # One's own, and closed with the file: that of PyAV belongs to the thread, and it has
            # helpers that a forked process waits for in vain.
            self._converter = self._converter or VideoReformatter()
            try:
                # Bicubic for the chroma, as in OpenCV, which the public data managers use.
                channels = "rgba" if any(c.is_alpha for c in frame.format.components) else "rgb24"
                converted = self._converter.reformat(
                    frame, format=channels, interpolation="BICUBIC"
                )
                pixels = converted.to_ndarray()
            except (OSError, av.error.FFmpegError) as error:
                raise self._damaged(f"frame {number} cannot be converted to RGB") from error
        if pixels.shape[2] == 4 and (pixels[..., 3] == 255).all():
            pixels = pixels[..., :3]
        return turned(pixels, self._orientation)

    def close(self) -> None:
        """Closes the file and forgets the decoded pictures; reading opens it again."""
        with self._lock:
            self._cache.clear()
            self._frames = iter(())
            self._position = -1
            self._converter = None
            if self._container is not None:
                self._container.close()
                self._container = None

    def _open(self) -> "tuple[InputContainer, VideoStream]":
        if not self.path.is_file():
            raise CaptureError(f"Video {self.path} (camera {self._serial}) does not exist.")
        try:
            return open_stream(str(self.path))
        except ValueError as error:
            raise self._damaged(str(error)) from error

    def _read_orientation(self) -> int:
        import av

        container, stream = self._open()
        with container:
            try:
                frame = next(container.decode(stream), None)
            except (OSError, av.error.FFmpegError):
                return UPRIGHT  # whoever reads a picture says that it is damaged
            try:
                return UPRIGHT if frame is None else display_orientation(frame)
            except ValueError as error:
                raise CaptureError(
                    f"Cannot read video {self.path} (camera {self._serial}): {error}."
                ) from error

    def _examples(self) -> Iterator[np.ndarray[Any, Any]]:
        for number in some_of(range(self.n_frames)):
            with suppress(CaptureError):
                yield self.read(number)

    def _damaged(self, what: str) -> CaptureError:
        return CaptureError(
            f"Video {self.path} (camera {self._serial}) is truncated or damaged, {what}: get it "
            f"again."
        )

    def _read_index(self, container: "InputContainer", stream: "VideoStream") -> _Index:
        import av

        packets: list[tuple[int, bool]] = []
        try:
            for packet in container.demux(stream):
                if packet.is_corrupt:
                    break
                if packet.pts is not None and packet.size:
                    packets.append((packet.pts, packet.is_keyframe))
        except (OSError, av.error.FFmpegError) as error:
            raise self._damaged(f"after {len(packets)} frames it cannot be read") from error
        if len(packets) < stream.frames:
            raise self._damaged(f"only {len(packets)} of its {stream.frames} frames are there")
        packets.sort()
        keyframes: list[tuple[int, int]] = []
        for number, (time, is_keyframe) in enumerate(packets):
            begins = is_keyframe or not keyframes
            keyframes.append((number, time) if begins else keyframes[-1])
        return _Index({time: number for number, (time, _) in enumerate(packets)}, keyframes)

    def _decode(self, number: int) -> "VideoFrame":
        import av

        if self._container is None:
            self._container, stream = self._open()
        else:
            stream = self._container.streams.video[0]
        try:
            if self._index is None:
                self._index = self._read_index(self._container, stream)
            first, time = self._index.keyframes[number]
            # Nothing is saved by a jump to the very next picture, a keyframe or not.
            if max(first - 1, 0) <= self._position < number and (frame := self._forward(number)):
                return frame
            # A few files seek to too late a keyframe; those are decoded from their beginning.
            for target in (time, self._index.keyframes[0][1]):
                self._container.seek(target, stream=stream)
                self._frames, self._position = self._container.decode(stream), -1
                if frame := self._forward(number):
                    return frame
        except (OSError, av.error.FFmpegError) as error:
            self._position = -1
            raise self._damaged(f"frame {number} cannot be decoded") from error
        self._position = -1
        raise self._damaged(f"frame {number} cannot be decoded")

    def _forward(self, number: int) -> "VideoFrame | None":
        """Decodes up to a picture; None if the decoder is past it or its data are damaged."""
        assert self._index is not None
        for frame in self._frames:
            found = -1 if frame.pts is None else self._index.numbers.get(frame.pts, -1)
            self._position = max(self._position, found)
            if found >= 0 and not frame.is_corrupt:
                self._cache[found] = frame
                while len(self._cache) > _MAX_CACHED:
                    self._cache.popitem(last=False)
            if found >= number:
                return frame if found == number and not frame.is_corrupt else None
        return None
