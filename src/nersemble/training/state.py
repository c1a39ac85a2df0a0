"""The state that a run needs to resume, as named tensors: the model and Adam's moments."""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from nersemble.errors import CheckpointError
from nersemble.rendering.checkpoint import MODEL_PREFIX
from nersemble.rendering.head_model import HeadModel
from nersemble.training.optimizers import Learnable, learnables

Moments = Mapping[str, Mapping[str, Tensor]]
"""Adam's ``exp_avg``, ``exp_avg_sq`` and ``step`` by parameter name; may be empty."""

_OPTIMIZER = "optimizer."
_TABLES = "hash_ensemble.tables"
_MOMENTS = ("exp_avg", "exp_avg_sq", "step")


def adam_moments(optimizer: torch.optim.Optimizer, model: HeadModel) -> Moments:
    """The state of an optimizer."""
    return {found.name: optimizer.state.get(found.parameter, {}) for found in learnables(model)}


def set_adam_moments(optimizer: torch.optim.Optimizer, model: HeadModel, moments: Moments) -> None:
    """Set the state of an optimizer."""
    for found in learnables(model):
        for moment, value in moments.get(found.name, {}).items():
            state = optimizer.state[found.parameter]
            state[moment] = value.to(found.parameter.device, torch.float32, copy=True)


def training_tensors(model: HeadModel, tables: Tensor, moments: Moments) -> dict[str, Tensor]:
    """The model's tensors and the optimizer's state, by name.

    All processes call it; only the first one gets the tables and their moments.

    Args:
        tables: this process's entries of the hash tables, wherever they are stored.
    """
    tensors = {MODEL_PREFIX + name: value for name, value in model.state_dict().items()}
    shard = model.field.hash_ensemble.shard
    tensors[f"{MODEL_PREFIX}field.{_TABLES}"] = shard.joined(tables)
    for name, values in moments.items():
        for moment in _MOMENTS:
            if moment in values:
                value = values[moment]
                if name == _TABLES and moment != "step":
                    value = shard.joined(value)
                tensors[f"{_OPTIMIZER}{name}.{moment}"] = value
    return tensors


def saved_moments(
    tensors: Mapping[str, Tensor], model: HeadModel, of: Iterable[Learnable]
) -> Moments:
    """The moments in a checkpoint's tensors, for the parameters that have any.

    Raises:
        CheckpointError: some are missing or have a different shape.
    """
    moments = {}
    for learnable in of:
        name, shape = learnable.name, learnable.parameter.shape
        found = {m: tensors.get(f"{_OPTIMIZER}{name}.{m}") for m in _MOMENTS}
        values = {m: value for m, value in found.items() if value is not None}
        if not values:
            continue
        if name == _TABLES:
            shard = model.field.hash_ensemble.shard
            values |= {m: shard.own(value) for m, value in values.items() if m != "step"}
        if len(values) < len(_MOMENTS) or any(
            values[m].shape != shape for m in _MOMENTS if m != "step"
        ):
            raise CheckpointError(
                f"The checkpoint's optimizer state for {name} does not fit the model: resume with "
                "the options that the run was started with."
            )
        moments[name] = values
    return moments
