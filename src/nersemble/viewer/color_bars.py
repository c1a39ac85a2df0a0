"""Colour legends of the channels, as HTML for a page's panel."""

import math
from collections.abc import Callable, Mapping, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.geometry.world import SCALE_FACTOR
from nersemble.ops.colors import to_uint8
from nersemble.rendering.channels import (
    FAR_METRES,
    FULL_ERROR,
    FULL_OFFSET_UNIT,
    NEAR_METRES,
    deformation_to_rgb,
    depth_to_rgb,
    error_to_rgb,
)

_N_STOPS = 24
_SMALL = "font-size:12px;line-height:1.3;padding:2px 12px 6px"


def color_bar(channel: str, scene_box: Float[Tensor, "2 3"]) -> str:
    """The legend of a channel; empty if its colours need none.

    Args:
        channel: of ``CHANNELS``.
        scene_box: low and high corner, model world; offsets are shares of its edges.
    """
    return _BARS[channel](scene_box) if channel in _BARS else ""


def _depth_bar(_: Tensor) -> str:
    metres = torch.linspace(NEAR_METRES, FAR_METRES, _N_STOPS)[None]
    colors = depth_to_rgb(metres * SCALE_FACTOR, torch.ones_like(metres))
    return _bar(colors, f"{NEAR_METRES:g} m or nearer", f"{FAR_METRES:g} m or farther")


def _error_bar(_: Tensor) -> str:
    error = torch.linspace(0, FULL_ERROR, _N_STOPS)[None, :, None].expand(-1, -1, 3)
    return _bar(error_to_rgb(error, torch.zeros_like(error)), "0", f"{FULL_ERROR:g} of 1 or more")


def _deformation_bar(scene_box: Float[Tensor, "2 3"]) -> str:
    """A disc of directions as seen from the front, with rest in its centre."""
    # CSS turns clockwise from the top.
    turns = torch.linspace(0, 2 * math.pi, _N_STOPS + 1)
    directions = torch.stack([turns.sin(), torch.zeros_like(turns), turns.cos()], -1)[None]
    colors = deformation_to_rgb(FULL_OFFSET_UNIT * directions, torch.ones_like(turns)[None])
    edges_metres = (scene_box[1] - scene_box[0]) / SCALE_FACTOR
    most_cm = 100 * FULL_OFFSET_UNIT * float(edges_metres[[0, 2]].mean())
    disc = (
        "flex:none;width:64px;height:64px;border-radius:50%;background:"
        f"radial-gradient(closest-side,#fff,#fff0),conic-gradient({_stops(colors)})"
    )
    return (
        f'<div class="color-bar" style="{_SMALL};display:flex;gap:10px;align-items:center">'
        f'<div style="{disc}"></div><div>Direction of the motion, seen from the front. Center: at '
        f"rest. Edge: about {most_cm:.1f} cm or more. Darker: to the front or back.</div></div>"
    )


def _normals_bar(_: Tensor) -> str:
    return (
        f'<div class="color-bar" style="{_SMALL}">Normals of the rendered depth. Red grows to the '
        "right, green up, blue to the front.</div>"
    )


_BARS: Mapping[str, Callable[[Tensor], str]] = {
    "depth": _depth_bar,
    "deformation": _deformation_bar,
    "normals": _normals_bar,
    "error": _error_bar,
}


def _bar(colors: Float[Tensor, "1 n 3"], low: str, high: str) -> str:
    return (
        f'<div class="color-bar" style="{_SMALL}"><div style="height:12px;background:'
        f'linear-gradient(to right,{_stops(colors)})"></div>'
        f'<div style="display:flex;justify-content:space-between"><span>{low}</span>'
        f"<span>{high}</span></div></div>"
    )


def _stops(colors: Float[Tensor, "1 n 3"]) -> str:
    rows: Sequence[Sequence[int]] = to_uint8(colors)[0].tolist()
    return ",".join(f"#{bytes(row).hex()}" for row in rows)
