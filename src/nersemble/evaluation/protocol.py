"""What is evaluated, at which timesteps, and where it is written (spec, sections 7 and 10)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import numpy as np

from nersemble.data_manager.color_affine import Rounding
from nersemble.data_manager.rig import FRAMES_PER_SECOND
from nersemble.errors import ConfigError
from nersemble.marching.grid_filter import GridFilterConfig
from nersemble.ranges import MOST_RAYS, Options, Range

ProtocolName = Literal["run", "default", "release"]

MIN_JOD_FPS = 4.1
"""Below 4 frames a second JOD's temporal filters, 250 ms long, would shrink to a single tap."""


@dataclass(frozen=True)
class Protocol:
    """Where the release's way to evaluate and ours differ, whatever a run was trained with.

    windows: fully open, or those of the checkpoint's step.
    early_stop_eps: transmittance at which a ray ends; 0 renders every sample.
    clip_depth_to_batch: see ``HeadModelConfig``; it touches depths only, no figure.
    color_rounding: how the truths' corrected colours become 8 bit.
    ssim_crop: whether ``ssim`` leaves out the border.
    repeats_timesteps: draw as many timesteps as asked for even where there are fewer, some of them
        twice, and let JOD play them at 73 / skip / (n / 15) then, too.
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
"""The release's evaluation to the digit; what is not named here both do alike."""


@dataclass(frozen=True)
class EvaluationConfig(Options):
    """The options of an evaluation.

    Raises:
        ConfigError: a value is out of range.
    """

    n_rays_eval: Annotated[int, Range(1, MOST_RAYS)] = 8192
    """Rays rendered at once: lower it where memory runs out; the result does not depend on it."""
    max_eval_timesteps: Annotated[int, Range(1, other=-1)] = 15
    """Evaluate so many evenly spaced training timesteps; -1: all of them."""
    skip_timesteps: Annotated[int, Range(1, other=-1)] = -1
    """Of these, keep the timesteps whose capture frame number is divisible by this; -1: keep all.
    For every third timestep of all give 3 here and -1 for max_eval_timesteps."""
    grid_filter: GridFilterConfig = field(
        default_factory=lambda: GridFilterConfig(use_occupancy_grid_filtering=True)
    )
    lpips_backbone: Path | None = None
    """File with AlexNet's weights: torchvision's alexnet-owt-*.pth, a released NERS checkpoint, or
    either as .safetensors; without it they are looked for in torch's cache."""
    ssim_crop: bool = False
    """Leave a border of 5 px out of the SSIM, as torchmetrics of 2023 and so the published figures
    did; otherwise every pixel counts, as in torchmetrics 1.4.2 and later."""


def evaluation_timesteps(
    n_timesteps: int,
    frame_numbers: Sequence[int],
    config: EvaluationConfig,
    *,
    repeats: bool = False,
) -> list[int]:
    """The model timesteps to evaluate, ascending; each once unless ``repeats``.

    Evenly spaced ones are ``numpy.linspace(0, n_timesteps - 1, max_eval_timesteps, dtype=int)``:
    both ends and, between them, floating-point positions rounded down. The release draws them so,
    and exact arithmetic would differ (of 475 timesteps it takes 236, not 237). With fewer timesteps
    than asked for, every timestep is taken once; with ``repeats`` some are taken more often, as in
    the release. ``skip_timesteps`` then keeps those whose *capture frame number* it divides.

    Args:
        n_timesteps: how many timesteps the model has.
        frame_numbers: the capture's frame number of each timestep.
        config: which to take.
        repeats: see :class:`Protocol`.

    Raises:
        ConfigError: no timestep is left.
        ValueError: there is not one frame number per timestep.
    """
    if len(frame_numbers) != n_timesteps:
        raise ValueError(f"{len(frame_numbers)} frame numbers for {n_timesteps} timesteps.")
    count = _n_spaced(n_timesteps, config, repeats)
    spaced: list[int] = np.linspace(0, n_timesteps - 1, count, dtype=int).tolist()
    divisor = max(config.skip_timesteps, 1)
    kept = [timestep for timestep in spaced if frame_numbers[timestep] % divisor == 0]
    if not kept:
        numbers = ", ".join(str(frame_numbers[timestep]) for timestep in spaced[:8])
        raise ConfigError(
            f"--skip_timesteps {divisor} leaves nothing to evaluate: it divides none of the "
            f"{len(spaced)} chosen frame numbers ({numbers}{', ...' if len(spaced) > 8 else ''}); "
            "choose another, or --max_eval_timesteps -1 to choose from all frames."
        )
    return kept


def jod_fps(
    config: EvaluationConfig, *, n_timesteps: int, training_skip: int, repeats: bool = False
) -> float:
    """Frames per second at which the evaluated timesteps follow one another, at least 4.1.

    73 / training_skip / skip_timesteps; without skip_timesteps, 73 / training_skip / (n / m) for m
    evenly spaced of n timesteps. m is at most n: where every timestep is evaluated they follow one
    another as in training, whatever the maximum is. With ``repeats`` m may exceed n.

    Args:
        config: which timesteps are evaluated.
        n_timesteps: how many timesteps the model has.
        training_skip: distance between the model's frames in the capture (train's skip_timesteps).
        repeats: see :class:`Protocol`.
    """
    fps = FRAMES_PER_SECOND / training_skip
    if config.skip_timesteps > 1:
        fps /= config.skip_timesteps
    else:
        fps /= n_timesteps / _n_spaced(n_timesteps, config, repeats)
    return max(fps, MIN_JOD_FPS)


def evaluation_folder_name(step: int, config: EvaluationConfig) -> str:
    """The folder of an evaluation: ``checkpoint_STEP`` (not padded) and what differs from plain.

    Appended in this order, each only where it applies: ``_max_eval_timesteps_M`` unless M is -1 (so
    by default ``_max_eval_timesteps_15``), ``_skip_timesteps_K`` where K is more than 1, and
    ``_no-occupancy-grid-filtering``.
    """
    name = f"checkpoint_{step}"
    if config.max_eval_timesteps != -1:
        name += f"_max_eval_timesteps_{config.max_eval_timesteps}"
    if config.skip_timesteps > 1:
        name += f"_skip_timesteps_{config.skip_timesteps}"
    if not config.grid_filter.use_occupancy_grid_filtering:
        name += "_no-occupancy-grid-filtering"
    return name


def _n_spaced(n_timesteps: int, config: EvaluationConfig, repeats: bool) -> int:
    if config.max_eval_timesteps == -1:
        return n_timesteps
    if repeats:
        return config.max_eval_timesteps
    return min(config.max_eval_timesteps, n_timesteps)
