"""Trainings that torchrun starts: a killed process, and Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from captures import PARTICIPANT, SEQUENCE
from micro import Workspace, micro_options
from nersemble.runs.folders import Run
from source_tree import ROOT

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.slow,
]


@contextmanager
def torchrun(workspace: Workspace, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """A training of many short steps in two processes, restarted once at most."""
    command = [
        sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2",
        "--max_restarts", "1", "--master_port", "0", "--rdzv_endpoint", "127.0.0.1:0",
        "--rdzv_backend", "c10d", str(ROOT / "scripts/train/train_nersemble.py"),
        str(PARTICIPANT), SEQUENCE, *options,
        "--data_path", str(workspace.captures), "--models_path", str(workspace.models),
    ]  # fmt: skip
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _workers(process: "subprocess.Popen[str]") -> list[int]:
    """Processes whose parent is torchrun."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == process.pid:
            found.append(int(status.parent.name))
    return sorted(found)


def _wait_for_steps(workspace: Workspace, process: "subprocess.Popen[str]", n: int) -> None:
    until = time.monotonic() + 100
    while not any(run.checkpoint_steps()[-1:] >= [n] for run in _runs(workspace)):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < until, f"no checkpoint of step {n}"
        time.sleep(0.05)


def _runs(workspace: Workspace) -> list[Run]:
    """Without the names by which runs are claimed while they are made."""
    return [workspace.run(label) for label in workspace.run_labels if label.startswith("NERS-")]


def test_a_killed_process_costs_the_steps_since_the_checkpoint(workspace: Workspace) -> None:
    """torchrun starts both anew; they go on in their run's folder. Then Ctrl-C stops both after
    one and the same step, which is saved."""
    options = micro_options(max_steps=1_000_000, steps_per_save=5, keep_checkpoints=1000)
    with torchrun(workspace, *options) as process:
        _wait_for_steps(workspace, process, 5)
        before = _workers(process)
        os.kill(before[-1], signal.SIGKILL)
        while set(before) & set(_workers(process)):
            time.sleep(0.05)
        reached = workspace.run().checkpoint_steps()[-1]
        _wait_for_steps(workspace, process, reached + 5)
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=60)[0]
    steps = workspace.run().checkpoint_steps()
    assert workspace.run_labels == ["NERS-1"]
    assert f"Stopped after step {steps[-1]} (SIGINT), saved" in output
    # Started anew, it would have saved the first steps again: their files are the old ones.
    assert steps[:-1] == list(range(5, steps[-2] + 1, 5))
    assert output.count("in 2 processes") == 2
