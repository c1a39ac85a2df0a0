"""Trainings that are asked to stop, that cannot save, and that are begun twice."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import nersemble.jobs.steps
import nersemble.runs.checkpoints
from micro import Workspace, differing
from nersemble.jobs import checkpointing
from nersemble.rendering.renderer import TorchRenderer
from nersemble.runs.checkpoints import best_step
from nersemble.runs.folders import run_locked
from nersemble.training.trainer import Trainer

LAST_STEP = 8


def _train(workspace: Workspace, **changes: object) -> int:
    """The command that is given again and again."""
    return workspace.train(**({"max_steps": LAST_STEP, "resume": True} | changes))


def _error(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    lines = [line for line in captured.err.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1, captured.err
    return lines[0]


def _at_call(
    patch: pytest.MonkeyPatch, owner: Any, name: str, which: int, act: Callable[[], object]
) -> None:
    """Something that happens just before the n-th call of a function."""
    original, calls = getattr(owner, name), 0

    def called(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == which:
            act()
        return original(*arguments, **options)

    patch.setattr(owner, name, called)


# Signals and the clock


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_in_a_step_saves_after_it(
    workspace: Workspace,
    uninterrupted: dict[str, torch.Tensor],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    before = signal.getsignal(number)
    with monkeypatch.context() as patch:
        _at_call(patch, Trainer, "_report", 3, lambda: os.kill(os.getpid(), number))
        assert _train(workspace) == 128 + number
    assert signal.getsignal(number) is before
    assert workspace.run().checkpoint_steps() == [3]
    assert _train(workspace) == 0
    assert workspace.run_labels == ["NERS-1"]
    assert differing(workspace.tensors(LAST_STEP), uninterrupted) == []


def test_a_signal_while_pictures_are_evaluated_does_not_wait_for_them(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    _at_call(monkeypatch, TorchRenderer, "image", 1, stop)
    assert _train(workspace, steps_per_eval_image=2) == 128 + signal.SIGTERM
    assert workspace.run().checkpoint_steps() == [2]


def test_a_signal_while_saving_waits_for_the_whole_checkpoint(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    _at_call(monkeypatch, nersemble.runs.checkpoints, "sync_to_disk", 1, stop)
    assert _train(workspace, steps_per_save=4) == 128 + signal.SIGTERM
    assert workspace.run().checkpoint_steps() == [4]
    monkeypatch.undo()
    assert _train(workspace) == 0


def test_the_same_command_gets_to_the_end_however_short_its_hours(
    workspace: Workspace,
    uninterrupted: dict[str, torch.Tensor],
    capsys: pytest.CaptureFixture[str],
) -> None:
    statuses = [_train(workspace, max_hours=1e-9) for _ in range(LAST_STEP)]
    assert statuses == [75] * (LAST_STEP - 1) + [0]
    assert "--max_hours are over" in capsys.readouterr().out
    assert differing(workspace.tensors(LAST_STEP), uninterrupted) == []
    # Done is done.
    assert _train(workspace) == 0
    assert workspace.run_labels == ["NERS-1"]


# Which run


def test_resume_looks_for_its_own_run(workspace: Workspace) -> None:
    assert _train(workspace, name="a", max_steps=2) == 0
    assert _train(workspace, name="b", max_steps=3) == 0
    assert _train(workspace, name="a", max_steps=4) == 0
    assert workspace.run_labels == ["NERS-1-a", "NERS-2-b"]
    assert workspace.run("NERS-1").checkpoint_steps()[-1] == 4
    assert workspace.run("NERS-2").checkpoint_steps()[-1] == 3


def test_resume_takes_the_newest_of_several(workspace: Workspace) -> None:
    for _ in range(2):
        assert workspace.train(max_steps=2) == 0
    assert _train(workspace, max_steps=3) == 0
    assert [workspace.run(f"NERS-{n}").checkpoint_steps()[-1] for n in (1, 2)] == [2, 3]


def test_a_damaged_checkpoint_is_named_and_passed_over(
    workspace: Workspace,
    uninterrupted: dict[str, torch.Tensor],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert workspace.train(max_steps=4, steps_per_save=2) == 0
    newest = workspace.run().checkpoints_folder / "step-000000004.safetensors"
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 1
    newest.write_bytes(content)
    assert _train(workspace) == 0
    printed = capsys.readouterr().err
    assert str(newest) in printed
    assert "step 2" in printed
    assert differing(workspace.tensors(LAST_STEP), uninterrupted) == []


def test_resume_does_not_go_with_a_chosen_checkpoint(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert workspace.train(max_steps=4, steps_per_save=2) == 0
    assert _train(workspace, resume_checkpoint=2) == 2
    assert "--resume_checkpoint" in _error(capsys)


# Saves that fail


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpointing, "_SECONDS_BETWEEN_TRIES", 0.0)


def _full_disk(patch: pytest.MonkeyPatch, calls: range) -> None:
    """Some of the saves find no room, after a part was written."""
    original, n = nersemble.runs.checkpoints.save_file, 0

    def save(tensors: Any, path: Path) -> None:
        nonlocal n
        n += 1
        if n in calls:
            path.write_bytes(b"a part")
            raise OSError(errno.ENOSPC, "No space left on device")
        original(tensors, path)

    patch.setattr(nersemble.runs.checkpoints, "save_file", save)


@pytest.mark.usefixtures("impatient")
def test_training_goes_on_with_a_full_disk_and_saves_when_there_is_room(
    workspace: Workspace,
    uninterrupted: dict[str, torch.Tensor],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Saved at 2; not at 4, 5 and 6; again at 7, which is no multiple of two.
    _full_disk(monkeypatch, range(2, 5))
    assert _train(workspace, steps_per_save=2) == 0
    printed = capsys.readouterr().err
    assert printed.count("No space left on device") == 3
    assert "training can resume from the checkpoint of step 2" in printed
    assert workspace.run().checkpoint_steps() == [2, 7, 8]
    assert differing(workspace.tensors(LAST_STEP), uninterrupted) == []
    assert not list(workspace.run().checkpoints_folder.glob(".*"))


@pytest.mark.usefixtures("impatient")
def test_the_end_of_a_training_is_tried_many_times_before_it_is_an_error(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        _full_disk(patch, range(2, 1000))
        assert _train(workspace, steps_per_save=4) == 2
    assert "No space left" in _error(capsys)
    assert workspace.run().checkpoint_steps() == [4]
    assert _train(workspace, steps_per_save=4) == 0


@pytest.mark.usefixtures("impatient")
def test_a_folder_that_vanishes_for_a_while(
    workspace: Workspace,
    uninterrupted: dict[str, torch.Tensor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models, away = workspace.models, workspace.root / "away"
    _at_call(monkeypatch, Trainer, "_report", 3, lambda: models.rename(away))
    _at_call(monkeypatch, Trainer, "_update_occupancy", 7, lambda: away.rename(models))
    assert _train(workspace, steps_per_save=2) == 0
    assert workspace.run().checkpoint_steps() == [2, 7, 8]
    assert differing(workspace.tensors(LAST_STEP), uninterrupted) == []


# Two processes


_HOLD = """
import sys, time
from pathlib import Path
from nersemble.runs.folders import Run, run_locked
with run_locked(Run(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_run_that_another_process_trains_is_refused_until_that_one_dies(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert workspace.train(max_steps=2) == 0
    command = [sys.executable, "-c", _HOLD, str(workspace.run().folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert _train(workspace) == 2
        assert f"process {holder.pid} on " in _error(capsys)
        assert workspace.run().checkpoint_steps() == [2]
        holder.kill()
    assert _train(workspace) == 0


def test_a_lock_is_released_when_training_ends(workspace: Workspace) -> None:
    assert workspace.train(max_steps=2) == 0
    with run_locked(workspace.run()):
        assert workspace.evaluate() == 0


# The best


def test_the_best_checkpoint_is_kept_beside_the_newest(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter([10.0, 30.0, 20.0, 25.0])
    session = nersemble.jobs.steps.TrainingSteps
    monkeypatch.setattr(session, "_evaluate", lambda *_, **__: next(scores))
    options = {"steps_per_save": 2, "steps_per_eval_all_images": 2, "keep_checkpoints": 1}
    assert workspace.train(max_steps=LAST_STEP, **options) == 0
    run = workspace.run()
    assert run.checkpoint_steps() == [4, 8]
    assert best_step(run.checkpoints_folder) == 4
    # A run that goes on from before it does not know it.
    assert workspace.resume("NERS-1", "--resume_checkpoint", 4, "--max_steps", 5) == 0
    assert best_step(run.checkpoints_folder) == 4
