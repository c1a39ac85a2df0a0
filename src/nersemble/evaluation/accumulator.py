"""Accumulates the scores of an evaluation, picture by picture (method.md, Evaluation)."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any, TypeVar

import numpy as np
import torch
from jaxtyping import Float, UInt8

from nersemble.errors import CheckpointError, MissingDependencyError
from nersemble.evaluation.config import EvaluationConfig, ProtocolName
from nersemble.evaluation.foreground import NO_FOREGROUND, ForegroundSums, foreground_sums
from nersemble.evaluation.lpips_metric import LpipsMetric, load_lpips
from nersemble.evaluation.metrics import (
    METRICS,
    PicturePair,
    Scores,
    VideoPair,
)
from nersemble.evaluation.results import EvaluationResult, PictureScores, ScoreBundle
from nersemble.evaluation.ssim import SSIM_CROPPED, SSIM_WHOLE, SsimFigures
from nersemble.ops.colors import blend_on_white, to_uint8

_Pair = TypeVar("_Pair")


@dataclass(frozen=True)
class _CameraFrame:
    """One 8-bit frame of the videos that JOD compares."""

    timestep: int
    prediction: UInt8[np.ndarray, "h w 3"]
    truth: UInt8[np.ndarray, "h w 3"]
    alpha: UInt8[np.ndarray, "h w"]


@dataclass(frozen=True)
class _Measured:
    """The scores of a picture, regular or masked."""

    scores: Scores
    ssim: SsimFigures


@dataclass
class _CameraRecord:
    index: int
    regular: list[_Measured] = field(default_factory=list)
    masked: list[_Measured] = field(default_factory=list)
    pictures: dict[int, ScoreBundle] = field(default_factory=dict)
    foregrounds: dict[int, ForegroundSums] = field(default_factory=dict)
    frames: list[_CameraFrame] = field(default_factory=list)
    video: ScoreBundle | None = None
    """The camera's video metrics, set when it is closed."""


class EvaluationAccumulator:
    """Averages the scores of pictures added in any order and from any thread.

    It keeps only the 8-bit frames that JOD needs: a video per camera, until
    :meth:`close_camera`. A metric whose package or weights are missing is None in the result, and
    the reason is in ``notes.missing``.
    """

    def __init__(
        self,
        *,
        step: int,
        jod_fps: float,
        lpips: LpipsMetric | MissingDependencyError,
        ssim_crop: bool = False,
        protocol: ProtocolName = "run",
        device: torch.device | str = "cpu",
    ) -> None:
        """Start without pictures.

        Args:
            step: the checkpoint's step, for the notes.
            jod_fps: frames per second, see :func:`nersemble.evaluation.protocol.jod_fps`.
            lpips: the metric, or the reason why it is missing.
            ssim_crop: which SSIM the scores hold, see :func:`nersemble.evaluation.ssim.ssim`; the
                notes hold both.
            protocol: for the notes.
            device: where SSIM and JOD are computed.
        """
        self._step = step
        self._jod_fps = jod_fps
        self._ssim_crop = ssim_crop
        self._protocol = protocol
        self._device = device
        self._missing: dict[str, str] = {}
        self._lpips = lpips
        self._cameras: dict[str, _CameraRecord] = {}
        self._shows_nothing = True
        self._lock = threading.Lock()

    @classmethod
    def for_evaluation(
        cls,
        config: EvaluationConfig,
        *,
        step: int,
        jod_fps: float,
        protocol: ProtocolName = "run",
        device: torch.device | str = "cpu",
    ) -> "EvaluationAccumulator":
        """Create an accumulator that loads LPIPS as ``config`` says, if its weights are available.

        Raises:
            CheckpointError: the named backbone file is unusable.
        """
        lpips: LpipsMetric | MissingDependencyError
        try:
            lpips = load_lpips(config.lpips_backbone, device)
        except MissingDependencyError as error:
            lpips = error
        return cls(
            step=step,
            jod_fps=jod_fps,
            lpips=lpips,
            ssim_crop=config.ssim_crop,
            protocol=protocol,
            device=device,
        )

    def add(
        self,
        camera_index: int,
        serial: str,
        timestep: int,
        prediction: Float[np.ndarray, "h w 3"],
        truth: Float[np.ndarray, "h w 3"],
        alpha: Float[np.ndarray, "h w"],
        times: int = 1,
    ) -> Scores:
        """Score one picture and return its regular scores.

        Args:
            camera_index: index among the evaluation cameras, which orders ``per_cam``.
            serial: the camera.
            timestep: the model's timestep, which orders the camera's video.
            prediction: colours, clamped to 0..1 here.
            truth: colours in 0..1, already blended onto white.
            alpha: 1 is foreground; a multiple of 1/255.
            times: how often the protocol counts it, in means and in the video.

        Raises:
            CheckpointError: the prediction has non-finite colours.
            ConfigError: the pictures are too small for a metric.
            ValueError: sizes differ, the picture was added before, or its camera is closed.
        """
        if not np.isfinite(prediction).all():
            raise CheckpointError(
                f"The checkpoint of step {self._step} renders non-finite colours for camera "
                f"{serial} at timestep {timestep}: evaluate an earlier checkpoint."
            )
        clamped = np.clip(prediction, 0.0, 1.0)
        regular = self._measure(clamped, truth)
        masked = self._measure(blend_on_white(clamped, alpha), blend_on_white(truth, alpha))
        frame = _CameraFrame(
            timestep, to_uint8(clamped, "truncate"), to_uint8(truth, "truncate"), to_uint8(alpha)
        )
        foreground = foreground_sums(clamped, truth, alpha)
        with self._lock:
            record = self._cameras.get(serial) or _CameraRecord(camera_index)
            if timestep in record.pictures or record.video is not None:
                raise ValueError(f"Camera {serial}, timestep {timestep} was added before.")
            self._cameras[serial] = record
            self._shows_nothing &= bool((clamped == clamped[0, 0]).all())
            record.pictures[timestep] = ScoreBundle(regular.scores, masked.scores)
            record.foregrounds[timestep] = foreground
            record.regular += [regular] * times
            record.masked += [masked] * times
            record.frames += [frame] * times
        return regular.scores

    def close_camera(self, serial: str) -> None:
        """Compute the camera's video metrics and free its pictures.

        Call it after each camera's last picture: a long video at full size takes gigabytes.
        :meth:`result` closes the cameras that are still open.
        """
        record = self._cameras[serial]
        if record.video is not None:
            return
        frames = sorted(record.frames, key=lambda frame: frame.timestep)
        predictions = [frame.prediction for frame in frames]
        truths = [frame.truth for frame in frames]
        regular = self._measure_video(predictions, truths)
        masked = regular
        if any(figure is not None for figure in regular.values()):
            # For JOD the release blends the 8-bit pictures, not the float ones.
            alphas = [frame.alpha for frame in frames]
            masked = self._measure_video(
                _blended_8bit(predictions, alphas), _blended_8bit(truths, alphas)
            )
        record.video = ScoreBundle(regular, masked)
        record.frames.clear()

    def result(self) -> EvaluationResult:
        """Return means over all pictures (video metrics: over all cameras) and per camera.

        ``notes`` holds step, protocol, n_images, timesteps, jod_fps, ssim_crop, both figures of
        ``ssim`` by name, foreground_psnr and single_color_psnr (both over the foreground pixels of
        all pictures pooled), shows_nothing (each picture has a single colour), lpips_backbone, and
        the reason for each ``missing`` metric.

        Raises:
            ValueError: no picture was added.
        """
        if not self._cameras:
            raise ValueError("There is no picture to evaluate.")
        for serial in self._cameras:
            self.close_camera(serial)
        ordered = sorted(self._cameras.items(), key=lambda item: item[1].index)
        records = [record for _, record in ordered]
        return EvaluationResult(
            mean=_bundle(records),
            per_cam={serial: _bundle([record]) for serial, record in ordered},
            notes=self._notes(dict(ordered)),
            pictures=[
                PictureScores(record.index, serial, timestep, bundle.regular, bundle.masked)
                for serial, record in ordered
                for timestep, bundle in sorted(record.pictures.items())
            ],
        )

    def _measure(self, prediction: np.ndarray, truth: np.ndarray) -> _Measured:
        pair = PicturePair(
            prediction, truth, lpips=self._lpips, ssim_crop=self._ssim_crop, device=self._device
        )
        scores = {
            name: self._figure(name, metric.of_picture, pair) for name, metric in METRICS.items()
        }
        return _Measured(scores, pair.ssim_figures)

    def _measure_video(
        self, predictions: Sequence[np.ndarray], truths: Sequence[np.ndarray]
    ) -> Scores:
        pair = VideoPair(predictions, truths, self._jod_fps, self._device)
        return {name: self._figure(name, metric.of_video, pair) for name, metric in METRICS.items()}

    def _figure(
        self, name: str, measure: Callable[[_Pair], float] | None, pair: _Pair
    ) -> float | None:
        """Return None if the metric does not apply or is missing (which is then noted)."""
        if measure is None:
            return None
        try:
            return measure(pair)
        except MissingDependencyError as error:
            self._missing[name] = str(error)
            return None

    def _notes(self, cameras: Mapping[str, _CameraRecord]) -> dict[str, Any]:
        records = list(cameras.values())
        # In a fixed order, because float sums depend on it.
        sums = [s for r in records for _, s in sorted(r.foregrounds.items(), key=lambda i: i[0])]
        foreground = sum(sums, NO_FOREGROUND)
        return {
            "step": self._step,
            "protocol": self._protocol,
            "n_images": sum(len(record.regular) for record in records),
            "timesteps": sorted(set().union(*(record.pictures for record in records))),
            "jod_fps": self._jod_fps,
            "ssim_crop": self._ssim_crop,
            "ssim": {
                "ssim_is": SSIM_CROPPED if self._ssim_crop else SSIM_WHOLE,
                "mean": _both_ssim(records),
                "per_cam": {serial: _both_ssim([record]) for serial, record in cameras.items()},
            },
            "foreground_psnr": foreground.psnr,
            "single_color_psnr": foreground.single_color_psnr,
            "shows_nothing": self._shows_nothing,
            "lpips_backbone": (
                str(self._lpips.source) if isinstance(self._lpips, LpipsMetric) else None
            ),
            "missing": dict(self._missing),
        }


def _bundle(records: Sequence[_CameraRecord]) -> ScoreBundle:
    videos = [record.video for record in records if record.video is not None]
    return ScoreBundle(
        regular=_means([m.scores for r in records for m in r.regular], [v.regular for v in videos]),
        masked=_means([m.scores for r in records for m in r.masked], [v.masked for v in videos]),
    )


def _means(pictures: Sequence[Scores], videos: Sequence[Scores]) -> Scores:
    return {
        name: _mean([scores[name] for scores in (videos if metric.of_video else pictures)])
        for name, metric in METRICS.items()
    }


def _both_ssim(records: Sequence[_CameraRecord]) -> dict[str, dict[str, float | None]]:
    """Both figures by name, for regular and masked pictures."""
    kinds = {
        "regular": [m.ssim for r in records for m in r.regular],
        "masked": [m.ssim for r in records for m in r.masked],
    }
    return {
        kind: SsimFigures(_mean([f.cropped for f in both]), fmean(f.whole for f in both)).named()
        for kind, both in kinds.items()
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    # A mean over some pictures would pass for one over all.
    return fmean(known) if len(known) == len(values) else None


def _blended_8bit(
    pictures: Sequence[UInt8[np.ndarray, "h w 3"]], alphas: Sequence[UInt8[np.ndarray, "h w"]]
) -> list[np.ndarray]:
    return [
        to_uint8(blend_on_white(picture / 255.0, alpha / 255.0), "truncate")
        for picture, alpha in zip(pictures, alphas, strict=True)
    ]
