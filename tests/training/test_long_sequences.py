"""A sequence of 1118 timesteps, the benchmark's longest: trained, saved and rendered to its end."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from micro import micro_options, open_on_cpu, run_command
from nersemble.data_manager.rig import SERIALS
from nersemble.runs.checkpoints import load_checkpoint
from nersemble.runs.folders import find_run
from video_captures import write_benchmark

pytestmark = pytest.mark.slow

FEW, MANY = 3, 1118


def _trained(root: Path, n_frames: int) -> dict[str, Tensor]:
    write_benchmark(root / "captures", serials=SERIALS[:2], n_frames=n_frames, scale=200)
    options = micro_options(max_steps=3, layout="benchmark", eval_cameras="none")
    roots = ["--data_path", root / "captures", "--models_path", root / "models"]
    assert run_command("train", 388, "GLASSES", *roots, *options) == 0
    return load_checkpoint(find_run(root / "models", "NERS-1")).tensors


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the long training."""
    root = tmp_path_factory.mktemp("many")
    _trained(root, MANY)
    return root


def test_only_the_codes_grow_with_the_timesteps(many: Path, tmp_path: Path) -> None:
    few = _trained(tmp_path, FEW)
    long = load_checkpoint(find_run(many / "models", "NERS-1")).tensors
    assert few.keys() == long.keys()
    grown = {name for name in few if few[name].shape != long[name].shape}
    assert grown
    for name in grown:
        assert "codes" in name
        assert (len(few[name]), len(long[name])) == (FEW, MANY)
        assert few[name].shape[1:] == long[name].shape[1:]


def test_the_last_timestep_is_rendered(many: Path) -> None:
    loaded = open_on_cpu("NERS-1", -1, models=many / "models", data=many / "captures")
    assert loaded.description.config.data.n_timesteps == MANY
    camera = loaded.dataset.train_cameras[0]
    pictures = [
        loaded.renderer.image(camera, timestep, loaded.windows, 1024).rgb
        for timestep in (0, MANY - 1)
    ]
    assert torch.isfinite(pictures[1]).all()
    # Two codes, two pictures.
    assert not torch.equal(*pictures)
