"""Estimate the GPU memory, RAM, disk space and time of a training run before it starts."""

import dataclasses
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int

from nersemble.config import RunConfig
from nersemble.data_manager.capture import Frame
from nersemble.data_manager.dataset import Dataset
from nersemble.data_manager.frame_store import FrameStore, PixelStore, PixelValues
from nersemble.engines import Engine
from nersemble.jobs.picture_source import LOADING_THREADS, PictureSource
from nersemble.jobs.steps import N_EVAL_TIMESTEPS
from nersemble.jobs.training_setup import TrainingRequest, set_up
from nersemble.jobs.trial import try_training
from nersemble.machine import existing_part, peak_ram
from nersemble.rendering.head_model import HeadModel
from nersemble.training.optimizers import learnables

FEWEST_STEPS = 200
"""Smallest number of measured steps for a time estimate: with the preset tiny, 90 steps gave 1.7
times the true time, 237 gave 1.05 times."""

_N_SAMPLE_TIMESTEPS = 4


@dataclass(frozen=True)
class Estimate:
    """The needs of a training run, in bytes and seconds.

    gpu: memory held on the GPU, CUDA's own included, computed before anything is allocated; 0
        without fused kernels.
    gpu_allocated, gpu_held: peak allocation by torch and peak held by the process in the measured
    steps; 0 without a GPU or measurement.
    ram: peak, with the pictures; pictures: their part of it.
    checkpoint: size of one; checkpoints: size of those that are kept (one more exists during a
    save); store: packed pictures still to be written.
    seconds: duration of training; None if it was not measured, or in too few steps.
    starting, reading, steps, saving, rendering: its parts; compiling: time that this estimate
    spent on compiling kernels that were not in Triton's cache.
    n_steps: number of measured steps.
    """

    gpu: int
    gpu_allocated: int
    gpu_held: int
    ram: int
    pictures: int
    checkpoint: int
    checkpoints: int
    store: int
    seconds: float | None = None
    starting: float = 0.0
    reading: float = 0.0
    steps: float = 0.0
    saving: float = 0.0
    rendering: float = 0.0
    compiling: float = 0.0
    n_steps: int = 0


def estimate(request: TrainingRequest, measure_seconds: float) -> Estimate:
    """Estimate from the capture; measuring the time needs what training needs.

    Args:
        measure_seconds: duration of the measured training; 0: no time estimate.

    Raises:
        NersembleError: training with these options would fail, too.
    """
    began = time.perf_counter()
    setup = set_up(request, new=True)
    config, dataset, in_memory, gpu = setup.config, setup.dataset, setup.in_memory, setup.memory
    model = setup.new_model()
    opening = time.perf_counter() - began
    checkpoint, n_saves = _checkpoint_bytes(model, setup.engine), _n_saves(config, dataset)
    with _sample(request.pictures, dataset, in_memory) as sample:
        trial = None
        if measure_seconds > 0:
            pictures = _RepeatedPictures(sample.store, in_memory)
            trial = try_training(setup, model, pictures, request.models, measure_seconds)
        found = Estimate(
            gpu=gpu.total if gpu else 0,
            gpu_allocated=0,
            gpu_held=0,
            ram=peak_ram() + sample.ram_of_the_rest + (0 if trial else _ram_of_steps(model)),
            pictures=sample.ram,
            checkpoint=checkpoint,
            checkpoints=checkpoint * min(n_saves, config.loop.keep_checkpoints),
            store=sample.disk,
        )
    if trial is None:
        return found
    starting = opening + trial.opening_seconds
    reading = sample.seconds * in_memory.n_timesteps / sample.store.n_timesteps
    saving = trial.save_seconds * n_saves
    rendering = trial.picture_seconds * _n_pictures(config, dataset)
    total = starting + reading + trial.steps_seconds + saving + rendering
    return dataclasses.replace(
        found,
        gpu_allocated=torch.cuda.max_memory_allocated() if model.device.type == "cuda" else 0,
        gpu_held=gpu.context + torch.cuda.max_memory_reserved() if gpu else 0,
        seconds=total if trial.n_steps >= min(FEWEST_STEPS, config.loop.max_steps) else None,
        starting=starting,
        reading=reading,
        steps=trial.steps_seconds,
        saving=saving,
        rendering=rendering,
        compiling=trial.compiling_seconds,
        n_steps=trial.n_steps,
    )


def _n_saves(config: RunConfig, dataset: Dataset) -> int:
    """Number of saves: at regular steps, at evaluations and at the end."""
    loop = config.loop
    intervals = [loop.steps_per_save]
    intervals += [loop.steps_per_eval_all_images] if dataset.eval_cameras else []
    last = loop.max_steps
    regular = (range(interval, last, interval) for interval in intervals if interval)
    return len({last, *chain.from_iterable(regular)})


def _n_pictures(config: RunConfig, dataset: Dataset) -> int:
    """Number of held-out pictures rendered during training."""
    loop = config.loop
    n_cameras, n_timesteps = len(dataset.eval_cameras), dataset.splits.n_timesteps
    one = loop.max_steps // loop.steps_per_eval_image if loop.steps_per_eval_image else 0
    all_ = loop.max_steps // loop.steps_per_eval_all_images if loop.steps_per_eval_all_images else 0
    return min(n_cameras, 1) * one + n_cameras * min(n_timesteps, N_EVAL_TIMESTEPS) * all_


def _ram_of_steps(model: HeadModel) -> int:
    """Bytes of gradients and moments: on the CPU three times the parameters."""
    if model.device.type != "cpu":
        return 0
    return 3 * sum(parameter.nbytes for parameter in model.parameters())


def _checkpoint_bytes(model: HeadModel, engine: Engine) -> int:
    """Bytes of a checkpoint's tensors: the state and, for each parameter, Adam's two moments and
    step count; the moments of the tables have the engine's precision."""
    state = sum(tensor.nbytes for tensor in model.state_dict().values())
    moments = 0
    for found in learnables(model):
        parameter, of_tables = found.parameter, found.name == "hash_ensemble.tables"
        size = engine.moment_bytes if of_tables else parameter.element_size()
        moments += 2 * size * parameter.numel() + 4
    return state + moments


@dataclass(frozen=True)
class _Sample:
    """The pictures of a few timesteps, stored as in training.
    seconds: for reading all pictures, and packing them if necessary; ram: bytes of all pictures
    in memory; ram_of_the_rest: of those not read yet; disk: bytes still to be written for all.
    """

    store: PixelStore
    seconds: float
    ram: int
    ram_of_the_rest: int
    disk: int


@contextmanager
def _sample(source: PictureSource, dataset: Dataset, in_memory: FrameStore) -> Iterator[_Sample]:
    """Read or pack a few pictures; pictures packed here are removed at the end."""
    packed = source.choose(dataset, in_memory, make_folder=False)
    part = _part_of(dataset)
    in_part = part.train_store(LOADING_THREADS)
    repeats = in_memory.n_timesteps / part.splits.n_timesteps
    began = time.perf_counter()
    if packed is None:
        store: PixelStore = dataclasses.replace(source, choice="memory").fill(part, in_part)
        frame = store.frame(0, 0)
        depth = 0 if frame.depth is None else frame.depth.nbytes
        one = frame.rgb.nbytes + frame.alpha.nbytes + depth
        n_kept = min(in_memory.n_images, dataset.max_cached_images)
        ram, rest = one * n_kept, one * max(n_kept - store.n_images, 0)
        yield _Sample(store, time.perf_counter() - began, ram, rest, 0)
        return
    done = packed.packer.is_packed()
    place = existing_part(packed.folder)
    with tempfile.TemporaryDirectory(prefix=".estimate-", dir=None if done else place) as folder:
        below = source.packed if done else Path(folder)
        store = dataclasses.replace(source, choice="packed", packed=below).fill(part, in_part)
        seconds = time.perf_counter() - began
        written = sum(file.stat().st_size for file in Path(folder).rglob("*.pixels"))
        total = packed.open().n_bytes if done else round(written * repeats)
        rest = round(total * (1 - 1 / repeats))
        yield _Sample(store, seconds, total, rest, 0 if done else total)


def _part_of(dataset: Dataset) -> Dataset:
    """The dataset with a few timesteps, spread evenly over all."""
    numbers = dataset.splits.frame_numbers
    n = min(_N_SAMPLE_TIMESTEPS, len(numbers))
    chosen = tuple(numbers[(2 * i + 1) * len(numbers) // (2 * n)] for i in range(n))
    return dataclasses.replace(
        dataset, splits=dataclasses.replace(dataset.splits, frame_numbers=chosen)
    )


class _RepeatedPictures(PixelStore):
    """Represents the pictures of all timesteps by those of a few."""

    def __init__(self, part: PixelStore, whole: PixelStore) -> None:
        """``part`` holds the pictures; indices refer to ``whole``."""
        self._part = part
        self.n_cameras, self.n_timesteps = part.n_cameras, whole.n_timesteps
        self.image_shape, self.holds_everything = part.image_shape, whole.holds_everything

    def frame(self, camera_index: int, timestep: int) -> Frame:
        """The picture that represents this one."""
        return self._part.frame(camera_index, self._sample(timestep))

    def pixels(self, camera_index: int, timestep: int, yx: Int[np.ndarray, "n 2"]) -> PixelValues:
        """Pixels (row, column) of the picture that represents this one."""
        return self._part.pixels(camera_index, self._sample(timestep), yx)

    def _sample(self, timestep: int) -> int:
        return timestep * self._part.n_timesteps // self.n_timesteps
