"""Pictures between two timesteps: train on every second timestep, score the others.

    python benchmarks/between_timesteps.py --data ROOT --ties 0 1e-3 1e-2 --seeds 3 --out FILE

ROOT holds participant 901, sequence SHAKE (../shared/captures/README.md says how it is rendered).
On a CPU, in minutes, with a smaller capture:

    python benchmarks/between_timesteps.py --data ROOT --participant 900 --sequence SEN-01-talk \
        --preset tiny --steps 700

The held-out cameras' pictures at a left-out timestep are compared with

- between: a picture half way between the two timesteps around it, codes interpolated;
- nearest: one of the two timesteps' pictures, which is shown without interpolation (mean of both);
- crossfade: the mean of these two pictures;
- and for reference, trained: the timesteps that were trained on, with their own ground truth.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import numpy as np

from common import (
    Score,
    add_training_arguments,
    mean_score,
    open_trainer,
    provenance,
    publish,
    score,
    training_config,
)
from nersemble.compute_options import ComputeOptions
from nersemble.config import RunConfig
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.engines import choose_device, choose_engine
from nersemble.fields.windows import WindowState
from nersemble.ops.colors import on_host
from nersemble.presets import PRESETS
from nersemble.rendering.image import Renderer

_N_RAYS_EVAL = 8192


def every_second(dataset: Dataset) -> Dataset:
    """The same cameras, with every second timestep."""
    numbers = dataset.splits.frame_numbers[::2]
    return replace(dataset, splits=replace(dataset.splits, frame_numbers=numbers))


def scores(
    whole: Dataset, trained: Dataset, renderer: Renderer, windows: WindowState
) -> dict[str, Score]:
    """Mean scores over the held-out cameras and all timesteps of a kind."""
    found: dict[str, list[Score]] = {}
    for camera, serial in zip(trained.eval_cameras, trained.splits.eval_serials, strict=True):

        def picture(moment: float, camera: Any = camera) -> np.ndarray:
            return on_host(renderer.image(camera, moment, windows, _N_RAYS_EVAL).rgb)

        own = [picture(timestep) for timestep in range(trained.splits.n_timesteps)]
        for timestep, shown in enumerate(own):
            truth = trained.truth(serial, timestep)
            found.setdefault("trained", []).append(score(shown, truth))
        for earlier, (first, second) in enumerate(pairwise(own)):
            truth = whole.truth(serial, 2 * earlier + 1)
            found.setdefault("between", []).append(score(picture(earlier + 0.5), truth))
            found.setdefault("nearest", []).extend(score(p, truth) for p in (first, second))
            found.setdefault("crossfade", []).append(score((first + second) / 2, truth))
    return {name: mean_score(of_pictures) for name, of_pictures in found.items()}


def runs(whole: Dataset, config: RunConfig, arguments: argparse.Namespace) -> Iterator[Any]:
    """Trains once for each weight of the tie and each seed, and scores."""
    trained = every_second(whole)
    device = choose_device(arguments.device)
    options = ComputeOptions(backend=arguments.backend)
    store = trained.train_store(2)
    for tie, number in product(arguments.ties, range(arguments.seeds)):
        seed = config.loop.seed + number
        losses = replace(config.losses, lambda_time_smoothness_loss=tie)
        one = replace(config, losses=losses, loop=replace(config.loop, seed=seed))
        engine = choose_engine(options, device, one.model, arguments.participant, to_train=True)
        with open_trainer(one, trained, store, device, engine, arguments.participant) as trainer:
            began = time.perf_counter()
            trainer.run(arguments.steps, lambda _: None)
            seconds = time.perf_counter() - began
            figures = scores(whole, trained, trainer.renderer, trainer.windows)
        yield {"tie": tie, "seed": seed, "seconds": seconds, **figures}


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_training_arguments(parser)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--ties", type=float, nargs="+", default=[0.0, 1e-3, 1e-2])
    parser.add_argument("--seeds", type=int, default=1, help="trainings for each tie")
    arguments = parser.parse_args()
    preset = PRESETS[arguments.preset]
    whole = open_dataset(arguments.data, arguments.participant, arguments.sequence, preset.data)
    config = training_config(arguments.preset, arguments.steps, every_second(whole))
    found = []
    for figures in runs(whole, config, arguments):
        print(json.dumps(figures), flush=True)
        found.append(figures)
    publish({"runs": found, **provenance()}, arguments.out)


if __name__ == "__main__":
    main()
