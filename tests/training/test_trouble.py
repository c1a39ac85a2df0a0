"""Trainings in which numbers go wrong: each fault is put in by hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from captures import PARTICIPANT, SEQUENCE
from micro import FRAME_NUMBERS, Workspace, differing, micro_config
from nersemble.data_manager.dataset import open_dataset
from nersemble.jobs import health
from nersemble.jobs.health import RECOVERIES_FILE
from nersemble.rays.pixel_sampler import PixelSampler
from nersemble.runs.training_log import read_training_log
from nersemble.training.trainer import Trainer

LAST_STEP = 12


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings of a few steps cannot wait for hundreds."""
    monkeypatch.setattr(health, "SKIPS_IN_A_ROW", 3)
    monkeypatch.setattr(health, "GRID_OPEN_STEPS", 3)


def _train(workspace: Workspace, **changes: object) -> int:
    steps = {"max_steps": LAST_STEP, "steps_per_save": 3, "steps_per_log": 1}
    return workspace.train(**(steps | changes))


def _before_step(
    patch: pytest.MonkeyPatch, spoil: Callable[[Trainer], object], *steps: int, once: bool = True
) -> None:
    """Something that happens at the beginning of some steps, in the first session or in all."""
    original, done = Trainer._train_step, set()

    def train_step(trainer: Trainer) -> Any:
        if trainer.step in steps and trainer.step not in done:
            done.update({trainer.step} if once else ())
            spoil(trainer)
        return original(trainer)

    patch.setattr(Trainer, "_train_step", train_step)


def _no_numbers(trainer: Trainer) -> None:
    trainer.model.field.color_mlp.weights[2].data.fill_(torch.nan)


def _spoil_image(patch: pytest.MonkeyPatch, camera: int, timestep: int) -> None:
    """Colours that are no numbers in one picture."""
    original = PixelSampler.batch

    def batch(sampler: PixelSampler, step: int) -> Any:
        rays, targets = original(sampler, step)
        rgbs = targets.rgbs.clone()
        rgbs[(rays.images == torch.tensor([camera, timestep])).all(1)] = torch.nan
        return rays, replace(targets, rgbs=rgbs, alphas=targets.alphas.clamp(min=0.1))

    patch.setattr(PixelSampler, "batch", batch)


def _last(workspace: Workspace) -> dict[str, torch.Tensor]:
    tensors = workspace.tensors(LAST_STEP)
    assert all(bool(torch.isfinite(value.float()).all()) for value in tensors.values())
    return tensors


def test_steps_with_a_bad_picture_are_left_out_and_counted(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(health, "SKIPS_IN_A_ROW", 100)
    _spoil_image(monkeypatch, 1, 2)
    assert _train(workspace) == 0
    output = capsys.readouterr()
    log = read_training_log(workspace.run().folder)
    assert log is not None
    losses, skipped = log.curves["train/loss"], log.curves["trouble/skipped_steps"]
    n_skipped = LAST_STEP - len(losses[0])
    assert 0 < n_skipped < LAST_STEP
    assert skipped[1][-1] == n_skipped
    assert f"Trouble on the way (docs/trouble.md): skipped steps: {n_skipped}." in output.out
    assert "because its loss (rgb, background) was not finite" in output.err
    _last(workspace)


def test_a_bad_picture_that_spoils_all_is_named(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _spoil_image(monkeypatch, 1, 2)
    assert _train(workspace, images_per_batch=12, timesteps_per_batch=3) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    dataset = open_dataset(workspace.captures, PARTICIPANT, SEQUENCE, micro_config().data)
    serial = dataset.splits.train_serials[1]
    assert f"camera {serial} frame {FRAME_NUMBERS[2]:05d} that are not finite" in error
    assert "Traceback" not in error


def test_a_model_without_numbers_is_set_back_to_its_checkpoint(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        _before_step(patch, _no_numbers, 6)
        assert _train(workspace) == 0
    output = capsys.readouterr().out
    assert "It continues after step 6, with halved rates" in output
    assert "first in camera" in output
    recoveries = json.loads((workspace.run().folder / RECOVERIES_FILE).read_text())
    assert [row["from_step"] for row in recoveries["recoveries"]] == [6]
    tensors = _last(workspace)
    assert workspace.run_labels == ["NERS-1"]
    # What goes on from the same checkpoint later computes with the same rates.
    assert workspace.resume("NERS-1", "--resume_checkpoint", 9) == 0
    assert differing(workspace.tensors(LAST_STEP), tensors) == []


def test_before_the_first_checkpoint_it_begins_anew(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _before_step(monkeypatch, _no_numbers, 1)
    assert _train(workspace, steps_per_save=100) == 0
    assert "It continues after step 0" in capsys.readouterr().out
    _last(workspace)


def test_what_diverges_again_and_again_ends(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _before_step(monkeypatch, _no_numbers, 7, once=False)
    assert _train(workspace) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert "was set back to a checkpoint 3 times before" in error
    assert workspace.run().checkpoint_steps()[-1] == 6
    assert "--lr_main" in error


def test_densities_without_bounds_set_the_model_back(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def explode(trainer: Trainer) -> None:
        weights = trainer.model.field.base_mlp.weights
        weights[0].data.abs_()
        weights[1].data[0] = 1e12
        trainer.model.field.hash_ensemble.tables.data.abs_().add_(1.0)

    _before_step(monkeypatch, explode, 8)
    assert _train(workspace) == 0
    assert "have absurd densities" in capsys.readouterr().out
    assert (workspace.run().folder / RECOVERIES_FILE).exists()
    _last(workspace)


def test_an_emptied_grid_is_opened_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def empty(trainer: Trainer) -> None:
        grid = trainer.model.grid
        grid.occs.zero_()
        grid.set_binaries(torch.zeros_like(grid.binaries))

    _before_step(monkeypatch, empty, 5)
    assert _train(workspace) == 0
    assert "reopened grids: 1" in capsys.readouterr().out
    log = read_training_log(workspace.run().folder)
    assert log is not None
    occupied = dict(zip(*log.curves["grid/occupied"], strict=True))
    assert occupied[6] == 0
    assert min(occupied[step] for step in range(7, LAST_STEP + 1)) > 0


def test_a_grid_that_is_always_empty_ends_the_training(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def vanish(trainer: Trainer) -> None:
        trainer.model.grid.binaries.zero_()

    _before_step(monkeypatch, vanish, *range(3, LAST_STEP), once=False)
    assert _train(workspace, steps_per_save=100) == 2
    assert "the density has vanished" in capsys.readouterr().err.splitlines()[-1]


def test_a_full_grid_is_mentioned_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(health, "FULL_STEPS", 3)
    _before_step(monkeypatch, lambda trainer: trainer.reopen_grid(1000), 1)
    assert _train(workspace) == 0
    assert capsys.readouterr().err.count("All visible cells") == 1


# What cannot become a head is said early, with its cause


@pytest.fixture
def calibration(workspace: Workspace) -> dict[str, Any]:
    """The content of the capture's calibration, to be changed and written by :func:`_write`."""
    content: dict[str, Any] = json.loads(_calibration_path(workspace).read_text())
    return content


def _calibration_path(workspace: Workspace) -> Path:
    return next(workspace.participant.rglob("camera_params.json"))


def _refused_before_training(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], **changes: object
) -> str:
    assert _train(workspace, **changes) == 2
    assert workspace.run_labels == []
    return capsys.readouterr().err.splitlines()[-1]


def test_cameras_at_one_place_are_refused(
    workspace: Workspace, calibration: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    for pose in calibration["world_2_cam"].values():
        for row in pose[:3]:
            row[3] = 0.0
    _calibration_path(workspace).write_text(json.dumps(calibration))
    error = _refused_before_training(workspace, capsys)
    assert "All 4 training cameras stand at one place" in error
    assert "correct the poses" in error


def test_focal_lengths_that_miss_the_box_are_refused(
    workspace: Workspace, calibration: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    calibration["intrinsics"][0][0] = calibration["intrinsics"][1][1] = 1e-5
    _calibration_path(workspace).write_text(json.dumps(calibration))
    error = _refused_before_training(workspace, capsys)
    assert "No ray of any training camera meets the scene box" in error
    assert "focal length" in error


def test_planes_that_leave_out_the_box_are_refused(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--near_plane 900" in _refused_before_training(workspace, capsys, near_plane=900)


@pytest.mark.parametrize(
    ("changes", "cause"),
    [({"render_step_size": 900}, "--render_step_size is 900"), ({"lr_main": 100}, "--lr_main 100")],
)
def test_a_training_without_samples_ends_and_says_why(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], changes: Any, cause: str
) -> None:
    assert _train(workspace, max_steps=110, steps_per_save=1000, **changes) == 2
    output = capsys.readouterr()
    error = output.err.splitlines()[-1]
    assert error.startswith("error: No ray had a sample in 50 steps in a row up to step 5")
    assert cause in error


def test_a_short_training_without_samples_does_not_end_well(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _train(workspace, render_step_size=900) == 2
    assert f"No ray had a sample in {LAST_STEP} steps" in capsys.readouterr().err


def test_a_training_that_skips_every_step_does_not_end_well(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(health, "SKIPS_IN_A_ROW", 100)
    monkeypatch.setattr(Trainer, "_backward", lambda *_: False)
    assert _train(workspace) == 2
    assert f"None of the {LAST_STEP} steps changed the model" in capsys.readouterr().err
