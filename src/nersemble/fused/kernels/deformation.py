"""The deformation MLP and its rigid motion in one Triton kernel (method.md, Deformation).

A program takes BLOCK samples through all layers; activations never leave it, unless they are saved
for the backward pass (``deformation_backward.py``).
"""

from dataclasses import dataclass
from functools import lru_cache

import torch
import triton
import triton.language as tl
from jaxtyping import Float, Float16, Float32, Int32
from torch import Tensor

from nersemble.fields.deformation_field import SKIP_LAYER
from nersemble.fused.kernels.deformation_motion import (
    PADDED_ENCODING,
    encoding_tile,
    motion,
    to_half,
)
from nersemble.fused.kernels.launching import ceil_div, check, launch
from nersemble.fused.kernels.parts import load_triple, store_triple

WIDTHS = (16, 32, 64, 128)

_SKIP = tl.constexpr(SKIP_LAYER)
_ENCODING = tl.constexpr(PADDED_ENCODING)


@dataclass(frozen=True)
class Tiles:
    """How the kernels are launched on a device."""

    forward: int
    """Samples a program takes at once in the forward kernel."""
    forward_warps: int
    forward_stages: int
    """Depth of the pipeline that fetches the next operands."""
    backward: int
    """Samples at once in the backward kernels."""
    stages: int
    """The depth there."""
    n_programs: int
    """Programs of the kernels that walk over many tiles."""


@dataclass(frozen=True)
class DeformationWeights:
    """The weights of one step, as the kernels read them. W: width, S: entries of the code."""

    matrices: Float16[Tensor, "w columns"]
    """[out, in] matrices side by side: layer 0's encoding part (64 columns), the hidden parts of
    layers 1.. (W each), layer 4's encoding part (64), if there is one."""
    biases: Float32[Tensor, "rows w"]
    """Those of the S layers that the code enters, then those of layers 1.. ."""
    rotation_weight: Float32[Tensor, "3 w"]
    rotation_bias: Float32[Tensor, "3"]
    translation_weight: Float32[Tensor, "3 w"]
    translation_bias: Float32[Tensor, "3"]
    n_layers: int
    window: Float[Tensor, "1"]
    """Open frequency bands."""

    @property
    def width(self) -> int:
        return self.matrices.shape[0]

    @property
    def n_entries(self) -> int:
        return n_code_entries(self.n_layers)


def n_code_entries(n_layers: int) -> int:
    """How many layers the encoding and the code enter: 1, or 2 with a skip."""
    return 2 if n_layers > SKIP_LAYER else 1


@triton.jit
def _transposed(matrices_ptr, first, STRIDE: tl.constexpr, N_IN: tl.constexpr, WIDTH: tl.constexpr):
    """A matrix [out, in] as the right operand [in, out]."""
    inputs = tl.arange(0, N_IN)[:, None]
    return tl.load(matrices_ptr + first + tl.arange(0, WIDTH)[None, :] * STRIDE + inputs)


@triton.jit
def _code_term(terms_ptr, slots, valid, entry, ENTRIES: tl.constexpr, WIDTH: tl.constexpr):
    rows = (slots * ENTRIES + entry) * WIDTH
    columns = tl.arange(0, WIDTH)
    return tl.load(terms_ptr + rows[:, None] + columns[None, :], mask=valid[:, None], other=0.0)


@triton.jit
def load_heads(rotation_ptr, translation_ptr, WIDTH: tl.constexpr):
    """Both heads as one matrix [16, WIDTH]: rotation, translation, zeros."""
    row = tl.arange(0, 16)[:, None]
    column = tl.arange(0, WIDTH)[None, :]
    is_translation = (row >= 3) & (row < 6)
    rotation = tl.load(rotation_ptr + row * WIDTH + column, mask=row < 3, other=0.0)
    shifted = (row - 3) * WIDTH + column
    translation = tl.load(translation_ptr + shifted, mask=is_translation, other=0.0)
    return (rotation + translation).to(tl.float16)


@triton.jit
def _pick(tile, bias_ptr, BASE: tl.constexpr, AXIS: tl.constexpr):
    column = tl.arange(0, 16)[None, :]
    return tl.sum(tl.where(column == BASE + AXIS, tile, 0.0), 1) + tl.load(bias_ptr + AXIS)


@triton.jit
def hidden_pointers(hidden_ptr, layer, capacity, rows, WIDTH: tl.constexpr):
    """Where the activations after a layer are kept."""
    at = (rows.to(tl.int64) + capacity.to(tl.int64) * layer) * WIDTH
    return hidden_ptr + at[:, None] + tl.arange(0, WIDTH)[None, :]


@triton.jit
def _store_hidden(hidden_ptr, hidden, layer, capacity, rows, valid, WIDTH: tl.constexpr):
    at = hidden_pointers(hidden_ptr, layer, capacity, rows, WIDTH)
    tl.store(at, hidden, mask=valid[:, None])


@triton.jit
def _inner_layers(
    hidden, BEGIN: tl.constexpr, END: tl.constexpr,
    matrices_ptr, biases_ptr, hidden_ptr, capacity, rows, valid,
    WIDTH: tl.constexpr, N_LAYERS: tl.constexpr, SAVE: tl.constexpr,
):  # fmt: skip
    """Layers that only the one before enters. A loop, so that the next matrix is on its way into
    shared memory while one is used: unrolled, all would be fetched into registers first."""
    ENTRIES: tl.constexpr = 2 if N_LAYERS > _SKIP else 1
    STRIDE: tl.constexpr = _ENCODING * ENTRIES + (N_LAYERS - 1) * WIDTH
    for layer in tl.range(BEGIN, END):
        first = _ENCODING + (layer - 1) * WIDTH
        total = tl.dot(hidden, _transposed(matrices_ptr, first, STRIDE, WIDTH, WIDTH))
        bias = biases_ptr + (ENTRIES + layer - 1) * WIDTH + tl.arange(0, WIDTH)
        total += tl.load(bias)[None, :]
        hidden = to_half(tl.maximum(total, 0.0))
        if SAVE:
            _store_hidden(hidden_ptr, hidden, layer, capacity, rows, valid, WIDTH)
    return hidden


@triton.jit(do_not_specialize=["capacity", "scale_x", "scale_y", "scale_z"])
def deformation_kernel(
    positions_ptr, slots_ptr, count_ptr, matrices_ptr, biases_ptr, terms_ptr,
    rotation_ptr, rotation_bias_ptr, translation_ptr, translation_bias_ptr,
    moved_ptr, hidden_ptr, twists_ptr, window_ptr, capacity, scale_x, scale_y, scale_z,
    WIDTH: tl.constexpr, N_LAYERS: tl.constexpr, SAVE: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    n = tl.load(count_ptr)
    start = tl.program_id(0) * BLOCK
    if start >= n:
        return
    rows = start + tl.arange(0, BLOCK)
    valid = rows < n
    ENTRIES: tl.constexpr = 2 if N_LAYERS > _SKIP else 1
    STRIDE: tl.constexpr = _ENCODING * ENTRIES + (N_LAYERS - 1) * WIDTH
    px, py, pz = load_triple(positions_ptr, rows, valid)
    slots = tl.load(slots_ptr + rows, mask=valid, other=0)
    encoding = encoding_tile(px, py, pz, tl.load(window_ptr))
    total = tl.dot(encoding, _transposed(matrices_ptr, 0, STRIDE, _ENCODING, WIDTH))
    total += _code_term(terms_ptr, slots, valid, 0, ENTRIES, WIDTH)
    hidden = to_half(tl.maximum(total, 0.0))
    if SAVE:
        _store_hidden(hidden_ptr, hidden, 0, capacity, rows, valid, WIDTH)
    hidden = _inner_layers(
        hidden, 1, N_LAYERS if N_LAYERS < _SKIP else _SKIP,
        matrices_ptr, biases_ptr, hidden_ptr, capacity, rows, valid, WIDTH, N_LAYERS, SAVE,
    )  # fmt: skip
    if N_LAYERS > _SKIP:
        first = _ENCODING + (_SKIP - 1) * WIDTH
        total = tl.dot(hidden, _transposed(matrices_ptr, first, STRIDE, WIDTH, WIDTH))
        again = _transposed(matrices_ptr, STRIDE - _ENCODING, STRIDE, _ENCODING, WIDTH)
        total = tl.dot(encoding, again, total)
        total += _code_term(terms_ptr, slots, valid, 1, ENTRIES, WIDTH)
        hidden = to_half(tl.maximum(total, 0.0))
        if SAVE:
            _store_hidden(hidden_ptr, hidden, _SKIP, capacity, rows, valid, WIDTH)
        hidden = _inner_layers(
            hidden, _SKIP + 1, N_LAYERS,
            matrices_ptr, biases_ptr, hidden_ptr, capacity, rows, valid, WIDTH, N_LAYERS, SAVE,
        )  # fmt: skip
    twists = tl.dot(hidden, tl.trans(load_heads(rotation_ptr, translation_ptr, WIDTH)))
    rx = _pick(twists, rotation_bias_ptr, 0, 0)
    ry = _pick(twists, rotation_bias_ptr, 0, 1)
    rz = _pick(twists, rotation_bias_ptr, 0, 2)
    vx = _pick(twists, translation_bias_ptr, 3, 0)
    vy = _pick(twists, translation_bias_ptr, 3, 1)
    vz = _pick(twists, translation_bias_ptr, 3, 2)
    if SAVE:
        plane = capacity.to(tl.int64)
        tl.store(twists_ptr + rows, rx, mask=valid)
        tl.store(twists_ptr + plane + rows, ry, mask=valid)
        tl.store(twists_ptr + plane * 2 + rows, rz, mask=valid)
        tl.store(twists_ptr + plane * 3 + rows, vx, mask=valid)
        tl.store(twists_ptr + plane * 4 + rows, vy, mask=valid)
        tl.store(twists_ptr + plane * 5 + rows, vz, mask=valid)
    else:
        ox, oy, oz = motion(rx, ry, rz, vx, vy, vz, px, py, pz)
        mx, my, mz = px + ox * scale_x, py + oy * scale_y, pz + oz * scale_z
        store_triple(moved_ptr, rows, valid, mx, my, mz)


@lru_cache(maxsize=16)
def tiles(device: torch.device) -> Tiles:
    """Sizes with which, compiled for a device, registers and shared memory suffice (86: 99 KiB)."""
    if device.type != "cuda":
        # Triton's interpreter.
        return Tiles(128, 8, 1, 64, 1, 8)
    properties = torch.cuda.get_device_properties(device)
    n_programs = 2 * properties.multi_processor_count
    if properties.major >= 9:
        return Tiles(64, 4, 3, 64, 2, n_programs)
    if properties.major == 8:
        return Tiles(64, 8, 2, 32, 2, n_programs)
    # Triton has no tensor cores here: a product becomes a multiplication after the other.
    return Tiles(16, 8, 1, 16, 1, n_programs)


def check_samples(
    positions_unit: Tensor,
    slots: Tensor,
    count: Tensor,
    weights: DeformationWeights,
    code_terms: Tensor,
) -> None:
    """Raises ValueError unless the packed samples and code terms are what the kernels take."""
    capacity, device = len(positions_unit), weights.matrices.device
    check("positions_unit", positions_unit, torch.float32, (capacity, 3), device)
    check("slots", slots, torch.int32, (capacity,), device)
    check("count", count, torch.int32, (1,), device)
    check("window", weights.window, torch.float32, (1,), device)
    terms_shape = (len(code_terms), weights.n_entries, weights.width)
    check("code_terms", code_terms, torch.float32, terms_shape, device)


def _launch(
    positions_unit: Tensor,
    slots: Tensor,
    count: Tensor,
    weights: DeformationWeights,
    code_terms: Tensor,
    outputs: tuple[Tensor, Tensor, Tensor],
    scale: tuple[float, float, float],
    save: bool,
) -> None:
    check_samples(positions_unit, slots, count, weights, code_terms)
    capacity = len(positions_unit)
    if capacity == 0:
        return
    w, size = weights, tiles(positions_unit.device)
    launch(deformation_kernel, (ceil_div(capacity, size.forward),),
        positions_unit, slots, count, w.matrices, w.biases, code_terms,
        w.rotation_weight, w.rotation_bias, w.translation_weight, w.translation_bias,
        *outputs, w.window, capacity, *scale,
        WIDTH=w.width, N_LAYERS=w.n_layers, SAVE=save, BLOCK=size.forward,
        num_warps=size.forward_warps, num_stages=size.forward_stages,
    )  # fmt: skip


def deform(
    positions_unit: Float[Tensor, "c 3"],
    slots: Int32[Tensor, "c"],
    count: Int32[Tensor, "1"],
    weights: DeformationWeights,
    code_terms: Float32[Tensor, "k s w"],
    offset_scale: tuple[float, float, float],
) -> Float[Tensor, "c 3"]:
    """Moved points: position + offset * offset_scale, in the unit box; garbage beyond the count.

    Args:
        slots: index of each sample's timestep among the K code terms.
        code_terms: what each timestep's code adds to layers 0 and 4, their biases included.

    Raises:
        ValueError: for arguments of the wrong type, shape or device.
    """
    moved = torch.empty_like(positions_unit)
    outputs = (moved, moved, moved)
    _launch(positions_unit, slots, count, weights, code_terms, outputs, offset_scale, False)
    return moved


def deform_saving(
    positions_unit: Float[Tensor, "c 3"],
    slots: Int32[Tensor, "c"],
    count: Int32[Tensor, "1"],
    weights: DeformationWeights,
    code_terms: Float32[Tensor, "k s w"],
    hidden: Float16[Tensor, "layers c w"],
) -> Float32[Tensor, "6 c"]:
    """Writes the activations after each layer; returns what the heads say: rotation, then
    translation.

    Raises:
        ValueError: for arguments of the wrong type, shape or device.
    """
    capacity, device = len(positions_unit), positions_unit.device
    shape = (weights.n_layers, capacity, weights.width)
    check("activations", hidden, torch.float16, shape, device)
    twists = torch.empty((6, capacity), dtype=torch.float32, device=device)
    outputs = (twists, hidden, twists)
    _launch(positions_unit, slots, count, weights, code_terms, outputs, (1.0, 1.0, 1.0), True)
    return twists
