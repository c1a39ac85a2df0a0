"""The table of the fused engine: training step, ops, memory and quality, as JSON.

    python benchmarks/step.py --data ROOT --out benchmarks/results/h100.json

One command, one GPU, nothing else running. ROOT holds participant 901, sequence SHAKE. It trains
``--short_steps`` steps, then measures the settled step and the ops; then trains anew for
``--long_steps``, the number that fits the original's 406 s (0: not). Kernels are compiled as in a
fresh installation: the first training has an empty Triton cache.
"""

import argparse
import json
import os
import statistics
import tempfile
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch

from common import ORIGINAL, copy_rate, open_capture, provenance
from nersemble.training.loop import TrainingLoop

_SETTLED_STEPS = 200


def step_figures(trainer: TrainingLoop) -> dict[str, float]:
    """Median time of a step on the GPU, end to end, and its samples, with all tables open."""
    samples, marks = [], []

    def note(report: Any) -> None:
        mark = torch.cuda.Event(enable_timing=True)
        mark.record()
        marks.append(mark)
        samples.append(report.n_samples)

    trainer.run(trainer.step + _SETTLED_STEPS, note)
    torch.cuda.synchronize()
    times = [first.elapsed_time(second) for first, second in pairwise(marks)]
    return {
        "step_ms": statistics.mean(times),
        "step_ms_median": statistics.median(times),
        "samples": statistics.mean(samples),
    }


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--short_steps", type=int, default=4000)
    parser.add_argument("--long_steps", type=int, default=55_000)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--trace", type=Path, help="where ten steps' kernels are listed")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        os.environ["TRITON_CACHE_DIR"] = cache
        result = measure(arguments)
    for name, original in ORIGINAL.items():
        if name in result:
            print(
                f"{name:28s} {result[name]:12.3f}   original / ours {original / result[name]:8.2f}"
            )
    print(json.dumps(result, indent=2))


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measure everything; update the file after each result, so that none is lost."""
    # After TRITON_CACHE_DIR is set.
    import ops
    import quality
    import step_trace

    result: dict[str, Any] = {}

    def add(figures: dict[str, Any]) -> None:
        result.update(figures)
        text = json.dumps(result | provenance(), indent=2)
        arguments.out.write_text(text + "\n", encoding="utf-8")

    dataset = open_capture(arguments.data)
    short, trainer = quality.run(dataset, arguments.short_steps)
    add({"held_gib": short["held_gib"], "allocated_gib": short["allocated_gib"]})
    add({"masked_psnr_45s": short["masked_psnr"], "short_run": short})
    add(step_figures(trainer))
    step_trace.steps_without_synchronisation(trainer)
    if arguments.trace is not None:
        arguments.trace.write_text(step_trace.trace(trainer, None), encoding="utf-8")
    del trainer
    torch.cuda.empty_cache()
    timings = ops.all_ops()
    rate = copy_rate()
    ops.report(timings, rate)
    by_name = {t.name: t.ms for t in timings}
    add({"hash_forward_backward_ms": by_name["hash forward and backward"]})
    add({"table_update_ms": by_name["table update"], "copy_rate": rate})
    add({"ops": [asdict(t) for t in timings]})
    del timings
    torch.cuda.empty_cache()
    if arguments.long_steps:
        pictures = arguments.pictures
        long, _ = quality.run(dataset, arguments.long_steps, pictures=pictures)
        add({"masked_psnr_406s": long["masked_psnr"], "long_run": long})
    return result | provenance()


if __name__ == "__main__":
    main()
