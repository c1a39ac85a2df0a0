"""Trains as on GPUs with less memory, which ``--fit`` fits the options to, and scores the pictures.

    python benchmarks/small_gpus.py --data ROOT --out benchmarks/results/small_gpus.json

ROOT holds participant 901, sequence SHAKE (../shared/captures/README.md). Each training has a
process of its own. torch gets the memory of such a GPU less CUDA's own, and is told that the GPU
has no more. Two minutes on an H100. ``--device cpu`` trains once, on any capture.
"""

import argparse
import multiprocessing
import time
from dataclasses import asdict
from functools import partial
from typing import Any

import torch

from common import (
    add_training_arguments,
    commit,
    held_bytes,
    open_trainer,
    provenance,
    publish,
    training_config,
)
from nersemble.compute_options import ComputeOptions
from nersemble.config import RunDescription, differences
from nersemble.data_manager.dataset import open_dataset
from nersemble.fused.memory import CONTEXT, GIB
from nersemble.jobs.training_setup import set_up_on
from nersemble.presets import PRESETS
from nersemble.training.loop import StepReport
from quality import evaluate

_KEPT_FREE = int(0.3 * GIB)
"""What a GPU of that name does not offer, or a desktop takes."""


def limit(gib: float) -> None:
    """Makes this process find a GPU of that much memory."""
    ask = torch.cuda.mem_get_info
    most = int(gib * GIB) - _KEPT_FREE
    _, total = ask()
    torch.cuda.set_per_process_memory_fraction((most - CONTEXT) / total)

    def pretended(device: Any = None) -> tuple[int, int]:
        free, total = ask()
        return most - (total - free), most

    torch.cuda.mem_get_info = pretended


def train(arguments: argparse.Namespace, gib: float) -> dict[str, Any]:
    """A training on a GPU of ``gib`` (0: this machine as it is); its figures."""
    if gib:
        limit(gib)
    who = arguments.participant, arguments.sequence
    dataset = open_dataset(arguments.data, *who, PRESETS[arguments.preset].data)
    config = training_config(arguments.preset, arguments.steps, dataset)
    compute = ComputeOptions(device=arguments.device, backend=arguments.backend)
    wanted = RunDescription(*who, "", arguments.preset, config)
    setup = set_up_on(dataset, wanted, compute, new=True, fit=True)
    smaller = {name: new for name, (_, new) in differences(config, setup.config).items()}
    with open_trainer(
        setup.config, setup.dataset, setup.in_memory, setup.device, setup.engine, who[0]
    ) as trainer:
        began = time.perf_counter()
        reports: list[StepReport] = []
        trainer.run(arguments.steps, reports.append)
        dropped = sum(report.n_rays_dropped for report in reports)
        figures = {
            "gpu_gib": gib,
            "changed_options": smaller,
            "computed_gib": setup.memory.total / GIB if setup.memory else 0,
            "parts": asdict(setup.memory) if setup.memory else {},
            "held_gib": held_bytes() / GIB if gib else 0,
            "rays_dropped": dropped / (arguments.steps * setup.config.sampler.n_train_rays),
            "seconds": time.perf_counter() - began,
        }
        return figures | evaluate(setup.dataset, trainer.renderer, trainer.windows, None)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_training_arguments(parser)
    parser.add_argument("--steps", type=int, default=3800)
    parser.add_argument("--gib", type=float, nargs="+", default=(8.0, 12.0, 24.0))
    arguments = parser.parse_args()
    sizes = (0.0,) if arguments.device == "cpu" else tuple(arguments.gib)
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        runs = pool.map(partial(train, arguments), sizes, chunksize=1)
    publish({"runs": runs, "commit": commit()} | provenance(), arguments.out)


if __name__ == "__main__":
    main()
