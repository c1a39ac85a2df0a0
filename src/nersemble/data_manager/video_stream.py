"""Chooses a file's video stream and reads its timecode."""

from typing import TYPE_CHECKING, Any, BinaryIO

from nersemble.data_manager.picture_files import MAX_PIXELS

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

# FFmpeg knows hundreds, and detects them by content: one of them, a script, opens other files.
_CONTAINERS = ("mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "avi", "mpegts")
# A stream with one picture in these formats beside a video is its cover.
_STILL_CODECS = ("mjpeg", "png", "bmp")


def open_stream(file: str | BinaryIO) -> "tuple[InputContainer, VideoStream]":
    """Opens a file and finds its video: the largest stream, or the first of equally large ones.

    Raises:
        ValueError: it is not a decodable video; says why, to follow the words "it is damaged".
    """
    import av

    try:
        container = _opened(file)
    except (OSError, ValueError, av.error.FFmpegError) as error:
        raise ValueError(
            "its header cannot be read as that of an MP4, MOV, MKV, WebM, AVI or MPEG-TS"
        ) from error
    stream = max(videos(container), key=_area, default=None)
    problem = "it holds no video stream" if stream is None else _problem_of(stream)
    if stream is None or problem:
        container.close()
        raise ValueError(problem)
    # Applies even if only the compressed pictures tell their size.
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    return container, stream


def _opened(file: str | BinaryIO) -> "InputContainer":
    """Opens the file; its title, which is not used, may have any encoding."""
    import av

    # Newer versions accept any title and lack the option.
    knows_option = int(av.__version__.split(".")[0]) < 19
    options: dict[str, Any] = {"metadata_errors": "replace"} if knows_option else {}
    return av.open(file, "r", options={"format_whitelist": ",".join(_CONTAINERS)}, **options)


def videos(container: "InputContainer") -> "list[VideoStream]":
    """The videos of a file, without its cover."""
    streams = list(container.streams.video)
    moving = [stream for stream in streams if not _is_still(stream)]
    return moving or streams


def _is_still(stream: "VideoStream") -> bool:
    context = getattr(stream, "codec_context", None)
    return context is not None and context.name in _STILL_CODECS


def _area(stream: "VideoStream") -> int:
    known = getattr(stream, "codec_context", None) is not None
    return stream.width * stream.height if known else 0


def _problem_of(stream: "VideoStream") -> str:
    # May be None, despite its type.
    if getattr(stream, "codec_context", None) is None:
        return "its pictures are compressed in an unknown way"
    width, height = stream.width, stream.height
    if not 0 < width * height <= MAX_PIXELS:
        return f"its pictures have {width}x{height} pixels"
    return ""


def timecode_of(container: "InputContainer", stream: "VideoStream") -> str:
    """The timecode of the first picture, ``HH:MM:SS:FF``; drop-frame with ``;``; empty if none."""
    for owner in (stream, container, *container.streams):
        for key, value in owner.metadata.items():
            if key.lower() == "timecode":
                return str(value)
    return ""
