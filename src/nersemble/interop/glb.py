"""Binary glTF files (Khronos Group, glTF 2.0): a scene, and the arrays that it refers to."""

import json
import struct
from typing import Any

import numpy as np

_COMPONENTS = {"f4": 5126, "u4": 5125, "u2": 5123, "i2": 5122, "u1": 5121}


class Arrays:
    """Arrays of a scene, one after the other."""

    def __init__(self) -> None:
        self.accessors: list[dict[str, Any]] = []
        self._views: list[dict[str, Any]] = []
        self._parts: list[bytes] = []
        self._n_bytes = 0

    def add(self, array: np.ndarray, *, ranged: bool = False) -> int:
        """Adds an array [n] or [n, 2..4], whose rows take a multiple of 4 bytes; integers of 1 and
        2 bytes stand for 0..1 or -1..1. Returns the number by which a scene refers to it.

        Args:
            ranged: also tell the least and the largest values.
        """
        array = array.astype(array.dtype.newbyteorder("<"))
        columns = array.reshape(len(array), -1)
        width, kind = columns.shape[1], array.dtype.str[1:]
        accessor: dict[str, Any] = {
            "bufferView": len(self._views),
            "componentType": _COMPONENTS[kind],
            "count": len(array),
            "type": "SCALAR" if width == 1 else f"VEC{width}",
        }
        if kind in ("u1", "u2", "i2"):
            accessor["normalized"] = True
        if ranged:
            accessor |= {"min": columns.min(0).tolist(), "max": columns.max(0).tolist()}
        content = array.tobytes()
        self._views.append({"buffer": 0, "byteOffset": self._n_bytes, "byteLength": len(content)})
        self._parts.append(content)
        self._n_bytes += len(content)
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def file(self, scene: dict[str, Any]) -> bytes:
        """A GLB file of the arrays and a scene of one node, which holds the first mesh.

        Args:
            scene: ``meshes`` and what else glTF has, without what the arrays are.
        """
        content = {
            "asset": {"version": "2.0", "generator": "nersemble"},
            "scene": 0,
            "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0}],
            **scene,
            "accessors": self.accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": self._n_bytes}],
        }
        text = json.dumps(content).encode()
        text += b" " * (-len(text) % 4)
        chunks = _chunk(b"JSON", text) + _chunk(b"BIN\0", b"".join(self._parts))
        return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("<I4s", len(content), kind) + content
