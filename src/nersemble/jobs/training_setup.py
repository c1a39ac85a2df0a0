"""A training request, and its setup before a run exists."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import torch

from nersemble.compute_options import ComputeOptions
from nersemble.config import RunConfig, RunDescription, resolve
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.frame_store import FrameStore
from nersemble.distributed import world
from nersemble.engines import Engine, choose_device, choose_engine
from nersemble.jobs.geometry import check_geometry
from nersemble.jobs.loading import build_model
from nersemble.jobs.options import DisplayOptions, ResumeOptions
from nersemble.jobs.picture_source import LOADING_THREADS, PictureSource
from nersemble.presets import fitted_to_time
from nersemble.rendering.head_model import HeadModel
from nersemble.training.memory import TrainingMemory


@dataclass(frozen=True)
class TrainingRequest:
    """A request to train.
    wanted: the future ``config.json``, except for values that depend on the capture; models:
    folder of the runs; deadline: when to save and end, a time of :func:`time.monotonic`;
    viewer_stays: keep the viewer after the last step, as long as a page is open; fit: let a new run
    take smaller options if the GPU has too little memory for these.
    """

    wanted: RunDescription
    pictures: PictureSource
    models: Path
    resume: ResumeOptions
    compute: ComputeOptions
    display: DisplayOptions
    deadline: float
    viewer_stays: bool = True
    fit: bool = False


@dataclass(frozen=True)
class TrainingSetup:
    """The capture, and the engine and options that train on it.
    description: content of ``config.json``; in_memory: a store that is still empty; memory: of the
    GPU, None if unknown.
    """

    description: RunDescription
    dataset: Dataset
    in_memory: FrameStore
    device: torch.device
    engine: Engine
    memory: TrainingMemory | None

    @property
    def config(self) -> RunConfig:
        """The fully resolved options."""
        return self.description.config

    @property
    def frame_budget_bytes(self) -> int:
        """Bytes of GPU memory for pictures."""
        return self.memory.frames if self.memory else 0

    def new_model(self) -> HeadModel:
        """An untrained model whose grid is culled to what the cameras see."""
        n_timesteps = self.dataset.splits.n_timesteps
        model = build_model(self.description.participant, self.config, n_timesteps, self.device)
        model.grid.cull(self.dataset.train_cameras)
        return model


def set_up(request: TrainingRequest, *, new: bool = False) -> TrainingSetup:
    """Open the capture and choose the engine. For a new run, check the geometry with some alpha
    maps and one picture a camera, and fit the settings to the capture.

    Raises:
        NersembleError: the capture is missing or damaged, options do not fit it, or the training
            does not fit the GPU.
    """
    # Before anything is read: the selected device may not be available.
    choose_device(request.compute.device)
    captures, wanted = request.pictures.captures, request.wanted
    dataset = open_dataset(captures, wanted.participant, wanted.sequence, wanted.config.data)
    return set_up_on(dataset, wanted, request.compute, new=new, fit=new and request.fit)


def set_up_on(
    dataset: Dataset,
    wanted: RunDescription,
    compute: ComputeOptions,
    *,
    new: bool = False,
    fit: bool = False,
) -> TrainingSetup:
    """As :func:`set_up`, for an open capture. fit: if the GPU has too little memory, with smaller
    options, which the log names."""
    device, config = choose_device(compute.device), wanted.config
    if new:
        dataset, config = check_geometry(dataset, config)
        config = fitted_to_time(config, dataset.splits.n_timesteps)
    config = resolve(config, dataset)
    engine = choose_engine(compute, device, config.model, wanted.participant, to_train=True)
    in_memory = dataset.train_store(LOADING_THREADS)
    if fit:
        # All processes train the same model.
        config = world().first(engine.fitted(config, in_memory, device, world()))
    memory = engine.training_memory(config, in_memory, device, world())
    description = dataclasses.replace(wanted, config=config)
    return TrainingSetup(description, dataset, in_memory, device, engine, memory)
