"""A submission to the NeRSemble NVS benchmark: its required content, and checks of a zip.

The requirements come from method.md, NVS benchmark, and from the public package nersemble-benchmark
0.2.0, whose own check is also used if it is installed.
"""

import io
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nersemble.data_manager.layout_videos import BENCHMARK_SIZE
from nersemble.data_manager.rig import FRAMES_PER_SECOND
from nersemble.data_manager.video_stream import open_stream
from nersemble.errors import RunError, printable
from nersemble.files import reason_of, written_whole
from nersemble.opening import open_to_read

_LISTED, _SHOWN = 4, 200
# Videos hardly compress; a member that compresses better is an attempt to fill the memory.
_LARGEST_RATIO = 10
# Errors of zipfile for damaged or encrypted archives.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError)


@dataclass(frozen=True)
class BenchmarkSequence:
    """A sequence of the benchmark and its number of frames."""

    participant: int
    name: str
    n_frames: int

    def __str__(self) -> str:
        return f"{self.participant} {self.name}"


@dataclass(frozen=True)
class Benchmark:
    """The required content of a submission: a video for each hidden camera of each sequence.

    crf: x264's quality, which cannot be checked in a file.
    """

    sequences: tuple[BenchmarkSequence, ...]
    hidden_serials: tuple[str, ...]
    width: int
    height: int
    fps: int
    crf: int

    def videos(self) -> dict[str, BenchmarkSequence]:
        """The sequence of each video, by its name in the zip."""
        return {
            member_name(sequence, serial): sequence
            for sequence in self.sequences
            for serial in self.hidden_serials
        }


NVS_BENCHMARK = Benchmark(
    sequences=(
        BenchmarkSequence(388, "GLASSES", 1118),
        BenchmarkSequence(422, "EXP-2-eyes", 517),
        BenchmarkSequence(443, "FREE", 1108),
        BenchmarkSequence(445, "EXP-6-tongue-1", 514),
        BenchmarkSequence(475, "HAIR", 259),
    ),
    hidden_serials=("222200046", "222200037", "222200039"),
    width=BENCHMARK_SIZE[0],
    height=BENCHMARK_SIZE[1],
    fps=FRAMES_PER_SECOND,
    crf=14,
)


def member_name(sequence: BenchmarkSequence, serial: str) -> str:
    """The name of a video in the zip."""
    return f"{sequence.participant:03d}/{sequence.name}/cam_{serial}.mp4"


def write_submission(path: Path, videos: Mapping[str, Path]) -> None:
    """Writes the zip atomically; videos are stored, because they do not compress.

    Args:
        path: the zip; an existing one is replaced.
        videos: the file for each member.

    Raises:
        RunError: a file cannot be read or the zip cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            written_whole(path) as temporary,
            zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive,
        ):
            for name, video in videos.items():
                archive.write(video, name)
    except OSError as error:
        raise RunError(f"Cannot write the submission {path}: {reason_of(error)}.") from error


def problems_of(path: Path, benchmark: Benchmark, *, allow_missing: bool = False) -> list[str]:
    """The problems of a zip, one sentence each: names, sizes, lengths and rates of its videos.

    Verifies every member's checksum and decodes its first picture. Unpacks nothing to disk.

    Args:
        path: the zip.
        benchmark: the requirements.
        allow_missing: whether videos may be missing.

    Raises:
        RunError: the file cannot be read.
    """
    try:
        with (
            open_to_read(path, linked=True) as file,
            zipfile.ZipFile(file) as archive,
        ):
            size = os.fstat(file.fileno()).st_size
            found = [info.filename for info in archive.infolist()]
            problems = _wrong_names(found, benchmark, allow_missing)
            for name, sequence in benchmark.videos().items():
                if name in found:
                    problems += _wrong_video(archive, name, sequence.n_frames, benchmark, size)
    except _UNREADABLE as error:
        return [printable(f"{path} is not a complete zip file ({error}): write it again.")]
    except OSError as error:
        raise RunError(f"Cannot read {path}: {reason_of(error)}.") from error
    return problems


def toolkit_problems(path: Path) -> list[str] | None:
    """The problems found by the package nersemble-benchmark; None if it is not installed.

    It queries its server for the lengths of the videos, at the address in its own settings.

    Raises:
        RunError: the package is installed, but its check fails.
    """
    try:
        from nersemble_benchmark.data.submission_data import NVSSubmissionDataReader
    except ImportError:
        return None
    try:
        issues: dict[str, list[Any]] = NVSSubmissionDataReader(str(path)).validate_submission()
    except (OSError, ValueError) as error:
        raise RunError(
            f"nersemble-benchmark cannot check {path} ({reason_of(error)}): it needs its address "
            "in ~/.config/nersemble_benchmark/.env, and the network."
        ) from error
    return [
        f"nersemble-benchmark finds {kind.replace('_', ' ')}: {_listed([str(i) for i in items])}."
        for kind, items in issues.items()
    ]


def _wrong_names(found: list[str], benchmark: Benchmark, allow_missing: bool) -> list[str]:
    wanted = list(benchmark.videos())
    missing = [name for name in wanted if name not in found]
    outside = [n for n in found if n.startswith(("/", "\\")) or ".." in n or ":" in n]
    extra = [name for name in found if name not in wanted and name not in outside]
    double = [name for name, count in Counter(found).items() if count > 1]
    problems = []
    if missing and not allow_missing:
        problems.append(f"{len(missing)} of {len(wanted)} videos are missing: {_listed(missing)}.")
    if outside:
        problems.append(f"Names lead out of the zip's folder: {_listed(outside)}.")
    if extra:
        problems.append(f"It has members that do not belong there: {_listed(extra)}.")
    if double:
        problems.append(f"It has several members of the same name: {_listed(double)}.")
    return problems


def _wrong_video(
    archive: zipfile.ZipFile, name: str, n_frames: int, benchmark: Benchmark, n_bytes: int
) -> list[str]:
    import av

    info = archive.getinfo(name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # An LZMA member may demand any amount of memory.
        return [f"{name} is compressed in an uncommon way: store it uncompressed."]
    stored = info.compress_size
    if stored > n_bytes:
        return [f"{name} is damaged in the zip (its size is larger than the zip's)."]
    if info.file_size > _LARGEST_RATIO * stored:
        return [f"{name} is not a video: it would grow from {stored} to {info.file_size} bytes."]
    try:
        content = archive.read(name)
    except _UNREADABLE as error:
        return [printable(f"{name} is damaged in the zip ({error}).")]
    try:
        container, stream = open_stream(io.BytesIO(content))
        with container:
            size, rate = (stream.width, stream.height), stream.average_rate
            next(container.decode(stream))
            container.seek(0)
            count = sum(bool(packet.size) for packet in container.demux(stream))
    except (av.error.FFmpegError, ValueError, StopIteration):
        return [f"{name} is not a readable video."]
    problems = []
    if size != (benchmark.width, benchmark.height):
        problems.append(
            f"{name} has {size[0]}x{size[1]} pixels instead of {benchmark.width}x"
            f"{benchmark.height}."
        )
    if count != n_frames:
        problems.append(f"{name} has {count} frames instead of {n_frames}.")
    if rate != benchmark.fps:
        shown = f"{float(rate):g} frames a second" if rate else "no rate"
        problems.append(f"{name} has {shown} instead of {benchmark.fps}.")
    return problems


def _listed(names: list[str]) -> str:
    more = len(names) - _LISTED
    return printable(", ".join(name[:_SHOWN] for name in names[:_LISTED])) + (
        f" and {more} more" if more > 0 else ""
    )
