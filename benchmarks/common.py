"""Shared code of the benchmarks: capture, settings of the original's run, timing, memory."""

import argparse
import dataclasses
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nersemble.config import RunConfig, resolve
from nersemble.data_manager.dataset import Dataset, Truth, open_dataset
from nersemble.data_manager.frame_store import FrameStore
from nersemble.distributed import ALONE, World
from nersemble.engines import Engine
from nersemble.evaluation.metrics import psnr
from nersemble.evaluation.ssim import ssim
from nersemble.fields.config import WindowConfig
from nersemble.jobs.loading import build_model
from nersemble.ops.colors import blend_on_white
from nersemble.presets import PRESETS, PresetName
from nersemble.training.loop import TrainingLoop

PARTICIPANT, SEQUENCE = 901, "SHAKE"

# ../shared/captures/README.md: the original on one H100, PyTorch 2.11, the same capture.
ORIGINAL = {
    "step_ms": 97.0,  # 92 to 102
    "samples": 242_500,  # 225 000 to 260 000
    "hash_forward_backward_ms": 35.6,
    "table_update_ms": 11.1,
    "held_gib": 77e9 / 2**30,
    "allocated_gib": 23.0,
    "masked_psnr_406s": 33.63,
}


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of benchmarks that train on any capture, with any engine."""
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--participant", type=int, default=PARTICIPANT)
    parser.add_argument("--sequence", default=SEQUENCE)
    parser.add_argument("--preset", choices=("default", "tiny"), default="default")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--backend", choices=("auto", "triton", "torch"), default="auto")
    parser.add_argument("--out", type=Path)


def training_config(preset: PresetName, n_steps: int, dataset: Dataset) -> RunConfig:
    """A preset for ``n_steps`` steps; of the default one, the benchmark's version."""
    if preset == "default":
        return benchmark_config(n_steps, dataset)
    loop = dataclasses.replace(PRESETS[preset].loop, max_steps=n_steps)
    return resolve(dataclasses.replace(PRESETS[preset], loop=loop), dataset)


def benchmark_config(n_steps: int, dataset: Dataset) -> RunConfig:
    """The default preset with the windows scaled as in the original's run of ``n_steps`` steps."""
    windows = WindowConfig(
        window_deform_begin=0,
        window_deform_end=n_steps // 4,
        window_hash_encodings_begin=n_steps // 4,
        window_hash_encodings_end=n_steps // 2,
    )
    loop = dataclasses.replace(PRESETS["default"].loop, max_steps=n_steps)
    return resolve(dataclasses.replace(PRESETS["default"], windows=windows, loop=loop), dataset)


def open_capture(root: Path) -> Dataset:
    """The capture SHAKE of ``../shared/captures/README.md`` in a data folder."""
    return open_dataset(root, PARTICIPANT, SEQUENCE, PRESETS["default"].data)


@contextmanager
def open_trainer(
    config: RunConfig,
    dataset: Dataset,
    store: FrameStore,
    device: torch.device,
    engine: Engine,
    participant: int = PARTICIPANT,
    world: World = ALONE,
) -> Iterator[TrainingLoop]:
    """A trainer of a new model, with as many frames on the GPU as a training would keep there. They
    are read here, while kernels are compiled."""

    def pictures() -> FrameStore:
        store.load_all()
        return store

    memory = engine.training_memory(config, store, device, world)
    model = build_model(participant, config, dataset.splits.n_timesteps, device)
    model.grid.cull(dataset.train_cameras)
    with engine.trainer(
        config, model, pictures, dataset.train_cameras,
        frame_budget_bytes=memory.frames if memory else 0, world=world,
    ) as trainer:  # fmt: skip
        yield trainer


Score = dict[str, float]
"""Of a picture: psnr and ssim, and masked_psnr with all but the head white."""


def score(rgb: np.ndarray, truth: Truth) -> Score:
    """Compare a picture on white with the camera's picture."""
    masked = [blend_on_white(picture, truth.alpha) for picture in (rgb, truth.rgb)]
    return {
        "psnr": psnr(rgb, truth.rgb), "ssim": ssim(rgb, truth.rgb), "masked_psnr": psnr(*masked)
    }  # fmt: skip


def mean_score(scores: Sequence[Score]) -> Score:
    """Means over pictures."""
    return {name: statistics.fmean(one[name] for one in scores) for name in scores[0]}


@dataclass(frozen=True)
class Timing:
    """One op. bytes_moved: the fewest possible; torch_ms: the same in plain torch, if measured."""

    name: str
    ms: float
    bytes_moved: int
    torch_ms: float | None = None


def time_ms(action: Callable[[], object], repeats: int = 20) -> float:
    """Median time on the GPU of one call, in milliseconds, after two calls to warm up."""
    for _ in range(2):
        action()
    times = []
    for _ in range(repeats):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        action()
        end.record()
        torch.cuda.synchronize()
        times.append(start.elapsed_time(end))
    return statistics.median(times)


def copy_rate() -> float:
    """Bytes per second, read plus written, of a large copy on the GPU."""
    source = torch.empty(2**30, dtype=torch.uint8, device="cuda").random_()
    target = torch.empty_like(source)
    return 2 * source.numel() / (time_ms(lambda: target.copy_(source)) * 1e-3)


def held_bytes() -> int:
    """GPU memory in use, by this process where the GPU is its own."""
    free, total = torch.cuda.mem_get_info()
    return total - free


def provenance() -> dict[str, Any]:
    """Device, date, versions and the command."""
    on_gpu = torch.cuda.is_available()
    return {
        "device": torch.cuda.get_device_name() if on_gpu else f"{os.cpu_count()} CPU cores",
        "date": datetime.date.today().isoformat(),
        "command": " ".join(["python", *sys.argv]),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "driver": _driver() if on_gpu else None,
    }


def publish(figures: dict[str, Any], out: Path | None) -> None:
    """Prints the figures of a benchmark as JSON, and writes them where ``--out`` says."""
    text = json.dumps(figures, indent=2)
    print(text)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")


def commit() -> str | None:
    """The checked-out commit; None outside a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


def _driver() -> str:
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
