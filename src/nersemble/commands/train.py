"""``nersemble train``: trains a model of one sequence."""

import dataclasses
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from nersemble.command_line.parsing import parse, peek
from nersemble.commands.options import Participant, Sequence_
from nersemble.compute_options import ComputeOptions
from nersemble.config import RunConfig, RunDescription, as_defaults, describe
from nersemble.data_manager.config import SegmentConfig
from nersemble.env import Roots, next_command
from nersemble.errors import ConfigError, say
from nersemble.jobs.options import DisplayOptions, ResumeOptions, StoreOptions
from nersemble.presets import PRESETS, PresetName, preset_name
from nersemble.ranges import Options, Range
from nersemble.runs.folders import Run, check_run_name, find_run
from nersemble.runs.segmented import read_segments
from nersemble.training.interrupts import stop_signals_raise

if TYPE_CHECKING:
    from nersemble.jobs.training_setup import TrainingRequest

_DESCRIPTION = """Train a model of a head: participant ID, sequence SEQUENCE.

Example: nersemble train 85 SEN-01-port_strong_smokey --name first
"""

COMMON = {
    "Run": ("name", "preset", "max_steps", "max_hours", "seed"),
    "Capture": (
        "start_timestep", "n_timesteps", "skip_timesteps", "n_cameras", "eval_cameras",
        "without_cameras", "downscale_factor", "frame_store",
    ),
    "Model": ("n_hash_encodings", "log2_hashmap_size", "use_deformation_field", "scene_box"),
    "Training": (
        "n_train_rays", "max_n_samples_per_batch", "fit", "lr_main", "lambda_alpha_loss",
        "lambda_dist_loss", "steps_per_save", "steps_per_eval_image",
    ),
    "Display": ("vis", "port"),
    "Resuming": ("resume", "resume_run", "resume_checkpoint"),
    "Device and folders": ("device", "backend", "data_path", "models_path"),
}  # fmt: skip
"""The options that ``--help`` shows; ``--help-all`` shows all of them."""


@dataclass(frozen=True)
class TrainArguments(Options):
    """The command line of training."""

    participant: Participant
    sequence: Sequence_
    config: RunConfig = field(default_factory=RunConfig)
    segments: SegmentConfig = field(default_factory=SegmentConfig)
    name: str = ""
    """Suffix of the run's folder: NERS-N-name."""
    preset: PresetName = "default"
    """paper: exactly as the release; default: with its quirks fixed; tiny: for two CPU cores."""
    display: DisplayOptions = field(default_factory=DisplayOptions)
    resume: ResumeOptions = field(default_factory=ResumeOptions)
    max_hours: Annotated[float, Range(0, math.inf)] = math.inf
    """Save and end with exit status 75 after this many hours, counted from the command's start."""
    fit: bool = False
    """If the GPU has too little memory for these options, take smaller ones that fit, and print
    them: fewer samples at once, then fewer timesteps at once, then fewer or smaller hash tables."""
    compute: ComputeOptions = field(default_factory=ComputeOptions)
    store: StoreOptions = field(default_factory=StoreOptions)
    roots: Roots = field(default_factory=Roots)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.name:
            check_run_name(self.name)


def main(argv: Sequence[str]) -> None:
    """Entry point: parses, trains, and prints how to continue."""
    arguments = parse_train(argv)
    run = train(arguments)
    say(f"next: {next_command('evaluate', run.run_id, arguments.roots)}")


def train(arguments: TrainArguments) -> Run:
    """Trains a new run, of one model or several segments, or resumes one; returns the run.

    SIGINT, SIGTERM, SIGUSR1 and the end of ``--max_hours`` save and raise
    :class:`~nersemble.training.interrupts.Stopped`.

    Raises:
        NersembleError: the user made a mistake, or training cannot continue.
    """
    from nersemble.distributed import world
    from nersemble.jobs.segments import train_segments
    from nersemble.jobs.training import train_model

    if world().size > 1:
        _refuse_what_one_process_does(arguments)
    request = training_request(arguments)
    if arguments.segments.segment_timesteps == 0:
        return train_model(request)
    with stop_signals_raise():
        return train_segments(request, arguments.segments)


def training_request(arguments: TrainArguments) -> "TrainingRequest":
    """The request that the options make, with folders from the environment if not given.

    Raises:
        ConfigError: a folder is not set.
    """
    from nersemble.jobs.picture_source import PictureSource
    from nersemble.jobs.training_setup import TrainingRequest

    store, roots, rounding = arguments.store, arguments.roots, arguments.config.data.color_rounding
    return TrainingRequest(
        RunDescription(
            arguments.participant,
            arguments.sequence,
            arguments.name,
            arguments.preset,
            arguments.config,
        ),
        PictureSource(store.frame_store, rounding, roots.get("data"), store.packing.folder(roots)),
        roots.get("models"),
        arguments.resume,
        arguments.compute,
        arguments.display,
        deadline=time.monotonic() + 3600 * arguments.max_hours,
        fit=arguments.fit,
    )


def parse_train(
    argv: Sequence[str],
    presets: Mapping[PresetName, RunConfig] = PRESETS,
    program: str = "nersemble train",
    description: str = _DESCRIPTION,
) -> TrainArguments:
    """Parses the command line; a preset or the resumed run sets the defaults.

    Raises:
        ConfigError: the preset does not exist; preset or segments differ from the resumed run's;
            or a checkpoint is given without a run.
    """
    early = peek(argv, "preset", "resume_run", "models_path")
    preset = preset_name(early["preset"], tuple(PRESETS))
    if early["resume_run"]:
        return _parse_resumed(argv, early["resume_run"], early, program, description)
    default = TrainArguments(tyro.MISSING, tyro.MISSING, config=presets[preset], preset=preset)
    arguments = parse(TrainArguments, argv, program, description, default, COMMON)
    if arguments.resume.resume_checkpoint != -1:
        raise ConfigError(
            f"--resume_checkpoint {arguments.resume.resume_checkpoint} needs --resume_run: name "
            "the run that it belongs to."
        )
    from nersemble.distributed import is_restarted, world
    from nersemble.jobs.resuming import newest_run_of

    # A process that torchrun restarted continues its run.
    if not (arguments.resume.resume or is_restarted()):
        return arguments
    wanted = (arguments.participant, arguments.sequence, arguments.name)
    run = world().first(newest_run_of(arguments.roots.get("models"), *wanted))
    if run is None:
        return arguments
    return _parse_resumed(
        [*argv, "--resume_run", run.label], run.label, early, program, description
    )


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
    arguments = parse(TrainArguments, argv, program, description, default, COMMON)
    from nersemble.distributed import is_restarted

    if is_restarted():
        newest = dataclasses.replace(arguments.resume, resume=True, resume_checkpoint=-1)
        arguments = dataclasses.replace(arguments, resume=newest)
    if arguments.segments != saved_segments:
        raise ConfigError(
            f"Run {run.label} was started with --segment_timesteps "
            f"{saved_segments.segment_timesteps} --segment_overlap "
            f"{saved_segments.segment_overlap}: leave these options out, or start a new run."
        )
    if arguments.resume.resume and arguments.resume.resume_checkpoint != -1:
        raise ConfigError(
            f"--resume continues with the newest checkpoint: leave out --resume_checkpoint "
            f"{arguments.resume.resume_checkpoint}, or name the run with --resume_run alone."
        )
    return arguments


def _refuse_what_one_process_does(arguments: TrainArguments) -> None:
    from nersemble.distributed import restarts_allowed

    if arguments.segments.segment_timesteps > 0:
        raise ConfigError(
            "--segment_timesteps trains one model after the other in a single process: start it "
            "without torchrun."
        )
    if arguments.display.vis == "viewer":
        raise ConfigError(
            "--vis viewer supports one process only: leave it out, and look at the saved "
            "checkpoints with nersemble view."
        )
    if arguments.max_hours < math.inf and restarts_allowed():
        raise ConfigError(
            f"torchrun --max_restarts would restart the run after --max_hours "
            f"{arguments.max_hours:g} ends it: leave out one of the two."
        )
