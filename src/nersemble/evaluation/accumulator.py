"""Gathers the errors of an evaluation, picture by picture (spec, section 7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8

from nersemble.errors import CheckpointError, MissingDependencyError
from nersemble.evaluation.jod import jod
from nersemble.evaluation.lpips_metric import LpipsMetric, load_lpips
from nersemble.evaluation.metrics import (
    NO_FOREGROUND,
    ForegroundSums,
    ImageMetrics,
    blend_on_white,
    foreground_sums,
    image_metrics,
    to_uint8,
)
from nersemble.evaluation.protocol import EvaluationConfig, ProtocolName
from nersemble.evaluation.results import EvaluationResult, PictureScores, ScoreBundle, Scores
from nersemble.evaluation.ssim import SSIM_CROPPED, SSIM_WHOLE, SsimFigures


@dataclass(frozen=True)
class _CameraFrame:
    """One frame of the videos that JOD compares, 8 bit."""

    timestep: int
    prediction: UInt8[np.ndarray, "h w 3"]
    truth: UInt8[np.ndarray, "h w 3"]
    alpha: UInt8[np.ndarray, "h w"]


@dataclass
class _CameraRecord:
    index: int
    regular: list[ImageMetrics] = field(default_factory=list)
    masked: list[ImageMetrics] = field(default_factory=list)
    pictures: dict[int, ScoreBundle] = field(default_factory=dict)
    frames: list[_CameraFrame] = field(default_factory=list)
    jod: tuple[float | None, float | None] | None = None


class EvaluationAccumulator:
    """Takes one picture after the other and averages their errors.

    It keeps no picture but, in 8 bit, what JOD needs: a video per camera, until
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
        """Starts with no pictures.

        Args:
            step: the checkpoint's step, for the notes.
            jod_fps: frames per second, see :func:`nersemble.evaluation.protocol.jod_fps`.
            lpips: the metric, or the reason why there is none.
            ssim_crop: which SSIM the scores hold, see :func:`nersemble.evaluation.ssim.ssim`; the
                notes hold both.
            protocol: for the notes.
            device: where JOD is computed.
        """
        self._step = step
        self._jod_fps = jod_fps
        self._ssim_crop = ssim_crop
        self._protocol = protocol
        self._device = device
        self._missing: dict[str, str] = {}
        self._lpips = lpips if isinstance(lpips, LpipsMetric) else None
        if isinstance(lpips, MissingDependencyError):
            self._missing["lpips"] = str(lpips)
        self._cameras: dict[str, _CameraRecord] = {}
        self._foreground: ForegroundSums = NO_FOREGROUND

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
        """One that loads LPIPS as ``config`` says, and does without where its weights are missing.

        Raises:
            CheckpointError: the named backbone file is of no use.
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
    ) -> ImageMetrics:
        """Measures one picture and returns its regular errors.

        Args:
            camera_index: the camera's place among the evaluation cameras, which orders ``per_cam``.
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
        record = self._cameras.get(serial) or _CameraRecord(camera_index)
        if timestep in record.pictures or record.jod is not None:
            raise ValueError(f"Camera {serial}, timestep {timestep} was added or closed before.")
        if not np.isfinite(prediction).all():
            raise CheckpointError(
                f"The checkpoint of step {self._step} renders non-finite colours for camera "
                f"{serial} at timestep {timestep}: evaluate an earlier checkpoint."
            )
        clamped = np.clip(prediction, 0.0, 1.0)
        regular = self._measure(clamped, truth)
        masked = self._measure(blend_on_white(clamped, alpha), blend_on_white(truth, alpha))
        self._cameras[serial] = record
        record.pictures[timestep] = ScoreBundle(
            _scores([regular], [None]), _scores([masked], [None])
        )
        alpha_8bit = np.rint(alpha * 255).astype(np.uint8)
        frame = _CameraFrame(timestep, to_uint8(clamped), to_uint8(truth), alpha_8bit)
        record.regular += [regular] * times
        record.masked += [masked] * times
        record.frames += [frame] * times
        self._foreground = self._foreground + foreground_sums(clamped, truth, alpha)
        return regular

    def close_camera(self, serial: str) -> None:
        """Computes the camera's JOD now and lets its pictures go.

        Worth calling after each camera's last picture: a long video at full size takes gigabytes.
        :meth:`result` closes what is still open.
        """
        record = self._cameras[serial]
        if record.jod is not None:
            return
        frames = sorted(record.frames, key=lambda frame: frame.timestep)
        predictions = [frame.prediction for frame in frames]
        truths = [frame.truth for frame in frames]
        # The release blends the 8-bit pictures for this, not the float ones.
        alphas = [frame.alpha for frame in frames]
        try:
            regular = jod(predictions, truths, self._jod_fps, self._device)
            masked = jod(
                _blended_8bit(predictions, alphas),
                _blended_8bit(truths, alphas),
                self._jod_fps,
                self._device,
            )
            record.jod = (regular, masked)
        except MissingDependencyError as error:
            self._missing["jod"] = str(error)
            record.jod = (None, None)
        record.frames.clear()

    def result(self) -> EvaluationResult:
        """The means over all pictures (JOD: over all cameras) and per camera.

        ``notes`` holds step, protocol, n_images, timesteps, jod_fps, ssim_crop, both figures of
        ``ssim`` by name, foreground_psnr and single_color_psnr (both over the foreground pixels of
        all pictures pooled), lpips_backbone and, by metric, why one is ``missing``.

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

    def _measure(self, prediction: np.ndarray, truth: np.ndarray) -> ImageMetrics:
        return image_metrics(prediction, truth, lpips=self._lpips, ssim_crop=self._ssim_crop)

    def _notes(self, cameras: Mapping[str, _CameraRecord]) -> dict[str, Any]:
        records = list(cameras.values())
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
            "foreground_psnr": self._foreground.foreground.psnr,
            "single_color_psnr": self._foreground.single_color_psnr,
            "lpips_backbone": None if self._lpips is None else str(self._lpips.source),
            "missing": dict(self._missing),
        }


def _bundle(records: Sequence[_CameraRecord]) -> ScoreBundle:
    jods = [record.jod or (None, None) for record in records]
    return ScoreBundle(
        regular=_scores([m for r in records for m in r.regular], [pair[0] for pair in jods]),
        masked=_scores([m for r in records for m in r.masked], [pair[1] for pair in jods]),
    )


def _scores(metrics: Sequence[ImageMetrics], jods: Sequence[float | None]) -> Scores:
    return Scores(
        psnr=_mean([m.psnr for m in metrics]),
        ssim=_mean([m.ssim for m in metrics]),
        lpips=_mean([m.lpips for m in metrics]),
        mse=_mean([m.mse for m in metrics]),
        jod=_mean(jods),
    )


def _both_ssim(records: Sequence[_CameraRecord]) -> dict[str, dict[str, float | None]]:
    """Both figures by name, of the pictures as they are and of the masked ones."""
    kinds = {
        "regular": [m.both_ssim for r in records for m in r.regular],
        "masked": [m.both_ssim for r in records for m in r.masked],
    }
    return {
        kind: SsimFigures(_mean([f.cropped for f in both]), fmean(f.whole for f in both)).named()
        for kind, both in kinds.items()
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    # A mean over some of the pictures would look like one over all of them.
    return fmean(known) if len(known) == len(values) else None


def _blended_8bit(
    pictures: Sequence[UInt8[np.ndarray, "h w 3"]], alphas: Sequence[UInt8[np.ndarray, "h w"]]
) -> list[np.ndarray]:
    return [
        to_uint8(blend_on_white(picture / 255.0, alpha / 255.0))
        for picture, alpha in zip(pictures, alphas, strict=True)
    ]
