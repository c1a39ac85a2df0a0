"""A mesh that moves, as binary glTF: a morph target for each timestep, and an animation of their
weights, which any viewer of glTF plays."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from nersemble.interop.glb import Arrays
from nersemble.ops.colors import srgb_to_linear
from nersemble.rendering.surface import Surface

_UNLIT = "KHR_materials_unlit"


def animation_glb(
    surfaces: Sequence[Surface], seconds: Sequence[float], names: Sequence[str]
) -> bytes:
    """A GLB file of one mesh, which goes from each surface to the next, linearly.

    The first surface is the mesh, every later one a target: how far positions and linear colours
    (16 bits) are from the first's. At a surface's time its weight is 1, the others are 0. The
    material is not lit, since the colours have the capture's light in them.

    Args:
        surfaces: with the same triangles, at least two.
        seconds: of each surface; increasing, the first is 0.
        names: of each surface.
    """
    arrays, first = Arrays(), surfaces[0]
    rgb = _linear(first)
    attributes = {
        "POSITION": arrays.add(first.positions_world, ranged=True),
        "COLOR_0": arrays.add(_rgba(rgb, 1.0, np.uint16)),
    }
    targets = [
        {
            "POSITION": arrays.add(later.positions_world - first.positions_world, ranged=True),
            "COLOR_0": arrays.add(_rgba(_linear(later) - rgb, 0.0, np.int16)),
        }
        for later in surfaces[1:]
    ]
    primitive = {
        "attributes": attributes,
        "indices": arrays.add(first.faces.astype(np.uint32).reshape(-1)),
        "material": 0,
        "targets": targets,
    }
    n = len(surfaces)
    times = arrays.add(np.asarray(seconds, np.float32), ranged=True)
    weights = arrays.add(np.eye(n, n - 1, -1, np.float32).reshape(-1))
    material = {
        "pbrMetallicRoughness": {"metallicFactor": 0, "roughnessFactor": 1},
        "extensions": {_UNLIT: {}},
        "doubleSided": True,
    }
    animation = {
        "samplers": [{"input": times, "interpolation": "LINEAR", "output": weights}],
        "channels": [{"sampler": 0, "target": {"node": 0, "path": "weights"}}],
    }
    return arrays.file(
        {
            "extensionsUsed": [_UNLIT],
            "meshes": [
                {
                    "primitives": [primitive],
                    "weights": [0.0] * (n - 1),
                    "extras": {"targetNames": list(names[1:])},
                }
            ],
            "materials": [material],
            "animations": [animation],
        }
    )


def _linear(surface: Surface) -> Float32[np.ndarray, "v 3"]:
    return srgb_to_linear(surface.rgbs.clip(0, 1)).astype(np.float32)


def _rgba(rgb: np.ndarray, alpha: float, kind: type[np.integer]) -> np.ndarray:
    """With an alpha channel, as integers that stand for 0..1 or -1..1."""
    rgba = np.concatenate([rgb, np.full((len(rgb), 1), alpha)], 1)
    found: np.ndarray = np.rint(rgba * np.iinfo(kind).max).astype(kind)
    return found
