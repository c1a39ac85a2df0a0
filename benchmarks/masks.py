"""Compare masks from the pictures alone with true ones: overlap (IoU) and mean error.

    python benchmarks/masks.py --data ROOT --participant 900 --sequence SEN-01-talk --timesteps 0 6
    python benchmarks/masks.py --pictures bust/images --masks bust/masks --every 3

The first compares with the alpha maps of a capture, the second with a folder of masks whose names
begin as those of the photographs. Needs the extra ``masks``.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from common import provenance
from nersemble.captures.picture_masks import picture_masker
from nersemble.data_manager.layouts import open_capture
from nersemble.data_manager.picture_files import read_pixels
from nersemble.data_manager.pixels import FOREGROUND, colors_of

Masked = tuple[UInt8[np.ndarray, "h w 3"], UInt8[np.ndarray, "h w"]]


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--participant", type=int, default=900)
    parser.add_argument("--sequence", default="SEN-01-talk")
    parser.add_argument("--timesteps", type=int, nargs="+", default=[0])
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--masks", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every N-th photograph")
    arguments = parser.parse_args()
    masker = picture_masker()
    overlaps, errors = [], []
    started = time.perf_counter()
    for rgb, true in _of_capture(arguments) if arguments.data else _of_folders(arguments):
        found = masker(rgb)
        both, either = (
            combine(found >= FOREGROUND, true >= FOREGROUND).sum()
            for combine in (np.logical_and, np.logical_or)
        )
        overlaps.append(both / either)
        errors.append(np.abs(found.astype(float) - true).mean())
    figures = {
        "pictures": len(overlaps),
        "iou_mean": float(np.mean(overlaps)),
        "iou_least": float(np.min(overlaps)),
        "error_levels": float(np.mean(errors)),
        "seconds_per_picture": (time.perf_counter() - started) / len(overlaps),
    }
    print(json.dumps(provenance() | figures, indent=2))


def _of_capture(arguments: argparse.Namespace) -> Iterator[Masked]:
    capture = open_capture(arguments.data, arguments.participant, arguments.sequence)
    for number in arguments.timesteps:
        for serial in sorted(capture.available):
            frame = capture.read(serial, number)
            yield frame.rgb, frame.alpha


def _of_folders(arguments: argparse.Namespace) -> Iterator[Masked]:
    for path in sorted(arguments.pictures.iterdir())[:: arguments.every]:
        mask = next(iter(sorted(arguments.masks.glob(f"{path.stem}*"))))
        yield colors_of(read_pixels(path))[..., :3], colors_of(read_pixels(mask))[..., 0]


if __name__ == "__main__":
    main()
