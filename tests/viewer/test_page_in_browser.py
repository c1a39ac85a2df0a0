"""What one keeps of the page in a real Chromium, and how it behaves on small screens and when the
training or the server ends."""

import os
import shlex
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image

from browsing import FULL, OTHER, ROWS, SAME, Browsing, expected, visit
from micro import Workspace, open_on_cpu, write_capture
from nersemble.commands.view import open_viewer, parse_view
from nersemble.ops.colors import to_uint8
from nersemble.rendering.pictures import on_background
from nersemble.video.camera_path import keyframe_camera, read_camera_path
from nersemble.viewer import viewer as viewer_module
from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.page import front_view
from nersemble.viewer.pictures import Subject, Truths, Viewpoint, paint
from nersemble.viewer.viewer import Viewer
from source_tree import ROOT
from viewing import make_subject

_CONFIG = ViewerConfig(port=0, max_resolution=ROWS)


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return make_subject(tmp_path_factory.mktemp("subject"))


@pytest.fixture(scope="module")
def viewer(subject: Subject) -> Iterator[Viewer]:
    with Viewer(_CONFIG, subject) as viewer:
        yield viewer


@pytest.fixture(scope="module")
def page(browser: Any, viewer: Viewer) -> Iterator[Browsing]:
    with visit(browser, viewer.address) as page:
        yield page


def _fill(page: Browsing, label: str, value: str) -> None:
    """Types into the box beside a label."""
    row = page.page.locator(f"xpath=//label[.='{label}']/ancestor::div[2]")
    box = row.locator("input:visible").last
    box.fill(value)
    box.press("Enter")


def test_the_panel_stands_beside_the_picture(page: Browsing) -> None:
    canvas = page.page.locator("canvas").first.bounding_box()
    for name in ("Play", "Front"):
        button = page.page.get_by_role("button", name=name, exact=True).bounding_box()
        assert button["x"] >= canvas["x"] + canvas["width"]


def test_field_of_view_and_background_are_chosen(page: Browsing, subject: Subject) -> None:
    front = front_view(subject)
    page.wait_for_picture(expected(subject, front))
    _fill(page, "Field of view", "40")
    wide = replace(front, vertical_fov_degrees=40.0)
    assert np.abs(expected(subject, wide) - expected(subject, front)).mean() > OTHER
    page.wait_for_picture(expected(subject, wide))
    _fill(page, "Background", "rgb(30, 60, 90)")
    page.wait_for_picture(expected(subject, wide, background="#1e3c5a"))
    _fill(page, "Background", "rgb(255, 255, 255)")
    page.press("Front")
    page.wait_for_picture(expected(subject, front))


def test_colors_that_code_a_quantity_have_a_legend(page: Browsing, subject: Subject) -> None:
    legends = {
        "depth": "0.8 m or nearer",
        "deformation": "cm or more",
        "normals": "Normals of the rendered depth",
    }
    for channel, text in legends.items():
        page.choose("Channel", channel)
        page.wait_for(lambda: page.says(text))  # noqa: B023
    page.wait_for_picture(expected(subject, front_view(subject), "normals"), 5 * SAME)
    page.choose("Channel", "rgb")
    page.wait_for(lambda: page.page.locator(".color-bar").count() == 0)


def test_a_picture_of_any_size_is_saved(page: Browsing, subject: Subject, tmp_path: Path) -> None:
    page.open_tab("Picture")
    _fill(page, "Width", "130")
    _fill(page, "Height", "70")
    with page.page.expect_download() as download:
        page.press("Save picture")
    assert download.value.suggested_filename == "NERS-1_rgb_timestep-0.png"
    file = tmp_path / "picture.png"
    download.value.save_as(file)
    viewpoint = Viewpoint(front_view(subject), 130 / 70, "rgb")
    with Image.open(file) as image:
        assert image.size == (130, 70)
        direct = paint(subject, Truths(subject.dataset), viewpoint, 70, 8192, nullcontext).rgb
        assert np.abs(np.asarray(image, float) - direct).mean() < 1


def test_a_channel_that_no_video_has_is_named(page: Browsing) -> None:
    page.open_tab("Picture")
    page.choose("Channel", "error")
    page.press("Render command")
    page.wait_for(lambda: page.says("nersemble render has no channel error"))
    page.choose("Channel", "rgb")


def test_on_a_phone_the_panel_leaves_the_head_free(browser: Any, viewer: Viewer) -> None:
    with visit(browser, viewer.address, (400, 800)) as phone:
        canvas = phone.page.locator("canvas").first.bounding_box()
        assert (canvas["width"], canvas["height"]) == (400, 800)
        label = phone.page.get_by_text("NERS-1")
        phone.wait_for(lambda: label.bounding_box()["y"] > 0.83 * 800)  # It slides down.
        phone.page.get_by_role("button", name="Expand panel View").click()
        phone.page.get_by_role("button", name="Play", exact=True).wait_for()


def test_the_page_says_that_the_server_is_gone(browser: Any, subject: Subject) -> None:
    viewer = Viewer(_CONFIG, subject)
    with visit(browser, viewer.address) as page:
        page.wait_for_picture(expected(subject, front_view(subject)))
        line = page.page.get_by_text("has ended or cannot be reached")
        assert not line.is_visible()
        viewer.close()
        page.wait_for(line.is_visible)
        page.wait_for_picture(expected(subject, front_view(subject)))


def test_the_page_stays_when_the_training_ends(
    browser: Any, subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer_module, "_SECONDS_WITHOUT_PAGES", 0.5)
    said: list[str] = []
    with Viewer(_CONFIG, subject, n_steps=40) as viewer:
        viewer.stay(said.append)
        assert said == [], "nobody looks"
    with Viewer(_CONFIG, subject, n_steps=40) as viewer:
        trained = threading.Event()

        def train() -> None:
            step = 0
            while not trained.wait(0.02):
                step = min(step + 1, 30)
                viewer.scalars(step, {"train/loss": 1 / step, "train/psnr": 20.0 + step})
                viewer.between_steps(step, 0.02)
            viewer.between_steps(40, 0.02)
            viewer.stay(said.append)

        thread = threading.Thread(target=train)
        thread.start()
        with ExitStack() as stack:
            stack.callback(trained.set)
            page = stack.enter_context(visit(browser, viewer.address))
            page.open_tab("Training")
            page.wait_for(lambda: page.says("Step 30 of 40, 0:00:"))
            page.wait_for(lambda: page.page.locator(".u-wrap:visible").count() == 2)
            trained.set()
            page.wait_for(lambda: page.says("Trained 40 steps"))
            assert viewer.address in said[0]
            page.press("Pause training")
            page.wait_for(lambda: page.says("it cannot be paused"))
            page.orbit(80)
            page.press("Front")
            page.wait_for_picture(expected(subject, front_view(subject)))
            assert thread.is_alive()
        thread.join(20)
        assert not thread.is_alive()


def test_the_copied_command_renders_what_the_page_shows(browser: Any, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write_capture(workspace.captures)
    assert workspace.train(max_steps=30, lr_main=0.02, lr_decay_steps=1000) == 0
    roots = ["--data_path", str(workspace.captures), "--models_path", str(workspace.models)]
    options = ["--port", "0", "--max_resolution", str(ROWS), "--device", "cpu"]
    arguments = parse_view(["NERS-1", *roots, *options, "--no-use_occupancy_grid_filtering"])
    with open_viewer(arguments) as viewer, visit(browser, viewer.address) as page:
        page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.set_timestep(2)
        page.wait_for(lambda: "pixels" in page.status)
        red_on_white = page.picture()[..., 0].mean()
        _fill(page, "Background", "rgb(0, 128, 255)")
        page.wait_for(lambda: page.picture()[..., 0].mean() < red_on_white - 0.02)
        page.orbit(40)
        page.wait_for(lambda: page.status.startswith(FULL))
        page.page.wait_for_timeout(500)
        page.open_tab("Picture")
        page.press("Render command")
        page.press("Copy")
        page.wait_for(lambda: page.says("Copied"))
        command = page.page.evaluate("navigator.clipboard.readText()")
        page.page.get_by_role("button", name="Close").last.click()
    words = shlex.split(command)
    assert words[0] == "nersemble"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-m", *words, "--downscale_factor", "25"],
        env=environment, cwd="/", capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    (view,) = workspace.models.glob("nersemble/*/camera_paths/views/*.json")
    (keyframe,) = read_camera_path(view).keyframes
    assert keyframe.timestep == 2
    loaded = open_on_cpu("NERS-1", -1, models=workspace.models, data=workspace.captures)
    camera = keyframe_camera(keyframe, 88, 128)
    image = loaded.renderer.image(camera, 2, loaded.windows, 8192)
    direct = to_uint8(on_background(image.rgb, image.accumulation, "#0080ff")).astype(float)
    (file,) = Path(ran.stdout.strip().splitlines()[-1]).glob("*.png")
    with Image.open(file) as rendered:
        assert np.abs(np.asarray(rendered.convert("RGB"), float) - direct).max() <= 2
    assert abs(keyframe.position[0]) > 0.1, "the page was moved"


class _Proxy(threading.Thread):
    """What nginx does by default: it asks the server under the server's own name."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port, self._listening = port, socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.start()

    def run(self) -> None:
        while True:
            try:
                browser, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
            except OSError:
                return
            for pair in ((browser, server), (server, browser)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        public, own = self.origin.removeprefix("http://"), f"127.0.0.1:{self._port}"
        try:
            while data := source.recv(1 << 16):
                target.sendall(data.replace(f"Host: {public}".encode(), f"Host: {own}".encode()))
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def close(self) -> None:
        self._listening.close()


def test_behind_a_proxy_the_page_needs_its_origin_trusted(
    browser: Any, viewer: Viewer, subject: Subject
) -> None:
    proxy = _Proxy(urlsplit(viewer.address).port)
    page = browser.new_page()
    page.goto(proxy.origin)
    page.wait_for_timeout(3000)
    assert page.get_by_text("pixels in").count() == 0
    page.close()
    proxy.close()
    token = "0123456789abcdef"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    proxy = _Proxy(port)
    config = ViewerConfig(
        port=port, max_resolution=ROWS, token=token, trusted_origin=(proxy.origin,)
    )
    address = f"{proxy.origin}/?token={token}"
    with Viewer(config, subject), visit(browser, address) as opened:
        opened.wait_for_picture(expected(subject, front_view(subject)))
    proxy.close()
