"""Coarse-to-fine windows over the deformation bands and the hash tables (method.md, Schedules)."""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.fields.config import WindowConfig


@dataclass(frozen=True)
class WindowState:
    """Window values at one step: open deformation bands and open hash tables, both fractional."""

    deformation: float
    hash: float


def _ramp(step: int, begin: int, end: int, low: float, high: float) -> float:
    if end <= 0 or step >= end:
        return high
    if step <= begin:
        return low
    return low + (high - low) * (step - begin) / (end - begin)


def windows_at(step: int, config: WindowConfig, n_bands: int, n_tables: int) -> WindowState:
    """The window values at an optimizer step: 0 to ``n_bands``, and 1 to ``n_tables``."""
    c = config
    return WindowState(
        _ramp(step, c.window_deform_begin, c.window_deform_end, 0.0, float(n_bands)),
        _ramp(
            step, c.window_hash_encodings_begin, c.window_hash_encodings_end, 1.0, float(n_tables)
        ),
    )


def windows_for_rendering(
    step: int, config: WindowConfig, n_bands: int, n_tables: int
) -> WindowState:
    """The window values with which a checkpoint of an optimizer step is evaluated and rendered."""
    if config.windows_outside_training == "final":
        return WindowState(float(n_bands), float(n_tables))
    return windows_at(step, config, n_bands, n_tables)


# Most steps have the previous step's windows, whose computation takes many GPU launches.
@lru_cache(maxsize=4)
def window_weights(value: float, n: int, device: torch.device | str = "cpu") -> Float[Tensor, "n"]:
    """Weight of each band or table: 0.5 (1 - cos(pi clamp(value - j, 0, 1)))."""
    rise = (value - torch.arange(n, dtype=torch.float32, device=device)).clamp(0, 1)
    return 0.5 * (1 - torch.cos(math.pi * rise))
