"""Operations on sRGB colours in 0..1: blending on white, linear light, and 8-bit conversion."""

from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from jaxtyping import Float, UInt8

if TYPE_CHECKING:
    # Not imported at run time: synthetic pictures need no torch, which takes seconds to import.
    from torch import Tensor

Colors = TypeVar("Colors", np.ndarray, "Tensor")
"""Arrays or tensors; results have the same type."""


def blend_on_white(rgb: Colors, alpha: Colors) -> Colors:
    """rgb a + (1 - a).

    Args:
        rgb: colours, [..., 3].
        alpha: 1 is foreground, [...].
    """
    weight = alpha[..., None]
    blended: Colors = rgb * weight + (1 - weight)
    return blended


def srgb_to_linear(encoded: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Converts sRGB colours to linear light (IEC 61966-2-1)."""
    linear: Float[np.ndarray, "*shape"] = np.where(
        encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4
    )
    return linear


def to_uint8(
    colors: "Float[np.ndarray, '*shape'] | Float[Tensor, '*shape']",
    rounding: Literal["nearest", "truncate"] = "nearest",
) -> UInt8[np.ndarray, "*shape"]:
    """Converts colours in 0..1 to bytes; values outside are clipped, and NaN is black.

    ``nearest`` is ours; the release uses ``truncate`` before metrics and files.
    """
    if not isinstance(colors, np.ndarray):
        return _tensor_to_uint8(colors, rounding)
    # fmax ignores NaN.
    scaled = np.fmin(np.fmax(colors, 0), 1) * 255
    if rounding == "nearest":
        scaled = np.rint(scaled)
    levels: UInt8[np.ndarray, "*shape"] = scaled.astype(np.uint8)
    return levels


def _tensor_to_uint8(
    colors: "Float[Tensor, '*shape']", rounding: str
) -> UInt8[np.ndarray, "*shape"]:
    """The same on the tensor's device: bytes are faster to copy than floats."""
    scaled = colors.detach().float().nan_to_num(nan=0.0).clamp(0, 1) * 255
    return on_host((scaled.round() if rounding == "nearest" else scaled).byte())


def on_host(values: "Tensor") -> np.ndarray:
    """Copies a tensor to an array; from a GPU through pinned memory, which is much faster."""
    if values.device.type != "cpu":
        values = values.new_empty(values.shape, device="cpu", pin_memory=True).copy_(values)
    array: np.ndarray = values.numpy()
    return array
