"""Everything that a run needs to go on, as named tensors: the model and Adam's moments."""

from collections.abc import Mapping

import torch
from torch import Tensor

from nersemble.errors import CheckpointError
from nersemble.rendering.checkpoint import MODEL_PREFIX
from nersemble.rendering.head_model import HeadModel

_OPTIMIZER = "optimizer."
_TABLES = "hash_ensemble.tables"
_MOMENTS = ("exp_avg", "exp_avg_sq", "step")


def training_tensors(model: HeadModel, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The model's tensors and the optimizer's state, by name.

    All of several processes call it; the tables and their moments are the first one's only.
    """
    tensors = {MODEL_PREFIX + name: value for name, value in model.state_dict().items()}
    shard = model.field.hash_ensemble.shard
    for name, parameter in model.field.named_parameters():
        state = optimizer.state.get(parameter, {})
        for moment in _MOMENTS:
            if moment in state:
                value = state[moment]
                if name == _TABLES and moment != "step":
                    value = shard.joined(value)
                tensors[f"{_OPTIMIZER}{name}.{moment}"] = value
    return tensors


def restore_optimizer(
    tensors: Mapping[str, Tensor], model: HeadModel, optimizer: torch.optim.Optimizer
) -> None:
    """Gives the optimizer the saved moments; a checkpoint without any leaves it fresh."""
    for name, parameter in model.field.named_parameters():
        found = {m: tensors.get(f"{_OPTIMIZER}{name}.{m}") for m in _MOMENTS}
        moments = {m: value for m, value in found.items() if value is not None}
        if not moments:
            continue
        if name == _TABLES:
            shard = model.field.hash_ensemble.shard
            moments |= {m: shard.own(value) for m, value in moments.items() if m != "step"}
        if len(moments) < len(_MOMENTS) or moments["exp_avg"].shape != parameter.shape:
            raise CheckpointError(
                f"The checkpoint's optimizer state for {name} does not fit the model: resume with "
                "the options that the run was started with."
            )
        state = optimizer.state[parameter]
        for moment, value in moments.items():
            # Where torch keeps its count of steps depends on how Adam is computed.
            on_cpu = moment == "step" and not optimizer.defaults["fused"]
            state[moment] = value.clone().to("cpu" if on_cpu else parameter.device, torch.float32)
