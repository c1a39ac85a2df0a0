"""``nersemble train``: trains one head of one sequence."""

from collections.abc import Sequence

from nersemble.commands.model_training import train_model
from nersemble.commands.segment_training import train_segments
from nersemble.commands.train_arguments import TrainArguments, parse_train
from nersemble.commands.trainers import refuse_what_one_process_does
from nersemble.distributed import world
from nersemble.runs import Run
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
