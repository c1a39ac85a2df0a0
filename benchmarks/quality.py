"""Quality and speed at equal time: three seeds of training runs of given lengths in seconds.

    python benchmarks/quality.py --data ROOT --bust ROOT --out benchmarks/results/quality.json

ROOT of ``--data`` holds participant 901, sequence SHAKE (../shared/captures/README.md says how it
is rendered), that of ``--bust`` participant 902, sequence BUST: the bust's photographs, at 600x600,
converted as they are. Each training has a GPU and a process of its own, with an empty Triton cache;
all visible GPUs are used. The clock runs from the first step to the last, and the wait for
compilation counts. Numbers of steps are chosen for one H100; ``seconds`` are what they took.
Pictures are scored with the grid unfiltered: of SHAKE 12 (4 held-out cameras at timesteps 0, 11,
23), of the bust 4.
"""

import argparse
import json
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from common import (
    Score,
    benchmark_config,
    commit,
    held_bytes,
    mean_score,
    open_capture,
    open_trainer,
    provenance,
    score,
)
from nersemble.compute_options import ComputeOptions
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.engines import choose_device, choose_engine
from nersemble.fields.windows import WindowState
from nersemble.fused.kernels.launching import Compilations, compilations
from nersemble.jobs.geometry import check_geometry
from nersemble.ops.colors import on_host, to_uint8
from nersemble.presets import PRESETS, fitted_to_time
from nersemble.rendering.image import Renderer
from nersemble.training.loop import StepReport, TrainingLoop

TIMESTEPS = (0, 11, 23)
MASKED_GOAL = 33.7
_BUST = 902, "BUST"
_BUST_HELD_OUT = "DSC05086", "DSC05092", "DSC05118", "DSC05126"
_N_RAYS_EVAL = 8192
_SETTLED = 300
_MANY_TIMESTEPS = 300


@dataclass(frozen=True)
class Case:
    """A training run. capture: "shake", "bust" or "long" (SHAKE's timesteps repeated to 300, to
    time steps); seconds: expected time of its steps on one H100."""

    name: str
    capture: str
    n_steps: int
    seconds: int | None = None

    def dataset(self, shake: Path, bust: Path | None) -> Dataset:
        """The capture, opened."""
        if self.capture == "bust":
            assert bust is not None
            data = replace(PRESETS["default"].data, eval_cameras=_BUST_HELD_OUT)
            return open_dataset(bust, *_BUST, data)
        dataset = open_capture(shake)
        if self.capture == "long":
            numbers = tuple(islice(cycle(dataset.splits.frame_numbers), _MANY_TIMESTEPS))
            dataset = replace(dataset, splits=replace(dataset.splits, frame_numbers=numbers))
        return dataset


CASES = (
    Case("shake_290", "shake", 62_500, 290),
    Case("shake_180", "shake", 38_500, 180),
    Case("bust_45", "bust", 4_000, 45),
    Case("shake_45", "shake", 9_300, 45),
    Case("long", "long", 2_000),
    Case("shake_20", "shake", 3_800, 20),
)
"""The longest come first, so that all GPUs finish at about the same time."""


@dataclass
class Clock:
    """Wall time at the end of every step, and what steps report."""

    began: float
    ends: list[float] = field(default_factory=list)
    reports: list[StepReport] = field(default_factory=list)

    def __call__(self, report: StepReport) -> None:
        """Record a step; print every thousandth."""
        self.ends.append(time.perf_counter() - self.began)
        self.reports.append(report)
        if report.step % 500 == 0:
            print(
                f"step {report.step}: {self.ends[-1]:.1f} s, psnr {report.psnr:.2f}, "
                f"{report.n_samples} samples, {report.n_rays_dropped} rays dropped, "
                f"{report.occupied:.4f} occupied",
                flush=True,
            )

    def summary(self) -> dict[str, Any]:
        """Times in seconds. compile_s: what the slow steps took beyond the median."""
        steps = np.diff([0.0, *self.ends])
        median = float(np.median(steps))
        slow = steps[steps > max(10 * median, 0.2)]
        last = self.reports[-_SETTLED:]
        return {
            "seconds": self.ends[-1],
            "compile_s": float((slow - median).sum()),
            "n_steps": len(self.ends),
            "settled_step_ms": 1e3 * float(np.mean(steps[-_SETTLED:])),
            "settled_samples": statistics.mean(r.n_samples for r in last),
            "settled_rays_dropped": statistics.mean(r.n_rays_dropped for r in last),
            "rays_dropped": sum(r.n_rays_dropped for r in self.reports),
        }


def train(trainer: TrainingLoop, n_steps: int, compiled: Compilations) -> dict[str, Any]:
    """Trains up to ``n_steps`` steps; the timing. What the trainer's opening waited for compilation
    counts as part of the first step."""
    torch.cuda.synchronize()
    clock = Clock(time.perf_counter() - compiled.wall_seconds)
    trainer.run(n_steps, clock)
    torch.cuda.synchronize()
    clock.ends[-1] = time.perf_counter() - clock.began
    figures, spans = clock.summary(), compiled.spans
    return figures | {"kernels_compiled": len(spans), "triton_s": sum(e - b for b, e in spans)}


def evaluate(
    dataset: Dataset, renderer: Renderer, windows: WindowState, pictures: Path | None
) -> Score:
    """PSNR, SSIM and masked PSNR over the 12 pictures."""
    scores: list[Score] = []
    for index, serial in enumerate(dataset.splits.eval_serials):
        for timestep in (t for t in TIMESTEPS if t < dataset.splits.n_timesteps):
            camera = dataset.eval_cameras[index]
            image = renderer.image(camera, timestep, windows, _N_RAYS_EVAL)
            truth, rgb = dataset.truth(serial, timestep), on_host(image.rgb)
            scores.append(score(rgb, truth))
            if pictures is not None and timestep == TIMESTEPS[1]:
                _save(pictures / f"cam_{index}_{timestep:05d}.png", truth.rgb, rgb)
    return mean_score(scores)


def _save(path: Path, *pictures: np.ndarray) -> None:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(to_uint8(np.concatenate(pictures, 1), "truncate")).save(path)


def run(
    dataset: Dataset,
    n_steps: int,
    *,
    seed: int | None = None,
    pictures: Path | None = None,
) -> tuple[dict[str, Any], TrainingLoop]:
    """Trains and evaluates; the figures and the trainer, still usable."""
    # As a new run does: it leaves contradicting cameras out, and fits itself to the capture.
    dataset, given = check_geometry(dataset, PRESETS["default"])
    given = fitted_to_time(given, dataset.splits.n_timesteps)
    config = replace(benchmark_config(n_steps, dataset), model=given.model)
    if seed is not None:
        config = replace(config, loop=replace(config.loop, seed=seed))
    device = choose_device("cuda")
    torch.cuda.reset_peak_memory_stats()
    participant = dataset.capture.participant
    engine = choose_engine(ComputeOptions(), device, config.model, participant, to_train=True)
    store = dataset.train_store(16)
    with (
        compilations() as compiled,
        open_trainer(config, dataset, store, device, engine, participant) as trainer,
    ):
        figures = train(trainer, n_steps, compiled)
        figures["allocated_gib"] = torch.cuda.max_memory_allocated() / 2**30
        figures["held_gib"] = held_bytes() / 2**30
        figures |= evaluate(dataset, trainer.renderer, trainer.windows, pictures)
    return figures, trainer


def summary(runs: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Medians over seeds. seconds_to_33_7: the shortest training of SHAKE with that masked PSNR."""
    by_case: dict[str, list[dict[str, Any]]] = {}
    for one in runs:
        by_case.setdefault(one["case"], []).append(one)
    medians = {name: _medians(of_case) for name, of_case in by_case.items()}
    found: dict[str, Any] = {"shake": {}, "bust": {}}
    for case in CASES:
        if case.name in medians and case.seconds is not None:
            names = ("psnr", "masked_psnr", "ssim", "seconds")
            scores = {name: medians[case.name][name] for name in names}
            found[case.capture][str(case.seconds)] = scores
    reached = [
        score["seconds"] for score in found["shake"].values() if score["masked_psnr"] >= MASKED_GOAL
    ]
    found["seconds_to_33_7"] = min(reached, default=None)
    if (short := medians.get("shake_45")) is not None:
        found["step_ms"] = short["settled_step_ms"]
        found["held_gib"], found["compile_s"] = short["held_gib"], short["compile_s"]
    if "long" in medians:
        found["step_ms_300_timesteps"] = medians["long"]["settled_step_ms"]
    return found


def _medians(runs: Sequence[dict[str, Any]]) -> dict[str, float]:
    numbers = [name for name, value in runs[0].items() if isinstance(value, int | float)]
    return {name: statistics.median(one[name] for one in runs) for name in numbers}


def measure(arguments: argparse.Namespace) -> None:
    """Run all cases and seeds, each in a separate process on the next free GPU; update the file
    after each, so that none is lost."""
    chosen = [case for case in CASES if not arguments.cases or case.name in arguments.cases]
    chosen = [case for case in chosen if case.capture != "bust" or arguments.bust is not None]
    if not torch.cuda.is_available():
        raise SystemExit("Nothing is measured: this needs a CUDA GPU.")
    free: queue.Queue[str] = queue.Queue()
    everywhere = ",".join(map(str, range(torch.cuda.device_count())))
    for gpu in os.environ.get("CUDA_VISIBLE_DEVICES", everywhere).split(","):
        free.put(gpu)
    runs: list[dict[str, Any]] = []

    def one(case: Case, seed: int) -> None:
        gpu = free.get()
        try:
            figures = _in_process(case, seed, gpu, arguments)
        finally:
            free.put(gpu)
        figures = {"case": case.name, "seed": seed, **figures}
        runs.append(figures)
        print(json.dumps(figures), flush=True)
        if arguments.out is not None:
            write(runs, arguments)

    with ThreadPoolExecutor(free.qsize()) as pool:
        # The time of a step needs no second seed.
        jobs = [
            pool.submit(one, case, seed)
            for case in chosen
            for seed in (arguments.seeds[:1] if case.capture == "long" else arguments.seeds)
        ]
        for job in jobs:
            job.result()


def _in_process(case: Case, seed: int, gpu: str, arguments: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.json"
        command = [sys.executable, __file__, "--data", str(arguments.data), "--out", str(out)]
        command += ["--cases", case.name, "--seeds", str(seed), "--here"]
        if arguments.bust is not None:
            command += ["--bust", str(arguments.bust)]
        if arguments.pictures is not None and case.capture == "shake":
            command += ["--pictures", str(arguments.pictures / f"{case.name}_{seed}")]
        own = {"CUDA_VISIBLE_DEVICES": gpu, "TRITON_CACHE_DIR": str(Path(folder) / "triton")}
        log = subprocess.run(
            command, env=os.environ | own, capture_output=True, text=True, check=False
        )
        if log.returncode != 0:
            raise RuntimeError(f"{case.name}, seed {seed}, failed:\n{log.stderr[-3000:]}")
        figures: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return figures


def write(runs: Sequence[dict[str, Any]], arguments: argparse.Namespace) -> None:
    """The summary, its provenance, and the runs."""
    origin = {
        "seeds": arguments.seeds,
        "device": runs[0]["device"],
        "date": runs[0]["date"],
        "commit": arguments.commit,
        "command": " ".join(["python", *sys.argv]),
    }
    content = summary(runs) | origin | {"runs": list(runs)}
    arguments.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--bust", type=Path, help="without it the bust is left out")
    parser.add_argument("--cases", nargs="+", choices=[case.name for case in CASES], default=[])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--commit", default=commit(), help="of the code, where it is no checkout")
    parser.add_argument("--here", action="store_true", help="one case in this process, no summary")
    arguments = parser.parse_args()
    if not arguments.here:
        measure(arguments)
        return
    (case,) = (case for case in CASES if case.name in arguments.cases)
    dataset = case.dataset(arguments.data, arguments.bust)
    (seed,), pictures = arguments.seeds, arguments.pictures
    figures, _ = run(dataset, case.n_steps, seed=seed, pictures=pictures)
    origin = {name: value for name, value in provenance().items() if name != "command"}
    arguments.out.write_text(json.dumps(figures | origin), encoding="utf-8")


if __name__ == "__main__":
    main()
