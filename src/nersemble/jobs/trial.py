"""Measure a few seconds of training: some steps, a picture, and a checkpoint."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor

from nersemble.data_manager.dataset import Dataset
from nersemble.data_manager.frame_store import PixelStore
from nersemble.jobs.steps import N_RAYS_EVAL
from nersemble.jobs.training_setup import TrainingSetup
from nersemble.machine import existing_part, free_disk
from nersemble.rendering.head_model import HeadModel
from nersemble.runs.checkpoints import write_checkpoint
from nersemble.training.loop import TrainingLoop

_SHARE_OF_FIRST_STEPS = 0.4
# On the CPU a whole picture may take minutes; a 16th of its pixels takes a 16th of that.
_PICTURE_SCALE_ON_CPU = 4


@dataclass(frozen=True)
class Trial:
    """The measurements; seconds are those of the whole training run.
    n_steps: measured steps; opening_seconds: until the first step is done, without
    compiling_seconds, since training will find the compiled kernels in the cache;
    picture_seconds: a held-out picture; save_seconds: a checkpoint.
    """

    n_steps: int
    opening_seconds: float
    compiling_seconds: float
    steps_seconds: float
    picture_seconds: float
    save_seconds: float


def try_training(
    setup: TrainingSetup, model: HeadModel, pictures: PixelStore, models_root: Path, seconds: float
) -> Trial:
    """Train a fresh model for about ``seconds``, then render one picture and save once.

    Raises:
        NersembleError: a picture cannot be read, or a checkpoint cannot be written.
    """
    began, last = time.perf_counter(), setup.config.loop.max_steps
    with (
        setup.engine.compilations() as compiled,
        setup.engine.trainer(
            setup.config, model, lambda: pictures, setup.dataset.train_cameras,
            frame_budget_bytes=setup.frame_budget_bytes,
        ) as trainer,
    ):  # fmt: skip
        _seconds(model.device, lambda: trainer.run(1, lambda _: None))
        compiling = compiled.wall_seconds if compiled else 0.0
        opening = time.perf_counter() - began
        trainer.go_to(0)
        blocks = sweep(trainer, last, seconds)
        return Trial(
            n_steps=sum(block.n_steps for block in blocks),
            opening_seconds=opening - compiling,
            compiling_seconds=compiling,
            steps_seconds=total_seconds(blocks, last),
            picture_seconds=_picture_seconds(setup.dataset, trainer),
            save_seconds=_save_seconds(trainer, models_root),
        )


def _seconds(device: torch.device, call: Callable[[], object]) -> float:
    """The time of a call, waiting for the GPU before and after."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    began = time.perf_counter()
    call()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began


def _picture_seconds(dataset: Dataset, trainer: TrainingLoop) -> float:
    """Time of rendering a held-out picture and of reading its ground truth; 0 without one."""
    if not dataset.eval_cameras:
        return 0.0
    camera, device = dataset.eval_cameras[0], trainer.model.device
    scale = 1 if device.type == "cuda" else _PICTURE_SCALE_ON_CPU
    small = camera.resized(max(camera.width // scale, 1), max(camera.height // scale, 1))

    def render() -> None:
        trainer.renderer.image(small, 0, trainer.windows, N_RAYS_EVAL)

    if device.type == "cuda":
        # The first one compiles kernels, or loads them.
        render()
    rendering = _seconds(device, render)
    reading = _seconds(device, lambda: dataset.truth(dataset.splits.eval_serials[0], 0))
    return rendering * camera.width * camera.height / (small.width * small.height) + reading


def _save_seconds(trainer: TrainingLoop, models_root: Path) -> float:
    """Time of a checkpoint on the disk of the runs; 0 if the disk has no room for one."""
    device, place = trainer.model.device, existing_part(models_root)
    metadata = {"n_timesteps": trainer.model.field.n_timesteps}
    tensors: dict[str, Tensor] = {}

    def collect() -> None:
        trainer.check_finite_parameters()
        tensors.update(trainer.tensors())

    collecting = _seconds(device, collect)
    if sum(tensor.nbytes for tensor in tensors.values()) > free_disk(place):
        return 0.0
    with tempfile.TemporaryDirectory(prefix=".estimate-", dir=place) as folder:
        path = Path(folder) / "checkpoint.safetensors"
        saving = _seconds(device, lambda: write_checkpoint(path, 0, tensors, metadata))
    return collecting + saving


@dataclass(frozen=True)
class Block:
    """Consecutive measured steps from ``first`` on, and their time."""

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
    """Train for about ``seconds``, sampling blocks of steps up to ``last_step``.

    A block begins with an update of the occupancy grid and is as long as the interval between two
    updates. At least two steps are measured: the current one and one at the end.
    """
    interval, began = trainer.model.grid.config.occ_update_interval, clock()
    blocks: list[Block] = []

    def make_block() -> None:
        """The steps up to the grid's next update, or one step if it is late already."""
        first, start = trainer.step, clock()
        end = min(first + interval - first % interval, last_step)
        while trainer.step == first or (trainer.step < end and clock() < began + seconds):
            trainer.run(trainer.step + 1, lambda _: None)
        blocks.append(Block(first, trainer.step - first, clock() - start))

    make_block()
    while clock() - began < seconds * _SHARE_OF_FIRST_STEPS and trainer.step < last_step:
        make_block()
    ahead, jumps_began, share = trainer.step, clock(), 0.0
    while trainer.step < last_step and share < 1:
        left = began + seconds - jumps_began
        share = (clock() - jumps_began) / left if left > 0 else 1.0
        target = min(ahead + round(share * (last_step - ahead)), last_step - 1)
        start = max(trainer.step, target - target % interval)
        # A training does not jump: what a jump costs is not measured.
        trainer.go_to(max(trainer.step, start - trainer.steps_to_settle))
        trainer.run(start, lambda _: None)
        make_block()
    return blocks


def total_seconds(blocks: Sequence[Block], last_step: int) -> float:
    """The time of all steps from the first block's to ``last_step``."""
    skipped = sum(
        (after.first - before.end) * (before.step_seconds + after.step_seconds) / 2
        for before, after in pairwise(blocks)
    )
    rest = (last_step - blocks[-1].end) * blocks[-1].step_seconds
    return sum(block.seconds for block in blocks) + skipped + rest
