"""Backward of the deformation MLP as Triton kernels (method.md, Deformation).

It starts from the activations that ``deform_saving`` wrote and goes down layer by layer, in half
precision with one fixed scale. The gradient at a layer's output (before its ReLU) takes the place
of the activation there. A program walks over many tiles of samples and keeps its share of the
weights' gradient in registers; it adds that to the buffer once, at the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from jaxtyping import Float16, Float32, Int32
from torch import Tensor

from nersemble.fields.deformation_field import ENCODING_WIDTH, SKIP_LAYER
from nersemble.fused.kernels.deformation import (
    DeformationWeights,
    check_samples,
    deform_saving,
    hidden_pointers,
    load_heads,
    tiles,
)
from nersemble.fused.kernels.deformation_motion import (
    PADDED_ENCODING,
    encoding_tile,
    motion_backward,
    to_half,
)
from nersemble.fused.kernels.launching import ceil_div, check, launch
from nersemble.fused.kernels.parts import load_triple

_ENCODING = tl.constexpr(PADDED_ENCODING)
_USED = tl.constexpr(ENCODING_WIDTH)
_SKIP = tl.constexpr(SKIP_LAYER)

# Parts are whole tiles, and begin at multiples of 16 bytes.
_ROUND = 64


@dataclass(frozen=True)
class DeformationGradients:
    """Where the gradients are added: float32, contiguous, shaped like the parameters."""

    weights: list[Tensor]
    biases: list[Tensor]
    rotation_weight: Float32[Tensor, "3 w"]
    rotation_bias: Float32[Tensor, "3"]
    translation_weight: Float32[Tensor, "3 w"]
    translation_bias: Float32[Tensor, "3"]
    code_terms: Float32[Tensor, "k s w"]


@triton.jit
def _incoming(d_moved_ptr, axis, plane, rows, valid, n_levels, LEVELS: tl.constexpr):
    """The gradient's component along an axis, summed over the levels."""
    level = tl.arange(0, LEVELS)[:, None]
    at = (level * 3 + axis).to(tl.int64) * plane + rows[None, :]
    mask = (level < n_levels) & valid[None, :]
    return tl.sum(tl.load(d_moved_ptr + at, mask=mask, other=0.0), 0)


@triton.jit
def _column(values, INDEX: tl.constexpr):
    values = tl.where(values == values, values, 0.0)
    return tl.where(tl.arange(0, 16)[None, :] == INDEX, values[:, None], 0.0)


@triton.jit
def _add_head(weight_ptr, bias_ptr, total, bias, BASE: tl.constexpr, WIDTH: tl.constexpr):
    """Adds columns BASE to BASE + 2 of [WIDTH, 16] to a head's gradient."""
    head = tl.arange(0, 16) - BASE
    mine = (head >= 0) & (head < 3)
    at = weight_ptr + head[None, :] * WIDTH + tl.arange(0, WIDTH)[:, None]
    tl.atomic_add(at, total, mask=mine[None, :], sem="relaxed")
    tl.atomic_add(bias_ptr + head, bias, mask=mine, sem="relaxed")


_VARYING = ["capacity", "d_moved_plane", "n_levels", "scale_x", "scale_y", "scale_z", "unscale"]


@triton.jit(do_not_specialize=_VARYING)
def heads_backward_kernel(
    positions_ptr, count_ptr, d_moved_ptr, hidden_ptr, twists_ptr, rotation_ptr, translation_ptr,
    d_rotation_ptr, d_rotation_bias_ptr, d_translation_ptr, d_translation_bias_ptr,
    capacity, d_moved_plane, n_levels, scale_x, scale_y, scale_z, unscale,
    LEVELS: tl.constexpr, WIDTH: tl.constexpr, N_LAYERS: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    n = tl.load(count_ptr)
    if tl.program_id(0) * BLOCK >= n:
        return
    plane = capacity.to(tl.int64)
    d_moved_plane = d_moved_plane.to(tl.int64)
    heads = load_heads(rotation_ptr, translation_ptr, WIDTH)
    total = tl.zeros([WIDTH, 16], tl.float32)
    bias = tl.zeros([16], tl.float32)
    for tile in range(tl.program_id(0), tl.cdiv(n, BLOCK), tl.num_programs(0)):
        rows = tile * BLOCK + tl.arange(0, BLOCK)
        valid = rows < n
        px, py, pz = load_triple(positions_ptr, rows, valid)
        gx = _incoming(d_moved_ptr, 0, d_moved_plane, rows, valid, n_levels, LEVELS) * scale_x
        gy = _incoming(d_moved_ptr, 1, d_moved_plane, rows, valid, n_levels, LEVELS) * scale_y
        gz = _incoming(d_moved_ptr, 2, d_moved_plane, rows, valid, n_levels, LEVELS) * scale_z
        rx = tl.load(twists_ptr + rows, mask=valid, other=0.0)
        ry = tl.load(twists_ptr + plane + rows, mask=valid, other=0.0)
        rz = tl.load(twists_ptr + plane * 2 + rows, mask=valid, other=0.0)
        vx = tl.load(twists_ptr + plane * 3 + rows, mask=valid, other=0.0)
        vy = tl.load(twists_ptr + plane * 4 + rows, mask=valid, other=0.0)
        vz = tl.load(twists_ptr + plane * 5 + rows, mask=valid, other=0.0)
        d0, d1, d2, d3, d4, d5 = motion_backward(rx, ry, rz, vx, vy, vz, px, py, pz, gx, gy, gz)
        d_twist = _column(d0, 0) + _column(d1, 1) + _column(d2, 2)
        d_twist = to_half(d_twist + _column(d3, 3) + _column(d4, 4) + _column(d5, 5))
        at = hidden_pointers(hidden_ptr, N_LAYERS - 1, capacity, rows, WIDTH)
        hidden = tl.load(at, mask=valid[:, None], other=0.0)
        total = tl.dot(tl.trans(hidden), d_twist, total)
        bias += tl.sum(d_twist.to(tl.float32), 0)
        d_hidden = tl.where(hidden > 0, tl.dot(d_twist, heads), 0.0)
        tl.store(at, to_half(d_hidden), mask=valid[:, None])
    total *= unscale
    bias *= unscale
    _add_head(d_rotation_ptr, d_rotation_bias_ptr, total, bias, 0, WIDTH)
    _add_head(d_translation_ptr, d_translation_bias_ptr, total, bias, 3, WIDTH)


@triton.jit(do_not_specialize=["capacity", "layer", "stride", "column", "unscale"])
def layer_backward_kernel(
    count_ptr, hidden_ptr, matrices_ptr, d_weight_ptr, d_bias_ptr,
    capacity, layer, stride, column, unscale,
    WIDTH: tl.constexpr, N_LAYERS: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    n = tl.load(count_ptr)
    if tl.program_id(0) * BLOCK >= n:
        return
    ENTRIES: tl.constexpr = 2 if N_LAYERS > _SKIP else 1
    STRIDE: tl.constexpr = _ENCODING * ENTRIES + (N_LAYERS - 1) * WIDTH
    ins = tl.arange(0, WIDTH)[None, :]
    outs = tl.arange(0, WIDTH)[:, None]
    matrix = matrices_ptr + _ENCODING + (layer - 1) * WIDTH + outs * STRIDE + ins
    total = tl.zeros([WIDTH, WIDTH], tl.float32)
    bias = tl.zeros([WIDTH], tl.float32)
    for tile in range(tl.program_id(0), tl.cdiv(n, BLOCK), tl.num_programs(0)):
        rows = tile * BLOCK + tl.arange(0, BLOCK)
        valid = (rows < n)[:, None]
        d_out = tl.load(
            hidden_pointers(hidden_ptr, layer, capacity, rows, WIDTH), mask=valid, other=0.0
        )
        at = hidden_pointers(hidden_ptr, layer - 1, capacity, rows, WIDTH)
        hidden = tl.load(at, mask=valid, other=0.0)
        total = tl.dot(tl.trans(d_out), hidden, total)
        bias += tl.sum(d_out.to(tl.float32), 0)
        # Loaded anew for each tile, from cache: kept in registers it would leave no room.
        d_hidden = tl.where(hidden > 0, tl.dot(d_out, tl.load(matrix)), 0.0)
        tl.store(at, to_half(d_hidden), mask=valid)
    at = d_weight_ptr + outs * stride + column + ins
    tl.atomic_add(at, total * unscale, sem="relaxed")
    tl.atomic_add(d_bias_ptr + tl.arange(0, WIDTH), bias * unscale, sem="relaxed")


@triton.jit
def _add_terms(d_terms_ptr, slots, valid, d_out, entry, unscale, ENTRIES: tl.constexpr,
               WIDTH: tl.constexpr):  # fmt: skip
    """Adds the rows of each timestep to its code term. Samples of a timestep are neighbours, so
    that the loop mostly runs once."""
    first = tl.min(tl.where(valid, slots, 2147483647), 0)
    last = tl.max(tl.where(valid, slots, -1), 0)
    for slot in range(first, last + 1):
        mine = valid & (slots == slot)
        total = tl.sum(tl.where(mine[:, None], d_out, 0.0), 0) * unscale
        at = d_terms_ptr + (slot * ENTRIES + entry) * WIDTH + tl.arange(0, WIDTH)
        tl.atomic_add(at, total, sem="relaxed")


@triton.jit(do_not_specialize=["capacity", "layer", "stride", "unscale"])
def entry_backward_kernel(
    positions_ptr, slots_ptr, count_ptr, hidden_ptr, d_weight_ptr, d_bias_ptr, d_terms_ptr,
    window_ptr, capacity, layer, stride, unscale,
    WIDTH: tl.constexpr, N_LAYERS: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    n = tl.load(count_ptr)
    if tl.program_id(0) * BLOCK >= n:
        return
    ENTRIES: tl.constexpr = 2 if N_LAYERS > _SKIP else 1
    entry = tl.where(layer == 0, 0, 1)
    window = tl.load(window_ptr)
    total = tl.zeros([WIDTH, _ENCODING], tl.float32)
    bias = tl.zeros([WIDTH], tl.float32)
    for tile in range(tl.program_id(0), tl.cdiv(n, BLOCK), tl.num_programs(0)):
        rows = tile * BLOCK + tl.arange(0, BLOCK)
        valid = rows < n
        px, py, pz = load_triple(positions_ptr, rows, valid)
        slots = tl.load(slots_ptr + rows, mask=valid, other=-1)
        at = hidden_pointers(hidden_ptr, layer, capacity, rows, WIDTH)
        d_out = tl.load(at, mask=valid[:, None], other=0.0)
        total = tl.dot(tl.trans(d_out), encoding_tile(px, py, pz, window), total)
        values = d_out.to(tl.float32)
        bias += tl.sum(values, 0)
        _add_terms(d_terms_ptr, slots, valid, values, entry, unscale, ENTRIES, WIDTH)
    outs = tl.arange(0, WIDTH)
    column = tl.arange(0, _ENCODING)[None, :]
    # The bias of the skip layer is done with its hidden part.
    n_biases = tl.where(layer == 0, WIDTH, 0)
    at = d_weight_ptr + outs[:, None] * stride + column
    tl.atomic_add(at, total * unscale, mask=column < _USED, sem="relaxed")
    tl.atomic_add(d_bias_ptr + outs, bias * unscale, mask=outs < n_biases, sem="relaxed")


def _check_gradients(
    weights: DeformationWeights, code_terms: Tensor, gradients: DeformationGradients
) -> None:
    w, g = weights, gradients
    named: list[tuple[str, Tensor, tuple[int, ...]]] = [
        ("rotation_weight", g.rotation_weight, w.rotation_weight.shape),
        ("rotation_bias", g.rotation_bias, w.rotation_bias.shape),
        ("translation_weight", g.translation_weight, w.translation_weight.shape),
        ("translation_bias", g.translation_bias, w.translation_bias.shape),
        ("code_terms", g.code_terms, code_terms.shape),
    ]
    named += [(f"weight {i}", x, (w.width, x.shape[-1])) for i, x in enumerate(g.weights)]
    named += [(f"bias {i}", x, (w.width,)) for i, x in enumerate(g.biases)]
    for name, tensor, shape in named:
        check(f"the gradient of {name}", tensor, torch.float32, shape, w.matrices.device)


def deform_backward(
    positions_unit: Float32[Tensor, "c 3"],
    slots: Int32[Tensor, "c"],
    count: Int32[Tensor, "1"],
    weights: DeformationWeights,
    code_terms: Float32[Tensor, "k s w"],
    d_moved: Float32[Tensor, "levels 3 c"],
    offset_scale: tuple[float, float, float],
    grad_scale: float,
    gradients: DeformationGradients,
    scratch: Float16[Tensor, "m"],
) -> None:
    """Adds the gradients of all weights, but for the code's columns, and of the code terms.

    Samples are taken in parts where the memory for their activations is too little for all.

    Args:
        d_moved: partial gradients of the moved points, whose sum is ``grad_scale`` times the
            gradient.
        offset_scale: as in ``deform``.
        scratch: memory for the activations of all samples or at least of 64.

    Raises:
        ValueError: for arguments of the wrong type, shape or device.
    """
    check_samples(positions_unit, slots, count, weights, code_terms)
    _check_gradients(weights, code_terms, gradients)
    capacity, device, w, g = len(positions_unit), positions_unit.device, weights, gradients
    check("d_moved", d_moved, torch.float32, (len(d_moved), 3, capacity), device)
    if capacity == 0:
        return
    tile, unscale = tiles(device), 1.0 / grad_scale
    sizes = {"WIDTH": w.width, "N_LAYERS": w.n_layers, "BLOCK": tile.backward}
    sizes |= {"num_warps": 8, "num_stages": tile.stages}
    for part, n_valid, hidden in _parts(capacity, count, w, scratch):
        samples = positions_unit[part], slots[part], n_valid
        d_part, n = d_moved[..., part], hidden.shape[1]
        twists = deform_saving(*samples, w, code_terms, hidden)
        programs = min(tile.n_programs, ceil_div(n, tile.backward))
        launch(heads_backward_kernel, (programs,),
            positions_unit[part], n_valid, d_part, hidden, twists, w.rotation_weight,
            w.translation_weight, g.rotation_weight, g.rotation_bias, g.translation_weight,
            g.translation_bias, n, d_part.stride(1), len(d_part), *offset_scale, unscale,
            LEVELS=triton.next_power_of_2(len(d_part)), **sizes,
        )  # fmt: skip
        for layer in range(w.n_layers - 1, 0, -1):
            d_weight = g.weights[layer]
            stride = d_weight.shape[1]
            launch(layer_backward_kernel, (programs,),
                n_valid, hidden, w.matrices, d_weight, g.biases[layer],
                n, layer, stride, stride - w.width, unscale, **sizes,
            )  # fmt: skip
        for layer in (0, SKIP_LAYER)[: w.n_entries]:
            launch(entry_backward_kernel, (programs,),
                *samples, hidden, g.weights[layer], g.biases[layer], g.code_terms,
                w.window, n, layer, g.weights[layer].shape[1], unscale, **sizes,
            )  # fmt: skip


def _parts(
    capacity: int, count: Int32[Tensor, "1"], weights: DeformationWeights, scratch: Tensor
) -> Iterator[tuple[slice, Int32[Tensor, "1"], Float16[Tensor, "layers c w"]]]:
    """Samples whose activations there is memory for at once: which, how many of them count, and
    that memory."""
    numbers_a_sample = weights.n_layers * weights.width
    n_at_once = len(scratch) // numbers_a_sample
    if n_at_once < capacity:
        n_at_once = n_at_once // _ROUND * _ROUND
    for start in range(0, capacity, n_at_once):
        n = min(n_at_once, capacity - start)
        n_valid = count if n == capacity else (count - start).clamp(max=n_at_once)
        hidden = scratch[: n * numbers_a_sample].view(weights.n_layers, n, weights.width)
        yield slice(start, start + n), n_valid, hidden
