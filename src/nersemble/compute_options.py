"""Where a model is computed, and with what: the options of every command that computes."""

from dataclasses import dataclass
from typing import Literal, get_args

from nersemble.errors import ConfigError

Device = Literal["auto", "cpu", "cuda"]

Backend = Literal["auto", "triton", "torch", "tcnn"]

Marcher = Literal["native", "nerfacc"]


@dataclass(frozen=True)
class DeviceOptions:
    """Device: where a model is computed.

    Raises:
        ConfigError: an option is none of its choices.
    """

    device: Device = "auto"
    """auto takes the GPU where there is one."""

    def __post_init__(self) -> None:
        """Checks the choices: those of a program come from no command line."""
        for name, choices in (("device", Device), ("backend", Backend), ("marcher", Marcher)):
            value = getattr(self, name, "auto")
            if value not in (*get_args(choices), "auto"):
                raise ConfigError(
                    f"The {name} is {value!r}, but must be one of {', '.join(get_args(choices))}."
                )


@dataclass(frozen=True)
class ComputeOptions(DeviceOptions):
    """Device and engine: where a model is computed, and with what."""

    backend: Backend = "auto"
    """auto takes the fused Triton kernels on a GPU, plain torch elsewhere; tcnn takes the package
    tinycudann."""
    marcher: Marcher = "native"
    """nerfacc takes that package's ray marching, with the back ends torch and tcnn."""
