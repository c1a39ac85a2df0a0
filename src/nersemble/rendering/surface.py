"""The surface of a head at one timestep: a mesh, or points that cameras see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32, Int
from torch import Tensor

from nersemble.errors import NersembleError
from nersemble.fields.windows import WindowState
from nersemble.geometry.camera import Camera, unit
from nersemble.ops.colors import on_host
from nersemble.rendering.camera_coverage import seen_from, without_specks
from nersemble.rendering.config import SurfaceConfig
from nersemble.rendering.head_model import HeadModel
from nersemble.rendering.image import Renderer
from nersemble.rendering.normals import normals_of, positions_of
from nersemble.rendering.pictures import on_background
from nersemble.rendering.renderer import TorchRenderer

_POINTS_AT_ONCE = 2**17
# Pieces below this share of the largest are stray density.
_SMALLEST_PIECE = 0.01
# The depth of a ray that passes through or only grazes the head locates no surface.
_SOLID_ABOVE = 0.9
_GRAZING_COSINE = 0.2

PositionsToValues = Callable[[Tensor], Tensor]
"""Positions [n 3], model world, to a number each [n]."""


@dataclass(frozen=True)
class Surface:
    """V points of a surface and F triangles between them (0 for a point cloud).
    positions_world, normals_world: model world, unit normals pointing outwards; rgbs: 0..1,
    sRGB; faces: counter-clockwise seen from outside.
    """

    positions_world: Float32[np.ndarray, "v 3"]
    normals_world: Float32[np.ndarray, "v 3"]
    rgbs: Float32[np.ndarray, "v 3"]
    faces: Int[np.ndarray, "f 3"]


@dataclass(frozen=True)
class Shape:
    """A mesh without colours; see :class:`Surface`."""

    positions_world: Float32[np.ndarray, "v 3"]
    normals_world: Float32[np.ndarray, "v 3"]
    faces: Int[np.ndarray, "f 3"]


@torch.no_grad()
def mesh_of(
    renderer: TorchRenderer,
    timestep: int,
    windows: WindowState,
    config: SurfaceConfig,
    cameras: Sequence[Camera],
) -> Surface:
    """The head's outer surface at a timestep, in its deformed state.

    Density counts only in occupied cells, as in pictures. A vertex gets the colour that the field
    has from outside along the normal. Parts that no camera sees are left out unless the options
    keep them.

    Raises:
        NersembleError: no density reaches the threshold, or no camera sees the surface.
    """
    density = density_at(renderer, timestep, windows)
    box = box_of(renderer.model)
    shape = shape_of(density, box, config)
    if not config.keep_unseen:
        shape = seen_part(shape, cameras, spacing_of(box, config))
    return colored(renderer, timestep, windows, shape)


def density_at(renderer: TorchRenderer, timestep: int, windows: WindowState) -> PositionsToValues:
    """The density at a timestep, which counts only in occupied cells, as in pictures."""
    model, blended = renderer.model, renderer.blend(timestep, windows)

    @torch.no_grad()
    def density(positions: Tensor) -> Tensor:
        values = torch.zeros_like(positions[:, 0])
        inside = model.grid.occupied(*positions.unbind(-1))
        found = positions[inside]
        if len(found):
            parts = found.split(_POINTS_AT_ONCE)
            values[inside] = torch.cat([blended.density(p, _one_timestep(p)) for p in parts])
        return values

    return density


def box_of(model: HeadModel) -> Float[Tensor, "2 3"]:
    """The part of the scene box with occupied cells, model world."""
    box, scene_box = model.grid.occupied_box, model.grid.scene_box
    return torch.stack([box[0].maximum(scene_box[0]), box[1].minimum(scene_box[1])])


@torch.no_grad()
def colored(renderer: TorchRenderer, timestep: int, windows: WindowState, shape: Shape) -> Surface:
    """A mesh with the colours that the field has from outside along the normals."""
    blended = renderer.blend(timestep, windows)
    positions, normals = (
        torch.from_numpy(values).to(renderer.model.device)
        for values in (shape.positions_world, shape.normals_world)
    )
    parts = zip(positions.split(_POINTS_AT_ONCE), normals.split(_POINTS_AT_ONCE), strict=True)
    rgbs = torch.cat([blended(at, -normal, _one_timestep(at)).rgbs for at, normal in parts])
    return Surface(shape.positions_world, shape.normals_world, rgbs.cpu().numpy(), shape.faces)


def _one_timestep(positions: Float[Tensor, "n 3"]) -> Int[Tensor, "n"]:
    return torch.zeros(len(positions), dtype=torch.int64, device=positions.device)


def shape_of(density: PositionsToValues, box: Float[Tensor, "2 3"], config: SurfaceConfig) -> Shape:
    """Extract the outer surface at the density threshold in a box, by marching cubes.

    Marching cubes (Lewiner et al., 2003) run on density / (density + threshold), which is close to
    linear where density grows exponentially, as in fields. Enclosed hollows are filled, and pieces
    below a hundredth of the largest left out. The surface is closed at the box.

    Args:
        density: per model-world unit; called with 2^17 positions at most.
        box: minimum and maximum, model world.

    Raises:
        NersembleError: no density in the box reaches the threshold.
    """
    from skimage import measure

    low, high = box
    spacing = spacing_of(box, config)
    volume = np.zeros((0, 0, 0), np.float32)
    if spacing > 0:
        counts = [int(n) for n in torch.ceil((high - low) / spacing - 1e-4) + 1]
        volume = _opaque_share(density, low, spacing, counts, config.density_threshold)
        volume = _outer_pieces(np.pad(volume, 1))
    if not (volume > 0.5).any():
        raise NersembleError(
            f"No point of the head is denser than --density_threshold {config.density_threshold:g}"
            ": choose a lower one, or a run that was trained longer."
        )
    marching_cubes: Any = measure.marching_cubes  # untyped in some releases
    positions, faces, normals, _ = marching_cubes(volume, 0.5, spacing=(spacing,) * 3)
    positions += low.cpu().numpy() - spacing
    outward = unit(torch.from_numpy(normals.astype(np.float64))).float().numpy()
    # It returns clockwise triangles.
    return Shape(positions.astype(np.float32), outward, faces[:, ::-1].astype(np.int64))


def spacing_of(box: Float[Tensor, "2 3"], config: SurfaceConfig) -> float:
    """Between the points of the grid, model world."""
    return float((box[1] - box[0]).amax()) / (config.resolution - 1)


def seen_part(shape: Shape, cameras: Sequence[Camera], spacing: float) -> Shape:
    """The part of a mesh that cameras see, small nooks included; it is open at its edges.

    Args:
        spacing: between neighbouring vertices, model world.

    Raises:
        NersembleError: no camera sees it.
    """
    seen = seen_from(cameras, shape.positions_world, shape.normals_world, spacing)
    kept_faces = shape.faces[without_specks(seen, shape.faces)[shape.faces].all(1)]
    if not seen.any() or not len(kept_faces):
        raise NersembleError(
            "No training camera sees the mesh: keep all of it with --keep_unseen, or choose a "
            "run that was trained longer."
        )
    kept, faces = np.unique(kept_faces, return_inverse=True)
    return Shape(
        shape.positions_world[kept], shape.normals_world[kept], faces.reshape(kept_faces.shape)
    )


def _opaque_share(
    density: PositionsToValues,
    low: Float[Tensor, "3"],
    spacing: float,
    counts: Sequence[int],
    threshold: float,
) -> Float32[np.ndarray, "x y z"]:
    """density / (density + threshold) at the points of a grid, a part at a time."""
    n_points = int(np.prod(counts))
    volume = np.empty(n_points, np.float32)
    for first in range(0, n_points, _POINTS_AT_ONCE):
        flat = torch.arange(first, min(first + _POINTS_AT_ONCE, n_points), device=low.device)
        index = torch.stack(
            [flat // (counts[1] * counts[2]), flat // counts[2] % counts[1], flat % counts[2]], -1
        )
        # An infinite density is opaque too.
        values = 1 - threshold / (density(low + index * spacing) + threshold)
        volume[first : first + len(flat)] = values.cpu().numpy()
    return volume.reshape(*counts)


def _outer_pieces(volume: Float32[np.ndarray, "x y z"]) -> Float32[np.ndarray, "x y z"]:
    """The volume with enclosed hollows filled and small pieces left out."""
    from scipy import ndimage

    solid = ndimage.binary_fill_holes(volume > 0.5)
    pieces, n_pieces = ndimage.label(solid)
    sizes = np.bincount(pieces.ravel(), minlength=n_pieces + 1)
    sizes[0] = 0
    small = sizes < _SMALLEST_PIECE * np.max(sizes)
    small[0] = False
    # A hollow becomes opaque; removed pieces must stay below the threshold.
    filled = np.where(solid & (volume <= 0.5), np.float32(1), volume)
    return np.where(small[pieces], np.float32(0), filled)


def points_of(
    renderer: Renderer,
    timestep: int,
    windows: WindowState,
    cameras: Sequence[Camera],
    n_rays: int,
) -> Surface:
    """The surface points that camera pixels see, with colours and normals.

    Pixels that are not opaque (accumulation below 0.9), lie at a silhouette or see the surface at
    less than 12 degrees are left out, since their expected depth lies between surfaces.

    Raises:
        NersembleError: no camera sees a surface.
    """
    columns: list[list[Tensor]] = [[], [], []]
    for camera in cameras:
        image = renderer.image(camera, timestep, windows, n_rays)
        positions, normals = positions_of(image, camera), normals_of(image, camera)
        center = camera.center_world.to(positions.device)
        toward_camera = unit(center - positions.double()).float()
        facing = (normals * toward_camera).sum(-1)
        kept = (image.accumulation > _SOLID_ABOVE) & (facing > _GRAZING_COSINE)
        rgbs = on_background(image.rgb, image.accumulation, "transparent")[..., :3]
        for column, values in zip(columns, (positions, normals, rgbs), strict=True):
            column.append(values[kept])
    positions_world, normals_world, colors = (on_host(torch.cat(column)) for column in columns)
    if not len(positions_world):
        raise NersembleError(
            f"No camera sees a surface at timestep {timestep}: choose a run that was trained "
            "longer, or --kind mesh with a lower --density_threshold."
        )
    return Surface(positions_world, normals_world, colors, np.zeros((0, 3), np.int64))
