"""Where Gaussians begin: as flat discs on the surface that a field shows."""

import math

import torch
from jaxtyping import Float, Int64
from torch import Tensor
from torch.nn import functional

from nersemble.gaussians.gaussians import SH_0, Gaussians
from nersemble.geometry.world import directions_to_calibration, points_to_calibration
from nersemble.rendering.surface import Surface

# Standard deviations in distances between neighbours: along the surface and across it.
_ALONG, _ACROSS = 0.6, 0.15
_OPACITY = 0.8
_SPACINGS_METRES = 1e-5, 1.0
_HALVINGS = 24


def seeds(surface: Surface, n: int, sh_degree: int, device: torch.device) -> Gaussians:
    """At most N Gaussians, spread evenly over the points of a surface.

    One cell of a cubic lattice has one of them: with the mean of its points' places, normals and
    colours. The lattice is the finest that gives no more than N.

    Args:
        surface: points, as of :func:`nersemble.rendering.surface.points_of`.
    """
    points, normals, rgbs = (
        torch.from_numpy(values).to(device)
        for values in (
            points_to_calibration(surface.positions_world),
            directions_to_calibration(surface.normals_world),
            surface.rgbs,
        )
    )
    spacing, cells = _thinned(points, n)
    counts = torch.bincount(cells)[:, None]

    def means(values: Float[Tensor, "p 3"]) -> Float[Tensor, "n 3"]:
        return values.new_zeros(len(counts), 3).index_add_(0, cells, values) / counts

    log_scales = points.new_tensor([_ALONG, _ALONG, _ACROSS]).mul(spacing).log()
    sh = points.new_zeros(len(counts), (sh_degree + 1) ** 2, 3)
    sh[:, 0] = (means(rgbs) - 0.5) / SH_0
    return Gaussians(
        means(points),
        _turning_z_to(functional.normalize(means(normals), dim=-1)),
        log_scales.repeat(len(counts), 1),
        points.new_full((len(counts),), math.log(_OPACITY / (1 - _OPACITY))),
        sh,
    )


def _thinned(points: Float[Tensor, "p 3"], n: int) -> tuple[float, Int64[Tensor, "p"]]:
    """The spacing of the finest lattice of which at most N cells have points, and each point's
    cell among them."""
    low, high = _SPACINGS_METRES
    for _ in range(_HALVINGS):
        spacing = math.sqrt(low * high)
        if len(_cells(points, spacing).unique()) > n:
            low = spacing
        else:
            high = spacing
    return high, _cells(points, high).unique(return_inverse=True)[1]


def _cells(points: Float[Tensor, "p 3"], spacing: float) -> Int64[Tensor, "p"]:
    """A number for each point that those of one cell share."""
    x, y, z = (points / spacing).floor().long().unbind(-1)
    return (x * 2**21 + y) * 2**21 + z


def _turning_z_to(normals: Float[Tensor, "n 3"]) -> Float[Tensor, "n 4"]:
    """Quaternions that turn the z axis to unit vectors; a half turn around x for -z and for 0."""
    x, y, z = normals.unbind(-1)
    half = torch.stack([1 + z, -y, x, torch.zeros_like(x)], -1)
    turned = (half.norm(dim=-1, keepdim=True) > 1e-3) & (normals.norm(dim=-1, keepdim=True) > 0)
    return torch.where(turned, functional.normalize(half, dim=-1), half.new_tensor([0.0, 1, 0, 0]))
