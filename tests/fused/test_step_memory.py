"""A training step's memory does not depend on the number of timesteps."""

import gc
import weakref
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
from nersemble.config import RunConfig, resolve
from nersemble.data_manager.capture import Frame
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.frame_store import PixelStore, PixelValues
from nersemble.jobs.loading import build_model

pytest.importorskip("triton")

from nersemble.fused.renderer import FusedRenderer
from nersemble.fused.sampler import DeviceSampler
from nersemble.fused.trainer import FusedTrainer

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
FEW, MANY = 4, 1118
COPIES = 5
"""How often a step may allocate the codes' size: it takes two for gradients, two for moments."""
# Few rays, samples and cells: each program of a kernel takes the interpreter milliseconds.
OPTIONS = {
    "n_train_rays": 12,
    "timesteps_per_batch": 2,
    "grid_resolution": 4,
    "occ_warmup_steps": 2,
    "render_step_size": 0.4,
    "max_n_samples_per_batch": 8,
    "log2_hashmap_size": 6,
    # All tables are open from the first step on: the codes have gradients.
    "window_hash_encodings_end": 0,
}


@dataclass
class GreyFrames(PixelStore):
    """What samplers need of a FrameStore: grey pictures, as many as wanted, none of them kept."""

    n_cameras: int
    n_timesteps: int
    image_shape: tuple[int, int]
    holds_everything: bool = True

    def frame(self, camera_index: int, timestep: int) -> Frame:
        shape = self.image_shape
        return Frame(np.full((*shape, 3), 128, np.uint8), np.full(shape, 255, np.uint8), None)

    def pixels(self, camera_index: int, timestep: int, yx: np.ndarray) -> PixelValues:
        n = len(yx)
        grey = np.full((n, 3), 128, np.uint8)
        return PixelValues(grey, np.full(n, 255, np.uint8), np.zeros(n, np.uint16))


class CreatedMemory(TorchDispatchMode):
    """Bytes of the memory that operations allocate: in all, the largest piece, and the most that
    is alive at once. Views and what is written in place count nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.total = self.largest = self.alive = self.peak = 0
        self._known: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        for storage in _storages((args, kwargs)):
            self._enter(storage, 0)
        result = func(*args, **(kwargs or {}))
        for storage in _storages(result):
            self._enter(storage, storage.nbytes())
        return result

    def _enter(self, storage: torch.UntypedStorage, n_bytes: int) -> None:
        key = id(storage)
        if key in self._known:
            return
        self._known.add(key)
        weakref.finalize(storage, self._leave, key, n_bytes).atexit = False
        self.total += n_bytes
        self.largest = max(self.largest, n_bytes)
        self.alive += n_bytes
        self.peak = max(self.peak, self.alive)

    def _leave(self, key: int, n_bytes: int) -> None:
        self._known.remove(key)
        self.alive -= n_bytes


def _storages(tree: Any) -> list[torch.UntypedStorage]:
    return [leaf.untyped_storage() for leaf in tree_leaves(tree) if isinstance(leaf, Tensor)]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    root = tmp_path_factory.mktemp("capture")
    write_capture(root)
    return open_dataset(root, PARTICIPANT, SEQUENCE, micro_config(**OPTIONS).data)


def _config(dataset: Dataset, occupancy_timesteps: str) -> RunConfig:
    return resolve(micro_config(**OPTIONS, occupancy_timesteps=occupancy_timesteps), dataset)


def _first_step(dataset: Dataset, config: RunConfig, n_timesteps: int) -> tuple[CreatedMemory, int]:
    """What a trainer and its first step, which updates the occupancy grid, create; on a GPU also
    the most memory that the allocator gave out for them (else 0)."""
    cameras = dataset.train_cameras
    store: Any = GreyFrames(len(cameras), n_timesteps, (cameras[0].height, cameras[0].width))
    gc.collect()
    model = build_model(PARTICIPANT, config, n_timesteps, DEVICE)
    model.grid.cull(cameras)
    assert not model.grid.occs.any()
    on_gpu, held = DEVICE.type == "cuda", 0
    with DeviceSampler(
        store, cameras, config.sampler, config.loop.seed, DEVICE, frame_budget_bytes=0
    ) as sampler:
        if on_gpu:
            torch.cuda.synchronize()
            torch.cuda.reset_peak_memory_stats()
            held = torch.cuda.memory_allocated()
        with CreatedMemory() as created:
            trainer = FusedTrainer(config.trainer, FusedRenderer(model), sampler)
            trainer.run(1, lambda report: None)
        peak = torch.cuda.max_memory_allocated() - held if on_gpu else 0
    # The step did all that a step can do.
    assert model.grid.occs.any()
    moments = trainer.tensors()
    for name in ("hash_ensemble", "deformation"):
        assert len(moments[f"optimizer.{name}.codes.exp_avg"]) == n_timesteps
    return created, peak


def _spare_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same blended grids without a kernel, and no densities of cells: the interpreter would
    take minutes for 559 groups of timesteps."""
    from nersemble.fused.field import FusedBlend
    from nersemble.fused.kernels import tables
    from nersemble.fused.kernels.tables import Counts
    from nersemble.fused.tiled_tables import TiledTables

    def blend(
        tables: TiledTables, weights: Tensor, counts: Counts, out: Tensor, *_: object
    ) -> None:
        flat = weights @ tables.joined("cpu").flatten(1)
        out.copy_(flat.view_as(out))

    monkeypatch.setattr(tables, "blend", blend)
    monkeypatch.setattr(FusedBlend, "density", lambda _, positions, *__: positions[:, 0].clone())


@pytest.mark.parametrize("occupancy_timesteps", ["batch", "all"])
def test_a_step_with_1118_timesteps_needs_what_one_with_4_needs(
    dataset: Dataset, occupancy_timesteps: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = _config(dataset, occupancy_timesteps)
    if DEVICE.type == "cpu" and occupancy_timesteps == "all":
        _spare_the_interpreter(monkeypatch)
    if DEVICE.type == "cuda":
        # Libraries allocate workspaces once; they must not make the smaller step look larger.
        _first_step(dataset, config, FEW)
    few, few_on_gpu = _first_step(dataset, config, FEW)
    many, many_on_gpu = _first_step(dataset, config, MANY)
    field = config.model.dynamic_field
    lengths = field.hash_ensemble.n_tables, field.deformation.latent_dim_time_deform
    # Only the codes, their gradients and Adam's moments have rows for all timesteps.
    codes = [4 * (MANY - FEW) * length for length in lengths]
    assert many.largest <= few.largest + sum(codes)
    assert many.peak <= few.peak + COPIES * sum(codes)
    assert many_on_gpu <= few_on_gpu + COPIES * sum(codes)
    # With 'all', there are more groups of timesteps, one after the other.
    if occupancy_timesteps == "batch":
        assert many.total <= few.total + COPIES * sum(codes)
