"""Small MLPs without biases, their matrices padded as the original stores them
(method.md, Density and Colour)."""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn

_MULTIPLE = 16


def padded(width: int) -> int:
    """The next multiple of 16."""
    return (width + _MULTIPLE - 1) // _MULTIPLE * _MULTIPLE


class PaddedMLP(nn.Module):
    """Linear layers without bias, ReLU between them.

    The input is padded with ones to a multiple of 16 (so the extra columns act as a bias); the
    output matrix has a multiple of 16 rows, of which the first ``n_out`` are used.
    """

    def __init__(self, widths: Sequence[int], generator: torch.Generator) -> None:
        super().__init__()
        self.n_in, self.n_out = widths[0], widths[-1]
        sizes = [padded(widths[0]), *widths[1:-1], padded(widths[-1])]
        self.weights = nn.ParameterList(
            _xavier(n_out, n_in, generator) for n_in, n_out in pairwise(sizes)
        )

    def forward(self, inputs: Float[Tensor, "n i"]) -> Float[Tensor, "n o"]:
        """Evaluates the MLP; the last layer has no activation."""
        matrices = list(self.weights)
        first = matrices[0]
        # The ones of the padding times their columns give a constant vector.
        constant = first[:, self.n_in :].sum(1)
        hidden = torch.addmm(constant, inputs, first[:, : self.n_in].T)
        for matrix in matrices[1:-1]:
            hidden = torch.relu(hidden) @ matrix.T
        return torch.relu(hidden) @ matrices[-1][: self.n_out].T


def _xavier(n_out: int, n_in: int, generator: torch.Generator) -> nn.Parameter:
    bound = math.sqrt(6 / (n_in + n_out))
    return nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound, generator=generator))
