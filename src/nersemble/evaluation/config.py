"""The options of an evaluation and of its report, and the protocols."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from nersemble.data_manager.config import Rounding
from nersemble.marching.config import GridFilterConfig
from nersemble.ranges import MOST_RAYS, Options, Range

ProtocolName = Literal["run", "default", "release"]


@dataclass(frozen=True)
class Protocol:
    """How the release's evaluation and ours differ, independent of a run's training options.

    windows: fully open, or those of the checkpoint's step.
    early_stop_eps: transmittance at which a ray ends; 0 renders every sample.
    clip_depth_to_batch: see ``HeadModelConfig``; it changes depths only, no score.
    color_rounding: how the ground truth's corrected colours are rounded to 8 bit.
    ssim_crop: whether ``ssim`` leaves out the border.
    repeats_timesteps: draw the requested number of timesteps even if the run has fewer, some of
    them twice; JOD then still plays them at 73 / skip / (n / 15).
    """

    windows: Literal["final", "step"]
    early_stop_eps: float
    clip_depth_to_batch: bool
    color_rounding: Rounding
    ssim_crop: bool
    repeats_timesteps: bool


RELEASE = Protocol(
    windows="final",
    early_stop_eps=0.0,
    clip_depth_to_batch=True,
    color_rounding="truncate",
    ssim_crop=True,
    repeats_timesteps=True,
)
"""The release's evaluation to the digit; everything else is the same in both."""


@dataclass(frozen=True)
class EvaluationConfig(Options):
    """Evaluation: what is compared and how.

    Raises:
        ConfigError: a value is out of range.
    """

    n_rays_eval: Annotated[int, Range(1, MOST_RAYS)] = 8192
    """Rays rendered at once. Lower it if memory runs out; the result does not depend on it."""
    max_eval_timesteps: Annotated[int, Range(1, other=-1)] = 15
    """Number of evenly spaced training timesteps to evaluate; -1: all."""
    skip_timesteps: Annotated[int, Range(1, other=-1)] = -1
    """Keep only those timesteps whose capture frame number is divisible by this; -1: keep all.
    For every third timestep give 3 here and -1 for max_eval_timesteps."""
    grid_filter: GridFilterConfig = field(
        default_factory=lambda: GridFilterConfig(use_occupancy_grid_filtering=True)
    )
    lpips_backbone: Path | None = None
    """File with AlexNet's weights: torchvision's alexnet-owt-*.pth, a released NERS checkpoint, or
    either as .safetensors (default: searched in torch's cache)."""
    ssim_crop: bool = False
    """Leave a border of 5 px out of the SSIM, as torchmetrics of 2023 and so the published figures
    did; otherwise every pixel counts, as in torchmetrics 1.4.2 and later."""


@dataclass(frozen=True)
class ReportConfig(Options):
    """Report of an evaluation.

    Raises:
        ConfigError: a value is out of range.
    """

    report: bool = True
    """Write report.html beside the scores, and the ground truth beside the predictions."""
    report_max_mb: Annotated[float, Range(1)] = 20.0
    """Largest size of the report in megabytes; its pictures are made smaller to fit."""
    report_orbit_frames: Annotated[int, Range(0)] = 24
    """Frames of the report's orbit video if render has not made a video; 0: no video."""
