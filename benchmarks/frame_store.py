"""Packed pictures: speed of packing, and of drawing from a store of any size.

    python benchmarks/frame_store.py --gb 26 --folder /tmp/store --data CAPTURES --out store.json

The large store is created from random bytes and removed at the end; ``--gb`` is the size of its
pictures without boxes of foreground. Packing is measured with the given capture; its
bare decode rate is that of the same pictures' files, PNG or mp4, in as many processes, nothing done
with the pixels. "cold" is after the files were dropped from the page cache. A training step on an
H100 takes 4096 rays every 7 ms.
"""

import argparse
import datetime
import itertools
import json
import os
import platform
import resource
import shutil
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch
from PIL import Image

from nersemble.data_manager.capture import Capture
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.forked import run_forked
from nersemble.data_manager.packed_files import PackedFrame, Shard, record_path
from nersemble.data_manager.packed_store import PackedStore
from nersemble.data_manager.packing import Packer
from nersemble.files import write_json
from nersemble.geometry.camera import Camera
from nersemble.machine import n_usable_cores
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rays.pixel_sampler import PixelSampler

WIDTH, HEIGHT, N_CAMERAS, PIXEL_BYTES = 550, 802, 12, 6
WANTED_RAYS_PER_SECOND = 4096 / 7e-3
LARGEST_CAPTURE_GB = 93


def main() -> None:
    """Measures and writes the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gb", type=float, default=26, help="size without boxes, 10^9 bytes")
    parser.add_argument("--box_share", type=float, default=0.75, help="of a picture, by area")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--data", type=Path, help="captures, for the packing rate")
    parser.add_argument("--participant", type=int, default=900)
    parser.add_argument("--sequence", default="SEN-01-talk")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    result: dict[str, Any] = provenance()
    with tempfile.TemporaryDirectory(dir=arguments.folder, prefix="frame-store-") as temporary:
        if arguments.data is not None:
            dataset = open_dataset(
                arguments.data, arguments.participant, arguments.sequence, DataConfig()
            )
            result["packing"] = measure_packing(dataset, arguments.data, Path(temporary))
            print(json.dumps(result["packing"], indent=2))
        folder = Path(temporary) / "large"
        result["sampling"] = measure_sampling(folder, arguments.gb, arguments.box_share)
    print(json.dumps(result["sampling"], indent=2))
    arguments.out.write_text(json.dumps(result, indent=2) + "\n")


def measure_packing(dataset: Dataset, root: Path, folder: Path) -> dict[str, Any]:
    """Pictures a second and the share of the cores' time that is used, medians of three alternating
    rounds, with as many processes as cores."""
    capture, splits = dataset.capture, dataset.splits
    keys = [(serial, n) for n in splits.frame_numbers for serial in splits.train_serials]

    def pack() -> None:
        shutil.rmtree(folder / "small", ignore_errors=True)
        serials, numbers = splits.train_serials, splits.frame_numbers
        Packer(capture, serials, numbers, folder / "small", source_root=root).pack()

    actions: dict[str, Callable[[], object]] = {
        "bare_decode": lambda: each(decode, picture_files(capture, keys)),
        "decode_and_correct": lambda: each(lambda key: capture.read(*key), keys),
        "pack": pack,
    }
    rates: dict[str, list[float]] = {name: [] for name in actions}
    shares: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(3):
        for name, action in actions.items():
            capture.close()
            begin = cpu_seconds()
            seconds = timed(action)
            rates[name].append(len(keys) / seconds)
            shares[name].append((cpu_seconds() - begin) / seconds / n_usable_cores())
    shape = (dataset.train_cameras[0].height, dataset.train_cameras[0].width)
    store = PackedStore(folder / "small", shape, splits.train_serials, splits.frame_numbers)
    return {
        "image_shape": shape,
        "n_images": len(keys),
        **{f"{name}_images_per_second": statistics.median(r) for name, r in rates.items()},
        **{f"{name}_share_of_the_cores": statistics.median(s) for name, s in shares.items()},
        "saved_by_boxes": 1 - store.n_bytes / store.n_bytes_without_boxes,
    }


def picture_files(capture: Capture, keys: Sequence[tuple[str, int]]) -> list[Path]:
    """The PNG files and videos that pictures come from, each once."""
    paths = (path for key in keys for path in capture.sources(*key))
    return list(dict.fromkeys(path for path in paths if path.suffix in (".png", ".mp4")))


def decode(path: Path) -> None:
    """Decodes a picture, or a video from its first to its last."""
    if path.suffix == ".png":
        with Image.open(path) as picture:
            picture.load()
        return
    with av.open(str(path)) as video:
        for _ in video.decode(video=0):
            pass


def measure_sampling(folder: Path, gb: float, box_share: float) -> dict[str, Any]:
    """Rays a second from a store on disk and from the page cache, and the memory it takes."""
    seconds_to_write = timed(lambda: write_store(folder, gb, box_share))
    n_timesteps = len(list(folder.glob("*.json")))
    serials = [str(i) for i in range(N_CAMERAS)]
    before = anonymous_bytes()
    store = PackedStore(folder, (HEIGHT, WIDTH), serials, range(n_timesteps))
    sampler = PixelSampler(store, [camera(i) for i in range(N_CAMERAS)], PixelSamplerConfig(), 0)
    drop_from_page_cache(folder)
    cold = rays_per_second(sampler, 0, 20)
    seconds_to_read = timed(store.load_all)
    sampler.batch(0)
    warm = statistics.median(rays_per_second(sampler, 100 * i, 100) for i in range(1, 6))
    grown = anonymous_bytes() - before
    return {
        "gb_without_boxes": store.n_bytes_without_boxes / 1e9,
        "gb": store.n_bytes / 1e9,
        "n_images": store.n_images,
        "seconds_to_write": seconds_to_write,
        "sequential_gb_per_second": store.n_bytes / 1e9 / seconds_to_read,
        "rays_per_second_cold": cold,
        "rays_per_second": warm,
        "pixels_per_second_of_store": pixels_per_second(store),
        "wanted_rays_per_second": WANTED_RAYS_PER_SECOND,
        "memory_beyond_page_cache_bytes": grown,
        "largest_capture_gb": {
            "without_boxes": LARGEST_CAPTURE_GB,
            "with_boxes_of_this_share": LARGEST_CAPTURE_GB * box_share,
        },
        "memory_beyond_page_cache_bytes_there": grown * LARGEST_CAPTURE_GB / gb,
    }


def write_store(folder: Path, gb: float, box_share: float) -> None:
    """Pictures of random bytes, with boxes in the middle; the same ones at every timestep."""
    folder.mkdir()
    height = round(HEIGHT * box_share**0.5)
    width = round(WIDTH * box_share**0.5)
    box = ((HEIGHT - height) // 2, (WIDTH - width) // 2, height, width)
    pixels = np.random.default_rng(0).bytes(height * width * PIXEL_BYTES)
    crc = zlib.crc32(pixels)
    frames = {str(i): PackedFrame(box, i * len(pixels), True, crc, {}) for i in range(N_CAMERAS)}
    n_timesteps = round(gb * 1e9 / (N_CAMERAS * HEIGHT * WIDTH * PIXEL_BYTES))
    for timestep in range(n_timesteps):
        name = f"frame_{timestep:05d}-random.pixels"
        with (folder / name).open("wb") as file:
            for _ in range(N_CAMERAS):
                file.write(pixels)
            file.flush()
            # Dirty pages cannot be dropped from the page cache.
            os.fsync(file.fileno())
        shard = Shard(name, N_CAMERAS * len(pixels), frames)
        write_json(record_path(folder, timestep), shard.to_json())


def camera(index: int) -> Camera:
    """A camera at an arbitrary position."""
    intrinsics = torch.tensor([[2000.0, 0, 275], [0, 2000, 401], [0, 0, 1]], dtype=torch.float64)
    pose = torch.eye(4, dtype=torch.float64)
    pose[:3, 3] = torch.tensor([index, 0, 9.0])
    return Camera(intrinsics, pose, WIDTH, HEIGHT)


def rays_per_second(sampler: PixelSampler, first_step: int, n_steps: int) -> float:
    """Whole batches: images and pixels are drawn, rays and targets are computed."""
    n_rays = 0
    begin = time.perf_counter()
    for step in range(first_step, first_step + n_steps):
        n_rays += len(sampler.batch(step)[0])
    return n_rays / (time.perf_counter() - begin)


def pixels_per_second(store: PackedStore, n_pictures: int = 2000) -> float:
    """Pixels only, as many of a picture as a batch uses."""
    random = np.random.default_rng(1)
    n = 4096 // 24
    yx = np.stack([random.integers(0, HEIGHT, n), random.integers(0, WIDTH, n)], -1)
    begin = time.perf_counter()
    for _ in range(n_pictures):
        store.pixels(int(random.integers(N_CAMERAS)), int(random.integers(store.n_timesteps)), yx)
    return n_pictures * n / (time.perf_counter() - begin)


def each(action: Callable[[Any], object], items: Sequence[Any]) -> None:
    """Apply a function to all items, in one process per core."""

    def one(item: Any) -> int:
        action(item)
        return 1

    n = n_usable_cores()
    bounds = [len(items) * i // n for i in range(n + 1)]
    shares = [items[first:end] for first, end in itertools.pairwise(bounds)]
    run_forked(shares, one, lambda _: None)


def cpu_seconds() -> float:
    """CPU seconds of this process and of its finished children."""
    usages = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def timed(action: Callable[[], object]) -> float:
    """Seconds of a call."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def drop_from_page_cache(folder: Path) -> None:
    """Make the system read the files from disk again."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def anonymous_bytes() -> int:
    """Memory of this process without mapped files, which are page cache."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (kib,) = [line.split()[1] for line in lines if line.startswith("RssAnon")]
    return int(kib) * 1024


def provenance() -> dict[str, Any]:
    """Machine, date, versions and the command."""
    return {
        "cores": n_usable_cores(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "date": datetime.date.today().isoformat(),
        "command": " ".join(["python", *sys.argv]),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
