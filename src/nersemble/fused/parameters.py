"""Small parameters contiguous in memory, like their gradients and moments.

A training step does the same with all of them: it zeroes their gradients, sums them over processes,
looks whether they are finite and lets Adam update them. In one piece that takes a launch each. In
dozens of pieces, preparing it takes the host longer than everything else takes a GPU.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.fused.gradients import ALIGNMENT
from nersemble.training.optimizers import ADAM_BETAS, ADAM_EPS, Learnable
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


@dataclass(frozen=True)
class _Block:
    """Parameters that are updated together. group: of their learning rate; moments: Adam's, by the
    names that torch has for them, and the count of steps; nothing before the first step."""

    group: str
    values: Float[Tensor, "n"]
    gradients: Float[Tensor, "n"]
    moments: dict[str, Tensor] = field(default_factory=dict)

    def moment(self, name: str) -> Tensor:
        """One of them, which begins at 0."""
        if name not in self.moments:
            like = self.values[0] if name == "step" else self.values
            self.moments[name] = torch.zeros_like(like)
        return self.moments[name]


class FlatParameters:
    """Makes parameters and their gradients views of blocks, and updates these with Adam.

    Each learning rate has a block. Embeddings have separate ones, since they do not have
    gradients in every step. gradients: of all blocks.
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
        parts = (flat.split([*ends.values()]) for flat in (values, self.gradients))
        self._blocks = {
            name: _Block(groups[name], *of_block)
            for name, *of_block in zip(ends, *parts, strict=True)
        }
        self._unused: Collection[str] = ()
        for learnable in parameters:
            place, parameter = self._places[learnable.name], learnable.parameter
            value = place.of(self._blocks[place.block].values)
            value.copy_(parameter.detach())
            parameter.data = value
            parameter.grad = place.of(self._blocks[place.block].gradients)

    def begin(self, unused: Collection[str] = ()) -> None:
        """Zeroes all gradients. The next step leaves ``unused`` blocks and their counts of steps as
        they are."""
        self.gradients.zero_()
        self._unused = unused

    def step(self, rates: Mapping[str, float], skip: Float[Tensor, "1"]) -> None:
        """Adam's update of the blocks that are used.

        This is what ``torch.optim.Adam(fused=True)`` launches. Making one of these would import
        torch's compiler, which takes seconds.

        Args:
            rates: learning rates by group.
            skip: 1: nothing is changed, 0: everything is.
        """
        done = 1 - skip[0]
        for name, block in self._blocks.items():
            if name in self._unused:
                continue
            step = block.moment("step").add_(done)
            torch._fused_adam_(
                [block.values], [block.gradients],
                [block.moment("exp_avg")], [block.moment("exp_avg_sq")], [], [step],
                lr=rates[block.group], beta1=ADAM_BETAS[0], beta2=ADAM_BETAS[1], eps=ADAM_EPS,
                weight_decay=0.0, amsgrad=False, maximize=False, found_inf=skip[0],
            )  # fmt: skip

    def moments(self) -> Moments:
        """Adam's state of each parameter: views of its block's moments, and a count of steps of its
        own, as files want it."""
        return {
            name: {
                moment: value.clone() if moment == "step" else place.of(value)
                for moment, value in self._blocks[place.block].moments.items()
            }
            for name, place in self._places.items()
        }

    def set_moments(self, moments: Moments) -> None:
        """Takes the state of some parameters over; others in their blocks have none."""
        for name, values in moments.items():
            place = self._places[name]
            for moment, value in values.items():
                target = self._blocks[place.block].moment(moment)
                (target if moment == "step" else place.of(target)).copy_(value)
