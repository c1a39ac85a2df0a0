"""The curves of a training in its run folder, independent of trackers (docs/formats.md)."""

import io
import json
import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from nersemble.errors import RunError
from nersemble.files import reason_of, sync_to_disk, written_whole
from nersemble.opening import open_to_append, read_bytes, write_bytes

TRAINING_LOG = "training_log.jsonl"

_LARGEST = 1e100
# Ten times what a training of 300 000 steps logs.
_MAX_BYTES = 1 << 27
_SHORTEST_LINE = len('{"step":0}')

_logger = logging.getLogger(__name__)


class TrainingLogWriter:
    """Appends single lines, each written at once; if a disk fails, lines are lost but training
    continues."""

    def __init__(self, run_folder: Path, step: int, machine: Mapping[str, Any]) -> None:
        """Drops lines of earlier sessions after ``step``, and records this session's machine.

        Args:
            run_folder: the run's folder.
            step: steps done in the checkpoint from which training continues; 0 for a new run.
            machine: JSON values.

        Raises:
            RunError: the log cannot be read or written.
        """
        self._path = run_folder / TRAINING_LOG
        self._failed = False
        try:
            self._keep_up_to(step)
        except OSError as error:
            raise RunError(
                f"Cannot write {self._path}: {reason_of(error)}; make the run's folder writable."
            ) from error
        self._append({"event": "session", "step": step, "machine": dict(machine)})

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Adds one line with the values after ``step`` steps; non-finite values become null."""
        finite = {name: v if math.isfinite(v) else None for name, v in values.items()}
        self._append({"event": "scalars", "step": step, **finite})

    def sync(self) -> None:
        """Waits until all lines are on the disk."""
        try:
            sync_to_disk(self._path)
        except OSError as error:
            self._say_once(error)

    def _keep_up_to(self, step: int) -> None:
        text = read_bytes(self._path, _MAX_BYTES) if self._path.exists() else b""
        kept = b"".join(
            json.dumps(line).encode() + b"\n" for line in _lines(text) if line["step"] <= step
        )
        if kept != text:
            with written_whole(self._path) as temporary:
                write_bytes(temporary, kept)

    def _append(self, line: Mapping[str, Any]) -> None:
        # Ends a truncated line, so that it does not spoil this one.
        start = b"\n" if self._failed else b""
        try:
            with open_to_append(self._path) as file:
                file.write(start + json.dumps(line).encode() + b"\n")
            self._failed = False
        except OSError as error:
            self._say_once(error)

    def _say_once(self, error: OSError) -> None:
        if not self._failed:
            _logger.warning(
                "%s cannot be written (%s): training continues without these lines.",
                self._path,
                reason_of(error),
            )
        self._failed = True


@dataclass(frozen=True)
class TrainingLog:
    """A log as read. sessions: the machine of each start, oldest first. curves: the logged steps
    and values by name, by ascending step."""

    sessions: list[dict[str, Any]]
    curves: dict[str, tuple[list[int], list[float]]]


def read_training_log(run_folder: Path) -> TrainingLog | None:
    """The log of a run, without truncated lines; None if it does not exist.

    Raises:
        RunError: it cannot be read.
    """
    path = run_folder / TRAINING_LOG
    try:
        text = read_bytes(path, _MAX_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RunError(f"Cannot read {path}: {reason_of(error)}.") from error
    sessions: list[dict[str, Any]] = []
    curves: dict[str, tuple[list[int], list[float]]] = {}
    for line in _lines(text):
        if line.get("event") == "session" and isinstance(line.get("machine"), dict):
            sessions.append(line["machine"])
            continue
        for name, value in line.items():
            if name != "step" and is_measurement(value):
                steps, values = curves.setdefault(name, ([], []))
                steps.append(line["step"])
                values.append(float(value))
    return TrainingLog(sessions, curves)


def _lines(text: bytes) -> Iterable[dict[str, Any]]:
    """Yields the complete lines: a crash may have truncated or garbled some."""
    for line in io.BytesIO(text):
        if len(line) < _SHORTEST_LINE:
            continue
        try:
            content = json.loads(line)
        except (ValueError, RecursionError):
            continue
        step = content.get("step") if isinstance(content, dict) else None
        if type(step) is int and 0 <= step < 1 << 63:
            yield content


def is_measurement(value: Any) -> TypeGuard[int | float]:
    """Whether a JSON value is a number that can be summed and plotted."""
    return type(value) in (int, float) and -_LARGEST <= value <= _LARGEST
