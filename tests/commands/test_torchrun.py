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
from source_tree import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


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


def _wait_for_checkpoint(workspace: Workspace, process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + 100
    while not (workspace.run_labels and workspace.run(workspace.run_labels[0]).checkpoint_steps()):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_killed_process_costs_the_steps_since_the_checkpoint(workspace: Workspace) -> None:
    """torchrun starts both anew; they go on in their run's folder. Then Ctrl-C stops both after
    one and the same step, which is saved."""
    options = micro_options(max_steps=1_000_000, steps_per_save=20, keep_checkpoints=3)
    with torchrun(workspace, *options) as process:
        _wait_for_checkpoint(workspace, process)
        os.kill(_workers(process)[-1], signal.SIGKILL)
        reached = workspace.run().checkpoint_steps()[-1]
        until = time.monotonic() + 100
        while workspace.run().checkpoint_steps()[-1] < reached + 100:
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < until
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=60)[0]
    assert workspace.run_labels == ["NERS-1"]
    stopped = workspace.run().checkpoint_steps()[-1]
    assert f"Stopped after step {stopped}, saved" in output
    assert output.count("error: Another process of this command has ended") <= 1
