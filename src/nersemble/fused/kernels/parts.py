"""Constants and device functions that several kernels use."""

import triton
import triton.language as tl

from nersemble.marching import visibility
from nersemble.rendering import composite

OPAQUE = tl.constexpr(visibility.OPAQUE)
DEPTH_EPS = tl.constexpr(composite.DEPTH_EPS)
HALF_MAX = tl.constexpr(65000.0)
"""What is cast to half precision is clamped to +- this, so that it never becomes infinite."""


@triton.jit
def load_triple(ptr, rows, valid, other=0.0):
    """Columns of a [C, 3] array; ``other`` where not valid."""
    x = tl.load(ptr + rows * 3, mask=valid, other=other)
    y = tl.load(ptr + rows * 3 + 1, mask=valid, other=other)
    z = tl.load(ptr + rows * 3 + 2, mask=valid, other=other)
    return x, y, z


@triton.jit
def store_triple(ptr, rows, valid, x, y, z):
    """Rows of a [C, 3] array."""
    tl.store(ptr + rows * 3, x, mask=valid)
    tl.store(ptr + rows * 3 + 1, y, mask=valid)
    tl.store(ptr + rows * 3 + 2, z, mask=valid)


@triton.jit
def in_unit_box(x, y, z):
    """Which points lie strictly inside of it."""
    return (x > 0) & (x < 1) & (y > 0) & (y < 1) & (z > 0) & (z < 1)


@triton.jit
def optical_depths(sigmas_ptr, t_starts_ptr, t_ends_ptr, index, valid):
    """Density times length, where the intervals start and where they end."""
    sigma = tl.load(sigmas_ptr + index, mask=valid, other=0.0)
    start = tl.load(t_starts_ptr + index, mask=valid, other=0.0)
    end = tl.load(t_ends_ptr + index, mask=valid, other=0.0)
    return sigma * (end - start), start, end
