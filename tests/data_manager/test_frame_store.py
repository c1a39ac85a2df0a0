"""The cache in front of a capture."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from captures import SEQUENCE, picture_path, write_tiny_capture
from nersemble.data_manager.capture import Capture, Frame
from nersemble.data_manager.frame_store import FrameStore
from nersemble.data_manager.layouts import open_capture
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import CaptureError, ConfigError

TWO = (SERIALS[3], SERIALS[1])


class Counting(Capture):
    """A capture that counts its reads."""

    def __init__(self, capture: Capture) -> None:
        super().__init__(
            participant=capture.participant,
            sequence=capture.sequence,
            cameras=capture.cameras,
            frame_numbers=capture.frame_numbers,
        )
        self._capture = capture
        self._lock = threading.Lock()
        self.reads: list[tuple[str, int]] = []

    def read(self, serial: str, frame_number: int) -> Frame:
        with self._lock:
            self.reads.append((serial, frame_number))
        return self._capture.read(serial, frame_number)

    def has_alpha(self, serial: str, frame_number: int) -> bool:
        return self._capture.has_alpha(serial, frame_number)


@pytest.fixture
def capture(tmp_path: Path) -> Counting:
    write_tiny_capture(tmp_path, frame_numbers=(0, 4, 8))
    return Counting(open_capture(tmp_path, 7, SEQUENCE))


def test_indices_name_the_given_cameras_and_frames(capture: Counting) -> None:
    store = FrameStore(capture, TWO, (8, 0))
    for camera_index, timestep, key in [(0, 0, (TWO[0], 8)), (1, 1, (TWO[1], 0))]:
        expected = capture.read(*key)
        assert (store.frame(camera_index, timestep).rgb == expected.rgb).all()
    assert store.n_images == 4
    assert store.image_shape == (32, 22)


@pytest.mark.parametrize("index", [(2, 0), (-1, 0), (0, 2), (0, -1)])
def test_indices_out_of_range_do_not_wrap(capture: Counting, index: tuple[int, int]) -> None:
    with pytest.raises(IndexError):
        FrameStore(capture, TWO, (8, 0)).frame(*index)


def test_a_picture_is_read_once(capture: Counting) -> None:
    store = FrameStore(capture, TWO, (0, 4, 8))
    assert store.holds_everything
    first = store.frame(0, 1)
    assert store.frame(0, 1) is first
    assert len(capture.reads) == 1


def test_the_cache_keeps_its_bound_and_drops_the_longest_unused(capture: Counting) -> None:
    store = FrameStore(capture, TWO, (0, 4, 8), max_cached_images=2)
    assert not store.holds_everything
    for timestep in (0, 1, 0, 2):
        store.frame(0, timestep)
    assert len(store._cache) == 2
    assert len(capture.reads) == 3
    store.frame(0, 0)
    assert len(capture.reads) == 3, "0 was used after 1, so 1 went"
    store.frame(0, 1)
    assert len(capture.reads) == 4


def test_no_cache_reads_every_time_and_loads_nothing(capture: Counting) -> None:
    store = FrameStore(capture, TWO, (0,), max_cached_images=0)
    store.load_all()
    assert capture.reads == []
    store.frame(0, 0)
    store.frame(0, 0)
    assert len(capture.reads) == 2
    assert len(store._cache) == 0


def test_loading_reads_each_picture_once_and_tells_its_progress(capture: Counting) -> None:
    store = FrameStore(capture, TWO, (0, 4, 8))
    told: list[tuple[int, int]] = []
    store.load_all(lambda done, total: told.append((done, total)))
    assert told == [(i, 6) for i in range(1, 7)]
    assert sorted(capture.reads) == sorted((s, n) for s in TWO for n in (0, 4, 8))
    for camera_index in (0, 1):
        for timestep in (0, 1, 2):
            store.frame(camera_index, timestep)
    assert len(capture.reads) == 6


def test_loading_stops_at_the_bound(capture: Counting) -> None:
    store = FrameStore(capture, TWO, (0, 4, 8), max_cached_images=4)
    store.load_all()
    assert len(store._cache) == 4
    assert len(capture.reads) == 4


def test_loading_passes_an_error_on(tmp_path: Path, capture: Counting) -> None:
    broken = picture_path(tmp_path / "007", TWO[1], 4)
    broken.write_bytes(broken.read_bytes()[:60])
    with pytest.raises(CaptureError) as caught:
        FrameStore(capture, TWO, (0, 4, 8)).load_all()
    assert str(broken) in str(caught.value)


def test_threads_see_the_right_pictures_through_a_small_cache(capture: Counting) -> None:
    store = FrameStore(capture, SERIALS[:5], (0, 4, 8), max_cached_images=3)
    keys = [(c, t) for c in range(5) for t in range(3)] * 6
    expected = {(c, t): capture.read(SERIALS[c], (0, 4, 8)[t]).rgb for c, t in keys}
    with ThreadPoolExecutor(4) as pool:
        frames = list(pool.map(lambda key: store.frame(*key), keys))
    assert all((f.rgb == expected[k]).all() for f, k in zip(frames, keys, strict=True))
    assert len(store._cache) == 3


def test_pixels_are_those_of_the_picture(capture: Counting) -> None:
    store = FrameStore(capture, TWO, (0, 4))
    yx = np.array([[0, 0], [31, 21], [16, 11], [16, 11], [3, 20]])
    values, frame = store.pixels(1, 1, yx), capture.read(TWO[1], 4)
    assert frame.depth is not None
    for i, (y, x) in enumerate(yx):
        assert values.rgb[i].tolist() == frame.rgb[y, x].tolist()
        assert values.alpha[i] == frame.alpha[y, x]
        assert values.depth_code[i] == frame.depth[y, x]
    assert values.depth_code.dtype == np.uint16


def test_pixels_without_a_depth_map_have_no_depth(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, depth=False)
    store = FrameStore(open_capture(tmp_path, 7, SEQUENCE), TWO, (0,))
    values = store.pixels(0, 0, np.array([[1, 2], [3, 4]]))
    assert values.depth_code.tolist() == [0, 0]
    assert values.depth_code.dtype == np.uint16


def test_what_the_capture_lacks_is_named(capture: Counting) -> None:
    with pytest.raises(CaptureError, match="no camera 999, frame 3"):
        FrameStore(capture, (TWO[0], "999"), (0, 3))
    with pytest.raises(CaptureError):
        FrameStore(capture, (), (0,))
    with pytest.raises(ConfigError, match="--max_cached_images is -1"):
        FrameStore(capture, TWO, (0,), max_cached_images=-1)
    with pytest.raises(ConfigError, match="loading threads"):
        FrameStore(capture, TWO, (0,), workers=0)
