"""The choice between fused kernels and plain torch, and the commands with kernels."""

import dataclasses
import logging
from pathlib import Path

import pytest
import torch

import nersemble.jobs.loading
import nersemble.jobs.training
from micro import make_workspace, write_capture
from nersemble.engines import choose_kernels
from nersemble.errors import ConfigError
from nersemble.presets import PRESETS
from nersemble.rendering.head_model import HeadModelConfig

pytest.importorskip("triton")

_CUDA, _CPU = torch.device("cuda"), torch.device("cpu")
_DEFAULT = PRESETS["default"].model


def _with_width(width: int) -> HeadModelConfig:
    deformation = dataclasses.replace(_DEFAULT.dynamic_field.deformation, mlp_layer_width=width)
    field = dataclasses.replace(_DEFAULT.dynamic_field, deformation=deformation)
    return dataclasses.replace(_DEFAULT, dynamic_field=field)


@pytest.mark.parametrize("preset", ["default", "paper", "tiny"])
def test_kernels_compute_every_preset(preset: str) -> None:
    model = PRESETS[preset].model  # type: ignore[index]
    assert choose_kernels("auto", _CUDA, model, 901)
    assert choose_kernels("triton", _CUDA, model, 901)
    assert not choose_kernels("torch", _CUDA, model, 901)
    assert not choose_kernels("auto", _CPU, model, 901)


def test_auto_says_why_it_takes_torch(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert not choose_kernels("auto", _CUDA, _with_width(100), 901)
    assert "plain torch (--mlp_layer_width 100 is none of" in caplog.text


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
    ],
)
def test_kernels_that_cannot_be_used_are_an_error(
    device: torch.device, config: HeadModelConfig, reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason):
        choose_kernels("triton", device, config, 901)


def test_train_resume_and_render_with_kernels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through Triton's interpreter, where there is no GPU; then the run goes on in plain torch."""
    write_capture(tmp_path / "capture")
    workspace = make_workspace(tmp_path / "work", tmp_path / "capture")
    for module in (nersemble.jobs.training, nersemble.jobs.loading):
        monkeypatch.setattr(module, "choose_kernels", lambda *_: True)
    monkeypatch.setattr(nersemble.jobs.training, "check_gpu_memory", lambda *_: 2**30)
    small = {
        "n_train_rays": 12, "grid_resolution": 8, "occ_warmup_steps": 2, "render_step_size": 0.4,
        "max_n_samples_per_batch": 8, "log2_hashmap_size": 6, "steps_per_eval_image": 0,
    }  # fmt: skip
    assert workspace.train(max_steps=1, **small) == 0
    assert workspace.resume("NERS-1", "--max_steps", "2") == 0
    assert workspace.render("NERS-1", "--downscale_factor", "300", "--render_depth") == 0
    assert len(list(workspace.renders.glob("*.mp4"))) == 2
    tensors = workspace.tensors(2)
    assert tensors["optimizer.hash_ensemble.tables.exp_avg"].dtype == torch.bfloat16
    assert tensors["model.field.hash_ensemble.tables"].dtype == torch.float32
    monkeypatch.undo()
    assert workspace.resume("NERS-1", "--max_steps", "3") == 0
    assert workspace.run_labels == ["NERS-1"]
