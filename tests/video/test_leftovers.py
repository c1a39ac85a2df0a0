"""A killed rendering leaves half a video; the next one of the same name takes it away."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nersemble.errors import RunError
from nersemble.video.config import VideoFormat
from nersemble.video.outputs import open_video
from nersemble.video.writer import VideoWriter, h264
from source_tree import ROOT

_KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from nersemble.video.writer import VideoWriter, h264

with VideoWriter(Path(sys.argv[1]), 24, h264()) as video:
    for _ in range(3):
        video.append(np.zeros((32, 32, 3), np.uint8))
    os.kill(os.getpid(), signal.SIGKILL)
"""
_PICTURE = np.zeros((32, 32, 3), np.uint8)


def _killed(path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", _KILLED, str(path)]
    assert subprocess.run(command, env=environment).returncode == -signal.SIGKILL


def _write(path: Path) -> None:
    with VideoWriter(path, 24, h264()) as video:
        video.append(_PICTURE)


@pytest.mark.slow
def test_the_next_call_takes_away_what_a_killed_one_left(tmp_path: Path) -> None:
    path, other = tmp_path / "video [1].mp4", tmp_path / "video [1].mp4.copy.mp4"
    for one in (path, other):
        _killed(one)
    assert len(list(tmp_path.iterdir())) == 2, "or the test shows nothing"
    foreign = tmp_path / ".video [1].mp4.tmp"
    foreign.write_text("not ours")
    _write(path)
    left = {entry.name for entry in tmp_path.iterdir()}
    assert {path.name, foreign.name} < left
    assert [name for name in left if name.startswith(f".{other.name}")]
    _write(other)
    assert {entry.name for entry in tmp_path.iterdir()} == {path.name, other.name, foreign.name}


@pytest.mark.parametrize("kind", ["mp4", "png"])
def test_an_encoder_that_fails_ends_the_rendering_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: VideoFormat
) -> None:
    path, rendered = tmp_path / f"video.{kind}", 0

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("PIL.Image.Image.save", full)
    monkeypatch.setattr("imageio.plugins.pyav.PyAVPlugin.write_frame", full)

    def render() -> None:
        nonlocal rendered
        with open_video(path, 24, kind) as writer:
            for rendered in range(1000):  # noqa: B007
                writer.append(_PICTURE)

    with pytest.raises(RunError, match=r"video.*: No space left on device; make room"):
        render()
    assert rendered < 100
    assert list(tmp_path.iterdir()) == []
