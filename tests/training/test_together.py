"""Several processes train as one does: the same losses and the same parameters, to rounding."""

from contextlib import contextmanager
from pathlib import Path
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor

from captures import PARTICIPANT, SEQUENCE
from micro import micro_config, write_capture
from nersemble.commands.runs_on_disk import build_model
from nersemble.commands.trainers import open_trainer
from nersemble.config import resolve
from nersemble.data_manager.dataset import open_dataset
from nersemble.distributed import ALONE, World
from nersemble.training.loop import StepReport, TrainingLoop
from together import together

# Nothing is dropped: a limit on samples is each process's own.
PLAIN = {"n_train_rays": 65, "dist_loss_max_rays": 50}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("capture")
    write_capture(folder)
    return folder


@contextmanager
def trainer_on(
    root: Path, world: World, fused: bool, options: dict[str, object]
) -> Iterator[TrainingLoop]:
    given = micro_config(**options)
    dataset = open_dataset(root, PARTICIPANT, SEQUENCE, given.data)
    config = resolve(given, dataset)
    model = build_model(PARTICIPANT, config, dataset.splits.n_timesteps, torch.device("cpu"))
    model.grid.cull(dataset.train_cameras)
    store = dataset.train_store(1)
    with open_trainer(
        config, model, store, dataset.train_cameras, fused=fused, world=world
    ) as trainer:
        yield trainer


def trained(
    world: World, root: Path, fused: bool, n_steps: int, options: dict[str, object]
) -> tuple[list[StepReport], dict[str, np.ndarray]]:
    """Reports of some steps and what a checkpoint would hold."""
    reports: list[StepReport] = []
    with trainer_on(root, world, fused, options) as trainer:
        trainer.run(n_steps, reports.append)
        tensors = {n: t.float().numpy().copy() for n, t in trainer.tensors().items()}
    return reports, tensors
