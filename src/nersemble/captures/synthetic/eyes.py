"""Eyes of the synthetic head: sockets, lids that blink, eyeballs. Both sides at once, over |x|."""

from dataclasses import dataclass

import numpy as np

from nersemble.captures.synthetic.animation import Pose
from nersemble.captures.synthetic.sdf import (
    Points,
    Scalars,
    Vector,
    ellipsoid,
    length,
    near,
    smooth_max,
    smooth_min,
    sphere,
    translated,
)

EYE: Vector = (0.0325, 0.003, 0.0625)
"""Centre of the left eyeball; the right one is its mirror image."""

RADIUS = 0.0150
_LID = 0.0019
_HALF_WIDTH = 0.0150
_UPPER = 0.0074
_LOWER = 0.0052


@dataclass(frozen=True)
class Eyes:
    """Lids and eyeballs in head space for one pose."""

    pose: Pose

    def opening(self, x: Scalars, y: Scalars) -> tuple[Scalars, Scalars]:
        """Signed distances in the frontal plane to the upper and to the lower lid's edge.

        Both are positive between the lids. x, y are relative to the eye, x outwards.
        """
        # The outer corner sits a little higher, and the edges meet at the corners.
        across = (x - 0.0006) * (1.0 / _HALF_WIDTH)
        arch = 1.0 - across * across
        tilt = 0.075 * x
        blink = self.pose.blink
        upper = _UPPER + 0.25 * max(self.pose.brow, 0.0) - 0.0012 * self.pose.smile * 0.5
        lower = _LOWER - 0.0012 * self.pose.smile
        upper_edge = (upper * (1.0 - blink) - (lower - 0.0014) * blink) * arch + tilt
        lower_edge = -(lower - 0.0009 * blink) * arch + tilt
        # A lid's edge is a curve; dividing by its slope turns height into distance.
        slope = np.sqrt(1.0 + (0.9 * across) ** 2)
        return (upper_edge - y) / slope, (y - lower_edge) / slope

    def carve(self, distance: Scalars, points: Points) -> Scalars:
        """The face with sockets and lids; ``points`` in head space."""
        mirrored = (np.abs(points[0]), points[1], points[2])
        return near(distance, mirrored, EYE, 0.026, self._carve)

    def _carve(self, distance: Scalars, mirrored: Points) -> Scalars:
        local = translated(mirrored, EYE)
        socket = ellipsoid(local, (0.0005, 0.0028, 0.0125), (0.0190, 0.0118, 0.0115))
        face = smooth_max(distance, -socket, 0.012)
        upper, lower = self.opening(local[0], local[1])
        ball = length(local)
        lids = ball - (RADIUS + _LID)
        # The upper lid is the thicker one: its edge throws the shadow that makes an eye look alive.
        lids -= 0.0005 * (upper < lower)
        slit = np.minimum(upper, lower)
        lids = smooth_max(lids, slit, 0.0010)
        lids = np.maximum(lids, (RADIUS - 0.001) - ball)
        return smooth_min(face, lids, 0.0055)

    def eyeballs(self, distance: Scalars, points: Points) -> Scalars:
        """``distance`` united with both eyeballs."""
        mirrored = (np.abs(points[0]), points[1], points[2])
        return np.minimum(distance, sphere(mirrored, EYE, RADIUS))
