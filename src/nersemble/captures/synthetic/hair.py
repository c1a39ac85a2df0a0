"""Hair of the synthetic head: a swept-back cap that thins out at the hairline."""

from dataclasses import dataclass

import numpy as np

from nersemble.captures.synthetic.identity import Identity
from nersemble.captures.synthetic.sdf import (
    Points,
    Scalars,
    lerp,
    smooth_min,
    smoothstep,
    take,
)

_BELOW_SKIN = -0.006


@dataclass(frozen=True)
class Hair:
    """A layer over the skull, in head space."""

    identity: Identity

    def distance(self, skull: Scalars, points: Points) -> Scalars:
        """Distance to the hair, given the distance to the bare skull at the same points."""
        return (skull - self.thickness(points)) * 0.78

    def thickness(self, points: Points) -> Scalars:
        """The thickness of the hair in metres; negative where no hair grows."""
        behind = _behind_hairline(points)
        # On the face the layer sinks on, so that carved hollows do not expose it.
        result = _BELOW_SKIN - 0.5 * np.clip(-behind - 0.008, 0.0, 0.06)
        grown = np.flatnonzero(behind > -0.004)
        if grown.size:
            result[grown] = self._grown(take(points, grown), behind[grown])
        return result

    def _grown(self, points: Points, behind: Scalars) -> Scalars:
        x, y, z = points
        angle = self.angle(points)
        behind = behind + 0.0022 * np.sin(13.0 * angle + 1.0) * smoothstep(0.03, 0.07, y)
        top = smoothstep(-0.010, 0.120, y)
        front = smoothstep(-0.02, 0.055, z)
        full = self.identity.hair_volume * (0.0080 + top * (0.0110 + 0.0060 * front))
        # Combed over to one side.
        full *= 1.0 + 2.0 * x
        rise = lerp(0.016, 0.058, smoothstep(0.020, 0.075, y))
        part = np.clip(behind / rise, 0.0, 1.0)
        part *= 2.0 - part
        locks = 0.0011 * np.sin(11.0 * angle + 18.0 * z + 14.0 * y)
        return lerp(_BELOW_SKIN, full + locks, part * smoothstep(-0.095, -0.065, y))

    def angle(self, points: Points) -> Scalars:
        """Constant along a strand: strands run from the forehead back, about a common axis."""
        x, y, z = points
        return np.arctan2(x - 0.010 + 0.10 * z, y + 0.015 + 0.30 * z)


def over(skin: Scalars, hair: Scalars) -> Scalars:
    """Skin and hair in one surface, without a step at the hairline."""
    return smooth_min(skin, hair, 0.003)


def _behind_hairline(points: Points) -> Scalars:
    """Distance behind the hairline along z, metres; negative on the face."""
    _, y, z = points
    above = np.maximum(y, 0.0)
    line = 6.0 * above * above - z
    line += 0.0160
    # Below the sideburns it runs back behind the ear.
    line -= 0.055 * smoothstep(-0.012, -0.036, y)
    return line
