"""A camera's effects on a picture: its colour cast and the grey wall behind the head."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64

_CAST_STREAM = 1
_WALL_STREAM = 2


@dataclass(frozen=True)
class ColorCast:
    """Recorded colour: rgb @ matrix + offset, with rgb in 0..1. Values stay in 0..1."""

    matrix: Float64[np.ndarray, "3 3"]
    offset: Float64[np.ndarray, "3"]

    def apply(self, rgb: Float32[np.ndarray, "h w 3"]) -> Float32[np.ndarray, "h w 3"]:
        """True colours as this camera records them."""
        matrix = self.matrix.astype(np.float32)
        channels = [
            rgb[..., 0] * matrix[0, i] + rgb[..., 1] * matrix[1, i] + rgb[..., 2] * matrix[2, i]
            for i in range(3)
        ]
        return np.stack(channels, axis=-1) + self.offset.astype(np.float32)

    def correction(self) -> Float64[np.ndarray, "3 4"]:
        """The affine A of layout v1 (method.md) that undoes it: rgb @ A[:3, :3] + A[:3, 3]."""
        inverse = np.linalg.inv(self.matrix)
        return np.concatenate([inverse, (-self.offset @ inverse)[:, None]], axis=1)


def color_cast(seed: int, camera_id: int, enabled: bool) -> ColorCast:
    """The cast of one camera; the identity when casts are off."""
    if not enabled:
        return ColorCast(np.eye(3), np.zeros(3))
    generator = np.random.default_rng([seed, camera_id, _CAST_STREAM])
    matrix = np.diag(generator.uniform(0.86, 0.95, 3))
    crosstalk = generator.uniform(-0.012, 0.012, (3, 3))
    np.fill_diagonal(crosstalk, 0.0)
    return ColorCast(matrix + crosstalk, generator.uniform(0.008, 0.022, 3))


def wall(seed: int, camera_id: int, width: int, height: int) -> Float32[np.ndarray, "h w 3"]:
    """A grey gradient in sRGB, different for each camera."""
    generator = np.random.default_rng([seed, camera_id, _WALL_STREAM])
    level, across, down = generator.uniform((0.42, -0.10, -0.16), (0.58, 0.10, -0.04))
    tint = generator.uniform(-0.012, 0.012, 3)
    u = (np.arange(width) + 0.5) / width - 0.5
    v = (np.arange(height) + 0.5) / height - 0.5
    grey = level + across * u[None, :] + down * v[:, None]
    return (grey[..., None] + tint).astype(np.float32)
