"""Exports a run as a mesh that moves: its triangles stay the same."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nersemble.data_manager.rig import FRAMES_PER_SECOND
from nersemble.interop.gaussian_files import file_name
from nersemble.interop.geometry_files import in_world, write_surface
from nersemble.interop.manifest import write_manifest, write_whole
from nersemble.interop.mesh_animation import animation_glb
from nersemble.jobs.baking import Moment
from nersemble.jobs.options import ExportConfig
from nersemble.ops.colors import on_host
from nersemble.rendering.motion import carried
from nersemble.rendering.moving_mesh import BOUND_METRES, Agreement, agreement, settled
from nersemble.rendering.renderer import TorchRenderer
from nersemble.rendering.surface import (
    Shape,
    Surface,
    box_of,
    colored,
    density_at,
    seen_part,
    shape_of,
    spacing_of,
)

FORMAT = "nersemble-animation"
_GLB = "animation.glb"
_AT_ONCE = 2**17
# A larger share of the mesh or of the surface out of place is worth a warning.
_MUCH = 0.05

_logger = logging.getLogger(__name__)


def export_animation(
    folder: Path,
    moments: Iterable[tuple[int, Moment]],
    config: ExportConfig,
    about: Mapping[str, Any],
) -> Iterator[list[Path]]:
    """Writes the mesh of each timestep, as :func:`animate` moves it, into a folder: PLY files, or
    one GLB file at last; then the manifest. Yields the files of each timestep when they are there.

    Args:
        moments: each with its timestep in the whole run.
        about: what the manifest says as well.

    Raises:
        NersembleError: a timestep has no surface, or a file cannot be written.
    """
    surfaces: list[Surface] = []
    entries: list[dict[str, Any]] = []
    first = 0
    for timestep, moment, surface, fits in animate(moments, config):
        path = folder / (file_name(timestep, "ply") if config.format == "ply" else _GLB)
        first = first if entries else moment.frame_number
        seconds = (moment.frame_number - first) / FRAMES_PER_SECOND
        entries.append(
            {"timestep": timestep, "seconds": seconds, "file": path.name, **asdict(fits)}
        )
        if config.format == "ply":
            write_surface(path, surface, "ply", config.world)
            yield [path]
        else:
            surfaces.append(in_world(surface, config.world))
            yield []
    _tell(entries)
    last = []
    if surfaces:
        names = [f"timestep {entry['timestep']}" for entry in entries]
        content = animation_glb(surfaces, [entry["seconds"] for entry in entries], names)
        write_whole(folder / _GLB, content)
        last.append(folder / _GLB)
    numbers = {
        "n_vertices": len(surface.positions_world), "n_triangles": len(surface.faces),
        "bound_mm": 1000 * BOUND_METRES,
    }  # fmt: skip
    last.append(write_manifest(folder, FORMAT, config.world, entries, {**about, **numbers}))
    yield last


def animate(
    moments: Iterable[tuple[int, Moment]], config: ExportConfig
) -> Iterator[tuple[int, Moment, Surface, Agreement]]:
    """One mesh at each moment, with the field's colours there, and how well it fits the surface.

    The first moment's surface is the mesh. To each later moment the deformation carries its
    vertices; then they move along their normals onto the surface, since a deformation may leave
    part of the motion to the tables. Between segments of a run nothing carries them.

    Args:
        moments: in order of time, each with its timestep in the whole run.
    """
    mesh: Shape | None = None
    before: Moment | None = None
    for timestep, moment in moments:
        renderer = TorchRenderer(moment.renderer.model)
        density = density_at(renderer, moment.timestep, moment.windows)
        box = box_of(renderer.model)
        surface = seen = shape_of(density, box, config.surface)
        spacing = spacing_of(box, config.surface)
        if not config.surface.keep_unseen:
            seen = seen_part(surface, moment.dataset.train_cameras, spacing)
        if mesh is None or before is None:
            mesh = seen
        else:
            if before.renderer is moment.renderer:
                mesh = _carried(mesh, before, moment)
            device = renderer.model.device
            mesh = settled(density, mesh, config.surface.density_threshold, device)
        before = moment
        fits = agreement(mesh, surface, seen, spacing)
        yield timestep, moment, colored(renderer, moment.timestep, moment.windows, mesh), fits


def _carried(mesh: Shape, before: Moment, after: Moment) -> Shape:
    model = after.renderer.model
    positions = torch.from_numpy(mesh.positions_world).to(model.device)
    moved = [
        carried(model, part, before.timestep, after.timestep, after.windows)
        for part in positions.split(_AT_ONCE)
    ]
    return replace(mesh, positions_world=on_host(torch.cat(moved)).astype(np.float32))


def _tell(entries: Sequence[Mapping[str, Any]]) -> None:
    """Says how well the mesh fits, and where it does not."""
    mean = sum(entry["mean_mm"] for entry in entries[1:]) / len(entries[1:])
    off, missing = (
        max(entries, key=lambda entry: entry[share]) for share in ("share_off", "share_missing")
    )
    level = logging.INFO
    advice = ""
    if max(off["share_off"], missing["share_missing"]) > _MUCH:
        level = logging.WARNING
        advice = " Triangles that stay cannot show what opens or closes; --kind mesh can."
    _logger.log(
        level,
        "After the first timestep the mesh is %.2f mm from the surface on average. More than %g mm "
        "away are at most %.1f %% of the mesh (timestep %d) and %.1f %% of the surface that "
        "cameras see (timestep %d).%s",
        mean, 1000 * BOUND_METRES, 100 * off["share_off"], off["timestep"],
        100 * missing["share_missing"], missing["timestep"], advice,
    )  # fmt: skip
