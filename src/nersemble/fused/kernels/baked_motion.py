"""Moves points by offsets that are known at the corners of cells, linearly in between."""

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Int32
from torch import Tensor

from nersemble.fused.kernels.launching import ceil_div, check, launch
from nersemble.fused.kernels.parts import load_triple, store_triple

BLOCK = 256


@triton.jit
def _cell(unit, RESOLUTION: tl.constexpr):
    """The cell of a coordinate, and where in it."""
    scaled = unit * RESOLUTION
    cell = tl.minimum(tl.maximum(tl.floor(scaled), 0.0), RESOLUTION - 1.0)
    return cell.to(tl.int32), scaled - cell


@triton.jit
def move_kernel(
    positions_ptr, count_ptr, offsets_ptr, moved_ptr, RESOLUTION: tl.constexpr, BLOCK: tl.constexpr
):  # fmt: skip
    n = tl.load(count_ptr)
    start = tl.program_id(0) * BLOCK
    if start >= n:
        return
    rows = start + tl.arange(0, BLOCK)
    valid = rows < n
    x, y, z = load_triple(positions_ptr, rows, valid)
    cx, fx = _cell(x, RESOLUTION)
    cy, fy = _cell(y, RESOLUTION)
    cz, fz = _cell(z, RESOLUTION)
    for corner in tl.static_range(8):
        bx, by, bz = corner & 1, (corner >> 1) & 1, corner >> 2
        at = ((cx + bx) * (RESOLUTION + 1) + cy + by) * (RESOLUTION + 1) + cz + bz
        ox, oy, oz = load_triple(offsets_ptr, at, valid)
        wx = fx if bx else 1 - fx
        wy = fy if by else 1 - fy
        wz = fz if bz else 1 - fz
        weight = wx * wy * wz
        x += weight * ox
        y += weight * oy
        z += weight * oz
    store_triple(moved_ptr, rows, valid, x, y, z)


def move(
    positions_unit: Float[Tensor, "c 3"],
    count: Int32[Tensor, "1"],
    offsets_unit: Float[Tensor, "r1 r1 r1 3"],
) -> Float[Tensor, "c 3"]:
    """The first ``count`` points moved, unit box; garbage beyond.

    Args:
        offsets_unit: at the corners of R cells along each axis of the unit box, x slowest. Points
            outside of the box are moved as if the cells at its faces went on.

    Raises:
        ValueError: a tensor of the wrong type, shape or device.
    """
    capacity, side, device = len(positions_unit), len(offsets_unit), positions_unit.device
    check("positions", positions_unit, torch.float32, (capacity, 3), device)
    check("count", count, torch.int32, (1,), device)
    check("offsets", offsets_unit, torch.float32, (side, side, side, 3), device)
    moved = torch.empty_like(positions_unit)
    if capacity:
        launch(move_kernel, (ceil_div(capacity, BLOCK),),
            positions_unit, count, offsets_unit, moved, RESOLUTION=side - 1, BLOCK=BLOCK,
        )  # fmt: skip
    return moved
