"""The commands of docs/version-2.md, in its order, on a small capture of the same layout."""

import json
import shlex
from pathlib import Path

import pytest

from captures import PARTICIPANT, SEQUENCE
from documented import BLOCKS
from micro import run_command, with_stand_ins
from nersemble.cli import commands
from synthetic_videos import write_v2_head

pytestmark = pytest.mark.slow

CAMERAS = (0, 2, 3, 4, 5, 6)
"""Four to train with, and two of those that are held out."""


def test_the_whole_way_from_videos_to_a_video(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, folder in (("DATA", "."), ("MODELS", "models"), ("RENDERS", "renders")):
        monkeypatch.setenv(f"NERSEMBLE_{name}_PATH", folder)
    participant = tmp_path / f"{PARTICIPANT:03d}"
    write_v2_head(participant, SEQUENCE, camera_ids=CAMERAS, n_frames=3)
    blocks = [b for b in BLOCKS if b.document == "docs/version-2.md" and b.mark == "run by"]
    assert len(blocks) == 4
    for block in blocks:
        for line in block.commands:
            words = shlex.split(line)[1:]
            name = " ".join(words[:2]) if " ".join(words[:2]) in commands() else words[0]
            # The pictures are smaller than any that the page names.
            size = ["--downscale_factor", "41"] if name == "train" else []
            assert run_command(*with_stand_ins(name, words), *size) == 0, line
    assert len(list((participant / "sequences" / SEQUENCE / "alpha_maps").iterdir())) == 6
    (result,) = tmp_path.glob("models/nersemble/NERS-1/evaluation/*/evaluation_result.json")
    assert len(json.loads(result.read_text())["per_cam"]) == 2
    assert [path.suffix for path in (tmp_path / "renders").iterdir()] == [".mp4"]
