"""Coded depth: how 16 bits of a depth map say metres (spec, section 1.1).

0 is none, otherwise metres = (value - 1) * 2 / 65534, measured along the camera's axis.
"""

import numpy as np
from jaxtyping import Float, Float32, UInt16

NEAREST_METRES = 0.8
FARTHEST_METRES = 1.4
_METRES_PER_LEVEL = 2.0 / 65534.0


def decode_depth(code: UInt16[np.ndarray, "*shape"]) -> Float32[np.ndarray, "*shape"]:
    """Coded depth as z-depth in metres; 0 where there is none.

    Depths outside 0.8..1.4 m cannot be a head in this rig: they are outliers of the reconstruction
    and become 0 too.
    """
    metres = (code.astype(np.float64) - 1.0) * _METRES_PER_LEVEL
    plausible = (metres >= NEAREST_METRES) & (metres <= FARTHEST_METRES)
    return np.where(plausible, metres, 0.0).astype(np.float32)


def encode_depth(metres: Float[np.ndarray, "*shape"]) -> UInt16[np.ndarray, "*shape"]:
    """Z-depth in metres, at most 2, as coded depth; 0 and less is none."""
    coded = np.rint(metres * (1.0 / _METRES_PER_LEVEL)) + 1.0
    return np.where(metres > 0.0, coded, 0.0).astype(np.uint16)
