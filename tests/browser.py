"""A real browser for the tests of pages: Chromium, without a window."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """The browser's program: NERSEMBLE_TEST_CHROMIUM, or what the PATH has."""
    named = os.environ.get("NERSEMBLE_TEST_CHROMIUM")
    return named or next(filter(None, map(shutil.which, _NAMES)), None)


needs_chromium = pytest.mark.skipif(
    find_spec("playwright") is None or chromium_path() is None,
    reason="needs Chromium and the Python package playwright",
)


@contextmanager
def launch_chromium() -> Iterator["Browser"]:
    """A headless browser that is closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Without a sandbox: containers rarely allow one, and the pages are our own.
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
