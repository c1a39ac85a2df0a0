"""Where a head's deformation carries points from one timestep to another."""

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.fields.windows import WindowState
from nersemble.geometry.scene_box import to_unit
from nersemble.rendering.head_model import HeadModel

_ROUNDS = 5


@torch.no_grad()
def carried(
    model: HeadModel,
    positions_world: Float[Tensor, "n 3"],
    before: int,
    after: int,
    windows: WindowState,
) -> Float[Tensor, "n 3"]:
    """Points of the timestep ``before``, where the deformation field has them at ``after``.

    Both places have the same one in canonical space: y + d_after(y) = x + d_before(x), which is
    solved for y by repeated substitution.
    """
    field, box = model.field, model.grid.scene_box
    codes = field.deformation_codes(torch.tensor([before, after], device=box.device))
    deformation = field.deformation
    if deformation is None or codes is None:
        return positions_world
    in_unit_box = field.config.deformation.deformation_offset_space != "unit"
    extent = box[1] - box[0] if in_unit_box else torch.ones_like(box[0])

    def offsets(positions: Tensor, slot: int) -> Tensor:
        slots = torch.full_like(positions[:, 0], slot, dtype=torch.int64)
        unit = to_unit(positions, box)
        return deformation.offsets(unit, slots, codes, windows.deformation) * extent

    canonical = positions_world + offsets(positions_world, 0)
    moved = positions_world
    for _ in range(_ROUNDS):
        moved = canonical - offsets(moved, 1)
    return moved
