"""The training step with and without its CUDA graph: times, memory, and whether losses agree.

    python benchmarks/step_graph.py --data ROOT

ROOT holds participant 901, sequence SHAKE. Three trainings of the same seed take 200 steps each,
the last one through graphs. Atomic sums have another order each time: losses through graphs may
differ from launched ones by as much as launched ones do from each other. Then blocks of steps take
turns, with one table open and with all. Takes about a minute.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from common import benchmark_config, held_bytes, open_capture, open_trainer
from nersemble.data_manager.dataset import Dataset
from nersemble.data_manager.frame_store import FrameStore
from nersemble.engines import FusedEngine, choose_device
from nersemble.fused.step_graph import Capture, StepGraph, cuda_capture
from nersemble.fused.trainer import FusedTrainer
from nersemble.training.loop import StepReport

N_STEPS = 4000
N_COMPARED = 200
BLOCKS, IN_BLOCK, UNTIMED = 6, 100, 10
"""Blocks of either kind; their steps, and those before, in which a graph is captured."""


@contextmanager
def trained(
    dataset: Dataset, store: FrameStore, capture: Capture | None
) -> Iterator[tuple[FusedTrainer, list[float]]]:
    """A trainer after the first steps, and their losses."""
    config, losses = benchmark_config(N_STEPS, dataset), dict[int, float]()

    def note(report: StepReport) -> None:
        losses[report.measured_step] = report.loss

    torch.cuda.empty_cache()
    with open_trainer(config, dataset, store, choose_device("cuda"), FusedEngine()) as trainer:
        assert isinstance(trainer, FusedTrainer)
        trainer.graph = StepGraph(capture)
        trainer.run(N_COMPARED, note)
        yield trainer, [losses[step] for step in sorted(losses)]


def before(
    dataset: Dataset, store: FrameStore, capture: Capture | None
) -> tuple[float, list[float]]:
    """GiB that the process held at the end of a training, and its losses."""
    with trained(dataset, store, capture) as (_, losses):
        return held_bytes() / 2**30, losses


def differences(some: list[float], others: list[float]) -> dict[str, float]:
    """The largest relative difference of some spans of steps."""
    apart = [abs(b / a - 1) for a, b in zip(some, others, strict=True)]
    return {f"from {a}": max(apart[a:b]) for a, b in ((0, 5), (5, 20), (20, 100), (100, None))}


def take_turns(trainer: FusedTrainer) -> dict[str, float]:
    """Median milliseconds a step, end to end."""
    times: dict[str, list[float]] = {"without": [], "with": []}
    begin = trainer.step
    for _ in range(BLOCKS):
        for name, capture in (("without", None), ("with", cuda_capture)):
            trainer.go_to(begin)
            trainer.graph = StepGraph(capture)
            trainer.run(begin + UNTIMED, lambda _: None)
            torch.cuda.synchronize()
            began = time.perf_counter()
            trainer.run(begin + UNTIMED + IN_BLOCK, lambda _: None)
            torch.cuda.synchronize()
            times[name].append(1e3 * (time.perf_counter() - began) / IN_BLOCK)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    dataset = open_capture(arguments.data)
    store, result = dataset.train_store(16), dict[str, object]()
    held, launched = before(dataset, store, None)
    result["held_gib_without"] = held
    _, again = before(dataset, store, None)
    result["loss_differs_if_launched_again"] = differences(launched, again)
    with trained(dataset, store, cuda_capture) as (trainer, replayed):
        result["held_gib_with"] = held_bytes() / 2**30
        result["loss_differs_in_a_graph"] = differences(launched, replayed)
        result["step_ms_one_table"] = take_turns(trainer)
        trainer.go_to(N_STEPS // 2)
        result["step_ms_all_tables"] = take_turns(trainer)
    print(json.dumps(result | {"device": torch.cuda.get_device_name()}, indent=2))


if __name__ == "__main__":
    main()
