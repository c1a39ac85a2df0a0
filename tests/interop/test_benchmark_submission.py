"""Submissions of true size, in few frames: what both checks accept, and what ours refuses."""

import dataclasses
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from nersemble.interop.benchmark_submission import (
    NVS_BENCHMARK,
    BenchmarkSequence,
    problems_of,
    toolkit_problems,
    write_submission,
)
from nersemble.video.writer import VideoWriter, h264

HAIR = BenchmarkSequence(475, "HAIR", 3)
SHORT = dataclasses.replace(NVS_BENCHMARK, sequences=(HAIR,))
FIRST, SECOND, THIRD = SHORT.videos()


def _video(
    path: Path, *, width: int = 1100, height: int = 1604, fps: int = 73, n_frames: int = 3
) -> Path:
    # Noise, because imageio mistakes members of a zip that are only some kilobytes long.
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    with VideoWriter(path, fps, h264(14)) as writer:
        for number in range(n_frames):
            picture = np.full((height, width, 3), 255, np.uint8)
            picture[300:600, 200 + number : 500 + number] = noise
            writer.append(picture)
    return path


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip with the three videos of one sequence; read only."""
    root = tmp_path_factory.mktemp("submission")
    video = _video(root / "video.mp4")
    write_submission(root / "good.zip", dict.fromkeys(SHORT.videos(), video))
    return root / "good.zip"


def test_the_benchmark_is_the_published_one() -> None:
    assert len(NVS_BENCHMARK.videos()) == 15
    assert "388/GLASSES/cam_222200046.mp4" in NVS_BENCHMARK.videos()
    assert sum(s.n_frames for s in NVS_BENCHMARK.videos().values()) == 3 * 3516


def test_a_submission_of_true_size_has_no_problem(good: Path) -> None:
    assert problems_of(good, SHORT) == []


def test_the_public_check_accepts_it_and_is_understood(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("cv2", "elias", "dreifus", "trimesh"):
        pytest.importorskip(name)
    # Imported by the package, but not for its check.
    for name in ("open3d", "mediapy"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    theirs: Any = pytest.importorskip("nersemble_benchmark.data.submission_data")
    pairs = [(s.participant, s.name) for s in NVS_BENCHMARK.sequences]
    assert pairs == theirs.BENCHMARK_NVS_IDS_AND_SEQUENCES
    assert list(NVS_BENCHMARK.hidden_serials) == theirs.BENCHMARK_NVS_HOLD_OUT_SERIALS
    # Their server knows the lengths; there is none here.
    lengths = {475: SimpleNamespace(timesteps=[0, 1, 2])}
    metadata = SimpleNamespace(load=lambda: SimpleNamespace(sequences=lengths))
    monkeypatch.setattr(theirs, "NVSMetadata", metadata)
    monkeypatch.setattr(theirs, "BENCHMARK_NVS_IDS_AND_SEQUENCES", [(475, "HAIR")])
    assert toolkit_problems(good) == []
    lengths[475].timesteps.append(3)
    problems = toolkit_problems(good)
    assert problems is not None
    assert len(problems) == 1
    assert "wrong frame counts" in problems[0]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"width": 550, "height": 802}, "550x802 pixels instead of 1100x1604"),
        ({"n_frames": 2}, "2 frames instead of 3"),
        ({"fps": 24}, "24 frames a second instead of 73"),
    ],
)
def test_videos_that_do_not_fit_are_named(
    tmp_path: Path, good: Path, changes: dict[str, int], named: str
) -> None:
    wrong = _video(tmp_path / "wrong.mp4", **changes)
    right = good.parent / "video.mp4"
    videos = {FIRST: right, SECOND: wrong, THIRD: right}
    write_submission(tmp_path / "x.zip", videos)
    (problem,) = problems_of(tmp_path / "x.zip", SHORT)
    assert problem.startswith(SECOND)
    assert named in problem


def _append(name: str, content: bytes = b"x") -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, content)

    return change


def _flip_a_byte(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(SECOND)
    content = bytearray(path.read_bytes())
    content[info.header_offset + info.file_size // 2] ^= 255
    path.write_bytes(content)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_append("readme.txt"), "do not belong there: readme.txt"),
        (_append("475/HAIR/cam_222200042.mp4"), "do not belong there: 475/HAIR/cam_222200042"),
        (_append("../evil.mp4"), "lead out of the zip's folder: ../evil.mp4"),
        (_append("/etc/evil.mp4"), "lead out of the zip's folder: /etc/evil.mp4"),
        (_append(FIRST), "same name: 475/HAIR/cam_222200046.mp4"),
        (_flip_a_byte, f"{SECOND} is damaged"),
        (_cut, "not a complete zip file"),
    ],
)
def test_bad_zips_are_described(
    tmp_path: Path, good: Path, change: Callable[[Path], None], named: str
) -> None:
    path = Path(shutil.copy(good, tmp_path))
    change(path)
    assert any(named in problem for problem in problems_of(path, SHORT))


def test_what_is_missing_is_listed_unless_it_may_be(good: Path) -> None:
    (problem,) = problems_of(good, NVS_BENCHMARK)[:1]
    assert problem.startswith("12 of 15 videos are missing: 388/GLASSES/cam_222200046.mp4")
    more = dataclasses.replace(SHORT, sequences=(HAIR, BenchmarkSequence(422, "EXP-2-eyes", 1)))
    assert problems_of(good, more, allow_missing=True) == []
    assert len(problems_of(good, more)) == 1


def test_a_zip_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path, good: Path) -> None:
    path = Path(shutil.copy(good, tmp_path))
    before = path.read_bytes()
    with pytest.raises(Exception, match="Cannot write the submission"):
        write_submission(path, {FIRST: good, SECOND: tmp_path / "missing.mp4"})
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
