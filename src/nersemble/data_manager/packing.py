"""Packs a capture: decodes each picture once into the files of ``packed_files``.

Timesteps are written whole or not at all. They are kept when packing is interrupted, and packed
again when the content of a source changes.
"""

import dataclasses
import errno
import hashlib
import itertools
import json
import os
import shutil
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nersemble.data_manager.capture import Capture
from nersemble.data_manager.faults import FaultNotices
from nersemble.data_manager.forked import can_fork, run_forked
from nersemble.data_manager.packed_files import (
    PackedFrame,
    Shard,
    Source,
    bytes_of_a_pixel,
    foreground_box,
    interleave,
    read_shard,
    read_stored,
    record_path,
)
from nersemble.errors import CaptureError, StoreError
from nersemble.files import (
    file_locked,
    reason_of,
    replace_json,
    sha256_of,
    written_whole,
)
from nersemble.machine import n_usable_cores
from nersemble.opening import open_to_read, open_to_write

# For fewer pictures, forking costs more than it saves.
_FEWEST_FOR_PROCESSES = 100
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Packed:
    """The result of packing: numbers of pictures written now and kept from before."""

    n_written: int
    n_kept: int


class Packer:
    """Packs the pictures of some cameras at some timesteps into a folder."""

    def __init__(
        self,
        capture: Capture,
        serials: Sequence[str],
        frame_numbers: Sequence[int],
        folder: Path,
        *,
        source_root: Path,
        workers: int | None = None,
    ) -> None:
        """Prepares; reads nothing yet.

        Args:
            capture: the source of the pictures.
            serials: the cameras.
            frame_numbers: the capture's frames.
            folder: from ``packed_files.store_folder``.
            source_root: the data folder; sources are recorded by their path below it.
            workers: number of processes; None: one for each core.
        """
        self._capture = capture
        self._serials, self._frame_numbers = tuple(serials), tuple(frame_numbers)
        self._folder, self._root = folder, source_root
        self._workers = workers or n_usable_cores()
        self._hashes: dict[tuple[Path, int, int], str] = {}
        self._hash_locks: dict[Path, threading.Lock] = {}
        self._faults = FaultNotices()

    def is_packed(self) -> bool:
        """Whether all pictures are packed from the current sources."""
        return self._folder.is_dir() and not self._stale()

    def check_room(self) -> None:
        """Creates the folder and checks that the disk has room even if no picture has an empty
        background.

        Raises:
            StoreError: the disk is too small, or the folder cannot be written.
        """
        with self._writing("create a folder"):
            self._folder.mkdir(parents=True, exist_ok=True)
        self._check_room(len(self._stale()))

    def pack(
        self, progress: Callable[[int, int], None] | None = None, *, verify: bool = False
    ) -> Packed:
        """Packs pictures that are not yet packed, or whose sources changed.

        Waits while another process packs into the folder, then reuses what it packed.

        Args:
            progress: called in this thread with (pictures done, pictures in total).
            verify: also verify the checksums of packed pictures.

        Raises:
            CaptureError: a picture cannot be read.
            StoreError: the folder cannot be written, or the disk is too small.
        """
        n_images = len(self._serials) * len(self._frame_numbers)
        with self._writing("create a folder"):
            self._folder.mkdir(parents=True, exist_ok=True)
        remedy = "choose another folder with --store_path"
        with file_locked(self._folder / ".lock", error=StoreError, remedy=remedy):
            self._remove_leftovers()
            stale = self._stale(verify=verify, renew=True)
            n_kept = n_images - len(stale) * len(self._serials)
            self._check_room(len(stale))
            if progress is not None:
                progress(n_kept, n_images)
            self._pack_all(stale, lambda n: progress(n_kept + n, n_images) if progress else None)
        return Packed(n_images - n_kept, n_kept)

    def _stale(self, *, verify: bool = False, renew: bool = False) -> list[int]:
        """The frame numbers that must be packed.

        Args:
            verify: verify the pixels' checksums.
            renew: record new times of sources whose content is unchanged; needs the lock.
        """
        with ThreadPoolExecutor(self._workers) as pool:
            checks = pool.map(lambda n: self._is_current(n, verify, renew), self._frame_numbers)
            return [
                n for n, current in zip(self._frame_numbers, checks, strict=True) if not current
            ]

    def _is_current(self, frame_number: int, verify: bool, renew: bool) -> bool:
        try:
            shard = read_shard(self._folder, frame_number)
            if verify:
                self._verify(shard)
        except (OSError, ValueError):
            return False
        now = {}
        for serial in self._serials:
            packed = shard.frames.get(serial)
            if packed is None:
                return False
            sources = self._unchanged(packed, serial, frame_number)
            if sources is None:
                return False
            now[serial] = dataclasses.replace(packed, sources=sources)
        if renew and any(now[serial] != shard.frames[serial] for serial in self._serials):
            renewed = dataclasses.replace(shard, frames={**shard.frames, **now})
            self._write_record(frame_number, renewed)
        return True

    def _unchanged(
        self, packed: PackedFrame, serial: str, frame_number: int
    ) -> Mapping[str, Source] | None:
        """The current sources, if their content is what was packed; else None."""
        paths = self._paths(serial, frame_number)
        if paths.keys() != packed.sources.keys():
            return None
        now = {}
        for name, path in paths.items():
            known, (size, mtime_ns) = packed.sources[name], _size_and_time(path)
            if (size, mtime_ns) != (known.size, known.mtime_ns):
                source = self._source(path)
                if source.sha256 != known.sha256:
                    return None
                known = source
            now[name] = known
        return now

    def _paths(self, serial: str, frame_number: int) -> dict[str, Path]:
        paths = self._capture.sources(serial, frame_number)
        return {Path(os.path.relpath(path, self._root)).as_posix(): path for path in paths}

    def _source(self, path: Path) -> Source:
        # Taken before reading: a later change is noticed the next time.
        size, mtime_ns = _size_and_time(path)
        key = (path, size, mtime_ns)
        # All timesteps may share a file: the first thread reads it, the others wait.
        with self._hash_locks.setdefault(path, threading.Lock()):
            if key not in self._hashes:
                try:
                    self._hashes[key] = sha256_of(path)
                except OSError as error:
                    raise _unreadable(path, error) from error
        return Source(size, mtime_ns, self._hashes[key])

    def _verify(self, shard: Shard) -> None:
        with open_to_read(self._folder / shard.pixels) as file:
            for frame in shard.frames.values():
                read_stored(file, frame)

    def _check_room(self, n_timesteps: int) -> None:
        width, height = self._capture.picture_size
        per_picture = width * height * bytes_of_a_pixel(self._capture.has_depth)
        needed = n_timesteps * len(self._serials) * per_picture
        free = shutil.disk_usage(self._folder).free
        if needed > free:
            raise StoreError(
                f"Packing {n_timesteps} timesteps of {len(self._serials)} cameras into "
                f"{self._folder} takes up to {needed} bytes, but only {free} are free there: free "
                f"disk space, choose another folder with --store_path, or train with --frame_store "
                f"memory."
            )

    def _pack_all(self, frame_numbers: Sequence[int], done: Callable[[int], None]) -> None:
        n_done = 0

        def note(n_pictures: int) -> None:
            nonlocal n_done
            n_done += n_pictures
            done(n_done)

        n_processes = min(self._workers, len(frame_numbers))
        few = len(frame_numbers) * len(self._serials) < _FEWEST_FOR_PROCESSES
        if few or n_processes < 2 or not can_fork():
            for number in frame_numbers:
                note(self._pack_timestep(number))
            return
        # Sources that timesteps share, such as whole videos, are hashed before forking.
        for serial in self._serials:
            for path in self._paths(serial, frame_numbers[0]).values():
                self._source(path)
        self._capture.close()
        # A video is read forward: neighbouring timesteps go to one process.
        bounds = [len(frame_numbers) * i // n_processes for i in range(n_processes + 1)]
        shares = [frame_numbers[first:end] for first, end in itertools.pairwise(bounds)]
        run_forked(shares, self._pack_timestep, note)

    def _pack_timestep(self, frame_number: int) -> int:
        """Packs the pictures of a timestep; returns how many belong to this run's cameras."""
        known = self._known(frame_number)
        serials = self._serials_with(known)
        sources = {
            serial: {
                name: self._source(path) for name, path in self._paths(serial, frame_number).items()
            }
            for serial in serials
        }
        frames: dict[str, PackedFrame] = {}
        name = f"frame_{frame_number:05d}-{_tag(sources)}.pixels"
        target = self._folder / name
        with self._writing(f"pack timestep {frame_number}"):
            offset = 0
            with written_whole(target) as temporary, open_to_write(temporary) as file:
                for serial in serials:
                    kept = self._stored(known, serial, sources[serial])
                    entry, pixels = kept or self._read(serial, frame_number, sources[serial])
                    file.write(pixels)
                    frames[serial] = dataclasses.replace(entry, offset=offset)
                    offset += len(pixels)
            self._write_record(frame_number, Shard(name, offset, frames))
            self._remove_pixels(frame_number, kept=name)
        return len(self._serials)

    def _read(
        self, serial: str, frame_number: int, sources: Mapping[str, Source]
    ) -> tuple[PackedFrame, bytes]:
        """A picture of the capture in its stored form."""
        frame = self._capture.read(serial, frame_number)
        masked = self._capture.has_alpha(serial, frame_number)
        self._faults.look_at(frame, serial, frame_number, masked=masked)
        box = foreground_box(frame)
        pixels = interleave(frame, box).tobytes()
        return PackedFrame(box, 0, frame.depth is not None, zlib.crc32(pixels), sources), pixels

    def _stored(
        self, known: Shard | None, serial: str, sources: Mapping[str, Source]
    ) -> tuple[PackedFrame, bytes] | None:
        """A picture that is already packed from these sources and undamaged."""
        packed = known.frames.get(serial) if known else None
        if known is None or packed is None or _hashes(packed.sources) != _hashes(sources):
            return None
        try:
            with open_to_read(self._folder / known.pixels) as file:
                return dataclasses.replace(packed, sources=sources), read_stored(file, packed)
        except (OSError, ValueError):
            return None

    def _known(self, frame_number: int) -> Shard | None:
        """The packed pictures of a timestep; None without any."""
        try:
            return read_shard(self._folder, frame_number)
        except (OSError, ValueError):
            return None

    def _serials_with(self, known: Shard | None) -> list[str]:
        """The cameras of this run and those packed for earlier runs that still exist."""
        others = [
            serial
            for serial, packed in (known.frames.items() if known else ())
            if serial not in self._serials
            and all((self._root / name).is_file() for name in packed.sources)
        ]
        return [*self._serials, *others]

    def _write_record(self, frame_number: int, shard: Shard) -> None:
        path = record_path(self._folder, frame_number)
        with self._writing(f"write {path.name}"):
            replace_json(path, shard.to_json())

    def _remove_leftovers(self) -> None:
        """Removes files of killed processes; needs the lock."""
        with self._writing("tidy up"):
            for path in self._folder.glob(".*.tmp"):
                path.unlink()
            # It was killed before it removed pixels that the new record does not name.
            pixels = Counter(p.name.split("-")[0] for p in self._folder.glob("frame_*-*.pixels"))
            for number in self._frame_numbers:
                known = self._known(number) if pixels[f"frame_{number:05d}"] > 1 else None
                if known is not None:
                    self._remove_pixels(number, kept=known.pixels)

    def _remove_pixels(self, frame_number: int, kept: str) -> None:
        for path in self._folder.glob(f"frame_{frame_number:05d}-*.pixels"):
            if path.name != kept:
                path.unlink()

    @contextmanager
    def _writing(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            cause, advice = reason_of(error), ""
            if error.errno in _DISK_FULL:
                cause = "the disk is full"
                advice = "free disk space and run the command again (finished timesteps are kept), "
            raise StoreError(
                f"Cannot {what} in {self._folder}: {cause}; {advice}choose another folder with "
                f"--store_path, or train with --frame_store memory."
            ) from error


def _size_and_time(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    return stat.st_size, stat.st_mtime_ns


def _unreadable(path: Path, error: OSError) -> CaptureError:
    return CaptureError(f"Cannot read {path}: {reason_of(error)}; check its permissions.")


def _hashes(sources: Mapping[str, Source]) -> dict[str, str]:
    return {name: source.sha256 for name, source in sources.items()}


def _tag(sources: Mapping[str, Mapping[str, Source]]) -> str:
    """A tag for the name of pixels, so that a record never names pixels from other sources."""
    hashes = {serial: _hashes(files) for serial, files in sources.items()}
    return hashlib.sha256(json.dumps(hashes).encode()).hexdigest()[:12]
