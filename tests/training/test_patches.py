"""Trainings that compare patches: when they begin, on resuming, and what LPIPS needs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from captures import PARTICIPANT, SEQUENCE
from micro import Workspace, differing, make_workspace, micro_config
from nersemble.config import resolve
from nersemble.data_manager.dataset import open_dataset
from nersemble.data_manager.frame_store import PixelStore
from nersemble.distributed import ALONE, World
from nersemble.engines import TorchEngine
from nersemble.errors import CheckpointError, ConfigError
from nersemble.jobs.loading import build_model
from nersemble.rays.pixel_sampler import PixelSampler
from nersemble.runs.training_log import read_training_log
from nersemble.training.loop import StepReport, TrainingLoop

LAST_STEP = 20
OPTIONS = {
    "max_steps": LAST_STEP,
    "n_train_rays": 260,
    "patch_size": 11,
    "lambda_patch_ssim": 0.1,
    "steps_per_log": 1,
}
# Channels in and out, and size, of AlexNet's convolutions by their index in torchvision.
_ALEXNET = {0: (3, 64, 11), 3: (64, 192, 5), 6: (192, 384, 3), 8: (384, 256, 3), 10: (256, 256, 3)}


def _interrupted(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Trains up to a step."""
    original = PixelSampler.batch

    def batch(sampler: PixelSampler, at: int) -> Any:
        if at == step:
            raise KeyboardInterrupt
        return original(sampler, at)

    with monkeypatch.context() as patch:
        patch.setattr(PixelSampler, "batch", batch)
        assert workspace.train(**OPTIONS) == 130


def test_patches_are_compared_in_the_last_tenth_also_of_a_resumed_run(
    tmp_path: Path, small_capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = make_workspace(tmp_path / "whole", small_capture)
    assert whole.train(**OPTIONS) == 0
    log = read_training_log(whole.run().folder)
    assert log is not None
    steps, values = log.curves["train/loss_patch_ssim"]
    assert [step for step, value in zip(steps, values, strict=True) if value > 0] == [19, 20]
    for stop in (17, 19):
        parts = make_workspace(tmp_path / f"stopped after {stop}", small_capture)
        _interrupted(parts, monkeypatch, stop)
        assert parts.resume() == 0
        assert differing(parts.tensors(LAST_STEP), whole.tensors(LAST_STEP)) == []


@contextmanager
def _trainer(
    root: Path, world: World = ALONE, *, readable: bool = True, **changes: object
) -> Iterator[TrainingLoop]:
    given = micro_config(**(OPTIONS | changes))
    dataset = open_dataset(root, PARTICIPANT, SEQUENCE, given.data)
    config = resolve(given, dataset)
    model = build_model(PARTICIPANT, config, dataset.splits.n_timesteps, torch.device("cpu"))
    model.grid.cull(dataset.train_cameras)

    def pictures() -> PixelStore:
        assert readable
        return dataset.train_store(1)

    cameras = dataset.train_cameras
    with TorchEngine().trainer(config, model, pictures, cameras, world=world) as trainer:
        yield trainer


def _first_step(trainer: TrainingLoop) -> StepReport:
    reports: list[StepReport] = []
    trainer.run(1, reports.append)
    return reports[0]


_WITH_LPIPS = {
    "n_train_rays": 2048, "patch_size": 32, "patch_start_step": 0, "lambda_patch_lpips": 0.5,
}  # fmt: skip


def test_without_weights_of_lpips_training_goes_on_and_says_what_is_missing(
    small_capture: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    caplog.set_level(logging.WARNING)
    with _trainer(small_capture, **_WITH_LPIPS) as trainer:
        report = _first_step(trainer)
    assert "Training without the LPIPS loss on patches" in caplog.text
    assert "--lpips_backbone" in caplog.text
    assert report.terms["patch_ssim"] > 0
    assert "patch_lpips" not in report.terms


def test_without_any_term_all_rays_are_those_of_single_pixels(
    small_capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    terms = []
    for options in (_WITH_LPIPS, {"n_train_rays": 2048}):
        with _trainer(small_capture, **(options | {"lambda_patch_ssim": 0.0})) as trainer:
            terms.append(_first_step(trainer).terms)
    assert terms[0] == terms[1]


def test_lpips_with_weights_from_a_file(small_capture: Path, tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    weights: dict[str, Tensor] = {}
    for index, (n_in, n_out, size) in _ALEXNET.items():
        shape = (n_out, n_in, size, size)
        scale = (n_in * size**2) ** -0.5
        weights[f"features.{index}.weight"] = scale * torch.randn(shape, generator=generator)
        weights[f"features.{index}.bias"] = torch.zeros(n_out)
    path = tmp_path / "alexnet.pth"
    torch.save(weights, path)
    found = []
    for weight in (0.5, 1.0):
        options = _WITH_LPIPS | {"lambda_patch_lpips": weight, "lpips_backbone": path}
        with _trainer(small_capture, **options) as trainer:
            found.append(_first_step(trainer).terms["patch_lpips"])
    assert 0 < 2 * found[0] == pytest.approx(found[1])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"patch_size": 10}, "--patch_size is 10, but SSIM needs at least 11"),
        ({"lambda_patch_lpips": 0.1}, "--patch_size is 11, but LPIPS needs at least 31"),
        ({"world": World(0, 2)}, "train in one process, not 2"),
    ],
)
def test_patches_that_cannot_be_compared_are_refused_before_pictures_are_read(
    small_capture: Path, changes: dict[str, Any], reason: str
) -> None:
    with (
        pytest.raises(ConfigError, match=reason),
        _trainer(small_capture, readable=False, **changes),
    ):
        pass


def test_a_file_of_weights_that_is_not_there_is_an_error(
    small_capture: Path, tmp_path: Path
) -> None:
    options = _WITH_LPIPS | {"lpips_backbone": tmp_path / "nothing.pth"}
    with (
        pytest.raises(CheckpointError, match=r"nothing.pth is not a file"),
        _trainer(small_capture, **options),
    ):
        pass
