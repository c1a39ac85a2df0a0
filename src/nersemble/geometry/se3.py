"""The exponential map of SE(3) (Rodrigues' formula with its left Jacobian; method.md, Deformation).

With theta = |r|, K the cross-product matrix of r:
    R = I + sin(theta)/theta K + (1 - cos(theta))/theta^2 K^2
    V = I + (1 - cos(theta))/theta^2 K + (theta - sin(theta))/theta^3 K^2,   T = V v.
"""

import torch
from jaxtyping import Float
from torch import Tensor

SQUARED_ANGLE_MIN = 1e-4
"""Lower bound of theta^2, which keeps the quotients finite at zero rotation."""


def transform_points(
    rotation: Float[Tensor, "n 3"], translation: Float[Tensor, "n 3"], points: Float[Tensor, "n 3"]
) -> Float[Tensor, "n 3"]:
    """Applies exp([v, r]) to points: R x + V v, without forming any matrix.

    Args:
        rotation: r, axis times angle in radians.
        translation: v, the linear part of the twist (not yet the translation T = V v).
        points: in the space of the twist.
    """
    squared = (rotation * rotation).sum(-1, keepdim=True).clamp(min=SQUARED_ANGLE_MIN)
    angle = squared.sqrt()
    sine, cosine = angle.sin(), angle.cos()
    first = sine / angle
    second = (1 - cosine) / squared
    third = (angle - sine) / (squared * angle)

    def cross(vector: Tensor) -> Tensor:
        return torch.linalg.cross(rotation, vector)

    turned = cross(points)
    rotated = points + first * turned + second * cross(turned)
    swept = cross(translation)
    return rotated + translation + second * swept + third * cross(swept)
