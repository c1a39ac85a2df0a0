"""``nersemble train``: trains one head of one sequence."""

import math
from collections.abc import Sequence

from nersemble.distributed import restarts_allowed, world
from nersemble.errors import ConfigError
from nersemble.jobs.request import TrainArguments, parse_train
from nersemble.jobs.segments import train_segments
from nersemble.jobs.training import train_model
from nersemble.runs.folders import Run
from nersemble.training.interrupts import stop_signals_raise


def main(argv: Sequence[str]) -> None:
    """Entry point: parses and trains."""
    train(parse_train(argv))


def train(arguments: TrainArguments) -> Run:
    """Trains a new run, of one model or of several segments, or goes on with one; returns it.

    SIGINT, SIGTERM, SIGUSR1 and the end of ``--max_hours`` save and raise
    :class:`~nersemble.training.interrupts.Stopped`.

    Raises:
        NersembleError: a user's mistake, or training that cannot go on.
    """
    segmented = arguments.segments.segment_timesteps > 0
    if world().size > 1:
        _refuse_what_one_process_does(arguments)
    if not segmented:
        return train_model(arguments)
    with stop_signals_raise():
        return train_segments(arguments)


def _refuse_what_one_process_does(arguments: TrainArguments) -> None:
    if arguments.segments.segment_timesteps > 0:
        raise ConfigError(
            "--segment_timesteps trains one model after the other, each in one process: start it "
            "without torchrun."
        )
    if arguments.vis == "viewer":
        raise ConfigError(
            "--vis viewer shows a training in one process: leave it out, and look at the saved "
            "checkpoints with nersemble view."
        )
    if arguments.max_hours < math.inf and restarts_allowed():
        raise ConfigError(
            f"torchrun --max_restarts would start anew what --max_hours {arguments.max_hours:g} "
            "has ended: leave out one of the two."
        )
