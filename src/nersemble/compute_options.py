"""Options of every command that computes: device and engine."""

from dataclasses import dataclass
from typing import Literal, get_args

from nersemble.errors import ConfigError

Device = Literal["auto", "cpu", "cuda"]

Backend = Literal["auto", "triton", "torch", "tcnn"]

Marcher = Literal["native", "nerfacc"]


@dataclass(frozen=True)
class DeviceOptions:
    """Device: where to compute.

    Raises:
        ConfigError: an option is not one of its choices.
    """

    device: Device = "auto"
    """auto uses the GPU if the machine has one."""

    def __post_init__(self) -> None:
        """Checks the choices, for values that do not come from a command line."""
        for name, choices in (("device", Device), ("backend", Backend), ("marcher", Marcher)):
            value = getattr(self, name, "auto")
            if value not in (*get_args(choices), "auto"):
                raise ConfigError(
                    f"The {name} is {value!r}, but must be one of {', '.join(get_args(choices))}."
                )


@dataclass(frozen=True)
class ComputeOptions(DeviceOptions):
    """Device and engine: where to compute, and with what."""

    backend: Backend = "auto"
    """auto uses the fused Triton kernels on a GPU and plain torch elsewhere; tcnn uses the package
    tinycudann."""
    marcher: Marcher = "native"
    """nerfacc uses that package's ray marching; needs the back end torch or tcnn."""
