"""The command line of ``nersemble train``, and what a run's ``config.json`` keeps of it."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import tyro

from nersemble.command_line import parse, peek
from nersemble.commands.options import Participant, Sequence_
from nersemble.config import RunConfig, RunDescription, as_defaults
from nersemble.data_manager.segments import SegmentConfig
from nersemble.distributed import is_restarted, world
from nersemble.engines import ComputeOptions
from nersemble.env import Roots
from nersemble.errors import ConfigError
from nersemble.jobs.loading import describe
from nersemble.jobs.resuming import newest_run_of
from nersemble.jobs.stores import StoreChoice
from nersemble.presets import PRESETS, PresetName, preset_name
from nersemble.runs.folders import Run, find_run
from nersemble.runs.segmented import read_segments
from nersemble.viewer.config import ViewerConfig

_DESCRIPTION = """Train a head: the capture of participant ID, sequence SEQUENCE.

Example: nersemble train 85 SEN-01-port_strong_smokey --name first
"""


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
    compute: ComputeOptions = field(default_factory=ComputeOptions)
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


def describe_run(arguments: TrainArguments, config: RunConfig) -> RunDescription:
    """What ``config.json`` will say."""
    return RunDescription(
        arguments.participant, arguments.sequence, arguments.name, arguments.preset, config
    )
