"""Colours of the synthetic head: linear RGB reflectance as a smooth function of place."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Float32

from nersemble.captures.synthetic.eyes import EYE, RADIUS
from nersemble.captures.synthetic.head import Head, Surfaces
from nersemble.captures.synthetic.mouth import MOUTH
from nersemble.captures.synthetic.sdf import (
    Points,
    Scalars,
    Vector,
    lerp,
    smoothstep,
    take,
)

Colors: TypeAlias = Float32[np.ndarray, "n 3"]

_TEETH: Vector = (0.80, 0.745, 0.63)
_TONGUE: Vector = (0.42, 0.125, 0.115)
_GUMS: Vector = (0.20, 0.050, 0.045)
_SCLERA: Vector = (0.74, 0.70, 0.66)
_LASH: Vector = (0.030, 0.020, 0.016)


@dataclass(frozen=True)
class Look:
    """How surface points look before light falls on them.

    colors: linear RGB reflectance.
    hairy: 1 on hair, 0 on skin, in between along the hairline.
    wet: 1 on eyes, teeth and tongue.
    gloss: factor on highlights.
    """

    colors: Colors
    hairy: Scalars
    wet: Scalars
    gloss: Scalars


def _constant(color: Vector, count: int) -> Colors:
    return np.broadcast_to(np.asarray(color, dtype=np.float32), (count, 3)).copy()


def _mix(colors: Colors, other: Vector | Colors, weight: Scalars) -> Colors:
    target = np.asarray(other, dtype=np.float32)
    return colors + (target - colors) * weight[:, None]


def _spot(points: Points, center: Vector, radii: Vector) -> Scalars:
    """A soft spot: 1 at the centre, falling off like a Gaussian."""
    exponent = np.zeros_like(points[0])
    for coordinate, origin, radius in zip(points, center, radii, strict=True):
        offset = (coordinate - origin) * (1.0 / radius)
        exponent += offset * offset
    return np.exp(-exponent)


def _mottle(points: Points, scale: float, phase: float) -> Scalars:
    """Soft irregular variation in -1..1, about 2 pi / scale metres from crest to crest."""
    x, y, z = (coordinate * scale for coordinate in points)
    bent = x + 1.1 * np.sin(0.7 * y + 0.5 * z + phase)
    first = np.sin(bent + phase) * np.cos(0.9 * y - 0.4 * z)
    second = np.sin(1.7 * y + 0.8 * bent - phase) * np.cos(1.3 * z + 0.6 * x + 2.0)
    return 0.5 * (first + second)


def _beside_mouth(points: Points) -> tuple[Scalars, Scalars]:
    return points[0] - MOUTH[0], points[1] - MOUTH[1]


def skin_color(head: Head, points: Points) -> Colors:
    """Skin with lips, brows, lashes and the inside of the mouth; ``points`` in head space."""
    person = head.identity
    x, y, z = points
    mirrored = (np.abs(x), y, z)
    colors = _constant(person.skin, x.size)
    mottle = 0.6 * _mottle(points, 150.0, person.texture_phase)
    mottle += 0.4 * _mottle(points, 420.0, person.texture_phase + 1.0)
    colors *= 1.0 + mottle[:, None] * np.asarray((0.035, 0.055, 0.055), dtype=np.float32)
    flush = 0.75 * _spot(mirrored, (0.043, -0.026, 0.070), (0.021, 0.017, 0.035))
    flush += 0.70 * _spot(points, (0.0, -0.034, 0.106), (0.017, 0.014, 0.024))
    flush += 0.65 * _spot(mirrored, (0.086, -0.014, -0.018), (0.016, 0.036, 0.024))
    flush += 0.30 * _spot(points, (0.0, -0.098, 0.085), (0.020, 0.012, 0.025))
    colors *= 1.0 - np.clip(flush, 0.0, 1.0)[:, None] * np.asarray((0.06, 0.27, 0.25), np.float32)
    hollow = _spot(mirrored, (EYE[0] - 0.002, EYE[1] - 0.001, 0.075), (0.021, 0.0155, 0.025))
    colors *= 1.0 - hollow[:, None] * np.asarray((0.15, 0.22, 0.17), np.float32)
    colors = _with_eye_region(head, mirrored, colors)
    return _with_mouth(head, points, colors)


def _with_eye_region(head: Head, mirrored: Points, colors: Colors) -> Colors:
    """Brows and the dark line of the lashes."""
    region = np.flatnonzero((mirrored[2] > 0.03) & (np.abs(mirrored[1] - 0.012) < 0.04))
    if not region.size:
        return colors
    local = take(mirrored, region)
    x, y, z = local[0] - EYE[0], local[1] - EYE[1], local[2] - EYE[2]
    result = colors[region]
    along = (local[0] - 0.033) * (1.0 / 0.0225)
    arch = 0.0295 + head.pose.brow * (1.0 - 0.25 * along) - 0.0042 * along * along - 0.001 * along
    height = lerp(0.0042, 0.0018, smoothstep(-0.5, 1.1, along)) * smoothstep(-1.35, -0.75, along)
    across = (local[1] - arch) / np.maximum(height, 1e-4)
    brow = smoothstep(1.35, 0.45, np.abs(across)) * smoothstep(1.2, 0.8, np.abs(along))
    strands = 0.95 + 0.05 * np.sin(1500.0 * local[0] + 1100.0 * local[1])
    red, green, blue = head.identity.hair
    result = _mix(result, (0.45 * red, 0.45 * green, 0.45 * blue), 0.93 * brow * strands)
    upper, lower = head.eyes.opening(x, y)
    front = smoothstep(RADIUS - 0.001, RADIUS + 0.001, np.sqrt(x * x + y * y + z * z))
    width = smoothstep(1.25, 0.95, np.abs(x) * (1.0 / 0.0150)) * front * smoothstep(0.0, 0.004, z)
    lash = smoothstep(0.0021, 0.0006, np.abs(upper)) * smoothstep(-0.0035, -0.001, lower)
    liner = 0.35 * smoothstep(0.0014, 0.0004, np.abs(lower))
    result = _mix(result, _LASH, 0.92 * np.maximum(lash, liner) * width)
    colors[region] = result
    return colors


def _with_mouth(head: Head, points: Points, colors: Colors) -> Colors:
    """The red of the lips, and the darkness between them."""
    region = np.flatnonzero((points[2] > 0.02) & (np.abs(points[1] + 0.075) < 0.055))
    if not region.size:
        return colors
    local = take(points, region)
    x, y, z = local[0], local[1] - MOUTH[1], local[2] - MOUTH[2]
    result = colors[region]
    lips = smoothstep(0.0026, 0.0006, head.mouth.lips((x, y, z)))
    result = _mix(result, head.identity.lips, 0.92 * lips)
    inside = smoothstep(0.0022, -0.0010, head.mouth.opening(x, y)) * smoothstep(0.0005, -0.006, z)
    dark = np.asarray(_GUMS, np.float32) * head.mouth.interior_shade(local)[:, None]
    colors[region] = _mix(result, dark, inside)
    return colors


def hair_color(head: Head, points: Points) -> Colors:
    """Hair with strand-like variation; ``points`` in head space."""
    person = head.identity
    angle = head.hair.angle(points)
    run = 9.0 * points[2] + 6.0 * points[1]
    bend = angle + 0.05 * np.sin(1.3 * run + 5.0 * angle)
    strands = 0.45 * np.sin(46.0 * bend + 2.0 * np.sin(1.7 * run) + person.texture_phase)
    strands += 0.35 * np.sin(83.0 * bend + 3.0 * np.sin(1.1 * run + 1.0))
    strands += 0.30 * np.sin(23.0 * bend - run)
    strands += 0.22 * np.sin(149.0 * bend + 2.0 * np.sin(1.4 * run + 2.0))
    tone = np.exp(0.36 * strands)
    warm = np.asarray((1.0, 0.96, 0.90), np.float32) ** strands[:, None]
    return np.asarray(person.hair, np.float32) * tone[:, None] / warm


def eye_color(head: Head, points: Points) -> Colors:
    """Sclera, iris and pupil; ``points`` in head space."""
    side = np.sign(points[0])
    pose = head.pose
    x = (points[0] - side * EYE[0]) * (1.0 / RADIUS) - np.float32(np.sin(pose.gaze_yaw))
    # Both eyes look at a point in front of the face, so each turns in a little.
    x += side * 0.045
    y = (points[1] - EYE[1]) * (1.0 / RADIUS) - np.float32(np.sin(pose.gaze_pitch))
    radius = np.sqrt(x * x + y * y)
    colors = _constant(_SCLERA, x.size)
    veins = smoothstep(0.45, 0.95, radius)
    colors *= 1.0 - veins[:, None] * np.asarray((0.10, 0.26, 0.26), np.float32)
    spokes = 1.0 + 0.16 * np.sin(9.0 * np.arctan2(y, x) + 1.0)
    glow = 1.45 - 1.35 * smoothstep(0.24, 0.46, radius) + 0.35 * smoothstep(0.1, -0.35, y)
    iris = np.asarray(head.identity.iris, np.float32) * (spokes * glow)[:, None]
    colors = _mix(colors, iris, smoothstep(0.485, 0.435, radius))
    colors = _mix(colors, (0.008, 0.007, 0.007), smoothstep(0.225, 0.175, radius))
    upper, _ = head.eyes.opening(np.abs(points[0]) - EYE[0], points[1] - EYE[1])
    shadow = lerp(0.42, 1.0, smoothstep(-0.0005, 0.0048, upper))
    return colors * shadow[:, None]


def teeth_color(head: Head, points: Points) -> Colors:
    """Teeth, darker towards the back and in the gaps; ``points`` in head space."""
    gaps = np.abs(np.sin(points[0] * (np.pi / 0.0078)))
    tone = (0.72 + 0.28 * smoothstep(0.0, 0.35, gaps)) * head.mouth.interior_shade(points)
    tone *= lerp(0.30, 1.0, smoothstep(0.0, -0.0035, head.mouth.opening(*_beside_mouth(points))))
    return np.asarray(_TEETH, np.float32) * tone[:, None]


def tongue_color(head: Head, points: Points) -> Colors:
    """The tongue, darker towards the back; ``points`` in head space."""
    return np.asarray(_TONGUE, np.float32) * head.mouth.interior_shade(points)[:, None]


def shirt_color(head: Head, points: Points) -> Colors:
    """The shirt with a slightly lighter collar; ``points`` in world space."""
    collar = smoothstep(-0.017, -0.0145, head.below_collar(points))
    tone = 1.0 + 0.35 * collar + 0.08 * _mottle(points, 130.0, 2.0)
    return np.asarray(head.identity.shirt, np.float32) * tone[:, None]


def look_of(head: Head, world: Points, in_head: Points, surfaces: Surfaces) -> Look:
    """Colours and gloss at surface points, given in world and in head space."""
    hairy = smoothstep(0.0015, -0.0015, surfaces.hair - surfaces.skin)
    colors = skin_color(head, in_head)
    where = np.flatnonzero(hairy > 0.0)
    if where.size:
        strands = hair_color(head, take(in_head, where))
        colors[where] = _mix(colors[where], strands, hairy[where])
    look = Look(colors, hairy, np.zeros_like(hairy), np.ones_like(hairy))
    covered = np.minimum(surfaces.skin, surfaces.hair)
    layers = (surfaces.shirt, surfaces.eyeballs, surfaces.teeth, surfaces.tongue)
    nearest = np.argmin(np.stack([covered, *layers]), axis=0)
    painters = (shirt_color, eye_color, teeth_color, tongue_color)
    for layer, painter in enumerate(painters, start=1):
        where = np.flatnonzero(nearest == layer)
        if not where.size:
            continue
        is_shirt = layer == 1
        look.colors[where] = painter(head, take(world if is_shirt else in_head, where))
        look.hairy[where] = 0.0
        look.wet[where] = 0.0 if is_shirt else 1.0
        look.gloss[where] = 0.15 if is_shirt else 1.0
    return look
