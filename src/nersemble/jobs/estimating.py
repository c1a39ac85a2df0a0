"""A training tried for a few seconds: what it takes of time, memory and disk on this machine."""

import dataclasses
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int

from nersemble.config import RunConfig
from nersemble.data_manager.capture import Frame
from nersemble.data_manager.dataset import Dataset
from nersemble.data_manager.frame_store import PixelStore, PixelValues
from nersemble.engines import Engine
from nersemble.jobs.steps import N_RAYS_EVAL
from nersemble.machine import existing_part, free_disk, peak_ram
from nersemble.rendering.head_model import HeadModel
from nersemble.runs.checkpoint_files import write_checkpoint
from nersemble.training.loop import TrainingLoop
from nersemble.training.optimizers import learnables

_N_SAMPLE_TIMESTEPS = 4
# On the CPU a whole picture may take minutes; a 16th of its pixels takes a 16th of that.
_PICTURE_SCALE_ON_CPU = 4


@dataclass(frozen=True)
class RepeatedPictures:
    """A few timesteps' pictures that stand for those of all timesteps."""

    part: PixelStore
    n_timesteps: int
    holds_everything: bool

    @property
    def n_cameras(self) -> int:
        """How many camera indices there are."""
        return self.part.n_cameras

    @property
    def n_images(self) -> int:
        """Cameras times timesteps."""
        return self.n_cameras * self.n_timesteps

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of every picture, pixels."""
        return self.part.image_shape

    def frame(self, camera_index: int, timestep: int) -> Frame:
        """The picture that stands for this one."""
        return self.part.frame(camera_index, self._sample(timestep))

    def pixels(self, camera_index: int, timestep: int, yx: Int[np.ndarray, "n 2"]) -> PixelValues:
        """Pixels (row, column) of the picture that stands for this one."""
        return self.part.pixels(camera_index, self._sample(timestep), yx)

    def _sample(self, timestep: int) -> int:
        return timestep * self.part.n_timesteps // self.n_timesteps


def sample_of(dataset: Dataset) -> Dataset:
    """The dataset with a few timesteps, spread evenly over all."""
    numbers = dataset.splits.frame_numbers
    n = min(_N_SAMPLE_TIMESTEPS, len(numbers))
    chosen = tuple(numbers[(2 * i + 1) * len(numbers) // (2 * n)] for i in range(n))
    return dataclasses.replace(
        dataset, splits=dataclasses.replace(dataset.splits, frame_numbers=chosen)
    )


@dataclass(frozen=True)
class MeasuredTraining:
    """What was measured; seconds are those of the whole training.

    n_steps: steps that were made; opening_seconds: until the first step is done, without what
    compiling_seconds says: kernels that were compiled are there when training asks for them;
    picture_seconds: a held-out picture; save_seconds: a checkpoint; peak_ram: of this
    process; gpu_allocated, gpu_reserved: torch's memory on the GPU, 0 without one.
    """

    n_steps: int
    opening_seconds: float
    compiling_seconds: float
    steps_seconds: float
    picture_seconds: float
    save_seconds: float
    peak_ram: int
    gpu_allocated: int
    gpu_reserved: int


def calibrate(
    config: RunConfig,
    model: HeadModel,
    dataset: Dataset,
    pictures: RepeatedPictures,
    models_root: Path,
    seconds: float,
    *,
    engine: Engine,
    frame_budget_bytes: int,
) -> MeasuredTraining:
    """Trains a fresh model for about ``seconds``, then renders a picture and saves it once.

    Raises:
        NersembleError: a picture cannot be read, or a checkpoint cannot be written.
    """
    on_gpu, last = model.device.type == "cuda", config.loop.max_steps
    began = time.perf_counter()
    with engine.trainer(
        config, model, pictures, dataset.train_cameras, frame_budget_bytes=frame_budget_bytes
    ) as trainer:
        with engine.compilations() as compiled, _timed(model.device):
            trainer.run(1, lambda _: None)
        compiling = compiled.wall_seconds if compiled else 0.0
        opening = time.perf_counter() - began
        trainer.go_to(0)
        blocks = sweep(trainer, last, seconds)
        picture_seconds = _picture_seconds(dataset, trainer)
        save_seconds = _save_seconds(trainer, models_root)
        return MeasuredTraining(
            n_steps=sum(block.n_steps for block in blocks),
            opening_seconds=opening - compiling,
            compiling_seconds=compiling,
            steps_seconds=total_seconds(blocks, last),
            picture_seconds=picture_seconds,
            save_seconds=save_seconds,
            peak_ram=peak_ram(),
            gpu_allocated=torch.cuda.max_memory_allocated() if on_gpu else 0,
            gpu_reserved=torch.cuda.max_memory_reserved() if on_gpu else 0,
        )


class _Stopwatch:
    seconds = 0.0


@contextmanager
def _timed(device: torch.device) -> Iterator[_Stopwatch]:
    """Measures a block's time, waiting for the GPU before and after."""
    watch = _Stopwatch()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    began = time.perf_counter()
    yield watch
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    watch.seconds = time.perf_counter() - began


def _picture_seconds(dataset: Dataset, trainer: TrainingLoop) -> float:
    """Time of rendering a held-out picture, and of reading the true one; 0 where none is."""
    if not dataset.eval_cameras:
        return 0.0
    camera, device = dataset.eval_cameras[0], trainer.model.device
    scale = 1 if device.type == "cuda" else _PICTURE_SCALE_ON_CPU
    small = camera.resized(max(camera.width // scale, 1), max(camera.height // scale, 1))
    if device.type == "cuda":
        # The first one compiles kernels, or loads them.
        trainer.renderer.image(small, 0, trainer.windows, N_RAYS_EVAL)
    with _timed(device) as rendering:
        trainer.renderer.image(small, 0, trainer.windows, N_RAYS_EVAL)
    with _timed(device) as reading:
        dataset.truth(dataset.splits.eval_serials[0], 0)
    pixels = camera.width * camera.height / (small.width * small.height)
    return rendering.seconds * pixels + reading.seconds


def _save_seconds(trainer: TrainingLoop, models_root: Path) -> float:
    """Time of a checkpoint on the disk of the runs; 0 where there is no room for one."""
    place, metadata = existing_part(models_root), {"n_timesteps": trainer.model.field.n_timesteps}
    with _timed(trainer.model.device) as collecting:
        trainer.check_finite_parameters()
        tensors = trainer.tensors()
    if sum(tensor.nbytes for tensor in tensors.values()) > free_disk(place):
        return 0.0
    with (
        tempfile.TemporaryDirectory(prefix=".estimate-", dir=place) as folder,
        _timed(trainer.model.device) as saving,
    ):
        write_checkpoint(Path(folder) / "checkpoint.safetensors", 0, tensors, metadata)
    return collecting.seconds + saving.seconds


def checkpoint_bytes(model: HeadModel, engine: Engine) -> int:
    """Bytes of a checkpoint's tensors: the state and, of each parameter, Adam's two moments and
    count; the moments of the tables have the engine's precision."""
    state = sum(tensor.nbytes for tensor in model.state_dict().values())
    moments = 0
    for found in learnables(model):
        parameter, of_tables = found.parameter, found.name == "hash_ensemble.tables"
        size = engine.moment_bytes if of_tables else parameter.element_size()
        moments += 2 * size * parameter.numel() + 4
    return state + moments


_SHARE_OF_FIRST_STEPS = 0.4


@dataclass(frozen=True)
class Block:
    """Consecutive steps that were made, from ``first`` on, and the time that they took."""

    first: int
    n_steps: int
    seconds: float

    @property
    def end(self) -> int:
        """The step after the last."""
        return self.first + self.n_steps

    @property
    def step_seconds(self) -> float:
        """Mean time of a step."""
        return self.seconds / self.n_steps


def sweep(
    trainer: TrainingLoop,
    last_step: int,
    seconds: float,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Block]:
    """Trains for about ``seconds``, up to ``last_step`` where that is not enough for all steps.

    A block is as long as the interval of the occupancy grid's updates and begins with one, as each
    belongs to so many steps. At least two steps are made: the present one and one of the end.
    """
    interval = trainer.model.grid.config.occ_update_interval
    began = clock()
    blocks = [_block(trainer, last_step, interval, began + seconds, clock)]
    while clock() - began < seconds * _SHARE_OF_FIRST_STEPS and trainer.step < last_step:
        blocks.append(_block(trainer, last_step, interval, began + seconds, clock))
    ahead, jumps_began, share = trainer.step, clock(), 0.0
    while trainer.step < last_step and share < 1:
        left = began + seconds - jumps_began
        share = (clock() - jumps_began) / left if left > 0 else 1.0
        target = min(ahead + round(share * (last_step - ahead)), last_step - 1)
        trainer.go_to(max(trainer.step, target - target % interval))
        blocks.append(_block(trainer, last_step, interval, began + seconds, clock))
    return blocks


def _block(
    trainer: TrainingLoop,
    last_step: int,
    interval: int,
    deadline: float,
    clock: Callable[[], float],
) -> Block:
    """The steps up to the next update of the occupancy grid, or one if it is late already."""
    first, began = trainer.step, clock()
    end = min(first + interval - first % interval, last_step)
    while True:
        trainer.run(trainer.step + 1, lambda _: None)
        if trainer.step == end or clock() >= deadline:
            return Block(first, trainer.step - first, clock() - began)


def total_seconds(blocks: Sequence[Block], last_step: int) -> float:
    """The time of all steps from the first block's to ``last_step``."""
    skipped = sum(
        (after.first - before.end) * (before.step_seconds + after.step_seconds) / 2
        for before, after in pairwise(blocks)
    )
    rest = (last_step - blocks[-1].end) * blocks[-1].step_seconds
    return sum(block.seconds for block in blocks) + skipped + rest
