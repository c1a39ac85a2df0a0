"""Every block of commands in README.md and docs/ runs here, or says why it cannot.

A comment before a block says why: ``<!-- needs: X -->``, with X in ``NEEDS``, or
``<!-- run by: F -->`` where the file F runs the same. What is marked is still read: its options
must exist (test_docs.py).
"""

import re
import shlex
from pathlib import Path

import pytest

from documented import BLOCKS, Block
from micro import Workspace, run_command, with_stand_ins
from nersemble.cli import commands
from nersemble.video.camera_path import CameraPath, Keyframe, write_camera_path
from source_tree import ROOT

pytestmark = pytest.mark.slow

NEEDS = {
    "the data set",
    "the benchmark's data",
    "a released model",
    "a GPU",
    "several GPUs",
    "Slurm",
    "a network",
    "your recordings",
    "a browser",
    "an hour",
}
_SCRIPTS = re.compile(r"^python scripts/\w+/(\w+)_nersemble\.py ")


@pytest.mark.parametrize("block", [b for b in BLOCKS if not b.mark], ids=str)
def test_a_block_of_commands_runs(
    block: Block, used: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = Keyframe(0.0, 0.0, (0.0, -9.0, 0.0), (0.5**0.5, -(0.5**0.5), 0.0, 0.0), 20.0)
    write_camera_path(used.root / "way.json", CameraPath((view,)))
    if any(" train " in line for line in block.commands):
        # It makes its first run itself.
        empty = tmp_path / "empty"
        empty.mkdir()
        monkeypatch.chdir(empty)
    for line in block.commands:
        words = shlex.split(_SCRIPTS.sub(r"nersemble \1 ", line), comments=True)
        assert words[0] == "nersemble", f"{block}: mark what is not ours to run: {line}"
        name = " ".join(words[1:3]) if " ".join(words[1:3]) in commands() else words[1]
        assert run_command(*with_stand_ins(name, words[1:])) == 0, line


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.mark], ids=str)
def test_a_mark_says_what_is_true(block: Block) -> None:
    if block.mark == "needs":
        assert block.why in NEEDS
    else:
        assert (ROOT / block.why).is_file()
