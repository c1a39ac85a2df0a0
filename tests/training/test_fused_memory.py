"""A training step's memory does not depend on the number of timesteps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from captures import PARTICIPANT, SEQUENCE
from micro import micro_config, write_capture
from nersemble.commands.runs_on_disk import build_model
from nersemble.config import RunConfig, resolve
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.frame_store import PixelValues
from nersemble.rays.device_sampler import DeviceSampler

pytest.importorskip("triton")
from nersemble.training.fused_trainer import FusedTrainer

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
FEW, MANY = 4, 1118
OPTIONS = {
    "n_train_rays": 12,
    "grid_resolution": 8,
    "occ_warmup_steps": 0,
    "render_step_size": 0.4,
    "max_n_samples_per_batch": 8,
    "log2_hashmap_size": 6,
    "window_hash_encodings_end": 0,
    "timesteps_per_batch": 2,
}


@dataclass(frozen=True)
class Frames:
    """Grey pictures of as many timesteps as wanted, none of them stored."""

    n_cameras: int
    n_timesteps: int
    image_shape: tuple[int, int]
    holds_everything: bool = True

    @property
    def n_images(self) -> int:
        return self.n_cameras * self.n_timesteps

    def pixels(self, camera_index: int, timestep: int, yx: np.ndarray) -> PixelValues:
        n = len(yx)
        grey = np.full((n, 3), 128, np.uint8)
        return PixelValues(grey, np.full(n, 255, np.uint8), np.zeros(n, np.uint16))


class Created(TorchDispatchMode):
    """Counts the bytes of the tensors that operations return."""

    def __init__(self) -> None:
        super().__init__()
        self.total, self.largest = 0, 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            if isinstance(leaf, Tensor):
                self.total += leaf.nbytes
                self.largest = max(self.largest, leaf.nbytes)
        return result


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    root = tmp_path_factory.mktemp("capture")
    write_capture(root)
    return open_dataset(root, PARTICIPANT, SEQUENCE, micro_config(**OPTIONS).data)


def _config(dataset: Dataset, occupancy_timesteps: str) -> RunConfig:
    return resolve(micro_config(**OPTIONS, occupancy_timesteps=occupancy_timesteps), dataset)


def _step(dataset: Dataset, n_timesteps: int, occupancy_timesteps: str) -> tuple[Created, int]:
    """What a trainer and its first step, which updates the occupancy grid, create; the peak of the
    GPU's memory above the model."""
    config = _config(dataset, occupancy_timesteps)
    cameras = dataset.train_cameras
    frames: Any = Frames(len(cameras), n_timesteps, (cameras[0].height, cameras[0].width))
    model = build_model(PARTICIPANT, config, n_timesteps, DEVICE)
    model.grid.cull(cameras)
    seed = config.loop.seed
    with DeviceSampler(
        frames, cameras, config.sampler, seed, DEVICE, frame_budget_bytes=0
    ) as sampler:
        on_gpu = DEVICE.type == "cuda"
        if on_gpu:
            torch.cuda.reset_peak_memory_stats()
        held = torch.cuda.memory_allocated() if on_gpu else 0
        with Created() as created:
            trainer = FusedTrainer(config.trainer, model, sampler)
            trainer.run(1, lambda _: None)
        return created, torch.cuda.max_memory_allocated() - held if on_gpu else 0


@pytest.mark.parametrize("occupancy_timesteps", ["batch", "all"])
def test_a_step_with_1118_timesteps_needs_what_one_with_4_needs(
    dataset: Dataset, occupancy_timesteps: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if DEVICE.type == "cpu" and occupancy_timesteps == "all":
        # The interpreter would take minutes for 559 groups of densities.
        from nersemble.fields.fused_field import FusedBlend

        monkeypatch.setattr(FusedBlend, "density", lambda _, positions, *__: positions[:, 0])
    few, few_peak = _step(dataset, FEW, occupancy_timesteps)
    many, many_peak = _step(dataset, MANY, occupancy_timesteps)
    field = _config(dataset, occupancy_timesteps).model.dynamic_field
    row = field.hash_ensemble.n_tables + field.deformation.latent_dim_time_deform
    codes = 4 * (MANY - FEW) * row
    # Only the codes have a row for every timestep; their gradients and Adam pass over them.
    assert many.largest <= max(few.largest, codes)
    assert many_peak <= few_peak + 8 * codes
    if occupancy_timesteps == "batch":
        assert many.total <= few.total * 1.1 + 8 * codes
