"""What is asked of a training, and what is known of it before there is a run."""

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
    """What is asked for.

    wanted: what ``config.json`` will say, where options still leave things to the capture; models:
    folder of the runs; deadline: when to save and end, a time of :func:`time.monotonic`;
    viewer_stays: after the last step, as long as a page is open.
    """

    wanted: RunDescription
    pictures: PictureSource
    models: Path
    resume: ResumeOptions
    compute: ComputeOptions
    display: DisplayOptions
    deadline: float
    viewer_stays: bool = True


@dataclass(frozen=True)
class TrainingSetup:
    """The capture, and what trains on it.

    description: what ``config.json`` says; in_memory: a store that is still empty; memory: of the
    GPU, None where that is not known.
    """

    description: RunDescription
    dataset: Dataset
    in_memory: FrameStore
    device: torch.device
    engine: Engine
    memory: TrainingMemory | None

    @property
    def config(self) -> RunConfig:
        """The options, none of which leaves anything to the capture."""
        return self.description.config

    @property
    def frame_budget_bytes(self) -> int:
        """GPU memory for pictures."""
        return self.memory.frames if self.memory else 0

    def new_model(self) -> HeadModel:
        """A model that knows nothing of the head yet, and where the cameras look."""
        n_timesteps = self.dataset.splits.n_timesteps
        model = build_model(self.description.participant, self.config, n_timesteps, self.device)
        model.grid.cull(self.dataset.train_cameras)
        return model


def set_up(request: TrainingRequest, *, new: bool = False) -> TrainingSetup:
    """Opens the capture and chooses the engine. Reads no pictures, but some alpha maps for a new
    run, whose geometry is checked and whose settings are fitted to the capture.

    Raises:
        NersembleError: the capture is missing or damaged, options do not fit it, or the training
            does not fit the GPU.
    """
    # Before anything is read: the option may ask for a device that is not there.
    choose_device(request.compute.device)
    captures, wanted = request.pictures.captures, request.wanted
    dataset = open_dataset(captures, wanted.participant, wanted.sequence, wanted.config.data)
    return set_up_on(dataset, wanted, request.compute, new=new)


def set_up_on(
    dataset: Dataset, wanted: RunDescription, compute: ComputeOptions, *, new: bool = False
) -> TrainingSetup:
    """As :func:`set_up`, of a capture that is open."""
    device, config = choose_device(compute.device), wanted.config
    if new:
        dataset, config = check_geometry(dataset, config)
        config = fitted_to_time(config, dataset.splits.n_timesteps)
    config = resolve(config, dataset)
    engine = choose_engine(compute, device, config.model, wanted.participant, to_train=True)
    in_memory = dataset.train_store(LOADING_THREADS)
    memory = engine.training_memory(config, in_memory, device, world())
    description = dataclasses.replace(wanted, config=config)
    return TrainingSetup(description, dataset, in_memory, device, engine, memory)
