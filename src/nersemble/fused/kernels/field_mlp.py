"""Density and colour MLPs in one kernel, from hash features (method.md, Density and Colour).

Matrices are [out, in] in half precision, as ``PaddedMLP`` stores them: 64 x padded inputs and
16 x 64 for the density; 64 x 32, 64 x 64 and 16 x 64 for the colour. Nothing between the features
and the results leaves the chip.

The colour's input [direction (3), geometry (15), ones (14)] is never assembled: its 32 columns are
dealt to two tiles of 16. The geometry tile is the density MLP's output with its column 0, the
log-density, replaced by a one; the direction tile is the direction and thirteen ones.
"""

from collections.abc import Sequence
from functools import lru_cache

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Float16, Int32
from torch import Tensor

from nersemble.fused.batch import FusedFeatures
from nersemble.fused.kernels.launching import ceil_div, check, launch, operand_size
from nersemble.fused.kernels.parts import in_unit_box, load_triple

NUM_WARPS = 8
HIDDEN = 64
OUTPUTS = 16
COLOR_INPUTS = 32
MAX_FEATURES = 64

_HIDDEN = tl.constexpr(HIDDEN)
_OUTPUTS = tl.constexpr(OUTPUTS)
_COLOR_INPUTS = tl.constexpr(COLOR_INPUTS)


@triton.jit
def relu_half(x: tl.tensor) -> tl.tensor:
    """ReLU, rounded to half precision; NaN stays NaN."""
    return tl.where(x < 0, 0.0, x).to(tl.float16)


@triton.jit
def geometry_columns() -> tl.tensor:
    """Columns of the first colour matrix that the geometry tile meets; its column 0 is a one."""
    column = tl.arange(0, _OUTPUTS)
    return tl.where(column == 0, _COLOR_INPUTS - 1, column + 2)


@triton.jit
def direction_columns() -> tl.tensor:
    """Columns of the first colour matrix that the direction tile meets: directions, then ones."""
    column = tl.arange(0, _OUTPUTS)
    return tl.where(column < 3, column, column + 15)


@triton.jit
def matrix_offsets(N_ROWS: tl.constexpr, columns: tl.tensor, ROW_STRIDE: tl.constexpr) -> tl.tensor:
    """Where the entries of these columns of a matrix lie."""
    return tl.arange(0, N_ROWS)[:, None] * ROW_STRIDE + columns[None, :]


@triton.jit
def load_first_matrix(
    matrix_ptr: tl.tensor, PADDED: tl.constexpr, WIDTH: tl.constexpr
) -> tl.tensor:
    """The first density matrix [64, WIDTH], zeros beyond its PADDED columns."""
    columns = tl.arange(0, WIDTH)
    at = matrix_offsets(_HIDDEN, columns, PADDED)
    return tl.load(matrix_ptr + at, mask=(columns < PADDED)[None, :], other=0.0)


@triton.jit
def load_matrix(matrix_ptr: tl.tensor, N_ROWS: tl.constexpr) -> tl.tensor:
    """A matrix behind a hidden layer: [N_ROWS, 64]."""
    return tl.load(matrix_ptr + matrix_offsets(N_ROWS, tl.arange(0, _HIDDEN), _HIDDEN))


@triton.jit
def load_color_halves(matrix_ptr: tl.tensor) -> tl.tensor:
    """The first colour matrix, as what meets the geometry tile and what meets the direction's."""
    geometry = tl.load(matrix_ptr + matrix_offsets(_HIDDEN, geometry_columns(), _COLOR_INPUTS))
    direction = tl.load(matrix_ptr + matrix_offsets(_HIDDEN, direction_columns(), _COLOR_INPUTS))
    return geometry, direction


@triton.jit
def load_inside(moved_ptr: tl.tensor, rows: tl.tensor, valid: tl.tensor) -> tl.tensor:
    """Which positions lie strictly inside the unit box."""
    x, y, z = load_triple(moved_ptr, rows, valid, -1.0)
    return in_unit_box(x, y, z)


@triton.jit
def load_features(
    features_ptr: tl.tensor,
    rows: tl.tensor,
    valid: tl.tensor,
    N_IN: tl.constexpr,
    PADDED: tl.constexpr,
    WIDTH: tl.constexpr,
) -> tl.tensor:
    """Input tile of the density MLP: the features, ones up to PADDED, zeros up to WIDTH."""
    column = tl.arange(0, WIDTH)[None, :]
    features = tl.load(
        features_ptr + rows[:, None] * WIDTH + column,
        mask=valid[:, None] & (column < N_IN),
        other=0.0,
    )
    return tl.where((column >= N_IN) & (column < PADDED), 1.0, features).to(tl.float16)


@triton.jit
def load_directions(
    directions_ptr: tl.tensor, ray_indices_ptr: tl.tensor, rows: tl.tensor, valid: tl.tensor
) -> tl.tensor:
    """The direction tile: (d + 1) / 2 in three columns, then ones."""
    rays = tl.load(ray_indices_ptr + rows, mask=valid, other=0).to(tl.int64)
    column = tl.arange(0, _OUTPUTS)[None, :]
    at = directions_ptr + rays[:, None] * 3 + column
    directions = tl.load(at, mask=valid[:, None] & (column < 3), other=1.0)
    return ((directions + 1) * 0.5).to(tl.float16)


@triton.jit
def first_column(tile: tl.tensor) -> tl.tensor:
    """Column 0 of a tile [n, 16], the log-density."""
    column = tl.arange(0, _OUTPUTS)[None, :]
    return tl.sum(tl.where(column == 0, tile, 0.0), axis=1)


@triton.jit
def geometry_tile(output: tl.tensor) -> tl.tensor:
    """The colour's other input tile: the density MLP's output, a one for the log-density."""
    column = tl.arange(0, _OUTPUTS)[None, :]
    return tl.where(column == 0, 1.0, output).to(tl.float16)


@triton.jit
def density_mlp(features: tl.tensor, base_0: tl.tensor, base_1: tl.tensor) -> tl.tensor:
    """Hidden activations and output of the density MLP."""
    hidden = relu_half(tl.dot(features, tl.trans(base_0)))
    return hidden, tl.dot(hidden, tl.trans(base_1))


@triton.jit
def color_mlp(
    geometry: tl.tensor,
    directions: tl.tensor,
    color_geometry: tl.tensor,
    color_direction: tl.tensor,
    color_1: tl.tensor,
    color_2: tl.tensor,
) -> tl.tensor:
    """Both hidden activations of the colour MLP, and the colours in columns 0 to 2."""
    first = tl.dot(geometry, tl.trans(color_geometry))
    first = relu_half(tl.dot(directions, tl.trans(color_direction), first))
    second = relu_half(tl.dot(first, tl.trans(color_1)))
    return first, second, tl.sigmoid(tl.dot(second, tl.trans(color_2)))


@triton.jit
def _store_densities(
    features_ptr: tl.tensor, moved_ptr: tl.tensor, base_0_ptr: tl.tensor, base_1_ptr: tl.tensor,
    sigmas_ptr: tl.tensor, rows: tl.tensor, valid: tl.tensor,
    N_IN: tl.constexpr, PADDED: tl.constexpr, WIDTH: tl.constexpr,
) -> tl.tensor:  # fmt: skip
    """Stores the samples' densities; returns the density MLP's output."""
    base_0 = load_first_matrix(base_0_ptr, PADDED, WIDTH)
    base_1 = load_matrix(base_1_ptr, _OUTPUTS)
    features = load_features(features_ptr, rows, valid, N_IN, PADDED, WIDTH)
    _, output = density_mlp(features, base_0, base_1)
    inside = load_inside(moved_ptr, rows, valid)
    sigmas = tl.where(inside, tl.exp(first_column(output)), 0.0)
    tl.store(sigmas_ptr + rows, sigmas, mask=valid)
    return output


@triton.jit
def density_kernel(
    features_ptr: tl.tensor, moved_ptr: tl.tensor, count_ptr: tl.tensor,
    base_0_ptr: tl.tensor, base_1_ptr: tl.tensor, sigmas_ptr: tl.tensor,
    N_IN: tl.constexpr, PADDED: tl.constexpr, WIDTH: tl.constexpr, BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    """Densities of one block of samples."""
    n = tl.load(count_ptr)
    start = tl.program_id(0) * BLOCK
    if start >= n:
        return
    rows = start + tl.arange(0, BLOCK).to(tl.int64)
    valid = rows < n
    _store_densities(
        features_ptr, moved_ptr, base_0_ptr, base_1_ptr, sigmas_ptr, rows, valid,
        N_IN, PADDED, WIDTH,
    )  # fmt: skip


@triton.jit
def forward_kernel(
    features_ptr: tl.tensor, moved_ptr: tl.tensor, directions_ptr: tl.tensor,
    ray_indices_ptr: tl.tensor, count_ptr: tl.tensor, base_0_ptr: tl.tensor,
    base_1_ptr: tl.tensor, color_0_ptr: tl.tensor, color_1_ptr: tl.tensor,
    color_2_ptr: tl.tensor, sigmas_ptr: tl.tensor, rgbs_ptr: tl.tensor,
    N_IN: tl.constexpr, PADDED: tl.constexpr, WIDTH: tl.constexpr, BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    """Densities and colours of one block of samples."""
    n = tl.load(count_ptr)
    start = tl.program_id(0) * BLOCK
    if start >= n:
        return
    rows = start + tl.arange(0, BLOCK).to(tl.int64)
    valid = rows < n
    output = _store_densities(
        features_ptr, moved_ptr, base_0_ptr, base_1_ptr, sigmas_ptr, rows, valid,
        N_IN, PADDED, WIDTH,
    )  # fmt: skip
    color_geometry, color_direction = load_color_halves(color_0_ptr)
    color_1 = load_matrix(color_1_ptr, _HIDDEN)
    color_2 = load_matrix(color_2_ptr, _OUTPUTS)
    directions = load_directions(directions_ptr, ray_indices_ptr, rows, valid)
    _, _, rgbs = color_mlp(
        geometry_tile(output), directions, color_geometry, color_direction, color_1, color_2
    )
    column = tl.arange(0, _OUTPUTS)[None, :]
    at = rgbs_ptr + rows[:, None] * 3 + column
    tl.store(at, rgbs, mask=valid[:, None] & (column < 3))


@lru_cache(maxsize=16)
def capability(device: torch.device) -> int:
    """Major compute capability of the device; on the CPU, that of a usual GPU."""
    return torch.cuda.get_device_capability(device)[0] if device.type == "cuda" else 8


def samples_a_program(major: int) -> int:
    """Samples that one program takes, by compute capability.

    Triton has no tensor cores before 8: products are then unrolled, and large blocks spill.
    """
    return 32 if major < 8 else 128


def density(
    matrices: Sequence[Float16[Tensor, "o i"]],
    n_in: int,
    found: FusedFeatures,
    count: Int32[Tensor, "1"],
) -> Float[Tensor, "c"]:
    """Densities of the first ``count`` samples; 0 outside the open unit box.

    Args:
        matrices: the five (the module's description); the two of the density are used.
        n_in: features a sample; later columns of their rows are not read.

    Raises:
        ValueError: a tensor's shape, dtype or layout is not what the kernel reads.
    """
    check_matrices(matrices, n_in)
    check_samples(n_in, found, count)
    features, moved_unit = found.rows, found.moved_unit
    sigmas = torch.empty(len(features), dtype=torch.float32, device=features.device)
    if len(features):
        block = samples_a_program(capability(features.device))
        launch(density_kernel, (ceil_div(len(features), block),),
            features, moved_unit, count, *matrices[:2], sigmas,
            N_IN=n_in, PADDED=matrices[0].shape[1], WIDTH=features.shape[1], BLOCK=block,
            num_warps=NUM_WARPS,
        )  # fmt: skip
    return sigmas


def forward(
    matrices: Sequence[Float16[Tensor, "o i"]],
    n_in: int,
    found: FusedFeatures,
    directions: Float[Tensor, "n 3"],
    ray_indices: Int32[Tensor, "c"],
    count: Int32[Tensor, "1"],
) -> tuple[Float[Tensor, "c"], Float[Tensor, "c 3"]]:
    """Densities and colours of the first ``count`` samples, seen along their rays' directions.

    Arguments and errors are those of ``density``; directions are unit vectors, one a ray.
    """
    check_matrices(matrices, n_in)
    check_samples(n_in, found, count)
    check_rays(found, directions, ray_indices)
    features, moved_unit = found.rows, found.moved_unit
    sigmas = torch.empty(len(features), dtype=torch.float32, device=features.device)
    rgbs = torch.empty(len(features), 3, dtype=torch.float32, device=features.device)
    if len(features):
        block = samples_a_program(capability(features.device))
        launch(forward_kernel, (ceil_div(len(features), block),),
            features, moved_unit, directions, ray_indices, count, *matrices, sigmas, rgbs,
            N_IN=n_in, PADDED=matrices[0].shape[1], WIDTH=features.shape[1], BLOCK=block,
            num_warps=NUM_WARPS,
        )  # fmt: skip
    return sigmas, rgbs


def check_matrices(
    matrices: Sequence[Tensor], n_in: int, dtype: torch.dtype = torch.float16
) -> None:
    """Raises ValueError unless these are the five matrices (or their gradients) for ``n_in``."""
    padded = (n_in + OUTPUTS - 1) // OUTPUTS * OUTPUTS
    wanted = [
        (HIDDEN, padded),
        (OUTPUTS, HIDDEN),
        (HIDDEN, COLOR_INPUTS),
        (HIDDEN, HIDDEN),
        (OUTPUTS, HIDDEN),
    ]
    found = [tuple(matrix.shape) for matrix in matrices]
    if not 1 <= n_in <= MAX_FEATURES or found != wanted:
        raise ValueError(f"matrices {found} for {n_in} features: {wanted} needed")
    if any(matrix.dtype != dtype or not matrix.is_contiguous() for matrix in matrices):
        raise ValueError(f"matrices must be contiguous and of {dtype}")


def check_samples(n_in: int, found: FusedFeatures, count: Tensor) -> None:
    """Raises ValueError unless the kernels can read these."""
    n, device = len(found.rows), found.rows.device
    check("features", found.rows, torch.float16, (n, operand_size(n_in)), device)
    check("positions", found.moved_unit, torch.float32, (n, 3), device)
    check("count", count, torch.int32, (1,), device)


def check_rays(found: FusedFeatures, directions: Tensor, ray_indices: Tensor) -> None:
    """Raises ValueError unless the kernels can read these."""
    device = found.rows.device
    check("directions", directions, torch.float32, (len(directions), 3), device)
    check("ray indices", ray_indices, torch.int32, (len(found.rows),), device)
