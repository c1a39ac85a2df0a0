"""The participants' boxes as the specification lists them, and the way to the unit cube."""

import re

import pytest
import torch

from nersemble.errors import ConfigError
from nersemble.geometry.scene_box import DEFAULT_SCENE_BOX, SceneBox, scene_box_for, to_unit
from nersemble.rendering.config import HeadModelConfig

# Section 2 of the specification, as it stands there.
_LISTED = """
18 [-1.8,-2.3,-2.5] [1.8,1.3,2]; 30 [-2.5,-1.8,-2.5] [2.2,1.8,2];
38 [-1.8,-1.5,-2.5] [2.2,2.2,2]; 85 [-2,-1.8,-2.5] [2.2,1.7,2];
97 [-2.2,-2.8,-2.5] [2.2,2.2,2]; 124 [-2.2,-2.5,-2.5] [2.2,1.5,2]; 175 [-2.3,-2,-2.5] [2,2,2]
"""


def _listed() -> list[tuple[int, list[float], list[float]]]:
    found = re.findall(r"(\d+) \[([^\]]+)\] \[([^\]]+)\]", _LISTED)
    return [(int(p), [*map(float, a.split(","))], [*map(float, b.split(","))]) for p, a, b in found]


@pytest.mark.parametrize(("participant", "minimum", "maximum"), _listed())
def test_boxes_of_the_paper(participant: int, minimum: list[float], maximum: list[float]) -> None:
    box = scene_box_for(participant).tensor()
    torch.testing.assert_close(box, torch.tensor([minimum, maximum]))


@pytest.mark.parametrize("participant", [0, 17, 226, 227, 240, 999])
def test_everybody_else_gets_the_default_box(participant: int) -> None:
    box = scene_box_for(participant).tensor()
    torch.testing.assert_close(box, torch.tensor([[-2.5, -2.0, -2.5], [2.5, 3.0, 2.0]]))


def test_unit_coordinates() -> None:
    box = DEFAULT_SCENE_BOX.tensor()
    points = torch.tensor([[-2.5, 3.0, -0.25], [0.0, 0.5, 2.0], [5.0, -7.0, -2.5]])
    wanted = torch.tensor([[0.0, 1.0, 0.5], [0.5, 0.5, 1.0], [1.5, -1.0, 0.0]])
    torch.testing.assert_close(to_unit(points, box), wanted)
    stacked = to_unit(points.view(1, 3, 3), box)
    torch.testing.assert_close(stacked, wanted.view(1, 3, 3))


def test_a_box_of_ones_own_and_what_is_none() -> None:
    assert HeadModelConfig().box(18) == scene_box_for(18)
    own = HeadModelConfig(scene_box=(-1.0, -2.0, -3.0, 1.0, 2.0, 3.0))
    assert own.box(18) == SceneBox((-1, -2, -3), (1, 2, 3))
    for wrong in ((1.0,), (0.0, 0, 0, 1, 1, 0), (0.0, 0, 0, 1, 1, float("nan")), (0.0,) * 7):
        with pytest.raises(ConfigError, match="--scene_box is"):
            HeadModelConfig(scene_box=wrong)
