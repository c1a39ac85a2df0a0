"""Run folders with an evaluation, as the tests of the report need them: written, not rendered."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nersemble.errors import MissingDependencyError
from nersemble.evaluation.accumulator import EvaluationAccumulator
from nersemble.evaluation.results import write_prediction, write_truth

SERIALS = ("222200040", "220700191")
FRAMES = (0, 3, 6)
STEP = 40


def write_run(
    folder: Path,
    *,
    psnr: float = 25.0,
    participant: int = 30,
    config: Mapping[str, Any] | None = None,
    size: tuple[int, int] = (40, 58),
    frames: Iterable[int] = FRAMES,
    noise: int = 0,
) -> Path:
    """A run with an evaluation of every serial at every frame, and no log; returns its folder.

    Predictions are truths with an error that gives about this PSNR; ``noise`` (of 255) makes
    pictures that JPEG cannot make small.
    """
    numbers = list(frames)
    evaluation = folder / "evaluation" / f"checkpoint_{STEP}"
    evaluation.mkdir(parents=True)
    described = {"participant": participant, "sequence": "S", "config": dict(config or {})}
    (folder / "config.json").write_text(json.dumps(described))
    no_lpips = MissingDependencyError("no weights")
    accumulator = EvaluationAccumulator(step=STEP, jod_fps=24.0, lpips=no_lpips)
    rng = np.random.default_rng(0)
    width, height = size
    row, column = np.mgrid[0:height, 0:width]
    for index, serial in enumerate(SERIALS):
        for timestep, frame in enumerate(numbers):
            truth = np.stack([row / height, column / width, 0 * row + 0.5], -1).astype(np.float32)
            truth = (truth + rng.uniform(0, noise / 255 + 1e-9, truth.shape)).clip(0, 1)
            error = 10 ** (-psnr / 20) * (1 + 0.1 * timestep)
            prediction = np.abs(truth - error).astype(np.float32)
            alpha = np.ones((height, width), np.float32)
            accumulator.add(index, serial, timestep, prediction, truth.astype(np.float32), alpha)
            write_prediction(evaluation, frame, index, prediction)
            write_truth(evaluation, frame, index, truth)
    result = accumulator.result()
    result.write_pictures(evaluation, numbers, {"device": "cpu"}, 1.5)
    result.write(evaluation)
    return folder
