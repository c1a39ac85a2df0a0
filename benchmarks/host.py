"""Host time of a training step without kernel launches, in milliseconds; needs no GPU.

    python benchmarks/host.py --data ROOT --participant 900 --sequence SEN-01-talk

ROOT holds the capture. Steps are prepared for tensors on the CPU so small that computing with them
is nothing, and kernels are not launched: what remains is Python and torch's own overhead. On a GPU
this, 28 launches and the GPU's work happen side by side, and the slower one sets the pace. Compare
two versions of the code on the same machine.
"""

import argparse
import dataclasses
import json
import statistics
import time
from pathlib import Path
from typing import Any

import torch

from common import provenance
from nersemble.config import RunConfig, resolve
from nersemble.data_manager.dataset import open_dataset
from nersemble.fused.kernels.launching import collecting
from nersemble.fused.renderer import FusedRenderer
from nersemble.fused.sampler import DeviceSampler
from nersemble.fused.trainer import FusedTrainer
from nersemble.jobs.loading import build_model
from nersemble.presets import PRESETS

_STEPS = 100
_WARM_UP_STEPS = 300
_SMALL_SAMPLES_POWER = 9


def small(config: RunConfig) -> RunConfig:
    """The same configuration with few tables, rays and cells; windows open."""
    model, field = config.model, config.model.dynamic_field
    ensemble = dataclasses.replace(field.hash_ensemble, log2_hashmap_size=6)
    marcher = dataclasses.replace(
        model.marcher, max_n_samples_per_batch=_SMALL_SAMPLES_POWER, render_step_size=0.4
    )
    model = dataclasses.replace(
        model,
        dynamic_field=dataclasses.replace(field, hash_ensemble=ensemble),
        marcher=marcher,
        occupancy=dataclasses.replace(model.occupancy, grid_resolution=8),
    )
    windows = dataclasses.replace(config.windows, window_deform_end=0, window_hash_encodings_end=0)
    sampler = dataclasses.replace(config.sampler, n_train_rays=24)
    return dataclasses.replace(config, model=model, windows=windows, sampler=sampler)


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Process time of a step, and the number of kernels that it would launch."""
    torch.set_num_threads(1)
    given = PRESETS["default"]
    dataset = open_dataset(arguments.data, arguments.participant, arguments.sequence, given.data)
    config = small(resolve(given, dataset))
    cpu = torch.device("cpu")
    model = build_model(arguments.participant, config, dataset.splits.n_timesteps, cpu)
    store, n_launches, milliseconds = dataset.train_store(2), 0, []
    sampler = DeviceSampler(
        store, dataset.train_cameras, config.sampler, 0, cpu, frame_budget_bytes=2**34
    )

    def drop(*_: Any) -> None:
        nonlocal n_launches
        n_launches += 1

    with sampler, collecting(drop):
        trainer = FusedTrainer(config.trainer, FusedRenderer(model), sampler)
        trainer.run(_WARM_UP_STEPS, lambda _: None)
        n_launches = 0
        for _ in range(arguments.repeats):
            began = time.process_time()
            trainer.run(trainer.step + _STEPS, lambda _: None)
            milliseconds.append(1e3 * (time.process_time() - began) / _STEPS)
    return {
        "step_ms": statistics.median(milliseconds),
        "fastest_step_ms": min(milliseconds),
        "launches": n_launches / (_STEPS * arguments.repeats),
    } | provenance()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--participant", type=int, default=900)
    parser.add_argument("--sequence", default="SEN-01-talk")
    parser.add_argument("--repeats", type=int, default=20, help=f"of {_STEPS} steps each")
    print(json.dumps(measure(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
