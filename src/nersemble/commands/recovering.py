"""Setting a diverged training back to its newest checkpoint, for a while with smaller steps."""

from pathlib import Path

from nersemble.distributed import World
from nersemble.durable_files import read_json_object, replace_json
from nersemble.errors import DivergedError, RunError, TrainingError
from nersemble.runs import Run
from nersemble.training.optimizers import SlowSpan

RECOVERIES_FILE = "recoveries.json"
MAX_RECOVERIES = 3
SLOW_STEPS = 1000
"""Steps with halved rates beyond the one at which the training had diverged."""


def slow_spans(run: Run) -> tuple[SlowSpan, ...]:
    """The steps that recoveries so far have slowed down; kept with the run, so that a training that
    goes on computes the same.

    Raises:
        RunError: the file cannot be read.
    """
    path = _path(run)
    if not path.exists():
        return ()
    try:
        rows = read_json_object(path)["recoveries"]
        return tuple((_step(row["from_step"]), _step(row["slow_until"])) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{path} is damaged: remove it to go on with the usual learning rates."
        ) from error


def set_back(run: Run, error: DivergedError, to_step: int, world: World) -> int:
    """Notes that a training goes on from ``to_step`` with halved rates; up to which step.

    Raises:
        TrainingError: it has been set back too often.
    """
    before = slow_spans(run)
    if len(before) >= MAX_RECOVERIES:
        raise TrainingError(
            f"{error} It was set back to a checkpoint {len(before)} times before: start a new run "
            "with a lower --lr_main and --lr_deformation_field."
        ) from error
    until = error.step + SLOW_STEPS
    spans = [*before, (to_step, until)]
    rows = [{"from_step": first, "slow_until": end} for first, end in spans]
    world.wait()
    if world.leads:
        replace_json(_path(run), {"recoveries": rows})
    world.wait()
    return until


def _step(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not a step")
    return value


def _path(run: Run) -> Path:
    return run.folder / RECOVERIES_FILE
