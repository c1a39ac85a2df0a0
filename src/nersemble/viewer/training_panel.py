"""A page's training panel: progress, curves, and a button that pauses training."""

import math
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
from jaxtyping import Float64

from nersemble.viewer.turns import Turns

_SECONDS_PER_UPDATE = 0.5
_CURVES = {"train/loss": "loss", "train/psnr": "PSNR (dB)"}
_HELD_OUT = "eval/psnr"
_MOST_POINTS = 200
_WEIGHT_OF_NEWEST = 0.02


class TrainingProgress:
    """Progress of training. The training thread updates it, panels show it."""

    def __init__(self, turns: Turns, n_steps: int) -> None:
        """``n_steps``: total number of steps."""
        self.turns, self.n_steps, self.step, self.ended = turns, n_steps, 0, False
        self._curves: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._seconds_per_step, self._n_timed = 0.0, 0
        self._panels: list[TrainingPanel] = []
        self._lock = threading.Lock()
        self._shown_at = -math.inf

    def stepped(self, step: int, seconds: float) -> None:
        """Record that ``step`` steps are done; the last took ``seconds``, including pages' time."""
        self._n_timed += 1
        weight = max(1 / self._n_timed, _WEIGHT_OF_NEWEST)
        self._seconds_per_step += (seconds - self._seconds_per_step) * weight
        self.step = step
        now = time.monotonic()
        if now - self._shown_at > _SECONDS_PER_UPDATE:
            self._shown_at = now
            self.show()

    def measured(self, step: int, values: Mapping[str, float]) -> None:
        """Add a point to each displayed curve."""
        with self._lock:
            for name in values.keys() & {*_CURVES, _HELD_OUT}:
                self._curves[name].append((step, float(values[name])))

    def end(self) -> None:
        """Record the end of training."""
        self.ended = True
        self.show()

    def add(self, panel: "TrainingPanel") -> None:
        """Notify a panel of changes from now on."""
        with self._lock:
            self._panels.append(panel)
        panel.show()

    def remove(self, panel: "TrainingPanel") -> None:
        """Remove the panel of a closed page."""
        with self._lock:
            self._panels = [other for other in self._panels if other is not panel]

    def show(self) -> None:
        """Notify all panels."""
        with self._lock:
            panels = list(self._panels)
        for panel in panels:
            panel.show()

    def text(self) -> str:
        """The status line."""
        if self.ended:
            line = f"Trained {self.step} steps"
        else:
            line = f"Step {self.step} of {self.n_steps}"
            if self.turns.paused:
                line += ", paused"
            elif self._n_timed:
                left = round(self._seconds_per_step * (self.n_steps - self.step))
                line += f", {timedelta(seconds=left)} left"
        held_out = self._curves.get(_HELD_OUT)
        return line + (f", held-out PSNR {held_out[-1][1]:.1f} dB" if held_out else "")

    def curve(self, name: str) -> tuple[Float64[np.ndarray, "n"], Float64[np.ndarray, "n"]]:
        """Steps and values, reduced to at most 200 means over equal spans."""
        with self._lock:
            points = np.array(self._curves.get(name, ()), np.float64).reshape(-1, 2)
        points = points[np.isfinite(points).all(1)]
        parts = np.array_split(points, min(len(points), _MOST_POINTS) or 1)
        means = np.array([part.mean(0) for part in parts if len(part)]).reshape(-1, 2)
        return means[:, 0].copy(), means[:, 1].copy()


class TrainingPanel:
    """One page's view of the training progress."""

    def __init__(self, client: Any, progress: TrainingProgress) -> None:
        """Add the controls to the client's current panel."""
        self._client, self._progress = client, progress
        gui = client.gui
        self._line = gui.add_markdown("")
        self._bar = gui.add_progress_bar(0.0)
        self._pause = gui.add_button("Pause training", hint="For all viewers")
        self._plots = {
            name: gui.add_uplot(
                (np.zeros(1), np.zeros(1)),
                ({"label": "step"}, {"label": label, "stroke": "#1f66c9", "width": 2}),
                title=label,
                scales={"x": {"time": False}},
                legend={"show": False},
                height=150,
                visible=False,
            )
            for name, label in _CURVES.items()
        }
        self._pause.on_click(lambda _: self._toggle())
        progress.add(self)

    def close(self) -> None:
        """Handle the browser's disconnection."""
        self._progress.remove(self)

    def show(self) -> None:
        """Show the current progress."""
        progress = self._progress
        self._line.content = progress.text()
        self._bar.value = 100.0 * progress.step / max(progress.n_steps, 1)
        self._pause.label = "Resume training" if progress.turns.paused else "Pause training"
        for name, plot in self._plots.items():
            curve = progress.curve(name)
            if len(curve[0]) > 1:
                plot.data, plot.visible = curve, True

    def _toggle(self) -> None:
        progress = self._progress
        if progress.ended:
            self._client.add_notification(
                "Training", "The training has ended: it cannot be paused.",
                auto_close_seconds=10.0,
            )  # fmt: skip
            return
        progress.turns.pause(not progress.turns.paused)
        progress.show()
