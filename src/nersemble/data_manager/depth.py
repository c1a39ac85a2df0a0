"""The 16-bit coding of z-depth maps (spec, section 1.1)."""

import numpy as np
from jaxtyping import Float32, UInt16

NEAREST_METRES = 0.8
FARTHEST_METRES = 1.4
_METRES_PER_LEVEL = 2.0 / 65534.0


def decode_depth(code: UInt16[np.ndarray, "*shape"]) -> Float32[np.ndarray, "*shape"]:
    """Coded depth as z-depth in metres; 0 where there is none.

    Code 0 means none. Depths outside 0.8..1.4 m cannot be a head in this rig: they are outliers
    of the reconstruction and become 0 too.
    """
    metres = (code.astype(np.float64) - 1.0) * _METRES_PER_LEVEL
    plausible = (metres >= NEAREST_METRES) & (metres <= FARTHEST_METRES)
    return np.where(plausible, metres, 0.0).astype(np.float32)
