"""``--backend tcnn`` and ``--marcher nerfacc``: refused with a reason, or runs like any other."""

import logging
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from fake_packages import install_nerfacc, install_tinycudann
from micro import Workspace
from nersemble.compute_options import Backend, ComputeOptions, Marcher
from nersemble.engines import Engine, TorchEngine, choose_engine
from nersemble.errors import ConfigError
from nersemble.marching import nerfacc_marcher
from nersemble.ops import tcnn
from nersemble.presets import PRESETS

_CUDA, _CPU = torch.device("cuda"), torch.device("cpu")
_MODEL = PRESETS["default"].model


def _choose(backend: Backend, marcher: Marcher) -> Engine:
    options = ComputeOptions(backend=backend, marcher=marcher)
    return choose_engine(options, _CUDA, _MODEL, 901)


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both packages' stand-ins, which need no GPU."""
    install_tinycudann(monkeypatch)
    install_nerfacc(monkeypatch)
    for module in (tcnn, nerfacc_marcher):
        monkeypatch.setattr(module, "why_not", lambda _: None)


@pytest.mark.parametrize(
    ("backend", "marcher", "package", "parts"),
    [
        (
            "tcnn", "native", "tinycudann",
            ("--backend tcnn", "tinycudann cannot be imported", "pip install --no-build-isolation"),
        ),
        (
            "auto", "nerfacc", "nerfacc",
            ("--marcher nerfacc", "nerfacc cannot be imported", "pip install nersemble[nerfacc]"),
        ),
    ],
)  # fmt: skip
def test_a_missing_package_is_an_error_that_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
    backend: Backend,
    marcher: Marcher,
    package: str,
    parts: tuple[str, ...],
) -> None:
    for name in (package, f"{package}.grid"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ConfigError) as raised:
        _choose(backend, marcher)
    message = str(raised.value)
    assert all(part in message for part in parts), message
    assert "\n" not in message


def test_kernels_that_do_not_compile_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: torch.device) -> None:
        raise RuntimeError("no nvcc")

    monkeypatch.setattr(nerfacc_marcher, "_compile", fails)
    with pytest.raises(ConfigError, match=r"--marcher nerfacc cannot.*no nvcc.*CUDA compiler"):
        _choose("torch", "nerfacc")


@pytest.mark.parametrize("option", ["--backend tcnn", "--marcher nerfacc"])
@pytest.mark.parametrize("command", ["train", "evaluate", "render"])
def test_a_cpu_is_refused_in_one_line(
    trained: Workspace, error_line: Callable[[int], str], command: str, option: str
) -> None:
    before = trained.run_labels
    name, value = option.removeprefix("--").split()
    if command == "train":
        line = error_line(trained.train(**{name: value}))
    else:
        line = error_line(getattr(trained, command)("NERS-1", f"--{name}", value))
    assert f"{option} cannot be used" in line
    assert "CUDA GPU" in line
    assert trained.run_labels == before


@pytest.mark.usefixtures("packages")
def test_nerfacc_goes_without_the_kernels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(ConfigError, match=r"--backend triton cannot.*--marcher nerfacc"):
        _choose("triton", "nerfacc")
    assert isinstance(_choose("auto", "nerfacc"), TorchEngine)
    assert "plain torch, marching with nerfacc" in caplog.text
    assert isinstance(_choose("tcnn", "nerfacc"), TorchEngine)
    assert "tinycudann, marching with nerfacc" in caplog.text


@pytest.mark.usefixtures("packages")
def test_checkpoints_go_from_one_back_end_to_another_and_back(workspace: Workspace) -> None:
    small = {"n_train_rays": 16, "render_step_size": 0.5, "steps_per_save": 1}
    through = ("--backend", "tcnn", "--marcher", "nerfacc")
    assert workspace.train(max_steps=2, backend="tcnn", marcher="nerfacc", **small) == 0
    assert workspace.resume("NERS-1", "--max_steps", 4, "--backend", "torch") == 0
    assert workspace.resume("NERS-1", "--max_steps", 5, *through) == 0
    by_package, in_torch = workspace.tensors(5), workspace.tensors(4)
    names = by_package.keys() - in_torch.keys() | in_torch.keys() - by_package.keys()
    assert not names
    for name, value in by_package.items():
        assert (value.shape, value.dtype) == (in_torch[name].shape, in_torch[name].dtype), name
        assert torch.isfinite(value.float()).all(), name
    assert not torch.equal(
        by_package["model.field.hash_ensemble.tables"],
        in_torch["model.field.hash_ensemble.tables"],
    )


@pytest.mark.slow
@pytest.mark.usefixtures("packages")
def test_an_evaluation_finds_the_same_pictures(trained: Workspace, tmp_path: Path) -> None:
    """Of a run that was trained in plain torch."""
    shutil.copytree(trained.root, tmp_path / "copy")
    copy = Workspace(tmp_path / "copy")
    limits = ("--max_eval_timesteps", "1")
    pictures = []
    for options in ((), ("--backend", "tcnn", "--marcher", "nerfacc")):
        assert copy.evaluate("NERS-1", *limits, *options) == 0
        paths = sorted(copy.run().evaluation_folder.rglob("*.png"))
        pictures.append([np.asarray(Image.open(path)).astype(int) for path in paths])
    assert pictures[0]
    for ours, theirs in zip(*pictures, strict=True):
        assert abs(ours - theirs).max() <= 8
        assert abs(ours - theirs).mean() < 0.2
