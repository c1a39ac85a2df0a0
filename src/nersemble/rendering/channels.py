"""Rendered quantities as pictures (method.md, Videos).

Colours are floats in 0..1, [h, w, 3], sRGB; ``ops.colors.to_uint8`` makes them bytes.
"""

import math
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.geometry.world import SCALE_FACTOR

DeformationStyle = Literal["hue", "raw"]

EMPTY_BELOW = 0.5
"""Accumulation below which a pixel counts as empty."""

NEAR_METRES, FAR_METRES = 0.8, 1.2
"""Depths of the first and the last colour."""
FULL_ERROR = 0.25
"""Difference (0..1) of the last colour."""
FULL_OFFSET_UNIT = 0.04
"""Offset, unit box, with full saturation; of a default scene box this is 2 cm."""

# The turbo colour map (Mikhailov, 2019) as polynomials of degree 5 for red, green and blue, the
# constant first; a little darker than its table at the blue end.
_TURBO = (
    (0.13572138, 4.61539260, -42.66032258, 132.13108234, -152.94239396, 59.28637943),
    (0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604),
    (0.10667330, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973),
)


def depth_to_rgb(
    depth_world: Float[Tensor, "h w"], accumulation: Float[Tensor, "h w"]
) -> Float[Tensor, "h w 3"]:
    """Depth as turbo colours, inverted: red is 0.8 m or nearer, blue 1.2 m or farther, white empty.

    Args:
        depth_world: model-world units (metres x 9).
        accumulation: below 0.5 a pixel is empty.
    """
    share = (depth_world / SCALE_FACTOR - NEAR_METRES) / (FAR_METRES - NEAR_METRES)
    return _white_where_empty(_turbo(1 - share.nan_to_num(1.0).clamp(0, 1)), accumulation)


def deformation_to_rgb(
    offsets_unit: Float[Tensor, "h w 3"],
    accumulation: Float[Tensor, "h w"],
    style: DeformationStyle = "hue",
    *,
    full_offset: float = FULL_OFFSET_UNIT,
) -> Float[Tensor, "h w 3"]:
    """Offsets of the deformation field as colours.

    ``hue``: seen from the front, the direction is the hue (to the right red, up yellow-green, left
    cyan, down violet) and the length the saturation; motion to the front or to the back, which has
    no direction in such a picture, darkens; white is rest and emptiness. ``raw``: x, y, z as red,
    green and blue, cut off at 0 and 1, as the release does it.

    Args:
        offsets_unit: unit box, axes of the model world (x to the right, y to the back, z up).
        accumulation: below 0.5 a pixel is empty (``hue`` only).
        style: see above.
        full_offset: the length with full saturation.
    """
    offsets = offsets_unit.nan_to_num(0.0)
    if style == "raw":
        return offsets.clamp(0, 1)
    right, back, up = offsets.unbind(-1)
    hue = torch.atan2(up, right) / (2 * math.pi)
    saturation = (torch.hypot(right, up) / full_offset).clamp(0, 1)
    value = 1 - 0.5 * (back.abs() / full_offset).clamp(0, 1)
    planes = []
    # Each primary is full within a sixth of a turn of its own hue and gone beyond a third.
    for primary in (0.0, 1 / 3, 2 / 3):
        turn = hue - primary
        pure = (2 - 6 * (turn - turn.round()).abs()).clamp_(0, 1)
        planes.append(value * (1 - saturation * (1 - pure)))
    return _white_where_empty(torch.stack(planes, -1), accumulation)


def normals_to_rgb(normals_world: Float[Tensor, "h w 3"]) -> Float[Tensor, "h w 3"]:
    """Unit normals in the model world as colours, independent of the camera.

    Red grows to the right (x), green up (z), blue to the front (-y, where the face looks), and 0.5
    is zero; so a face is mostly blue. A normal of length 0 is white.
    """
    x, y, z = normals_world.unbind(-1)
    rgb = (torch.stack([x, z, -y], -1) + 1) / 2
    return _white_where_empty(rgb, torch.linalg.vector_norm(normals_world, dim=-1))


def accumulation_to_rgb(accumulation: Float[Tensor, "h w"]) -> Float[Tensor, "h w 3"]:
    """Accumulation as grey: white is opaque."""
    return accumulation.clamp(0, 1)[..., None].repeat(1, 1, 3)


def error_to_rgb(
    rgb: Float[Tensor, "h w 3"], truth: Float[Tensor, "h w 3"]
) -> Float[Tensor, "h w 3"]:
    """The mean absolute difference of the colour channels as turbo colours: blue is none, red
    0.25 or more.

    Args:
        rgb: a rendered picture, 0..1.
        truth: the ground truth, 0..1.
    """
    return _turbo(((rgb - truth).abs().mean(-1) / FULL_ERROR).clamp(0, 1))


def _turbo(share: Float[Tensor, "h w"]) -> Float[Tensor, "h w 3"]:
    """The turbo colours of values in 0..1: dark blue, cyan, green, yellow, dark red."""
    planes = []
    for *lower, highest in _TURBO:
        plane = torch.full_like(share, highest)
        for coefficient in reversed(lower):  # Horner's rule
            plane.mul_(share).add_(coefficient)
        planes.append(plane.clamp_(0, 1))
    return torch.stack(planes, -1)


def _white_where_empty(
    rgb: Float[Tensor, "h w 3"], accumulation: Float[Tensor, "h w"]
) -> Float[Tensor, "h w 3"]:
    return torch.where((accumulation >= EMPTY_BELOW)[..., None], rgb, 1.0)
