"""Writes meshes and point clouds as PLY and GLB files with trimesh."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32, UInt8

from nersemble.errors import MissingDependencyError, RunError
from nersemble.files import reason_of, written_whole
from nersemble.geometry.world import directions_to_calibration, points_to_calibration
from nersemble.interop.config import GeometryFormat, WorldName
from nersemble.opening import write_bytes
from nersemble.ops.colors import srgb_to_linear, to_uint8
from nersemble.rendering.surface import Surface


def require_trimesh() -> Any:
    """The package trimesh.

    Raises:
        MissingDependencyError: it is not installed.
    """
    try:
        import trimesh
    except ImportError as error:
        raise MissingDependencyError(
            "Writing PLY and GLB files needs the package trimesh: pip install 'nersemble[export]'."
        ) from error
    return trimesh


def write_surface(path: Path, surface: Surface, kind: GeometryFormat, world: WorldName) -> None:
    """Writes a surface with colours and normals, atomically.

    PLY is binary, with sRGB colours. GLB has linear 8-bit colours, as its specification requires.

    Args:
        world: calibration: metres, y up, like the capture's cameras; model: ninths of a metre, z
            up.

    Raises:
        MissingDependencyError: trimesh is not installed.
        RunError: the file cannot be written.
    """
    trimesh = require_trimesh()
    surface = in_world(surface, world)
    positions, normals = surface.positions_world, surface.normals_world
    colors = _bytes(surface.rgbs if kind == "ply" else srgb_to_linear(surface.rgbs))
    if len(surface.faces):
        # Without processing: merging vertices would lose colours.
        found = trimesh.Trimesh(
            positions, surface.faces, vertex_normals=normals, vertex_colors=colors, process=False
        )
    else:
        found = trimesh.PointCloud(positions, colors=colors)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as temporary:
            write_bytes(temporary, found.export(file_type=kind))
    except OSError as error:
        raise RunError(
            f"Cannot write {path}: {reason_of(error)}; make room there or choose another folder "
            "with --renders_path or NERSEMBLE_RENDERS_PATH."
        ) from error


def in_world(surface: Surface, world: WorldName) -> Surface:
    """A surface of the model world in the world that the export asks for."""
    if world == "model":
        return surface
    return replace(
        surface,
        positions_world=points_to_calibration(surface.positions_world),
        normals_world=directions_to_calibration(surface.normals_world),
    )


def _bytes(rgbs: Float32[np.ndarray, "v 3"]) -> UInt8[np.ndarray, "v 4"]:
    """Adds an opaque alpha channel, which GLB needs."""
    opaque = np.full((len(rgbs), 1), 255, np.uint8)
    return np.hstack([to_uint8(rgbs), opaque])
