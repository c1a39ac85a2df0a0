"""Which implementation computes the field: fused Triton kernels or plain torch."""

import importlib.util
import logging
from typing import Literal

import torch

from nersemble.errors import ConfigError
from nersemble.geometry.scene_box import scene_box_for
from nersemble.rendering.head_model import HeadModelConfig, why_not_fused

Backend = Literal["auto", "triton", "torch"]

_logger = logging.getLogger(__name__)


def choose_kernels(
    backend: Backend, device: torch.device, config: HeadModelConfig, participant: int
) -> bool:
    """Whether to use the fused kernels; on a GPU it says which back end it is.

    ``auto`` takes the kernels on a CUDA device where they can compute the model.

    Raises:
        ConfigError: ``triton`` was asked for and cannot be.
    """
    reason = None if backend == "torch" else _why_not(device, config, participant)
    if backend == "triton" and reason is not None:
        raise ConfigError(
            f"--backend triton cannot be used: {reason}; leave --backend out, or use --backend "
            "torch."
        )
    fused = backend != "torch" and reason is None
    if device.type == "cuda":
        name = "fused Triton kernels" if fused else "plain torch"
        _logger.info("Back end: %s%s.", name, f" ({reason})" if reason else "")
    return fused


def _why_not(device: torch.device, config: HeadModelConfig, participant: int) -> str | None:
    if device.type != "cuda":
        return "it needs a CUDA GPU, and this run is on the CPU"
    if importlib.util.find_spec("triton") is None:
        return "the package triton is not installed"
    return why_not_fused(config, scene_box_for(participant).tensor())
