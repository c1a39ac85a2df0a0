"""A mesh that keeps its triangles: at each timestep its vertices end on that timestep's surface."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Int
from torch import Tensor
from torch.nn.functional import normalize

from nersemble.geometry.world import SCALE_FACTOR
from nersemble.ops.colors import on_host
from nersemble.rendering.surface import PositionsToValues, Shape

BOUND_METRES = 0.002
"""Farther apart than this, a mesh and a surface differ."""
# Where the surface is looked for along a vertex's normal: first to where the deformation may have
# missed it, then between the neighbours' places. Metres to either side, and places asked.
_SEARCHES = ((0.01, 21), (0.002, 9))
# How often an offset becomes the mean of itself and its neighbours', after the first search.
_SMOOTHING_ROUNDS = 4


@dataclass(frozen=True)
class Agreement:
    """How well a mesh fits the surface of its timestep.

    mean_mm: between the mesh's vertices and the surface, millimetres.
    share_off: of the vertices that are farther than 2 mm from the surface, 0..1.
    share_missing: of the surface's vertices that are farther than 2 mm from the mesh, 0..1.
    """

    mean_mm: float
    share_off: float
    share_missing: float


def agreement(mesh: Shape, surface: Shape, seen: Shape, spacing: float) -> Agreement:
    """Compares a mesh with the surface that was extracted at its timestep.

    Args:
        surface: all of it; the mesh may end elsewhere.
        seen: the part of it that the mesh should have.
        spacing: between neighbouring vertices, model world.
    """
    off = distances(mesh.positions_world, surface, spacing) / SCALE_FACTOR
    missing = distances(seen.positions_world, mesh, spacing) / SCALE_FACTOR
    return Agreement(
        float(1000 * off.mean()), float((off > BOUND_METRES).mean()),
        float((missing > BOUND_METRES).mean()),
    )  # fmt: skip


def distances(
    positions: Float32[np.ndarray, "n 3"], shape: Shape, spacing: float
) -> Float[np.ndarray, "n"]:
    """Of points from a mesh: from a disc in the tangent plane of the nearest vertex, as large as
    the spacing of vertices.

    Args:
        spacing: model world, as the result.
    """
    from scipy.spatial import cKDTree

    nearest = cKDTree(shape.positions_world).query(positions, workers=-1)[1]
    apart = positions - shape.positions_world[nearest]
    above = (apart * shape.normals_world[nearest]).sum(1)
    aside = np.sqrt(((apart**2).sum(1) - above**2).clip(0))
    found: np.ndarray = np.hypot(above, (aside - spacing).clip(0))
    return found


def settled(
    density: PositionsToValues, mesh: Shape, threshold: float, device: torch.device
) -> Shape:
    """The mesh with its vertices moved along their normals to where the density crosses the
    threshold from inside to outside, at most 12 mm.

    A vertex without a crossing goes as far as its neighbours do on average.

    Args:
        mesh: near the surface; its normals are not read.
        device: the density's.
    """
    faces = torch.from_numpy(mesh.faces).to(device)
    positions = torch.from_numpy(mesh.positions_world).to(device)
    for search, (reach_metres, n_places) in enumerate(_SEARCHES):
        normals = normals_of_vertices(positions, faces)
        # Neighbours that go in one direction keep their triangle's side.
        ways = normalize(_smoothed(normals, torch.ones_like(normals[:, :1]), faces), dim=-1)
        offsets, found = _crossings(
            density, positions, ways, threshold, reach_metres * SCALE_FACTOR, n_places
        )
        smooth = _smoothed(offsets, found.to(offsets.dtype), faces)
        offsets = torch.where(found, offsets, smooth) if search else smooth
        positions = positions + offsets * ways
    normals = normals_of_vertices(positions, faces)
    return Shape(on_host(positions), on_host(normals), mesh.faces)


def normals_of_vertices(
    positions: Float[Tensor, "v 3"], faces: Int[Tensor, "f 3"]
) -> Float[Tensor, "v 3"]:
    """Means of the triangles' normals, weighted by area; unit length."""
    a, b, c = positions[faces].unbind(1)
    doubled = torch.linalg.cross(b - a, c - a)[:, None].expand(-1, 3, 3)
    summed = torch.zeros_like(positions).index_add_(0, faces.view(-1), doubled.reshape(-1, 3))
    return normalize(summed, dim=-1, eps=1e-20)


def _crossings(
    density: PositionsToValues,
    positions: Float[Tensor, "v 3"],
    ways: Float[Tensor, "v 3"],
    threshold: float,
    reach: float,
    n_places: int,
) -> tuple[Float[Tensor, "v 1"], Bool[Tensor, "v 1"]]:
    """How far along its way outwards each vertex has the nearest crossing; whether it has one."""
    along = torch.linspace(-reach, reach, n_places, device=positions.device)
    opaque = torch.stack(
        [1 - threshold / (density(positions + d * ways) + threshold) - 0.5 for d in along], 1
    )
    inside, outside = opaque[:, :-1], opaque[:, 1:]
    crosses = (inside > 0) & (outside <= 0)
    offsets = along[:-1] + inside / (inside - outside) * along.diff()
    apart = torch.where(crosses, offsets.abs(), torch.inf)
    nearest = apart.argmin(1, keepdim=True)
    found = crosses.any(1, keepdim=True)
    return torch.where(found, offsets.gather(1, nearest), 0.0), found


def _smoothed(
    values: Float[Tensor, "v k"], weights: Float[Tensor, "v 1"], faces: Int[Tensor, "f 3"]
) -> Float[Tensor, "v k"]:
    """Weighted means over neighbours, repeatedly; 0 far from all weights."""
    ends = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    to, of = torch.cat([ends, ends.flip(1)]).unbind(1)
    sums = values * weights
    for _ in range(_SMOOTHING_ROUNDS):
        sums, weights = (v.index_add(0, to, v[of]) for v in (sums, weights))
    return torch.where(weights > 0, sums / weights, 0.0)
