"""Point clouds in PCD files, version 0.7 of the Point Cloud Library: positions and normals.

Open3D wrote the files of the NVS benchmark (method.md, NVS benchmark), with the fields ``x y z
normal_x normal_y normal_z rgb``. Data may be ascii, binary or binary_compressed; fields may have
any order and number type. Colours are ignored.
"""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32

from nersemble.files import reason_of
from nersemble.opening import read_bytes

# Ten million points.
_MAX_BYTES = 1 << 28
_POSITION = ("x", "y", "z")
_NORMAL = ("normal_x", "normal_y", "normal_z")


def read_pcd(
    path: Path,
) -> tuple[Float32[np.ndarray, "n 3"], Float32[np.ndarray, "n 3"] | None]:
    """The points of a cloud, in the file's coordinates, and their normals. Points that are not
    finite are skipped.

    Returns:
        Positions, and unit normals: 0 for points without one, None if the file has no normals.

    Raises:
        ValueError: the file is damaged, or has no positions; says why.
    """
    try:
        fields = _read_fields(read_bytes(path, _MAX_BYTES))
    except (OSError, IndexError, KeyError, TypeError, OverflowError) as error:
        raise ValueError(_reason(error)) from error
    positions = _columns(fields, _POSITION)
    if positions is None:
        raise ValueError("it has no fields x, y and z")
    normals = _columns(fields, _NORMAL)
    finite = np.isfinite(positions).all(1)
    if normals is None:
        return positions[finite], None
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    good = np.isfinite(length) & (length > 0)
    unit = np.divide(normals, length, out=np.zeros_like(normals), where=good)
    return positions[finite], unit[finite]


def _read_fields(content: bytes) -> dict[str, np.ndarray[Any, Any]]:
    """The values of all fields that have one number for each point."""
    header, kind, data = _header(content)
    names = header["FIELDS"]
    counts = [int(count) for count in header.get("COUNT", ["1"] * len(names))]
    kinds = [
        np.dtype(f"<{letter.lower()}{size}")
        for letter, size in zip(header["TYPE"], header["SIZE"], strict=True)
    ]
    n_points = int(header["POINTS"][0])
    if n_points < 0 or min(counts, default=1) < 1:
        raise ValueError("its header has numbers below 0")
    columns = [
        (f"{index} {name}", kind, (count,))
        for index, (name, kind, count) in enumerate(zip(names, kinds, counts, strict=True))
    ]
    if kind == "ascii":
        words = data.split()
        _require(len(words), n_points * sum(counts), "numbers")
        numbers = np.array(words, np.float64).reshape(n_points, sum(counts))
        parts = np.split(numbers, np.cumsum(counts)[:-1], 1)
    elif kind == "binary":
        row = np.dtype(columns)
        _require(len(data), n_points * row.itemsize, "bytes")
        rows = np.frombuffer(data[: n_points * row.itemsize], row)
        parts = [rows[name] for name, _, _ in columns]
    elif kind == "binary_compressed":
        parts = _field_by_field(data, n_points, kinds, counts)
    else:
        raise ValueError(f"its data are {kind}, not ascii, binary or binary_compressed")
    return {name: part[:, 0] for name, part in zip(names, parts, strict=True) if part.shape[1] == 1}


def _header(content: bytes) -> tuple[dict[str, list[str]], str, bytes]:
    """The header's entries, the kind of data, and the data."""
    entries: dict[str, list[str]] = {}
    begin = 0
    while (end := content.find(b"\n", begin)) >= 0:
        words = content[begin:end].decode("ascii", "replace").split("#")[0].split()
        begin = end + 1
        if words and words[0] == "DATA":
            return entries, words[1], content[begin:]
        if words:
            entries[words[0]] = words[1:]
    raise ValueError("it is not a PCD file, or its header is cut off")


def _field_by_field(
    data: bytes, n_points: int, kinds: list[np.dtype[Any]], counts: list[int]
) -> list[np.ndarray[Any, Any]]:
    """Compressed data: all values of the first field, then all of the second, and so on."""
    _require(len(data), 8, "bytes")
    packed = int(np.frombuffer(data, "<u4", 1)[0])
    _require(len(data) - 8, packed, "bytes")
    content = _decompress(data[8 : 8 + packed])
    row_bytes = sum(kind.itemsize * count for kind, count in zip(kinds, counts, strict=True))
    _require(len(content), n_points * row_bytes, "bytes")
    parts, begin = [], 0
    for kind, count in zip(kinds, counts, strict=True):
        part = np.frombuffer(content, kind, n_points * count, begin)
        parts.append(part.reshape(n_points, count))
        begin += part.nbytes
    return parts


def _decompress(data: bytes) -> bytearray:
    """LZF (Marc Lehmann's LibLZF): runs of literal bytes, and references to earlier ones."""
    out = bytearray()
    at = 0
    while at < len(data):
        control = data[at]
        at += 1
        if control < 32:
            out += data[at : at + control + 1]
            at += control + 1
            continue
        length = control >> 5
        if length == 7:
            length += data[at]
            at += 1
        begin = len(out) - ((control & 31) << 8) - data[at] - 1
        at += 1
        if begin < 0:
            raise ValueError("its compressed data are damaged")
        earlier = out[begin : begin + length + 2]
        # A reference may overlap its own output: then its bytes repeat.
        repeats = -(-(length + 2) // len(earlier))
        out += (earlier * repeats)[: length + 2]
    return out


def _require(found: int, wanted: int, what: str) -> None:
    if found < wanted:
        raise ValueError(f"it is cut off: it has {found} {what} of points instead of {wanted}")


def _columns(
    fields: dict[str, np.ndarray[Any, Any]], names: tuple[str, ...]
) -> Float32[np.ndarray, "n 3"] | None:
    if any(name not in fields for name in names):
        return None
    with np.errstate(over="ignore"):
        return np.stack([fields[name] for name in names], 1).astype(np.float32)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return reason_of(error)
    if isinstance(error, KeyError):
        return f"its header has no {error.args[0]}"
    return "it is cut off or damaged"
