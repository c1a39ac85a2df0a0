"""Gaussians as binary glTF with the extension KHR_gaussian_splatting (Khronos Group, 2025)."""

import json
import struct
from typing import Any

import numpy as np
import torch

from nersemble.gaussians.gaussians import SH_0, Gaussians
from nersemble.ops.colors import srgb_to_linear, to_uint8

_NAME = "KHR_gaussian_splatting"
_POINTS, _FLOAT, _BYTE = 0, 5126, 5121


def glb_bytes(gaussians: Gaussians) -> bytes:
    """A GLB file with one primitive of points, each a Gaussian.

    Opacities and scales are as they are seen, not as 3DGS fits them; quaternions are x, y, z, w.
    Colours are sRGB. Programs without the extension see points with linear colours.
    """
    attributes = {
        "POSITION": gaussians.means,
        f"{_NAME}:ROTATION": torch.nn.functional.normalize(gaussians.quaternions).roll(-1, 1),
        f"{_NAME}:SCALE": gaussians.log_scales.exp(),
        f"{_NAME}:OPACITY": gaussians.opacity_logits.sigmoid()[:, None],
        f"{_NAME}:SH_DEGREE_0_COEF_0": gaussians.sh[:, 0],
    }
    for i in range(gaussians.sh.shape[1] - 1):
        attributes[f"{_NAME}:SH_DEGREE_1_COEF_{i}"] = gaussians.sh[:, 1 + i]
    arrays = {n: t.detach().cpu().numpy().astype("<f4") for n, t in attributes.items()}
    rgb = srgb_to_linear((0.5 + SH_0 * arrays[f"{_NAME}:SH_DEGREE_0_COEF_0"]).clip(0, 1))
    alpha = arrays[f"{_NAME}:OPACITY"]
    arrays["COLOR_0"] = to_uint8(np.concatenate([rgb, alpha], 1))

    views, accessors, at = [], [], 0
    for name, array in arrays.items():
        views.append({"buffer": 0, "byteOffset": at, "byteLength": array.nbytes})
        accessors.append(_accessor(len(views) - 1, name, array))
        at += array.nbytes
    kernel = {"kernel": "ellipse", "colorSpace": "srgb_rec709_display"}
    primitive = {
        "mode": _POINTS,
        "attributes": {name: i for i, name in enumerate(arrays)},
        "extensions": {_NAME: kernel},
    }
    scene = {
        "asset": {"version": "2.0", "generator": "nersemble"},
        "extensionsUsed": [_NAME],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [primitive]}],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": at}],
    }
    text = json.dumps(scene).encode()
    text += b" " * (-len(text) % 4)
    chunks = _chunk(b"JSON", text) + _chunk(
        b"BIN\0", b"".join(a.tobytes() for a in arrays.values())
    )
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def _accessor(view: int, name: str, array: np.ndarray) -> dict[str, Any]:
    width = array.shape[1]
    accessor: dict[str, Any] = {
        "bufferView": view,
        "componentType": _FLOAT,
        "count": len(array),
        "type": "SCALAR" if width == 1 else f"VEC{width}",
    }
    if name == "COLOR_0":
        accessor |= {"componentType": _BYTE, "normalized": True}
    if name == "POSITION":
        accessor |= {"min": array.min(0).tolist(), "max": array.max(0).tolist()}
    return accessor


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("<I4s", len(content), kind) + content
