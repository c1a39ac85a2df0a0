"""Gaussians as SPZ files, a fifth as large as PLY (Niantic; github.com/nianticlabs/spz).

A file is gzip of a header and of one array after the other: positions in fixed point (24 bits),
opacities, colours, logarithms of scales (8 bits each), rotations (32 bits; in version 2: 24),
spherical harmonics of degree 1 (8 bits each).
"""

import struct
import zlib
from itertools import pairwise

import numpy as np
import torch
from jaxtyping import Float64, UInt8, UInt32

from nersemble.gaussians.gaussians import Gaussians

_HEADER = struct.Struct("<IIIBBBB")
_MAGIC, _VERSION = 0x5053474E, 3
# Steps of 0.12 mm: places cost half as much error as with the usual 12, and 3 % of the size.
_FRACTIONAL_BITS = 13
_COLOR_SCALE = 0.15
_SCALE_STEPS, _SCALE_OFFSET = 16, 10
_MOST_GAUSSIANS = 10_000_000
# Of a rotation's x, y, z, w: those beside the largest one, and the longest of their lengths.
_OTHERS = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
_LONGEST = 511
_GZIP = 31
_LEVEL = 9


def spz_bytes(gaussians: Gaussians) -> bytes:
    """A file of version 3. Numbers are rounded and cut off where the format ends."""
    n, k = gaussians.sh.shape[:2]
    means, quaternions, scales, logits, sh = (
        tensor.detach().double().cpu().numpy() for tensor in vars(gaussians).values()
    )
    limit = 2**23 - 1
    fixed = np.rint(means * 2**_FRACTIONAL_BITS).clip(-limit, limit).astype("<i4")
    parts = [
        fixed[..., None].view(np.uint8)[..., :3],
        _bytes(255 / (1 + np.exp(-logits))),
        _bytes((sh[:, 0] * _COLOR_SCALE + 0.5) * 255),
        _bytes((scales + _SCALE_OFFSET) * _SCALE_STEPS),
        _packed(quaternions),
        _bytes(sh[:, 1:] * 128 + 128),
    ]
    header = _HEADER.pack(_MAGIC, _VERSION, n, int(k > 1), _FRACTIONAL_BITS, 0, 0)
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
    return packer.compress(header + b"".join(p.tobytes() for p in parts)) + packer.flush()


def from_spz(content: bytes) -> Gaussians:
    """The Gaussians of a file of version 2 or 3 with colours of degree 0 or 1.

    Raises:
        ValueError: it is none; the words continue "it".
    """
    unpacker = zlib.decompressobj(_GZIP)
    try:
        header = unpacker.decompress(content, _HEADER.size)
        magic, version, n, degree, bits, *_ = _HEADER.unpack(header)
    except (zlib.error, struct.error) as error:
        raise ValueError("is no SPZ file") from error
    if magic != _MAGIC or version not in (2, 3):
        raise ValueError("is no SPZ file of version 2 or 3")
    if degree > 1 or n > _MOST_GAUSSIANS:
        raise ValueError(f"has {n} Gaussians of degree {degree}: more than this program takes")
    widths = [9, 1, 3, 3, 4 if version == 3 else 3, 9 * degree]
    size = n * sum(widths)
    try:
        body = unpacker.decompress(unpacker.unconsumed_tail, size + 1)
    except zlib.error as error:
        raise ValueError("is damaged") from error
    if len(body) != size:
        raise ValueError("is not as long as its header says")
    ends = np.cumsum([0, *widths]) * n
    columns = [
        np.frombuffer(body[begin:end], np.uint8).reshape(n, width)
        for (begin, end), width in zip(pairwise(ends), widths, strict=True)
    ]
    places, alphas, colors, scales, rotations, rest = columns
    fixed = np.zeros((n, 3, 4), np.uint8)
    fixed[..., 1:] = places.reshape(n, 3, 3)
    # An opacity of 0 or 1 has no finite logit.
    alpha = (alphas[:, 0] / 255.0).clip(0.5 / 255, 254.5 / 255)
    parameters = (
        (fixed.view("<i4")[..., 0] >> 8) / 2.0**bits,
        _unpacked(rotations),
        scales / _SCALE_STEPS - _SCALE_OFFSET,
        np.log(alpha / (1 - alpha)),
        np.concatenate(
            [
                (colors[:, None] / 255.0 - 0.5) / _COLOR_SCALE,
                (rest.reshape(n, -1, 3) - 128.0) / 128,
            ],
            1,
        ),
    )
    return Gaussians(*(torch.from_numpy(p).float() for p in parameters))


def _bytes(values: Float64[np.ndarray, "*shape"]) -> UInt8[np.ndarray, "*shape"]:
    levels: UInt8[np.ndarray, "*shape"] = np.rint(values).clip(0, 255).astype(np.uint8)
    return levels


def _packed(wxyz: Float64[np.ndarray, "n 4"]) -> UInt32[np.ndarray, "n"]:
    """Which of x, y, z, w is largest (2 bits), then the others: each its sign and 9 bits of its
    length, of which 511 is the square root of 1/2. The largest is positive."""
    xyzw = np.roll(wxyz / np.linalg.norm(wxyz, axis=1, keepdims=True), -1, axis=1)
    largest = np.abs(xyzw).argmax(1)
    xyzw *= np.where(np.take_along_axis(xyzw, largest[:, None], 1) < 0, -1, 1)
    others = np.take_along_axis(xyzw, _OTHERS[largest], 1)
    lengths = np.rint(np.abs(others) * (_LONGEST * 2**0.5)).clip(0, _LONGEST)
    words = (lengths + (others < 0) * (_LONGEST + 1)).astype("<u4")
    packed: UInt32[np.ndarray, n] = largest.astype("<u4")
    for word in words.T:
        packed = packed << 10 | word
    return packed


def _unpacked(rotations: UInt8[np.ndarray, "n b"]) -> Float64[np.ndarray, "n 4"]:
    """Unit quaternions w, x, y, z of the 4 bytes of version 3 or the 3 of version 2: x, y, z."""
    if rotations.shape[1] == 3:
        largest = np.full(len(rotations), 3)
        others = rotations / 127.5 - 1
    else:
        packed = np.ascontiguousarray(rotations).view("<u4")
        largest = (packed[:, 0] >> 30).astype(np.intp)
        words = packed >> np.array([20, 10, 0], np.uint32) & (2 * _LONGEST + 1)
        signs = np.where(words > _LONGEST, -1, 1)
        others = signs * (words & _LONGEST) / (_LONGEST * 2**0.5)
    xyzw = np.zeros((len(rotations), 4))
    np.put_along_axis(xyzw, _OTHERS[largest], others, 1)
    rest = (1 - (others**2).sum(1, keepdims=True)).clip(0)
    np.put_along_axis(xyzw, largest[:, None], np.sqrt(rest), 1)
    return np.roll(xyzw, 1, axis=1)
