"""Which implementation computes the field and marches: fused kernels, plain torch or packages."""

import importlib.util
import logging
from typing import Literal

import torch

from nersemble.errors import ConfigError
from nersemble.geometry.scene_box import scene_box_for
from nersemble.marching import nerfacc_marcher
from nersemble.ops import tcnn
from nersemble.rendering.head_model import HeadModel, HeadModelConfig, why_not_fused

Backend = Literal["auto", "triton", "torch", "tcnn"]
Marcher = Literal["native", "nerfacc"]

_logger = logging.getLogger(__name__)


def choose_kernels(
    backend: Backend,
    device: torch.device,
    config: HeadModelConfig,
    participant: int,
    marcher: Marcher = "native",
) -> bool:
    """Whether to use the fused kernels; on a GPU it says which back end it is.

    ``auto`` takes the kernels on a CUDA device where they can compute the model, and plain torch
    with the marcher ``nerfacc``.

    Raises:
        ConfigError: what was asked for by name cannot be used.
    """
    _check_packages(backend, marcher, device)
    reason = None
    if backend in ("auto", "triton"):
        reason = _why_not(device, config, participant, marcher)
    if backend == "triton" and reason is not None:
        raise ConfigError(
            f"--backend triton cannot be used: {reason}; leave --backend out, or use --backend "
            "torch."
        )
    fused = backend in ("auto", "triton") and reason is None
    if device.type == "cuda":
        name = "fused Triton kernels" if fused else "plain torch"
        name = "tinycudann" if backend == "tcnn" else name
        name += ", marching with nerfacc" if marcher == "nerfacc" else ""
        _logger.info("Back end: %s%s.", name, f" ({reason})" if reason else "")
    return fused


def use_packages(model: HeadModel, backend: Backend, marcher: Marcher) -> None:
    """Makes the model compute through the packages that were asked for by name."""
    if backend == "tcnn":
        model.use_tcnn()
    if marcher == "nerfacc":
        model.use_nerfacc()


def _check_packages(backend: Backend, marcher: Marcher, device: torch.device) -> None:
    if backend == "tcnn" and (reason := tcnn.why_not(device)) is not None:
        raise ConfigError(
            f"--backend tcnn cannot be used: {reason}; otherwise leave --backend out."
        )
    if marcher == "nerfacc" and backend != "triton":
        reason = nerfacc_marcher.why_not(device)
        if reason is not None:
            raise ConfigError(
                f"--marcher nerfacc cannot be used: {reason}; otherwise leave --marcher out."
            )


def _why_not(
    device: torch.device, config: HeadModelConfig, participant: int, marcher: Marcher
) -> str | None:
    if marcher == "nerfacc":
        return "the kernels do their own marching, without --marcher nerfacc"
    if device.type != "cuda":
        return "it needs a CUDA GPU, and this run is on the CPU"
    if importlib.util.find_spec("triton") is None:
        return "the package triton is not installed"
    return why_not_fused(config, scene_box_for(participant).tensor())
