"""Chores of docs/architecture.md done from outside by the smallest change, and run on the CPU."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from micro import make_trainer, make_workspace, write_capture
from nersemble.evaluation.metrics import METRICS, Metric, PicturePair
from nersemble.evaluation.report import write_report
from nersemble.evaluation.report_data import read_evaluation
from nersemble.evaluation.results_table import evaluations_table
from nersemble.losses import total
from nersemble.losses.total import LOSS_TERMS, LossInputs, LossTerm
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
