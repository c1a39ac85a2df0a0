"""Time and memory of importing a released model of full size, in a separate process.

    python benchmarks/import_released.py --folder SCRATCH --out import.json

SCRATCH gets a folder like the original's: 32 tables of 2^19, T timesteps, random parameters, and
Adam's state, 5 GB in all; 10 GB must be free. Needs no GPU.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import torch
import yaml

from common import provenance, publish
from nersemble.geometry.scene_box import DEFAULT_SCENE_BOX
from nersemble.interop.exported import released_pipeline
from nersemble.presets import PRESETS
from nersemble.randomness import seeded_generator
from nersemble.rendering.head_model import HeadModel

_STEP = 300_000
_PARSER = {"participant_id": 240, "sequence_name": "EXP-4-lips", "scale_factor": 9}


def make(folder: Path, n_timesteps: int) -> None:
    """Writes the folder of a released run."""
    generator = seeded_generator(1, "released")
    config = PRESETS["paper"].model
    model = HeadModel(config, DEFAULT_SCENE_BOX.tensor(), n_timesteps, generator)
    pipeline = released_pipeline(model.field.state_dict(), model.grid.occs, model.grid.binaries)
    parameters = [v for k, v in pipeline.items() if "params" in k or "se3" in k or "embedding" in k]
    state = {
        i: {"step": float(_STEP), "exp_avg": p.clone(), "exp_avg_sq": p.square()}
        for i, p in enumerate(parameters)
    }
    content = {
        "step": _STEP,
        "pipeline": pipeline,
        "optimizers": {"fields": {"state": state, "param_groups": []}},
        "scalers": {},
    }
    (folder / "checkpoints").mkdir(parents=True)
    torch.save(content, folder / "checkpoints" / f"step-{_STEP:09d}.ckpt")
    tree = {"pipeline": {"datamanager": {"dataparser": _PARSER}}}
    (folder / "config.yml").write_text(yaml.safe_dump(tree), encoding="utf-8")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--n_timesteps", type=int, default=300)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    released = arguments.folder / "NERS-9240"
    if not released.exists():
        make(released, arguments.n_timesteps)
    size = next((released / "checkpoints").iterdir()).stat().st_size
    command = [sys.executable, "-m", "nersemble", "import-model", str(released)]
    environment = os.environ | {"NERSEMBLE_MODELS_PATH": str(arguments.folder / "models")}
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    figures = {
        "checkpoint_gb": size / 1e9,
        "import_seconds": seconds,
        "import_peak_gb": peak / 1e9,
        **provenance(),
    }
    publish(figures, arguments.out)


if __name__ == "__main__":
    main()
