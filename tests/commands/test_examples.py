"""Every command's help has an example that runs, and long commands write logs without redrawing."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from micro import Workspace, run_command, with_stand_ins
from nersemble.cli import commands
from nersemble.command_line.parsing import command_line_of, parser_of

pytestmark = pytest.mark.slow

# Those that last or need what is not here: their options are only parsed.
ONLY_PARSED = {
    "train": "trains for hours",
    "estimate": "tries a training of that size",
    "demo": "takes minutes",
    "evaluate": "JOD takes a while; test_end_to_end.py evaluates",
    "import-model": "needs a released model",
    "export-model": "the tests' models are none that the original could hold",
    "benchmark train": "needs the benchmark's captures",
    "benchmark submit": "needs the benchmark's captures",
    "benchmark check": "needs a submission",
    "data convert": "needs recordings",
    "data mask": "needs a capture in layout v2",
    "report": "needs evaluated runs",
    "export": "needs a head with a surface; test_export.py exports",
    "view": "serves until it is stopped",
}


def _example(command: str) -> list[str]:
    description = command_line_of(commands()[command][0]).description
    found = re.findall(r"^Example: (nersemble .*(?:\n .*)*)", description, re.MULTILINE)
    assert len(found) == 1, f"{command} has {len(found)} examples"
    words = shlex.split(found[0])[1:]
    assert " ".join(words).startswith(command)
    return words


@pytest.mark.parametrize("command", [c for c in commands() if c not in ONLY_PARSED])
def test_an_example_runs(command: str, used: Workspace) -> None:
    assert run_command(*with_stand_ins(command, _example(command))) == 0


@pytest.mark.parametrize("command", ONLY_PARSED)
def test_an_example_is_understood(command: str) -> None:
    words = _example(command)[len(command.split()) :]
    parser = parser_of(command_line_of(commands()[command][0]))
    known = set(parser._option_string_actions)
    assert {word for word in words if word.startswith("--")} <= known
    parser.parse_args(words)


def test_a_pipe_gets_whole_lines(tmp_path: Path) -> None:
    options = "--width 55 --height 80 --n_timesteps 2 --cameras eval --workers 1"
    done = subprocess.run(
        [sys.executable, "-m", "nersemble", "data", "synthesize", *options.split()],
        env={"PYTHONPATH": ":".join(sys.path), "NERSEMBLE_DATA_PATH": str(tmp_path)},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert b"\r" not in done.stderr + done.stdout
    assert re.fullmatch(rb"Synthesizing: image 8/8 \(100.0 %\), .* so far\n", done.stderr)
