"""Trainings killed with SIGKILL over and over, each time gone on with by the same command.

    PYTHONPATH=src:tests python tests/killing.py --kills 200

Half of the kills hit at a random time, half at a random point inside the writing of a checkpoint.
Checked each time: at most one interval between checkpoints is lost; and, when a training got to its
end: the last checkpoint equals, bit for bit, that of a training that nobody stopped.
"""

import argparse
import datetime
import functools
import multiprocessing
import os
import platform
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

import nersemble.runs.checkpoints
from micro import Workspace, differing, make_workspace, write_capture
from nersemble.training.loop import StepReport, TrainingLoop

N_STEPS, STEPS_PER_SAVE, KEEP = 30, 3, 2
_TRIES_TO_FINISH = 40


@dataclass(frozen=True)
class Kill:
    """What one kill did."""

    how: str
    steps_done: int
    steps_kept: int


class Watched:
    """What a child tells its parent while it lives: steps done, and calls while it saves."""

    def __init__(self, context: Any) -> None:
        # Without locks: a killed child would never release them.
        self.steps, self.calls = context.RawValue("i", 0), context.RawValue("i", 0)


def child(root: Path, watched: Watched, kill_at_call: int) -> None:
    """Trains to the end; or kills itself at the n-th call of a function while it saves."""
    torch.set_num_threads(1)
    run, write = TrainingLoop.run, nersemble.runs.checkpoints.write_checkpoint

    def watched_run(loop: TrainingLoop, last: int, after_step: Any) -> None:
        def after(report: StepReport) -> None:
            watched.steps.value = report.step
            after_step(report)

        run(loop, last, after)

    def at_call(*_: Any) -> None:
        watched.calls.value += 1
        if watched.calls.value == kill_at_call:
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(write)
    def watched_write(*arguments: Any) -> None:
        sys.setprofile(at_call)
        try:
            write(*arguments)
        finally:
            sys.setprofile(None)

    TrainingLoop.run = watched_run  # type: ignore[method-assign]
    nersemble.runs.checkpoints.write_checkpoint = watched_write
    sys.exit(train(Workspace(root)))


def train(workspace: Workspace) -> int:
    """The command that is given again after each kill."""
    return workspace.train(
        resume=True,
        max_steps=N_STEPS,
        steps_per_save=STEPS_PER_SAVE,
        keep_checkpoints=KEEP,
    )


def newest_step(workspace: Workspace) -> int:
    """Of the checkpoints; 0 if there is none."""
    steps = workspace.run().checkpoint_steps() if workspace.run_labels else []
    return max(steps, default=0)


class Killer:
    """Runs and kills trainings in a folder."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._random = folder, random.Random(seed)
        # A server that never had threads: its children are forked in milliseconds.
        self._context: Any = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["killing"])
        write_capture(folder / "capture")
        reference = make_workspace(folder / "reference", folder / "capture")
        # The first child waits for the server to start.
        for _ in range(2):
            shutil.rmtree(reference.models, ignore_errors=True)
            began = time.monotonic()
            process, watched = self._make_child(reference, 0)
            process.join()
            self._seconds = time.monotonic() - began
        self._calls = watched.calls.value
        self._reference = reference.tensors(N_STEPS)

    def kills(self, n: int) -> Iterator[Kill]:
        """Kills ``n`` times, the odd ones while saving."""
        done = trainings = 0
        while done < n:
            workspace = make_workspace(self._folder / str(trainings), self._folder / "capture")
            trainings += 1
            for _ in range(_TRIES_TO_FINISH):
                kill = self._killed(workspace, in_write=done % 2 == 1) if done < n else None
                if kill is None:
                    break
                done += 1
                yield kill
            self._finish(workspace)
            shutil.rmtree(workspace.root)

    def _killed(self, workspace: Workspace, *, in_write: bool) -> Kill | None:
        """Kills a training; None if it came to its end first."""
        kept_before = newest_step(workspace)
        at_call = self._random.randint(1, self._calls) if in_write else 0
        process, watched = self._make_child(workspace, at_call)
        after = self._random.uniform(0, self._seconds)
        process.join(None if in_write else after)
        process.kill()
        process.join()
        if process.exitcode == 0:
            return None
        assert process.exitcode == -signal.SIGKILL, f"exit status {process.exitcode}"
        kept = newest_step(workspace)
        kill = Kill(
            f"call {at_call} while saving" if in_write else f"after {after:.2f} s",
            watched.steps.value,
            kept,
        )
        assert kept >= kept_before, kill
        assert kill.steps_done - kept <= STEPS_PER_SAVE, kill
        return kill

    def _finish(self, workspace: Workspace) -> None:
        process, _ = self._make_child(workspace, 0)
        process.join()
        assert process.exitcode == 0
        assert workspace.run_labels == ["NERS-1"]
        assert differing(workspace.tensors(N_STEPS), self._reference) == []
        names = {path.name for path in workspace.run().checkpoints_folder.iterdir()}
        assert not [name for name in names if name.endswith(".tmp")], names

    def _make_child(self, workspace: Workspace, kill_at_call: int) -> tuple[Any, Watched]:
        watched = Watched(self._context)
        process = self._context.Process(target=child, args=(workspace.root, watched, kill_at_call))
        process.start()
        return process, watched


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(f"{datetime.date.today()}, Python {platform.python_version()}, torch {torch.__version__}")
    print(f"{N_STEPS} steps, a checkpoint every {STEPS_PER_SAVE}; seed {arguments.seed}")
    with tempfile.TemporaryDirectory() as folder:
        for n, kill in enumerate(Killer(Path(folder), arguments.seed).kills(arguments.kills), 1):
            print(
                f"{n}: killed {kill.how}, {kill.steps_done} steps done, "
                f"checkpoint of step {kill.steps_kept}",
                flush=True,
            )
    print("Each training went on to the same bits as the one that nobody stopped.")


if __name__ == "__main__":
    main()
