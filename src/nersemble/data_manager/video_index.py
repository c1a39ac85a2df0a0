"""The pictures that a video shows, their order, and where decoding must begin for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

# At most this many pictures are stored before one that is shown earlier (H.264, HEVC).
_MAX_REORDERED = 16


@dataclass(frozen=True)
class Index:
    """The pictures that a player shows, without those hidden by cuts and edit lists.

    numbers: the picture's number for each presentation time.
    keyframes: for each picture, (number, presentation time) where decoding must begin.
    counted: presentation times are wrong, so pictures are counted while decoding.
    """

    numbers: dict[int, int]
    keyframes: list[tuple[int, int]]
    counted: bool = False


class Packet(NamedTuple):
    """A compressed picture without its data; times in the stream's ticks."""

    time: int
    duration: int
    is_keyframe: bool
    is_hidden: bool


def shows_all(container: "InputContainer", stream: "VideoStream") -> bool:
    """Whether the header's number of pictures is the number of shown pictures.

    If an edit list or a cut hides pictures, they are at the beginning or the duration is shorter.
    """
    import av

    if container.format.name == "avi" or not (stream.duration and stream.average_rate):
        return False
    try:
        begin = list(islice(container.demux(stream), _MAX_REORDERED + 1))
        container.seek(0)
    except (OSError, av.error.FFmpegError):
        return False
    first = begin[0] if begin else None
    if (
        first is None
        or not first.is_keyframe
        or any(
            packet.is_discard or (packet.size and (packet.pts or 0) < (first.pts or 0))
            for packet in begin
        )
    ):
        return False
    seconds = stream.duration * (stream.time_base or 1)
    return round(seconds * stream.average_rate) == stream.frames > 0


def overlap(packets: Sequence[Packet]) -> bool:
    """Whether a keyframe is shown before pictures that are stored before it, as in badly joined
    videos."""
    latest = accumulate((packet.time for packet in packets), max)
    return any(
        packet.is_keyframe and packet.time < last
        for packet, last in zip(packets, latest, strict=True)
    )


def index_of(packets: Sequence[Packet], first: int | None) -> Index:
    """The shown pictures, from the first decodable one."""
    numbers: dict[int, int] = {}
    keyframes: list[tuple[int, int]] = []
    begin: tuple[int, int] | None = None
    for packet in sorted(packets):
        if packet.is_keyframe or begin is None:
            begin = (len(keyframes), packet.time)
        before = first is not None and packet.time < first
        if not (packet.is_hidden or before or packet.time in numbers):
            numbers[packet.time] = len(keyframes)
            keyframes.append(begin)
    return Index(numbers, keyframes)


def counted(container: "InputContainer", stream: "VideoStream") -> Index:
    """An index made by decoding everything, for files without presentation times (AVI)."""
    container.seek(0)
    times = [frame.pts for frame in container.decode(stream)]
    known = {time for time in times if time is not None}
    if len(known) < len(times):
        rate = stream.guessed_rate or stream.average_rate or 1
        ticks = 1 / (rate * (stream.time_base or 1))
        known = {round(number * ticks) for number in range(len(times))}
    first = min(known, default=0)
    numbers = {time - first: number for number, time in enumerate(sorted(known))}
    return Index(numbers, [(0, stream.start_time or 0)] * len(numbers), counted=True)


def reaches_end(packets: Sequence[Packet], stream: "VideoStream") -> bool:
    """Whether the packets last as long as the header says; otherwise an edit list hides some."""
    if not packets or stream.duration is None:
        return False
    last = max(packets)
    return last.time + 1.5 * last.duration >= (stream.start_time or 0) + stream.duration
