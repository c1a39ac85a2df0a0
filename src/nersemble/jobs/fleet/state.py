"""The stored state of a fleet's jobs, so that its command can be stopped and repeated."""

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from nersemble.errors import RunError
from nersemble.files import read_json_object, reason_of, replace_json

State = Literal["waiting", "submitted", "done", "failed", "cancelled"]
Cluster = Literal["slurm", "local"]

_FORMAT_VERSION = 1
_JOB_ID = re.compile(r"\w{1,100}")


@dataclass(frozen=True)
class Entry:
    """One run: its state, its jobs so far by submitit's ids, and why the last one failed.

    ``failures`` counts since the fleet's command was last started; ``gpu`` is the index of its
    job's local GPU, if any.
    """

    state: State = "waiting"
    cluster: Cluster = "local"
    jobs: tuple[str, ...] = ()
    gpu: int | None = None
    failures: int = 0
    why: str = ""


class FleetState:
    """The entries of all runs in ``state.json``, which is written atomically."""

    def __init__(self, folder: Path) -> None:
        """Reads what is there.

        Raises:
            RunError: the file is damaged or of another version.
        """
        self._path = folder / "state.json"
        self._entries: dict[str, Entry] = {}
        if not self._path.exists():
            return
        try:
            content = read_json_object(self._path)
            if content["format_version"] != _FORMAT_VERSION:
                raise ValueError(f"its format_version is not {_FORMAT_VERSION}")
            self._entries = {key: _entry(value) for key, value in content["runs"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunError(
                f"Cannot read {self._path}: {reason_of(error)}; once no job of the fleet runs, "
                "delete it: finished stages stay done."
            ) from error

    def __getitem__(self, key: str) -> Entry:
        return self._entries.get(key, Entry())

    def update(self, key: str, **changes: Any) -> Entry:
        """Changes an entry, on the disk as well.

        Raises:
            RunError: the file cannot be written.
        """
        self._entries[key] = dataclasses.replace(self[key], **changes)
        runs = {name: dataclasses.asdict(entry) for name, entry in self._entries.items()}
        try:
            replace_json(self._path, {"format_version": _FORMAT_VERSION, "runs": runs})
        except OSError as error:
            raise RunError(f"Cannot write {self._path}: {reason_of(error)}.") from error
        return self._entries[key]


def _entry(value: dict[str, Any]) -> Entry:
    """Raise ValueError or TypeError for an invalid state."""
    entry: Any = Entry(**{**value, "jobs": tuple(value["jobs"])})
    counts = [entry.failures] if entry.gpu is None else [entry.failures, entry.gpu]
    if (
        entry.state not in get_args(State)
        or entry.cluster not in get_args(Cluster)
        or not all(isinstance(job, str) and _JOB_ID.fullmatch(job) for job in entry.jobs)
        or not all(type(count) is int and count >= 0 for count in counts)
        or not isinstance(entry.why, str)
        or (entry.state == "submitted" and not entry.jobs)
    ):
        raise ValueError("the state of a run makes no sense")
    made: Entry = entry
    return made
