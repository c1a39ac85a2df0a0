"""Adam over three groups of parameters with step-wise learning rates (method.md, Schedules)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Bool
from torch import Tensor, nn

from nersemble.training.config import OptimizerConfig

ADAM_EPS = 1e-15
ADAM_BETAS = (0.9, 0.999)


@runtime_checkable
class NamesGroups(Protocol):
    """A module that defines the learning rate of its parameters and those of its submodules."""

    def parameter_group(self, name: str) -> str:
        """The group in :meth:`OptimizerConfig.rates_at` of a parameter, given its local name."""


@dataclass(frozen=True)
class Learnable:
    """A parameter that the optimizer updates.

    name: as in checkpoints; group: of its learning rate.
    """

    name: str
    group: str
    parameter: nn.Parameter


_FIELD = "field."


def learnables(model: nn.Module) -> list[Learnable]:
    """All parameters of a model. Names in its ``field`` are relative to the field.

    Raises:
        ValueError: neither a parameter's module nor an enclosing one names its group.
    """
    return [
        Learnable(name.removeprefix(_FIELD), _group(model, name), parameter)
        for name, parameter in model.named_parameters()
    ]


def _group(model: nn.Module, name: str) -> str:
    """The group that the innermost enclosing module names for a parameter."""
    parts = name.split(".")
    for depth in reversed(range(len(parts))):
        module = model.get_submodule(".".join(parts[:depth]))
        if isinstance(module, NamesGroups):
            return module.parameter_group(".".join(parts[depth:]))
    raise ValueError(f"{name} has no learning rate: add a method parameter_group to its module.")


def make_optimizer(parameters: Iterable[Learnable], config: OptimizerConfig) -> torch.optim.Adam:
    """Adam with one parameter group per learning rate; groups carry their ``name``."""
    members: dict[str, list[nn.Parameter]] = {name: [] for name in config.rates_at(0)}
    for learnable in parameters:
        members[learnable.group].append(learnable.parameter)
    rates = config.rates_at(0)
    groups = [
        {"params": parameters, "lr": rates[name], "name": name}
        for name, parameters in members.items()
        if parameters
    ]
    return torch.optim.Adam(groups, betas=ADAM_BETAS, eps=ADAM_EPS, fused=True)


def all_finite(gradients: Sequence[Tensor]) -> Bool[Tensor, "1"]:
    """Whether gradients are finite, without synchronising a GPU."""
    return torch.isfinite(torch.nn.utils.get_total_norm(gradients)).view(1)


def set_rates(optimizer: torch.optim.Optimizer, rates: Mapping[str, float]) -> None:
    """Sets the groups' learning rates."""
    for group in optimizer.param_groups:
        group["lr"] = rates[group["name"]]
