"""JOD, the video quality of FovVideoVDP, by the optional package ``pyfvvdp``
(method.md, Evaluation)."""

import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from jaxtyping import UInt8

from nersemble.errors import MissingDependencyError
from nersemble.evaluation.protocol import MIN_JOD_FPS

_DISPLAY = "standard_4k"


def jod(
    predictions: Sequence[UInt8[np.ndarray, "h w 3"]],
    truths: Sequence[UInt8[np.ndarray, "h w 3"]],
    fps: float,
    device: torch.device | str = "cpu",
) -> float:
    """Quality of one camera's frames in just-objectionable differences: 10 is perfect.

    A single frame is scored as a still picture: the temporal channel and ``fps`` are unused, so
    its score is not comparable with scores of videos.

    Args:
        predictions: sRGB frames in order of time.
        truths: the true frames, as many and as large.
        fps: frames per second; raised to 4.1 if lower.
        device: where to compute.

    Raises:
        MissingDependencyError: ``pyfvvdp`` is not installed.
        ValueError: no frames, or not as many predictions as truths.
    """
    if not predictions or len(predictions) != len(truths):
        raise ValueError(f"{len(predictions)} predictions for {len(truths)} true frames.")
    with torch.no_grad():
        quality, _ = _metric(str(device)).predict(
            np.stack(predictions),
            np.stack(truths),
            dim_order="FHWC",
            frames_per_second=max(fps, MIN_JOD_FPS),
        )
    return float(quality)


@lru_cache(maxsize=1)
def _metric(device: str) -> Any:
    # Building it takes longer than scoring a small frame, and each camera needs it twice.
    try:
        from pyfvvdp import fvvdp
    except ImportError as error:
        raise MissingDependencyError(
            f"JOD needs the package pyfvvdp, which cannot be imported ({error}): "
            "pip install pyfvvdp."
        ) from error
    with warnings.catch_warnings():
        # It reads its tables through names that scipy has deprecated.
        warnings.simplefilter("ignore")
        return fvvdp(display_name=_DISPLAY, heatmap=None, device=torch.device(device))
