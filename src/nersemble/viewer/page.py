"""One browser's page: its view, its controls, and their requests to the renderer."""

import dataclasses
import math
import threading
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch

from nersemble.data_manager.rig import FRAMES_PER_SECOND
from nersemble.geometry.camera import Camera
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.rendering.config import Background
from nersemble.video.camera_path import CameraPath, Keyframe
from nersemble.video.trajectories import FRONT_DISTANCE_METRES
from nersemble.viewer.color_bars import color_bar
from nersemble.viewer.path_editor import PathEditor
from nersemble.viewer.path_files import PathFiles
from nersemble.viewer.picture_panel import PicturePanel
from nersemble.viewer.pictures import (
    ShownPicture,
    Subject,
    Truths,
    Viewpoint,
    vertical_fov_degrees,
)
from nersemble.viewer.playback import Playback, Preview
from nersemble.viewer.render_command import offer_to_copy, render_command
from nersemble.viewer.renderer import LiveRenderer, Page
from nersemble.viewer.scene import SceneObjects, forward_and_up, quaternion
from nersemble.viewer.training_panel import TrainingPanel, TrainingProgress

_STILL_AFTER_SECONDS = 0.25
_GRID_SECONDS = 3.0
_STATUS_SECONDS = 0.25
_JPEG_QUALITY = 90
_FIELDS_OF_VIEW = (2.0, 120.0)
# Pixels; on narrower pages viser puts panels at the bottom.
_SMALL_SCREEN = 576
_ONE_TIMESTEP = "This run has only one timestep: nothing to play."
# viser keeps a page whose server is gone, and disables pointer events on its controls.
_SERVER_GONE = """<style>
.server-gone { display: none; }
[style*="pointer-events: none"] .server-gone {
  display: block; position: fixed; inset: 0 0 auto 0; z-index: 1000; padding: 8px;
  background: #a00; color: #fff; text-align: center; font: 16px sans-serif;
}
</style>
<div class="server-gone" role="alert">The viewer has ended or cannot be reached: this is its last
picture. Start it again, and the page goes on.</div>"""


class BrowserPage:
    """The controls of one viser client. Callbacks run on viser's threads, ``tick`` on the
    renderer's, and pictures arrive on a thread of the page."""

    def __init__(
        self,
        client: Any,
        subject: Subject,
        truths: Truths,
        renderer: LiveRenderer,
        max_resolution: int,
        training: TrainingProgress | None = None,
    ) -> None:
        self._client, self._subject, self._truths = client, subject, truths
        self._renderer, self._max_resolution = renderer, max_resolution
        self._training = training
        self._lock = threading.RLock()
        self._playback: Playback | None = None
        self._preview: Preview | None = None
        self._camera = self._camera_of_client()
        self._moved_at = -math.inf
        self._grid_at = self._status_at = 0.0
        self._objects = SceneObjects(client, subject, truths, self._go_to_camera)
        self._page = Page(self._show, self._say)
        self._build()
        client.camera.on_update(lambda _: self._camera_moved())
        renderer.add(self._page)
        self._want(moving=False)

    def close(self) -> None:
        """Handle the browser's disconnection."""
        self._renderer.remove(self._page)
        self._pictures_of_it.close()
        if self._training_panel is not None:
            self._training_panel.close()

    def tick(self, now: float) -> None:
        """Advance time and camera, and detect when nothing moves any more."""
        with self._lock:
            if self._preview is not None:
                self._run_preview(self._preview, now)
            elif self._playback is not None:
                timestep = int(self._playback.at(now))
                if timestep != self._time.value:
                    self._time.value = timestep
                    self._want(moving=True)
            elif self._page.moving and now - self._moved_at > _STILL_AFTER_SECONDS:
                self._want(moving=False)

    def _build(self) -> None:
        gui = self._client.gui
        gui.add_html(_SERVER_GONE)
        self._status = gui.add_markdown("")
        self._progress = gui.add_markdown("", visible=self._training is not None)
        panel, files = gui.add_panel(), PathFiles(self._subject.paths_folder)
        # On a small screen tabs are closed; other controls would cover the chin.
        is_small = self._client.camera.image_width < _SMALL_SCREEN
        with panel.add_tab("View") if is_small else nullcontext():
            self._build_time()
            self._build_view()
        with panel.add_tab("Scene"):
            self._build_scene()
        with panel.add_tab("Picture"):
            self._pictures_of_it = PicturePanel(
                self._client, self._subject, self._renderer, self._viewpoint
            )
        with panel.add_tab("Path"):
            self._editor = PathEditor(self._client, files, self)
        self._training_panel: TrainingPanel | None = None
        if self._training is not None:
            with panel.add_tab("Training"):
                self._training_panel = TrainingPanel(self._client, self._training)
        panel.dock_below(gui.main_panel)

    def _build_time(self) -> None:
        gui = self._client.gui
        last = self._subject.dataset.splits.n_timesteps - 1
        self._time = gui.add_slider(
            "Timestep", min=0, max=max(last, 1), step=1, initial_value=0, disabled=last == 0,
            hint=_ONE_TIMESTEP if last == 0 else None,
        )  # fmt: skip
        self._play = gui.add_button("Play")
        self._time.on_update(self._changed)
        self._play.on_click(lambda _: self._toggle_playback())

    def _build_view(self) -> None:
        gui = self._client.gui
        self._channel = gui.add_dropdown(
            "Channel", self._subject.channels, hint="error: against the nearest camera's picture"
        )
        self._color_bar = gui.add_html("", visible=False)
        low, high = _FIELDS_OF_VIEW
        self._fov = gui.add_slider(
            "Field of view", min=low, max=high, step=0.1, hint="Vertical angle, degrees",
            initial_value=_shown_fov(self._camera),
        )  # fmt: skip
        self._background = gui.add_rgb("Background", (255, 255, 255))
        self._rows = gui.add_slider(
            "Rows at most", min=16, max=self._max_resolution, step=1,
            initial_value=self._max_resolution,
        )  # fmt: skip
        self._speed = gui.add_slider(
            "Speed", min=1, max=FRAMES_PER_SECOND, step=1, initial_value=24,
            hint="Timesteps per second",
        )  # fmt: skip
        nearest = gui.add_button("Nearest camera")
        front = gui.add_button("Front")
        for control in (self._channel, self._background, self._rows):
            control.on_update(self._changed)
        self._fov.on_update(self._change_fov)
        self._speed.on_update(lambda _: self._change_speed())
        nearest.on_click(lambda _: self._go_to_nearest())
        front.on_click(lambda _: self.go_to(front_view(self._subject)))

    def _build_scene(self) -> None:
        gui = self._client.gui
        self._cameras = gui.add_checkbox("Cameras", False, hint="Click one to look through it")
        self._pictures = gui.add_checkbox("Pictures of the cameras", False)
        self._box = gui.add_checkbox("Scene box", False)
        self._grid = gui.add_checkbox("Occupancy grid", False)
        for toggle in (self._cameras, self._pictures, self._box, self._grid):
            toggle.on_update(self._draw)

    # Interface for the path editor

    def current_view(self) -> Keyframe:
        """The page's camera and timestep; seconds are 0."""
        return dataclasses.replace(self._camera, timestep=float(self._time.value))

    def go_to(self, keyframe: Keyframe) -> None:
        """Move the page's camera and time."""
        with self._lock:
            self._place_camera(keyframe)
            self._camera = keyframe
            self._show_values_of(keyframe)
            self._want(moving=False)

    def refresh(self) -> None:
        """Handle a change of the scene's drawings."""
        with self._lock:
            self._want(moving=self._playback is not None or self._preview is not None)

    def preview(self, path: CameraPath | None) -> None:
        """Play a path, or stop at the current view."""
        with self._lock:
            stopped, self._playback = self._preview, None
            self._preview = Preview(path, time.monotonic()) if path is not None else None
            self._play.label = "Play"
            if stopped is not None and path is None:
                self._want(moving=False)

    def _run_preview(self, preview: Preview, now: float) -> None:
        keyframe = preview.keyframe(now)
        if keyframe is None:
            self._preview = None
            self.go_to(preview.path.at(preview.path.duration))
            self._editor.preview_ended()
        elif not self._page.needs_coarse:
            self._camera = keyframe
            self._place_camera(keyframe)
            self._show_values_of(keyframe)
            self._want(moving=True, view=keyframe)

    def _show_values_of(self, keyframe: Keyframe) -> None:
        self._time.value = round(keyframe.timestep)
        self._fov.value = _shown_fov(keyframe)

    def offer_command(self, path: Path) -> None:
        """Show the command that renders a saved camera path, for copying."""
        words = self._subject.render_command()
        command = render_command(words, path, self._viewpoint(), is_still=False)
        offer_to_copy(self._client, command)

    # Reactions

    def _camera_moved(self) -> None:
        with self._lock:
            # While a path plays, the browser only echoes its camera.
            if self._preview is None:
                self._camera = self._camera_of_client()
                self._fov.value = _shown_fov(self._camera)
                self._moved_at = time.monotonic()
                self._want(moving=True)

    def _changed(self, event: Any) -> None:
        if event.client is not None:  # not our own change of the value
            with self._lock:
                if event.target is self._time and self._playback is not None:
                    self._restart_playback()
                if event.target is self._channel:
                    box = self._subject.renderer.model.grid.scene_box.cpu()
                    self._color_bar.content = color_bar(self._channel.value, box)
                    self._color_bar.visible = bool(self._color_bar.content)
                self.refresh()
                self._refresh_pictures()

    def _change_fov(self, event: Any) -> None:
        if event.client is not None:
            with self._lock:
                fov = float(self._fov.value)
                self._camera = dataclasses.replace(self._camera, vertical_fov_degrees=fov)
                self._client.camera.fov = math.radians(fov)
                self._want(moving=False)

    def _toggle_playback(self) -> None:
        if self._subject.dataset.splits.n_timesteps == 1:
            self._client.add_notification("Play", _ONE_TIMESTEP, auto_close_seconds=10.0)
            return
        with self._lock:
            if self._playback is None:
                self.preview(None)
                self._restart_playback()
                self._play.label = "Pause"
            else:
                self._playback = None
                self._play.label = "Play"
                self._want(moving=False)
                self._refresh_pictures()

    def _restart_playback(self) -> None:
        n_timesteps = self._subject.dataset.splits.n_timesteps
        self._playback = Playback(
            time.monotonic(), self._time.value, self._speed.value, n_timesteps
        )

    def _change_speed(self) -> None:
        with self._lock:
            if self._playback is not None:
                self._playback = self._playback.at_rate(self._speed.value, time.monotonic())

    def _draw(self, event: Any) -> None:
        # Their pictures are in the cameras.
        if event.target is self._pictures and self._pictures.value:
            self._cameras.value = True
        self._objects.show_cameras(self._cameras.value)
        self._objects.show_box(self._box.value)
        self._objects.show_grid(self._grid.value)
        self._refresh_pictures()
        self.refresh()

    def _refresh_pictures(self) -> None:
        if self._cameras.value and self._playback is None:
            timestep = self._time.value if self._pictures.value else None
            threading.Thread(
                target=self._objects.show_pictures, args=(timestep,), daemon=True
            ).start()

    def _go_to_nearest(self) -> None:
        camera = Viewpoint(self._camera, 1.0, "rgb").camera(16)
        self._go_to_camera(self._truths.cameras[self._truths.nearest(camera)])

    def _go_to_camera(self, camera: Camera) -> None:
        self.go_to(view_of(camera, self._time.value))

    # The browser's camera

    def _camera_of_client(self) -> Keyframe:
        camera = self._client.camera
        w, x, y, z = (float(value) for value in camera.wxyz)
        px, py, pz = (float(value) for value in camera.position)
        fov = math.degrees(camera.fov)
        return Keyframe(0.0, 0.0, (px, py, pz), (w, x, y, z), fov)

    def _place_camera(self, keyframe: Keyframe) -> None:
        forward, up = forward_and_up(keyframe.orientation_wxyz)
        position = torch.tensor(keyframe.position, dtype=torch.float64).numpy()
        # Orbit around the point of the line of sight that is nearest to the head.
        distance = max(float(-position @ forward), 1.0)
        with self._client.atomic():
            camera = self._client.camera
            camera.position = position
            camera.look_at = position + distance * forward
            camera.up_direction = up
            camera.fov = math.radians(keyframe.vertical_fov_degrees)

    def _want(self, *, moving: bool, view: Keyframe | None = None) -> None:
        rows = max(16, min(int(self._rows.value), int(self._client.camera.image_height)))
        self._renderer.want(self._page, self._viewpoint(view), rows, moving=moving)

    def _viewpoint(self, view: Keyframe | None = None) -> Viewpoint:
        """The page's picture request for its own or another view."""
        drawn = self._cameras.value or self._box.value or self._grid.value or self._editor.drawn
        aspect, background = float(self._client.camera.aspect), _spelled(self._background.value)
        view = view or self.current_view()
        return Viewpoint(view, aspect, self._channel.value, drawn, background)

    # Responses of the renderer

    def _show(self, picture: ShownPicture, seconds: float) -> None:
        self._client.scene.set_background_image(
            picture.rgb, format="jpeg", jpeg_quality=_JPEG_QUALITY, depth=picture.depth_world
        )
        self._client.flush()
        height, width, _ = picture.rgb.shape
        now = time.monotonic()
        # Sixty updates per second would be unreadable.
        if not self._page.moving or now - self._status_at > _STATUS_SECONDS:
            self._status_at = now
            self._status.content = f"{width} x {height} pixels in {seconds * 1000:.0f} ms"
            if self._training is not None:
                self._progress.content = self._training.text()
        if self._grid.value and now - self._grid_at > _GRID_SECONDS and not self._page.moving:
            self._grid_at = now
            self._objects.show_grid(True)

    def _say(self, message: str) -> None:
        self._client.add_notification("Cannot show this", message, auto_close_seconds=10.0)


def _shown_fov(keyframe: Keyframe) -> float:
    return round(_within(keyframe.vertical_fov_degrees, *_FIELDS_OF_VIEW), 1)


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _spelled(rgb: tuple[int, int, int]) -> Background:
    return "#" + bytes(int(_within(value, 0, 255)) for value in rgb).hex()


def view_of(camera: Camera, timestep: float) -> Keyframe:
    """A camera of the capture as a view at a timestep; its picture's centre is taken as the
    principal point."""
    x, y, z = camera.center_world.tolist()
    orientation = quaternion(camera.camera_to_world[:3, :3])
    return Keyframe(0.0, timestep, (x, y, z), orientation, vertical_fov_degrees(camera))


def front_view(subject: Subject) -> Keyframe:
    """One metre in front of the face, with the first training camera's field of view."""
    fov = vertical_fov_degrees(subject.dataset.train_cameras[0])
    # OpenCV axes: x to the right, y down is -z of the world, z forward is its y.
    half, y = math.sqrt(0.5), -FRONT_DISTANCE_METRES * SCALE_FACTOR
    return Keyframe(0.0, 0.0, (0.0, y, 0.0), (half, -half, 0.0, 0.0), fov)
