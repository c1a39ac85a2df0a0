"""Depth from point clouds: train without depth, with the clouds' depth, and with depth maps.

    python benchmarks/point_clouds.py --data ROOT --steps 9300 38500 --seeds 3 --out FILE

ROOT holds participant 901, sequence SHAKE (../shared/captures/README.md says how it is rendered);
9300 and 38 500 steps take 45 and 180 seconds on one H100. On a CPU, in minutes, with a smaller
capture:

    python benchmarks/point_clouds.py --data ROOT --participant 900 --sequence SEN-01-talk \
        --preset tiny --steps 700

The clouds are made from the depth maps of some training cameras, as files in the format of the NVS
benchmark: a random choice of ``--points`` points a timestep, moved by ``--noise_mm``, with normals
from the neighbours in the map. All three trainings see the same pictures. Scores are means over the
held-out cameras at the first, middle and last timestep, with the grid unfiltered. ``cloud`` says
how much of the depth maps the clouds cover, and how they differ from them.
"""

import argparse
import json
import tempfile
import time
from dataclasses import dataclass, fields, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch

from common import (
    Score,
    add_training_arguments,
    mean_score,
    open_trainer,
    provenance,
    score,
    training_config,
)
from nersemble.compute_options import ComputeOptions
from nersemble.config import RunConfig
from nersemble.data_manager.capture import Capture, Frame
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.picture_files import decode_depth
from nersemble.data_manager.point_clouds import PointClouds, find_point_clouds
from nersemble.engines import choose_device, choose_engine
from nersemble.geometry.camera import Camera, homogeneous_centers
from nersemble.geometry.world import (
    SCALE_FACTOR,
    directions_to_calibration,
    points_to_calibration,
)
from nersemble.ops.colors import on_host
from nersemble.presets import PRESETS
from nersemble.training.loop import TrainingLoop

_N_RAYS_EVAL = 8192
# Between neighbouring pixels; where depth jumps more, there is an edge and no normal.
_SMOOTH_METRES = 0.01
_FIELDS = "x y z normal_x normal_y normal_z rgb"


@dataclass(kw_only=True, repr=False)
class OtherDepth(Capture):
    """A capture whose depth comes from clouds, or is missing."""

    inner: Capture
    clouds: PointClouds

    def read(self, serial: str, frame_number: int) -> Frame:
        """The inner capture's picture with other depth."""
        frame = self.inner.read(serial, frame_number)
        camera = next(c.camera for c in self.cameras if c.serial == serial)
        return replace(frame, depth=self.clouds.depth(frame_number, camera, frame.alpha))

    def picture_path(self, serial: str, frame_number: int) -> Path:
        """The inner capture's file."""
        return self.inner.picture_path(serial, frame_number)


def with_depth_of(dataset: Dataset, clouds: PointClouds) -> Dataset:
    """The same pictures with depth of clouds, or none where there are no clouds."""
    inner = dataset.capture
    common = {field.name: getattr(inner, field.name) for field in fields(Capture)}
    return replace(dataset, capture=OtherDepth(**common, inner=inner, clouds=clouds))


def surface_points(depth_world: np.ndarray, camera: Camera) -> np.ndarray:
    """Positions and normals, model world, of the smooth parts of a depth map: [n, 6]."""
    height, width = depth_world.shape
    pixels = torch.cartesian_prod(torch.arange(height), torch.arange(width))
    rays = (homogeneous_centers(pixels) @ camera.ray_map.T).numpy().reshape(height, width, 3)
    points = rays * depth_world[..., None] + camera.center_world.numpy()
    normals = np.cross(np.gradient(points, axis=0), np.gradient(points, axis=1))
    normals *= -np.sign((normals * rays).sum(-1, keepdims=True))
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-12
    smooth = depth_world > 0
    for axis, shift in product((0, 1), (-1, 1)):
        neighbour = np.roll(depth_world, shift, axis)
        smooth &= np.abs(neighbour - depth_world) < _SMOOTH_METRES * SCALE_FACTOR
    return np.concatenate([points[smooth], normals[smooth]], 1)


def write_clouds(dataset: Dataset, folder: Path, arguments: argparse.Namespace) -> PointClouds:
    """Writes a cloud for each timestep, as the NVS benchmark has them."""
    random = np.random.default_rng(0)
    numbers = dataset.splits.frame_numbers
    for number in numbers:
        parts = []
        for serial in dataset.splits.train_serials[: arguments.cameras]:
            depth = dataset.capture.read(serial, number).depth
            assert depth is not None, f"camera {serial} has no depth map at timestep {number}"
            world = decode_depth(depth) * SCALE_FACTOR
            parts.append(surface_points(world, dataset.camera(serial)))
        rows = np.concatenate(parts).astype(np.float32)
        rows = rows[random.permutation(len(rows))[: arguments.points]]
        positions = points_to_calibration(rows[:, :3])
        positions += random.normal(0, 1e-3 * arguments.noise_mm, positions.shape)
        normals = directions_to_calibration(rows[:, 3:])
        colors = np.zeros((len(rows), 1))
        _write_pcd(
            folder / "pointclouds" / f"frame_{number:05d}.pcd",
            np.concatenate([positions, normals, colors], 1),
        )
    return find_point_clouds(folder, numbers, "auto")


def _write_pcd(path: Path, rows: np.ndarray) -> None:
    n_points, n_fields = rows.shape
    sizes, kinds, counts = (" ".join(one * n_fields) for one in ("4", "F", "1"))
    header = (
        f"VERSION 0.7\nFIELDS {_FIELDS}\nSIZE {sizes}\nTYPE {kinds}\nCOUNT {counts}\n"
        f"WIDTH {n_points}\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS {n_points}\nDATA binary\n"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.encode() + rows.astype("<f4").tobytes())


def compare(dataset: Dataset, clouded: Dataset) -> dict[str, float]:
    """The clouds' depth and the depth maps', over all training pictures of the first timestep."""
    number = dataset.splits.frame_numbers[0]
    covered, errors = [], []
    for serial in dataset.splits.train_serials:
        true, found = (one.capture.read(serial, number).depth for one in (dataset, clouded))
        assert true is not None
        assert found is not None
        metres, true_metres = decode_depth(found), decode_depth(true)
        both = (metres > 0) & (true_metres > 0)
        covered.append(both.sum() / (true_metres > 0).sum())
        errors.append(1e3 * np.abs(metres - true_metres)[both])
    error = np.concatenate(errors)
    return {
        "covered": float(np.mean(covered)),
        "median_error_mm": float(np.median(error)),
        "share_beyond_3_mm": float(np.mean(error > 3)),
        "share_beyond_1_cm": float(np.mean(error > 10)),
    }


def scores(dataset: Dataset, trainer: TrainingLoop) -> Score:
    """Mean scores over held-out cameras at the first, middle and last timestep."""
    last = dataset.splits.n_timesteps - 1
    found = []
    for camera, serial in zip(dataset.eval_cameras, dataset.splits.eval_serials, strict=True):
        for timestep in sorted({0, last // 2, last}):
            image = trainer.renderer.image(camera, timestep, trainer.windows, _N_RAYS_EVAL)
            found.append(score(on_host(image.rgb), dataset.truth(serial, timestep)))
    return mean_score(found)


def run(dataset: Dataset, config: RunConfig, arguments: argparse.Namespace) -> dict[str, Any]:
    """Trains once and scores."""
    participant = dataset.capture.participant
    device = choose_device(arguments.device)
    options = ComputeOptions(backend=arguments.backend)
    engine = choose_engine(options, device, config.model, participant, to_train=True)
    store = dataset.train_store(2)
    with open_trainer(config, dataset, store, device, engine, participant) as trainer:
        began = time.perf_counter()
        trainer.run(config.loop.max_steps, lambda _: None)
        if device.type == "cuda":
            torch.cuda.synchronize()
        return {"seconds": time.perf_counter() - began, **scores(dataset, trainer)}


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_training_arguments(parser)
    parser.add_argument("--steps", type=int, nargs="+", default=[9300])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--cameras", type=int, default=12, help="whose depth maps become clouds")
    parser.add_argument("--points", type=int, default=100_000, help="of a cloud, at most")
    parser.add_argument("--noise_mm", type=float, default=0.5, help="along each axis")
    arguments = parser.parse_args()
    data = PRESETS["default"].data
    mapped = open_dataset(arguments.data, arguments.participant, arguments.sequence, data)
    with tempfile.TemporaryDirectory() as folder:
        clouds = write_clouds(mapped, Path(folder), arguments)
        clouded = with_depth_of(mapped, clouds)
        kinds = {
            "none": with_depth_of(mapped, PointClouds({})),
            "clouds": clouded,
            "depth_maps": mapped,
        }
        report: dict[str, Any] = {"cloud": compare(mapped, clouded), "runs": []}
        print(json.dumps(report["cloud"]), flush=True)
        for n_steps, seed, kind in product(arguments.steps, range(arguments.seeds), kinds):
            config = training_config(arguments.preset, n_steps, kinds[kind])
            config = replace(config, loop=replace(config.loop, seed=config.loop.seed + seed))
            figures = run(kinds[kind], config, arguments)
            report["runs"].append({"depth": kind, "steps": n_steps, "seed": seed, **figures})
            print(json.dumps(report["runs"][-1]), flush=True)
    if arguments.out is not None:
        text = json.dumps({**report, **provenance()}, indent=2)
        arguments.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
