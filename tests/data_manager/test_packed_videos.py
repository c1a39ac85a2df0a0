"""Videos are packed as pictures are, decoding each video once, forward."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.packing import Packed
from nersemble.data_manager.video_reader import VideoReader
from nersemble.env import Roots
from nersemble.errors import CaptureError
from nersemble.jobs.options import PackOptions
from nersemble.jobs.picture_source import PackedPictures, PictureSource
from video_captures import random_pictures, video_path, write_benchmark, write_v2, write_video

N_FRAMES, EVAL = 12, DataConfig().eval_cameras


def _dataset(root: Path, participant: int, sequence: str) -> Dataset:
    return open_dataset(root, participant, sequence, DataConfig())


@pytest.fixture
def v2(tmp_path: Path) -> Dataset:
    write_v2(tmp_path, n_frames=N_FRAMES)
    return _dataset(tmp_path, 17, "FREE")


def _packed_pictures(dataset: Dataset, root: Path) -> PackedPictures:
    folder = PackOptions().folder(Roots(data_path=root))
    return PictureSource("packed", "round", root, folder).packed_pictures(dataset)


def _pack(dataset: Dataset, root: Path) -> Packed:
    return _packed_pictures(dataset, root).packer.pack()


def _assert_same(dataset: Dataset, root: Path) -> None:
    packed = _packed_pictures(dataset, root).open()
    expected = dataset.train_store(1)
    for camera in range(expected.n_cameras):
        for timestep in range(expected.n_timesteps):
            a, b = packed.frame(camera, timestep), expected.frame(camera, timestep)
            assert (a.alpha == b.alpha).all()
            assert (a.rgb[b.alpha > 0] == b.rgb[b.alpha > 0]).all()
            assert a.depth is None


def test_packed_v2_videos_are_those_read_directly(v2: Dataset, tmp_path: Path) -> None:
    assert _pack(v2, tmp_path) == Packed(N_FRAMES * len(v2.splits.train_serials), 0)
    _assert_same(v2, tmp_path)


def test_pictures_may_be_read_before_processes_pack_them(tmp_path: Path) -> None:
    """What PyAV keeps for a thread would be waited for in the processes forever."""
    write_v2(tmp_path, n_frames=60)
    dataset = _dataset(tmp_path, 17, "FREE")
    dataset.train_store(1).frame(0, 0)
    assert _pack(dataset, tmp_path).n_written == 60 * len(dataset.splits.train_serials)


def test_packed_benchmark_videos_are_those_read_directly(tmp_path: Path) -> None:
    write_benchmark(tmp_path)
    dataset = _dataset(tmp_path, 388, "GLASSES")
    _pack(dataset, tmp_path)
    _assert_same(dataset, tmp_path)


def test_packing_reads_each_video_forward_once(
    v2: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeks: dict[Path, int] = {}
    forward = VideoReader._forward

    def counted(reader: VideoReader, number: int) -> object:
        before = reader._position
        found = forward(reader, number)
        if before == -1:
            seeks[reader.path] = seeks.get(reader.path, 0) + 1
        return found

    monkeypatch.setattr(VideoReader, "_forward", counted)
    _pack(v2, tmp_path)
    assert len(seeks) == len(v2.splits.train_serials)
    assert set(seeks.values()) == {1}


def test_a_changed_video_or_calibration_is_packed_again(v2: Dataset, tmp_path: Path) -> None:
    n = N_FRAMES * len(v2.splits.train_serials)
    _pack(v2, tmp_path)
    assert _pack(_dataset(tmp_path, 17, "FREE"), tmp_path) == Packed(0, n)
    serial = v2.splits.train_serials[0]
    write_video(video_path(tmp_path / "017", "FREE", serial), random_pictures(N_FRAMES, seed=77))
    changed = _dataset(tmp_path, 17, "FREE")
    assert _pack(changed, tmp_path) == Packed(n, 0)
    _assert_same(changed, tmp_path)
    colors = tmp_path / "017" / "calibration" / "color_calibration.json"
    content = json.loads(colors.read_text())
    content[serial] = np.eye(3).tolist()
    colors.write_text(json.dumps(content))
    recolored = _dataset(tmp_path, 17, "FREE")
    assert _pack(recolored, tmp_path) == Packed(n, 0)
    _assert_same(recolored, tmp_path)


def test_a_video_that_ends_early_leaves_whole_timesteps_only(tmp_path: Path) -> None:
    write_v2(tmp_path, n_frames=N_FRAMES)
    dataset = _dataset(tmp_path, 17, "FREE")
    path = video_path(tmp_path / "017", "FREE", dataset.splits.train_serials[1])
    content = path.read_bytes()
    # The index stays, the last pictures' data do not.
    path.write_bytes(content[: int(len(content) * 0.7)])
    with pytest.raises(CaptureError, match="truncated or damaged") as caught:
        _pack(dataset, tmp_path)
    assert str(path) in str(caught.value)
    store = _packed_pictures(dataset, tmp_path).folder
    records = {p.stem for p in store.glob("frame_*.json")}
    pixels = {p.name.split("-")[0] for p in store.glob("frame_*.pixels")}
    assert records == pixels
    assert not list(store.glob(".*.tmp"))
    path.write_bytes(content)
    whole = _dataset(tmp_path, 17, "FREE")
    n = N_FRAMES * len(whole.splits.train_serials)
    packed = _pack(whole, tmp_path)
    assert packed.n_written + packed.n_kept == n
    _assert_same(whole, tmp_path)


# Slow enough to be killed in the middle on any machine.
_PACK = """
import sys, time
from nersemble.cli import main
from nersemble.data_manager.video_capture import VideoCapture
read = VideoCapture.read
VideoCapture.read = lambda *arguments: (time.sleep(0.02), read(*arguments))[1]
sys.exit(main(sys.argv[1:]))
"""


def test_a_packer_that_is_killed_is_gone_on_with(tmp_path: Path) -> None:
    write_v2(tmp_path, n_frames=60)
    dataset = _dataset(tmp_path, 17, "FREE")
    store = _packed_pictures(dataset, tmp_path).folder
    command = ["data", "pack", "17", "FREE", "--data_path", str(tmp_path)]
    with subprocess.Popen([sys.executable, "-c", _PACK, *command]) as process:
        until = time.monotonic() + 60
        while len(list(store.glob("frame_*.json"))) < 3 and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    n_kept = len(list(store.glob("frame_*.json")))
    assert 3 <= n_kept < 60
    n_cameras = len(dataset.splits.train_serials)
    # It waits for the processes of the killed one, which finish the timesteps at hand.
    packed = _pack(dataset, tmp_path)
    assert packed.n_kept >= n_kept * n_cameras
    assert packed.n_written > 0
    assert packed.n_kept + packed.n_written == 60 * n_cameras
    assert not list(store.glob(".*.tmp"))
    _assert_same(dataset, tmp_path)
