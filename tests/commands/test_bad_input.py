"""What goes wrong is said in one line that names the thing and the remedy, and exits with 2."""

import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from captures import PARTICIPANT, SEQUENCE, picture_path
from micro import CAPTURE_SERIALS, EVAL_SERIAL, Workspace, files_below, micro_options, write_capture
from nersemble.cli import main

ErrorLine = Callable[[int], str]

TRAINING_SERIAL = CAPTURE_SERIALS[1]


class Curves:
    """A tracker that keeps what it is given."""

    def __init__(self) -> None:
        self.values: list[dict[str, float]] = []

    def scalars(self, step: int, values: dict[str, float]) -> None:
        self.values.append(values)

    def image(self, step: int, name: str, picture: np.ndarray) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def curves(monkeypatch: pytest.MonkeyPatch) -> Curves:
    """What a training logs."""
    made = Curves()
    monkeypatch.setattr("nersemble.jobs.display.make_tracker", lambda *_: made)
    return made


# The capture


def test_an_unknown_participant(workspace: Workspace, error_line: ErrorLine) -> None:
    message = error_line(workspace.train(participant=12))
    assert f"Participant 012 is not in {workspace.captures}; it has: 007" in message
    assert workspace.run_labels == []


def test_an_unknown_sequence(workspace: Workspace, error_line: ErrorLine) -> None:
    message = error_line(workspace.train(sequence="EXP-1-tset"))
    assert "Sequence 'EXP-1-tset' is not in" in message
    assert f"it has: {SEQUENCE}" in message


def test_a_data_folder_that_is_not_there(workspace: Workspace, error_line: ErrorLine) -> None:
    message = error_line(workspace.train(data_path=workspace.root / "elsewhere"))
    assert f"{workspace.root / 'elsewhere'} does not exist" in message
    assert "--data_path" in message


def _missing(path: Path) -> None:
    path.unlink()


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-300])


def _of_another_size(path: Path) -> None:
    Image.fromarray(np.zeros((58, 41, 3), np.uint8)).save(path)


def _of_floats(path: Path) -> None:
    Image.fromarray(np.zeros((58, 40), np.float32)).save(path, "TIFF")


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (_missing, "is missing"),
        (_truncated, "truncated"),
        (_of_another_size, "41x58 pixels"),
        (_of_floats, "float32 numbers"),
    ],
)
def test_a_spoilt_training_picture(
    workspace: Workspace,
    error_line: ErrorLine,
    spoil: Callable[[Path], None],
    named: str,
) -> None:
    path = picture_path(workspace.participant, TRAINING_SERIAL, 2)
    spoil(path)
    message = error_line(workspace.train())
    assert str(path) in message
    assert f"camera {TRAINING_SERIAL}, timestep 2" in message
    assert named in message


def test_a_spoilt_evaluation_picture(workspace: Workspace, error_line: ErrorLine) -> None:
    path = picture_path(workspace.participant, EVAL_SERIAL, 1)
    _truncated(path)
    assert workspace.train() == 0
    message = error_line(workspace.evaluate())
    assert str(path) in message
    assert f"camera {EVAL_SERIAL}, timestep 1" in message


def test_a_spoilt_alpha_map(workspace: Workspace, error_line: ErrorLine) -> None:
    path = picture_path(workspace.participant, TRAINING_SERIAL, 0, "alpha_map-73fps")
    _truncated(path)
    assert str(path) in error_line(workspace.train())


def _calibration(workspace: Workspace, change: Callable[[dict[str, Any]], None]) -> Path:
    path = workspace.participant / "camera_params.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return path


def test_a_camera_without_calibration(workspace: Workspace, error_line: ErrorLine) -> None:
    path = _calibration(workspace, lambda c: c["world_2_cam"].pop(TRAINING_SERIAL))
    message = error_line(workspace.train())
    assert f"{path} has no entry for camera {TRAINING_SERIAL}" in message
    assert workspace.run_labels == []


def test_a_pose_that_is_no_rotation(workspace: Workspace, error_line: ErrorLine) -> None:
    def scale(content: dict[str, Any]) -> None:
        content["world_2_cam"][TRAINING_SERIAL][0][0] += 0.5

    path = _calibration(workspace, scale)
    message = error_line(workspace.train())
    assert f"{path}: camera {TRAINING_SERIAL}: world_2_cam is not a rotation" in message


def test_a_calibration_that_is_not_there(workspace: Workspace, error_line: ErrorLine) -> None:
    (workspace.participant / "camera_params.json").unlink()
    assert "camera_params.json does not exist" in error_line(workspace.train())


def test_a_missing_colour_correction_is_no_reason_to_stop(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = workspace.participant / "annotations" / SEQUENCE / "color_correction"
    path = folder / f"{TRAINING_SERIAL}.npy"
    path.unlink()
    assert workspace.train(max_steps=2) == 0
    warnings = [s for s in capsys.readouterr().err.splitlines() if s.startswith("WARNING: ")]
    assert len(warnings) == 1
    assert str(path) in warnings[0]
    assert f"camera {TRAINING_SERIAL} are not corrected" in warnings[0]


def test_a_capture_without_depth_has_no_depth_losses(
    tmp_path: Path, curves: Curves, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace(tmp_path)
    write_capture(workspace.captures, depth=False)
    assert workspace.train(steps_per_log=1) == 0
    assert "no depth maps" in capsys.readouterr().err
    assert len(curves.values) == 6
    for values in curves.values:
        assert {values[f"train/loss_{name}"] for name in ("empty", "near", "depth")} == {0}
        assert values["train/loss_rgb"] > 0
        assert values["train/loss_alpha"] > 0


def test_a_capture_with_depth_has_depth_losses(
    workspace: Workspace, curves: Curves, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {"steps_per_log": 1, "lambda_depth_loss": 1, "lambda_near_loss": 1}
    assert workspace.train(**options, lambda_empty_loss=1, max_steps=1) == 0
    assert "no depth maps" not in capsys.readouterr().err
    (values,) = curves.values
    assert all(values[f"train/loss_{name}"] > 0 for name in ("empty", "near", "depth"))


# Options


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"n_timesteps": 9}, ["--n_timesteps 9", "it has 3 timesteps"]),
        ({"start_timestep": 7}, ["--start_timestep 7", "3 frames from 0 to 2"]),
        ({"skip_timesteps": 0}, ["--skip_timesteps is 0"]),
        ({"n_cameras": 5}, ["training cameras is 5", "1 to 4"]),
        ({"eval_cameras": "222200045"}, ["--eval_cameras names 222200045", EVAL_SERIAL]),
        (
            {"n_hash_encodings": 8, "latent_dim_time": 4},
            ["--latent_dim_time is 4", "--n_hash_encodings is 8"],
        ),
        ({"n_hash_encodings": 6}, ["--n_hash_encodings is 6", "multiple of 4"]),
        ({"downscale_factor": 20}, ["down-scale factor 20", "40x58", "at least 55"]),
        ({"max_cached_images": -1}, ["--max_cached_images is -1"]),
        ({"max_n_samples_per_batch": 100_000}, ["--max_n_samples_per_batch", "between 8 and 40"]),
        ({"max_steps": 0}, ["--max_steps is 0"]),
        ({"alpha_thre": 1.5}, ["--alpha_thre is 1.5"]),
        ({"lambda_alpha_loss": -0.1}, ["--lambda_alpha_loss is -0.1"]),
        ({"name": "a/b"}, ["'a/b' cannot name a run"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_options_that_cannot_be(
    workspace: Workspace, error_line: ErrorLine, options: dict[str, Any], named: list[str]
) -> None:
    message = error_line(workspace.train(**options))
    assert all(text in message for text in named), message


def test_cuda_where_there_is_none(
    workspace: Workspace, error_line: ErrorLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for command in (
        lambda: workspace.train(device="cuda"),
        lambda: workspace.evaluate("NERS-1", "--device", "cuda"),
        lambda: workspace.render("NERS-1", "--device", "cuda"),
    ):
        message = error_line(command())
        assert "--device cuda" in message
        assert "--device cpu" in message
    assert workspace.run_labels == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--max_eval_timesteps", "0"], ["--max_eval_timesteps is 0"]),
        (["--occupancy_grid_filtering_threshold", "5"], ["threshold is 5.0"]),
        (["--lpips_backbone", "/nowhere.pth"], ["/nowhere.pth", "--lpips_backbone"]),
    ],
    ids=lambda value: value[0] if value else "",
)
def test_evaluations_that_cannot_be(
    trained: Workspace, error_line: ErrorLine, options: list[str], named: list[str]
) -> None:
    message = error_line(trained.evaluate("NERS-1", *options))
    assert all(text in message for text in named), message


def test_a_skip_that_leaves_no_frame(workspace: Workspace, error_line: ErrorLine) -> None:
    assert workspace.train(start_timestep=1, max_steps=1) == 0
    message = error_line(workspace.evaluate("NERS-1", "--skip_timesteps", 5))
    assert "--skip_timesteps 5 leaves no timestep to evaluate" in message


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--fps", "0"], "--fps is 0, but must"),
        (["--downscale_factor", "5000"], "--downscale_factor"),
        (["--checkpoint", "5"], "no checkpoint of step 5, only of 3, 6"),
    ],
)
def test_videos_that_cannot_be(
    trained: Workspace, error_line: ErrorLine, options: list[str], named: str
) -> None:
    assert named in error_line(trained.render("NERS-1", *options))


# Folders and runs


def test_a_models_folder_that_cannot_be_written(
    workspace: Workspace, error_line: ErrorLine
) -> None:
    # Not by permissions, which root ignores.
    workspace.models.write_text("not a folder")
    message = error_line(workspace.train())
    assert str(workspace.models) in message
    assert "--models_path" in message


def test_a_renders_folder_that_cannot_be_written(
    trained: Workspace, tmp_path: Path, error_line: ErrorLine
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    message = error_line(trained.render("NERS-1", "--renders_path", blocked))
    assert str(blocked) in message
    assert "--renders_path" in message


def test_an_evaluation_folder_that_cannot_be_written(
    workspace: Workspace, error_line: ErrorLine
) -> None:
    assert workspace.train(max_steps=1) == 0
    workspace.run().evaluation_folder.write_text("not a folder")
    assert str(workspace.run().evaluation_folder) in error_line(workspace.evaluate())


@pytest.mark.parametrize("command", ["evaluate", "render"])
def test_an_unknown_run_lists_the_known_ones(
    trained: Workspace, error_line: ErrorLine, command: str
) -> None:
    message = error_line(getattr(trained, command)("NERS-2"))
    assert f"{trained.models / 'nersemble'} has no run 'NERS-2'" in message
    assert "it has NERS-1-first" in message


def test_a_run_without_checkpoint(workspace: Workspace, error_line: ErrorLine) -> None:
    assert workspace.train(max_steps=1) == 0
    for path in list(workspace.run().checkpoints_folder.iterdir()):
        path.unlink()
    assert "NERS-1 has no checkpoint in" in error_line(workspace.evaluate())


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [_flip, _truncated, _missing])
def test_a_damaged_checkpoint_names_the_older_one(
    trained: Workspace,
    tmp_path: Path,
    error_line: ErrorLine,
    spoil: Callable[[Path], None],
) -> None:
    # In a copy, for the trained run is everybody's.
    workspace = Workspace(tmp_path)
    os.symlink(trained.captures, workspace.captures)
    for name, content in files_below(trained.models).items():
        path = workspace.models / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    path = workspace.run().checkpoints_folder / "step-000000006.safetensors"
    spoil(path)
    message = error_line(workspace.evaluate())
    assert str(path) in message
    assert "CHECKPOINT 3" in message
    message = error_line(workspace.render())
    assert "--checkpoint 3" in message
    assert workspace.evaluate("NERS-1", 3) == 0
    assert workspace.render("NERS-1", "--checkpoint", 3) == 0


def test_an_edited_config(workspace: Workspace, error_line: ErrorLine) -> None:
    assert workspace.train(max_steps=1) == 0
    path = workspace.run().config_path
    content = json.loads(path.read_text())
    content["config"]["loop"]["max_stpes"] = 3
    path.write_text(json.dumps(content))
    message = error_line(workspace.evaluate())
    assert f"{path} has the unknown key config.loop.max_stpes" in message


# The three roots


def _train_anywhere(*roots: str) -> int:
    return main(["train", str(PARTICIPANT), SEQUENCE, *micro_options(max_steps=1), *roots])


def test_roots_that_are_nowhere_set(
    workspace: Workspace, trained: Workspace, error_line: ErrorLine
) -> None:
    message = error_line(_train_anywhere())
    for way in ("--data_path", "NERSEMBLE_DATA_PATH", ".config/nersemble/.env"):
        assert way in message
    message = error_line(_train_anywhere("--data_path", str(workspace.captures)))
    assert "--models_path" in message
    roots = ("--data_path", str(trained.captures), "--models_path", str(trained.models))
    assert "--renders_path" in error_line(main(["render", "NERS-1", *roots]))


def test_roots_from_the_environment_the_file_and_the_command_line(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Path.home() / ".config" / "nersemble" / ".env"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        f'NERSEMBLE_DATA_PATH="{workspace.captures}"\nNERSEMBLE_MODELS_PATH={tmp_path / "file"}\n'
    )
    assert settings.is_relative_to(tmp_path)
    assert _train_anywhere() == 0
    monkeypatch.setenv("NERSEMBLE_MODELS_PATH", str(tmp_path / "environment"))
    assert _train_anywhere() == 0
    assert _train_anywhere("--models-path", str(tmp_path / "option")) == 0
    for name in ("file", "environment", "option"):
        assert [p.name for p in (tmp_path / name / "nersemble").iterdir()] == ["NERS-1"]


def test_a_viewer_that_cannot_be_served_costs_no_run(
    workspace: Workspace, error_line: ErrorLine
) -> None:
    message = error_line(workspace.train(vis="viewer", host="0.0.0.0"))
    assert "--allow_remote" in message
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"--port {port}" in error_line(workspace.train(vis="viewer", port=port))
    assert workspace.run_labels == []


def test_a_viewer_without_its_package(
    workspace: Workspace, error_line: ErrorLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "viser", None)
    assert "nersemble[viewer]" in error_line(workspace.train(vis="viewer"))
    assert workspace.run_labels == []


def test_a_reader_that_has_seen_enough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in ``nersemble render --help | head``."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as output:
        monkeypatch.setattr(sys, "stdout", output)
        status = main(["render", "--help"])
    assert status == 128 + signal.SIGPIPE
    assert capsys.readouterr().err == ""
