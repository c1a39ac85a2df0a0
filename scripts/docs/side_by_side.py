"""Truth beside prediction of an evaluated run: side_by_side.py OUT.png DATA RUN_FOLDER FRAME."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import imageio.v3 as iio
import numpy as np

from nersemble.boundary import run_command
from nersemble.config import from_json
from nersemble.data_manager.dataset import open_dataset
from nersemble.ops.colors import to_uint8


def main(argv: Sequence[str]) -> None:
    """Puts the newest evaluation's pictures of one capture frame beside the truth."""
    out, data, run, frame = Path(argv[0]), Path(argv[1]), Path(argv[2]), int(argv[3])
    path = run / "config.json"
    saved = from_json(json.loads(path.read_text()), str(path))
    dataset = open_dataset(data, saved.participant, saved.sequence, saved.config.data)
    newest = max((run / "evaluation").iterdir(), key=lambda folder: folder.stat().st_mtime)
    tiles = []
    for index, serial in enumerate(dataset.splits.eval_serials):
        truth = dataset.truth(serial, dataset.splits.timestep(frame)).rgb
        tiles.append(to_uint8(truth))
        tiles.append(iio.imread(newest / f"frame_{frame:05d}" / f"cam_{index}.png"))
    iio.imwrite(out, np.concatenate(tiles, 1))


if __name__ == "__main__":
    sys.exit(run_command(main, None))
