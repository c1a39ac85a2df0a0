"""Files that are written whole: their names while they grow, their mode, and what kills leave."""

import multiprocessing
import os
import signal
import stat
from pathlib import Path

import pytest
import torch

from nersemble.files import leftovers_of, replace_json, temporary_name, written_whole
from nersemble.runs.checkpoints import write_checkpoint


def _killed_while_writing(path: Path) -> None:
    with written_whole(path) as temporary:
        temporary.write_text("half")
        os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_killed_process_left_goes_with_the_next_write(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    process = multiprocessing.get_context("fork").Process(
        target=_killed_while_writing, args=(path,)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1
    replace_json(path, {"a": 1})
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_living_process_writes_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    ours = temporary_name(path)
    foreign = {
        "this process's parent": f".a.json.{os.getppid()}-{ours.name.split('-')[1]}",
        "another machine's": ".a.json.1-00000000.tmp",
        "another file's": ".b.json.999999999-00000000.tmp",
    }
    for name in foreign.values():
        (tmp_path / name).touch()
    replace_json(path, {})
    assert {p.name for p in tmp_path.iterdir()} == {path.name, *foreign.values()}
    os.utime(tmp_path / foreign["another machine's"], (0, 0))
    assert leftovers_of(path) == [tmp_path / foreign["another machine's"]]


def test_a_link_that_waits_under_the_temporary_name_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    path = tmp_path / "a.json"
    temporary_name(path).symlink_to(victim)
    replace_json(path, {})
    assert victim.read_text() == "mine"


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_a_checkpoint_has_the_usual_mode(tmp_path: Path, umask: int, mode: int) -> None:
    path = tmp_path / "checkpoints" / "step-000000001.safetensors"
    before = os.umask(umask)
    try:
        write_checkpoint(path, 1, {"a": torch.zeros(2)}, {})
    finally:
        os.umask(before)
    for file in (path, path.with_suffix(".json")):
        assert stat.S_IMODE(file.stat().st_mode) == mode
