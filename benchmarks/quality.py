"""A training run on the capture SHAKE, timed from the first step to the last, then evaluated.

    python benchmarks/quality.py --data ROOT --steps 4000 --out quality.json

ROOT holds participant 901, sequence SHAKE (../shared/captures/README.md says how it is rendered).
Compilation counts: use an empty TRITON_CACHE_DIR. The clock, the settings and the 12 pictures (4
held-out cameras at timesteps 0, 11, 23, grid unfiltered) are those of the original's run.
"""

import argparse
import json
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from common import (
    PARTICIPANT,
    Score,
    benchmark_config,
    held_bytes,
    mean_score,
    open_capture,
    open_trainer,
    provenance,
    score,
)
from nersemble.data_manager.dataset import Dataset
from nersemble.engines import Backend, ComputeOptions, choose_device, choose_engine
from nersemble.fields.windows import WindowState
from nersemble.fused.kernels.launching import Compilations, compilations
from nersemble.ops.colors import to_uint8
from nersemble.rendering.image import Renderer
from nersemble.training.loop import StepReport, TrainingLoop

TIMESTEPS = (0, 11, 23)
_N_RAYS_EVAL = 8192
_SETTLED = 300


@dataclass
class Clock:
    """Wall time at the end of every step, and what steps report."""

    began: float
    ends: list[float] = field(default_factory=list)
    reports: list[StepReport] = field(default_factory=list)

    def __call__(self, report: StepReport) -> None:
        """Notes a step; shows every thousandth."""
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
            "settled_step_ms": 1e3 * float(np.median(steps[-_SETTLED:])),
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
            truth, rgb = dataset.truth(serial, timestep), image.rgb.numpy()
            scores.append(score(rgb, truth))
            if pictures is not None and timestep == TIMESTEPS[1]:
                _save(pictures / f"cam_{index}_{timestep:05d}.png", truth.rgb, rgb)
    return mean_score(scores)


def _save(path: Path, *pictures: np.ndarray) -> None:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(to_uint8(np.concatenate(pictures, 1), "truncate")).save(path)


def run(
    root: Path, n_steps: int, backend: Backend, pictures: Path | None = None
) -> tuple[dict[str, Any], Dataset, TrainingLoop]:
    """Trains and evaluates; the figures, the capture and the trainer, still usable."""
    dataset = open_capture(root)
    config = benchmark_config(n_steps, dataset)
    device = choose_device("cuda")
    torch.cuda.reset_peak_memory_stats()
    options = ComputeOptions(backend=backend)
    engine = choose_engine(options, device, config.model, PARTICIPANT, to_train=True)
    store = dataset.train_store(16)
    with (
        compilations() as compiled,
        open_trainer(config, dataset, store, device, engine) as trainer,
    ):
        figures = train(trainer, n_steps, compiled)
        figures["allocated_gib"] = torch.cuda.max_memory_allocated() / 2**30
        figures["held_gib"] = held_bytes() / 2**30
        figures |= evaluate(dataset, trainer.renderer, trainer.windows, pictures)
    return figures, dataset, trainer


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--backend", choices=("auto", "triton", "torch"), default="auto")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    figures, _, _ = run(arguments.data, arguments.steps, arguments.backend, arguments.pictures)
    figures |= provenance()
    text = json.dumps(figures, indent=2)
    print(text)
    if arguments.out is not None:
        arguments.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
