"""The part of a page that saves its view as a picture or as a render command."""

import hashlib
import io
import re
import threading
from collections.abc import Callable
from typing import Any

from PIL import Image

from nersemble.data_manager.rig import SENSOR_HEIGHT, SENSOR_WIDTH
from nersemble.errors import NersembleError
from nersemble.video.camera_path import CameraPath
from nersemble.viewer.path_files import PathFiles, path_to_bytes
from nersemble.viewer.pictures import ShownPicture, Subject, Viewpoint
from nersemble.viewer.render_command import offer_to_copy, render_command
from nersemble.viewer.renderer import LiveRenderer, Page

_LARGEST_SIDE = 8192


class PicturePanel:
    """Saves a picture of any size, and offers the command that renders the view."""

    def __init__(
        self,
        client: Any,
        subject: Subject,
        renderer: LiveRenderer,
        viewpoint: Callable[[], Viewpoint],
    ) -> None:
        """Add the controls to the client's current panel. ``viewpoint`` returns what the page
        shows."""
        self._client, self._subject, self._renderer = client, subject, renderer
        self._viewpoint = viewpoint
        # Separate from the paths that users save under their own names.
        self._files = PathFiles(subject.paths_folder / "views")
        self._pages: list[Page] = []
        self._lock = threading.Lock()
        gui = client.gui
        whole = {"min": 1, "max": _LARGEST_SIDE, "step": 1}
        self._width = gui.add_number("Width", SENSOR_WIDTH // 2, **whole)
        self._height = gui.add_number("Height", SENSOR_HEIGHT // 2, **whole)
        save = gui.add_button("Save picture", hint="As PNG, without cameras, box and grid")
        command = gui.add_button("Render command", hint="To copy: nersemble render for this view")
        save.on_click(lambda _: self._save())
        command.on_click(lambda _: self._offer_command())

    def close(self) -> None:
        """Cancel the pictures in progress."""
        with self._lock:
            pages, self._pages = self._pages, []
        for page in pages:
            self._renderer.remove(page)

    def _save(self) -> None:
        """Request the picture like a separate page, and send it once all rows are rendered."""
        width, height = (
            min(max(int(side.value), 1), _LARGEST_SIDE) for side in (self._width, self._height)
        )
        shown = self._viewpoint()
        wanted = Viewpoint(shown.keyframe, width / height, shown.channel, False, shown.background)
        said = self._client.add_notification(
            "Saving a picture", f"Rendering {width} x {height} pixels.", loading=True,
            with_close_button=False,
        )  # fmt: skip

        def show(picture: ShownPicture, _: float) -> None:
            if len(picture.rgb) < height:
                return
            self._end(page)
            said.remove()
            content = io.BytesIO()
            Image.fromarray(picture.rgb).save(content, "PNG", compress_level=4)
            self._client.send_file_download(
                self._name(shown), content.getvalue(), save_immediately=True
            )

        def complain(message: str) -> None:
            self._end(page)
            said.remove()
            self._say("Cannot save this picture", message)

        page = Page(show, complain)
        with self._lock:
            self._pages.append(page)
        self._renderer.add(page)
        self._renderer.want(page, wanted, height, moving=False)

    def _end(self, page: Page) -> None:
        with self._lock:
            if page in self._pages:
                self._pages.remove(page)
        self._renderer.remove(page)

    def _name(self, shown: Viewpoint) -> str:
        label = re.sub(r"[^\w.-]+", "_", self._subject.label)
        return f"{label}_{shown.channel}_timestep-{round(shown.keyframe.timestep)}.png"

    def _offer_command(self) -> None:
        shown = self._viewpoint()
        path = CameraPath((shown.keyframe,))
        # Equal views share a file, and an earlier command keeps its own.
        name = hashlib.sha256(path_to_bytes(path)).hexdigest()[:12]
        try:
            words = self._subject.render_command()
            file = self._files.save(name, path)
            offer_to_copy(self._client, render_command(words, file, shown, is_still=True))
        except NersembleError as error:
            self._say("Render command", str(error))

    def _say(self, title: str, text: str) -> None:
        self._client.add_notification(title, text, auto_close_seconds=10.0)
