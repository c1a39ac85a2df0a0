"""Features of some of the samples, for as many as a count on the GPU says."""

import torch
import triton
import triton.language as tl
from jaxtyping import Int32
from torch import Tensor

from nersemble.fused.batch import FusedFeatures
from nersemble.fused.kernels.launching import ceil_div, check, launch

BLOCK = 128


@triton.jit
def gather_kernel(
    source_ptr, count_ptr, positions_ptr, features_ptr, positions_out_ptr, features_out_ptr,
    WIDTH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    n = tl.load(count_ptr)
    start = tl.program_id(0) * BLOCK
    if start >= n:
        return
    rows = start + tl.arange(0, BLOCK)
    valid = rows < n
    source = tl.load(source_ptr + rows, mask=valid, other=0).to(tl.int64)
    column = tl.arange(0, WIDTH)
    mask = valid[:, None] & (column < WIDTH)[None, :]
    values = tl.load(features_ptr + source[:, None] * WIDTH + column[None, :], mask=mask)
    out = rows.to(tl.int64)[:, None] * WIDTH + column[None, :]
    tl.store(features_out_ptr + out, values, mask=mask)
    for axis in tl.static_range(3):
        value = tl.load(positions_ptr + source * 3 + axis, mask=valid)
        tl.store(positions_out_ptr + rows * 3 + axis, value, mask=valid)


def gather(
    source: Int32[Tensor, "c"], count: Int32[Tensor, "1"], found: FusedFeatures
) -> FusedFeatures:
    """Rows ``source[:count]`` of both arrays; the rest is not written.

    Raises:
        ValueError: a tensor of the wrong type, shape or device.
    """
    capacity, device, (n, width) = len(source), source.device, found.rows.shape
    check("source", source, torch.int32, (capacity,), device)
    check("count", count, torch.int32, (1,), device)
    check("positions", found.moved_unit, torch.float32, (n, 3), device)
    check("features", found.rows, torch.float16, (n, width), device)
    moved = torch.empty(capacity, 3, dtype=torch.float32, device=device)
    rows = torch.empty(capacity, width, dtype=torch.float16, device=device)
    if capacity:
        launch(gather_kernel, (ceil_div(capacity, BLOCK),),
            source, count, found.moved_unit, found.rows, moved, rows,
            WIDTH=width, BLOCK=BLOCK, num_warps=4,
        )  # fmt: skip
    return FusedFeatures(moved, rows)
