"""The part of a page that edits camera paths: keyframes in space and time."""

import dataclasses
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float

from nersemble.data_manager.rig import SENSOR_HEIGHT, SENSOR_WIDTH
from nersemble.errors import ConfigError, NersembleError
from nersemble.video.camera_path import CameraPath, Keyframe
from nersemble.viewer.path_files import Keyframes, PathFiles, path_from_bytes, path_to_bytes

_COLOR = (190, 30, 90)
_ASPECT = SENSOR_WIDTH / SENSOR_HEIGHT
_FRUSTUM_SCALE, _LINE = 0.35, 0.015
_POINTS_PER_KEYFRAME = 24
_NONE = "none yet"


class PageCamera(Protocol):
    """The page's interface for the editor."""

    def current_view(self) -> Keyframe: ...
    def go_to(self, keyframe: Keyframe) -> None: ...
    def preview(self, path: CameraPath | None) -> None: ...
    def refresh(self) -> None: ...
    def offer_command(self, path: Path) -> None: ...


class PathEditor:
    """One page's camera path."""

    def __init__(self, client: Any, files: PathFiles, camera: PageCamera) -> None:
        self._client, self._files, self._camera = client, files, camera
        self._lock = threading.RLock()
        self._keyframes = Keyframes()
        self._nodes: list[Any] = []
        self._running = False
        self._build()

    @property
    def drawn(self) -> bool:
        """Whether the path is visible in the picture."""
        return bool(self._nodes)

    def preview_ended(self) -> None:
        """Handle the end of the preview."""
        self._running = False
        self._preview.label = "Preview"

    def _build(self) -> None:
        gui = self._client.gui
        self._chosen = gui.add_dropdown("Keyframe", (_NONE,))
        self._second = gui.add_number("At second", 0.0, min=0.0, step=0.1)
        self._button("Add keyframe", self._add, "The current view and timestep, at that second")
        self._button("Move keyframe here", self._move, "In space and in time")
        self._button("Go to keyframe", self._go_to)
        self._button("Delete keyframe", self._delete)
        self._preview = self._button("Preview", self._toggle_preview)
        self._name = gui.add_text("Name", "path")
        self._button("Save", self._save, "Into the run's folder camera_paths")
        self._button(
            "Command for this path", self._offer_command, "Saves the path, then nersemble render"
        )
        self._stored = gui.add_dropdown("Saved paths", self._stored_names())
        self._button("Load", self._load)
        self._button("Download", self._download)
        upload = gui.add_upload_button("Upload", mime_type="application/json")
        upload.on_upload(lambda event: self._upload(event.target.value.content))
        self._chosen.on_update(self._choose)

    def _button(self, label: str, action: Callable[[], None], hint: str | None = None) -> Any:
        button = self._client.gui.add_button(label, hint=hint)

        def act(_: Any) -> None:
            with self._reporting():
                action()

        button.on_click(act)
        return button

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except NersembleError as error:
                self._say("Camera path", str(error))

    def _say(self, title: str, text: str) -> None:
        self._client.add_notification(title, text, auto_close_seconds=10.0)

    @property
    def _index(self) -> int:
        """Of the chosen keyframe.

        Raises:
            ConfigError: there is none.
        """
        names = self._labels()
        if self._chosen.value not in names:
            raise ConfigError("The path has no keyframe yet: add one.")
        return names.index(self._chosen.value)

    def _labels(self) -> list[str]:
        return [
            f"{number}: second {k.seconds:g}, timestep {k.timestep:g}"
            for number, k in enumerate(self._keyframes.all, 1)
        ]

    def _view_at_second(self) -> Keyframe:
        return dataclasses.replace(self._camera.current_view(), seconds=float(self._second.value))

    def _add(self) -> None:
        keyframe = self._view_at_second()
        self._change(self._keyframes.add(keyframe), keyframe)
        self._second.value = self._keyframes.next_second

    def _move(self) -> None:
        keyframe = self._view_at_second()
        self._change(self._keyframes.move(self._index, keyframe), keyframe)

    def _delete(self) -> None:
        self._change(self._keyframes.delete(self._index), None)
        self._second.value = self._keyframes.next_second

    def _go_to(self) -> None:
        self._camera.go_to(self._keyframes.all[self._index])

    def _choose(self, event: Any) -> None:
        if event.client is not None and self._keyframes.all:
            self._second.value = self._keyframes.all[self._index].seconds

    def _toggle_preview(self) -> None:
        path = None if self._running else self._keyframes.path()
        if path is not None and len(path.keyframes) < 2:
            raise ConfigError("A preview needs two keyframes: add another one.")
        self._running = path is not None
        self._preview.label = "Stop preview" if self._running else "Preview"
        self._camera.preview(path)

    def _save(self) -> None:
        self._say("Saved", str(self._saved()))

    def _saved(self) -> Path:
        file = self._files.save(self._name.value, self._keyframes.path())
        self._stored.options = self._stored_names()
        return file

    def _offer_command(self) -> None:
        self._camera.offer_command(self._saved())

    def _load(self) -> None:
        if self._stored.value == _NONE:
            raise ConfigError("The run's folder has no saved path yet: save one.")
        path = self._files.load(self._stored.value)
        self._name.value = self._stored.value
        self._replace(path)

    def _download(self) -> None:
        content = path_to_bytes(self._keyframes.path())
        self._client.send_file_download("camera_path.json", content, save_immediately=True)

    def _upload(self, content: bytes) -> None:
        with self._reporting():
            self._replace(path_from_bytes(content))

    def _replace(self, path: CameraPath) -> None:
        self._change(Keyframes(path.keyframes), path.keyframes[0])
        self._second.value = self._keyframes.next_second

    def _stored_names(self) -> tuple[str, ...]:
        return tuple(self._files.names()) or (_NONE,)

    def _change(self, keyframes: Keyframes, chosen: Keyframe | None) -> None:
        self._keyframes = keyframes
        labels = self._labels()
        self._chosen.options = tuple(labels) or (_NONE,)
        if chosen is not None:
            self._chosen.value = labels[keyframes.all.index(chosen)]
        self._draw()
        self._camera.refresh()

    def _draw(self) -> None:
        scene = self._client.scene
        for node in self._nodes:
            node.remove()
        self._nodes = [
            scene.add_camera_frustum(
                f"/path/{number}",
                fov=math.radians(keyframe.vertical_fov_degrees),
                aspect=_ASPECT,
                scale=_FRUSTUM_SCALE,
                thickness=_LINE,
                color=_COLOR,
                wxyz=keyframe.orientation_wxyz,
                position=keyframe.position,
            )
            for number, keyframe in enumerate(self._keyframes.all, 1)
        ]
        if len(self._keyframes.all) > 1:
            points = line_of(self._keyframes.path())
            self._nodes.append(
                scene.add_line_segments("/path/line", points=points, colors=_COLOR, thickness=_LINE)
            )


def line_of(path: CameraPath) -> Float[np.ndarray, "n 2 3"]:
    """The camera's trajectory as short lines, model world."""
    first, last = path.keyframes[0].seconds, path.duration
    moments = np.linspace(first, last, _POINTS_PER_KEYFRAME * (len(path.keyframes) - 1) + 1)
    positions = [path.at(moment).position for moment in moments.tolist()]
    return np.asarray(list(pairwise(positions)), dtype=np.float32)
