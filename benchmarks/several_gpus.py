"""Training on one and on several GPUs: speed, memory, quality, and a killed process.

    python benchmarks/several_gpus.py --data ROOT --steps 3000 --out several_gpus.json

Starts torchrun itself: one process with 4096 rays a step, N processes with as many rays a step
together, and N processes with 4096 rays each, each with --seeds seeds, of which rates are medians;
then a training of which one process is killed.
ROOT holds participant 901, sequence SHAKE. Settings and pictures are those of quality.py.
`--preset tiny --participant 900 --sequence SEN-01-talk --rays 256` tries it on a CPU.
"""

import argparse
import dataclasses
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

import quality
from common import PARTICIPANT, SEQUENCE, benchmark_config, held_bytes, open_trainer, provenance
from nersemble.compute_options import ComputeOptions
from nersemble.config import RunConfig, resolve
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.distributed import joined, world
from nersemble.engines import choose_device, choose_engine
from nersemble.presets import PRESETS

_SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "train" / "train_nersemble.py"
_PATIENCE_S = 240.0


def _config(arguments: argparse.Namespace, dataset: Dataset) -> RunConfig:
    given = benchmark_config(arguments.steps, dataset)
    if arguments.preset != "default":
        given = resolve(PRESETS[arguments.preset], dataset)
    sampler = dataclasses.replace(given.sampler, n_train_rays=arguments.rays)
    loop = dataclasses.replace(given.loop, seed=arguments.seed)
    return dataclasses.replace(given, sampler=sampler, loop=loop)


def work(arguments: argparse.Namespace) -> dict[str, Any]:
    """Trains and evaluates, as one of the processes that torchrun has started."""
    team, device = world(), choose_device("auto")
    preset = PRESETS[arguments.preset]
    dataset = open_dataset(arguments.data, arguments.participant, arguments.sequence, preset.data)
    config = _config(arguments, dataset)
    participant = arguments.participant
    engine = choose_engine(ComputeOptions(), device, config.model, participant, to_train=True)
    store = dataset.train_store(16)
    with open_trainer(config, dataset, store, device, engine, participant, team) as trainer:
        clock = quality.Clock(time.perf_counter())
        trainer.run(arguments.steps, clock)
        if device.type == "cuda":
            torch.cuda.synchronize()
        clock.ends[-1] = time.perf_counter() - clock.began
        figures = clock.summary() | {"processes": team.size, "rays": arguments.rays}
        figures |= {"seed": arguments.seed, "rgb_loss": _means(clock, "rgb")}
        figures |= quality.evaluate(dataset, trainer.renderer, trainer.windows, None)
        memory = _memory() if device.type == "cuda" else {}
        figures["memory_by_process"] = team.collected(memory)
    figures["rays_per_second"] = arguments.rays / figures["settled_step_ms"] * 1e3
    return figures


def _means(clock: quality.Clock, term: str, every: int = 100) -> list[float]:
    """Means of a loss term over a hundred steps each."""
    values = [report.terms[term] for report in clock.reports]
    return [sum(v) / len(v) for v in (values[i : i + every] for i in range(0, len(values), every))]


def _memory() -> dict[str, float]:
    return {
        "allocated_gib": torch.cuda.max_memory_allocated() / 2**30,
        "held_gib": held_bytes() / 2**30,
    }


def _torchrun(n: int, *command: object, restarts: int = 0) -> list[str]:
    options = ["--nproc_per_node", str(n), "--max_restarts", str(restarts), "--standalone"]
    start = [sys.executable, "-m", "torch.distributed.run"]
    return [*start, *options, *(str(word) for word in command)]


def _measured(
    arguments: argparse.Namespace, n: int, rays: int, seed: int, folder: Path
) -> dict[str, Any]:
    """The figures of ``n`` processes with ``rays`` rays a step together."""
    out = folder / f"{n}-{rays}-{seed}.json"
    command = _torchrun(
        n, Path(__file__).resolve(), "--worker", "--data", arguments.data, "--out", out,
        "--steps", arguments.steps, "--rays", rays, "--seed", seed, "--preset", arguments.preset,
        "--participant", arguments.participant, "--sequence", arguments.sequence,
    )  # fmt: skip
    print(f"== {n} processes, {rays} rays a step, seed {seed}", flush=True)
    subprocess.run(command, check=True)
    figures: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return figures


def _children(parent: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in listed.stdout.split()]


def killed(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Kill one of the processes after a checkpoint; return the time until the next checkpoint, and
    whether training finished."""
    models, every = folder / "models", arguments.steps_per_save
    steps = 3 * every
    command = _torchrun(
        arguments.processes, _SCRIPT, arguments.participant, arguments.sequence,
        "--preset", arguments.preset, "--vis", "none", "--data_path", arguments.data,
        "--models_path", models, "--frame_store", "memory", "--n_train_rays", arguments.rays,
        "--max_steps", steps, "--steps_per_save", every, "--keep_checkpoints", 9,
        "--steps_per_eval_image", 0, "--steps_per_eval_all_images", 0, restarts=1,
    )  # fmt: skip
    print("== one of the processes is killed", flush=True)
    process = subprocess.Popen(command)
    saved = models / "nersemble" / "NERS-1" / "checkpoints"
    try:
        _wait(saved / f"step-{every:09d}.json", process)
        began = time.monotonic()
        os.kill(_children(process.pid)[-1], signal.SIGKILL)
        _wait(saved / f"step-{2 * every:09d}.json", process)
        seconds = time.monotonic() - began
        status = process.wait(_PATIENCE_S)
    finally:
        if process.poll() is None:
            process.terminate()
    found = sorted(int(path.stem[5:]) for path in saved.glob("step-*.json"))
    runs = len(list((models / "nersemble").glob("NERS-*")))
    return {"kill_to_next_checkpoint_s": seconds, "status": status, "steps": found, "runs": runs}


def _wait(path: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE_S
    while not path.exists():
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"the training ended or hangs before {path.name}")
        time.sleep(0.2)


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """All runs, one after the other."""
    n, rays = arguments.processes, arguments.rays
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = {"one": (1, rays), "several_same_batch": (n, rays), "several": (n, n * rays)}
        runs = {
            name: [_measured(arguments, *size, seed, folder) for seed in range(arguments.seeds)]
            for name, size in sizes.items()
        }
        rates = {
            name: statistics.median(figures["rays_per_second"] for figures in found)
            for name, found in runs.items()
        }
        figures: dict[str, Any] = dict(runs)
        figures["speed_up_rays_per_second"] = rates["several"] / rates["one"]
        figures["speed_up_same_batch"] = rates["several_same_batch"] / rates["one"]
        if arguments.steps_per_save:
            figures["killed"] = killed(arguments, folder)
    return figures | provenance()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rays", type=int, default=4096, help="a step of one process")
    parser.add_argument("--steps_per_save", type=int, default=300, help="0: kill none")
    parser.add_argument("--preset", choices=("default", "tiny"), default="default")
    parser.add_argument("--participant", type=int, default=PARTICIPANT)
    parser.add_argument("--sequence", default=SEQUENCE)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Entry point, also of the processes that it starts."""
    arguments = _parse()
    if arguments.worker:
        with joined():
            figures, leads = work(arguments), world().leads
    else:
        figures, leads = measure(arguments), True
    text = json.dumps(figures, indent=2)
    if leads and not arguments.worker:
        print(text)
    if leads and arguments.out is not None:
        arguments.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
