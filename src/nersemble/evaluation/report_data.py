"""Load the files of evaluations for their report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from nersemble.errors import RunError
from nersemble.evaluation.results import PICTURES_FILE, RESULT_FILE, prediction_path, truth_path
from nersemble.files import flatten, read_json_object, reason_of
from nersemble.runs.training_log import TrainingLog, is_measurement, read_training_log
from nersemble.video.outputs import video_name

ORBIT_FILE = "orbit.mp4"


@dataclass(frozen=True)
class EvaluatedPicture:
    """One evaluated picture: its scores (as in ``pictures.json``) and its existing files."""

    serial: str
    frame: int
    scores: Mapping[str, Mapping[str, float | None]]
    prediction: Path
    truth: Path | None


@dataclass(frozen=True)
class EvaluatedRun:
    """A run and one of its evaluations.

    config: every option by name, with participant, sequence, name and preset; empty if the run
    has no ``config.json``. result: ``evaluation_result.json``. pictures: empty for evaluations by
    older versions. facts: machine and seconds from ``pictures.json``. log and orbit: None if
    missing.
    """

    label: str
    evaluation: str
    config: Mapping[str, Any]
    result: Mapping[str, Any]
    pictures: list[EvaluatedPicture]
    facts: Mapping[str, Any]
    log: TrainingLog | None
    orbit: Path | None
    evaluated_on: date

    @property
    def capture(self) -> tuple[str, str]:
        """Participant and sequence: pictures of different captures are not compared."""
        return str(self.config.get("participant")), str(self.config.get("sequence"))

    @property
    def capture_text(self) -> str:
        """Participant and sequence as text; empty if unknown."""
        return "participant {}, {}".format(*self.capture) if self.config else ""


def newest_evaluation(run_folder: Path) -> Path:
    """The run's evaluation with the highest step and, of these, the last that was written.

    Raises:
        RunError: there is none.
    """
    folder = run_folder / "evaluation"
    results = list(folder.glob(f"*/{RESULT_FILE}"))
    if not results:
        raise RunError(
            f"{run_folder} has no evaluation: run nersemble evaluate {run_folder.name} first."
        )
    return max(results, key=lambda p: (_step_of(_read_result(p)), p.stat().st_mtime_ns)).parent


def newest_scores(run_folder: Path) -> Mapping[str, float | None]:
    """The mean scores of a run's newest evaluation, by metric; empty if it was never evaluated.

    Raises:
        RunError: its result cannot be read.
    """
    if not list((run_folder / "evaluation").glob(f"*/{RESULT_FILE}")):
        return {}
    result = _read_result(newest_evaluation(run_folder) / RESULT_FILE)
    return _scores(result["mean"]["regular"])


def read_evaluation(
    run_folder: Path, evaluation: Path, renders: Path | None = None
) -> EvaluatedRun:
    """Load everything that a report shows about an evaluation.

    Args:
        run_folder: folder of the run.
        evaluation: folder of the evaluation.
        renders: folder of rendered videos, if known.

    Raises:
        RunError: a file is damaged.
    """
    result = _read_result(evaluation / RESULT_FILE)
    facts = _read(evaluation / PICTURES_FILE) if (evaluation / PICTURES_FILE).exists() else {}
    config_path = run_folder / "config.json"
    config = flatten(_read(config_path)) if config_path.exists() else {}
    try:
        pictures = [_picture(evaluation, entry) for entry in facts.get("pictures", [])]
        _require(isinstance(facts.get("machine", {}), dict), "machine")
        _require(is_measurement(facts.get("seconds", 0)), "seconds")
        # Older versions wrote no date.
        written = date.fromtimestamp((evaluation / RESULT_FILE).stat().st_mtime)
        evaluated_on = date.fromisoformat(facts.get("date", written.isoformat()))
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"{evaluation / PICTURES_FILE} is damaged ({reason_of(error)}): evaluate the run again."
        ) from error
    return EvaluatedRun(
        label=run_folder.name,
        evaluation=evaluation.name,
        config=config,
        result=result,
        pictures=pictures,
        facts=facts,
        log=read_training_log(run_folder),
        orbit=rendered_orbit(run_folder.name, _step_of(result), renders)
        or _if_there(evaluation / ORBIT_FILE),
        evaluated_on=evaluated_on,
    )


def rendered_orbit(label: str, step: int, renders: Path | None) -> Path | None:
    """The video that ``nersemble render`` made of a checkpoint, or None."""
    if renders is None:
        return None
    names = (video_name(label, "rgb", filtered, step) for filtered in (True, False))
    return next((renders / name for name in names if (renders / name).is_file()), None)


def _picture(evaluation: Path, entry: Mapping[str, Any]) -> EvaluatedPicture:
    for name in ("frame", "camera_index"):
        # They become parts of paths.
        _require(type(entry[name]) is int and 0 <= entry[name] < 1 << 31, name)
    _require(isinstance(entry["serial"], str), "serial")
    place = (evaluation, entry["frame"], entry["camera_index"])
    scores = {kind: _scores(entry[kind]) for kind in ("regular", "masked")}
    return EvaluatedPicture(
        entry["serial"],
        entry["frame"],
        scores,
        prediction_path(*place),
        _if_there(truth_path(*place)),
    )


def _if_there(path: Path) -> Path | None:
    return path if path.is_file() else None


def _step_of(result: Mapping[str, Any]) -> int:
    step = result["notes"].get("step", 0)
    return step if isinstance(step, int) else 0


def _read_result(path: Path) -> dict[str, Any]:
    """Read ``evaluation_result.json`` and check the values that the page uses."""
    result = _read(path)
    try:
        bundles = [result["mean"], *result["per_cam"].values()]
        for bundle in bundles:
            _scores(bundle["regular"])
            _scores(bundle["masked"])
        notes = result.setdefault("notes", {})
        _require(isinstance(notes, dict), "notes")
        _require(isinstance(notes.get("missing", {}), dict), "notes.missing")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"{path} is not an evaluation result ({reason_of(error)}): evaluate the run again."
        ) from error
    return result


def _scores(value: Any) -> dict[str, float | None]:
    """Scores by metric; None where one was not computed."""
    _require(isinstance(value, dict), "scores")
    for name, score in value.items():
        _require(score is None or is_measurement(score), name)
    return value


def _require(holds: bool, entry: str) -> None:
    if not holds:
        raise ValueError(f"its entry {entry!r} is not what evaluation writes")


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_json_object(path)
    except (OSError, ValueError) as error:
        raise RunError(
            f"Cannot read {path}: {reason_of(error)}; restore it, or evaluate the run again."
        ) from error
