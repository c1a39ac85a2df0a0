"""The choice of an engine, what it refuses, and the commands with kernels."""

import dataclasses
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

import nersemble.jobs.loading
import nersemble.jobs.training_setup
from micro import make_workspace, micro_config, write_capture
from nersemble.compute_options import Backend, ComputeOptions
from nersemble.engines import Engine, FusedEngine, TorchEngine, choose_engine
from nersemble.errors import ConfigError
from nersemble.fields.config import DeformationFieldConfig
from nersemble.losses import terms
from nersemble.losses.terms import LossTerm
from nersemble.presets import PRESETS
from nersemble.rendering.config import HeadModelConfig
from nersemble.training.memory import TrainingMemory
from small_heads import make_head

pytest.importorskip("triton")

_CUDA, _CPU = torch.device("cuda"), torch.device("cpu")
_DEFAULT = PRESETS["default"].model


def _choose(
    backend: Backend,
    device: torch.device = _CUDA,
    config: HeadModelConfig = _DEFAULT,
    *,
    to_train: bool = False,
) -> Engine:
    return choose_engine(ComputeOptions(backend=backend), device, config, 901, to_train=to_train)


def _with_deformation(deformation: DeformationFieldConfig) -> HeadModelConfig:
    field = dataclasses.replace(_DEFAULT.dynamic_field, deformation=deformation)
    return dataclasses.replace(_DEFAULT, dynamic_field=field)


def _with_width(width: int) -> HeadModelConfig:
    deformation = dataclasses.replace(_DEFAULT.dynamic_field.deformation, mlp_layer_width=width)
    return _with_deformation(deformation)


@pytest.mark.parametrize("preset", ["default", "paper", "tiny"])
def test_kernels_compute_every_preset(preset: str) -> None:
    model = PRESETS[preset].model  # type: ignore[index]
    for backend in ("auto", "triton"):
        assert isinstance(_choose(backend, _CUDA, model, to_train=True), FusedEngine)
    assert isinstance(_choose("torch", _CUDA, model), TorchEngine)
    assert isinstance(_choose("auto", _CPU, model), TorchEngine)


def test_auto_says_why_it_takes_torch(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert isinstance(_choose("auto", config=_with_width(100)), TorchEngine)
    assert "plain torch (--mlp_layer_width 100 is not 16" in caplog.text


class _OtherDeformation(DeformationFieldConfig):
    """A deformation that the kernels have not seen."""


@pytest.mark.parametrize(
    ("device", "config", "reason"),
    [
        (_CPU, _DEFAULT, "needs a CUDA GPU"),
        (_CUDA, _with_width(100), "--mlp_layer_width 100"),
        (
            _CUDA,
            dataclasses.replace(
                _DEFAULT, marcher=dataclasses.replace(_DEFAULT.marcher, render_step_size=1e-4)
            ),
            "--render_step_size 0.0001",
        ),
        (_CUDA, _with_deformation(_OtherDeformation()), "do not support _OtherDeformation"),
    ],
)
def test_kernels_that_cannot_be_used_are_an_error(
    device: torch.device, config: HeadModelConfig, reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason):
        _choose("triton", device, config)


def test_kernels_do_not_train_with_a_loss_that_they_do_not_know(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """They would leave it out, and the log would show another number in its place."""
    seventh = LossTerm("smoothness", None, lambda batch: batch.rendered.rgbs.square().mean())
    monkeypatch.setattr(terms, "LOSS_TERMS", (*terms.LOSS_TERMS, seventh))
    caplog.set_level(logging.INFO)
    assert isinstance(_choose("auto", to_train=True), TorchEngine)
    assert "no kernel supports the loss smoothness" in caplog.text
    with pytest.raises(ConfigError, match="no kernel supports the loss smoothness"):
        _choose("triton", to_train=True)
    with (
        pytest.raises(ConfigError, match="no kernel supports the loss smoothness"),
        FusedEngine().trainer(micro_config(), make_head(), None, []),  # type: ignore[arg-type]
    ):
        pass
    assert isinstance(_choose("triton"), FusedEngine)


def test_kernels_do_not_train_without_a_loss_that_they_compute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(terms, "LOSS_TERMS", terms.LOSS_TERMS[:-1])
    with pytest.raises(ConfigError, match="no kernel supports the loss"):
        _choose("triton", to_train=True)


def test_kernels_refuse_a_model_with_other_parameters() -> None:
    head = make_head()
    head.gain = torch.nn.Parameter(torch.ones(3))
    with pytest.raises(ConfigError, match=r"do not support gain: use --backend torch"):
        FusedEngine().renderer(head)


def test_tables_that_an_engine_has_taken_over_cannot_be_read_in_the_model() -> None:
    head = make_head()
    shape = head.field.hash_ensemble.tables.shape
    FusedEngine().renderer(head)
    assert head.field.hash_ensemble.tables.is_meta
    assert head.field.hash_ensemble.tables.shape == shape


def test_train_resume_and_render_with_kernels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through Triton's interpreter, where there is no GPU; then the run goes on in plain torch."""
    pytest.importorskip("av")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    write_capture(tmp_path / "capture")
    workspace = make_workspace(tmp_path / "work", tmp_path / "capture")
    for module in (nersemble.jobs.training_setup, nersemble.jobs.loading):
        monkeypatch.setattr(module, "choose_engine", lambda *_, **__: FusedEngine())
    memory = TrainingMemory(0, 0, 0, 0, 0, 0, frames=2**30, context=0)
    monkeypatch.setattr(FusedEngine, "training_memory", lambda *_: memory)
    small = {
        "n_train_rays": 12, "grid_resolution": 8, "occ_warmup_steps": 2, "render_step_size": 0.4,
        "max_n_samples_per_batch": 8, "log2_hashmap_size": 6, "steps_per_eval_image": 0,
    }  # fmt: skip
    assert workspace.train(max_steps=1, device=device, **small) == 0
    assert workspace.resume("NERS-1", "--max_steps", "2", "--device", device) == 0
    options = ("--downscale_factor", "300", "--render_depth", "--device", device)
    assert workspace.render("NERS-1", *options) == 0
    assert len(list(workspace.renders.glob("*.mp4"))) == 2
    tensors = workspace.tensors(2)
    assert tensors["optimizer.hash_ensemble.tables.exp_avg"].dtype == torch.bfloat16
    assert tensors["model.field.hash_ensemble.tables"].dtype == torch.float32
    monkeypatch.undo()
    assert workspace.resume("NERS-1", "--max_steps", "3") == 0
    assert workspace.run_labels == ["NERS-1"]


def test_fit_takes_smaller_options_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As on a GPU that has a gibibyte free, for a model that needs more."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda *_: (2**30, 2**31))
    engine, config = FusedEngine(), PRESETS["default"]
    store: Any = SimpleNamespace(n_timesteps=24, n_images=288, image_shape=(802, 550))
    smaller = engine.fitted(config, store, _CUDA)
    assert smaller.model != config.model
    assert engine.training_memory(smaller, store, _CUDA) is not None
    assert "To fit into the GPU's 1.0 GiB: --max_n_samples_per_batch" in caplog.text
    with pytest.raises(ConfigError, match="--fit chooses these"):
        engine.training_memory(config, store, _CUDA)
    assert engine.fitted(smaller, store, _CUDA) == smaller
