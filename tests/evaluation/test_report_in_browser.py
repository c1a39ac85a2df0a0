"""The report in a real browser: it asks for nothing, fits a phone, and its divider moves."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser import launch_chromium, needs_chromium
from nersemble.evaluation.report import write_report
from nersemble.evaluation.report_data import EvaluatedRun, newest_evaluation, read_evaluation
from nersemble.runs.training_log import TrainingLogWriter
from reports import FRAMES, SERIALS, write_run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [needs_chromium, pytest.mark.slow]

HOSTILE = "NERS-3-<script>document.title='run'</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with launch_chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of two runs, one of them with a name that is a program."""
    root = tmp_path_factory.mktemp("report")
    runs = []
    for label in ("NERS-1-" + "long" * 20, "NERS-2"):
        folder = write_run(root / label, config={"name": label, "lr_main": len(label)})
        log = TrainingLogWriter(folder, 0, {"device": "cpu"})
        for step in range(10, 200, 10):
            log.scalars(step, {"train/psnr": step / 10, "train/loss_rgb": 1 / step})
        (newest_evaluation(folder) / "orbit.mp4").write_bytes(b"a video of 0 by 0 pixels")
        runs.append(read_evaluation(folder, newest_evaluation(folder)))
    runs[1] = EvaluatedRun(**{**vars(runs[1]), "label": HOSTILE})
    return write_report(runs, root / "page.html", 5)


@pytest.fixture(params=[(1280, 900), (390, 844), (360, 640)], ids=lambda size: f"{size[0]} px")
def page(request: pytest.FixtureRequest, browser: "Browser", path: Path) -> Iterator["Page"]:
    """The page, opened from disk; what it asks for or complains about fails the test."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
    opened = context.new_page()
    opened.set_default_timeout(5000)
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    opened.goto(path.as_uri())
    yield opened
    context.close()
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert said == []


def _split(page: "Page") -> float:
    """Where the right picture begins, in 0..1 of the width."""
    return page.evaluate("""() => {
        const clip = getComputedStyle(document.querySelectorAll(".divider:not([hidden]) img")[1]);
        return parseFloat(clip.clipPath.match(/[\\d.]+%/)[0]) / 100;
    }""")


def test_nothing_is_wider_than_the_window(page: "Page") -> None:
    for details in page.locator("details").all():
        details.locator("summary").click()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_a_hostile_name_is_shown_and_not_run(page: "Page") -> None:
    assert HOSTILE in page.title()
    assert HOSTILE in page.locator("h1").inner_text()


def test_dragging_moves_the_divider(page: "Page") -> None:
    box = page.locator(".divider:visible").bounding_box()
    assert box is not None
    assert _split(page) == 0.5
    page.locator(".divider:visible").scroll_into_view_if_needed()
    box = page.locator(".divider:visible").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, middle, steps=4)
    assert _split(page) == pytest.approx(0.8, abs=0.01)
    page.mouse.up()
    page.mouse.move(box["x"] + box["width"] * 0.1, middle)
    assert _split(page) == pytest.approx(0.8, abs=0.01)


def test_a_tap_and_the_keyboard_move_it_too(page: "Page") -> None:
    divider = page.locator(".divider:visible")
    box = divider.bounding_box()
    assert box is not None
    divider.tap(position={"x": box["width"] * 0.25, "y": box["height"] / 2})
    assert _split(page) == pytest.approx(0.25, abs=0.01)
    handle = page.get_by_role("slider")
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert _split(page) == pytest.approx(0.3, abs=0.01)
    page.keyboard.press("End")
    assert _split(page) == 1
    assert handle.get_attribute("aria-valuenow") == "100"


def test_camera_frame_and_sides_are_chosen(page: "Page") -> None:
    assert page.locator(".comparison:visible").count() == 1
    page.get_by_label("camera", exact=True).select_option(SERIALS[1])
    page.get_by_label("frame", exact=True).select_option(str(FRAMES[2]))
    page.get_by_label("left", exact=True).select_option(HOSTILE)
    shown = page.locator(".comparison:visible")
    assert f"Camera {SERIALS[1]}, frame {FRAMES[2]}" in shown.inner_text()
    sources = shown.locator("img").evaluate_all("all => all.map(one => one.src)")
    titles = shown.locator(".tiles img").evaluate_all("all => all.map(one => one.dataset.title)")
    assert sources[0] == sources[2 + titles.index(HOSTILE)]


def test_a_small_video_is_shown_at_a_useful_size(page: "Page") -> None:
    boxes = page.locator("video").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().width)"
    )
    window = page.evaluate("window.innerWidth")
    assert len(boxes) == 2
    assert all(min(400, 0.9 * window) <= width <= window for width in boxes)


def test_without_scripts_every_picture_is_there(browser: "Browser", path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(path.as_uri())
    assert opened.locator(".tiles img:visible").count() == len(SERIALS) * len(FRAMES) * 5
    context.close()
