"""Train, evaluate and render on a tiny capture: what lies on disk, and that it is true."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import torch
from PIL import Image

from captures import PARTICIPANT, SEQUENCE
from micro import (
    CAPTURE_SERIALS,
    EVAL_SERIAL,
    FRAME_NUMBERS,
    Workspace,
    differing,
    files_below,
    micro_options,
    open_on_cpu,
    paint,
)
from nersemble.cli import main
from nersemble.config import describe
from nersemble.evaluation.config import EvaluationConfig
from nersemble.evaluation.results import EvaluationResult
from source_tree import ROOT


def _result(workspace: Workspace, folder: str, run: str = "NERS-1") -> dict[str, Any]:
    path = workspace.run(run).evaluation_folder / folder / "evaluation_result.json"
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def _evaluations(workspace: Workspace, run: str = "NERS-1") -> list[str]:
    return sorted(p.name for p in workspace.run(run).evaluation_folder.iterdir())


# Training


def test_a_run_has_its_config_and_checkpoints(trained: Workspace) -> None:
    run = trained.run()
    assert run.folder == trained.models / "nersemble" / "NERS-1-first"
    names = {str(p.relative_to(run.folder)) for p in run.folder.rglob("*") if p.is_file()}
    checkpoints = {
        f"checkpoints/step-00000000{step}.{ending}"
        for step in (3, 6)
        for ending in ("safetensors", "json")
    }
    assert {name for name in names if not name.startswith("evaluation")} == {
        ".lock",
        "config.json",
        "training_log.jsonl",
        *checkpoints,
    }
    description = describe(run)
    assert (description.participant, description.sequence) == (PARTICIPANT, SEQUENCE)
    assert (description.name, description.preset) == ("first", "tiny")
    assert description.config.data.n_timesteps == len(FRAME_NUMBERS)
    assert description.config.data.eval_cameras == (EVAL_SERIAL,)


def test_training_moves_every_parameter(trained: Workspace) -> None:
    early, late = trained.tensors(3), trained.tensors(6)
    moments = [name.removesuffix(".exp_avg") for name in early if name.endswith(".exp_avg")]
    parameters = {name.replace("optimizer.", "model.field.") for name in moments}
    assert len(parameters) > 10
    assert parameters <= set(differing(early, late))
    assert all(torch.isfinite(value).all() for value in late.values())


def test_the_seed_decides_everything(workspace: Workspace, trained: Workspace) -> None:
    assert workspace.train() == 0
    assert workspace.train(seed=1) == 0
    assert differing(workspace.tensors(6), trained.tensors(6)) == []
    assert "model.field.hash_ensemble.tables" in differing(
        workspace.tensors(6, "NERS-2"), workspace.tensors(6)
    )


def test_the_paper_preset_trains_evaluates_and_renders(workspace: Workspace) -> None:
    assert workspace.train(preset="paper", max_steps=3) == 0
    config = describe(workspace.run()).config
    assert (config.loop.occupancy_timesteps, config.sampler.image_pool_steps) == ("all", 21)
    assert workspace.evaluate("NERS-1", "--preset", "paper") == 0
    (folder,) = _evaluations(workspace)
    assert _result(workspace, folder)["notes"]["ssim_crop"] is True
    assert workspace.render("NERS-1", "--preset", "paper", "--render_deformations") == 0


def test_training_shows_held_out_pictures_on_the_way(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[int, str, tuple[int, ...]]] = []
    curves: dict[int, set[str]] = {}

    class Recorder:
        def scalars(self, step: int, values: dict[str, float]) -> None:
            assert all(np.isfinite(value) for value in values.values())
            curves.setdefault(step, set()).update(values)

        def image(self, step: int, name: str, picture: np.ndarray) -> None:
            shown.append((step, name, picture.shape))

        def close(self) -> None:
            pass

    monkeypatch.setattr("nersemble.jobs.display.make_tracker", lambda *_: Recorder())
    options = {"steps_per_eval_image": 3, "steps_per_eval_all_images": 6, "steps_per_log": 2}
    assert workspace.train(**options) == 0
    # Prediction and truth side by side, 40 x 58 each; timestep 0, then all three.
    expected = [(step, f"eval/cam_0_{t:05d}", (58, 80, 3)) for step, t in ((3, 0), (6, 0))]
    assert shown[:2] == expected
    assert [name for _, name, _ in shown[2:]] == [f"eval/cam_0_{t:05d}" for t in range(3)]
    assert {step for step, names in curves.items() if "eval/psnr" in names} == {3, 6}
    assert {step for step, names in curves.items() if "train/loss" in names} == {2, 4, 6}


# Evaluation


def test_an_evaluation_has_numbers_and_pictures(
    trained: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trained.evaluate() == 0
    folder = trained.run().evaluation_folder / "checkpoint_6_max_eval_timesteps_15"
    files = set(files_below(folder))
    pictures = {f"frame_{number:05d}/cam_0.png" for number in FRAME_NUMBERS}
    truths = {name.replace("cam_", "truth_") for name in pictures}
    numbers = {"evaluation_result.json", "pictures.json"}
    assert files == numbers | pictures | truths | {"orbit.mp4", "report.html"}
    for name in pictures:
        with Image.open(folder / name) as picture:
            assert (picture.size, picture.mode) == ((40, 58), "RGB")
    content = _result(trained, folder.name)
    assert list(content["per_cam"]) == [EVAL_SERIAL]
    for bundle in (content["mean"], content["per_cam"][EVAL_SERIAL]):
        for kind in ("regular", "masked"):
            assert set(bundle[kind]) == {"psnr", "ssim", "lpips", "mse", "jod"}
            measured = {k: v for k, v in bundle[kind].items() if k != "lpips"}
            assert all(isinstance(value, float) for value in measured.values()), measured
    # One camera: its means are the means.
    assert content["mean"] == content["per_cam"][EVAL_SERIAL]
    assert content["notes"]["step"] == 6
    printed = capsys.readouterr().out
    assert f"psnr {content['mean']['regular']['psnr']:.4g}" in printed
    assert str(folder / "evaluation_result.json") in printed


def test_missing_lpips_is_reported_and_the_rest_computed(
    trained: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trained.evaluate("NERS-1", "--max_eval_timesteps", 2) == 0
    content = _result(trained, "checkpoint_6_max_eval_timesteps_2")
    reason = content["notes"]["missing"]["lpips"]
    assert "--lpips_backbone" in reason
    assert str(tmp_path / "torch") in reason
    assert content["mean"]["regular"]["lpips"] is None
    assert content["mean"]["masked"]["jod"] > 0
    printed = capsys.readouterr().out
    assert f"lpips is missing: {reason}" in printed


@pytest.mark.filterwarnings("ignore:.*weights:UserWarning")
def test_lpips_is_computed_where_its_weights_are(trained: Workspace, tmp_path: Path) -> None:
    lpips = pytest.importorskip("lpips")
    torch.manual_seed(0)
    network = lpips.LPIPS(net="alex", pnet_rand=True, pretrained=False, verbose=False)
    torch.save(network.state_dict(), tmp_path / "alexnet.pth")
    options = ("--max_eval_timesteps", 1, "--lpips_backbone", tmp_path / "alexnet.pth")
    assert trained.evaluate("NERS-1", *options) == 0
    content = _result(trained, "checkpoint_6_max_eval_timesteps_1")
    assert content["mean"]["regular"]["lpips"] is not None
    assert "lpips" not in content["notes"]["missing"]


def test_the_measured_pictures_are_the_written_ones(trained: Workspace) -> None:
    assert trained.evaluate("NERS-1-first", 3, "--max_eval_timesteps", -1) == 0
    folder = trained.run().evaluation_folder / "checkpoint_3"
    loaded = open_on_cpu("NERS-1", 3, models=trained.models, data=trained.captures)
    errors = []
    for timestep, number in enumerate(FRAME_NUMBERS):
        truth = loaded.dataset.truth(EVAL_SERIAL, timestep).rgb
        with Image.open(folder / f"frame_{number:05d}" / "cam_0.png") as picture:
            errors.append(np.mean((np.asarray(picture, dtype=np.float64) / 255 - truth) ** 2))
    # Eight bits by truncation are up to a level off.
    assert _result(trained, "checkpoint_3")["mean"]["regular"]["mse"] == pytest.approx(
        float(np.mean(errors)), abs=4e-3
    )


def test_the_checkpoint_argument_selects(trained: Workspace) -> None:
    for step in (3, 6, -1):
        assert trained.evaluate("NERS-1", step, "--max_eval_timesteps", 3) == 0
    early = _result(trained, "checkpoint_3_max_eval_timesteps_3")
    late = _result(trained, "checkpoint_6_max_eval_timesteps_3")
    assert (early["notes"]["step"], late["notes"]["step"]) == (3, 6)
    assert early["mean"]["regular"]["mse"] != late["mean"]["regular"]["mse"]


def test_a_missing_checkpoint_lists_the_others(trained: Workspace, error_line: Any) -> None:
    message = error_line(trained.evaluate("NERS-1", 4))
    assert "NERS-1-first has no checkpoint of step 4, only of 3, 6" in message


def test_every_second_frame_of_all_is_evaluated(trained: Workspace) -> None:
    assert trained.evaluate("NERS-1", "--skip_timesteps", 2, "--max_eval_timesteps", -1) == 0
    folder = "checkpoint_6_skip_timesteps_2"
    assert _result(trained, folder)["notes"]["timesteps"] == [0, 2]
    frames = [p.name for p in (trained.run().evaluation_folder / folder).glob("frame_*")]
    assert sorted(frames) == ["frame_00000", "frame_00002"]


def test_frames_keep_their_numbers(workspace: Workspace) -> None:
    assert workspace.train(start_timestep=1, n_timesteps=2, max_steps=2) == 0
    assert workspace.evaluate("NERS-1", "--max_eval_timesteps", 2) == 0
    folder = workspace.run().evaluation_folder / "checkpoint_2_max_eval_timesteps_2"
    assert sorted(p.name for p in folder.glob("frame_*")) == ["frame_00001", "frame_00002"]


def test_an_unfiltered_evaluation_says_so_and_changes_no_checkpoint(trained: Workspace) -> None:
    options = ("--max_eval_timesteps", 1, "--no-use_occupancy_grid_filtering")
    before = files_below(trained.run().checkpoints_folder)
    assert trained.evaluate("NERS-1", *options) == 0
    name = "checkpoint_6_max_eval_timesteps_1_no-occupancy-grid-filtering"
    assert name in _evaluations(trained)
    assert files_below(trained.run().checkpoints_folder) == before


def test_how_many_rays_at_once_does_not_matter(trained: Workspace) -> None:
    results = []
    for n_rays in (8192, 77):
        options = ("--max_eval_timesteps", 2, "--n_rays_eval", n_rays)
        assert trained.evaluate("NERS-1", 3, *options) == 0
        results.append(_result(trained, "checkpoint_3_max_eval_timesteps_2")["mean"])
    assert results[0]["regular"]["mse"] == pytest.approx(results[1]["regular"]["mse"], rel=1e-5)
    assert results[0]["masked"]["ssim"] == pytest.approx(results[1]["masked"]["ssim"], rel=1e-5)


def test_a_half_written_evaluation_is_not_taken_for_one(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workspace.train(max_steps=2) == 0

    def stop(*_: Any) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(EvaluationResult, "write", stop)
        assert workspace.evaluate() == 130
    (folder,) = _evaluations(workspace)
    assert "evaluation_result.json" not in files_below(workspace.run().evaluation_folder / folder)
    assert workspace.evaluate() == 0
    assert _result(workspace, folder)["notes"]["n_images"] == 3
    # The default of the option stands in the folder's name.
    assert folder == f"checkpoint_2_max_eval_timesteps_{EvaluationConfig().max_eval_timesteps}"


# Rendering


def _frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as video:
        return [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)]


def test_each_channel_becomes_a_video(
    trained: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--render_depth", "--render_deformations", "--renders_path", tmp_path / "videos")
    assert trained.render("NERS-1", *options) == 0
    channels = ("rgb", "depth", "deformation")
    names = [f"NERS-1-first_{channel}_occ_grid_filtering_checkpoint-6.mp4" for channel in channels]
    paths = [tmp_path / "videos" / name for name in names]
    assert capsys.readouterr().out.splitlines() == [str(path) for path in paths]
    assert sorted(p.name for p in (tmp_path / "videos").iterdir()) == sorted(names)
    for path in paths:
        frames = _frames(path)
        assert [frame.shape for frame in frames] == [(32, 22, 3)] * 2


def test_a_video_of_an_older_checkpoint_with_a_filtered_grid(
    trained: Workspace, tmp_path: Path
) -> None:
    options = ("--use_occupancy_grid_filtering", "--checkpoint", 3, "--renders_path", tmp_path)
    assert trained.render("NERS-1", *options) == 0
    assert [p.name for p in tmp_path.glob("*.mp4")] == [
        "NERS-1-first_rgb_occ_grid_filtering_checkpoint-3.mp4"
    ]


def test_the_video_shows_the_head(workspace: Workspace, tmp_path: Path) -> None:
    paint(workspace.participant, (250, 40, 30))
    options = {"max_steps": 60, "lr_main": 0.02, "lr_decay_steps": 1000, "n_train_rays": 128}
    assert workspace.train(**options) == 0
    assert workspace.render("NERS-1", "--renders_path", tmp_path) == 0
    (path,) = tmp_path.glob("*.mp4")
    for frame in _frames(path):
        middle = frame[13:19, 8:14].reshape(-1, 3).mean(0)
        assert middle[0] > 180
        assert middle[1:].max() < 140


# The scripts


def _script(name: str) -> str:
    return str(ROOT / "scripts" / name / f"{name}_nersemble.py")


def test_the_training_script_trains(workspace: Workspace) -> None:
    roots = ["--data_path", str(workspace.captures), "--models_path", str(workspace.models)]
    done = subprocess.run(
        [
            *(sys.executable, _script("train"), str(PARTICIPANT), SEQUENCE),
            *micro_options(max_steps=2),
            *roots,
        ],
        capture_output=True,
        text=True,
        # Threads cost more than they bring at this size.
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert workspace.run().checkpoint_steps() == [2]


@pytest.mark.parametrize(("name", "status"), [("evaluate", 0), ("render", 2)])
def test_the_scripts_are_the_commands(
    trained: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    status: int,
) -> None:
    run, options = ("NERS-1", ["--max_eval_timesteps", "1"]) if status == 0 else ("NERS-7", [])
    for root in ("data", "models", "renders"):
        folder = "captures" if root == "data" else root
        options += [f"--{root}_path", str(trained.root / folder)]
    monkeypatch.setattr(sys, "argv", [_script(name), run, *options])
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(_script(name), run_name="__main__")
    assert caught.value.code == status
    captured = capsys.readouterr()
    if status == 0:
        assert "checkpoint_6_max_eval_timesteps_1/evaluation_result.json" in captured.out
    else:
        assert captured.err.startswith("error: ")
        assert "has no run 'NERS-7'" in captured.err
        assert len(captured.err.splitlines()) == 1


def test_what_training_prints_names_the_run_and_its_cameras_are_all_used(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert workspace.train(name="with a name", max_steps=1) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[0].startswith("NERS-1-with a name: participant 7, EXP-1-test")
    assert captured.out.splitlines()[-2].endswith(str(workspace.run().folder))
    n_pictures = (len(CAPTURE_SERIALS) - 1) * len(FRAME_NUMBERS)
    assert f"{n_pictures}/{n_pictures} (100.0 %)" in captured.err


def test_listing_the_captures(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "list", "--data_path", str(workspace.captures)]) == 0
    listed = ["007", SEQUENCE, "v1", str(len(CAPTURE_SERIALS)), "cameras", "3", "timesteps"]
    assert capsys.readouterr().out.split() == listed
