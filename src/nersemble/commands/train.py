"""``nersemble train``: trains one head of one sequence."""

import dataclasses
import logging
import math
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import torch
import tyro

from nersemble.commands.arguments import (
    Device,
    Participant,
    Roots,
    Sequence_,
    choose_device,
    parse,
    peek,
    preset_name,
)
from nersemble.commands.backends import Backend, Marcher, choose_kernels, use_packages
from nersemble.commands.recovering import set_back, slow_spans
from nersemble.commands.resuming import (
    newest_good_checkpoint,
    newest_run_of,
    refuse_contradictions,
    refuse_fewer_steps,
    with_held_out,
)
from nersemble.commands.runs_on_disk import build_model, describe, restored_model
from nersemble.commands.segmented_runs import read_segments
from nersemble.commands.session import TrainingSession
from nersemble.commands.stores import StoreChoice, prepare_pictures
from nersemble.commands.trainers import (
    check_gpu_memory,
    open_trainer,
    refuse_what_one_process_does,
)
from nersemble.commands.watching import open_tracker
from nersemble.config import (
    RunConfig,
    RunDescription,
    as_defaults,
    resolve,
    to_json,
)
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.frame_store import FrameStore, PixelStore
from nersemble.data_manager.segments import SegmentConfig
from nersemble.distributed import is_restarted, world
from nersemble.errors import ConfigError, DivergedError
from nersemble.losses.total import LossConfig
from nersemble.presets import PRESETS, PresetName
from nersemble.rendering.head_model import HeadModel
from nersemble.run_lock import run_locked
from nersemble.runs import (
    Checkpoint,
    Run,
    create_run,
    discard_run,
    find_run,
    load_checkpoint,
    set_later_checkpoints_aside,
)
from nersemble.training.interrupts import stop_signals_raise
from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.server import check_can_serve

_DESCRIPTION = """Train a head: the capture of participant ID, sequence SEQUENCE.

Example: nersemble train 85 SEN-01-port_strong_smokey --name first
"""

LOADING_THREADS = 4

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainArguments:
    """The command line of training."""

    participant: Participant
    sequence: Sequence_
    config: RunConfig = field(default_factory=RunConfig)
    segments: SegmentConfig = field(default_factory=SegmentConfig)
    name: str = ""
    """Appended to the run's folder: NERS-N-name."""
    preset: PresetName = "default"
    """paper: the release to the letter; default: its quirks mended; tiny: two CPU cores."""
    vis: Literal["wandb", "tensorboard", "none", "viewer"] = "wandb"
    """Where curves and pictures go; wandb works offline without a login. viewer serves a page that
    shows the head while it is trained."""
    viewer: ViewerConfig = field(default_factory=ViewerConfig)
    resume: bool = False
    """Continue the newest run of this participant, sequence and name, or start it if there is
    none: the same command may be repeated until the training is done."""
    resume_run: str = ""
    """Continue this run (NERS-N) in its folder up to its last step."""
    resume_checkpoint: int = -1
    """Step of the checkpoint to continue from (-1: the newest)."""
    max_hours: float = math.inf
    """Save and end with exit status 75 after so many hours, counted from the command's start."""
    device: Device = "auto"
    """auto takes the GPU where there is one."""
    backend: Backend = "auto"
    """auto takes the fused Triton kernels on a GPU, plain torch elsewhere; tcnn takes the package
    tinycudann."""
    marcher: Marcher = "native"
    """nerfacc takes that package's ray marching, with the back ends torch and tcnn."""
    frame_store: StoreChoice = "auto"
    """packed: pictures are decoded once into files that are mapped into memory; memory: decoded at
    every start and kept in RAM; auto: packed if that would take a quarter of the RAM, or if they
    are packed already. The pixels are the same."""
    store_path: Path | None = None
    """Folder of packed pictures (default: .nersemble-store in the folder of the captures or, where
    that cannot be written, in that of the runs)."""
    roots: Roots = field(default_factory=Roots)


def parse_train(
    argv: Sequence[str],
    presets: Mapping[PresetName, RunConfig] = PRESETS,
    program: str = "train_nersemble.py",
    description: str = _DESCRIPTION,
) -> TrainArguments:
    """Parses the command line; a preset or the resumed run gives the defaults.

    Raises:
        ConfigError: the preset does not exist, or differs from the resumed run's, or so do the
            segments; or a checkpoint is named but no run.
    """
    early = peek(argv, "preset", "resume_run", "models_path")
    preset = preset_name(early["preset"], tuple(PRESETS))
    if early["resume_run"]:
        return _parse_resumed(argv, early["resume_run"], early, program, description)
    default = TrainArguments(tyro.MISSING, tyro.MISSING, config=presets[preset], preset=preset)
    arguments = parse(TrainArguments, argv, program, description, default)
    if arguments.resume_checkpoint != -1:
        raise ConfigError(
            f"--resume_checkpoint {arguments.resume_checkpoint} needs --resume_run: say which "
            "run it belongs to."
        )
    # What torchrun has started anew after a process died goes on with its run.
    arguments = dataclasses.replace(arguments, resume=arguments.resume or is_restarted())
    if not arguments.resume:
        return arguments
    run = world().first(_newest_run(arguments))
    if run is None:
        return arguments
    return _parse_resumed(
        [*argv, "--resume_run", run.label], run.label, early, program, description
    )


def _newest_run(arguments: TrainArguments) -> Run | None:
    models = arguments.roots.get("models")
    return newest_run_of(models, arguments.participant, arguments.sequence, arguments.name)


def _parse_resumed(
    argv: Sequence[str],
    label: str,
    early: Mapping[str, str | None],
    program: str,
    description: str,
) -> TrainArguments:
    roots = Roots(models_path=Path(early["models_path"]) if early["models_path"] else None)
    run = find_run(roots.get("models"), label)
    saved, segments = describe(run), read_segments(run)
    saved_segments = SegmentConfig() if segments is None else segments.config
    if early["preset"] not in (None, saved.preset):
        raise ConfigError(
            f"--preset {early['preset']} contradicts run {label}, which was started with "
            f"--preset {saved.preset}: leave it out."
        )
    default = TrainArguments(
        saved.participant,
        saved.sequence,
        config=as_defaults(saved.config),
        segments=saved_segments,
        name=saved.name,
        preset=preset_name(saved.preset, tuple(PRESETS)),
    )
    arguments = parse(TrainArguments, argv, program, description, default)
    if is_restarted():
        arguments = dataclasses.replace(arguments, resume=True, resume_checkpoint=-1)
    if arguments.segments != saved_segments:
        raise ConfigError(
            f"Run {run.label} was started with --segment_timesteps "
            f"{saved_segments.segment_timesteps} --segment_overlap "
            f"{saved_segments.segment_overlap}: leave these options out, or start a new run."
        )
    if arguments.resume and arguments.resume_checkpoint != -1:
        raise ConfigError(
            f"--resume goes on with the newest checkpoint: leave out --resume_checkpoint "
            f"{arguments.resume_checkpoint}, or name the run with --resume_run alone."
        )
    return arguments


def main(argv: Sequence[str]) -> None:
    """Entry point: parses and trains."""
    train(parse_train(argv))


def train(arguments: TrainArguments) -> Run:
    """Trains a new run, or goes on with one; returns it.

    SIGINT, SIGTERM, SIGUSR1 and the end of ``--max_hours`` save and raise
    :class:`~nersemble.training.interrupts.Stopped`.

    Raises:
        NersembleError: a user's mistake, or training that cannot go on.
    """
    deadline = time.monotonic() + 3600 * arguments.max_hours
    if world().size > 1:
        segmented = arguments.segments.segment_timesteps > 0
        refuse_what_one_process_does(segmented, arguments.vis, arguments.max_hours)
    if arguments.segments.segment_timesteps:
        from nersemble.commands.segment_training import train_segments

        with stop_signals_raise():
            return train_segments(arguments)
    if arguments.vis == "viewer":
        check_can_serve(arguments.viewer)
    with stop_signals_raise(), ExitStack() as until_done:
        return _train(arguments, deadline, until_done)


def _train(arguments: TrainArguments, deadline: float, until_done: ExitStack) -> Run:
    team, device = world(), choose_device(arguments.device)
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
    backend, marcher = arguments.backend, arguments.marcher
    fused = choose_kernels(backend, device, config.model, arguments.participant, marcher)
    in_memory = dataset.train_store(LOADING_THREADS)
    frame_budget = check_gpu_memory(config, in_memory, device, team) if fused else 0
    description = describe_run(arguments, config)
    if resumed is not None:
        refuse_contradictions(resumed, with_held_out(saved, config), description)
    made = create_run(models_root, arguments.name or None) if team.leads and not resumed else None
    run = resumed or team.first(made)
    assert run is not None
    if team.leads:
        until_done.enter_context(run_locked(run))
    checkpoint = None if resumed is None else _checkpoint(resumed, arguments)
    if checkpoint is not None:
        refuse_fewer_steps(run, checkpoint.step, config.loop.max_steps)
    job = _Job(arguments, description, dataset, run, device, fused, frame_budget, deadline)
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
    fused: bool
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
    use_packages(model, job.arguments.backend, job.arguments.marcher)
    return model


def _train_from(
    job: _Job, model: HeadModel, store: PixelStore, checkpoint: Checkpoint | None
) -> DivergedError | None:
    """Trains to the end; returns what prevents that, if an earlier state may help."""
    arguments, description, team = job.arguments, job.description, world()
    with open_trainer(
        description.config, model, store, job.dataset.train_cameras,
        fused=job.fused, frame_budget_bytes=job.frame_budget, world=team,
    ) as trainer:  # fmt: skip
        trainer.slow_spans = slow_spans(job.run)
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


def describe_run(arguments: TrainArguments, config: RunConfig) -> RunDescription:
    """What ``config.json`` will say."""
    return RunDescription(
        arguments.participant, arguments.sequence, arguments.name, arguments.preset, config
    )


def _mention_missing_depth(store: PixelStore, losses: LossConfig) -> None:
    """Says so where depth supervision was asked for and there is nothing to do it with."""
    wanted = losses.lambda_empty_loss + losses.lambda_near_loss + losses.lambda_depth_loss > 0
    if wanted and all(store.frame(camera, 0).depth is None for camera in range(store.n_cameras)):
        _logger.info(
            "The capture has no depth maps: training goes on without depth supervision, and the "
            "empty, near and depth losses are 0."
        )
