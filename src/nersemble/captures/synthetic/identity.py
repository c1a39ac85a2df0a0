"""The person: colours and proportions, chosen by the participant number."""

from dataclasses import dataclass

import numpy as np

from nersemble.captures.synthetic.sdf import Vector


@dataclass(frozen=True)
class Identity:
    """One person. Colours are linear RGB reflectances; sizes are factors around 1."""

    skin: Vector
    lips: Vector
    hair: Vector
    iris: Vector
    shirt: Vector
    face_width: float
    jaw_width: float
    nose: float
    hair_volume: float
    texture_phase: float


_SKINS: tuple[tuple[Vector, Vector], ...] = (
    ((0.56, 0.315, 0.215), (0.47, 0.155, 0.130)),
    ((0.64, 0.40, 0.29), (0.52, 0.20, 0.17)),
    ((0.37, 0.185, 0.110), (0.30, 0.105, 0.085)),
    ((0.47, 0.255, 0.155), (0.40, 0.135, 0.105)),
    ((0.20, 0.095, 0.055), (0.19, 0.070, 0.058)),
)
_HAIRS: tuple[Vector, ...] = (
    (0.085, 0.042, 0.022),
    (0.26, 0.155, 0.068),
    (0.030, 0.020, 0.016),
    (0.15, 0.056, 0.024),
    (0.020, 0.017, 0.017),
)
_IRISES: tuple[Vector, ...] = (
    (0.065, 0.150, 0.235),
    (0.095, 0.150, 0.070),
    (0.085, 0.040, 0.018),
    (0.130, 0.085, 0.032),
    (0.060, 0.028, 0.014),
)
_SHIRTS: tuple[Vector, ...] = (
    (0.014, 0.020, 0.034),
    (0.020, 0.020, 0.023),
    (0.012, 0.026, 0.022),
    (0.040, 0.013, 0.016),
)


def identity_of(participant: int) -> Identity:
    """The person with this number; deterministic."""
    generator = np.random.default_rng([20230501, participant])
    turn = max(participant - 1, 0)
    skin, lips = _SKINS[turn % len(_SKINS)]

    def around_one(spread: float) -> float:
        return 1.0 + spread * float(generator.uniform(-1.0, 1.0))

    return Identity(
        skin=skin,
        lips=lips,
        hair=_HAIRS[turn % len(_HAIRS)],
        iris=_IRISES[turn % len(_IRISES)],
        shirt=_SHIRTS[turn % len(_SHIRTS)],
        face_width=around_one(0.025),
        jaw_width=around_one(0.06),
        nose=around_one(0.07),
        hair_volume=around_one(0.15),
        texture_phase=float(generator.uniform(0.0, 6.28)),
    )
