"""Where a model is computed, and with what: the options of every command that computes."""

from dataclasses import dataclass
from typing import Literal

Device = Literal["auto", "cpu", "cuda"]

Backend = Literal["auto", "triton", "torch", "tcnn"]

Marcher = Literal["native", "nerfacc"]


@dataclass(frozen=True)
class DeviceOptions:
    """Device: where a model is computed."""

    device: Device = "auto"
    """auto takes the GPU where there is one."""


@dataclass(frozen=True)
class ComputeOptions(DeviceOptions):
    """Device and engine: where a model is computed, and with what."""

    backend: Backend = "auto"
    """auto takes the fused Triton kernels on a GPU, plain torch elsewhere; tcnn takes the package
    tinycudann."""
    marcher: Marcher = "native"
    """nerfacc takes that package's ray marching, with the back ends torch and tcnn."""
