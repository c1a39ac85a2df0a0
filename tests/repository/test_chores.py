"""Chores of docs/architecture.md done from outside by the smallest change, and run on the CPU."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from captures import PARTICIPANT, SEQUENCE
from micro import (
    CAPTURE_SERIALS,
    FRAME_NUMBERS,
    Workspace,
    differing,
    make_trainer,
    make_workspace,
    run_command,
    write_capture,
)
from nersemble.data_manager.calibration import cameras, read_camera_params
from nersemble.data_manager.capture import AS_ON_DISK, Capture, Frame, ReadOptions, SetAside
from nersemble.data_manager.folders import (
    chosen_folders,
    participant_folders,
    sequence_folders,
)
from nersemble.data_manager.layouts import (
    LAYOUTS,
    Layout,
    ListedCapture,
    list_captures,
    open_capture,
)
from nersemble.data_manager.rig import RIG_SENSOR
from nersemble.errors import DivergedError
from nersemble.evaluation.metrics import METRICS, Metric, PicturePair
from nersemble.evaluation.report import write_report
from nersemble.evaluation.report_data import read_evaluation
from nersemble.evaluation.results_table import evaluations_table
from nersemble.fields.dynamic_field import BlendedField, FieldSamples
from nersemble.jobs import loading
from nersemble.losses import terms
from nersemble.losses.terms import LOSS_TERMS, LossInputs, LossTerm
from nersemble.marching.samples import RaySamples
from nersemble.rays.batch import RayBatch
from nersemble.rendering.composite import CompositedRays
from nersemble.rendering.head_model import HeadModel
from nersemble.rendering.renderer import TorchRenderer
from nersemble.runs.folders import Run
from nersemble.runs.training_log import read_training_log
from nersemble.training.loop import StepReport
from reports import SERIALS, write_run

pytestmark = pytest.mark.slow


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
    monkeypatch.setattr(terms, "LOSS_TERMS", (*LOSS_TERMS, _ENTROPY))
    report, gradient = _first_step(capture)
    assert report.terms["entropy"] > 0.01
    assert report.terms == {**plain.terms, "entropy": report.terms["entropy"]}
    assert report.loss == pytest.approx(plain.loss + report.terms["entropy"])
    assert report.psnr == plain.psnr
    assert not torch.allclose(gradient, plain_gradient)


def test_a_loss_term_is_in_the_log(
    tmp_path: Path, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terms, "LOSS_TERMS", (*LOSS_TERMS, _ENTROPY))
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


_GAINS = "gains.exponents"


@pytest.fixture
def gains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads have gains from now on."""
    without = TorchRenderer.render_samples

    def render_samples(
        renderer: TorchRenderer, rays: RayBatch, samples: RaySamples, blended: BlendedField
    ) -> tuple[CompositedRays, FieldSamples]:
        rendered, values = without(renderer, rays, samples, blended)
        head: Any = renderer.model
        return replace(rendered, rgbs=head.gains(rendered.rgbs, rays.cameras)), values

    monkeypatch.setattr(loading, "HeadModel", _HeadWithGains)
    monkeypatch.setattr(TorchRenderer, "render_samples", render_samples)


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


# A capture layout


@dataclass(kw_only=True)
class _Arrays(Capture):
    """Each picture is an array [h, w, 4] of colours and alpha in arrays/SERIAL_FRAME.npy."""

    folder: Path

    def read(self, serial: str, frame_number: int) -> Frame:
        pixels = np.load(self.picture_path(serial, frame_number))
        return Frame(pixels[..., :3], pixels[..., 3], None)

    def picture_path(self, serial: str, frame_number: int) -> Path:
        return self.folder / f"{serial}_{frame_number}.npy"


def _find_arrays(root: Path, participant: int | None) -> Iterator[tuple[int, str, Path]]:
    for number, folder in participant_folders(root, participant).items():
        for name, sequence_folder in sequence_folders(folder).items():
            if (sequence_folder / "arrays").is_dir():
                yield number, name, sequence_folder


def _names(sequence_folder: Path) -> tuple[frozenset[str], tuple[int, ...]]:
    """Serials and frame numbers."""
    names = [path.stem.split("_") for path in (sequence_folder / "arrays").iterdir()]
    return frozenset(s for s, _ in names), tuple(sorted({int(number) for _, number in names}))


def _open_arrays(
    root: Path,
    participant: int,
    sequence: str,
    options: ReadOptions = AS_ON_DISK,
    set_aside: SetAside | None = None,
) -> Capture:
    participant_folder, folder = chosen_folders(root, participant, sequence)
    calibration = read_camera_params(participant_folder / "camera_params.json")
    height, width, _ = np.load(next((folder / "arrays").iterdir())).shape
    available, frame_numbers = _names(folder)
    return _Arrays(
        participant=participant,
        sequence=sequence,
        cameras=cameras(calibration, (width, height)),
        frame_numbers=frame_numbers,
        sensor_size=RIG_SENSOR,
        available=available,
        folder=folder / "arrays",
    )


def _extent_of_arrays(sequence_folder: Path) -> tuple[int, int]:
    serials, frame_numbers = _names(sequence_folder)
    return len(serials), len(frame_numbers)


def _turn_into_arrays(workspace: Workspace) -> None:
    """Puts the same pictures into the new layout."""
    capture = open_capture(workspace.captures, PARTICIPANT, SEQUENCE)
    sequence_folder = workspace.participant / "sequences" / SEQUENCE
    (sequence_folder / "arrays").mkdir()
    for serial in capture.available:
        for number in capture.frame_numbers:
            frame = capture.read(serial, number)
            pixels = np.dstack([frame.rgb, frame.alpha])
            np.save(sequence_folder / "arrays" / f"{serial}_{number}.npy", pixels)
    for folder in sequence_folder.glob("frame_*"):
        shutil.rmtree(folder)


def test_a_capture_layout_is_a_row_and_a_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_capture(tmp_path / "capture", depth=False)
    pictures, arrays = (make_workspace(tmp_path / n, tmp_path / "capture") for n in ("v1", "npy"))
    _turn_into_arrays(arrays)
    monkeypatch.setitem(LAYOUTS, "npy", Layout(_find_arrays, _open_arrays, _extent_of_arrays))
    n_cameras, n_timesteps = len(CAPTURE_SERIALS), len(FRAME_NUMBERS)
    assert list_captures(arrays.captures) == [
        ListedCapture(PARTICIPANT, SEQUENCE, "npy", n_cameras, n_timesteps)
    ]
    assert run_command("data", "check", arrays.captures) == 0
    assert capsys.readouterr().out.count("usable") == n_cameras
    # Both stores, and the same head as from the same pictures in another layout.
    assert pictures.train(max_steps=4, frame_store="memory") == 0
    assert arrays.train(max_steps=4, frame_store="packed") == 0
    assert differing(pictures.tensors(4), arrays.tensors(4)) == []
    assert arrays.evaluate("NERS-1", "--max_eval_timesteps", "1") == 0
