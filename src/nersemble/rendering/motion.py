"""Where a head's deformation carries points from one timestep to another."""

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.fields.windows import WindowState
from nersemble.geometry.scene_box import to_unit
from nersemble.rendering.head_model import HeadModel

_ROUNDS = 10


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
    solved for y by Broyden's method (1965) for each point, as in SNARF (Chen et al., ICCV 2021).
    A point at which it does not converge gets the place with the smallest error.
    """
    field, box = model.field, model.grid.scene_box
    codes = field.deformation_codes(torch.tensor([before, after], device=box.device))
    deformation = field.deformation
    if deformation is None or codes is None:
        return positions_world
    in_unit_box = field.config.deformation.deformation_offset_space != "unit"
    extent = box[1] - box[0] if in_unit_box else torch.ones_like(box[0])

    def canonical(positions: Tensor, slot: int) -> Tensor:
        slots = torch.full_like(positions[:, 0], slot, dtype=torch.int64)
        unit = to_unit(positions, box)
        return positions + deformation.offsets(unit, slots, codes, windows.deformation) * extent

    wanted = canonical(positions_world, 0)
    moved = best = positions_world
    error = least = canonical(moved, 1) - wanted
    # Of the inverse Jacobian; a rank-one update makes each step explain the last change.
    inverse = torch.eye(3, device=box.device).repeat(len(moved), 1, 1)
    for _ in range(_ROUNDS):
        step = -(inverse @ error[..., None])
        moved = moved + step[..., 0]
        found = canonical(moved, 1) - wanted
        explained = inverse @ (found - error)[..., None]
        row = step.transpose(1, 2) @ inverse
        scale = (step * explained).sum(1, keepdim=True)
        update = (step - explained) @ row / scale
        inverse = inverse + torch.where(torch.isfinite(update), update, 0)
        error = found
        better = error.norm(dim=1) < least.norm(dim=1)
        best, least = (
            torch.where(better[:, None], new, old) for new, old in ((moved, best), (error, least))
        )
    return best
