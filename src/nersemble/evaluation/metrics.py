"""The metrics of an evaluation (method.md, Evaluation): their names, titles and functions.

``METRICS`` is the one list of them. A new metric is a row there and the function that it names;
the evaluation measures it, and the results and the report show it.

Predictions are clamped to 0..1 here; truths are taken as they are. Sums are in double precision.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float, UInt8

from nersemble.errors import MissingDependencyError
from nersemble.evaluation.jod import jod
from nersemble.evaluation.ssim import SsimFigures, check_same_size, chosen_figure, ssim_figures

Scores = Mapping[str, float | None]
"""Figures by the name of their metric, in the order of ``METRICS``. None: not computed. A PSNR is
infinite for a perfect picture."""

LpipsFunction = Callable[[Float[np.ndarray, "h w 3"], Float[np.ndarray, "h w 3"]], float]
"""Takes prediction and truth, both in 0..1."""


class PicturePair:
    """The input of a picture metric: a prediction and its ground truth, in 0..1.
    lpips: the metric, see :func:`nersemble.evaluation.lpips_metric.load_lpips`, or the reason why
    it is missing. ssim_crop: crop a border, see :func:`nersemble.evaluation.ssim.ssim`.
    device: where SSIM is computed.
    """

    def __init__(
        self,
        prediction: Float[np.ndarray, "h w 3"],
        truth: Float[np.ndarray, "h w 3"],
        *,
        lpips: LpipsFunction | MissingDependencyError,
        ssim_crop: bool = False,
        device: torch.device | str = "cpu",
    ) -> None:
        """Clamp the prediction; the truth is already blended onto white."""
        self.prediction, self.truth = np.clip(prediction, 0.0, 1.0), truth
        self.lpips, self.ssim_crop, self.device = lpips, ssim_crop, device

    @cached_property
    def mse(self) -> float:
        """See :func:`mse`."""
        return mse(self.prediction, self.truth)

    @cached_property
    def ssim_figures(self) -> SsimFigures:
        """Both SSIM.

        Raises:
            ConfigError: the pictures are too small.
        """
        return ssim_figures(self.prediction, self.truth, self.device)


@dataclass(frozen=True)
class VideoPair:
    """The input of a video metric: one camera's predictions and ground truths in order of time.
    fps: frames per second. device: where to compute.
    """

    predictions: Sequence[UInt8[np.ndarray, "h w 3"]]
    truths: Sequence[UInt8[np.ndarray, "h w 3"]]
    fps: float
    device: torch.device | str


@dataclass(frozen=True)
class Metric:
    """A row of ``METRICS``. Either ``of_picture`` or ``of_video`` is set; it may raise
    MissingDependencyError if a package or weights are missing.
    name: the key in ``evaluation_result.json``. title: the displayed name.
    of_picture: the score of one picture; means are over all pictures.
    of_video: the score of one camera's video; means are over the cameras.
    unit: shown after the title. decimals: in tables; None hides the metric there.
    published: the paper's mean over its ten sequences.
    """

    name: str
    title: str
    higher_is_better: bool
    of_picture: Callable[[PicturePair], float] | None = None
    of_video: Callable[[VideoPair], float] | None = None
    unit: str = ""
    decimals: int | None = None
    published: float | None = None

    @property
    def label(self) -> str:
        """The title with the unit, if there is one."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


def psnr_of_mse(mean_squared_error: float) -> float:
    """Peak signal-to-noise ratio in dB for colours in 0..1; infinite for no error."""
    if mean_squared_error == 0.0:
        return math.inf
    return -10.0 * math.log10(mean_squared_error)


def mse(prediction: Float[np.ndarray, "h w 3"], truth: Float[np.ndarray, "h w 3"]) -> float:
    """Mean squared error over pixels and channels.

    Raises:
        ValueError: the pictures differ in size.
    """
    check_same_size(prediction, truth)
    difference = np.clip(prediction, 0.0, 1.0).astype(np.float64) - truth
    return float(np.mean(difference**2))


def psnr(prediction: Float[np.ndarray, "h w 3"], truth: Float[np.ndarray, "h w 3"]) -> float:
    """PSNR in dB; infinite where the pictures are the same."""
    return psnr_of_mse(mse(prediction, truth))


def _chosen_ssim(pair: PicturePair) -> float:
    return chosen_figure(pair.ssim_figures, pair.truth, crop_border=pair.ssim_crop)


def _lpips(pair: PicturePair) -> float:
    if isinstance(pair.lpips, MissingDependencyError):
        raise MissingDependencyError(str(pair.lpips))
    return pair.lpips(pair.prediction, pair.truth)


_ROWS = (
    Metric(
        "psnr",
        "PSNR",
        higher_is_better=True,
        of_picture=lambda pair: psnr_of_mse(pair.mse),
        unit="dB",
        decimals=2,
        published=31.48,
    ),
    Metric(
        "ssim",
        "SSIM",
        higher_is_better=True,
        of_picture=_chosen_ssim,
        decimals=3,
        published=0.872,
    ),
    Metric(
        "lpips",
        "LPIPS",
        higher_is_better=False,
        of_picture=_lpips,
        decimals=3,
        published=0.217,
    ),
    Metric(
        "mse",
        "MSE",
        higher_is_better=False,
        of_picture=lambda pair: pair.mse,
    ),
    Metric(
        "jod",
        "JOD",
        higher_is_better=True,
        of_video=lambda video: jod(video.predictions, video.truths, video.fps, video.device),
        decimals=2,
        published=7.85,
    ),
)
METRICS: dict[str, Metric] = {metric.name: metric for metric in _ROWS}
"""All metrics by name, in the order of files and reports."""
