"""One browser's page: its view, its controls, and what reaches the renderer of both."""

import dataclasses
import math
import threading
import time
from dataclasses import dataclass
from typing import Any

import torch

from nersemble.data_manager.rig import FRAMES_PER_SECOND
from nersemble.geometry.camera import Camera
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.video.camera_path import CameraPath, Keyframe
from nersemble.video.trajectories import FRONT_DISTANCE_METRES
from nersemble.viewer.path_editor import PathEditor
from nersemble.viewer.path_files import PathFiles
from nersemble.viewer.pictures import (
    CHANNELS,
    ShownPicture,
    Subject,
    Truths,
    Viewpoint,
    vertical_fov_degrees,
)
from nersemble.viewer.renderer import LiveRenderer, Page
from nersemble.viewer.scene import SceneObjects, forward_and_up, quaternion

_STILL_AFTER_SECONDS = 0.25
_GRID_SECONDS = 3.0
_STATUS_SECONDS = 0.25
_JPEG_QUALITY = 90


@dataclass(frozen=True)
class Playback:
    """Time runs from ``first``, at ``started_at`` seconds of the clock, in a loop. A page too slow
    to show every timestep skips some.

    first: a timestep, or between two. rate: timesteps per second.
    """

    started_at: float
    first: float
    rate: float
    n_timesteps: int

    def at(self, now: float) -> float:
        """Where time is, a timestep or between two."""
        return (self.first + (now - self.started_at) * self.rate) % self.n_timesteps

    def at_rate(self, rate: float, now: float) -> "Playback":
        """Goes on from where time is, faster or slower."""
        return Playback(now, self.at(now), rate, self.n_timesteps)


@dataclass(frozen=True)
class Preview:
    """The camera goes along a path once, from ``started_at`` seconds of the clock."""

    path: CameraPath
    started_at: float

    def keyframe(self, now: float) -> Keyframe | None:
        """Where the camera is; None after the end."""
        seconds = now - self.started_at
        return self.path.at(seconds) if seconds <= self.path.duration else None


class BrowserPage:
    """The controls of one client of viser. Their callbacks come on viser's threads, ``tick`` on the
    renderer's, pictures on one of the page's own."""

    def __init__(
        self,
        client: Any,
        subject: Subject,
        truths: Truths,
        renderer: LiveRenderer,
        max_resolution: int,
    ) -> None:
        self._client, self._subject, self._truths = client, subject, truths
        self._renderer, self._max_resolution = renderer, max_resolution
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
        """The browser has left."""
        self._renderer.remove(self._page)

    def tick(self, now: float) -> None:
        """Lets time and camera run, and notices when nothing moves any more."""
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
        self._status = gui.add_markdown("")
        self._channel = gui.add_dropdown(
            "Channel", tuple(CHANNELS), hint="error: against the nearest camera's picture"
        )
        self._rows = gui.add_slider(
            "Rows at most", min=16, max=self._max_resolution, step=1,
            initial_value=self._max_resolution,
        )  # fmt: skip
        last = self._subject.dataset.splits.n_timesteps - 1
        with gui.add_folder("Time"):
            self._time = gui.add_slider(
                "Timestep", min=0, max=max(last, 1), step=1, initial_value=0, disabled=last == 0
            )
            self._play = gui.add_button("Play", disabled=last == 0)
            self._speed = gui.add_slider(
                "Timesteps per second", min=1, max=FRAMES_PER_SECOND, step=1, initial_value=24
            )
        with gui.add_folder("Scene"):
            self._cameras = gui.add_checkbox("Cameras", False, hint="Click one to look through it")
            self._pictures = gui.add_checkbox("Pictures of the cameras", False)
            self._box = gui.add_checkbox("Scene box", False)
            self._grid = gui.add_checkbox("Occupancy grid", False)
            nearest = gui.add_button("Nearest camera")
            front = gui.add_button("Front")
        files = PathFiles(self._subject.paths_folder)
        self._editor = PathEditor(self._client, files, self)
        for control in (self._channel, self._rows, self._time):
            control.on_update(lambda event: self._changed(event))
        self._speed.on_update(lambda _: self._change_speed())
        self._play.on_click(lambda _: self._toggle_playback())
        for toggle in (self._cameras, self._pictures, self._box, self._grid):
            toggle.on_update(lambda _: self._draw())
        nearest.on_click(lambda _: self._go_to_nearest())
        front.on_click(lambda _: self.go_to(front_view(self._subject)))

    # What the path editor needs.

    def current_view(self) -> Keyframe:
        """Where the page looks from, and the timestep that it shows; seconds are 0."""
        return dataclasses.replace(self._camera, timestep=float(self._time.value))

    def go_to(self, keyframe: Keyframe) -> None:
        """Moves the page's camera and time."""
        with self._lock:
            self._place_camera(keyframe)
            self._camera = keyframe
            self._time.value = round(keyframe.timestep)
            self._want(moving=False)

    def refresh(self) -> None:
        """What is drawn into the picture has changed."""
        with self._lock:
            self._want(moving=self._playback is not None or self._preview is not None)

    def preview(self, path: CameraPath | None) -> None:
        """Runs along a path, or stops where it is."""
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
            self._time.value = round(keyframe.timestep)
            self._want(moving=True, view=keyframe)

    # Reactions

    def _camera_moved(self) -> None:
        with self._lock:
            # While a path runs the browser only echoes where it was put.
            if self._preview is None:
                self._camera = self._camera_of_client()
                self._moved_at = time.monotonic()
                self._want(moving=True)

    def _changed(self, event: Any) -> None:
        if event.client is not None:  # not our own change of the value
            with self._lock:
                if event.target is self._time and self._playback is not None:
                    self._restart_playback()
                self.refresh()
                self._refresh_pictures()

    def _toggle_playback(self) -> None:
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

    def _draw(self) -> None:
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
        # Orbiting goes around the point of the line of sight that is nearest to the head.
        distance = max(float(-position @ forward), 1.0)
        with self._client.atomic():
            camera = self._client.camera
            camera.position = position
            camera.look_at = position + distance * forward
            camera.up_direction = up
            camera.fov = math.radians(keyframe.vertical_fov_degrees)

    def _want(self, *, moving: bool, view: Keyframe | None = None) -> None:
        camera = self._client.camera
        rows = max(16, min(int(self._rows.value), int(camera.image_height)))
        drawn = self._cameras.value or self._box.value or self._grid.value or self._editor.drawn
        viewpoint = Viewpoint(
            view or self.current_view(), float(camera.aspect), self._channel.value, drawn
        )
        self._renderer.want(self._page, viewpoint, rows, moving=moving)

    # Answers of the renderer

    def _show(self, picture: ShownPicture, seconds: float) -> None:
        self._client.scene.set_background_image(
            picture.rgb, format="jpeg", jpeg_quality=_JPEG_QUALITY, depth=picture.depth_world
        )
        self._client.flush()
        height, width, _ = picture.rgb.shape
        now = time.monotonic()
        # Nobody reads it sixty times a second.
        if not self._page.moving or now - self._status_at > _STATUS_SECONDS:
            self._status_at = now
            self._status.content = f"{width} x {height} pixels in {seconds * 1000:.0f} ms"
        if self._grid.value and now - self._grid_at > _GRID_SECONDS and not self._page.moving:
            self._grid_at = now
            self._objects.show_grid(True)

    def _say(self, message: str) -> None:
        self._client.add_notification("Cannot show this", message, auto_close_seconds=10.0)


def view_of(camera: Camera, timestep: float) -> Keyframe:
    """A camera of the capture as a view at a timestep; its picture's centre is taken as the
    principal point."""
    x, y, z = camera.center_world.tolist()
    orientation = quaternion(camera.camera_to_world[:3, :3])
    return Keyframe(0.0, timestep, (x, y, z), orientation, vertical_fov_degrees(camera))


def front_view(subject: Subject) -> Keyframe:
    """From a metre in front of the face, with the first training camera's field of view."""
    fov = vertical_fov_degrees(subject.dataset.train_cameras[0])
    # OpenCV axes: x to the right, y down is -z of the world, z forward is its y.
    half, y = math.sqrt(0.5), -FRONT_DISTANCE_METRES * SCALE_FACTOR
    return Keyframe(0.0, 0.0, (0.0, y, 0.0), (half, -half, 0.0, 0.0), fov)
