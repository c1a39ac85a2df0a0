"""What tests do with the viewer's page in a real Chromium, and what they expect to see."""

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from nersemble.video.camera_path import Keyframe
from nersemble.viewer.pictures import Subject, Truths, Viewpoint, paint

WIDTH, HEIGHT = 1000, 600
# Of the window, beside the controls.
CANVAS = 740
COLUMNS, ROWS = 74, 60
FULL = f"{COLUMNS} x {ROWS} pixels"
PATIENCE_SECONDS = 40
# Mean differences of pictures: JPEG and the browser's scaling make 0.003 to 0.007.
SAME, OTHER = 0.009, 0.012
# Not covered by messages in the upper left corner.
FREE = (slice(ROWS * 3 // 10, ROWS), slice(0, COLUMNS))


class Browsing:
    """What a person does with a page, and sees of it."""

    def __init__(self, browser: Any, address: str, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        self.page.goto(address)
        self.wait_for(lambda: f" x {ROWS} pixels" in self.status)

    @property
    def status(self) -> str:
        shown = self.page.get_by_text("pixels in")
        return str(shown.inner_text()) if shown.count() else ""

    def wait_for(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < end, f"it did not happen; the page says {self.status!r}"
            self.page.wait_for_timeout(50)

    @property
    def timestep(self) -> Any:
        """The box beside the slider."""
        row = self.page.locator("xpath=//label[.='Timestep']/ancestor::div[2]")
        return row.locator("input[type=text]")

    def picture(self) -> np.ndarray:
        """What is on the canvas, at the size of the renderings, 0..1."""
        png = self.page.screenshot(clip={"x": 0, "y": 0, "width": CANVAS, "height": HEIGHT})
        image = (
            Image.open(BytesIO(png)).convert("RGB").resize((COLUMNS, ROWS), Image.Resampling.BOX)
        )
        return np.asarray(image)[FREE] / 255

    def settled_picture(self) -> np.ndarray:
        """The picture once it has stayed the same for half a second: on a busy machine what was
        done last may not have arrived, although the page shows a full picture."""
        end, picture = time.monotonic() + PATIENCE_SECONDS, self.picture()
        self.page.wait_for_timeout(500)
        while self.differs_from(picture):
            assert time.monotonic() < end, "it does not settle"
            picture = self.picture()
            self.page.wait_for_timeout(500)
        return picture

    def differs_from(self, picture: np.ndarray) -> bool:
        """Whether even a line is different."""
        return bool(np.abs(self.picture() - picture).max() > 0.08)

    def wait_for_picture(self, expected: np.ndarray, same: float = SAME) -> None:
        end, difference = time.monotonic() + PATIENCE_SECONDS, 1.0
        while difference > same:
            assert time.monotonic() < end, f"it shows something else: {difference:.3f}"
            self.page.wait_for_timeout(100)
            difference = float(np.abs(self.picture() - expected).mean())

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def open_tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()

    def says(self, text: str) -> bool:
        return bool(self.page.get_by_text(text).count())

    def upload(self, content: bytes) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.press("Upload")
        file = {"name": "path.json", "mimeType": "application/json", "buffer": content}
        chooser.value.set_files(file)

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_role("combobox", name=label).click()
        self.page.get_by_role("option", name=option).click()

    def set_timestep(self, timestep: int) -> None:
        self.timestep.fill(str(timestep))
        self.timestep.press("Enter")

    def orbit(self, pixels: int) -> None:
        self.page.mouse.move(300, 400)
        self.page.mouse.down()
        self.page.mouse.move(300 + pixels, 400, steps=5)
        self.page.wait_for_timeout(100)
        self.page.mouse.up()


@contextlib.contextmanager
def visit(
    browser: Any, address: str, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> Iterator[Browsing]:
    """A page that is closed at the end."""
    browsing = Browsing(browser, address, size)
    try:
        yield browsing
    finally:
        browsing.page.close()


def expected(
    subject: Subject, view: Keyframe, channel: str = "rgb", background: str = "white"
) -> np.ndarray:
    """What a page of the usual size shows of a view."""
    viewpoint = Viewpoint(view, CANVAS / HEIGHT, channel, background=background)
    truths = Truths(subject.dataset)
    return paint(subject, truths, viewpoint, ROWS, 8192, nullcontext).rgb[FREE] / 255
