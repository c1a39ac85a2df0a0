"""Small parameters one behind the other in memory, and so are their gradients.

A training step does the same with all of them: it zeroes their gradients, sums them over processes,
looks whether they are finite and lets Adam update them. In one piece that takes a launch each. In
dozens of pieces, preparing it takes the host longer than everything else takes a GPU.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from nersemble.fused.gradients import ALIGNMENT
from nersemble.training.optimizers import Learnable
from nersemble.training.state import Moments


@dataclass(frozen=True)
class _Place:
    """Where in which block a parameter lies."""

    block: str
    first: int
    shape: torch.Size

    def of(self, block: Tensor) -> Tensor:
        """The parameter's part, as a view."""
        return block[self.first : self.first + self.shape.numel()].view(self.shape)


class FlatParameters:
    """Makes parameters and their gradients views of blocks, which an optimizer is to be given.

    blocks: by name; one for each group of the optimizer, but embeddings have their own, since they
        do not have gradients in every step. gradients: of all blocks.
    """

    def __init__(self, parameters: Sequence[Learnable]) -> None:
        self._places: dict[str, _Place] = {}
        ends: dict[str, int] = {}
        groups: dict[str, str] = {}
        for learnable in parameters:
            name, group, parameter = learnable.name, learnable.group, learnable.parameter
            block = name if group == "embeddings" else group
            groups[block] = group
            first = ends.get(block, 0)
            self._places[name] = _Place(block, first, parameter.shape)
            ends[block] = first + math.ceil(parameter.numel() / ALIGNMENT) * ALIGNMENT
        values = parameters[0].parameter.detach().new_zeros(sum(ends.values()))
        self.gradients: Float[Tensor, n] = torch.zeros_like(values)
        sizes = list(ends.values())
        self._gradients = dict(zip(ends, self.gradients.split(sizes), strict=True))
        self.blocks = {
            name: Learnable(name, groups[name], nn.Parameter(part))
            for name, part in zip(ends, values.split(sizes), strict=True)
        }
        for learnable in parameters:
            place, parameter = self._places[learnable.name], learnable.parameter
            value = place.of(self.blocks[place.block].parameter.data)
            value.copy_(parameter.detach())
            parameter.data = value
            parameter.grad = place.of(self._gradients[place.block])

    def begin(self, unused: Collection[str] = ()) -> None:
        """Zeroes all gradients. The optimizer leaves ``unused`` blocks and their counts of steps
        as they are."""
        self.gradients.zero_()
        for name, block in self.blocks.items():
            block.parameter.grad = None if name in unused else self._gradients[name]

    def moments(self, optimizer: torch.optim.Optimizer) -> Moments:
        """Adam's state of each parameter: views of its block's moments, and a count of steps of its
        own, as files want it."""
        found = {}
        for name, place in self._places.items():
            state = optimizer.state.get(self.blocks[place.block].parameter, {})
            found[name] = {
                moment: value.clone() if moment == "step" else place.of(value)
                for moment, value in state.items()
            }
        return found

    def set_moments(
        self, optimizer: torch.optim.Optimizer, moments: Mapping[str, Mapping[str, Tensor]]
    ) -> None:
        """Gives the optimizer the state of some parameters; others in their blocks have none."""
        for name, values in moments.items():
            place = self._places[name]
            block = self.blocks[place.block].parameter
            state = optimizer.state[block]
            for moment, value in values.items():
                if moment == "step":
                    state[moment] = value.to(block.device, torch.float32, copy=True)
                else:
                    whole = state.setdefault(moment, torch.zeros_like(block.data))
                    place.of(whole).copy_(value)
