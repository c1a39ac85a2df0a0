"""The page of Gaussians in a real browser: the head is where our own picture has it, it moves, and
the page asks for nothing but its files."""

import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from jaxtyping import Float
from PIL import Image

from browser import launch_chromium, needs_chromium
from nersemble.gaussians.compositing import IN_TORCH
from nersemble.gaussians.gaussians import SH_0, Gaussians
from nersemble.gaussians.projection import Views
from nersemble.gaussians.rasteriser import render
from nersemble.interop.gaussian_page import write_page, write_page_timestep
from small_heads import front_camera

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [needs_chromium, pytest.mark.slow]

WIDTH, HEIGHT, BAR = 240, 320, 60
CAMERA = front_camera(WIDTH, HEIGHT, 400.0)
SECONDS = {0: 0.0, 4: 0.25, 9: 0.5}


def _head(timestep: int) -> Gaussians:
    """An ellipsoid of flat discs around (0, 1/9, 0), which goes to the right."""
    n = 1500
    generator = torch.Generator().manual_seed(0)

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    normals = torch.nn.functional.normalize(random(n, 3), dim=1)
    means = normals * torch.tensor([0.08, 0.11, 0.09]) + torch.tensor([0.005 * timestep, 1 / 9, 0])
    scales = torch.full((n, 3), math.log(0.006))
    scales[:, 0] -= 1
    colors = (normals[:, None] + 1) / 2 - 0.5
    sh = torch.cat([colors / SH_0, 0.2 * random(n, 3, 3)], 1)
    return Gaussians(means, random(n, 4), scales, 1 + random(n), sh)


def _ours(timestep: int) -> Float[np.ndarray, "h w 3"]:
    views = Views.of([CAMERA], torch.device("cpu"))
    rgba = render(_head(timestep), views, IN_TORCH)[0][0].numpy()
    return (rgba[..., :3] + 1 - rgba[..., 3:]).clip(0, 1)


@pytest.fixture(scope="module", params=[False, True], ids=["each timestep's looks", "shared looks"])
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    folder, shared = tmp_path_factory.mktemp("page"), request.param
    for timestep in SECONDS:
        write_page_timestep(folder, timestep, _head(timestep), looks=not (shared and timestep))
    title = "NERS-1-</script><script>document.title='run'</script>"
    write_page(folder, SECONDS, CAMERA, title, shared_looks=shared)
    sizes = [path.stat().st_size for path in sorted(folder.glob("timestep-*.js"))]
    assert max(sizes[1:]) < (0.75 if shared else 1.1) * sizes[0]
    return folder


@pytest.fixture
def page(folder: Path) -> Iterator["Page"]:
    """The page, opened from disk; what it asks for elsewhere or complains about fails the test."""
    asked: list[str] = []
    said: list[str] = []
    with launch_chromium() as browser:
        opened = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto((folder / "index.html").as_uri())
        opened.wait_for_function("document.getElementById('message').textContent === ''")
        yield opened
        assert said == []
    here = (folder.as_uri(), "blob:", "data:")
    assert [url for url in asked if not url.startswith(here)] == []


def _picture(page: "Page") -> Float[np.ndarray, "h w 3"]:
    """Above the bar, after what was asked for is drawn."""
    page.wait_for_timeout(1000)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return np.asarray(picture, np.float32)[:-BAR] / 255


def test_the_page_shows_what_we_render_at_every_timestep(page: "Page") -> None:
    for index, timestep in enumerate(SECONDS):
        page.evaluate(
            "index => { const time = document.getElementById('time'); time.value = index;"
            " time.dispatchEvent(new Event('input')); }",
            index,
        )
        shown, ours = _picture(page), _ours(timestep)[:-BAR]
        assert (ours < 0.9).any(-1).mean() > 0.1
        difference = np.abs(shown - ours)
        assert difference.mean() < 0.004
        assert np.quantile(difference, 0.99) < 0.06
        others = [np.abs(shown - _ours(t)[:-BAR]).mean() for t in SECONDS if t != timestep]
        assert min(others) > 5 * difference.mean()
    assert page.inner_text("#seconds") == "0.50 s"
    assert page.title() == "NERS-1-</script><script>document.title='run'</script>"


def test_play_moves_and_pause_stays(page: "Page") -> None:
    page.select_option("#speed", "0.25")
    page.click("#play")
    page.wait_for_function("document.getElementById('time').value === '1'")
    page.wait_for_function("document.getElementById('time').value === '2'")
    # From the end to the beginning.
    page.wait_for_function("document.getElementById('time').value === '0'")
    page.click("#play")
    assert page.inner_text("#play") == "Play"
    before = page.input_value("#time")
    page.wait_for_timeout(3000)
    assert page.input_value("#time") == before


def test_dragging_turns_the_head(page: "Page") -> None:
    before = _picture(page)
    page.mouse.move(100, 100)
    page.mouse.down()
    page.mouse.move(160, 100, steps=4)
    page.mouse.up()
    assert np.abs(_picture(page) - before).mean() > 0.01


def test_a_missing_file_is_named(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        if path.name != "timestep-00004.js":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with launch_chromium() as browser:
        opened = browser.new_page()
        opened.goto((tmp_path / "index.html").as_uri())
        opened.get_by_text("The file timestep-00004.js is missing or damaged.").wait_for()


def test_the_licences_lie_beside_the_viewer(folder: Path) -> None:
    text = (folder / "LICENSES.txt").read_text()
    assert all(name in text for name in ("Spark", "three.js", "fflate", "MERCHANTABILITY"))
