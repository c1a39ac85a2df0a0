"""Chores of docs/architecture.md done from outside by the smallest change, and run on the CPU."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from micro import make_trainer, make_workspace, write_capture
from nersemble.losses import total
from nersemble.losses.total import LOSS_TERMS, LossInputs, LossTerm
from nersemble.runs.training_log import read_training_log
from nersemble.training.loop import StepReport


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
