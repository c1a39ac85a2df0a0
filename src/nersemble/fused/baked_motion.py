"""The deformation of one timestep, for previews: computed at the corners of the occupied cells, and
interpolated between them. A sample then needs no MLP of the deformation, which takes longer than
everything else about it."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int, Int32
from torch import Tensor

from nersemble.fused.deformation import PreparedDeformation
from nersemble.fused.kernels.baked_motion import move
from nersemble.marching.occupancy_grid import OccupancyGrid


class MotionBaker:
    """Bakes deformations at the corners of a grid's occupied cells, of the finest level."""

    def __init__(self, grid: OccupancyGrid) -> None:
        self._grid = grid
        self._corners: _Corners | None = None
        self._of: tuple[int, torch.device] | None = None

    @torch.no_grad()
    def bake(
        self, deformation: PreparedDeformation, offset_scale: tuple[float, float, float]
    ) -> "BakedMotion":
        """The motion of the first timestep of a prepared deformation, valid until the next is
        baked; for points in occupied cells."""
        corners = self._follow_grid()
        moved = deformation.forward(
            corners.positions_unit, corners.slots, corners.count, offset_scale
        )
        corners.offsets_unit.view(-1, 3)[corners.flat] = moved - corners.positions_unit
        return BakedMotion(corners.offsets_unit)

    def _follow_grid(self) -> "_Corners":
        """Lists the corners anew if the occupied cells are others."""
        cells = self._grid.binaries
        # Counted up by whatever writes into them.
        of = cells._version, cells.device
        if self._corners is None or self._of != of:
            self._corners, self._of = _Corners.of(cells[0]), of
        return self._corners


@dataclass(frozen=True)
class _Corners:
    """The corners of occupied cells: their index among all, where they are, and room for the
    offsets of all. slots and count: as a deformation takes them."""

    flat: Int[Tensor, "n"]
    positions_unit: Float[Tensor, "n 3"]
    slots: Int32[Tensor, "n"]
    count: Int32[Tensor, "1"]
    offsets_unit: Float[Tensor, "r1 r1 r1 3"]

    @classmethod
    def of(cls, cells: Bool[Tensor, "r r r"]) -> "_Corners":
        """Those of a level's cells."""
        n, device = len(cells), cells.device
        touched = torch.zeros(n + 1, n + 1, n + 1, dtype=torch.bool, device=device)
        for corner in range(8):
            x, y, z = corner >> 2, (corner >> 1) & 1, corner & 1
            touched[x : x + n, y : y + n, z : z + n] |= cells
        index = touched.nonzero()
        flat = (index[:, 0] * (n + 1) + index[:, 1]) * (n + 1) + index[:, 2]
        slots = torch.zeros(len(flat), dtype=torch.int32, device=device)
        count = torch.full((1,), len(flat), dtype=torch.int32, device=device)
        offsets = torch.zeros(n + 1, n + 1, n + 1, 3, device=device)
        return cls(flat, (index.float() / n).contiguous(), slots, count, offsets)


@dataclass(frozen=True)
class BakedMotion:
    """Stands for a ``PreparedDeformation`` of one timestep."""

    offsets_unit: Float[Tensor, "r1 r1 r1 3"]

    def forward(
        self,
        positions_unit: Float[Tensor, "c 3"],
        slots: Int32[Tensor, "c"],
        count: Int32[Tensor, "1"],
        offset_scale: tuple[float, float, float],
    ) -> Float[Tensor, "c 3"]:
        """The moved points, garbage beyond the count; slots and scale are those of the baking."""
        return move(positions_unit, count, self.offsets_unit)
