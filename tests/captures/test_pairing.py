"""Which pictures of the cameras belong to one moment."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nersemble.captures.convert.config import ConvertConfig, PairingConfig
from nersemble.captures.convert.footage import frame_numbers
from nersemble.captures.convert.pairing import pair
from nersemble.captures.convert.plan import make_plan
from nersemble.captures.convert.timecode import frames_since_midnight
from nersemble.errors import CaptureError, ConfigError
from own_captures import recorded, write_colmap
from video_captures import write_video


@dataclass(frozen=True)
class _Footage:
    """A recording with only frame times; ``read`` gives the frame's index."""

    n_frames: int
    numbers: tuple[int, ...] | None = None
    seconds: tuple[float, ...] = ()
    timecode: str = ""
    path: Path = Path("recording")
    size: tuple[int, int] = (1, 1)

    def times(self) -> list[float]:
        return list(self.seconds)

    def read(self, number: int) -> np.ndarray[Any, Any]:
        return np.full((1, 1, 3), number)


def _folder(numbers: Sequence[int]) -> _Footage:
    return _Footage(len(numbers), numbers=tuple(numbers))


def _video(
    n: int, rate: float = 30, *, lost: Sequence[int] = (), start: float = 0, timecode: str = ""
) -> _Footage:
    times = tuple(start + i / rate for i in range(n) if i not in lost)
    return _Footage(len(times), seconds=times, timecode=timecode)


def _paired(
    recordings: dict[str, _Footage], masks: dict[str, _Footage] | None = None, **options: Any
) -> dict[str, list[int]]:
    """Which frames of each recording are one moment; masks have their camera's name with m."""
    found, found_masks = pair(recordings, masks or {}, PairingConfig(**options))
    named = found | {f"{name} m": mask for name, mask in found_masks.items()}
    return {n: [int(f.read(i)[0, 0, 0]) for i in range(f.n_frames)] for n, f in named.items()}


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged."""
    caplog.set_level(logging.WARNING, logger="nersemble.data")
    return caplog


def test_lost_pictures_are_holes(warnings: pytest.LogCaptureFixture) -> None:
    found = _paired({"c": _folder([0, 1, 3, 4, 5]), "d": _folder([0, 1, 2, 4, 5])})
    assert found == {"c": [0, 1, 3, 4], "d": [0, 1, 3, 4]}
    assert "c has no frame 2; d has no frame 3" in warnings.text
    assert "--offset" in warnings.text


def test_lost_frames_of_videos_are_holes(warnings: pytest.LogCaptureFixture) -> None:
    found = _paired({"c": _video(9, lost=[2]), "d": _video(9, lost=[5, 6])})
    assert found == {"c": [0, 1, 2, 3, 6, 7], "d": [0, 1, 3, 4, 5, 6]}
    assert "c has no frame 2 (0.067 s); d has no frame 5 (0.167 s) to 6 (0.2" in warnings.text


def test_recordings_in_step_say_nothing(warnings: pytest.LogCaptureFixture) -> None:
    assert _paired({"c": _video(50), "d": _video(50, start=0.01)})["d"] == list(range(50))
    assert _paired({"c": _folder([7]), "d": _folder([2001])}) == {"c": [0], "d": [0]}
    jitter = np.random.default_rng(0).uniform(-0.003, 0.003, (2, 50)) + np.arange(50) / 30
    jittering = {n: _Footage(50, seconds=tuple(t)) for n, t in zip("cd", jitter, strict=True)}
    assert _paired(jittering)["d"] == list(range(50))
    matroska = {n: _Footage(9, seconds=tuple((np.arange(9) / 0.03).round() / 1000)) for n in "cd"}
    matroska["c"] = _video(9)
    assert _paired(matroska)["d"] == list(range(9))
    assert not warnings.records


def test_frames_of_different_rates_are_paired_by_time(warnings: pytest.LogCaptureFixture) -> None:
    found = _paired({"c": _video(12, 60), "d": _video(6, 30)})
    assert found == {"c": [0, 2, 4, 6, 8, 10], "d": [0, 1, 2, 3, 4, 5]}
    assert "c 60, d 30 frames a second" in warnings.text
    slow = _paired({"c": _video(30, 30), "d": _video(25, 25)}, fps=5)
    assert slow == {"c": [0, 6, 12, 18, 24], "d": [0, 5, 10, 15, 20]}
    # After 1600 frames of the NTSC rate, the other has 1601.6.
    drifting = _paired({"c": _video(1800), "d": _video(1700, 30 / 1.001)})
    assert (drifting["c"][1600], drifting["d"][1600]) == (1602, 1600)


def test_as_many_frames_at_different_rates_have_to_be_explained() -> None:
    recordings = {"c": _video(12, 60), "d": _video(12, 30)}
    with pytest.raises(CaptureError, match=r"c 60, d 30 .*--pair_by index.*--pair_by time"):
        _paired(recordings)
    assert _paired(recordings, pair_by="index")["c"] == list(range(12))
    assert _paired(recordings, pair_by="time") == {
        "c": [0, 2, 4, 6, 8, 10],
        "d": [0, 1, 2, 3, 4, 5],
    }


def test_timecodes_say_when_a_recording_began(warnings: pytest.LogCaptureFixture) -> None:
    late, early = _video(6, timecode="10:00:00:02"), _video(6, timecode="10:00:00:00")
    assert _paired({"c": late, "d": early}) == {"c": [0, 1, 2, 3], "d": [2, 3, 4, 5]}
    assert "c 10:00:00:02, d 10:00:00:00" in warnings.text
    assert _paired({"c": late, "d": early}, pair_by="index")["d"] == list(range(6))
    before = _video(6, timecode="23:59:59:28")
    after = _video(6, timecode="00:00:00:00")
    assert _paired({"c": before, "d": after}) == {"c": [2, 3, 4, 5], "d": [0, 1, 2, 3]}
    # The numbers ;00 and ;01 of minute 1 do not exist.
    before = _video(6, 30 / 1.001, timecode="10:00:59;28")
    after = _video(6, 30 / 1.001, timecode="10:01:00;02")
    assert _paired({"c": before, "d": after}) == {"c": [2, 3, 4, 5], "d": [0, 1, 2, 3]}
    warnings.clear()
    assert _paired({"c": late, "d": _video(6)})["d"] == list(range(6))
    assert "not all cameras have one, or only some drop frames" in warnings.text
    warnings.clear()
    dropping = _video(6, 30 / 1.001, timecode="10:00:00;02")
    assert _paired({"c": dropping, "d": _video(6, 30 / 1.001, timecode="10:00:00:02")})["d"] == [
        *range(6)
    ]
    assert "(c 10:00:00;02, d 10:00:00:02): shift a camera" in warnings.text
    with pytest.raises(CaptureError, match=r"Only 0 of 6 moments .*--offset"):
        _paired({"c": late, "d": _video(6, timecode="11:30:00:00")})


@pytest.mark.parametrize(
    ("timecode", "rate", "frames"),
    [
        ("00:00:01:05", 25, 30),
        ("00:01:00;02", 30, 1800),
        ("00:10:00;00", 30, 17982),
        ("01:00:00;00", 60, 215784),
        ("", 30, None),
    ],
)
def test_timecodes_count_frames(timecode: str, rate: int, frames: int | None) -> None:
    """An hour of drop-frame timecode has 107892 frames at 30 a second."""
    assert frames_since_midnight(timecode, rate) == frames


def test_different_starts_are_said(warnings: pytest.LogCaptureFixture) -> None:
    recordings = {"c": _video(9, start=0.1), "d": _video(9)}
    assert _paired(recordings)["c"] == list(range(9))
    assert "c 0.100 s, d 0.000 s" in warnings.text
    found = _paired(recordings, pair_by="time")
    assert found == {"c": [0, 1, 2, 3, 4, 5], "d": [3, 4, 5, 6, 7, 8]}


@pytest.mark.parametrize("kind", [lambda: _video(6), lambda: _folder(range(6))])
def test_an_offset_shifts_a_camera(kind: Any) -> None:
    recordings = {"c": kind(), "d": kind()}
    assert _paired(recordings, offset=("c=2",)) == {"c": [0, 1, 2, 3], "d": [2, 3, 4, 5]}
    assert _paired(recordings, offset=("c=-4",)) == {"c": [4, 5], "d": [0, 1]}
    with pytest.raises(ConfigError, match="--offset names x, which is not one of c, d"):
        _paired(recordings, offset=("x=1",))


def test_numbers_without_a_common_one_are_refused() -> None:
    recordings = {"c": _folder(range(1, 9)), "d": _folder(range(501, 509))}
    with pytest.raises(CaptureError, match=r"c has 1 to 8, d has 501 to 508.*--pair_by index"):
        _paired(recordings)
    assert _paired(recordings, pair_by="index")["d"] == list(range(8))
    # Microseconds: nearly the same, but no number is.
    random = np.random.default_rng(0)
    stamps = [np.arange(9) * 33333 + random.integers(0, 4000, 9) for _ in "cd"]
    recordings = {n: _folder(s.tolist()) for n, s in zip("cd", stamps, strict=True)}
    with pytest.raises(CaptureError, match="--pair_by time"):
        _paired(recordings)
    assert _paired(recordings, pair_by="time")["d"] == list(range(9))


def test_folders_beside_videos(warnings: pytest.LogCaptureFixture) -> None:
    found = _paired({"c": _folder([11, 12, 14, 15]), "d": _video(5)})
    assert found == {"c": [0, 1, 2, 3], "d": [0, 1, 3, 4]}
    assert "c has no frame 2" in warnings.text
    assert _paired({"c": _folder([1, 2, 4]), "d": _video(5)}, pair_by="number")["d"] == [1, 2, 4]
    found = _paired({"c": _folder(range(15)), "d": _video(30)}, pair_by="time", fps=15)
    assert found["d"] == list(range(0, 30, 2))


def test_masks_belong_to_the_pictures_of_their_numbers(warnings: pytest.LogCaptureFixture) -> None:
    recordings = {"c": _folder([5, 6, 7, 8]), "d": _folder([5, 6, 7, 8])}
    found = _paired(recordings, {"c": _folder([5, 7, 8])})
    assert found == {"c": [0, 2, 3], "d": [0, 2, 3], "c m": [0, 1, 2]}
    assert "c (mask) has no frame 6" in warnings.text
    renumbered = _paired(recordings, {"c": _folder([0, 1, 2, 3])})
    assert renumbered["c m"] == [0, 1, 2, 3]
    assert "masks of camera c are numbered 0 to 3, its pictures 5 to 8" in warnings.text
    uneven = _paired({"c": _folder([1000, 1033, 1068])}, {"c": _folder([0, 1, 2])})
    assert uneven["c m"] == [0, 1, 2]
    shifted = _paired(recordings, {"c": _video(4)}, offset=("c=1",))
    assert shifted == {"c": [0, 1, 2], "d": [1, 2, 3], "c m": [0, 1, 2]}


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (("8", "9", "10"), (8, 9, 10)),
        (("frame_00000_cam3", "frame_00002_cam3"), (0, 2)),
        (("00004_17", "00005_17"), (4, 5)),
        (("0001_1700000000.033", "0002_1700000000.066", "0003_1700000000.100"), (1, 2, 3)),
        (("a-0-29", "a-0-30", "a-1-01", "a-1-29"), (29, 30, 101, 129)),
        (("IMG_2001",), (2001,)),
        (("120059_950", "120100_010", "120100_060"), (120059950, 120100010, 120100060)),
        (("83721_0001", "11111_0002", "22222_0004"), (1, 2, 4)),
        (("a", "b"), None),
        (("1", "01"), None),
    ],
)
def test_the_frame_number_of_a_name(names: Sequence[str], numbers: Any) -> None:
    assert frame_numbers(names) == numbers


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fps": 0}, "--fps is 0"),
        ({"fps": 5, "pair_by": "index"}, "--fps pairs by time, but --pair_by is index"),
        ({"offset": ("c",)}, "--offset c must be CAMERA=FRAMES"),
        ({"offset": ("c=1.5",)}, "--offset c=1.5 must be CAMERA=FRAMES"),
        ({"fps": 60}, "--fps is 60, but camera c has 30 frames a second"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        _paired({"c": _video(9), "d": _video(9)}, **options)
    with pytest.raises(CaptureError, match="camera e have no number in their names"):
        _paired({"c": _video(9), "e": _Footage(9)}, pair_by="number")


def test_videos_of_two_rates_become_pictures_of_one_moment(tmp_path: Path) -> None:
    """60 and 30 frames a second, the second began 2 of its frames later by timecode."""
    names = ("c", "plain")
    write_colmap(tmp_path / "colmap", binary=False, names=names)
    shots = {
        n: [np.rint(recorded(n, t)[0] * 255).astype(np.uint8) for t in range(4)] for n in names
    }
    doubled = [picture for picture in shots["c"] for _ in range(2)]
    folder = tmp_path / "recordings"
    write_video(folder / "c.mov", doubled, rate=60, timecode="10:00:00:00")
    write_video(folder / "plain.mov", shots["plain"][2:], rate=30, timecode="10:00:00:02")
    plan = make_plan(folder, tmp_path / "colmap", ConvertConfig())
    for timestep in plan.frames:
        for camera in plan.cameras:
            picture = camera.footage.read(timestep).astype(int)
            assert np.abs(picture - shots[camera.name][timestep + 2]).max() <= 1
    assert len(plan.frames) == 2
