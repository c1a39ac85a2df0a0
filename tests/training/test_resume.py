"""Training that goes on: to the same end as if it had never stopped, and only where it may."""

import dataclasses
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
import torch

import nersemble.training.trainer
from captures import SEQUENCE
from micro import (
    Workspace,
    differing,
    files_below,
    make_workspace,
    run_command,
)
from nersemble.config import RunConfig
from nersemble.rays.pixel_sampler import PixelSampler
from nersemble.training.trainer import Trainer

LAST_STEP = 8


@pytest.fixture
def half_way(tmp_path: Path, small_capture: Path) -> Workspace:
    """A workspace with a run of eight steps that stopped after its fourth."""
    made = make_workspace(tmp_path, small_capture)
    assert made.train(max_steps=4, steps_per_save=2) == 0
    return made


def _error(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    lines = [line for line in captured.err.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1, captured.err
    return lines[0]


# The same end


@pytest.mark.parametrize("stop", [1, 4, 7])
def test_a_run_made_longer_ends_where_a_long_one_does(
    workspace: Workspace, uninterrupted: dict[str, torch.Tensor], stop: int
) -> None:
    assert workspace.train(max_steps=stop) == 0
    assert workspace.resume("NERS-1", "--max_steps", LAST_STEP) == 0
    tensors = workspace.tensors(LAST_STEP)
    assert any(name.startswith("optimizer.") for name in tensors)
    assert differing(tensors, uninterrupted) == []
    assert workspace.run_labels == ["NERS-1"]


def _interrupt_before_batch(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    original = PixelSampler.batch

    def batch(sampler: PixelSampler, at: int) -> Any:
        if at == step:
            raise KeyboardInterrupt
        return original(sampler, at)

    monkeypatch.setattr(PixelSampler, "batch", batch)


def test_an_interrupted_run_goes_on_to_the_same_end(
    workspace: Workspace,
    uninterrupted: dict[str, torch.Tensor],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with monkeypatch.context() as patch:
        _interrupt_before_batch(patch, 5)
        assert workspace.train(max_steps=LAST_STEP) == 130
    assert "Stopped after step 5" in (printed := capsys.readouterr().out)
    assert "--resume_run NERS-1" in printed
    assert workspace.run().checkpoint_steps() == [5]
    assert workspace.resume() == 0
    assert differing(workspace.tensors(LAST_STEP), uninterrupted) == []


@pytest.mark.parametrize("place", ["compute_losses", "set_rates", "_report"])
def test_control_c_takes_effect_between_two_steps(
    workspace: Workspace,
    uninterrupted: dict[str, torch.Tensor],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    # An update of the occupancy grid is due at even steps, and it must not be done twice.
    owner: Any = Trainer if place == "_report" else nersemble.training.trainer
    original = getattr(owner, place)
    calls = 0

    def interrupted(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 5:
            os.kill(os.getpid(), signal.SIGINT)
        return original(*arguments, **options)

    handler = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patch:
        patch.setattr(owner, place, interrupted)
        assert workspace.train(max_steps=LAST_STEP) == 130
    assert signal.getsignal(signal.SIGINT) is handler
    assert workspace.run().checkpoint_steps() == [5]
    assert workspace.resume() == 0
    assert differing(workspace.tensors(LAST_STEP), uninterrupted) == []


def test_a_run_interrupted_twice(
    workspace: Workspace,
    uninterrupted: dict[str, torch.Tensor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for step, command in ((0, workspace.train), (3, workspace.resume)):
        with monkeypatch.context() as patch:
            _interrupt_before_batch(patch, step)
            options = {"max_steps": LAST_STEP} if step == 0 else {}
            assert command(**options) == 130
    assert workspace.run().checkpoint_steps() == [0, 3]
    assert workspace.resume() == 0
    assert differing(workspace.tensors(LAST_STEP), uninterrupted) == []


def test_an_older_checkpoint_leads_to_the_same_end(
    half_way: Workspace, uninterrupted: dict[str, torch.Tensor]
) -> None:
    options = ("--resume_checkpoint", 2, "--max_steps", LAST_STEP)
    assert half_way.resume("NERS-1", *options) == 0
    assert differing(half_way.tensors(LAST_STEP), uninterrupted) == []


def test_what_lies_ahead_of_an_older_checkpoint_is_no_longer_the_newest(
    half_way: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _interrupt_before_batch(patch, 3)
        assert half_way.resume("NERS-1", "--resume_checkpoint", 2) == 130
    assert half_way.run().checkpoint_steps() == [2, 3]
    assert list(half_way.run().checkpoints_folder.glob("abandoned-step-000000004.*"))


def test_a_small_cache_changes_nothing_when_a_run_goes_on(workspace: Workspace) -> None:
    # Its images are drawn anew every 21 steps, as the run began, though the new cache holds all.
    few = {"max_cached_images": 2, "max_steps": LAST_STEP}
    assert workspace.train(**few) == 0
    assert workspace.train(**(few | {"max_steps": 3})) == 0
    options = ("--max_steps", LAST_STEP, "--max_cached_images", 1000)
    assert workspace.resume("NERS-2", *options) == 0
    assert differing(workspace.tensors(LAST_STEP), workspace.tensors(LAST_STEP, "NERS-2")) == []


# How it is asked for


def test_the_same_command_goes_on(
    half_way: Workspace, uninterrupted: dict[str, torch.Tensor]
) -> None:
    options = {"max_steps": LAST_STEP, "steps_per_save": 2, "resume_run": "NERS-1"}
    assert half_way.train(**options) == 0
    assert differing(half_way.tensors(LAST_STEP), uninterrupted) == []
    assert half_way.run_labels == ["NERS-1"]
    # And once more, at its end, it has nothing to do.
    before = files_below(half_way.run().checkpoints_folder)
    assert half_way.train(**options) == 0
    assert files_below(half_way.run().checkpoints_folder) == before


def test_a_resumed_run_writes_down_its_new_length(half_way: Workspace) -> None:
    before = half_way.run().read_config()
    assert half_way.resume("NERS-1", "--max_steps", 5) == 0
    after = half_way.run().read_config()
    assert after["config"]["loop"].pop("max_steps") == 5
    assert before["config"]["loop"].pop("max_steps") == 4
    assert after == before


def test_a_resumed_run_keeps_its_name(workspace: Workspace) -> None:
    assert workspace.train(name="first", max_steps=1) == 0
    for name in ("NERS-1", "NERS-1-first", str(workspace.run().folder)):
        assert workspace.resume(name, "--max_steps", 2) == 0
    assert workspace.run_labels == ["NERS-1-first"]


def _leave_out(config: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """What of a config is not the default; what is left to the capture goes, too."""
    kept = {}
    for name, value in config.items():
        if isinstance(value, dict):
            kept[name] = _leave_out(value, defaults[name])
        elif value != defaults[name] and defaults[name] not in (-1, []):
            kept[name] = value
    return {name: value for name, value in kept.items() if value != {}}


def test_a_run_older_than_many_options_goes_on_and_is_evaluated(
    half_way: Workspace,
    uninterrupted: dict[str, torch.Tensor],
    capsys: pytest.CaptureFixture[str],
) -> None:
    content = half_way.run().read_config()
    defaults = json.loads(json.dumps(dataclasses.asdict(RunConfig())))
    older = content | {"config": _leave_out(content["config"], defaults)}
    assert "n_timesteps" not in older["config"].get("data", {})
    half_way.run().write_config(older)
    assert half_way.evaluate() == 0
    assert "has no value for config.data" in capsys.readouterr().err
    assert half_way.resume("NERS-1", "--max_steps", LAST_STEP) == 0
    assert differing(half_way.tensors(LAST_STEP), uninterrupted) == []
    content["config"]["loop"]["max_steps"] = LAST_STEP
    assert half_way.run().read_config() == content


# Where it may not


CONTRADICTIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({"lr_main": 0.5}, ["--lr_main 0.5 (saved: 0.01)"]),
    ({"seed": 3}, ["--seed 3 (saved: 19980801)"]),
    ({"n_train_rays": 65}, ["--n_train_rays 65 (saved: 64)"]),
    ({"n_timesteps": 2}, ["--n_timesteps 2 (saved: 3)"]),
    ({"n_hash_encodings": 4}, ["--n_hash_encodings 4 (saved: 2)"]),
    ({"use_deformation_field": False}, ["--use_deformation_field False (saved: True)"]),
    ({"name": "other"}, ["--name 'other' (saved: '')"]),
    ({"camera_color_correction": True}, ["--camera_color_correction True (saved: False)"]),
    ({"seed": 3, "occ_thre": 0.5}, ["--seed 3", "--occ_thre 0.5"]),
    ({"participant": 8}, ["ID 8 (saved: 7)"]),
    ({"sequence": "EXP-2-test"}, [f"SEQUENCE 'EXP-2-test' (saved: '{SEQUENCE}')"]),
    ({"preset": "paper"}, ["--preset paper contradicts run NERS-1", "--preset tiny"]),
]


@pytest.mark.parametrize(("options", "named"), CONTRADICTIONS, ids=lambda v: str(list(v)))
def test_an_option_that_contradicts_the_run_is_an_error(
    half_way: Workspace,
    capsys: pytest.CaptureFixture[str],
    options: dict[str, Any],
    named: list[str],
) -> None:
    before = files_below(half_way.root)
    capsys.readouterr()
    fixed = {"max_steps": LAST_STEP, "resume_run": "NERS-1"}
    assert half_way.train(**(fixed | options)) == 2
    message = _error(capsys)
    assert "NERS-1" in message
    assert all(text in message for text in named), message
    assert files_below(half_way.root) == before


def test_a_checkpoint_without_a_run_is_an_error(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert workspace.train(resume_checkpoint=4) == 2
    assert "--resume_checkpoint 4 needs --resume_run" in _error(capsys)
    assert workspace.run_labels == []


def test_an_unknown_run_lists_the_known_ones(
    half_way: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert half_way.resume("NERS-4") == 2
    assert "has no run 'NERS-4'" in (message := _error(capsys))
    assert "it has NERS-1" in message


def test_an_unknown_checkpoint_lists_the_known_ones(
    half_way: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert half_way.resume("NERS-1", "--resume_checkpoint", 3) == 2
    assert "no checkpoint of step 3, only of 2, 4" in _error(capsys)


def test_an_edited_config_that_does_not_fit_its_checkpoint(
    half_way: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    path = half_way.run().config_path
    content = json.loads(path.read_text())
    content["config"]["model"]["dynamic_field"]["deformation"]["mlp_layer_width"] = 17
    path.write_text(json.dumps(content))
    assert half_way.resume("NERS-1", "--max_steps", LAST_STEP) == 2
    assert "--mlp_layer_width is 17 (in training: 16)" in _error(capsys)
    assert half_way.resume("NERS-1", "--max_steps", LAST_STEP, "--resume_anyway") == 2
    message = _error(capsys)
    assert "step-000000004.safetensors does not fit the run's configuration" in message
    assert "config.json was edited" in message


def test_a_damaged_checkpoint_names_an_older_one_that_works(
    half_way: Workspace,
    uninterrupted: dict[str, torch.Tensor],
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = half_way.run().checkpoints_folder / "step-000000004.safetensors"
    content = bytearray(path.read_bytes())
    content[-9] ^= 4
    path.write_bytes(content)
    before = files_below(half_way.root)
    assert half_way.resume("NERS-1", "--max_steps", LAST_STEP) == 2
    message = _error(capsys)
    assert str(path) in message
    assert "--resume_checkpoint 2" in message
    assert files_below(half_way.root) == before
    options = ("--resume_checkpoint", 2, "--max_steps", LAST_STEP)
    assert half_way.resume("NERS-1", *options) == 0
    assert differing(half_way.tensors(LAST_STEP), uninterrupted) == []


def test_resuming_needs_the_models_folder_to_be_known(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NERSEMBLE_MODELS_PATH", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert run_command("train", "--resume_run", "NERS-1") == 2
    assert "--models_path" in _error(capsys)
