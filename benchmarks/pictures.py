"""Pictures of a trained head on a GPU: time, samples, memory, and what saving samples costs, as
JSON.

    python benchmarks/pictures.py --data ROOT --out benchmarks/results/pictures.json

ROOT holds participant 901, sequence SHAKE (../shared/captures/README.md says how it is rendered).
Trains for ``--n_steps`` steps first (of ``quality.py``, those that take 290 s on an H100). Each
timed picture shows another timestep than the one before; a timestep's occupied cells are found
once, which is timed apart. ``psnr_change`` compares with pictures of every sample
(``--early_stop_eps 0``), over ``quality.py``'s 12.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

import quality
from common import commit, open_capture, provenance
from nersemble.compute_options import ComputeOptions
from nersemble.data_manager.dataset import Dataset
from nersemble.env import Roots
from nersemble.fields.windows import WindowState
from nersemble.jobs.loading import open_run
from nersemble.ops.colors import to_uint8
from nersemble.rendering.image import Renderer
from step_trace import trace_of, without_synchronisation

_FRAMES = 24
_N_RAYS_EVAL = 8192


def timed(action: Callable[[], object]) -> float:
    """Milliseconds until the GPU has done all of it."""
    torch.cuda.synchronize()
    began = time.perf_counter()
    action()
    torch.cuda.synchronize()
    return 1e3 * (time.perf_counter() - began)


def frames(
    dataset: Dataset, renderer: Renderer, windows: WindowState, divisor: int
) -> dict[str, float]:
    """Time, samples and memory of pictures as large as the sensor over ``divisor``, each of the
    next timestep. Memory: allocated beyond what is there before."""
    width, height = (side // divisor for side in dataset.capture.sensor_size)
    cameras = [camera.resized(width, height) for camera in dataset.eval_cameras]
    n_timesteps = dataset.splits.n_timesteps

    def picture(index: int) -> None:
        camera = cameras[index % len(cameras)]
        renderer.image(camera, index % n_timesteps, windows, _N_RAYS_EVAL)

    for index in range(n_timesteps):
        picture(index)
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    times, samples = [], []
    for index in range(_FRAMES):
        times.append(timed(lambda index=index: picture(index)))  # type: ignore[misc]
        samples.append(int(renderer.n_samples))
    bytes_image = timed_bytes(renderer, cameras[0], windows)
    return {
        "ms": statistics.median(times),
        "ms_worst": max(times),
        "ms_with_bytes_on_host": bytes_image,
        "n_samples": statistics.median(samples),
        "rays": width * height,
        "gib_beyond": (torch.cuda.max_memory_allocated() - before) / 2**30,
    }


def timed_bytes(renderer: Renderer, camera: Any, windows: WindowState) -> float:
    """Median milliseconds of a picture whose bytes the host has."""

    def picture() -> None:
        to_uint8(renderer.image(camera, 0, windows, _N_RAYS_EVAL).rgb)

    picture()
    return statistics.median(timed(picture) for _ in range(8))


def occupancy_ms(dataset: Dataset, renderer: Renderer, windows: WindowState) -> float:
    """Median time that a picture takes longer whose timestep's cells are not known yet."""
    camera = dataset.eval_cameras[0].resized(16, 16)
    longer = []
    for timestep in range(min(8, dataset.splits.n_timesteps)):
        fresh = renderer.preview()
        first, again = (
            timed(lambda: fresh.image(camera, timestep, windows, _N_RAYS_EVAL))  # noqa: B023
            for _ in range(2)
        )
        longer.append(first - again)
    return statistics.median(longer)


def everything(renderer: Renderer) -> Renderer:
    """The renderer that leaves no sample out."""
    config = renderer.config
    return renderer.under(replace(config, marcher=replace(config.marcher, early_stop_eps=0.0)))


def measure(dataset: Dataset, renderer: Renderer, windows: WindowState) -> dict[str, Any]:
    """All figures of a trained model."""
    preview = renderer.preview()
    found: dict[str, Any] = {}
    for name, divisor in (("550x802", 4), ("1100x1604", 2), ("2200x3208", 1)):
        found[name] = frames(dataset, preview, windows, divisor)
        print(name, json.dumps(found[name]), flush=True)
    found["550x802_every_sample"] = frames(dataset, everything(renderer), windows, 4)
    scores = quality.evaluate(dataset, preview, windows, None)
    whole = quality.evaluate(dataset, everything(renderer), windows, None)
    return {
        "frame_ms": found["550x802"]["ms"],
        "frame_ms_worst": found["550x802"]["ms_worst"],
        "frame_ms_1100x1604": found["1100x1604"]["ms"],
        "frame_ms_2200x3208": found["2200x3208"]["ms"],
        "gib_beyond_2200x3208": found["2200x3208"]["gib_beyond"],
        "n_samples": found["550x802"]["n_samples"],
        "occupancy_ms": occupancy_ms(dataset, preview, windows),
        "psnr_change": scores["psnr"] - whole["psnr"],
        "masked_psnr_change": scores["masked_psnr"] - whole["masked_psnr"],
        "scores": scores,
        "frames": found,
    }


def trained(
    arguments: argparse.Namespace,
) -> tuple[dict[str, Any], Dataset, Renderer, WindowState]:
    """What is said of the training, the capture, and a trained model with its windows."""
    if arguments.run is None:
        dataset = open_capture(arguments.data)
        figures, trainer = quality.run(dataset, arguments.n_steps, seed=arguments.seed)
        return figures, dataset, trainer.renderer, trainer.windows
    roots = Roots(arguments.data, arguments.run.parent)
    loaded = open_run(str(arguments.run), -1, roots, ComputeOptions())
    figures = {"run": loaded.run.label, "n_steps": loaded.step}
    return figures, loaded.dataset, loaded.renderer, loaded.windows


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--n_steps", type=int, default=quality.CASES[0].n_steps)
    parser.add_argument("--run", type=Path, help="folder of a trained run to take instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trace", type=Path, help="where one picture's kernels are listed")
    parser.add_argument("--commit", default=commit(), help="of the code, where it is no checkout")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    figures, dataset, renderer, windows = trained(arguments)
    result = measure(dataset, renderer, windows)
    preview, camera = renderer.preview(), dataset.eval_cameras[0]

    def picture() -> None:
        preview.image(camera, 0, windows, _N_RAYS_EVAL)

    picture()
    without_synchronisation(picture)
    if arguments.trace is not None:
        arguments.trace.write_text(trace_of(picture), encoding="utf-8")
    result |= {"training": figures, "commit": arguments.commit} | provenance()
    text = json.dumps(result, indent=2)
    print(text)
    if arguments.out is not None:
        arguments.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
