"""Signed distance functions and smooth blends on packed points (metres, negative inside).

Points travel as three float32 arrays rather than one [n, 3] array: every operation then runs over
contiguous memory, which makes ray casting in numpy fast enough.
"""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from jaxtyping import Float32, Int64

Scalars: TypeAlias = Float32[np.ndarray, "n"]
Points: TypeAlias = tuple[Scalars, Scalars, Scalars]
Vector: TypeAlias = tuple[float, float, float]


def take(points: Points, index: Int64[np.ndarray, "m"]) -> Points:
    """The points at ``index``."""
    return points[0][index], points[1][index], points[2][index]


def translated(points: Points, center: Vector) -> Points:
    """The points relative to ``center``."""
    return points[0] - center[0], points[1] - center[1], points[2] - center[2]


def rotated(points: Points, matrix: tuple[Vector, Vector, Vector]) -> Points:
    """Each point multiplied by a 3x3 matrix given as rows."""
    x, y, z = points
    rows = [row[0] * x + row[1] * y + row[2] * z for row in matrix]
    return rows[0], rows[1], rows[2]


def length(points: Points) -> Scalars:
    """Euclidean norm."""
    x, y, z = points
    return np.sqrt(x * x + y * y + z * z)


def sphere(points: Points, center: Vector, radius: float) -> Scalars:
    """Exact distance to a sphere."""
    return length(translated(points, center)) - radius


def ellipsoid(points: Points, center: Vector, radii: Vector) -> Scalars:
    """First-order distance to an axis-aligned ellipsoid: exact on its surface only."""
    first, second, third = (
        np.square((coordinate - origin) * (1.0 / radius))
        for coordinate, origin, radius in zip(points, center, radii, strict=True)
    )
    squared_norm = first + second + third
    first *= 1.0 / radii[0] ** 2
    second *= 1.0 / radii[1] ** 2
    third *= 1.0 / radii[2] ** 2
    first += second
    first += third
    first += 1e-8
    return (squared_norm - np.sqrt(squared_norm)) / np.sqrt(first)


def capsule(points: Points, start: Vector, end: Vector, radii: tuple[float, float]) -> Scalars:
    """Distance to a segment, with a radius that is interpolated from start to end."""
    axis = (end[0] - start[0], end[1] - start[1], end[2] - start[2])
    inverse = 1.0 / (axis[0] ** 2 + axis[1] ** 2 + axis[2] ** 2)
    x, y, z = translated(points, start)
    along = np.clip((x * axis[0] + y * axis[1] + z * axis[2]) * inverse, 0.0, 1.0)
    offset = (x - along * axis[0], y - along * axis[1], z - along * axis[2])
    return length(offset) - (radii[0] + along * (radii[1] - radii[0]))


def smooth_min(first: Scalars, second: Scalars, blend: float) -> Scalars:
    """Union with a fillet about ``blend`` wide (a quadratic; equal to min farther away)."""
    overlap = np.maximum(blend - np.abs(first - second), 0.0)
    return np.minimum(first, second) - overlap * overlap * (0.25 / blend)


def smooth_max(first: Scalars, second: Scalars, blend: float) -> Scalars:
    """Intersection with a rounded edge about ``blend`` wide."""
    overlap = np.maximum(blend - np.abs(first - second), 0.0)
    return np.maximum(first, second) + overlap * overlap * (0.25 / blend)


def smoothstep(low: float, high: float, value: Scalars) -> Scalars:
    """0 at ``low``, 1 at ``high`` (which may be the smaller), cubic in between."""
    unit = np.clip((value - low) * (1.0 / (high - low)), 0.0, 1.0)
    return unit * unit * (3.0 - 2.0 * unit)


def lerp(first: Scalars | float, second: Scalars | float, weight: Scalars) -> Scalars:
    """Linear interpolation."""
    return first + (second - first) * weight


def near(
    distance: Scalars,
    points: Points,
    center: Vector,
    radius: float,
    detail: Callable[[Scalars, Points], Scalars],
    margin: float = 0.02,
) -> Scalars:
    """Applies ``detail`` (which refines ``distance``) only where it matters.

    All of the detail lies in the sphere (``center``, ``radius``). Points more than ``margin``
    outside keep ``distance``, limited to the distance to that sphere, so that a ray never steps
    over it. ``margin`` must be at least the widest blend in ``detail``, or a step would be visible.
    """
    reach = sphere(points, center, radius)
    inside = np.flatnonzero(reach < margin)
    result = np.minimum(distance, np.maximum(reach, margin))
    if inside.size:
        result[inside] = detail(distance[inside], take(points, inside))
    return result


def rotation_xyz(pitch: float, yaw: float, roll: float) -> tuple[Vector, Vector, Vector]:
    """Rows of Ry(yaw) Rx(pitch) Rz(roll), radians."""
    cx, sx = math.cos(pitch), math.sin(pitch)
    cy, sy = math.cos(yaw), math.sin(yaw)
    cz, sz = math.cos(roll), math.sin(roll)
    return (
        (cy * cz + sy * sx * sz, -cy * sz + sy * sx * cz, sy * cx),
        (cx * sz, cx * cz, -sx),
        (-sy * cz + cy * sx * sz, sy * sz + cy * sx * cz, cy * cx),
    )


def transposed(matrix: tuple[Vector, Vector, Vector]) -> tuple[Vector, Vector, Vector]:
    """The transpose, which inverts a rotation."""
    (a, b, c), (d, e, f), (g, h, i) = matrix
    return (a, d, g), (b, e, h), (c, f, i)
