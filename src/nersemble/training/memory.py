"""What a training holds of GPU memory, by what holds it."""

import dataclasses
from dataclasses import dataclass

_MARGIN = 0.05


@dataclass(frozen=True)
class TrainingMemory:
    """Bytes of GPU memory, by what holds them.

    tables: a half a number; moments: Adam's two of the tables; grids: the blended ones of a
    step; deformation: activations, 0 where they overwrite the grids; samples: all other buffers per
    sample; frames: 0 where they stay in the host's memory; context: CUDA's own and the kernels.
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
        """For small parameters, fragmentation and what nobody thought of."""
        return int(_MARGIN * sum(dataclasses.astuple(self)))

    @property
    def total(self) -> int:
        """All parts and the margin."""
        return sum(dataclasses.astuple(self)) + self.margin
