"""The live viewer: a page that shows a finished run, or training in progress."""

import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from jaxtyping import UInt8

from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.page import BrowserPage, front_view
from nersemble.viewer.pictures import Subject, Truths
from nersemble.viewer.renderer import LiveRenderer
from nersemble.viewer.scene import forward_and_up
from nersemble.viewer.server import start_server
from nersemble.viewer.training_panel import TrainingProgress
from nersemble.viewer.turns import Turns

# A page that is being reloaded is disconnected for a moment.
_SECONDS_WITHOUT_PAGES = 10.0
_LONGEST_WAIT_SECONDS = 2.0


class Viewer:
    """Serves the page until it is closed.

    Training calls ``between_steps`` after each step, on its own thread, and otherwise uses the
    viewer as a tracker; a finished run needs neither.
    """

    def __init__(
        self, config: ViewerConfig, subject: Subject, *, n_steps: int | None = None
    ) -> None:
        """Start the server.

        Args:
            n_steps: total number of training steps; None for a finished run.

        Raises:
            ConfigError: the address is not available.
            MissingDependencyError: viser is not installed, or its version cannot be guarded.
        """
        self._config, self._subject = config, subject
        self._pages: dict[int, BrowserPage] = {}
        self._lock = threading.Lock()
        self._turns = Turns(live=n_steps is not None)
        self._training = None if n_steps is None else TrainingProgress(self._turns, n_steps)
        self._truths = Truths(subject.dataset)
        self._renderer = LiveRenderer(subject, self._truths, self._turns, self._tick)
        self._server, self.address = start_server(config, subject.label)
        view = front_view(subject)
        initial = self._server.initial_camera
        initial.position = view.position
        initial.look_at = (0.0, 0.0, 0.0)
        initial.up = tuple(forward_and_up(view.orientation_wxyz)[1].tolist())
        initial.fov = math.radians(view.vertical_fov_degrees)
        self._renderer.start()
        self._server.on_client_connect(self._connected)
        self._server.on_client_disconnect(self._disconnected)

    def __enter__(self) -> "Viewer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop rendering, then the server."""
        self._turns.end()
        self._renderer.stop()
        self._server.stop()

    def between_steps(self, step: int, step_seconds: float) -> None:
        """Let pages render, and wait while training is paused.

        Args:
            step: number of finished steps.
            step_seconds: duration of the last one.
        """
        self._renderer.model_changed()
        began = time.monotonic()
        self._turns.between_steps(step_seconds)
        if self._training is not None:
            waited = time.monotonic() - began
            # Only a pause takes longer.
            waited = waited if waited < step_seconds + _LONGEST_WAIT_SECONDS else 0.0
            self._training.stepped(step, step_seconds + waited)

    def stay(self, say: Callable[[str], None]) -> None:
        """After training: keep serving until all pages are closed, or Ctrl-C. Return at once if no
        page is open.

        Args:
            say: prints a message.
        """
        self._turns.end()
        if self._training is not None:
            self._training.end()
        if not self._server.get_clients():
            return
        say(f"Viewer: {self.address} stays until its pages are closed (or press Ctrl-C)")
        seen_at = time.monotonic()
        try:
            while time.monotonic() - seen_at < _SECONDS_WITHOUT_PAGES:
                time.sleep(0.2)
                if self._server.get_clients():
                    seen_at = time.monotonic()
        except KeyboardInterrupt:
            return

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Adds a point to each curve."""
        if self._training is not None:
            self._training.measured(step, values)

    def image(self, step: int, name: str, picture: UInt8[np.ndarray, "h w 3"]) -> None:
        """Do nothing: pages render their own pictures."""

    def _connected(self, client: Any) -> None:
        page = BrowserPage(
            client,
            self._subject,
            self._truths,
            self._renderer,
            self._config.max_resolution,
            self._training,
        )
        with self._lock:
            self._pages[client.client_id] = page
        # The client may have left while its page was being built.
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
