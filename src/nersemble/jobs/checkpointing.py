"""Checkpoints during training: a save that fails is retried and does not stop training."""

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from nersemble.errors import CheckpointError
from nersemble.runs.checkpoints import note_score, save_checkpoint
from nersemble.runs.folders import Run
from nersemble.training.interrupts import interrupts_held_back
from nersemble.training.loop import TrainingLoop

_SECONDS_BETWEEN_TRIES = 60.0
_TRIES_AT_THE_END = 60

_logger = logging.getLogger(__name__)


class CheckpointSaver:
    """Saves the states of one training run. Stop signals wait until a save is done."""

    def __init__(
        self, run: Run, trainer: TrainingLoop, metadata: Mapping[str, Any], keep: int
    ) -> None:
        """``metadata``: JSON values stored in each checkpoint."""
        self._run, self._trainer = run, trainer
        self._metadata, self._keep = metadata, keep
        self._saved_step: int | None = None
        self._path: Path | None = None
        self._next_try: float | None = None

    def is_overdue(self) -> bool:
        """Whether a failed save is due for a retry. All processes must call it together."""
        if self._next_try is None:
            return False
        return self._trainer.world.first(time.monotonic() >= self._next_try)

    def save(self) -> Path:
        """Save the current step unless it is saved already; return the path of the tensors.

        All processes gather the state, and the first one writes it while the others wait.

        Raises:
            CheckpointError: it cannot be written; earlier checkpoints are intact.
            DivergedError: a parameter is not finite.
        """
        with interrupts_held_back():
            step = self._trainer.step
            if self._path is None or self._saved_step != step:
                self._trainer.check_finite_parameters()
                self._path = self._write(step, self._trainer.tensors())
                self._saved_step, self._next_try = step, None
            return self._path

    def _write(self, step: int, tensors: Mapping[str, Tensor]) -> Path:
        world = self._trainer.world
        outcome: Path | CheckpointError | None = None
        if world.leads:
            try:
                outcome = save_checkpoint(self._run, step, tensors, self._metadata, keep=self._keep)
            except CheckpointError as error:
                outcome = error
        outcome = world.first(outcome)
        if isinstance(outcome, CheckpointError):
            raise outcome
        assert outcome is not None
        return outcome

    def try_to_save(self) -> bool:
        """Save; after a failure training continues, and :attr:`is_overdue` becomes true later."""
        try:
            self.save()
        except CheckpointError as error:
            known = self._run.checkpoint_steps()
            newest = f"the checkpoint of step {known[-1]}" if known else "nothing"
            _logger.warning(
                "%s Until then training can resume from %s. Training continues and tries again "
                "in %.0f s.",
                error,
                newest,
                _SECONDS_BETWEEN_TRIES,
            )
            self._next_try = time.monotonic() + _SECONDS_BETWEEN_TRIES
        return self._saved_step == self._trainer.step

    def save_at_last(self, wait: Callable[[float], None] = time.sleep) -> None:
        """Save at the end of training, retrying for an hour.

        Raises:
            CheckpointError: it cannot be written.
        """
        for _ in range(_TRIES_AT_THE_END):
            if self.try_to_save():
                return
            wait(_SECONDS_BETWEEN_TRIES)
        self.save()

    def note_score(self, psnr: float) -> None:
        """Keep the current state as the best, if none has scored higher on held-out pictures."""
        if self.try_to_save() and self._path is not None and self._trainer.world.leads:
            note_score(self._path, self._trainer.step, psnr)
