"""The shape of the synthetic head: a signed distance for one person in one pose."""

from dataclasses import dataclass

import numpy as np

from nersemble.captures.synthetic import hair as hair_shape
from nersemble.captures.synthetic.animation import Pose
from nersemble.captures.synthetic.eyes import Eyes
from nersemble.captures.synthetic.hair import Hair
from nersemble.captures.synthetic.identity import Identity
from nersemble.captures.synthetic.mouth import Mouth
from nersemble.captures.synthetic.sdf import (
    Points,
    Scalars,
    Vector,
    capsule,
    ellipsoid,
    near,
    rotated,
    rotation_xyz,
    smooth_max,
    smooth_min,
    smoothstep,
    sphere,
    take,
    translated,
    transposed,
)

_NECK_PIVOT: Vector = (0.0, -0.105, -0.030)
_JAW_HINGE: Vector = (0.0, -0.012, 0.002)
_EAR: Vector = (0.0765, -0.014, -0.004)
_EAR_AXES = rotation_xyz(-0.16, -0.50, -0.08)
_FLOOR = -0.268
_HEAD_BOTTOM = -0.138
_BODY_TOP = -0.030
_REACH = 0.05
_NECK_BLEND = 0.022
_SHOULDER_BLEND = 0.045


@dataclass(frozen=True)
class Surfaces:
    """Distances to the differently coloured surfaces at the same points, metres."""

    skin: Scalars
    hair: Scalars
    shirt: Scalars
    eyeballs: Scalars
    teeth: Scalars
    tongue: Scalars


class Head:
    """A person in a pose. World space: metres, y up, the face looks towards +z.

    Head space is world space with the head's turn undone: the skull rests there.
    """

    def __init__(self, identity: Identity, pose: Pose) -> None:
        """Poses the person."""
        self.identity = identity
        self.pose = pose
        self.eyes = Eyes(pose)
        self.mouth = Mouth(pose)
        self.hair = Hair(identity)
        self._to_head = transposed(rotation_xyz(pose.pitch, pose.yaw, pose.roll))
        self._to_jaw = rotation_xyz(-pose.jaw, 0.0, 0.0)

    def to_head(self, points: Points) -> Points:
        """World to head space."""
        return _turned(points, self._to_head, _NECK_PIVOT)

    def distance(self, points: Points) -> Scalars:
        """Signed distance to the nearest surface of any kind; ``points`` in world space."""
        y = points[1]
        # Above the neck only the head is near, well below the chin only the body; the height above
        # the omitted one bounds the distance to it.
        result = np.maximum(_HEAD_BOTTOM - y, _REACH)
        upper = np.flatnonzero(y > _HEAD_BOTTOM - _REACH)
        if upper.size:
            result[upper] = self._head_distance(take(points, upper))
        lower = np.flatnonzero(y < _BODY_TOP)
        result = np.minimum(result, np.where(y < _BODY_TOP, np.float32(1.0), y - _BODY_TOP + 0.02))
        if lower.size:
            result[lower] = self._with_body(result[lower], take(points, lower))
        return result

    def _head_distance(self, points: Points) -> Scalars:
        head = self.to_head(points)
        skull = self._skull(head)
        face = self._face(skull, head)
        covered = hair_shape.over(face, self.hair.distance(skull, head))
        covered = self.eyes.eyeballs(covered, head)
        return near(covered, head, (0.0, -0.075, 0.060), 0.035, self._with_inner_mouth)

    def _with_inner_mouth(self, covered: Scalars, head: Points) -> Scalars:
        inner = np.minimum(self.mouth.teeth(head), self.mouth.tongue(head))
        return np.minimum(covered, inner)

    def _with_body(self, head: Scalars, points: Points) -> Scalars:
        neck = _neck(points)
        torso = self._torso(points)
        shirt = self._shirt(points, smooth_min(neck, torso, _SHOULDER_BLEND))
        skin = smooth_min(smooth_min(head, neck, _NECK_BLEND), torso, _SHOULDER_BLEND)
        return np.minimum(skin, shirt)

    def surfaces(self, points: Points) -> Surfaces:
        """Distances to each kind of surface; ``points`` in world space."""
        head = self.to_head(points)
        skull = self._skull(head)
        neck, torso = _neck(points), self._torso(points)
        face = smooth_min(self._face(skull, head), neck, _NECK_BLEND)
        return Surfaces(
            skin=smooth_min(face, torso, _SHOULDER_BLEND),
            hair=self.hair.distance(skull, head),
            shirt=self._shirt(points, smooth_min(neck, torso, _SHOULDER_BLEND)),
            eyeballs=self.eyes.eyeballs(np.full_like(skull, 1.0), head),
            teeth=self.mouth.teeth(head),
            tongue=self.mouth.tongue(head),
        )

    def occluders(self, points: Points) -> Scalars:
        """A coarse :meth:`distance` for soft shadows, only of parts that cast one."""
        head = self.to_head(points)
        skull = self._skull(head)
        lower = _turned(head, self._to_jaw, _JAW_HINGE)
        chin = ellipsoid(lower, (0.0, -0.078, 0.040), (0.046, 0.036, 0.046))
        nose = capsule(head, (0.0, 0.010, 0.080), (0.0, -0.033, 0.100), (0.008, 0.012))
        hair = skull - self.hair.thickness(head)
        face = np.minimum(smooth_min(skull, chin, 0.03), np.minimum(nose, hair))
        return np.minimum(np.minimum(face, _neck(points)), self._torso(points))

    def _skull(self, head: Points) -> Scalars:
        width = self.identity.face_width
        cranium = ellipsoid(head, (0.0, 0.034, -0.014), (0.0745 * width, 0.082, 0.094))
        middle = ellipsoid(head, (0.0, -0.024, 0.020), (0.0615 * width, 0.080, 0.0640))
        return smooth_min(cranium, middle, 0.035)

    def _face(self, skull: Scalars, head: Points) -> Scalars:
        """The skin of the head with all its features, without the neck."""
        # A rounded |x|, so that mirrored features leave no crease in the middle.
        mirrored = (np.sqrt(head[0] * head[0] + 1.2e-5), head[1], head[2])
        face = near(skull, head, (0.0, -0.075, 0.035), 0.075, self._jaw, margin=0.028)
        face = near(face, mirrored, (0.025, -0.020, 0.055), 0.058, self._relief, margin=0.027)
        face = near(face, head, (0.0, -0.020, 0.090), 0.044, self._nose)
        face = self.eyes.carve(face, head)
        face = self.mouth.carve(face, head)
        return near(face, mirrored, _EAR, 0.040, self._ear)

    def _jaw(self, face: Scalars, head: Points) -> Scalars:
        lower = _turned(head, self._to_jaw, _JAW_HINGE)
        mirrored = (np.abs(lower[0]), lower[1], lower[2])
        width = self.identity.jaw_width
        mandible = ellipsoid(mirrored, (0.021 * width, -0.066, 0.030), (0.033, 0.034, 0.046))
        chin = ellipsoid(lower, (0.0, -0.0950, 0.0640), (0.0215 * width, 0.0175, 0.0205))
        muzzle = ellipsoid(lower, (0.0, -0.0780, 0.0580), (0.0300, 0.0180, 0.0270))
        jaw = smooth_min(smooth_min(mandible, chin, 0.028), muzzle, 0.014)
        return smooth_min(face, jaw, 0.022)

    def _relief(self, face: Scalars, mirrored: Points) -> Scalars:
        """Brow ridges, cheeks and the upper lip's mound."""
        brow = ellipsoid(mirrored, (0.027, 0.0235, 0.0690), (0.0300, 0.0095, 0.0140))
        cheek = ellipsoid(mirrored, (0.0380, -0.0270, 0.0530), (0.0230, 0.0220, 0.0250))
        mound = ellipsoid(mirrored, (0.0, -0.0540, 0.0580), (0.0310, 0.0200, 0.0290))
        face = smooth_min(face, brow, 0.018)
        face = smooth_min(face, cheek, 0.026)
        return smooth_min(face, mound, 0.016)

    def _nose(self, face: Scalars, head: Points) -> Scalars:
        size = self.identity.nose
        mirrored = (np.abs(head[0]), head[1], head[2])
        bridge = capsule(
            head, (0.0, 0.016, 0.0780), (0.0, -0.030, 0.0965 + 0.004 * size), (0.0062, 0.0088)
        )
        tip = sphere(head, (0.0, -0.0335, 0.0985 + 0.004 * size), 0.0108 * size)
        wing = ellipsoid(
            mirrored, (0.0112 * size, -0.0365, 0.0900), (0.0075 * size, 0.0072, 0.0095)
        )
        face = smooth_min(face, bridge, 0.014)
        face = smooth_min(face, tip, 0.010)
        face = smooth_min(face, wing, 0.006)
        nostril = ellipsoid(mirrored, (0.0062, -0.0450, 0.0965), (0.0036, 0.0042, 0.0058))
        return smooth_max(face, -nostril, 0.003)

    def _ear(self, face: Scalars, mirrored: Points) -> Scalars:
        local = rotated(translated(mirrored, _EAR), transposed(_EAR_AXES))
        shell = ellipsoid(local, (0.0, 0.0, -0.006), (0.0075, 0.0310, 0.0195))
        scapha = ellipsoid(local, (0.0085, 0.0035, -0.0065), (0.0070, 0.0250, 0.0150))
        antihelix = ellipsoid(local, (0.0010, 0.0020, -0.0080), (0.0045, 0.0200, 0.0085))
        bowl = ellipsoid(local, (0.0080, -0.0030, 0.0020), (0.0095, 0.0125, 0.0085))
        tragus = ellipsoid(local, (0.0020, -0.0040, 0.0100), (0.0050, 0.0060, 0.0040))
        shell = smooth_min(smooth_max(shell, -scapha, 0.004), antihelix, 0.005)
        shell = smooth_min(smooth_max(shell, -bowl, 0.004), tragus, 0.004)
        return smooth_min(face, shell, 0.007)

    def _torso(self, points: Points) -> Scalars:
        mirrored = (np.sqrt(points[0] * points[0] + 4e-4), points[1], points[2])
        trunk = ellipsoid(points, (0.0, -0.270, -0.040), (0.205, 0.095, 0.098))
        slope = ellipsoid(mirrored, (0.055, -0.200, -0.055), (0.085, 0.045, 0.050))
        return smooth_max(smooth_min(trunk, slope, 0.05), _FLOOR - points[1], 0.02)

    def _shirt(self, points: Points, body: Scalars) -> Scalars:
        collar = self.below_collar(points)
        folds = 0.0015 * np.sin(55.0 * points[0] + 30.0 * points[1])
        folds *= smoothstep(0.02, 0.06, -collar)
        return smooth_max(body - 0.0045 - folds, collar, 0.004)

    def below_collar(self, points: Points) -> Scalars:
        """Distance to the neckline's plane, negative below it."""
        return (points[1] + 0.1480 + 0.36 * points[2]) * 0.94


def _neck(points: Points) -> Scalars:
    return capsule(points, (0.0, -0.050, -0.024), (0.0, -0.200, -0.045), (0.0480, 0.0520))


def _turned(points: Points, matrix: tuple[Vector, Vector, Vector], pivot: Vector) -> Points:
    x, y, z = rotated(translated(points, pivot), matrix)
    return x + pivot[0], y + pivot[1], z + pivot[2]
