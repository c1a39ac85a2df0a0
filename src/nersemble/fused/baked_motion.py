"""The deformation of one timestep, for pictures: computed at the corners of the occupied cells, and
interpolated between them. A sample then needs no MLP of the deformation, which takes longer than
everything else about it."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int, Int32
from torch import Tensor

from nersemble.fused.deformation import PreparedDeformation
from nersemble.fused.kernels.baked_motion import move
from nersemble.marching.occupancy_grid import OccupancyGrid


class MotionBaker:
    """Bakes deformations at the corners of a grid's occupied cells, of the finest level."""

    def __init__(self, grid: OccupancyGrid) -> None:
        self._grid = grid
        self._version = -1
        self._corners: Int[Tensor, n] = torch.empty(0, dtype=torch.int64)
        self._offsets: Float[Tensor, "r1 r1 r1 3"] = torch.empty(0, 0, 0, 3)

    @torch.no_grad()
    def bake(
        self, deformation: PreparedDeformation, offset_scale: tuple[float, float, float]
    ) -> "BakedMotion":
        """The motion of the first timestep of a prepared deformation, valid until the next is
        baked; for points in occupied cells."""
        self._follow_grid()
        side = self._grid.resolution + 1
        corners = self._corners
        index = torch.stack([corners // side**2, corners // side % side, corners % side], -1)
        positions = index.float() / self._grid.resolution
        slots = torch.zeros(len(corners), dtype=torch.int32, device=corners.device)
        count = torch.full((1,), len(corners), dtype=torch.int32, device=corners.device)
        moved = deformation.forward(positions, slots, count, offset_scale)
        self._offsets.view(-1, 3)[corners] = moved - positions
        return BakedMotion(self._offsets)

    def _follow_grid(self) -> None:
        """Lists the corners anew if the occupied cells are others."""
        cells = self._grid.binaries
        # Counted up by whatever writes into them.
        if self._version == cells._version and self._offsets.device == cells.device:
            return
        self._version, side = cells._version, self._grid.resolution + 1
        touched = torch.zeros(side, side, side, dtype=torch.bool, device=cells.device)
        for corner in range(8):
            x, y, z = corner >> 2, (corner >> 1) & 1, corner & 1
            touched[x : x + side - 1, y : y + side - 1, z : z + side - 1] |= cells[0]
        self._corners = touched.view(-1).nonzero().flatten()
        self._offsets = torch.zeros(side, side, side, 3, device=cells.device)


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
