"""Compare the output of ``nersemble estimate`` with actual training, as JSON.

    python benchmarks/estimate.py --data ROOT --out benchmarks/results/estimate.json

ROOT holds participant 901, sequence SHAKE. Three settings, each estimated and then trained for
``--steps`` steps with its windows scaled to them, in separate processes. It takes less than five
minutes on an H100; ``--trainings 2`` repeats each training run, to show how much two of them
differ. ``--device cpu`` uses the preset tiny and one setting, on any capture; give it
``--measure_seconds 60``, since fewer than 200 measured steps tell no time.
"""

import argparse
import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from common import PARTICIPANT, SEQUENCE, held_bytes, provenance
from nersemble.commands.estimate import parse_estimate
from nersemble.commands.train import parse_train, train, training_request
from nersemble.jobs.estimating import estimate
from nersemble.machine import peak_ram
from nersemble.runs.training_log import read_training_log

SETTINGS = {
    "default": "",
    "fewer": "--n_hash_encodings 16 --max_n_samples_per_batch 18 --n_train_rays 2048",
    "small": "--mlp_num_layers 4 --mlp_layer_width 64 --timesteps_per_batch 8",
}


def options(arguments: argparse.Namespace, setting: str, models: str) -> list[str]:
    """The command line of both, as lists of words."""
    words = [str(arguments.participant), arguments.sequence, *SETTINGS[setting].split()]
    words += ["--data_path", str(arguments.data), "--models_path", models, "--vis", "none"]
    words += ["--device", arguments.device]
    if arguments.device == "cpu":
        return [*words, "--preset", "tiny"]
    n = arguments.steps
    words += ["--max_steps", str(n), "--window_deform_end", str(n // 4)]
    words += ["--window_hash_encodings_begin", str(n // 4)]
    return [*words, "--window_hash_encodings_end", str(n // 2)]


def estimated(words: list[str]) -> dict[str, Any]:
    """The estimate's figures that training can measure."""
    arguments = parse_estimate(words)
    found = estimate(training_request(arguments), arguments.measure_seconds)
    return {
        "gpu_held_computed": found.gpu,
        "gpu_held": found.gpu_held,
        "gpu_allocated": found.gpu_allocated,
        "ram": found.ram,
        "disk": found.checkpoints + found.store,
        "seconds": found.seconds,
        "seconds_of_parts": {
            "starting": found.starting,
            "reading": found.reading,
            "steps": found.steps,
            "saving": found.saving,
            "rendering": found.rendering,
            "compiling": found.compiling,
        },
        "measured_steps": found.n_steps,
    }


def actual(words: list[str]) -> dict[str, Any]:
    """Train, and measure the same figures of the process and the disk."""
    arguments = parse_train(words)
    on_gpu, began = (
        torch.cuda.is_available() and arguments.compute.device != "cpu",
        time.perf_counter(),
    )
    run = train(arguments)
    seconds = time.perf_counter() - began
    # torch keeps what it once held. To ask while training goes on would delay launches.
    held = held_bytes() if on_gpu else 0
    files = run.checkpoints_folder.glob("*.safetensors")
    log = read_training_log(run.folder)
    assert log is not None
    return {
        "gpu_held_computed": held,
        "gpu_held": held,
        "gpu_allocated": torch.cuda.max_memory_allocated() if on_gpu else 0,
        "ram": peak_ram(),
        "disk": sum(file.stat().st_size for file in files),
        "seconds": seconds,
        # With the first one, until which kernels are loaded.
        "seconds_of_steps": sum(log.curves["train/seconds"][1]),
    }


def in_new_process(function: Callable[[list[str]], dict[str, Any]], words: list[str]) -> Any:
    """Run in a new process, since peak memory belongs to a whole process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, (words,))


def in_new_folder(
    function: Callable[[list[str]], dict[str, Any]],
    arguments: argparse.Namespace,
    setting: str,
    further: Sequence[str] = (),
) -> Any:
    """Run in a new folder, so that runs can be deleted and do not fill the disk."""
    with tempfile.TemporaryDirectory() as models:
        return in_new_process(function, [*options(arguments, setting, models), *further])


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--participant", type=int, default=PARTICIPANT)
    parser.add_argument("--sequence", default=SEQUENCE)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--measure_seconds", type=float, default=20.0)
    parser.add_argument("--trainings", type=int, default=1)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--settings", nargs="+", choices=tuple(SETTINGS), default=tuple(SETTINGS))
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    results = {}
    for setting in arguments.settings if arguments.device == "cuda" else ("default",):
        measure = ["--measure_seconds", str(arguments.measure_seconds)]
        said = in_new_folder(estimated, arguments, setting, measure)
        was = in_new_folder(actual, arguments, setting)
        again = [
            in_new_folder(actual, arguments, setting)["seconds"]
            for _ in range(arguments.trainings - 1)
        ]
        results[setting] = {"estimated": said, "actual": was, "seconds_again": again}
        print(f"{setting}: {said['measured_steps']} steps measured")
        print(
            f"  {said['seconds_of_parts']}; training's steps took {was['seconds_of_steps']:.1f} s"
        )
        for name, value in was.items():
            if said.get(name) and value:
                error = 100 * (said[name] / value - 1)
                print(f"  {name:18s}{said[name]:18.1f} said {value:18.1f} was {error:+7.1f} %")
        for seconds in again:
            print(f"  another training took {100 * (seconds / was['seconds'] - 1):+.1f} %")
        # Each time, so that an interrupted run leaves what it has measured.
        content = {"settings": results} | provenance()
        arguments.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
