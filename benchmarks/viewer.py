"""Latency of the viewer, and its cost during training, as JSON.

    python benchmarks/viewer.py NERS-1 --models_path MODELS --data_path DATA --out FILE

Serves a finished run on the loopback to a process that receives what a browser would
(viewer_client.py, which needs the packages of the viewer but no browser). Then shows it to a page
that stands for a browser's, without sending pictures anywhere: the first coarse picture, all rows
of a still one, pictures a second of a moving one. Then trains the run's settings anew beside
nobody, a still page, and a page that moves without a pause; --only_received leaves these two out.
"""

import argparse
import dataclasses
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from common import open_trainer, provenance, publish
from nersemble.compute_options import ComputeOptions
from nersemble.engines import choose_engine
from nersemble.env import Roots
from nersemble.jobs.loading import open_run
from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.page import front_view
from nersemble.viewer.pictures import ShownPicture, Subject, Truths, Viewpoint
from nersemble.viewer.renderer import LiveRenderer, Page
from nersemble.viewer.turns import Turns
from nersemble.viewer.viewer import Viewer

_SIZES = ((600, 900), (1080, 1920))
_PATIENCE_S = 120.0


class Visitor:
    """A page that records when pictures arrive, and may request the next one at once."""

    def __init__(self, subject: Subject, renderer: LiveRenderer, size: tuple[int, int]) -> None:
        self._view, self._renderer = front_view(subject), renderer
        self._rows, self._aspect = size[0], size[1] / size[0]
        self._asked_at = 0.0
        self._turn = 0
        self._moves = False
        self._full = threading.Event()
        self.waits: list[float] = []
        self.rows: list[int] = []
        self._page = Page(self._show, self._complain)
        renderer.add(self._page)

    def ask(self, *, moves: bool = False) -> None:
        """Request another view; ``moves``: and a further one as soon as it arrives."""
        self._moves = moves
        self._turn += 1
        x, y, z = self._view.position
        moved = dataclasses.replace(self._view, position=(x + 0.01 * (self._turn % 50), y, z))
        self._asked_at = time.perf_counter()
        viewpoint = Viewpoint(moved, self._aspect, "rgb")
        self._renderer.want(self._page, viewpoint, self._rows, moving=moves)

    def wait_for_all_rows(self) -> None:
        """Wait until a picture with all rows has arrived."""
        if not self._full.wait(_PATIENCE_S):
            raise SystemExit(f"no picture of {self._rows} rows within {_PATIENCE_S:.0f} s")

    def leave(self) -> None:
        """Stop requesting pictures."""
        self._renderer.remove(self._page)

    def _show(self, picture: ShownPicture, _: float) -> None:
        self.waits.append(time.perf_counter() - self._asked_at)
        self.rows.append(picture.rgb.shape[0])
        if picture.rgb.shape[0] == self._rows:
            self._full.set()
        if self._moves:
            self.ask(moves=True)

    def _complain(self, sentence: str) -> None:
        raise SystemExit(sentence)


def received(subject: Subject, seconds: float, rows: int = 1080) -> dict[str, Any]:
    """The pictures that a browser on this machine receives on a page with these rows."""
    client = Path(__file__).with_name("viewer_client.py")
    with Viewer(ViewerConfig(port=0), subject) as viewer:
        size = "--rows", str(rows), "--columns", str(rows * 16 // 9)
        command = [sys.executable, str(client), viewer.address, "--seconds", str(seconds), *size]
        found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(found.stdout)
    return figures


def shown(subject: Subject, size: tuple[int, int], seconds: float) -> dict[str, float]:
    """A finished run: a page is opened, then moves constantly."""
    turns = Turns(live=False)
    renderer = LiveRenderer(subject, Truths(subject.dataset), turns, lambda now: None)
    renderer.start()
    visitor = Visitor(subject, renderer, size)
    visitor.ask()
    visitor.wait_for_all_rows()
    first, full = visitor.waits[0], visitor.waits[-1]
    visitor.waits.clear()
    visitor.rows.clear()
    visitor.ask(moves=True)
    time.sleep(seconds)
    visitor.leave()
    renderer.stop()
    return {
        "first_coarse_s": first,
        "all_rows_s": full,
        "moving_pictures_per_second": len(visitor.waits) / seconds,
        "moving_rows": statistics.median(visitor.rows),
        "moving_wait_worst_s": max(visitor.waits),
    }


def beside_training(
    subject: Subject, train: Callable[[float, Callable[[float], None]], int], seconds: float
) -> dict[str, Any]:
    """Training steps per second, and the time until a page's first picture of a view."""
    figures: dict[str, Any] = {}
    for name in ("nobody", "still", "moving"):
        turns = Turns(live=True)
        renderer = LiveRenderer(subject, Truths(subject.dataset), turns, lambda now: None)
        renderer.start()
        visitor = Visitor(subject, renderer, _SIZES[0]) if name != "nobody" else None
        if visitor is not None:
            visitor.ask(moves=name == "moving")

        def between_steps(
            step_seconds: float, renderer: LiveRenderer = renderer, turns: Turns = turns
        ) -> None:
            renderer.model_changed()
            turns.between_steps(step_seconds)

        n_steps = train(seconds, between_steps)
        turns.end()
        renderer.stop()
        figures[name] = {"steps_per_second": n_steps / seconds}
        if visitor is not None:
            waits = np.array(visitor.waits if name == "moving" else visitor.waits[:1])
            figures[name] |= {"wait_mean_s": waits.mean(), "wait_worst_s": waits.max()}
    return figures


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """All figures."""
    roots = Roots(arguments.data_path, arguments.models_path)
    loaded = open_run(arguments.run, -1, roots, ComputeOptions())
    config, participant = loaded.description.config, loaded.description.participant
    device, dataset, folder = loaded.model.device, loaded.dataset, Path("unused")
    subject = Subject("run", loaded.renderer, lambda: loaded.windows, dataset, folder, list)
    figures: dict[str, Any] = {"received": received(subject, arguments.seconds)}
    if arguments.only_received:
        return figures | provenance()
    figures |= {
        f"{width}x{height}": shown(subject, (height, width), arguments.seconds)
        for height, width in _SIZES
    }
    store = dataset.train_store(4)
    engine = choose_engine(ComputeOptions(), device, config.model, participant, to_train=True)
    with open_trainer(config, dataset, store, device, engine, participant) as trainer:
        trainer.run(arguments.warm_up_steps, lambda report: None)
        live = Subject("training", trainer.renderer, lambda: trainer.windows, dataset, folder, list)

        def train(seconds: float, between_steps: Callable[[float], None]) -> int:
            first, until = trainer.step, time.perf_counter() + seconds
            while time.perf_counter() < until:
                trainer.run(trainer.step + 1, lambda report: between_steps(report.seconds))
            if device.type == "cuda":
                torch.cuda.synchronize()
            return trainer.step - first

        figures["beside_training"] = beside_training(live, train, arguments.seconds)
    return figures | provenance()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--models_path", type=Path, required=True)
    parser.add_argument("--data_path", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--only_received", action="store_true")
    parser.add_argument("--warm_up_steps", type=int, default=20)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    publish(measure(arguments), arguments.out)


if __name__ == "__main__":
    main()
