"""Writes point clouds as PCD files, for tests of what reads them."""

from pathlib import Path
from typing import Any, Literal

import numpy as np

FIELDS = ("x", "y", "z", "normal_x", "normal_y", "normal_z", "rgb")
"""In the order in which Open3D writes them."""


def write_pcd(
    path: Path,
    numbers: np.ndarray[Any, Any],
    kind: Literal["ascii", "binary", "binary_compressed"] = "binary",
    fields: tuple[str, ...] = FIELDS,
) -> Path:
    """Writes a cloud, a row of ``numbers`` for each point; fields beyond its columns are 1."""
    rows = np.ones((len(numbers), len(fields)), "<f4")
    rows[:, : numbers.shape[1]] = numbers
    names, n = " ".join(fields), len(fields)
    header = (
        f"# .PCD v0.7 - Point Cloud Data file format\nVERSION 0.7\nFIELDS {names}\n"
        f"SIZE{' 4' * n}\nTYPE{' F' * n}\nCOUNT{' 1' * n}\nWIDTH {len(rows)}\nHEIGHT 1\n"
        f"VIEWPOINT 0 0 0 1 0 0 0\nPOINTS {len(rows)}\nDATA {kind}\n"
    )
    if kind == "ascii":
        data = "\n".join(" ".join(str(x) for x in row) for row in rows).encode()
    else:
        data = rows.tobytes()
    if kind == "binary_compressed":
        plain = rows.T.tobytes()
        packed = lzf(plain)
        data = np.array([len(packed), len(plain)], "<u4").tobytes() + packed
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.encode() + data)
    return path


def lzf(plain: bytes) -> bytes:
    """Compresses as LibLZF does: literal runs of up to 32 bytes, and references of 3 to 264 bytes
    that reach up to 8192 bytes back."""
    out, literals, seen, at = bytearray(), bytearray(), dict[bytes, int](), 0

    def flush() -> None:
        for begin in range(0, len(literals), 32):
            run = literals[begin : begin + 32]
            out.append(len(run) - 1)
            out.extend(run)
        literals.clear()

    while at < len(plain):
        begin = seen.get(plain[at : at + 3])
        seen[plain[at : at + 3]] = at
        if begin is None or at - begin > 8192 or at + 3 > len(plain):
            literals.append(plain[at])
            at += 1
            continue
        length = 3
        while length < 264 and at + length < len(plain):
            if plain[begin + length] != plain[at + length]:
                break
            length += 1
        flush()
        back = at - begin - 1
        out.append((min(length - 2, 7) << 5) | back >> 8)
        if length - 2 >= 7:
            out.append(length - 2 - 7)
        out.append(back & 255)
        at += length
    flush()
    return bytes(out)
