"""A run of segments: its folder contains their runs, like a models folder.

``NERS-5/`` holds ``config.json`` of the whole sequence, ``segments.json`` with the timesteps of
each segment, and the segments themselves as ordinary runs, ``NERS-5/nersemble/NERS-1-...`` and so
on, in order.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

from nersemble.data_manager.config import SegmentConfig
from nersemble.data_manager.segments import Segment
from nersemble.errors import ConfigError, RunError
from nersemble.files import read_json_object, reason_of, replace_json
from nersemble.runs.folders import RUNS_FOLDER, Run, find_run

FILE = "segments.json"
_FORMAT_VERSION = 1
_OPTIONS = ("segment_timesteps", "segment_overlap")


@dataclass(frozen=True)
class Segments:
    """The content of ``segments.json``: the options and the timesteps of each segment."""

    config: SegmentConfig
    spans: tuple[Segment, ...]


def write_segments(run: Run, segments: Segments) -> None:
    """Turns a run into a run of segments.

    Raises:
        RunError: the folder cannot be written.
    """
    path = run.folder / FILE
    content = {
        "format_version": _FORMAT_VERSION,
        **dataclasses.asdict(segments.config),
        "segments": [[span.first, span.end] for span in segments.spans],
    }
    try:
        replace_json(path, content)
    except OSError as error:
        raise RunError(f"Cannot write {path}: {reason_of(error)}.") from error


def read_segments(run: Run) -> Segments | None:
    """The segments of a run; None for an ordinary run.

    Raises:
        RunError: the file is damaged or of another version.
    """
    path = run.folder / FILE
    if not path.is_file():
        return None
    try:
        content = read_json_object(path)
        if content["format_version"] != _FORMAT_VERSION:
            raise ValueError(f"its format version is not {_FORMAT_VERSION}")
        config = SegmentConfig(*map(_whole, (content[name] for name in _OPTIONS)))
        spans = tuple(Segment(_whole(first), _whole(end)) for first, end in content["segments"])
    except (OSError, ValueError, KeyError, TypeError, ConfigError) as error:
        raise RunError(
            f"Cannot read {path}: {reason_of(error)}; restore it from a backup."
        ) from error
    return Segments(config, spans)


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r} is not a number of timesteps")
    return value


def segment_run(run: Run, index: int) -> Run | None:
    """The run of a segment, counted from 0; None if it has not started."""
    folder = run.folder / RUNS_FOLDER
    begun = folder.is_dir() and any(
        entry.name.startswith(f"NERS-{index + 1}-") for entry in folder.iterdir()
    )
    return find_run(run.folder, f"NERS-{index + 1}") if begun else None


def parts_of(run: Run) -> list[Run]:
    """The runs that hold checkpoints: the segments', or the run itself.

    Raises:
        RunError: a segment was not trained.
    """
    segments = read_segments(run)
    if segments is None:
        return [run]
    parts = [segment_run(run, index) for index in range(len(segments.spans))]
    if None in parts:
        raise RunError(
            f"Segment {parts.index(None) + 1} of {len(parts)} of {run.label} was not trained: "
            f"continue with nersemble train --resume_run {run.label}."
        )
    return [part for part in parts if part is not None]


def spans_of(run: Run, n_timesteps: int) -> tuple[Segment, ...]:
    """The timesteps of each part; an ordinary run has one, with all ``n_timesteps``."""
    segments = read_segments(run)
    return (Segment(0, n_timesteps),) if segments is None else segments.spans


def refuse_segmented(run: Run) -> None:
    """Raises RunError for a run of segments, if a command needs a single model."""
    if read_segments(run) is not None:
        raise RunError(
            f"{run.label} is a run of segments, each with its own model: name one of them, "
            f"such as NERS-1 with --models_path {run.folder}."
        )
