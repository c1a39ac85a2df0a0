"""Chores of docs/architecture.md done from outside by the smallest change, and run on the CPU."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from micro import CAPTURE_SERIALS, differing, make_trainer, make_workspace, write_capture
from nersemble.errors import DivergedError
from nersemble.evaluation.metrics import METRICS, Metric, PicturePair
from nersemble.evaluation.report import write_report
from nersemble.evaluation.report_data import read_evaluation
from nersemble.evaluation.results_table import evaluations_table
from nersemble.fields.dynamic_field import BlendedField
from nersemble.jobs import loading
from nersemble.losses import total
from nersemble.losses.total import LOSS_TERMS, LossInputs, LossTerm
from nersemble.marching.samples import RaySamples
from nersemble.rays.batch import RayBatch
from nersemble.rendering.head_model import HeadModel
from nersemble.runs.folders import Run
from nersemble.runs.training_log import read_training_log
from nersemble.training.loop import StepReport
from reports import SERIALS, write_run


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the capture of micro.py."""
    root = tmp_path_factory.mktemp("capture")
    write_capture(root)
    return root


# A loss term


def _entropy(batch: LossInputs) -> Tensor:
    """Small where a ray shows the head or the background, not both."""
    opacity = batch.rendered.accumulations.clamp(1e-3, 1 - 1e-3)
    return -(opacity * opacity.log() + (1 - opacity) * (1 - opacity).log()).mean()


_ENTROPY = LossTerm("entropy", weight=None, value=_entropy)


def _first_step(capture: Path) -> tuple[StepReport, Tensor]:
    """The report, and the gradient of the density's first matrix."""
    trainer, _ = make_trainer(capture)
    reports: list[StepReport] = []
    trainer.run(1, reports.append)
    gradient = trainer.model.field.base_mlp.weights[0].grad
    assert gradient is not None
    return reports[0], gradient


def test_a_loss_term_is_a_row_of_the_table(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, plain_gradient = _first_step(capture)
    monkeypatch.setattr(total, "LOSS_TERMS", (*LOSS_TERMS, _ENTROPY))
    report, gradient = _first_step(capture)
    assert report.terms["entropy"] > 0.01
    assert report.terms == {**plain.terms, "entropy": report.terms["entropy"]}
    assert report.loss == pytest.approx(plain.loss + report.terms["entropy"])
    assert report.psnr == plain.psnr
    assert not torch.allclose(gradient, plain_gradient)


def test_a_loss_term_is_in_the_log(
    tmp_path: Path, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(total, "LOSS_TERMS", (*LOSS_TERMS, _ENTROPY))
    workspace = make_workspace(tmp_path, capture)
    assert workspace.train(max_steps=4, steps_per_log=1) == 0
    log = read_training_log(workspace.run().folder)
    assert log is not None
    steps, values = log.curves["train/loss_entropy"]
    assert steps == [1, 2, 3, 4]
    assert all(value > 0 for value in values)


# A metric


def _mean_absolute_error(pair: PicturePair) -> float:
    """The function of the metric that is added: one number for a prediction and its truth."""
    return float(np.abs(pair.prediction - pair.truth).mean())


def test_a_metric_is_a_row_and_a_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = Metric("mae", "MAE", higher_is_better=False, of_picture=_mean_absolute_error, decimals=4)
    monkeypatch.setitem(METRICS, row.name, row)
    folder = write_run(tmp_path / "NERS-1", psnr=20.0)
    [evaluation] = (folder / "evaluation").iterdir()

    result = json.loads((evaluation / "evaluation_result.json").read_text())
    # Errors of 0.1, 0.11 and 0.12 at the three timesteps, dark pictures reflect them at 0.
    for scores in (result["mean"], *(result["per_cam"][serial] for serial in SERIALS)):
        assert scores["regular"]["mae"] == pytest.approx(0.11, rel=0.1)
    pictures = json.loads((evaluation / "pictures.json").read_text())["pictures"]
    assert all(picture["masked"]["mae"] > 0 for picture in pictures)

    report = write_report([read_evaluation(folder, evaluation)], tmp_path / "report.html", 20)
    page = report.read_text()
    assert "<th>MAE, regular</th>" in page
    assert "MAE per camera" in page
    assert "MAE over time" in page

    head, _, figures = evaluations_table([Run(folder)], "regular").splitlines()
    assert head.endswith("| MAE |")
    assert float(figures.split("|")[-2]) == pytest.approx(
        result["mean"]["regular"]["mae"], abs=1e-4
    )


# A learnable per camera


class _Gains(nn.Module):
    """Factors on the colours of each training camera's rays; the last, 1, is of all others."""

    def __init__(self) -> None:
        super().__init__()
        self.exponents = nn.Parameter(torch.zeros(len(CAPTURE_SERIALS) - 1, 3))

    def parameter_group(self, name: str) -> str:
        return "embeddings"

    def forward(self, rgbs: Tensor, cameras: Tensor) -> Tensor:
        return rgbs * torch.cat([self.exponents, self.exponents.new_zeros(1, 3)]).exp()[cameras]


class _HeadWithGains(HeadModel):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.gains = _Gains()

    def render_samples(self, rays: RayBatch, samples: RaySamples, blended: BlendedField) -> Any:
        rendered, values = super().render_samples(rays, samples, blended)
        return replace(rendered, rgbs=self.gains(rendered.rgbs, rays.cameras)), values


_GAINS = "gains.exponents"


@pytest.fixture
def gains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads have gains from now on."""
    monkeypatch.setattr(loading, "HeadModel", _HeadWithGains)


@pytest.mark.usefixtures("gains")
def test_a_learnable_per_camera_is_trained_saved_restored_and_checked(
    tmp_path: Path, capture: Path
) -> None:
    whole, halved = (make_workspace(tmp_path / name, capture) for name in ("whole", "halved"))
    assert whole.train(max_steps=8) == 0
    assert halved.train(max_steps=8, steps_per_save=4) == 0
    half_way, end = halved.tensors(4), whole.tensors(8)
    learned = end[f"model.{_GAINS}"]
    assert (learned != 0).any(1).all()
    assert learned[0].tolist() != learned[1].tolist()
    assert half_way[f"optimizer.{_GAINS}.exp_avg"].count_nonzero() > 0
    assert not torch.equal(half_way[f"model.{_GAINS}"], learned)
    assert halved.resume("NERS-1", "--resume_checkpoint", 4, "--max_steps", 8) == 0
    assert differing(halved.tensors(8), end) == []


@pytest.mark.usefixtures("gains")
def test_pictures_do_not_need_a_camera_s_learnable(tmp_path: Path, capture: Path) -> None:
    workspace = make_workspace(tmp_path, capture)
    assert workspace.train(max_steps=2) == 0
    assert workspace.evaluate("NERS-1", "--max_eval_timesteps", "1") == 0


@pytest.mark.usefixtures("gains")
def test_a_learnable_per_camera_must_be_finite(capture: Path) -> None:
    trainer, _ = make_trainer(capture)
    trainer.run(1, lambda _: None)
    trainer.check_finite_parameters()
    with torch.no_grad():
        dict(trainer.model.named_parameters())[_GAINS][2, 0] = torch.nan
    with pytest.raises(DivergedError, match=_GAINS):
        trainer.check_finite_parameters()
