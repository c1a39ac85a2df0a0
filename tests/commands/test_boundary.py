"""Exceptions that no room expected become one line, an exit status and a traceback in a file."""

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from captures import PARTICIPANT, SEQUENCE
from micro import Workspace, run_command
from nersemble.boundary import run_command as run_entry
from nersemble.commands.fleet import STAGES
from nersemble.errors import ConfigError, RunError, say
from nersemble.files import file_locked
from nersemble.jobs.fleet.plan import read_plan
from nersemble.jobs.fleet.state import FleetState

ErrorLine = Callable[[int], str]


def _raising(error: BaseException) -> Callable[[Any], None]:
    def command(_: Any) -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "/m/NERS-1"), "/m/NERS-1: Permission"),
        (OSError(errno.ENOSPC, "No space left on device"), "make room on its disk"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "x" * 300), "shorter path or name"),
        (OSError(errno.EMFILE, "Too many open files", "a.png"), "ulimit -n"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: 9 bytes"), "not enough memory"),
        (torch.OutOfMemoryError("CUDA out of memory."), "(CUDA out of memory.)"),
        (ValueError("embedded null byte"), "the character NUL"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_machine_lacks_is_said(error: Exception, said: str, error_line: ErrorLine) -> None:
    assert said in error_line(run_entry(_raising(error), []))


def test_a_fault_of_ours_leaves_its_traceback_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run_entry(_raising(KeyError("a\x1b[31m\nb")), []) == 1
    (line,) = capsys.readouterr().err.splitlines()
    found = re.fullmatch(
        r"error: nersemble \d\S* has failed \(KeyError: .*\); the traceback is in (.*)\. .*", line
    )
    assert found
    assert "\x1b" not in line
    text = Path(found[1]).read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "in command" in text


def test_a_switch_shows_tracebacks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NERSEMBLE_DEBUG", "1")
    assert run_entry(_raising(ConfigError("no")), []) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.splitlines()[-1] == "error: no"


def test_a_path_of_300_letters(workspace: Workspace, error_line: ErrorLine) -> None:
    long = workspace.root / ("x" * 300)
    for argv in (
        ["data", "list", "--data_path", long],
        ["train", PARTICIPANT, SEQUENCE, "--data_path", workspace.captures, "--models_path", long],
        ["fleet", long, "--data_path", workspace.captures, "--models_path", workspace.models],
    ):
        assert "File name too long" in error_line(run_command(*argv))


def test_the_home_of_a_user_who_is_not_there(error_line: ErrorLine) -> None:
    path = "~nobody-of-this-name/models"
    assert path in error_line(run_command("data", "list", "--data_path", path))
    assert path in error_line(run_command("results", "--models_path", path))


@pytest.mark.parametrize("argv", [["--out", ""], ["--out="], ["--models-path", "", "--out", "x"]])
def test_an_empty_path_is_no_path(argv: list[str], error_line: ErrorLine) -> None:
    message = error_line(run_command("export-model", "NERS-1", *argv))
    assert re.search(r"--(out|models_path) is empty", message)


def test_a_terminal_that_knows_ascii_only(workspace: Workspace) -> None:
    for folder in list(workspace.participant.rglob(SEQUENCE)):
        folder.rename(folder.with_name("Grüße"))
    done = subprocess.run(
        [sys.executable, "-m", "nersemble", "data", "list", "--data_path", workspace.captures],
        env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Gr\\xfc\\xdfe" in done.stdout


def test_names_from_disk_are_shown_without_control_characters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say(Path("a\x1b]0;b\x07"), "two\nlines\r")
    assert capsys.readouterr().out == "a\\x1b]0;b\\x07\ntwo\nlines\\r\n"


def test_a_full_disk_at_the_lock_names_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")

    def fail(*_: Any, **__: Any) -> Any:
        raise full

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", fail)
        with file_locked(tmp_path / ".lock"):
            assert (tmp_path / ".lock").exists()
    monkeypatch.setattr("nersemble.files.open_to_append", fail)
    with (
        pytest.raises(RunError, match=f"The disk of {tmp_path} is full: make room"),
        file_locked(tmp_path / ".lock"),
    ):
        pass


# What a fleet reads


@pytest.mark.parametrize(
    "entry",
    [
        {"state": "flying", "jobs": []},
        {"state": "submitted", "jobs": []},
        {"jobs": ["../../x"]},
        {"jobs": [5]},
        {"jobs": [], "gpu": "0"},
        {"jobs": [], "failures": -1},
        {"jobs": [], "why": {}},
        {"jobs": [], "cluster": None},
        {"jobs": None},
        [],
    ],
    ids=str,
)
def test_a_state_that_makes_no_sense_is_refused(tmp_path: Path, entry: Any) -> None:
    content = {"format_version": 1, "runs": {"a": entry}}
    (tmp_path / "state.json").write_text(json.dumps(content))
    with pytest.raises(RunError, match=re.escape(f"{tmp_path / 'state.json'}")):
        FleetState(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = " + "[" * 5000 + "]" * 5000, "nested too deep"),
        ("hours = nan", "hours is nan"),
        ("hours = inf", "hours is inf"),
        ("memory_gb = -1", "memory_gb is -1"),
        ("gpus = 2", "gpus is 2"),
        ('name = ".hidden"', "cannot name a run"),
        (f'name = "{"x" * 101}"', "cannot name a run"),
        ('name = "-x"', "run 1, train"),
        ("[run.train]\nseed = 18446744073709551615", "--seed is 18446744073709551615"),
        ("[run.train]\nlr_main = nan", "--lr_main is nan"),
    ],
)
def test_a_plan_refuses_what_train_refuses(workspace: Workspace, text: str, said: str) -> None:
    plan = workspace.root / "plan.toml"
    own = f'[[run]]\nparticipant = {PARTICIPANT}\nsequence = "{SEQUENCE}"\n'
    plan.write_text(f"{own}{text}\n")
    with pytest.raises(ConfigError, match=re.escape(said)):
        read_plan(plan, workspace.captures, STAGES)
