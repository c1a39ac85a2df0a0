"""The box in which a participant's head is reconstructed (method.md, Spaces)."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

Point = tuple[float, float, float]


@dataclass(frozen=True)
class SceneBox:
    """An axis-aligned box in the model world (metres x 9)."""

    minimum: Point
    maximum: Point

    def tensor(self, device: torch.device | str = "cpu") -> Float[Tensor, "2 3"]:
        """Minimum and maximum as one tensor."""
        return torch.tensor([self.minimum, self.maximum], dtype=torch.float32, device=device)


DEFAULT_SCENE_BOX = SceneBox((-2.5, -2.0, -2.5), (2.5, 3.0, 2.0))

_PARTICIPANT_SCENE_BOXES = {
    18: SceneBox((-1.8, -2.3, -2.5), (1.8, 1.3, 2.0)),
    30: SceneBox((-2.5, -1.8, -2.5), (2.2, 1.8, 2.0)),
    38: SceneBox((-1.8, -1.5, -2.5), (2.2, 2.2, 2.0)),
    85: SceneBox((-2.0, -1.8, -2.5), (2.2, 1.7, 2.0)),
    97: SceneBox((-2.2, -2.8, -2.5), (2.2, 2.2, 2.0)),
    124: SceneBox((-2.2, -2.5, -2.5), (2.2, 1.5, 2.0)),
    175: SceneBox((-2.3, -2.0, -2.5), (2.0, 2.0, 2.0)),
}


def scene_box_for(participant: int) -> SceneBox:
    """The participant's own box if the paper uses one, else the default box."""
    return _PARTICIPANT_SCENE_BOXES.get(participant, DEFAULT_SCENE_BOX)


def to_unit(
    positions_world: Float[Tensor, "*n 3"], box: Float[Tensor, "2 3"]
) -> Float[Tensor, "*n 3"]:
    """Converts model-world points to the unit cube of the box."""
    return (positions_world - box[0]) / (box[1] - box[0])
