"""Backward of the density and colour MLPs (field_mlp), in one persistent kernel.

Each program recomputes the forward pass of its blocks and keeps the gradients of all five matrices
in registers until it has seen the last of them.
"""

from collections.abc import Sequence

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Float16, Int32
from torch import Tensor

from nersemble.fused.batch import FusedFeatures
from nersemble.fused.kernels.field_mlp import (
    COLOR_INPUTS,
    HIDDEN,
    NUM_WARPS,
    OUTPUTS,
    capability,
    check_matrices,
    check_rays,
    check_samples,
    color_mlp,
    density_mlp,
    direction_columns,
    first_column,
    geometry_columns,
    geometry_tile,
    load_color_halves,
    load_directions,
    load_features,
    load_first_matrix,
    load_inside,
    load_matrix,
)
from nersemble.fused.kernels.launching import ceil_div, check, launch, n_programs
from nersemble.fused.kernels.parts import HALF_MAX
from nersemble.ops.trunc_exp import GRADIENT_LIMIT

_HIDDEN = tl.constexpr(HIDDEN)
_OUTPUTS = tl.constexpr(OUTPUTS)
_COLOR_INPUTS = tl.constexpr(COLOR_INPUTS)
_LIMIT = tl.constexpr(GRADIENT_LIMIT)


@triton.jit
def _half(gradient: tl.tensor) -> tl.tensor:
    """Half precision, clamped to its range; NaN stays NaN, so that a broken step is noticed."""
    gradient = tl.where(gradient > HALF_MAX, HALF_MAX, gradient)
    return tl.where(gradient < -HALF_MAX, -HALF_MAX, gradient).to(tl.float16)


@triton.jit
def _through_relu(gradient: tl.tensor, activation: tl.tensor) -> tl.tensor:
    return _half(tl.where(activation > 0, gradient, 0.0))


@triton.jit
def _color_gradient(
    d_rgbs_ptr: tl.tensor, rgbs: tl.tensor, rows: tl.tensor, valid: tl.tensor, scale: tl.tensor
) -> tl.tensor:
    """Scaled gradient of the colour MLP's output, before the sigmoid."""
    column = tl.arange(0, _OUTPUTS)[None, :]
    at = d_rgbs_ptr + rows[:, None] * 3 + column
    d_rgbs = tl.load(at, mask=valid[:, None] & (column < 3), other=0.0)
    return _half(d_rgbs * scale * rgbs * (1 - rgbs))


@triton.jit
def _density_gradient(
    d_sigmas_ptr: tl.tensor,
    moved_ptr: tl.tensor,
    output: tl.tensor,
    rows: tl.tensor,
    valid: tl.tensor,
    scale: tl.tensor,
) -> tl.tensor:
    """Scaled gradient of the log-density: trunc_exp's; none outside the box."""
    log_densities = first_column(output)
    clamped = tl.minimum(tl.maximum(log_densities, -_LIMIT), _LIMIT)
    d_sigmas = tl.load(d_sigmas_ptr + rows, mask=valid, other=0.0)
    inside = load_inside(moved_ptr, rows, valid)
    return tl.where(inside, d_sigmas * scale * tl.exp(clamped), 0.0)


@triton.jit
def _output_gradient(d_geometry: tl.tensor, d_log_densities: tl.tensor) -> tl.tensor:
    """Gradient of the density MLP's output; the geometry tile's column 0 is a constant."""
    column = tl.arange(0, _OUTPUTS)[None, :]
    return _half(tl.where(column == 0, d_log_densities[:, None], d_geometry))


@triton.jit
def _store_features(
    d_features_ptr: tl.tensor,
    gradient: tl.tensor,
    rows: tl.tensor,
    valid: tl.tensor,
    N_IN: tl.constexpr,
    WIDTH: tl.constexpr,
) -> None:
    column = tl.arange(0, WIDTH)[None, :]
    gradient = _half(tl.where(column < N_IN, gradient, 0.0))
    tl.store(d_features_ptr + rows[:, None] * WIDTH + column, gradient, mask=valid[:, None])


@triton.jit
def _add(
    target_ptr: tl.tensor,
    gradient: tl.tensor,
    columns: tl.tensor,
    N_COLUMNS: tl.constexpr,
    ROW_STRIDE: tl.constexpr,
    COLUMN_STRIDE: tl.constexpr,
) -> None:
    """Adds [64, n] to the columns below N_COLUMNS of a matrix in memory, by these strides."""
    at = tl.arange(0, _HIDDEN)[:, None] * ROW_STRIDE + columns[None, :] * COLUMN_STRIDE
    mask = tl.broadcast_to((columns < N_COLUMNS)[None, :], at.shape)
    tl.atomic_add(target_ptr + at, gradient, mask=mask, sem="relaxed")


@triton.jit
def _add_color_0(target_ptr: tl.tensor, geometry: tl.tensor, direction: tl.tensor) -> None:
    _add(target_ptr, geometry, geometry_columns(), _COLOR_INPUTS, _COLOR_INPUTS, 1)
    _add(target_ptr, direction, direction_columns(), _COLOR_INPUTS, _COLOR_INPUTS, 1)


@triton.jit
def backward_kernel(
    features_ptr: tl.tensor, moved_ptr: tl.tensor, directions_ptr: tl.tensor,
    ray_indices_ptr: tl.tensor, count_ptr: tl.tensor,
    base_0_ptr: tl.tensor, base_1_ptr: tl.tensor,
    color_0_ptr: tl.tensor, color_1_ptr: tl.tensor, color_2_ptr: tl.tensor,
    d_sigmas_ptr: tl.tensor, d_rgbs_ptr: tl.tensor, d_features_ptr: tl.tensor,
    d_base_0_ptr: tl.tensor, d_base_1_ptr: tl.tensor,
    d_color_0_ptr: tl.tensor, d_color_1_ptr: tl.tensor, d_color_2_ptr: tl.tensor,
    scale: tl.tensor, inverse_scale: tl.tensor,
    N_IN: tl.constexpr, PADDED: tl.constexpr, WIDTH: tl.constexpr, BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    """Gradients of the features of every num_programs-th block, and of the matrices."""
    n = tl.load(count_ptr)
    d_base_0 = tl.zeros([_HIDDEN, WIDTH], tl.float32)
    d_base_1 = tl.zeros([_HIDDEN, _OUTPUTS], tl.float32)
    d_color_geo = tl.zeros([_HIDDEN, _OUTPUTS], tl.float32)
    d_color_dir = tl.zeros([_HIDDEN, _OUTPUTS], tl.float32)
    d_color_1 = tl.zeros([_HIDDEN, _HIDDEN], tl.float32)
    d_color_2 = tl.zeros([_HIDDEN, _OUTPUTS], tl.float32)
    for block in range(tl.program_id(0), tl.cdiv(n, BLOCK), tl.num_programs(0)):
        rows = block * BLOCK + tl.arange(0, BLOCK).to(tl.int64)
        valid = rows < n
        features = load_features(features_ptr, rows, valid, N_IN, PADDED, WIDTH)
        base_0 = load_first_matrix(base_0_ptr, PADDED, WIDTH)
        base_1 = load_matrix(base_1_ptr, _OUTPUTS)
        hidden, output = density_mlp(features, base_0, base_1)
        geometry = geometry_tile(output)
        directions = load_directions(directions_ptr, ray_indices_ptr, rows, valid)
        color_geo, color_dir = load_color_halves(color_0_ptr)
        color_1, color_2 = load_matrix(color_1_ptr, _HIDDEN), load_matrix(color_2_ptr, _OUTPUTS)
        first, second, rgbs = color_mlp(
            geometry, directions, color_geo, color_dir, color_1, color_2
        )
        gradient = _color_gradient(d_rgbs_ptr, rgbs, rows, valid, scale)
        d_color_2 += tl.dot(tl.trans(second), gradient)
        gradient = _through_relu(tl.dot(gradient, color_2), second)
        d_color_1 += tl.dot(tl.trans(gradient), first)
        gradient = _through_relu(tl.dot(gradient, color_1), first)
        d_color_geo += tl.dot(tl.trans(gradient), geometry)
        d_color_dir += tl.dot(tl.trans(gradient), directions)
        d_geometry = tl.dot(gradient, color_geo)
        d_log = _density_gradient(d_sigmas_ptr, moved_ptr, output, rows, valid, scale)
        gradient = _output_gradient(d_geometry, d_log)
        d_base_1 += tl.dot(tl.trans(hidden), gradient)
        gradient = _through_relu(tl.dot(gradient, base_1), hidden)
        d_base_0 += tl.dot(tl.trans(gradient), features)
        _store_features(d_features_ptr, tl.dot(gradient, base_0), rows, valid, N_IN, WIDTH)
    column, narrow = tl.arange(0, WIDTH), tl.arange(0, _OUTPUTS)
    _add(d_base_0_ptr, d_base_0 * inverse_scale, column, PADDED, PADDED, 1)
    _add(d_base_1_ptr, d_base_1 * inverse_scale, narrow, _OUTPUTS, 1, _HIDDEN)
    _add_color_0(d_color_0_ptr, d_color_geo * inverse_scale, d_color_dir * inverse_scale)
    _add(d_color_1_ptr, d_color_1 * inverse_scale, tl.arange(0, _HIDDEN), _HIDDEN, _HIDDEN, 1)
    _add(d_color_2_ptr, d_color_2 * inverse_scale, narrow, 3, 1, _HIDDEN)


def backward(
    matrices: Sequence[Float16[Tensor, "o i"]],
    n_in: int,
    found: FusedFeatures,
    directions: Float[Tensor, "n 3"],
    ray_indices: Int32[Tensor, "c"],
    count: Int32[Tensor, "1"],
    d_sigmas: Float[Tensor, "c"],
    d_rgbs: Float[Tensor, "c 3"],
    d_matrices: Sequence[Float[Tensor, "o i"]],
    grad_scale: float,
) -> Float16[Tensor, "c w"]:
    """Adds the matrices' gradients to ``d_matrices``; returns the features' times ``grad_scale``.

    The first six arguments are those of ``field_mlp.forward``. Gradients of columns beyond
    ``n_in`` are zero, of rows beyond ``count`` undefined.

    Raises:
        ValueError: a tensor's shape, dtype or layout is not what the kernel reads.
    """
    check_matrices(matrices, n_in)
    check_matrices(d_matrices, n_in, torch.float32)
    check_samples(n_in, found, count)
    check_rays(found, directions, ray_indices)
    features, moved_unit = found.rows, found.moved_unit
    n, device = len(features), features.device
    check("gradient of the densities", d_sigmas, torch.float32, (n,), device)
    check("gradient of the colours", d_rgbs, torch.float32, (n, 3), device)
    d_features = torch.empty_like(features)
    if len(features):
        block = samples_at_once(capability(features.device))
        # Two a multiprocessor: one hides the other's waiting for memory.
        launch(backward_kernel, (n_programs(device, ceil_div(n, block), 2),),
            features, moved_unit, directions, ray_indices, count, *matrices, d_sigmas, d_rgbs,
            d_features, *d_matrices, float(grad_scale), 1 / grad_scale,
            N_IN=n_in, PADDED=matrices[0].shape[1], WIDTH=features.shape[1], BLOCK=block,
            num_warps=NUM_WARPS, num_stages=1,
        )  # fmt: skip
    return d_features


def samples_at_once(major: int) -> int:
    """Samples that a program has in hand, by compute capability: what registers can hold."""
    return {7: 16, 8: 64}.get(major, 128)
