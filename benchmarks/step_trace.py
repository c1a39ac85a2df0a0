"""A trace of ten training steps: GPU kernels, and whether the host ever waits for the GPU.

    python benchmarks/step_trace.py --data ROOT --warm_up 600 --out trace.json

Prints the kernels by time and the share of the time in which the GPU had work. The steps also run
once with torch's synchronisation errors on: a step that synchronises ends the program.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile

from common import benchmark_config, open_capture, open_trainer
from nersemble.engines import FusedEngine, choose_device
from nersemble.training.loop import TrainingLoop

N_STEPS = 10


def trace(trainer: TrainingLoop, out: Path | None) -> str:
    """Profile ten steps; return a table of kernels and the GPU's utilisation."""
    return trace_of(lambda: trainer.run(trainer.step + N_STEPS, lambda _: None), out)


def trace_of(action: Callable[[], object], out: Path | None = None) -> str:
    """Profile a function; return a table of kernels and the GPU's utilisation."""
    torch.cuda.synchronize()
    activities = [ProfilerActivity.CPU, ProfilerActivity.CUDA]
    with profile(activities=activities) as profiler:
        began = time.perf_counter()
        action()
        torch.cuda.synchronize()
        seconds = time.perf_counter() - began
    if out is not None:
        profiler.export_chrome_trace(str(out))
    averages = profiler.key_averages()
    busy = sum(a.self_device_time_total for a in averages if a.self_device_time_total > 0) * 1e-6
    table = averages.table(sort_by="self_cuda_time_total", row_limit=45, max_name_column_width=60)
    return (
        f"{table}\n{1e3 * seconds:.1f} ms under the profiler, GPU busy "
        f"{1e3 * busy:.1f} ms, {100 * busy / seconds:.0f} %"
    )


def steps_without_synchronisation(trainer: TrainingLoop) -> None:
    """Run steps while torch raises an error at every synchronisation that it detects."""
    without_synchronisation(lambda: trainer.run(trainer.step + 2 * N_STEPS, lambda _: None))


def without_synchronisation(action: Callable[[], object]) -> None:
    """Run a function while torch raises an error at every synchronisation that it detects."""
    torch.cuda.set_sync_debug_mode("error")
    try:
        action()
    finally:
        torch.cuda.set_sync_debug_mode("default")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--warm_up", type=int, default=600)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    dataset = open_capture(arguments.data)
    # All tables are open after half of the steps.
    config = benchmark_config(arguments.warm_up, dataset)
    device, store = choose_device("cuda"), dataset.train_store(16)
    with open_trainer(config, dataset, store, device, FusedEngine()) as trainer:
        trainer.run(arguments.warm_up, lambda _: None)
        steps_without_synchronisation(trainer)
        print(trace(trainer, arguments.out))


if __name__ == "__main__":
    main()
