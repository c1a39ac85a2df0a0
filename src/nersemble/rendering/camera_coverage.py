"""The part of a surface that cameras see; elsewhere density is unsupervised and arbitrary."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float32, Int

from nersemble.geometry.camera import Camera

# Cell size of the depth maps, in distances between neighbouring vertices: with smaller cells a
# camera would see through the surface between its vertices.
_CELL_SPACINGS = 2.0
# Patches below this share of the surface, or of its largest seen patch, are nooks or strays.
_SMALLEST_PATCH = 0.01
# How often a vertex takes the mean of itself and its neighbours.
_SMOOTHING_ROUNDS = 8


def seen_from(
    cameras: Sequence[Camera],
    positions_world: Float32[np.ndarray, "v 3"],
    normals_world: Float32[np.ndarray, "v 3"],
    spacing: float,
) -> Bool[np.ndarray, "v"]:
    """Whether a camera sees each vertex of a dense mesh.

    It does if the vertex projects into its picture, faces it, and is not occluded by more than two
    cells of a depth map of the vertices.

    Args:
        spacing: between neighbouring vertices, model world.
    """
    seen = np.zeros(len(positions_world), bool)
    for camera in cameras:
        pose, intrinsics = camera.world_to_camera.numpy(), camera.intrinsics.numpy()
        x, y, depths = (positions_world @ pose[:3, :3].T + pose[:3, 3]).T
        toward = camera.center_world.numpy() - positions_world
        with np.errstate(divide="ignore", invalid="ignore"):
            pixels = np.stack([x, y, depths], 1) / depths[:, None] @ intrinsics.T
        inside = (pixels >= 0) & (pixels < (camera.width, camera.height, np.inf))
        candidates = np.flatnonzero(inside.all(1) & (depths > 0))
        if not len(candidates):
            continue
        x, y, depths = x[candidates], y[candidates], depths[candidates]
        cells_per_tangent = np.median(depths) / (_CELL_SPACINGS * spacing)
        cells = np.floor(np.stack([x / depths, y / depths], 1) * cells_per_tangent).astype(int)
        cells -= cells.min(0)
        index = np.ravel_multi_index(tuple(cells.T), tuple(cells.max(0) + 1))
        nearest = np.full(index.max() + 1, np.inf)
        np.minimum.at(nearest, index, depths)
        facing = (normals_world[candidates] * toward[candidates]).sum(1) > 0
        seen[candidates] |= facing & (depths < nearest[index] + 2 * _CELL_SPACINGS * spacing)
    return seen


def without_specks(
    seen: Bool[np.ndarray, "v"], faces: Int[np.ndarray, "f 3"]
) -> Bool[np.ndarray, "v"]:
    """``seen`` with a smooth edge, small unseen patches (nooks such as nostrils) counted as seen,
    and small seen ones as unseen."""
    from scipy.sparse import coo_array, eye_array

    edges = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    ends = (edges.ravel(), edges[:, ::-1].ravel())
    links = coo_array((np.ones(len(ends[0])), ends), (len(seen), len(seen))).tocsr()
    links = links + eye_array(len(seen), format="csr")
    n_links, share = links.sum(1), seen.astype(float)
    for _ in range(_SMOOTHING_ROUNDS):
        share = links @ share / n_links
    smooth = share > 0.5
    filled = smooth | (_patch_sizes(smooth, edges) < _SMALLEST_PATCH * len(seen))
    sizes = _patch_sizes(filled, edges) * filled
    kept: np.ndarray = sizes > _SMALLEST_PATCH * sizes.max(initial=0)
    return kept


def _patch_sizes(
    labels: Bool[np.ndarray, "v"], edges: Int[np.ndarray, "e 2"]
) -> Int[np.ndarray, "v"]:
    """The size of each vertex's connected component with the same label."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    within = edges[labels[edges[:, 0]] == labels[edges[:, 1]]]
    shape = (len(labels), len(labels))
    graph = coo_array((np.ones(len(within), bool), tuple(within.T)), shape)
    patches = connected_components(graph, directed=False)[1]
    sizes: np.ndarray = np.bincount(patches)[patches]
    return sizes
