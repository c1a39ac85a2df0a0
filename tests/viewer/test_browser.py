"""The page in a real Chromium, without a screen and with WebGL in software."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from browsing import (
    CANVAS,
    FULL,
    HEIGHT,
    OTHER,
    ROWS,
    SAME,
    Browsing,
    expected,
    visit,
)
from captures import PARTICIPANT, SEQUENCE
from micro import micro_options, open_on_cpu, run_command, write_capture
from nersemble.ops.colors import to_uint8
from nersemble.video.camera_path import Keyframe, keyframe_camera, read_camera_path
from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.page import front_view, view_of
from nersemble.viewer.pictures import Subject
from nersemble.viewer.viewer import Viewer
from source_tree import ROOT
from viewing import make_subject

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return make_subject(tmp_path_factory.mktemp("subject"))


@pytest.fixture(scope="module")
def viewer(subject: Subject) -> Iterator[Viewer]:
    with Viewer(ViewerConfig(port=0, max_resolution=ROWS), subject) as viewer:
        yield viewer


@pytest.fixture(scope="module")
def opened(browser: Any, viewer: Viewer) -> Iterator[Browsing]:
    """One page for all tests: loading it takes seconds."""
    with visit(browser, viewer.address) as page:
        yield page


@pytest.fixture
def page(opened: Browsing) -> Browsing:
    """The page as it was when it was opened, seen from the front."""
    opened.press("Front")
    opened.set_timestep(0)
    return opened


def _expected(
    subject: Subject, channel: str = "rgb", timestep: int = 0, view: Keyframe | None = None
) -> np.ndarray:
    view = replace(view or front_view(subject), timestep=float(timestep))
    return expected(subject, view, channel)


@contextlib.contextmanager
def _training(root: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``nersemble train --vis viewer`` of very many steps, and the page's address."""
    write_capture(root / "captures")
    options = micro_options(
        max_steps=1_000_000, steps_per_save=1_000_000, vis="viewer", port=0, max_resolution=ROWS
    )
    roots = ["--data_path", root / "captures", "--models_path", root / "models"]
    command = [sys.executable, "-m", "nersemble", "train", PARTICIPANT, SEQUENCE]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "HOME": str(root)}
    process = subprocess.Popen(
        [str(word) for word in (*command, *roots, *options)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        address = next(line.split()[1] for line in lines if line.startswith("Viewer:"))
        yield process, address
    finally:
        process.kill()
        process.wait()


def test_training_goes_on_pauses_and_ends_with_pages_open(browser: Any, tmp_path: Path) -> None:
    # First, while no other page is open: Chromium draws them all, in software.
    with _training(tmp_path) as (process, address), visit(browser, address) as page:
        page.open_tab("Training")

        def step() -> int:
            lines = page.page.get_by_text(re.compile(r"^Step \d+ of 1000000")).all_inner_texts()
            return max((int(line.split()[1]) for line in lines), default=0)

        page.wait_for(lambda: step() > 0)
        began = step()
        page.orbit(80)
        page.wait_for(lambda: step() > began + 20)
        page.press("Pause training")
        page.wait_for(lambda: page.page.get_by_text("Resume training").count() == 1)
        page.page.wait_for_timeout(1000)
        rest = step()
        page.page.wait_for_timeout(1000)
        assert step() == rest
        page.press("Front")
        page.wait_for(lambda: page.status.startswith(FULL))
        _save_path(page)
        page.press("Command for this path")
        page.wait_for(lambda: page.says("The training has saved no checkpoint yet"))
        page.open_tab("Training")
        page.press("Resume training")
        page.wait_for(lambda: step() > rest)
        page.press("Pause training")
        # Ctrl-C counts also while it is paused: the steps so far are saved.
        page.page.wait_for_timeout(500)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    saved = list((tmp_path / "models").glob("nersemble/*/checkpoints/*.json"))
    assert len(saved) == 1
    _check_video_along_saved_path(tmp_path)


def _save_path(page: Browsing) -> None:
    page.open_tab("Path")
    chosen = page.page.get_by_role("combobox", name="Keyframe")
    page.press("Add keyframe")
    page.wait_for(lambda: chosen.input_value().startswith("1:"))
    page.orbit(120)
    page.set_timestep(2)
    page.page.wait_for_timeout(300)
    page.press("Add keyframe")
    page.wait_for(lambda: chosen.input_value().startswith("2:"))
    page.press("Save")
    page.wait_for(lambda: page.page.get_by_text("path.json").count() > 0)


def _check_video_along_saved_path(root: Path) -> None:
    """``nersemble render`` shows what the run's model looks like along the file."""
    models, data = root / "models", root / "captures"
    (file,) = models.glob("nersemble/*/camera_paths/path.json")
    options = ["--trajectory", file, "--fps", 4, "--downscale_factor", 25, "--device", "cpu"]
    options.append("--no-use_occupancy_grid_filtering")
    roots = ["--data_path", data, "--models_path", models, "--renders_path", root / "renders"]
    assert run_command("render", "NERS-1", *options, *roots) == 0
    (video,) = (root / "renders").iterdir()
    with av.open(str(video)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    loaded = open_on_cpu("NERS-1", -1, models=models, data=data)
    path = read_camera_path(file)
    assert len(frames) == 5
    keyframes = [path.at(index / 4) for index in range(5)]
    assert [keyframe.timestep for keyframe in keyframes] == [0, 0.5, 1, 1.5, 2]
    direct = []
    for keyframe in keyframes:
        camera = keyframe_camera(keyframe, 88, 128)
        image = loaded.renderer.image(camera, keyframe.timestep, loaded.windows, 8192)
        direct.append(to_uint8(image.rgb).astype(float))
    differences = np.array([[np.abs(f - d).mean() for d in direct] for f in frames])
    assert (differences.argmin(1) == range(5)).all(), "each is most like its own moment"
    assert differences.diagonal().max() < 2.5, "levels of 255: what H.264 loses"


def test_the_page_shows_the_head_and_follows_its_controls(page: Browsing, subject: Subject) -> None:
    front = _expected(subject)
    assert front.std() > 0.1, "there is something to see"
    assert np.abs(front - front[::-1]).mean() > 0.05, "upside down would be noticed"
    later, depth = _expected(subject, timestep=2), _expected(subject, "depth", timestep=2)
    assert min(np.abs(front - later).mean(), np.abs(later - depth).mean()) > OTHER
    page.wait_for_picture(front)
    page.set_timestep(2)
    page.wait_for_picture(later)
    page.choose("Channel", "depth")
    page.wait_for_picture(depth, 5 * SAME)  # edges of strong colours
    page.choose("Channel", "rgb")
    page.orbit(80)
    page.wait_for(lambda: np.abs(page.picture() - front).mean() > OTHER)
    page.set_timestep(0)
    page.press("Front")
    page.wait_for_picture(front)


def test_time_plays_and_pauses(page: Browsing) -> None:
    page.press("Play")
    seen: set[str] = set()

    def all_shown() -> bool:
        seen.add(page.timestep.input_value())
        return seen == {"0", "1", "2"}

    page.wait_for(all_shown)
    page.press("Pause")
    page.page.wait_for_timeout(300)
    rest = page.timestep.input_value()
    page.page.wait_for_timeout(300)
    assert page.timestep.input_value() == rest
    page.wait_for(lambda: page.status.startswith(FULL))


def test_one_may_look_around_while_time_plays(page: Browsing, subject: Subject) -> None:
    views = {t: _expected(subject, timestep=t) for t in range(3)}
    page.press("Play")
    page.orbit(80)
    page.wait_for(
        lambda: min(np.abs(page.picture() - view).mean() for view in views.values()) > OTHER
    )
    seen: set[str] = set()

    def all_shown() -> bool:
        seen.add(page.timestep.input_value())
        return seen == {"0", "1", "2"}

    page.wait_for(all_shown)
    page.press("Front")
    page.press("Pause")
    page.wait_for(lambda: page.status.startswith(FULL))
    page.wait_for_picture(views[int(page.timestep.input_value())])


def test_a_page_gets_its_fine_picture_while_another_one_plays(
    browser: Any, page: Browsing, viewer: Viewer, subject: Subject
) -> None:
    with visit(browser, viewer.address) as second:
        second.press("Play")
        page.set_timestep(2)
        page.wait_for_picture(_expected(subject, timestep=2))
        page.wait_for(lambda: page.status.startswith(FULL))


def test_two_pages_have_views_of_their_own_and_one_may_leave(
    browser: Any, page: Browsing, viewer: Viewer, subject: Subject
) -> None:
    front = _expected(subject)
    with visit(browser, viewer.address) as second:
        second.orbit(80)
        second.wait_for(lambda: np.abs(second.picture() - front).mean() > OTHER)
        page.wait_for_picture(front)
        # It leaves while its picture is being made.
        second.press("Play")
        second.orbit(-60)
    page.set_timestep(1)
    page.wait_for_picture(_expected(subject, timestep=1))


def test_drawings_come_and_go(page: Browsing, viewer: Viewer, subject: Subject) -> None:
    page.wait_for_picture(_expected(subject))
    page.page.mouse.move(300, 400)
    page.page.mouse.wheel(0, 3000)  # the cameras stand where the page's own does
    page.page.wait_for_timeout(1000)
    page.wait_for(lambda: page.status.startswith(FULL))
    for name in ("Cameras", "Scene box", "Occupancy grid"):
        before = page.settled_picture()
        page.open_tab("Scene")
        switch = page.page.get_by_label(name, exact=True)
        switch.check()
        page.wait_for(lambda: page.differs_from(before))  # noqa: B023
        switch.uncheck()
        page.wait_for(lambda: not page.differs_from(before))  # noqa: B023
    page.page.get_by_label("Cameras", exact=True).check()
    serial, (x, y) = _camera_on_screen(viewer, subject)
    page.wait_for(lambda: page.differs_from(before))
    page.page.mouse.click(x, y)
    page.page.get_by_label("Cameras", exact=True).uncheck()
    through = view_of(subject.dataset.camera(serial), 0.0)
    page.wait_for_picture(_expected(subject, view=through), 2 * SAME)


def _camera_on_screen(viewer: Viewer, subject: Subject) -> tuple[str, tuple[float, float]]:
    """A camera of the capture that the page shows, and the pixel of its pyramid's tip."""
    (client,) = viewer._server.get_clients().values()
    w, x, y, z = client.camera.wxyz
    to_world = Rotation.from_quat((x, y, z, w)).as_matrix()
    focal = HEIGHT / 2 / np.tan(client.camera.fov / 2)
    for serial in subject.dataset.splits.train_serials:
        center = subject.dataset.camera(serial).center_world.numpy()
        right, down, ahead = to_world.T @ (center - client.camera.position)
        pixel = CANVAS / 2 + focal * right / ahead, HEIGHT / 2 + focal * down / ahead
        if ahead > 0 and 50 < pixel[0] < 600 and 150 < pixel[1] < HEIGHT - 50:
            return serial, pixel
    raise AssertionError("no camera is on the screen")


def test_a_camera_path_is_edited_previewed_saved_and_loaded(
    page: Browsing, subject: Subject
) -> None:
    page.open_tab("Path")
    for name, reason in {
        "Move keyframe here": "The path has no keyframe yet",
        "Preview": "The path has no keyframe yet",
        "Load": "no saved path yet",
    }.items():
        page.press(name)
        page.wait_for(lambda: page.says(reason))  # noqa: B023
    chosen = page.page.get_by_role("combobox", name="Keyframe")
    page.press("Add keyframe")
    page.wait_for(lambda: chosen.input_value() == "1: second 0, timestep 0")
    page.orbit(60)
    page.set_timestep(2)
    page.page.wait_for_timeout(300)
    page.press("Add keyframe")
    page.wait_for(lambda: chosen.input_value() == "2: second 1, timestep 2")
    page.press("Preview")
    page.wait_for(lambda: page.page.get_by_text("Stop preview").count() == 1)
    page.wait_for(lambda: page.page.get_by_text("Stop preview").count() == 0)
    page.press("Save")
    file = subject.paths_folder / "path.json"
    page.wait_for(file.is_file)
    saved = read_camera_path(file)
    assert [(k.seconds, k.timestep) for k in saved.keyframes] == [(0, 0), (1, 2)]
    np.testing.assert_allclose(saved.keyframes[0].position, (0, -9, 0), atol=1e-3)
    assert saved.keyframes[1].position[0] != pytest.approx(0, abs=0.5)
    with page.page.expect_download() as download:
        page.press("Download")
    assert json.loads(Path(download.value.path()).read_text()) == json.loads(file.read_text())
    page.press("Delete keyframe")
    page.wait_for(lambda: chosen.input_value().startswith("1:"))
    page.press("Load")
    page.wait_for(lambda: chosen.input_value() == "1: second 0, timestep 0")
    page.choose("Keyframe", "2: second 1, timestep 2")
    content = json.loads(file.read_text())
    content["keyframes"][1] |= {"seconds": 3.5, "timestep": 1.5}
    page.upload(json.dumps(content).encode())
    page.wait_for(lambda: chosen.input_value() == "1: second 0, timestep 0")
    page.choose("Keyframe", "2: second 3.5, timestep 1.5")
    page.upload(b"{}")
    page.wait_for(lambda: page.page.get_by_text("Cannot read the uploaded camera path").count() > 0)
    assert chosen.input_value() == "2: second 3.5, timestep 1.5"
