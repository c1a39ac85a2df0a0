"""Packed pictures are those of the capture, and packing survives whatever happens to it."""

import errno
import fcntl
import json
import logging
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from captures import PARTICIPANT, SEQUENCE, picture_path, write_tiny_capture
from nersemble.data_manager import packing
from nersemble.data_manager.capture import Frame, ReadOptions
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.frame_store import FrameStore, PixelStore
from nersemble.data_manager.layout_v1 import CaptureV1, open_v1
from nersemble.data_manager.packed_files import count_damaged, store_folder
from nersemble.data_manager.packed_store import PackedStore
from nersemble.data_manager.packing import Packed, Packer
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import CaptureError, ConfigError, StoreError
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rays.pixel_sampler import PixelSampler

FRAMES = (0, 4, 8)
SHAPE = (32, 22)
THREE = (SERIALS[3], SERIALS[0], SERIALS[1])
ALPHA, DEPTH = "alpha_map-73fps", "colmap-73fps/depth_maps_compressed"


class Packing:
    """A capture on disk that is packed again and again, opened anew each time."""

    def __init__(self, root: Path) -> None:
        self.root = root / "data"
        self.participant = write_tiny_capture(self.root, frame_numbers=FRAMES)
        self.reads: list[tuple[str, int]] = []

    def capture(self, factor: int | None = None) -> CaptureV1:
        return open_v1(self.root, PARTICIPANT, SEQUENCE, ReadOptions(factor))

    def folder(self, factor: int | None = None) -> Path:
        return store_folder(self.root / ".nersemble-store", self.capture(factor), "round")

    def packer(self, serials: tuple[str, ...] = THREE, factor: int | None = None) -> Packer:
        return Packer(
            self.capture(factor),
            serials,
            FRAMES,
            self.folder(factor),
            source_root=self.root,
            workers=2,
        )

    def pack(self, verify: bool = False) -> Packed:
        return self.packer().pack(verify=verify)

    def store(self, **options: Any) -> PackedStore:
        return PackedStore(self.folder(), SHAPE, THREE, FRAMES, **options)

    def in_memory(self) -> FrameStore:
        return FrameStore(self.capture(), THREE, FRAMES)

    def path(self, serial: str, frame: int, kind: str = "images-2x-73fps") -> Path:
        return picture_path(self.participant, serial, frame, kind)

    def files(self) -> dict[str, tuple[int, bytes]]:
        return {
            p.name: (p.stat().st_mtime_ns, p.read_bytes())
            for p in self.folder().iterdir()
            if p.name != ".lock"
        }


@pytest.fixture
def packing_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Packing:
    it = Packing(tmp_path)
    read = CaptureV1.read

    def counted(self: CaptureV1, serial: str, frame_number: int) -> Frame:
        it.reads.append((serial, frame_number))
        return read(self, serial, frame_number)

    monkeypatch.setattr(CaptureV1, "read", counted)
    return it


def _assert_same(packed: PixelStore, expected: PixelStore) -> None:
    """All pixels, whole and one by one; a colour counts only where alpha is not 0."""
    height, width = expected.image_shape
    yx = np.argwhere(np.ones((height, width), bool))[::-1]
    for camera in range(expected.n_cameras):
        for timestep in range(expected.n_timesteps):
            a, b = packed.frame(camera, timestep), expected.frame(camera, timestep)
            seen = b.alpha > 0
            assert (a.alpha == b.alpha).all()
            assert (a.rgb[seen] == b.rgb[seen]).all()
            assert (a.depth is None) == (b.depth is None)
            if a.depth is not None and b.depth is not None:
                assert (a.depth == b.depth).all()
            x, y = packed.pixels(camera, timestep, yx), expected.pixels(camera, timestep, yx)
            assert (x.alpha == y.alpha).all()
            assert (x.rgb[y.alpha > 0] == y.rgb[y.alpha > 0]).all()
            assert (x.depth_code == y.depth_code).all()
            assert (x.rgb.dtype, x.depth_code.dtype) == (np.uint8, np.uint16)
            assert (x.rgb == a.rgb[yx[:, 0], yx[:, 1]]).all()


def _rewrite(path: Path, change: Callable[[np.ndarray], object]) -> None:
    pixels = np.array(Image.open(path))
    change(pixels)
    Image.fromarray(pixels).save(path)


# Pixels


def test_pixels_are_those_of_the_capture(packing_: Packing) -> None:
    packing_.path(THREE[0], 4, DEPTH).unlink()
    packing_.path(THREE[1], 4, ALPHA).unlink()
    _rewrite(packing_.path(THREE[2], 4, ALPHA), lambda a: a.fill(0))
    _rewrite(packing_.path(THREE[0], 8, ALPHA), lambda a: a.fill(0))
    _rewrite(packing_.path(THREE[0], 8, DEPTH), lambda d: d.fill(0))
    _rewrite(packing_.path(THREE[1], 8, DEPTH), lambda d: d.__setitem__((0, 21), 65535))
    assert packing_.pack() == Packed(9, 0)
    _assert_same(packing_.store(), packing_.in_memory())


def test_a_capture_of_nothing_is_packed(packing_: Packing) -> None:
    for serial in THREE:
        for frame in FRAMES:
            for kind in (ALPHA, DEPTH):
                _rewrite(packing_.path(serial, frame, kind), lambda pixels: pixels.fill(0))
    packing_.pack()
    store = packing_.store()
    assert store.n_bytes == 0
    _assert_same(store, packing_.in_memory())


def test_empty_background_takes_no_room(packing_: Packing) -> None:
    packing_.pack()
    store = packing_.store()
    assert store.n_bytes_without_boxes == 9 * 32 * 22 * 6
    assert store.n_bytes < 0.7 * store.n_bytes_without_boxes
    size = sum(path.stat().st_size for path in packing_.folder().glob("*.pixels"))
    assert size == store.n_bytes


@pytest.mark.parametrize("bound", [10_000, 3, 0])
def test_batches_are_those_from_memory(tmp_path: Path, bound: int) -> None:
    write_tiny_capture(tmp_path, frame_numbers=FRAMES)
    config = DataConfig(max_cached_images=bound)
    dataset = open_dataset(tmp_path, PARTICIPANT, SEQUENCE, config)
    packed = _packed(dataset, tmp_path)
    samplers = [
        PixelSampler(
            store, dataset.train_cameras, PixelSamplerConfig(500, images_per_batch=5), seed=3
        )
        for store in (dataset.train_store(1), packed)
    ]
    for step in (0, 1, 30):
        one, other = (sampler.batch(step) for sampler in samplers)
        for a, b in zip(one, other, strict=True):
            assert all(torch.equal(value, getattr(b, name)) for name, value in vars(a).items())
    assert len(packed._mapped) * packed.n_cameras <= max(bound, packed.n_cameras)


def _packed(dataset: Dataset, root: Path) -> PackedStore:
    folder = store_folder(root / "store", dataset.capture, "round")
    splits = dataset.splits
    keys = (splits.train_serials, splits.frame_numbers)
    Packer(dataset.capture, *keys, folder, source_root=root).pack()
    return PackedStore(folder, SHAPE, *keys, max_cached_images=dataset.max_cached_images)


@pytest.mark.parametrize("index", [(3, 0), (-1, 0), (0, 3), (0, -1)])
def test_indices_out_of_range_do_not_wrap(packing_: Packing, index: tuple[int, int]) -> None:
    packing_.pack()
    store = packing_.store()
    with pytest.raises(IndexError):
        store.frame(*index)
    for pixel in ([32, 0], [0, 22], [-1, 0]):
        with pytest.raises(IndexError):
            store.pixels(0, 0, np.array([pixel]))
    with pytest.raises(ConfigError, match="--max_cached_images is -1"):
        packing_.store(max_cached_images=-1)


# What is packed again


def test_what_is_packed_is_kept(packing_: Packing) -> None:
    packing_.pack()
    packing_.reads.clear()
    before = packing_.files()
    assert packing_.packer().is_packed()
    assert packing_.pack(verify=True) == Packed(0, 9)
    assert packing_.reads == []
    assert packing_.files() == before


def test_a_changed_picture_repacks_its_timestep(packing_: Packing) -> None:
    packing_.pack()
    packing_.reads.clear()
    _rewrite(packing_.path(THREE[1], 4), lambda rgb: rgb.fill(7))
    assert not packing_.packer().is_packed()
    assert packing_.pack() == Packed(3, 6)
    assert packing_.reads == [(THREE[1], 4)]
    _assert_same(packing_.store(), packing_.in_memory())
    assert len(list(packing_.folder().glob("*.pixels"))) == 3


def test_a_new_and_a_vanished_source_repack(packing_: Packing) -> None:
    gone = packing_.path(THREE[0], 0, DEPTH)
    content = gone.read_bytes()
    gone.unlink()
    packing_.pack()
    gone.write_bytes(content)
    assert packing_.pack() == Packed(3, 6)
    packing_.path(THREE[2], 8, DEPTH).unlink()
    assert packing_.pack() == Packed(3, 6)
    _assert_same(packing_.store(), packing_.in_memory())


def test_a_changed_colour_correction_repacks_all_timesteps(packing_: Packing) -> None:
    packing_.pack()
    path = packing_.participant / "annotations" / SEQUENCE / "color_correction" / f"{THREE[0]}.npy"
    np.save(path, np.eye(3, 4) * 0.5)
    assert packing_.pack() == Packed(9, 0)
    _assert_same(packing_.store(), packing_.in_memory())


def test_a_touched_picture_is_not_packed_again(
    packing_: Packing, monkeypatch: pytest.MonkeyPatch
) -> None:
    packing_.pack()
    packing_.reads.clear()
    os.utime(packing_.path(THREE[1], 4), ns=(1, 1))
    assert packing_.pack() == Packed(0, 9)
    assert packing_.reads == []
    # The new time was noted: the file is not read a second time.
    monkeypatch.setattr(packing, "sha256_of", lambda path: pytest.fail(f"{path} was read"))
    assert packing_.pack() == Packed(0, 9)


def test_another_size_is_another_store(packing_: Packing) -> None:
    packing_.pack()
    before = packing_.files()
    assert packing_.packer(factor=200).pack() == Packed(9, 0)
    assert packing_.folder(200) != packing_.folder()
    assert packing_.files() == before
    assert packing_.packer().is_packed()


def test_more_cameras_keep_those_of_before(packing_: Packing) -> None:
    packing_.pack()
    packing_.packer((*THREE, SERIALS[2])).pack()
    assert packing_.packer().is_packed()
    assert packing_.packer((SERIALS[2],)).pack() == Packed(0, 3)
    packing_.packer((SERIALS[4],)).pack()
    assert packing_.packer((SERIALS[2], SERIALS[4], *THREE)).is_packed()
    _assert_same(packing_.store(), packing_.in_memory())


def test_only_the_cameras_that_are_missing_are_decoded(packing_: Packing) -> None:
    packing_.packer(THREE[:2]).pack(verify=True)
    packing_.reads.clear()
    packing_.pack(verify=True)
    assert {serial for serial, _ in packing_.reads} == {THREE[2]}
    _assert_same(packing_.store(), packing_.in_memory())


# What can go wrong


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few pictures there are, two processes pack them."""
    monkeypatch.setattr(packing, "_FEWEST_FOR_PROCESSES", 0)


@pytest.mark.usefixtures("processes")
def test_processes_pack_what_one_packs(packing_: Packing) -> None:
    done: list[tuple[int, int]] = []
    assert packing_.packer().pack(lambda *n: done.append(n)) == Packed(9, 0)
    assert packing_.reads == []
    assert done == [(0, 9), (3, 9), (6, 9), (9, 9)]
    _assert_same(packing_.store(), packing_.in_memory())
    # As their records say, pixels lie where one process would have put them.
    records = {name: content for name, (_, content) in packing_.files().items()}
    shutil.rmtree(packing_.folder())
    alone = packing_.packer()
    alone._workers = 1
    alone.pack()
    assert {name: content for name, (_, content) in packing_.files().items()} == records


@pytest.mark.usefixtures("processes")
def test_a_damaged_picture_ends_all_processes_with_its_name(packing_: Packing) -> None:
    path = packing_.path(THREE[1], 8)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(CaptureError, match="truncated or damaged") as caught:
        packing_.pack()
    assert str(path) in str(caught.value)
    assert list(packing_.folder().glob(".*.tmp")) == []
    path.write_bytes(content)
    packed = packing_.pack()
    assert packed.n_written + packed.n_kept == 9
    assert packed.n_written >= 3
    _assert_same(packing_.store(), packing_.in_memory())


@pytest.mark.usefixtures("processes")
def test_a_killed_process_is_one_sentence(
    packing_: Packing, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, parent = CaptureV1.read, os.getpid()

    def killed(self: CaptureV1, serial: str, frame_number: int) -> Frame:
        if frame_number == 8 and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(self, serial, frame_number)

    with monkeypatch.context() as patch:
        patch.setattr(CaptureV1, "read", killed)
        with pytest.raises(StoreError, match="was killed"):
            packing_.pack()
    assert packing_.pack().n_written >= 3
    _assert_same(packing_.store(), packing_.in_memory())


@pytest.mark.usefixtures("processes")
def test_control_c_waits_for_the_timesteps_at_hand(
    packing_: Packing, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, parent = CaptureV1.read, os.getpid()

    def interrupting(self: CaptureV1, serial: str, frame_number: int) -> Frame:
        # The last timestep of the second process: both are at work.
        if serial == THREE[1] and frame_number == 8:
            os.kill(parent, signal.SIGINT)
            time.sleep(0.2)
        return read(self, serial, frame_number)

    with monkeypatch.context() as patch:
        patch.setattr(CaptureV1, "read", interrupting)
        with pytest.raises(KeyboardInterrupt):
            packing_.pack()
    assert list(packing_.folder().glob(".*.tmp")) == []
    assert packing_.pack().n_kept >= 3
    _assert_same(packing_.store(), packing_.in_memory())


@pytest.mark.parametrize("error", [KeyboardInterrupt, CaptureError("damaged")])
def test_an_interruption_keeps_finished_timesteps(
    packing_: Packing, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    read = CaptureV1.read

    def failing(self: CaptureV1, serial: str, frame_number: int) -> Frame:
        if (serial, frame_number) == (THREE[1], 8):
            raise error
        return read(self, serial, frame_number)

    one_thread = packing_.packer()
    one_thread._workers = 1
    with monkeypatch.context() as patch:
        patch.setattr(CaptureV1, "read", failing)
        with pytest.raises(type(error) if isinstance(error, Exception) else KeyboardInterrupt):
            one_thread.pack()
    assert list(packing_.folder().glob(".*.tmp")) == []
    packing_.reads.clear()
    assert packing_.pack() == Packed(3, 6)
    assert sorted(packing_.reads) == sorted((serial, 8) for serial in THREE)
    _assert_same(packing_.store(), packing_.in_memory())


def test_what_a_killed_process_left_is_removed(packing_: Packing) -> None:
    packing_.folder().mkdir(parents=True)
    (packing_.folder() / ".frame_00000-0.pixels.1.tmp").write_bytes(b"half")
    packing_.pack()
    assert list(packing_.folder().glob(".*.tmp")) == []


def _pack_in_process(root: Path, barrier: Any, results: Any) -> None:
    it = Packing.__new__(Packing)
    it.root = root
    barrier.wait()
    results.put(it.pack())


def test_two_processes_at_once_share_the_work(packing_: Packing) -> None:
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(2), context.Queue()
    processes = [
        context.Process(target=_pack_in_process, args=(packing_.root, barrier, results))
        for _ in range(2)
    ]
    for process in processes:
        process.start()
    both = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    assert sorted(packed.n_written for packed in both) == [0, 9]
    _assert_same(packing_.store(), packing_.in_memory())


def test_a_full_disk_is_one_sentence_and_leaves_nothing_half(
    packing_: Packing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with monkeypatch.context() as patch:
        patch.setattr("nersemble.files.sync_to_disk", full)
        with pytest.raises(StoreError, match=r"the disk is full.*--store_path") as caught:
            packing_.pack()
    assert str(packing_.folder()) in str(caught.value)
    assert packing_.files() == {}
    assert packing_.pack() == Packed(9, 0)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for one or two timesteps in pages of 4 KiB, but not for three."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a small disk takes root's rights")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_really_fills_up(
    packing_: Packing, tiny_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def packer() -> Packer:
        folder = store_folder(tiny_disk, packing_.capture(), "round")
        return Packer(packing_.capture(), THREE, FRAMES, folder, source_root=packing_.root)

    with pytest.raises(StoreError, match="bytes, but only"):
        packer().pack()
    # Another program fills the disk after the look at it.
    usage = shutil.disk_usage(packing_.root)._replace(free=1 << 40)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(StoreError, match=r"the disk is full.*--store_path"):
        packer().pack()
    n_kept = len(list(tiny_disk.rglob("frame_*.json")))
    assert 0 < n_kept < len(FRAMES)
    assert list(tiny_disk.rglob(".*.tmp")) == []
    subprocess.run(["mount", "-o", "remount,size=1m", str(tiny_disk)], check=True)
    assert packer().pack() == Packed(9 - 3 * n_kept, 3 * n_kept)
    assert len(list(tiny_disk.rglob("*.pixels"))) == len(FRAMES)


def test_too_little_room_is_noticed_before(
    packing_: Packing, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(packing_.root)._replace(free=9 * 32 * 22 * 6 - 1)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: usage)
        with pytest.raises(StoreError) as caught:
            packing_.pack()
    for part in (9 * 32 * 22 * 6, usage.free, packing_.folder(), "--store_path"):
        assert str(part) in str(caught.value)
    assert packing_.reads == []


def _pixel_file(it: Packing) -> Path:
    (path,) = it.folder().glob("frame_00004-*.pixels")
    return path


def _truncate(it: Packing) -> None:
    os.truncate(_pixel_file(it), 100)


def _remove(it: Packing) -> None:
    _pixel_file(it).unlink()


def _half_record(it: Packing) -> None:
    os.truncate(it.folder() / "frame_00004.json", 100)


@pytest.mark.parametrize("damage", [_truncate, _remove, _half_record])
def test_a_damaged_timestep_is_noticed_and_packed_again(
    packing_: Packing, damage: Callable[[Packing], None]
) -> None:
    packing_.pack()
    damage(packing_)
    with pytest.raises(StoreError, match="nersemble data pack"):
        packing_.store()
    assert packing_.pack() == Packed(3, 6)
    _assert_same(packing_.store(), packing_.in_memory())


def test_spoilt_pixels_are_found_by_their_checksum(packing_: Packing) -> None:
    packing_.pack()
    path = _pixel_file(packing_)
    content = bytearray(path.read_bytes())
    content[50] ^= 1
    path.write_bytes(content)
    assert packing_.pack(verify=True) == Packed(3, 6)
    _assert_same(packing_.store(), packing_.in_memory())


def _flip(path: Path, byte: int) -> None:
    content = bytearray(path.read_bytes())
    content[byte] ^= 1
    path.write_bytes(content)


def test_a_flipped_bit_of_a_pixel_is_found_however_it_is_read(packing_: Packing) -> None:
    packing_.pack()
    assert count_damaged(packing_.folder()) == (9, 0, "")
    _flip(_pixel_file(packing_), 50)
    store = packing_.store()
    reads: list[Callable[[], object]] = [
        store.load_all,
        lambda: store.frame(0, 1),
        lambda: store.pixels(0, 1, np.zeros((1, 2), int)),
    ]
    for read in reads:
        with pytest.raises(StoreError, match=r"00004.*checksum differs.*nersemble data pack"):
            read()
    store.pixels(1, 1, np.zeros((1, 2), int))
    n_pictures, n_damaged, first = count_damaged(packing_.folder())
    assert (n_pictures, n_damaged) == (9, 1)
    assert THREE[0] in first


def test_a_flipped_bit_of_a_record_is_found(packing_: Packing) -> None:
    packing_.pack()
    whole = packing_.store()
    path = packing_.folder() / "frame_00004.json"
    content = path.read_bytes()
    for byte in range(0, len(content), 7):
        _flip(path, byte)
        with suppress(StoreError):
            assert packing_.store()._shards == whole._shards
        path.write_bytes(content)


def test_a_record_of_earlier_versions_has_no_checksum(packing_: Packing) -> None:
    packing_.pack()
    path = packing_.folder() / "frame_00004.json"
    content = json.loads(path.read_text())
    del content["crc32"]
    path.write_text(json.dumps(content))
    assert packing_.packer().is_packed()
    _assert_same(packing_.store(), packing_.in_memory())


def test_no_more_files_stay_open_than_half_of_what_the_process_may_have(
    packing_: Packing, monkeypatch: pytest.MonkeyPatch
) -> None:
    packing_.pack()
    with monkeypatch.context() as patch:
        patch.setattr(resource, "getrlimit", lambda _: (2, 2))
        store = packing_.store()
    n_open = len(os.listdir("/proc/self/fd"))
    for timestep in (0, 1, 2, 1, 0):
        store.pixels(0, timestep, np.full((1, 2), 10))
        assert len(os.listdir("/proc/self/fd")) <= n_open + 1
    _assert_same(store, packing_.in_memory())


def test_a_camera_that_is_not_packed_is_named(packing_: Packing) -> None:
    packing_.packer(THREE[:1]).pack()
    with pytest.raises(StoreError, match=THREE[1]):
        packing_.store()


def test_a_waiting_process_says_so(
    packing_: Packing, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def flock(file: object, how: int) -> None:
        calls.append(how)
        if how & fcntl.LOCK_NB:
            raise BlockingIOError

    monkeypatch.setattr(fcntl, "flock", flock)
    with caplog.at_level(logging.INFO, "nersemble"):
        packing_.pack()
    assert "another process works in" in caplog.text
    assert len(calls) == 2


def test_a_file_system_without_locks_is_mentioned(
    packing_: Packing, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(file: object, how: int) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(fcntl, "flock", flock)
    packing_.pack()
    assert "has no locks" in caplog.text
    _assert_same(packing_.store(), packing_.in_memory())


def test_an_unwritable_folder_is_one_sentence(packing_: Packing) -> None:
    (packing_.root / ".nersemble-store").write_text("a file")
    with pytest.raises(StoreError, match="--store_path"):
        packing_.pack()
