"""Training one model: the capture, the run and its lock, the steps, and going on after trouble."""

import logging
import time
from contextlib import ExitStack
from dataclasses import dataclass

import torch

from nersemble.config import RunDescription, resolve, to_json, unresolved
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.frame_store import FrameStore, PixelStore
from nersemble.distributed import world
from nersemble.engines import Engine, choose_device, choose_engine
from nersemble.errors import DivergedError
from nersemble.jobs.health import set_back, slow_spans
from nersemble.jobs.loading import build_model, describe, restored_model
from nersemble.jobs.request import TrainArguments, describe_run
from nersemble.jobs.resuming import (
    newest_good_checkpoint,
    refuse_contradictions,
    refuse_fewer_steps,
)
from nersemble.jobs.session import TrainingSession, open_tracker
from nersemble.jobs.stores import prepare_pictures
from nersemble.losses.total import LossConfig
from nersemble.rendering.head_model import HeadModel
from nersemble.runs.folders import (
    Checkpoint,
    Run,
    create_run,
    discard_run,
    find_run,
    load_checkpoint,
    run_locked,
    set_later_checkpoints_aside,
)
from nersemble.training.interrupts import stop_signals_raise
from nersemble.viewer.server import check_can_serve

LOADING_THREADS = 4

_logger = logging.getLogger(__name__)


def train_model(arguments: TrainArguments) -> Run:
    """Trains a new run of one model, or goes on with one; returns it.

    SIGINT, SIGTERM, SIGUSR1 and the end of ``--max_hours`` save and raise
    :class:`~nersemble.training.interrupts.Stopped`.

    Raises:
        NersembleError: a user's mistake, or training that cannot go on.
    """
    deadline = time.monotonic() + 3600 * arguments.max_hours
    if arguments.vis == "viewer":
        check_can_serve(arguments.viewer)
    with stop_signals_raise(), ExitStack() as until_done:
        return _train(arguments, deadline, until_done)


def _train(arguments: TrainArguments, deadline: float, until_done: ExitStack) -> Run:
    team, device = world(), choose_device(arguments.compute.device)
    data_root, models_root = arguments.roots.get("data"), arguments.roots.get("models")
    resumed = find_run(models_root, arguments.resume_run) if arguments.resume_run else None
    if resumed is not None:
        # Before the capture is looked for: it may be another one, which is not there.
        saved = describe(resumed)
        refuse_contradictions(resumed, saved, describe_run(arguments, saved.config))
    dataset = open_dataset(
        data_root, arguments.participant, arguments.sequence, arguments.config.data
    )
    config = resolve(arguments.config, dataset)
    engine = choose_engine(
        arguments.compute, device, config.model, arguments.participant, to_train=True
    )
    in_memory = dataset.train_store(LOADING_THREADS)
    memory = engine.training_memory(config, in_memory, device, team)
    frame_budget = memory.frames if memory else 0
    description = describe_run(arguments, config)
    if resumed is not None:
        undecided = unresolved(saved.config, dataset)
        refuse_contradictions(resumed, saved, description, undecided)
    made = create_run(models_root, arguments.name or None) if team.leads and not resumed else None
    run = resumed or team.first(made)
    assert run is not None
    if team.leads:
        until_done.enter_context(run_locked(run))
    checkpoint = None if resumed is None else _checkpoint(resumed, arguments)
    if checkpoint is not None:
        refuse_fewer_steps(run, checkpoint.step, config.loop.max_steps)
    job = _Job(arguments, description, dataset, run, device, engine, frame_budget, deadline)
    model = _model(job, checkpoint)
    if team.leads:
        run.write_config(to_json(description))
    where = f"{device} in {team.size} processes" if team.size > 1 else f"{device}"
    print(f"{run.label}: participant {arguments.participant}, {arguments.sequence}, on {where}")
    store = _read_pictures(arguments, dataset, in_memory, None if resumed else run)
    _mention_missing_depth(store, config.losses)
    while (diverged := _train_from(job, model, store, checkpoint)) is not None:
        # Before another model is made: there may be no room for two.
        del model, checkpoint
        checkpoint = newest_good_checkpoint(run)
        step = 0 if checkpoint is None else checkpoint.step
        until = set_back(run, diverged, step, team)
        print(f"{diverged} It goes on after step {step}, with halved rates up to step {until}.")
        model = _model(job, checkpoint)
    print(f"Trained {config.loop.max_steps} steps: {run.folder}")
    return run


@dataclass(frozen=True)
class _Job:
    """What a training is, from whichever of its checkpoints it goes on."""

    arguments: TrainArguments
    description: RunDescription
    dataset: Dataset
    run: Run
    device: torch.device
    engine: Engine
    frame_budget: int
    deadline: float


def _model(job: _Job, checkpoint: Checkpoint | None) -> HeadModel:
    """A new model, or that of a checkpoint, which becomes the run's newest."""
    description, team = job.description, world()
    if checkpoint is None:
        n_timesteps = job.dataset.splits.n_timesteps
        model = build_model(description.participant, description.config, n_timesteps, job.device)
    else:
        model = restored_model(description, checkpoint.tensors, checkpoint.path, job.device)
        team.wait()
        if team.leads:
            set_later_checkpoints_aside(job.run, checkpoint.step)
    # Also when a run goes on: an imported one does not know what its cameras see.
    model.grid.cull(job.dataset.train_cameras)
    return model


def _train_from(
    job: _Job, model: HeadModel, store: PixelStore, checkpoint: Checkpoint | None
) -> DivergedError | None:
    """Trains to the end; returns what prevents that, if an earlier state may help."""
    arguments, description, team = job.arguments, job.description, world()
    with job.engine.trainer(
        description.config, model, store, job.dataset.train_cameras,
        frame_budget_bytes=job.frame_budget, world=team,
    ) as trainer:  # fmt: skip
        trainer.slow_down(slow_spans(job.run))
        if checkpoint is not None:
            trainer.restore(checkpoint.step, checkpoint.tensors)
            # The trainer has copies, and these are as large.
            checkpoint.tensors.clear()
        tracker, between_steps = open_tracker(
            arguments.vis if team.leads else "none",
            arguments.viewer,
            job.run,
            job.dataset,
            trainer,
            to_json(description),
        )
        try:
            TrainingSession(
                job.run, job.dataset, description.config, trainer, tracker, between_steps,
                job.deadline,
            ).run()  # fmt: skip
        except DivergedError as error:
            # Without its traceback, which would keep the model.
            return DivergedError(str(error), error.step)
    return None


def _checkpoint(run: Run, arguments: TrainArguments) -> Checkpoint | None:
    """What a run goes on from; None if it begins anew, having stopped before its first save."""
    if arguments.resume:
        return newest_good_checkpoint(run)
    return load_checkpoint(run, arguments.resume_checkpoint)


def _read_pictures(
    arguments: TrainArguments, dataset: Dataset, in_memory: FrameStore, new_run: Run | None
) -> PixelStore:
    """Reads or packs them. Where that fails nothing was trained: a new run uses up neither folder
    nor number."""
    try:
        # What the first process has packed need not be packed again.
        with world().first_before_others():
            return prepare_pictures(
                dataset,
                in_memory,
                arguments.frame_store,
                arguments.config.data.color_rounding,
                arguments.store_path,
                arguments.roots,
            )
    except BaseException:
        if new_run is not None and world().leads:
            discard_run(new_run)
        raise


def _mention_missing_depth(store: PixelStore, losses: LossConfig) -> None:
    """Says so where depth supervision was asked for and there is nothing to do it with."""
    wanted = losses.lambda_empty_loss + losses.lambda_near_loss + losses.lambda_depth_loss > 0
    if wanted and all(store.frame(camera, 0).depth is None for camera in range(store.n_cameras)):
        _logger.info(
            "The capture has no depth maps: training goes on without depth supervision, and the "
            "empty, near and depth losses are 0."
        )
