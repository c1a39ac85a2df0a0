"""Pack and train on a capture of real size: images per second, step time, host memory.

    python benchmarks/large_capture.py --data ROOT --timesteps 420 --steps 2000 --out large.json

ROOT holds participant 902, sequence SHORT: a few timesteps at sensor / 2, rendered by
../shared/captures/headscan (--scale-divisor 2 --no-depth). A sequence LONG of as many timesteps as
wanted is made of links to them, packed from its PNG files as any capture is, and trained on with
the default preset twice: with the frames in GPU memory, if they fit, and drawn from the mapped
files. Memory is what the process holds beyond mapped files (RssAnon), the highest of samples every
20 ms. Nothing is removed afterwards.
"""

import argparse
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from common import benchmark_config, held_bytes, provenance
from frame_store import (
    anonymous_bytes,
    cpu_seconds,
    decode,
    drop_from_page_cache,
    each,
    picture_files,
    rays_per_second,
    timed,
)
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.packed_store import PackedStore
from nersemble.data_manager.packing import Packer
from nersemble.engines import FusedEngine, choose_device
from nersemble.fused.kernels.launching import compilations
from nersemble.jobs.loading import build_model
from nersemble.machine import n_usable_cores
from nersemble.presets import PRESETS
from nersemble.rays.pixel_sampler import PixelSampler
from quality import evaluate, train

PARTICIPANT, SHORT, LONG = 902, "SHORT", "LONG"
_DECODED_TIMESTEPS = 48


class MemoryPeak:
    """The highest anonymous memory of this process while the ``with`` block runs."""

    def __enter__(self) -> "MemoryPeak":
        """Begins to sample."""
        self.bytes = anonymous_bytes()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends."""
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(0.02):
            self.bytes = max(self.bytes, anonymous_bytes())


def make_long_sequence(root: Path, n_timesteps: int) -> None:
    """Fill LONG with the timesteps of SHORT, repeated."""
    folder = root / f"{PARTICIPANT:03d}"
    frames = sorted((folder / "sequences" / SHORT).glob("frame_*"))
    sequence = folder / "sequences" / LONG
    sequence.mkdir()
    for timestep in range(n_timesteps):
        target = frames[timestep % len(frames)]
        (sequence / f"frame_{timestep:05d}").symlink_to(target.resolve(), True)
    (folder / "annotations" / LONG).symlink_to((folder / "annotations" / SHORT).resolve(), True)


def measure_packing(dataset: Dataset, root: Path, folder: Path) -> dict[str, Any]:
    """Pack all pictures."""
    splits = dataset.splits
    packer = Packer(
        dataset.capture, splits.train_serials, splits.frame_numbers, folder, source_root=root
    )
    packer.check_room()
    decode_rate = bare_decode_rate(dataset)
    begin, cpu = time.perf_counter(), cpu_seconds()
    with MemoryPeak() as peak:
        packed = packer.pack()
    seconds, used = time.perf_counter() - begin, cpu_seconds() - cpu
    return {
        "n_images": packed.n_written,
        "seconds": seconds,
        "images_per_second": packed.n_written / seconds,
        "bare_decode_images_per_second": decode_rate,
        "bytes_written_per_second": folder_bytes(folder) / seconds,
        "share_of_the_cores": used / seconds / n_usable_cores(),
        "peak_memory_bytes": peak.bytes,
    }


def bare_decode_rate(dataset: Dataset) -> float:
    """Pictures a second, with their alpha maps, decoded in as many processes as there are cores."""
    capture, splits = dataset.capture, dataset.splits
    keys = [(s, n) for n in splits.frame_numbers[:_DECODED_TIMESTEPS] for s in splits.train_serials]
    files = picture_files(capture, keys)
    return len(keys) / timed(lambda: each(decode, files))


def folder_bytes(folder: Path) -> int:
    """Bytes of the files in a folder."""
    return sum(path.stat().st_size for path in folder.iterdir())


def measure_sampling(store: PackedStore, dataset: Dataset, folder: Path) -> dict[str, Any]:
    """Ray batches by one thread, as while training, from disk and from the page cache."""
    config = PRESETS["default"].sampler
    sampler = PixelSampler(store, dataset.train_cameras, config, 0)
    drop_from_page_cache(folder)
    cold = rays_per_second(sampler, 0, 50)
    store.load_all()
    warm = rays_per_second(sampler, 1000, 500)
    return {"rays_per_second_cold": cold, "rays_per_second": warm}


def measure_training(
    store: PackedStore, dataset: Dataset, n_steps: int, *, resident: bool
) -> dict[str, Any]:
    """Step time, memory of host and GPU, quality."""
    config = benchmark_config(n_steps, dataset)
    device = choose_device("cuda")
    torch.cuda.reset_peak_memory_stats()
    engine = FusedEngine()
    memory = engine.training_memory(config, store, device) if resident else None
    budget = memory.frames if memory else 0
    with MemoryPeak() as peak:
        model = build_model(PARTICIPANT, config, dataset.splits.n_timesteps, device)
        model.grid.cull(dataset.train_cameras)
        begin = time.perf_counter()
        with (
            compilations() as compiled,
            engine.trainer(
                config, model, lambda: store, dataset.train_cameras, frame_budget_bytes=budget
            ) as trainer,
        ):
            seconds_to_open = time.perf_counter() - begin
            figures = train(trainer, n_steps, compiled)
    figures |= {
        "frames_are_resident": budget > 0,
        "seconds_to_open": seconds_to_open,
        "peak_memory_bytes": peak.bytes,
        "held_gib": held_bytes() / 2**30,
        "allocated_gib": torch.cuda.max_memory_allocated() / 2**30,
    }
    return figures | evaluate(dataset, trainer.renderer, trainer.windows, None)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--timesteps", type=int, default=420)
    parser.add_argument("--steps", type=int, default=2000, help="0: no training")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    result: dict[str, Any] = provenance()
    result |= {
        "cores": n_usable_cores(),
        "host_memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    }

    def note(name: str, measure: Callable[[], dict[str, Any]]) -> None:
        result[name] = measure()
        print(json.dumps({name: result[name]}, indent=2), flush=True)
        arguments.out.write_text(json.dumps(result, indent=2) + "\n")

    make_long_sequence(arguments.data, arguments.timesteps)
    dataset = open_dataset(arguments.data, PARTICIPANT, LONG, PRESETS["default"].data)
    folder = arguments.data / "store"
    note("packing", lambda: measure_packing(dataset, arguments.data, folder))
    shape = (dataset.train_cameras[0].height, dataset.train_cameras[0].width)
    splits = dataset.splits
    store = PackedStore(folder, shape, splits.train_serials, splits.frame_numbers)
    note("store", lambda: {"bytes": store.n_bytes, "without_boxes": store.n_bytes_without_boxes})
    note("sampling", lambda: measure_sampling(store, dataset, folder))
    if arguments.steps and torch.cuda.is_available():
        for name, resident in (("mapped", False), ("resident", True)):
            note(
                f"training_{name}",
                lambda resident=resident: measure_training(  # type: ignore[misc]
                    store, dataset, arguments.steps, resident=resident
                ),
            )


if __name__ == "__main__":
    main()
