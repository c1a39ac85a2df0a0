"""``nersemble train``: trains one head of one sequence."""

from collections.abc import Sequence

from nersemble.distributed import world
from nersemble.engines import refuse_what_one_process_does
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
        refuse_what_one_process_does(segmented, arguments.vis, arguments.max_hours)
    if not segmented:
        return train_model(arguments)
    with stop_signals_raise():
        return train_segments(arguments)
