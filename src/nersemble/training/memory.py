"""The GPU memory of a training run, by component."""

import dataclasses
from dataclasses import dataclass

_MARGIN = 0.05


@dataclass(frozen=True)
class TrainingMemory:
    """Bytes of GPU memory by component.

    tables: in half precision; moments: Adam's two, of the tables; grids: the blended ones of a
    step; deformation: activations, 0 where they overwrite the grids; samples: all other buffers per
    sample; frames: 0 if they stay in host memory; context: CUDA's own and the kernels.
    """

    tables: int
    moments: int
    grids: int
    grid_gradients: int
    deformation: int
    samples: int
    frames: int
    context: int

    @property
    def margin(self) -> int:
        """Margin for small parameters, fragmentation and the unforeseen."""
        return int(_MARGIN * sum(dataclasses.astuple(self)))

    @property
    def total(self) -> int:
        """All parts and the margin."""
        return sum(dataclasses.astuple(self)) + self.margin
