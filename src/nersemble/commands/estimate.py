"""``nersemble estimate``: predicts the cost of a training before it is started."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from nersemble.command_line.parsing import parse, peek
from nersemble.commands.train import COMMON, TrainArguments, training_request
from nersemble.errors import ConfigError, say
from nersemble.machine import available_memory, free_disk, gib, peak_ram
from nersemble.presets import PRESETS, preset_name
from nersemble.ranges import Range

if TYPE_CHECKING:
    from nersemble.jobs.estimating import Estimate

_DESCRIPTION = """Estimate the GPU memory, RAM, disk and time of a training on this machine.

Accepts the options of train, and trains for --measure_seconds. No run is made.

Example: nersemble estimate 85 SEN-01-port_strong_smokey --n_hash_encodings 16
"""


@dataclass(frozen=True)
class EstimateArguments(TrainArguments):
    """The command line of the estimate: training's options and two more."""

    measure_seconds: Annotated[float, Range(0, 86400)] = 20.0
    """Seconds of training to estimate the time from (0: do not estimate the time)."""
    json: bool = False
    """Print JSON, in bytes and seconds."""


def parse_estimate(argv: Sequence[str]) -> EstimateArguments:
    """Parses the command line; a preset sets the defaults.

    Raises:
        ConfigError: the preset does not exist, or a run would be resumed or divided.
    """
    early = peek(argv, "preset", "resume_run")
    if early["resume_run"]:
        raise ConfigError(
            f"An estimate covers a training from its start: leave out --resume_run "
            f"{early['resume_run']}."
        )
    preset = preset_name(early["preset"], tuple(PRESETS))
    default = EstimateArguments(tyro.MISSING, tyro.MISSING, config=PRESETS[preset], preset=preset)
    common = {"Estimate": ("measure_seconds", "json"), **COMMON}
    arguments = parse(EstimateArguments, argv, "nersemble estimate", _DESCRIPTION, default, common)
    if arguments.segments.segment_timesteps:
        raise ConfigError(
            "An estimate covers one model: leave out --segment_timesteps, and choose the timesteps "
            "of a segment with --start_timestep and --n_timesteps."
        )
    if arguments.measure_seconds < 0:
        raise ConfigError(
            f"--measure_seconds is {arguments.measure_seconds}, but must be 0 (none) or more."
        )
    return arguments


def main(argv: Sequence[str]) -> None:
    """Entry point: estimates and prints.

    Raises:
        ConfigError: the training does not fit this machine, or this is not Linux.
    """
    arguments = parse_estimate(argv)
    if available_memory() is None:
        raise ConfigError(
            "nersemble estimate needs Linux, because it reads there how much memory is used and "
            "free: start nersemble train and watch its memory."
        )
    from nersemble.jobs.estimating import estimate

    request = training_request(arguments)
    found = estimate(request, arguments.measure_seconds)
    if arguments.json:
        say(json.dumps(dataclasses.asdict(found), indent=2))
    else:
        say(table(found, arguments.config.loop.max_steps, request.models))
    _refuse_too_much(found, request.models)


def table(found: "Estimate", max_steps: int, models: Path) -> str:
    """The estimate as text; checkpoints go to the folder ``models``."""
    rows = []
    if found.gpu:
        import torch

        free, _ = torch.cuda.mem_get_info()
        rows.append(
            f"GPU memory  {gib(found.gpu)}, computed; {gib(free + found.gpu_held)} were free"
        )
    if found.gpu_allocated:
        held = f", {gib(found.gpu_held)} with CUDA's own" if found.gpu_held else ""
        rows.append(f"            {gib(found.gpu_allocated)} allocated in the measured steps{held}")
    rows.append(
        f"RAM         {gib(found.ram)}, including {gib(found.pictures)} of pictures; "
        f"{gib(available_memory() or 0)} are available"
    )
    n_kept = found.checkpoints // found.checkpoint
    rows.append(
        f"disk        {gib(found.checkpoints)} for {n_kept} checkpoints, and "
        f"{gib(found.checkpoint)} more while one is saved; {gib(free_disk(models))} "
        "are free"
    )
    if found.store:
        rows.append(f"            {gib(found.store)} for packed pictures")
    if found.seconds is None and not found.n_steps:
        return "\n".join([*rows, "time        not measured (--measure_seconds 0)"])
    if found.seconds is None:
        return "\n".join(
            [
                *rows,
                f"time        unknown: only {found.n_steps} of {max_steps} steps were measured, "
                "too few to extrapolate; raise --measure_seconds.",
            ]
        )
    rows.append(
        f"time        {_duration(found.seconds)}: start {_duration(found.starting)}, reading "
        f"pictures {_duration(found.reading)}, steps {_duration(found.steps)}, checkpoints "
        f"{_duration(found.saving)}, held-out pictures {_duration(found.rendering)}"
    )
    rows.append(f"            from {found.n_steps} steps of {max_steps}, spread over the schedule")
    if found.compiling:
        rows.append(
            f"            Kernels compiled in {found.compiling:.1f} s; training will reuse them."
        )
    return "\n".join(rows)


def _refuse_too_much(found: "Estimate", models: Path) -> None:
    available = (available_memory() or 0) + peak_ram()
    if found.ram > available:
        raise ConfigError(
            f"Training needs {gib(found.ram)} of RAM with these options, but {gib(available)} are "
            "available: use --frame_store packed, --max_cached_images or a larger "
            "--downscale_factor."
        )
    wanted, free = found.checkpoints + found.checkpoint, free_disk(models)
    if wanted > free:
        raise ConfigError(
            f"Checkpoints need {gib(wanted)} in {models}, but {gib(free)} are free: "
            "make room, or keep fewer with --keep_checkpoints."
        )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
