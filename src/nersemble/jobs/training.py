"""Train one model: prepare the run, train, and recover from divergence."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache

from nersemble.config import to_json, unresolved
from nersemble.data_manager.frame_store import PixelStore
from nersemble.distributed import world
from nersemble.env import Roots
from nersemble.errors import DivergedError, say
from nersemble.jobs.display import open_display
from nersemble.jobs.health import set_back, slow_spans
from nersemble.jobs.loading import restored_model
from nersemble.jobs.provenance import provenance_of, refuse_another_origin
from nersemble.jobs.resuming import (
    chosen_checkpoint,
    newest_good_checkpoint,
    refuse_contradictions,
    refuse_fewer_steps,
    resumed_run,
)
from nersemble.jobs.steps import TrainingSteps
from nersemble.jobs.training_setup import TrainingRequest, TrainingSetup, set_up
from nersemble.losses.config import LossConfig
from nersemble.rendering.head_model import HeadModel
from nersemble.runs.checkpoints import Checkpoint, set_later_checkpoints_aside
from nersemble.runs.folders import Run, create_run, discard_run, run_locked
from nersemble.training.interrupts import stop_signals_raise
from nersemble.training.loop import TrainingLoop
from nersemble.viewer.server import check_can_serve

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _TrainingJob:
    """A prepared training run that can start from any of its checkpoints."""

    request: TrainingRequest
    setup: TrainingSetup
    run: Run
    is_new: bool


def train_model(request: TrainingRequest) -> Run:
    """Train a new run of one model, or resume one; return it.

    SIGINT, SIGTERM, SIGUSR1 and the end of ``--max_hours`` save and raise
    :class:`~nersemble.training.interrupts.Stopped`.

    Raises:
        NersembleError: a user's mistake, or training that cannot go on.
    """
    if request.display.vis == "viewer":
        check_can_serve(request.display.viewer)
    with stop_signals_raise(), _prepared(request) as job:
        _train(job)
        return job.run


@contextmanager
def _prepared(request: TrainingRequest) -> Iterator[_TrainingJob]:
    """Open the capture, choose the engine, and make or find the run, locked inside the block."""
    team, wanted = world(), request.wanted
    # Before the capture is opened: the resumed run may use another one.
    resumed = resumed_run(request.models, request.resume, wanted)
    setup = set_up(request, new=resumed is None)
    if resumed is None:
        made = create_run(request.models, wanted.name or None) if team.leads else None
        run = team.first(made)
        assert run is not None
    else:
        run, saved = resumed
        undecided = unresolved(saved.config, setup.dataset)
        refuse_contradictions(run, saved, setup.description, undecided)
    with run_locked(run) if team.leads else nullcontext():
        yield _TrainingJob(request, setup, run, is_new=resumed is None)


def _train(job: _TrainingJob) -> None:
    """Train to the last step; a model that diverges is set back to an earlier checkpoint."""
    run, setup, team = job.run, job.setup, world()
    max_steps = setup.config.loop.max_steps
    checkpoint = None if job.is_new else chosen_checkpoint(run, job.request.resume)
    if checkpoint is not None:
        refuse_fewer_steps(run, checkpoint.step, max_steps)
        anyway = job.request.resume.resume_anyway
        refuse_another_origin(checkpoint, run, setup.config, setup.dataset, anyway=anyway)
        if checkpoint.step == max_steps:
            say(f"{run.label} has finished its {max_steps} steps: raise --max_steps to continue.")
            return
    model = model_of(setup, run, checkpoint)
    if team.leads:
        run.write_config(to_json(setup.description))
    say(_announced(job, model, 0 if checkpoint is None else checkpoint.step))
    pictures = cache(lambda: _read_pictures(job))
    while (diverged := _train_from(job, model, pictures, checkpoint)) is not None:
        # Free it before another model is made: two may not fit.
        del model, checkpoint
        checkpoint = newest_good_checkpoint(run)
        step = 0 if checkpoint is None else checkpoint.step
        until = set_back(run, diverged, step, team)
        say(f"{diverged} It continues after step {step}, with halved rates up to step {until}.")
        model = model_of(setup, run, checkpoint)
    say(f"Trained {max_steps} steps: {run.folder}")


def _announced(job: _TrainingJob, model: HeadModel, step: int) -> str:
    """Three lines on the training run: capture, model, steps."""
    setup, n = job.setup, world().size
    wanted, dataset, field = setup.description, setup.dataset, setup.config.model.dynamic_field
    camera, splits = dataset.train_cameras[0], dataset.splits
    parts = f"{field.hash_ensemble.n_tables} hash tables"
    if field.deformation.use_deformation_field:
        parts += ", deformation"
    n_parameters = sum(parameter.numel() for parameter in model.parameters())
    where = f"{setup.device} in {n} processes" if n > 1 else f"{setup.device}"
    return (
        f"{job.run.label}: participant {wanted.participant}, {wanted.sequence}: "
        f"{len(splits.train_serials)} cameras, {len(splits.eval_serials)} held out, "
        f"{splits.n_timesteps} timesteps of {camera.width}x{camera.height} pixels\n"
        f"model: {parts}, {n_parameters / 1e6:.1f} million parameters\n"
        f"steps {step} to {setup.config.loop.max_steps} with {setup.engine.name} on {where}; "
        f"checkpoints in {job.run.checkpoints_folder}"
    )


def model_of(setup: TrainingSetup, run: Run, checkpoint: Checkpoint | None) -> HeadModel:
    """A new model, or that of a checkpoint, which becomes the run's newest checkpoint."""
    team = world()
    if checkpoint is None:
        return setup.new_model()
    tensors, path = checkpoint.tensors, checkpoint.path
    model = restored_model(setup.description, tensors, path, setup.device)
    team.wait()
    if team.leads:
        set_later_checkpoints_aside(run, checkpoint.step)
    # An imported run does not record which cells its cameras see.
    model.grid.cull(setup.dataset.train_cameras)
    return model


def _read_pictures(job: _TrainingJob) -> PixelStore:
    """Read or pack the pictures. If that fails, a new run uses up neither folder nor
    number."""
    try:
        # The first process has packed the pictures for the others.
        with world().first_before_others():
            store = job.request.pictures.fill(job.setup.dataset, job.setup.in_memory)
    except BaseException:
        if job.is_new and world().leads:
            discard_run(job.run)
        raise
    _mention_missing_depth(store, job.setup.config.losses)
    return store


def _train_from(
    job: _TrainingJob,
    model: HeadModel,
    pictures: Callable[[], PixelStore],
    checkpoint: Checkpoint | None,
) -> DivergedError | None:
    """Train to the end; return the error that prevents it, if an earlier state may help."""
    run, setup, request, dataset = job.run, job.setup, job.request, job.setup.dataset
    with open_trainer(setup, run, model, pictures, checkpoint) as trainer:
        provenance = provenance_of(run, setup.description, dataset)
        description, loop = provenance["description"], setup.config.loop
        roots = Roots(data_path=request.pictures.captures, models_path=request.models)
        display = open_display(
            request.display, run, dataset, trainer, description,
            n_steps=loop.max_steps, roots=roots, stays=request.viewer_stays,
        )  # fmt: skip
        try:
            TrainingSteps(run, dataset, loop, trainer, display, request.deadline, provenance).run()
        except DivergedError as error:
            # Without its traceback, which would keep the model.
            return DivergedError(str(error), error.step)
    return None


@contextmanager
def open_trainer(
    setup: TrainingSetup,
    run: Run,
    model: HeadModel,
    pictures: Callable[[], PixelStore],
    checkpoint: Checkpoint | None,
) -> Iterator[TrainingLoop]:
    """The trainer of a run's model, which continues after the checkpoint and takes its tensors."""
    with setup.engine.trainer(
        setup.config, model, pictures, setup.dataset.train_cameras,
        frame_budget_bytes=setup.frame_budget_bytes, world=world(),
    ) as trainer:  # fmt: skip
        trainer.slow_down(slow_spans(run))
        if checkpoint is not None:
            trainer.restore(checkpoint.step, checkpoint.tensors)
            # The trainer has its own copies, which are as large.
            checkpoint.tensors.clear()
        yield trainer


def _mention_missing_depth(store: PixelStore, losses: LossConfig) -> None:
    """Warn if depth supervision is on but the capture has no depth."""
    wanted = losses.lambda_empty_loss + losses.lambda_near_loss + losses.lambda_depth_loss > 0
    if wanted and all(store.frame(camera, 0).depth is None for camera in range(store.n_cameras)):
        _logger.info(
            "The capture has no depth maps or point clouds: training runs without depth "
            "supervision, and the empty, near and depth losses are 0."
        )
