"""Reads single pictures of an mp4, in any order (method.md, NVS benchmark and Version 2)."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import UInt8

from nersemble.data_manager.color_codes import other_colors
from nersemble.data_manager.config import Size
from nersemble.data_manager.orientation import (
    UPRIGHT,
    described,
    display_orientation,
    turned,
    turned_size,
)
from nersemble.data_manager.pixels import MaskCoding
from nersemble.data_manager.video_index import (
    Index,
    Packet,
    counted,
    index_of,
    overlap,
    reaches_end,
    shows_all,
)
from nersemble.data_manager.video_stream import open_stream, timecode_of, videos
from nersemble.errors import CaptureError
from nersemble.files import reason_of
from nersemble.opening import regular_file

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.format import VideoFormat
    from av.video.frame import VideoFrame
    from av.video.reformatter import VideoReformatter
    from av.video.stream import VideoStream

_log = logging.getLogger("nersemble.data")

_MAX_CACHED = 4


class VideoReader:
    """The pictures of one camera's video, numbered from 0. Thread-safe.

    Reading forward decodes each picture once. A jump decodes from the keyframe before the picture.
    The last few decoded pictures are kept, because threads that share a video read neighbouring
    pictures in varying order; callers must keep more themselves.

    linked: as in ``opening``, for videos that a user arranged.
    """

    linked = False

    def __init__(self, path: Path, serial: str, *, upright: bool = True) -> None:
        """Reads the header, the first picture, which has the orientation, and every packet if the
        header does not tell how many pictures are shown.

        ``pixel_aspect`` is the width of a pixel divided by its height, ``other_colors`` describes
        colours that are not sRGB (see ``color_codes``), ``rate`` is the frame rate (0 if unknown)
        and ``start`` the time of the first picture in seconds, all from the header. ``may_hide``
        says whether pictures may have alpha.

        Args:
            path: the video.
            serial: its camera, for messages.
            upright: turn the pictures as the display matrix says; otherwise keep them as stored.

        Raises:
            CaptureError: the file is missing, truncated or not a video.
        """
        self.path = path
        self._serial = serial
        self._lock = threading.Lock()
        self._cache: OrderedDict[int, VideoFrame] = OrderedDict()
        self._container: InputContainer | None = None
        self._stream: VideoStream | None = None
        self._converter: VideoReformatter | None = None
        self._index: Index | None = None
        self._frames: Iterator[VideoFrame] = iter(())
        self._position = -1
        self._orientation = self._read_orientation() if upright else UPRIGHT
        container, stream = self._open()
        with container:
            if stream.metadata.get("alpha_mode") == "1" and not _has_alpha(stream.format):
                raise CaptureError(
                    f"Video {path} (camera {serial}) has an alpha channel of VP8 or VP9, which is "
                    f"not supported: convert it to PNGs, or to ProRes 4444 in a .mov."
                )
            self._stored_size: Size = (stream.width, stream.height)
            self.size = turned_size(self._stored_size, self._orientation)
            self.pixel_aspect = _pixel_aspect(stream, self._orientation)
            context = stream.codec_context
            self.may_hide = _has_alpha(stream.format)
            self.other_colors = other_colors(context.color_primaries, context.color_trc)
            self.timecode = timecode_of(container, stream)
            self.rate = float(stream.average_rate or 0)
            self.start = float((stream.start_time or 0) * (stream.time_base or 1))
            self._seconds_per_tick = float(stream.time_base or 1)
            if len(videos(container)) > 1:
                _log.warning(
                    "%s (camera %s) holds %d videos; stream %d is read: to read another one, "
                    "extract it with ffmpeg.",
                    *(path, serial, len(videos(container)), stream.index),
                )
            if shows_all(container, stream):
                self.n_frames = stream.frames
            else:
                self._index = self._read_index(container, stream)
                self.n_frames = len(self._index.keyframes)
        if self.n_frames == 0:
            raise CaptureError(f"Video {path} (camera {serial}) holds no pictures: copy it again.")
        self._mask_coding = MaskCoding(range(self.n_frames), self.read)

    def orientation(self) -> str:
        """The mark by which the pictures are turned, as text; empty if they are not."""
        return described(self._orientation, "display matrix")

    def is_interlaced(self) -> bool:
        """Whether the lines of a picture alternate between two moments, according to its mark."""
        first = self._first_picture()
        return first is not None and first.interlaced_frame

    def read_mask(self, number: int) -> UInt8[np.ndarray, "h w"]:
        """One picture as alpha, see ``pixels.MaskCoding``.

        Raises:
            CaptureError: as :meth:`read`, and if it is not a mask.
        """
        try:
            return self._mask_coding.alpha(self.read(number))
        except ValueError as error:
            raise CaptureError(
                f"Cannot read frame {number} of video {self.path} (camera {self._serial}): {error}."
            ) from error

    def read(self, number: int) -> UInt8[np.ndarray, "h w c"]:
        """One picture, upright: sRGB, with alpha as a fourth channel if it hides something.

        Raises:
            CaptureError: the video ends earlier or is damaged.
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
            # A converter of our own, closed with the file: PyAV's belongs to the thread, and a
            # forked process would wait for its helper threads for ever.
            self._converter = self._converter or VideoReformatter()
            try:
                # Bicubic for the chroma, like OpenCV in the public data managers.
                channels = "rgba" if _has_alpha(frame.format) else "rgb24"
                converted = self._converter.reformat(
                    frame, format=channels, interpolation="BICUBIC"
                )
                pixels = converted.to_ndarray()
            except (OSError, av.error.FFmpegError) as error:
                raise self._damaged(f"frame {number} cannot be converted to RGB") from error
        if pixels.shape[2] == 4 and (pixels[..., 3] == 255).all():
            pixels = pixels[..., :3]
        return turned(pixels, self._orientation)

    def times(self) -> list[float]:
        """The presentation time of each picture in seconds, from the file's time stamps.

        Corrects ``n_frames`` if the header has the wrong number.

        Raises:
            CaptureError: the file is truncated or damaged.
        """
        with self._lock:
            if self._index is None:
                container, stream = self._open()
                with container:
                    self._index = self._read_index(container, stream)
                self.n_frames = len(self._index.keyframes)
            return [time * self._seconds_per_tick for time in self._index.numbers]

    def close(self) -> None:
        """Closes the file and drops the decoded pictures; reading opens it again."""
        with self._lock:
            self._cache.clear()
            self._frames = iter(())
            self._position = -1
            self._converter = None
            if self._container is not None:
                self._container.close()
                self._container = self._stream = None

    def _open(self) -> "tuple[InputContainer, VideoStream]":
        try:
            return open_stream(str(regular_file(self.path, linked=self.linked)))
        except FileNotFoundError:
            raise CaptureError(
                f"Video {self.path} (camera {self._serial}) does not exist."
            ) from None
        except OSError as error:
            raise CaptureError(
                f"Cannot open video {self.path} (camera {self._serial}): {reason_of(error)}."
            ) from error
        except ValueError as error:
            raise self._damaged(str(error)) from error

    def _read_orientation(self) -> int:
        first = self._first_picture()
        try:
            # Damage is reported later, when a picture is read.
            return UPRIGHT if first is None else display_orientation(first)
        except ValueError as error:
            raise CaptureError(
                f"Cannot read video {self.path} (camera {self._serial}): {error}."
            ) from error

    def _damaged(self, what: str) -> CaptureError:
        return CaptureError(
            f"Video {self.path} (camera {self._serial}) is truncated or damaged, {what}: copy it "
            f"again."
        )

    def _read_index(self, container: "InputContainer", stream: "VideoStream") -> Index:
        import av

        packets: list[Packet] = []
        has_times = True
        try:
            for packet in container.demux(stream):
                if packet.is_corrupt:
                    break
                if packet.size:
                    has_times &= packet.pts is not None
                    kind = (packet.is_keyframe, packet.is_discard)
                    packets.append(Packet(packet.pts or 0, packet.duration or 0, *kind))
            # AVI stores no times; those that FFmpeg guesses are wrong if pictures are reordered.
            guessed = container.format.name == "avi" and not all(p.is_keyframe for p in packets)
            if guessed or not has_times or overlap(packets):
                return counted(container, stream)
        except (OSError, av.error.FFmpegError) as error:
            raise self._damaged(f"after {len(packets)} frames it cannot be read") from error
        first = self._first_picture()
        index = index_of(packets, None if first is None else first.pts)
        if len(packets) < stream.frames and not reaches_end(packets, stream):
            raise self._damaged(f"only {len(packets)} of its {stream.frames} frames are present")
        return index

    def _first_picture(self) -> "VideoFrame | None":
        """The first picture that can be decoded; None without one."""
        import av

        container, stream = self._open()  # reopened: seeking needs an earlier keyframe
        with container:
            try:
                return next((f for f in container.decode(stream) if not f.is_corrupt), None)
            except (OSError, av.error.FFmpegError):
                return None

    def _decode(self, number: int) -> "VideoFrame":
        import av

        if self._container is None or self._stream is None:
            self._container, self._stream = self._open()
        stream = self._stream
        try:
            if self._index is None:
                self._index = self._read_index(self._container, stream)
            if number >= len(self._index.keyframes):
                raise self._damaged(f"only {len(self._index.keyframes)} frames are present")
            first, time = self._index.keyframes[number]
            # Jumping to the next picture saves nothing, keyframe or not.
            if max(first - 1, 0) <= self._position < number and (frame := self._forward(number)):
                return frame
            # In a few files seeking ends too late; they are decoded from the beginning.
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
            if self._index.counted:
                found = self._position + 1
            else:
                found = -1 if frame.pts is None else self._index.numbers.get(frame.pts, -1)
            self._position = max(self._position, found)
            if found >= 0 and not frame.is_corrupt:
                self._cache[found] = frame
                while len(self._cache) > _MAX_CACHED:
                    self._cache.popitem(last=False)
            if found >= number:
                return frame if found == number and not frame.is_corrupt else None
        return None


def _has_alpha(pixels: "VideoFormat | None") -> bool:
    if pixels is None:  # of a file that is cut off
        return False
    return pixels.name == "pal8" or any(part.is_alpha for part in pixels.components)


def _pixel_aspect(stream: "VideoStream", orientation: int) -> Fraction:
    """Width of a pixel divided by its height in the turned picture; 1 if unknown."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    return 1 / aspect if orientation >= 5 else aspect
