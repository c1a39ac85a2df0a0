"""Pictures of a trained head on a GPU: time, samples, memory, and the quality cost of saving
samples, as JSON.

    python benchmarks/pictures.py --data ROOT --out benchmarks/results/pictures.json
    python benchmarks/pictures.py --data ROOT --run FOLDER --waves 4,4,16,64 8,16,64 \\
        --stops 1e-2 1e-3 --out FILE

ROOT holds participant 901, sequence SHAKE (../shared/captures/README.md says how it is rendered).
Trains for ``--n_steps`` steps first (of ``quality.py``, those that take 290 s on an H100), or takes
a run of that capture. Each timed picture shows another timestep than the one before; a timestep's
occupied cells are found once, which is timed apart. ``psnr_change`` compares with pictures of every
sample (``--early_stop_eps 0``), over ``quality.py``'s 12; ``psnr_to_every_sample`` takes those
pictures for the truth. With lists of settings, one of them is varied at a time, at 550x802.
"""

import argparse
import copy
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.profiler import ProfilerActivity, profile

import quality
from common import commit, open_capture, provenance, publish
from nersemble.compute_options import ComputeOptions
from nersemble.data_manager.dataset import Dataset
from nersemble.env import Roots
from nersemble.fields.windows import WindowState
from nersemble.fused.image import LENGTHS
from nersemble.fused.renderer import FusedRenderer
from nersemble.fused.wave_graph import TileRenderer, cuda_graph
from nersemble.geometry.camera import Camera
from nersemble.jobs.loading import open_run
from nersemble.marching.timestep_grids import TimestepGrids
from nersemble.ops.colors import to_uint8
from step_trace import trace_of

_FRAMES = 24
_N_RAYS_EVAL = 8192
_SIZES = {"550x802": 4, "1100x1604": 2, "2200x3208": 1}
_BUSY_PICTURES = 4


@dataclass(frozen=True)
class Setting:
    """How pictures are rendered: samples of a ray in the waves, and the transmittance at which rays
    end."""

    waves: tuple[int, ...] = LENGTHS
    stop: float = 1e-2


@dataclass(frozen=True)
class Shot:
    """A picture with a photograph to compare with."""

    camera: Camera
    timestep: int
    truth: Float[Tensor, "h w 3"]
    alpha: Float[Tensor, "h w 1"]


@dataclass(frozen=True)
class Head:
    """A trained head and the photographs that it is compared with."""

    dataset: Dataset
    renderer: FusedRenderer
    windows: WindowState
    shots: Sequence[Shot]

    def under(self, setting: Setting) -> FusedRenderer:
        """A renderer that has not rendered anything yet."""
        config = self.renderer.config
        marcher = replace(config.marcher, early_stop_eps=setting.stop)
        fresh = copy.copy(self.renderer.under(replace(config, marcher=marcher)))
        fresh.lengths = setting.waves
        fresh.timestep_grids = TimestepGrids(fresh.model.grid)
        fresh.tiles = TileRenderer(cuda_graph)
        return fresh

    def picture(self, renderer: FusedRenderer, camera: Camera, timestep: int) -> Tensor:
        """Colours of a picture."""
        return renderer.image(camera, timestep, self.windows, _N_RAYS_EVAL).rgb


def timed(action: Callable[[], object]) -> float:
    """Milliseconds until the GPU has finished."""
    torch.cuda.synchronize()
    began = time.perf_counter()
    action()
    torch.cuda.synchronize()
    return 1e3 * (time.perf_counter() - began)


def busy(action: Callable[[], object]) -> float:
    """Milliseconds for which the GPU works."""
    torch.cuda.synchronize()
    with profile(activities=[ProfilerActivity.CUDA]) as profiler:
        action()
        torch.cuda.synchronize()
    return 1e-3 * sum(entry.self_device_time_total for entry in profiler.key_averages())


def frames(head: Head, setting: Setting, divisor: int) -> dict[str, float]:
    """Time, samples and memory of pictures as large as the sensor over ``divisor``, each of the
    next timestep. Memory: held beyond what is held before."""
    dataset = head.dataset
    width, height = (side // divisor for side in dataset.capture.sensor_size)
    cameras = [camera.resized(width, height) for camera in dataset.eval_cameras]
    n_timesteps = dataset.splits.n_timesteps
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    before, renderer = torch.cuda.memory_reserved(), head.under(setting)

    def picture(index: int) -> None:
        camera = cameras[index % len(cameras)]
        renderer.image(camera, index % n_timesteps, head.windows, _N_RAYS_EVAL)

    for index in range(max(n_timesteps, _FRAMES)):
        picture(index)
    gib_beyond = (torch.cuda.max_memory_reserved() - before) / 2**30
    times, samples, hitting = [], [], []
    for index in range(_FRAMES):
        times.append(timed(lambda index=index: picture(index)))  # type: ignore[misc]
        samples.append(int(renderer.n_samples))
    for index in range(len(cameras)):
        image = renderer.image(cameras[index], index, head.windows, _N_RAYS_EVAL)
        hitting.append(int((image.accumulation > 0.5).sum()))

    def some() -> None:
        for index in range(_BUSY_PICTURES):
            picture(index)

    def bytes_on_host() -> None:
        to_uint8(renderer.image(cameras[0], 0, head.windows, _N_RAYS_EVAL).rgb)

    return {
        "ms": statistics.median(times),
        "ms_worst": max(times),
        "ms_gpu_busy": busy(some) / _BUSY_PICTURES,
        "ms_with_bytes_on_host": statistics.median(timed(bytes_on_host) for _ in range(8)),
        "n_samples": statistics.median(samples),
        "samples_per_hitting_ray": statistics.mean(samples) / max(statistics.mean(hitting), 1),
        "rays": width * height,
        "gib_beyond": gib_beyond,
    }


def occupancy_ms(head: Head, setting: Setting) -> float:
    """Median extra time of a picture whose timestep's cells are not cached yet."""
    camera = head.dataset.eval_cameras[0].resized(16, 16)
    renderer, longer = head.under(setting), []
    renderer.tiles = TileRenderer()
    head.picture(renderer, camera, 0)
    for timestep in range(1, min(9, head.dataset.splits.n_timesteps)):
        first, again = (timed(lambda: head.picture(renderer, camera, timestep)) for _ in range(2))  # noqa: B023
        longer.append(first - again)
    return statistics.median(longer)


def psnr(found: Tensor, wanted: Tensor) -> float:
    """PSNR in dB."""
    return float(-10 * torch.log10((found.clamp(0, 1) - wanted).square().mean()))


def shots(dataset: Dataset, device: torch.device) -> Iterator[Shot]:
    """The 12 pictures of ``quality.py``."""
    for camera, serial in zip(dataset.eval_cameras, dataset.splits.eval_serials, strict=True):
        for timestep in quality.TIMESTEPS:
            if timestep < dataset.splits.n_timesteps:
                truth = dataset.truth(serial, timestep)
                rgb, alpha = (torch.tensor(a, device=device) for a in (truth.rgb, truth.alpha))
                yield Shot(camera, timestep, rgb, alpha[..., None])


def compared(head: Head, setting: Setting, whole: Sequence[Tensor]) -> dict[str, float]:
    """Scores of a setting, and how they differ from those of pictures of every sample."""
    renderer, scores = head.under(setting), []
    for shot, every in zip(head.shots, whole, strict=True):
        found = head.picture(renderer, shot.camera, shot.timestep)
        on_white = [one * shot.alpha + 1 - shot.alpha for one in (found, every, shot.truth)]
        regular, masked = psnr(found, shot.truth), psnr(on_white[0], on_white[2])
        scores.append({
            "psnr": regular,
            "masked_psnr": masked,
            "psnr_change": regular - psnr(every, shot.truth),
            "masked_psnr_change": masked - psnr(on_white[1], on_white[2]),
            "psnr_to_every_sample": psnr(found, every),
        })  # fmt: skip
    return {name: statistics.fmean(one[name] for one in scores) for name in scores[0]}


def varied(arguments: argparse.Namespace) -> list[Setting]:
    """The default setting, and those that differ from it in one option."""
    usual = Setting(stop=arguments.stops[0])
    found = [usual]
    found += [replace(usual, waves=lengths) for lengths in arguments.waves]
    found += [replace(usual, stop=stop) for stop in arguments.stops[1:]]
    return list(dict.fromkeys(found))


def measure(head: Head, arguments: argparse.Namespace) -> dict[str, Any]:
    """All figures of a trained model."""
    usual, everything = Setting(stop=arguments.stops[0]), Setting(stop=0.0)
    reference = head.under(everything)
    whole = [head.picture(reference, shot.camera, shot.timestep) for shot in head.shots]
    found: dict[str, Any] = {}
    for name, divisor in _SIZES.items():
        found[name] = frames(head, usual, divisor)
        print(name, json.dumps(found[name]), flush=True)
    found["550x802_every_sample"] = frames(head, everything, 4)
    scores, usual_ms = compared(head, usual, whole), occupancy_ms(head, usual)
    settings = []
    for setting in varied(arguments)[1:]:
        figures = asdict(setting) | compared(head, setting, whole) | frames(head, setting, 4)
        figures["occupancy_ms"] = occupancy_ms(head, setting)
        settings.append(figures)
        print(json.dumps(figures), flush=True)
    return {
        "frame_ms": found["550x802"]["ms"],
        "frame_ms_worst": found["550x802"]["ms_worst"],
        "frame_ms_1100x1604": found["1100x1604"]["ms"],
        "frame_ms_2200x3208": found["2200x3208"]["ms"],
        "gib_beyond_2200x3208": found["2200x3208"]["gib_beyond"],
        "n_samples": found["550x802"]["n_samples"],
        "occupancy_ms": usual_ms,
        **scores,
        "setting": asdict(usual),
        "frames": found,
        "settings": settings,
    }


def trained(arguments: argparse.Namespace) -> tuple[dict[str, Any], Head]:
    """A description of the training run, and the trained head."""
    if arguments.run is None:
        dataset = open_capture(arguments.data)
        figures, trainer = quality.run(dataset, arguments.n_steps, seed=arguments.seed)
        renderer, windows = trainer.renderer, trainer.windows
    else:
        roots = Roots(arguments.data, arguments.run.parent)
        loaded = open_run(str(arguments.run), -1, roots, ComputeOptions())
        figures = {"run": loaded.run.label, "n_steps": loaded.step}
        dataset, renderer, windows = loaded.dataset, loaded.renderer, loaded.windows
    if not isinstance(renderer, FusedRenderer):
        raise SystemExit("Nothing is measured: this needs a CUDA GPU and the fused kernels.")
    return figures, Head(dataset, renderer, windows, list(shots(dataset, renderer.model.device)))


def lengths(text: str) -> tuple[int, ...]:
    """The lengths of waves, from numbers with commas between them."""
    return tuple(map(int, text.split(",")))


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--n_steps", type=int, default=quality.CASES[0].n_steps)
    parser.add_argument("--run", type=Path, help="folder of a trained run to take instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--waves", type=lengths, nargs="+", default=[], help="such as 4,4,16,64")
    parser.add_argument("--stops", type=float, nargs="+", default=[Setting().stop])
    parser.add_argument("--trace", type=Path, help="where one picture's kernels are listed")
    parser.add_argument("--commit", default=commit(), help="of the code, where it is no checkout")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    figures, head = trained(arguments)
    result = measure(head, arguments)
    if arguments.trace is not None:
        renderer, camera = head.under(Setting()), head.dataset.eval_cameras[0]
        for _ in range(3):
            head.picture(renderer, camera, 0)
        trace = trace_of(lambda: head.picture(renderer, camera, 0))
        arguments.trace.write_text(trace, encoding="utf-8")
    result |= {"training": figures, "commit": arguments.commit} | provenance()
    publish(result, arguments.out)


if __name__ == "__main__":
    main()
