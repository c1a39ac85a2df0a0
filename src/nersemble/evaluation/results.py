"""The output of an evaluation: scores as JSON, and pictures (method.md, Evaluation)."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image

from nersemble.errors import RunError
from nersemble.evaluation.metrics import Scores
from nersemble.files import written_whole
from nersemble.opening import write_bytes
from nersemble.ops.colors import to_uint8

RESULT_FILE = "evaluation_result.json"
PICTURES_FILE = "pictures.json"


@dataclass(frozen=True)
class ScoreBundle:
    """regular: scores of the unchanged pictures. masked: with both blended onto white again."""

    regular: Scores
    masked: Scores


@dataclass(frozen=True)
class PictureScores:
    """Scores of one picture of the camera_index-th evaluation camera; None for video metrics."""

    camera_index: int
    serial: str
    timestep: int
    regular: Scores
    masked: Scores


@dataclass(frozen=True)
class EvaluationResult:
    """Means over all pictures and per camera (by serial), notes, and the scores of each
    picture."""

    mean: ScoreBundle
    per_cam: dict[str, ScoreBundle]
    notes: dict[str, Any]
    pictures: list[PictureScores]

    def to_json(self) -> dict[str, Any]:
        """As plain values: ``mean``, ``per_cam`` and ``notes``.

        JSON has no infinity: such a number becomes null, and ``notes.infinite`` lists it. Only a
        PSNR can be infinite, if a picture equals the ground truth exactly.
        """
        infinite: list[str] = []
        scores = {
            "mean": asdict(self.mean),
            "per_cam": {serial: asdict(bundle) for serial, bundle in self.per_cam.items()},
        }
        content: dict[str, Any] = _without_infinities(scores | {"notes": self.notes}, "", infinite)
        if infinite:
            content["notes"]["infinite"] = infinite
        return content

    def write(self, folder: Path) -> Path:
        """Write ``evaluation_result.json`` into ``folder`` atomically.

        Raises:
            RunError: the folder cannot be written.
        """
        path = folder / RESULT_FILE
        text = json.dumps(self.to_json(), indent=2, allow_nan=False)
        save_bytes(path, text.encode() + b"\n", sync=True)
        return path

    def write_pictures(
        self,
        folder: Path,
        frame_numbers: Sequence[int],
        machine: Mapping[str, Any],
        seconds: float,
    ) -> Path:
        """Write ``pictures.json``, the scores of each picture, atomically.

        Args:
            folder: the evaluation's.
            frame_numbers: the capture's frame number of each timestep.
            machine: description of the machine, JSON values.
            seconds: duration of the evaluation.

        Raises:
            RunError: the folder cannot be written.
        """
        pictures = [
            {"frame": frame_numbers[picture.timestep], **asdict(picture)}
            for picture in self.pictures
        ]
        content = {
            "format_version": 1,
            "step": self.notes["step"],
            "date": date.today().isoformat(),
            "seconds": seconds,
            "machine": dict(machine),
            "pictures": [_without_infinities(picture, "", []) for picture in pictures],
        }
        path = folder / PICTURES_FILE
        text = json.dumps(content, indent=1, allow_nan=False)
        save_bytes(path, text.encode() + b"\n", sync=True)
        return path


def write_prediction(
    folder: Path,
    frame_number: int,
    camera_index: int,
    prediction: Float[np.ndarray, "h w 3"],
) -> Path:
    """Writes a picture to ``frame_TTTTT/cam_I.png`` below ``folder``, 8 bit by truncation.

    Args:
        folder: the evaluation's folder.
        frame_number: T, the capture's frame number.
        camera_index: I, the camera's place among the evaluation cameras.
        prediction: colours, clamped to 0..1 here.

    Raises:
        RunError: the folder cannot be written.
    """
    path = prediction_path(folder, frame_number, camera_index)
    picture = to_uint8(prediction, "truncate")
    _save_png(path, picture)
    return path


def write_truth(
    folder: Path, frame_number: int, camera_index: int, truth: Float[np.ndarray, "h w 3"]
) -> Path:
    """Write the ground truth of a prediction to ``frame_TTTTT/truth_I.png``, 8 bit, rounded.

    Raises:
        RunError: the folder cannot be written.
    """
    path = truth_path(folder, frame_number, camera_index)
    _save_png(path, to_uint8(truth))
    return path


def prediction_path(folder: Path, frame_number: int, camera_index: int) -> Path:
    """The path that :func:`write_prediction` writes to."""
    return folder / f"frame_{frame_number:05d}" / f"cam_{camera_index}.png"


def truth_path(folder: Path, frame_number: int, camera_index: int) -> Path:
    """The path that :func:`write_truth` writes to."""
    return folder / f"frame_{frame_number:05d}" / f"truth_{camera_index}.png"


def _without_infinities(value: Any, place: str, infinite: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _without_infinities(item, f"{place}.{key}".lstrip("."), infinite)
            for key, item in value.items()
        }
    if isinstance(value, float) and not math.isfinite(value):
        infinite.append(place)
        return None
    return value


def _save_png(path: Path, picture: UInt8[np.ndarray, "h w 3"]) -> None:
    # Into a file: when writing to memory, Pillow holds the GIL.
    _save(path, lambda file: Image.fromarray(picture).save(file, "PNG", compress_level=4))


def save_bytes(path: Path, content: bytes, *, sync: bool = False) -> None:
    """Writes a file and its folder, whole or not at all, with ``sync`` also onto the disk.

    Raises:
        RunError: it cannot be written.
    """
    _save(path, lambda file: write_bytes(file, content), sync=sync)


def _save(path: Path, write: Callable[[Path], object], *, sync: bool = False) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path, sync=sync) as temporary:
            write(temporary)
    except OSError as error:
        raise RunError(
            f"{path} cannot be written ({error.strerror}): free some space or make its folder "
            "writable."
        ) from error
