"""The figures of docs/model.md, and of exports in docs/rendering.md, drawn from a trained run by
the code that trains and renders.

    nersemble demo
    python benchmarks/figures.py NERS-1 --models_path demo_output/models \
        --data_path demo_output/captures --out docs/images

Needs matplotlib (the extra ``docs``).
"""

import argparse
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import torch
from PIL import Image

from nersemble.compute_options import ComputeOptions
from nersemble.env import Roots
from nersemble.fields.config import WindowConfig
from nersemble.fields.windows import window_weights, windows_at
from nersemble.geometry.camera import Camera
from nersemble.jobs.loading import LoadedRun, open_run
from nersemble.marching.marcher import march
from nersemble.marching.visibility import transmittances
from nersemble.rays.batch import RayBatch
from nersemble.rendering.channels import deformation_to_rgb
from nersemble.rendering.composite import sample_weights
from nersemble.rendering.config import SurfaceConfig
from nersemble.rendering.image import RenderedImage
from nersemble.rendering.renderer import TorchRenderer
from nersemble.rendering.surface import Surface, mesh_of, points_of

matplotlib.use("Agg")

import matplotlib.pyplot as plt

_N_RAYS = 8192
_WIDTH = 8.0  # inches, at 100 dots each
_SURFACE_PIXELS = 190
_COLORS = 256  # of a picture: a third of the bytes, and no difference to be seen


def windows(axes: Any, loaded: LoadedRun) -> None:
    """How bands and tables open with the default schedule, and their weights at one step."""
    config, n_bands, n_tables = WindowConfig(), 7, 32
    steps = np.arange(0, 100_001, 500)
    states = [windows_at(int(step), config, n_bands, n_tables) for step in steps]
    axes[0].plot(steps, [s.deformation for s in states], label="deformation: open bands of 7")
    axes[0].plot(steps, [s.hash for s in states], label="ensemble: open tables of 32")
    axes[0].set(xlabel="step", ylabel="window value")
    axes[0].legend()
    for step in (45_000, 55_000, 70_000):
        weights = window_weights(windows_at(step, config, n_bands, n_tables).hash, n_tables)
        axes[1].plot(weights.numpy(), marker=".", label=f"step {step}")
    axes[1].set(xlabel="table", ylabel="weight")
    axes[1].legend()


def blend_weights(axes: Any, loaded: LoadedRun) -> None:
    """The weights with which the tables enter each timestep's grid."""
    n = loaded.dataset.splits.n_timesteps
    ensemble = loaded.model.field.hash_ensemble
    with torch.no_grad():
        weights = ensemble.blend_weights(torch.arange(n), loaded.windows.hash).numpy()
    limit = np.abs(weights).max()
    shown = axes.imshow(weights.T, cmap="RdBu", vmin=-limit, vmax=limit, aspect="auto")
    axes.set(xlabel="timestep", ylabel="table", yticks=range(weights.shape[1]))
    axes.figure.colorbar(shown, ax=axes, label="blend weight")


def deformation(axes: Any, loaded: LoadedRun) -> None:
    """Two timesteps of one view, how far points move to canonical space, and what differs."""
    middle = (loaded.dataset.splits.n_timesteps - 1) // 2
    first, second = _rendered(loaded, 0), _rendered(loaded, middle)
    both = torch.minimum(first.accumulation, second.accumulation)
    change = second.offsets_unit - first.offsets_unit
    pictures = {
        "timestep 0": first.rgb,
        f"timestep {middle}": second.rgb,
        "offsets at 0": deformation_to_rgb(first.offsets_unit, first.accumulation),
        f"change to {middle}, x 4": deformation_to_rgb(change, both, full_offset=0.01),
    }
    for one, (title, picture) in zip(axes, pictures.items(), strict=True):
        one.imshow(picture.numpy())
        one.set_title(title)
        one.axis("off")


def occupancy(axes: Any, loaded: LoadedRun) -> None:
    """The density and the grid in the head's plane of symmetry."""
    grid = loaded.model.grid
    low, high = grid.scene_box
    n = grid.binaries.shape[1]
    middle = n // 2
    centers = [(torch.arange(n) + 0.5) / n * (high[i] - low[i]) + low[i] for i in (1, 2)]
    y, z = torch.meshgrid(*centers, indexing="ij")
    x = torch.full_like(y, float(low[0] + (high[0] - low[0]) * (middle + 0.5) / n))
    points = torch.stack([x, y, z], -1).view(-1, 3)
    with torch.no_grad():
        blended = TorchRenderer(loaded.model).blend(0, loaded.windows)
        sigmas = blended.density(points, torch.zeros(len(points), dtype=torch.long)).view(n, n)
    extent = [float(low[1]), float(high[1]), float(low[2]), float(high[2])]
    visible = grid.visible[0, middle].float()
    pictures = (
        ("log10(1 + density), timestep 0", torch.log10(1 + sigmas), "magma"),
        ("occupied cells", grid.binaries[0, middle].float(), "Greys"),
        ("seen by two cameras", visible, "Greys"),
    )
    for one, (title, picture, colors) in zip(axes, pictures, strict=True):
        shown = one.imshow(picture.T.numpy(), origin="lower", extent=extent, cmap=colors)
        one.set(title=title, xlabel="y, model world")
        if colors == "magma":
            one.figure.colorbar(shown, ax=one, shrink=0.7)


def ray(axes: Any, loaded: LoadedRun) -> None:
    """One ray through the face: the sampled intervals, and the contribution of each."""
    model, camera = loaded.model, _camera(loaded)
    accumulation = _rendered(loaded, 0).accumulation
    rows, columns = torch.nonzero(accumulation > 0.99, as_tuple=True)
    pixel = (int(rows.float().mean()), int(columns.float().mean()))
    origins, directions = camera.rays(torch.tensor([[pixel[0], pixel[1]]]))
    rays = RayBatch.of_timestep(origins, directions, 0)
    samples = march(rays, model.grid, model.config.marcher)
    with torch.no_grad():
        blended = TorchRenderer(model).blend(0, loaded.windows)
        zeros = torch.zeros(len(samples), dtype=torch.long)
        sigmas = blended.density(samples.positions_world(rays), zeros)
    t = (samples.t_starts + samples.t_ends) / 2
    weights, passed = sample_weights(sigmas, samples), transmittances(sigmas, samples)
    lengths = samples.t_ends - samples.t_starts
    axes[0].bar(samples.t_starts, sigmas, lengths, align="edge", color="tab:purple")
    axes[0].set(
        ylabel="density",
        title=f"row {pixel[0]}, column {pixel[1]} of {camera.height} x {camera.width}",
    )
    # Where a ray ends, its last weight is nearly its transmittance: the wider line shows below.
    axes[1].step(t, passed, where="mid", linewidth=4, alpha=0.4, label="transmittance")
    axes[1].step(t, weights, where="mid", label="weight")
    expected = float((weights * t).sum() / weights.sum())
    axes[1].axvline(expected, color="black", linewidth=1, label="expected depth")
    axes[1].set(xlabel="distance along the ray, model world (metres x 9)")
    axes[0].set_xlim(axes[1].get_xlim())
    axes[1].legend()


def surfaces(axes: Any, loaded: LoadedRun) -> None:
    """The mesh and the points of an export, from the front and from the side."""
    renderer, cameras = TorchRenderer(loaded.model), loaded.dataset.train_cameras
    sensor = loaded.dataset.capture.sensor_size
    small = [camera.resized(sensor[0] // 16, sensor[1] // 16) for camera in cameras]
    mesh = mesh_of(renderer, 0, loaded.windows, SurfaceConfig(resolution=220), cameras)
    points = points_of(renderer, 0, loaded.windows, small, _N_RAYS)
    front = torch.stack([camera.center_world for camera in cameras]).mean(0)
    azimuth = float(torch.atan2(front[1], front[0]))
    for index, surface in enumerate((mesh, points)):
        for one, turn in zip(axes[2 * index : 2 * index + 2], (0, 60), strict=True):
            one.imshow(_drawn(surface, azimuth + np.radians(turn)))
            one.set_title(f"{('mesh', 'points')[index]}, {turn} degrees")
            one.axis("off")


def _drawn(surface: Surface, azimuth: float) -> np.ndarray:
    """Seen from an azimuth around the vertical axis, without perspective. Of triangles, which are
    smaller than pixels, the corners and the middles of their sides are drawn."""
    values = np.concatenate([surface.positions_world, surface.normals_world, surface.rgbs], 1)
    sides = values[surface.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)].mean(1)
    all_positions, normals, all_rgbs = np.split(np.concatenate([values, sides]), 3, 1)
    cos, sin = np.cos(azimuth), np.sin(azimuth)
    toward_viewer, right = np.array([cos, sin, 0]), np.array([-sin, cos, 0])
    facing = normals @ toward_viewer > 0
    positions, rgbs = all_positions[facing], all_rgbs[facing]
    x, y = positions @ right, -positions[:, 2]
    scale = (_SURFACE_PIXELS - 1) / 3.0
    columns = np.round((x - np.median(x) + 1.5) * scale).astype(int)
    rows = np.round((y - y.min() + 0.2) * scale).astype(int)
    inside = (columns >= 0) & (columns < _SURFACE_PIXELS) & (rows < _SURFACE_PIXELS)
    # The nearest comes last.
    order = np.argsort(positions @ toward_viewer)
    order = order[inside[order]]
    picture = np.ones((_SURFACE_PIXELS, _SURFACE_PIXELS, 3), np.float32)
    picture[rows[order], columns[order]] = rgbs[order]
    return picture


def _camera(loaded: LoadedRun) -> Camera:
    return loaded.dataset.eval_cameras[0]


def _rendered(loaded: LoadedRun, timestep: int) -> RenderedImage:
    return TorchRenderer(loaded.model).image(_camera(loaded), timestep, loaded.windows, _N_RAYS)


# Name, rows and columns, height in inches, function.
FIGURES = (
    ("model-windows", (1, 2), 3.0, windows),
    ("model-blend-weights", (1, 1), 2.6, blend_weights),
    ("model-deformation", (1, 4), 3.2, deformation),
    ("model-occupancy", (1, 3), 2.9, occupancy),
    ("model-ray", (2, 1), 3.6, ray),
    ("export", (1, 4), 2.4, surfaces),
)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--models_path", type=Path, required=True)
    parser.add_argument("--data_path", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    roots = Roots(arguments.data_path, arguments.models_path)
    loaded = open_run(arguments.run, -1, roots, ComputeOptions("cpu", backend="torch"))
    for name, (rows, columns), height, draw in FIGURES:
        figure, axes = plt.subplots(
            rows, columns, figsize=(_WIDTH, height), dpi=100, layout="constrained"
        )
        draw(axes, loaded)
        path = arguments.out / f"{name}.png"
        figure.canvas.draw()
        drawn = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")
        drawn.quantize(_COLORS).save(path, optimize=True)
        plt.close(figure)
        print(path)


if __name__ == "__main__":
    main()
