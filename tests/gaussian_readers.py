"""Readers of files of Gaussians that share no code with ours, for tests."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

_WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}
_TYPES = {5126: "<f4", 5125: "<u4", 5123: "<u2", 5122: "<i2", 5121: "u1"}


def read_glb(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The JSON of a binary glTF, and the attributes of its first primitive by name."""
    scene, arrays = read_arrays(path)
    attributes = scene["meshes"][0]["primitives"][0]["attributes"]
    return scene, {name: arrays[index] for name, index in attributes.items()}


def read_arrays(path: Path) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The JSON of a binary glTF, and what its accessors say, a row each."""
    content = path.read_bytes()
    magic, version, length, text_bytes, kind = struct.unpack_from("<4sII I4s", content)
    assert (magic, version, length, kind) == (b"glTF", 2, len(content), b"JSON")
    scene = json.loads(content[20 : 20 + text_bytes])
    n_bytes, kind = struct.unpack_from("<I4s", content, 20 + text_bytes)
    assert kind == b"BIN\0"
    binary = content[28 + text_bytes :]
    assert len(binary) == n_bytes
    assert n_bytes % 4 == 0
    arrays = []
    for accessor in scene["accessors"]:
        view = scene["bufferViews"][accessor["bufferView"]]
        width, kind = _WIDTHS[accessor["type"]], np.dtype(_TYPES[accessor["componentType"]])
        begin = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        assert begin % 4 == width * kind.itemsize % 4 == 0
        numbers = np.frombuffer(binary, kind, accessor["count"] * width, begin)
        assert numbers.nbytes <= view["byteLength"]
        arrays.append(numbers.reshape(-1, width))
        for bound, found in (("min", arrays[-1].min(0)), ("max", arrays[-1].max(0))):
            assert accessor.get(bound, found.tolist()) == found.tolist()
    return scene, arrays
