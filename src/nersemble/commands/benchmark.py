"""``nersemble benchmark``: training for the NVS benchmark and submissions to it."""

import dataclasses
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro

from nersemble.command_line.options import Argument
from nersemble.command_line.parsing import parse
from nersemble.commands.train import parse_train, train
from nersemble.compute_options import ComputeOptions
from nersemble.config import RunConfig
from nersemble.data_manager.config import NO_CAMERAS
from nersemble.env import Roots
from nersemble.errors import ConfigError, RunError, say
from nersemble.jobs.options import SubmitConfig
from nersemble.presets import PRESETS

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CheckSubmissionArguments:
    """The command line of the submission check."""

    path: Annotated[Path, tyro.conf.Positional, Argument("ZIP")]
    allow_missing: bool = False
    """Accept a zip that has only some of the videos."""


@dataclass(frozen=True)
class SubmitArguments:
    """The command line of a submission."""

    config: SubmitConfig = field(default_factory=SubmitConfig)
    compute: ComputeOptions = field(default_factory=ComputeOptions)
    roots: Roots = field(default_factory=Roots)


def benchmark_defaults(config: RunConfig) -> RunConfig:
    """A preset adapted to the benchmark: all cameras train, at the size of the submission."""
    data = dataclasses.replace(
        config.data, layout="benchmark", downscale_factor=2, eval_cameras=NO_CAMERAS
    )
    return dataclasses.replace(config, data=data)


def parse_submit(argv: Sequence[str]) -> SubmitArguments:
    """Parses the command line of a submission."""
    description = (
        "Render the hidden cameras of the benchmark's sequences, write the zip and check it.\n\n"
        "If repeated, it continues after the last finished video.\n\n"
        "Example: nersemble benchmark submit --out submission.zip"
    )
    return parse(SubmitArguments, argv, "nersemble benchmark submit", description)


def train_main(argv: Sequence[str]) -> None:
    """Entry point: trains with all cameras of a sequence of the benchmark."""
    presets = {name: benchmark_defaults(config) for name, config in PRESETS.items()}
    description = (
        "Train a head of the benchmark with all its cameras.\n\n"
        "Example: nersemble benchmark train 388 GLASSES --name glasses"
    )
    arguments = parse_train(argv, presets, "nersemble benchmark train", description)
    from nersemble.interop.benchmark_submission import NVS_BENCHMARK

    known = {(s.participant, s.name) for s in NVS_BENCHMARK.sequences}
    if (arguments.participant, arguments.sequence) not in known:
        raise ConfigError(
            f"Participant {arguments.participant}, sequence {arguments.sequence} is not in the "
            f"benchmark, which has {', '.join(map(str, NVS_BENCHMARK.sequences))}."
        )
    train(arguments)


def submit_main(argv: Sequence[str]) -> None:
    """Entry point: renders the missing videos, writes the zip and checks it."""
    arguments = parse_submit(argv)
    from nersemble.interop.benchmark_submission import NVS_BENCHMARK
    from nersemble.jobs.submitting import submit

    config = arguments.config
    submit(config, arguments.compute, arguments.roots, NVS_BENCHMARK)
    _check_zip(config.out, config.allow_missing)


def check_main(argv: Sequence[str]) -> None:
    """Entry point: checks a zip."""
    description = (
        "Check a submission: names, sizes, lengths and rates of its videos.\n\n"
        "Example: nersemble benchmark check submission.zip"
    )
    arguments = parse(CheckSubmissionArguments, argv, "nersemble benchmark check", description)
    _check_zip(arguments.path, arguments.allow_missing)


def _check_zip(path: Path, allow_missing: bool) -> None:
    """Prints every problem; fails if it finds one."""
    from nersemble.interop.benchmark_submission import (
        NVS_BENCHMARK,
        problems_of,
        toolkit_problems,
    )

    problems = problems_of(path, NVS_BENCHMARK, allow_missing=allow_missing)
    checked_by = "nersemble"
    if not problems and not allow_missing:
        try:
            theirs = toolkit_problems(path)
            problems += theirs or []
            checked_by += "" if theirs is None else " and nersemble-benchmark"
        except RunError as error:
            _logger.warning("%s Only our own check ran.", error)
    if problems:
        say("\n".join(problems))
        raise RunError(f"{path} is not a valid submission: see the {len(problems)} problems above.")
    say(f"{path} is a valid submission{' so far' * allow_missing}, says {checked_by}.")
