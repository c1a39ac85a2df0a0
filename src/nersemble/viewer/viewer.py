"""The live viewer: a page that shows a finished run, or a training that goes on."""

import math
import threading
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import UInt8

from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.page import BrowserPage, front_view
from nersemble.viewer.pictures import Subject, Truths
from nersemble.viewer.renderer import LiveRenderer
from nersemble.viewer.scene import forward_and_up
from nersemble.viewer.server import start_server
from nersemble.viewer.turns import Turns

_METRICS_SECONDS = 0.5


class Viewer:
    """Serves the page until it is closed.

    A training calls ``between_steps`` after each of its steps, on its own thread, and uses the rest
    as one of its trackers; a finished run (``live=False``) needs none of that.
    """

    def __init__(self, config: ViewerConfig, subject: Subject, *, live: bool) -> None:
        """Starts to serve.

        Raises:
            ConfigError: the address cannot be served on.
            MissingDependencyError: viser is not installed, or is one that cannot be guarded.
        """
        self._config, self._subject = config, subject
        self._pages: dict[int, BrowserPage] = {}
        self._lock = threading.Lock()
        self._turns = Turns(live=live)
        self._truths = Truths(subject.dataset)
        self._renderer = LiveRenderer(subject, self._truths, self._turns, self._tick)
        self._server, self.address = start_server(config, subject.label)
        view = front_view(subject)
        initial = self._server.initial_camera
        initial.position = view.position
        initial.look_at = (0.0, 0.0, 0.0)
        initial.up = tuple(forward_and_up(view.orientation_wxyz)[1].tolist())
        initial.fov = math.radians(view.vertical_fov_degrees)
        self._metrics: Any = None
        self._metrics_at = 0.0
        self._values: dict[str, float] = {}
        if live:
            self._build_training_panel()
        self._renderer.start()
        self._server.on_client_connect(self._connected)
        self._server.on_client_disconnect(self._disconnected)

    def __enter__(self) -> "Viewer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the rendering, then the server."""
        self._turns.end()
        self._renderer.stop()
        self._server.stop()

    def between_steps(self, step: int, step_seconds: float) -> None:
        """Lets pages render and, while training is paused, waits.

        Args:
            step: steps done.
            step_seconds: what the last one took.
        """
        self._values["step"] = float(step)
        self._show_metrics()
        self._renderer.model_changed()
        self._turns.between_steps(step_seconds)

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Shows the newest value of each curve."""
        self._values |= {name: float(value) for name, value in values.items()}
        self._show_metrics()

    def image(self, step: int, name: str, picture: UInt8[np.ndarray, "h w 3"]) -> None:
        """Pages render for themselves."""

    def _build_training_panel(self) -> None:
        gui = self._server.gui
        with gui.add_folder("Training"):
            pause = gui.add_button("Pause training")
            self._metrics = gui.add_markdown("")

        def toggle(_: Any) -> None:
            with self._lock:
                self._turns.pause(not self._turns.paused)
                pause.label = "Resume training" if self._turns.paused else "Pause training"

        pause.on_click(toggle)

    def _show_metrics(self) -> None:
        now = time.monotonic()
        if self._metrics is not None and now - self._metrics_at > _METRICS_SECONDS:
            self._metrics_at = now
            rows = [f"| {name} | {value:.5g} |" for name, value in self._values.items()]
            self._metrics.content = "\n".join(["| | |", "| --- | --- |", *rows])

    def _connected(self, client: Any) -> None:
        page = BrowserPage(
            client, self._subject, self._truths, self._renderer, self._config.max_resolution
        )
        with self._lock:
            self._pages[client.client_id] = page
        # It may have left while its page was being built.
        if client.client_id not in self._server.get_clients():
            self._disconnected(client)

    def _disconnected(self, client: Any) -> None:
        with self._lock:
            page = self._pages.pop(client.client_id, None)
        if page is not None:
            page.close()

    def _tick(self, now: float) -> None:
        with self._lock:
            pages = list(self._pages.values())
        for page in pages:
            page.tick(now)
