"""Colours in 0..1, sRGB: blended on white, as linear light, and as the bytes of a picture file."""

from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from jaxtyping import Float, UInt8

if TYPE_CHECKING:
    # Processes that render synthetic pictures have no use for torch, whose import takes seconds.
    from torch import Tensor

Colors = TypeVar("Colors", np.ndarray, "Tensor")
"""Arrays or tensors: what is computed of either is of the same kind."""


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
    """Linear light of sRGB colours (IEC 61966-2-1)."""
    linear: Float[np.ndarray, "*shape"] = np.where(
        encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4
    )
    return linear


def to_uint8(
    colors: "Float[np.ndarray, '*shape'] | Float[Tensor, '*shape']",
    rounding: Literal["nearest", "truncate"] = "nearest",
) -> UInt8[np.ndarray, "*shape"]:
    """Bytes of colours in 0..1; what lies outside is cut off and NaN is black.

    ``nearest`` is ours; ``truncate`` is what the release does before metrics and files.
    """
    if not isinstance(colors, np.ndarray):
        return _tensor_to_uint8(colors, rounding)
    # Of a number and NaN, fmax takes the number.
    scaled = np.fmin(np.fmax(colors, 0), 1) * 255
    if rounding == "nearest":
        scaled = np.rint(scaled)
    levels: UInt8[np.ndarray, "*shape"] = scaled.astype(np.uint8)
    return levels


def _tensor_to_uint8(
    colors: "Float[Tensor, '*shape']", rounding: str
) -> UInt8[np.ndarray, "*shape"]:
    """The same on the tensor's device: a byte is less to copy than a float."""
    scaled = colors.detach().float().nan_to_num(nan=0.0).clamp(0, 1) * 255
    return on_host((scaled.round() if rounding == "nearest" else scaled).byte())


def on_host(values: "Tensor") -> np.ndarray:
    """A tensor as an array. From a GPU it passes through pinned memory, several times as fast."""
    if values.device.type != "cpu":
        values = values.new_empty(values.shape, device="cpu", pin_memory=True).copy_(values)
    array: np.ndarray = values.numpy()
    return array
