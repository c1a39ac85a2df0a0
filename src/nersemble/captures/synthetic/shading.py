"""Soft studio light on the synthetic head, fixed in the world."""

import math

import numpy as np
from jaxtyping import Float32

from nersemble.captures.synthetic.head import Head
from nersemble.captures.synthetic.materials import Look, look_of
from nersemble.captures.synthetic.sdf import Points, Scalars, Vector, lerp, smoothstep

_NORMAL_STEP = 4.0e-4


def _unit(vector: Vector) -> Vector:
    size = math.sqrt(sum(c * c for c in vector))
    return vector[0] / size, vector[1] / size, vector[2] / size


# Direction towards the light, colour.
_KEY: tuple[Vector, Vector] = (_unit((-0.55, 0.62, 0.75)), (1.45, 1.36, 1.24))
_FILL: tuple[Vector, Vector] = (_unit((0.85, 0.10, 0.60)), (0.42, 0.46, 0.54))
_RIM: tuple[Vector, Vector] = (_unit((0.45, 0.45, -0.75)), (0.42, 0.44, 0.48))
# The direction in which the hair is combed.
_COMB: Vector = _unit((-0.15, 0.25, -1.0))
_SKY: Vector = (0.40, 0.42, 0.46)
_GROUND: Vector = (0.20, 0.17, 0.15)


def shade(head: Head, points: Points, directions: Points) -> Float32[np.ndarray, "n 3"]:
    """sRGB in 0..1 of surface points (world space) seen along unit directions."""
    in_head = head.to_head(points)
    look = look_of(head, points, in_head, head.surfaces(points))
    normals = _normals(head, points)
    open_sky = _openness(head, points, normals)
    shadow = _key_shadow(head, points, normals)
    lit = np.zeros_like(look.colors)
    soft = 1.0 - look.hairy
    for (toward, light), visible in ((_KEY, shadow), (_FILL, open_sky), (_RIM, open_sky)):
        cosine = _dot(normals, toward)
        for channel, wrap in enumerate((0.34, 0.22, 0.18)):
            # Light scattered under the skin leaves it farther round, mostly red.
            bent = np.maximum(cosine + wrap * soft, 0.0) * (1.0 / (1.0 + wrap))
            lit[:, channel] += light[channel] * bent * visible
    up = 0.5 + 0.5 * normals[1]
    for channel in range(3):
        ambient = lerp(_GROUND[channel], _SKY[channel], up)
        # Light that bounces between skin is tinted, so crevices are red rather than grey.
        lit[:, channel] += ambient * open_sky ** (0.75, 1.0, 1.05)[channel]
    # Hair tints the light that it reflects; skin does not.
    tint = look.colors / np.maximum(look.colors.max(axis=1, keepdims=True), 1e-4)
    tint = 1.0 + (tint - 1.0) * look.hairy[:, None]
    return _encode(look.colors * lit + tint * _gloss(normals, directions, look, shadow)[:, None])


def _dot(points: Points, vector: Vector) -> Scalars:
    return points[0] * vector[0] + points[1] * vector[1] + points[2] * vector[2]


def _normals(head: Head, points: Points) -> Points:
    """Unit normals from the distance at the corners of a small tetrahedron."""
    x, y, z = points
    total = [np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)]
    for sx, sy, sz in ((1.0, -1.0, -1.0), (-1.0, -1.0, 1.0), (-1.0, 1.0, -1.0), (1.0, 1.0, 1.0)):
        h = _NORMAL_STEP
        distance = head.distance((x + h * sx, y + h * sy, z + h * sz))
        for axis, sign in enumerate((sx, sy, sz)):
            total[axis] += sign * distance
    norm = np.maximum(np.sqrt(total[0] ** 2 + total[1] ** 2 + total[2] ** 2), 1e-12)
    return total[0] / norm, total[1] / norm, total[2] / norm


def _openness(head: Head, points: Points, normals: Points) -> Scalars:
    """Unoccluded ambient light: 1 in the open, less in hollows."""
    blocked = np.zeros_like(points[0])
    for reach, weight in ((0.010, 22.0), (0.026, 11.0), (0.055, 5.0)):
        x, y, z = (p + reach * n for p, n in zip(points, normals, strict=True))
        blocked += weight * np.maximum(reach - head.occluders((x, y, z)) - 0.004, 0.0)
    return np.exp(-blocked)


def _key_shadow(head: Head, points: Points, normals: Points) -> Scalars:
    """Soft shadow of the key light: how closely the path to the light passes other surfaces."""
    visible = np.ones_like(points[0])
    direction = _KEY[0]
    for reach in (0.014, 0.028, 0.048, 0.080):
        x, y, z = (
            p + 0.004 * n + reach * d for p, n, d in zip(points, normals, direction, strict=True)
        )
        passing = head.occluders((x, y, z)) * (1.0 / (0.55 * reach))
        visible = np.minimum(visible, smoothstep(-0.55, 0.75, passing))
    return 0.12 + 0.88 * visible


def _gloss(normals: Points, directions: Points, look: Look, shadow: Scalars) -> Scalars:
    """Mild highlights of the key light: broad on skin, a band on hair, small on wet surfaces."""
    half = [light - along for light, along in zip(_KEY[0], directions, strict=True)]
    norm = np.sqrt(half[0] ** 2 + half[1] ** 2 + half[2] ** 2)
    half_x, half_y, half_z = (component / norm for component in half)
    cosine = np.maximum(normals[0] * half_x + normals[1] * half_y + normals[2] * half_z, 0.0)
    # A strand shines where it lies across the half vector; it follows the comb along the surface.
    lift = _dot(normals, _COMB)
    strand = [comb - lift * normal for comb, normal in zip(_COMB, normals, strict=True)]
    squared = np.maximum(1.0 - lift * lift, 0.05)
    across = (strand[0] * half_x + strand[1] * half_y + strand[2] * half_z) ** 2 / squared
    band = 0.085 * np.maximum(1.0 - across, 0.0) ** 14 * smoothstep(0.1, 0.7, cosine)
    skin = 0.050 * cosine**14
    dry = lerp(skin, band, look.hairy) * (1.0 - look.wet)
    spark = 0.8 * smoothstep(0.972, 0.990, cosine) * look.wet
    return look.gloss * (dry * shadow + spark * np.maximum(shadow, 0.5))


def _encode(linear: Float32[np.ndarray, "n 3"]) -> Float32[np.ndarray, "n 3"]:
    """Linear light to sRGB, with highlights rolled off instead of clipped."""
    rolled = np.maximum(linear, 0.0)
    rolled = np.where(rolled > 0.6, 0.6 + 0.4 * np.tanh((rolled - 0.6) / 0.4), rolled)
    return np.where(
        rolled <= 0.0031308,
        12.92 * rolled,
        1.055 * np.power(np.maximum(rolled, 1e-6), 1 / 2.4) - 0.055,
    ).astype(np.float32)
