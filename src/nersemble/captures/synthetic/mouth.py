"""Mouth of the synthetic head: an opening between two lips, a cavity, teeth and a tongue."""

import math
from dataclasses import dataclass

import numpy as np

from nersemble.captures.synthetic.animation import Pose
from nersemble.captures.synthetic.sdf import (
    Points,
    Scalars,
    Vector,
    ellipsoid,
    lerp,
    near,
    smooth_max,
    smooth_min,
    smoothstep,
)

MOUTH: Vector = (0.0, -0.0640, 0.0840)
"""Where the closed lips meet, in head space."""

_JAW_ARM = 0.088
"""From the jaw's hinge to the lips, metres: how far the lower lip sinks per radian."""


@dataclass(frozen=True)
class Mouth:
    """Lips, cavity and teeth in head space for one pose."""

    pose: Pose

    @property
    def half_width(self) -> float:
        """Half the width of the lips' line, metres."""
        return 0.0245 + 0.0020 * self.pose.smile - 0.0065 * self.pose.pucker

    @property
    def drop(self) -> float:
        """The drop of the lower lip, metres."""
        return _JAW_ARM * math.sin(self.pose.jaw)

    def _curves(self, x: Scalars) -> tuple[Scalars, Scalars, Scalars]:
        """Heights of both lips' edges over x (all relative to the mouth), and an arch over it."""
        across = x * (1.0 / self.half_width)
        squared = across * across
        arch = np.maximum(1.0 - squared, -0.6)
        corners = 0.0042 * (self.pose.smile - 0.25) * squared
        upper = 0.0012 * arch * (1.0 if self.drop > 0.002 else 0.0) + corners
        lower = corners - self.drop * arch * (1.15 - 0.15 * arch)
        return upper, lower, arch

    def opening(self, x: Scalars, y: Scalars) -> Scalars:
        """Signed distance in the frontal plane to the gap between the lips, negative inside it."""
        upper, lower, arch = self._curves(x)
        slope = np.sqrt(1.0 + ((upper - lower) * 1.4 * (1.0 / self.half_width)) ** 2 * (1.0 - arch))
        gap = np.maximum(y - upper, lower - y) / slope
        return np.maximum(gap, np.abs(x) - self.half_width)

    def lips(self, local: Points) -> Scalars:
        """Distance to the red of the lips; ``local`` is relative to the mouth."""
        x, y, z = local
        upper, lower, arch = self._curves(x)
        taper = np.sqrt(np.maximum(arch, 0.0) + 0.02)
        forward = 0.0020 * self.pose.pucker - 5.5 * x * x
        bow = 0.0010 * np.cos(np.minimum(np.abs(x) * 420.0, 6.2))
        radius = 0.0019 + 0.0029 * taper
        dy, dz = y - (upper + 0.62 * radius - bow * arch), z - (forward + 0.0025)
        above = np.sqrt(dy * dy + dz * dz * 0.8) - radius
        radius = 0.0021 + 0.0037 * taper
        back = 0.45 * self.drop * arch
        dy, dz = y - (lower - 0.72 * radius), z - (forward + 0.0018 - back)
        below = np.sqrt(dy * dy + dz * dz * 0.8) - radius
        ends = np.abs(x) - (self.half_width + 0.001)
        return smooth_max(smooth_min(above, below, 0.0006), ends, 0.004)

    def carve(self, distance: Scalars, points: Points) -> Scalars:
        """The face with lips and the open mouth; ``points`` in head space."""
        return near(distance, points, _middle(self), 0.040, self._carve)

    def _carve(self, distance: Scalars, points: Points) -> Scalars:
        x, y, z = points[0], points[1] - MOUTH[1], points[2] - MOUTH[2]
        face = smooth_min(distance, self.lips((x, y, z)), 0.0050)
        cavity = smooth_max(self.opening(x, y) + 0.0003, -0.040 - z, 0.004)
        return smooth_max(face, -cavity, 0.0022)

    def teeth(self, points: Points) -> Scalars:
        """Distance to both rows of teeth; ``points`` in head space."""
        x, y, z = points[0], points[1] - MOUTH[1], points[2] - MOUTH[2]
        upper = _row(x, y, z, 0.0025, 0.0052)
        lower = _row(x, y + 0.93 * self.drop, z + 0.62 * self.drop + 0.001, -0.0060, 0.0040)
        return np.minimum(upper, lower)

    def tongue(self, points: Points) -> Scalars:
        """Distance to the tongue; ``points`` in head space."""
        x, y, z = points[0], points[1] - MOUTH[1], points[2] - MOUTH[2]
        return ellipsoid(
            (x, y + 0.80 * self.drop, z), (0.0, -0.0085, -0.022), (0.0165, 0.0085, 0.0165)
        )

    def interior_shade(self, points: Points) -> Scalars:
        """How much light reaches a point between the lips: 1 at the lips, towards 0 deep inside."""
        depth = MOUTH[2] - 0.004 - points[2]
        return lerp(1.0, 0.10, smoothstep(0.0, 0.022, depth))


def _middle(mouth: Mouth) -> Vector:
    return MOUTH[0], MOUTH[1] - 0.5 * mouth.drop, MOUTH[2] - 0.012


def _row(x: Scalars, y: Scalars, z: Scalars, height: float, half_height: float) -> Scalars:
    """A row of teeth: an upright band along a parabola-like dental arch."""
    arch = np.sqrt(x * x + ((z + 0.034) * 0.80) ** 2) - 0.0235
    dx = np.abs(arch) - 0.0016
    dy = np.abs(y - height) - half_height
    outside = np.sqrt(np.maximum(dx, 0.0) ** 2 + np.maximum(dy, 0.0) ** 2)
    return outside + np.minimum(np.maximum(dx, dy), 0.0) - 0.0008
