"""The evaluated timesteps, their frame rate and the output folder (method.md, Evaluation)."""

from collections.abc import Sequence

import numpy as np

from nersemble.data_manager.rig import FRAMES_PER_SECOND
from nersemble.errors import ConfigError
from nersemble.evaluation.config import EvaluationConfig

MIN_JOD_FPS = 4.1
"""Below 4 frames per second JOD's temporal filters (250 ms) would have a single tap."""


def evaluation_timesteps(
    n_timesteps: int,
    frame_numbers: Sequence[int],
    config: EvaluationConfig,
    *,
    repeats: bool = False,
) -> list[int]:
    """Return the model timesteps to evaluate, ascending; each once unless ``repeats``.

    Evenly spaced ones are ``numpy.linspace(0, n_timesteps - 1, max_eval_timesteps, dtype=int)``:
    both ends and, between them, floating-point positions rounded down, as in the release. Exact
    arithmetic would differ (of 475 timesteps it takes 236, not 237). With fewer timesteps than
    requested, each is taken once; with ``repeats`` some are taken more often, as in the release.
    ``skip_timesteps`` then keeps those whose *capture frame number* it divides.

    Args:
        n_timesteps: how many timesteps the model has.
        frame_numbers: the capture's frame number of each timestep.
        config: the options that select timesteps.
        repeats: see :class:`Protocol`.

    Raises:
        ConfigError: no timestep is left.
        ValueError: the number of frame numbers differs from ``n_timesteps``.
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
            f"--skip_timesteps {divisor} leaves no timestep to evaluate: it divides none of the "
            f"{len(spaced)} chosen frame numbers ({numbers}{', ...' if len(spaced) > 8 else ''}); "
            "choose another, or --max_eval_timesteps -1 to choose from all frames."
        )
    return kept


def jod_fps(
    config: EvaluationConfig, *, n_timesteps: int, training_skip: int, repeats: bool = False
) -> float:
    """Return the frame rate of the evaluated timesteps, at least 4.1 per second.

    73 / training_skip / skip_timesteps; without skip_timesteps, 73 / training_skip / (n / m) for m
    evenly spaced of n timesteps. m is at most n: if every timestep is evaluated, their distance is
    that of training. With ``repeats`` m may exceed n.

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
    """Return an evaluation's folder name: ``checkpoint_STEP`` (not padded) and suffixes.

    Suffixes in this order, each only if it applies: ``_max_eval_timesteps_M`` unless M is -1 (so
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
