"""Alpha maps from the empty shots of layout v2."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from micro import logging_kept
from nersemble.captures.config import MaskConfig
from nersemble.captures.masks import foreground
from nersemble.cli import main
from nersemble.data_manager.layouts import open_capture
from nersemble.data_manager.rig import SERIALS
from nersemble.data_manager.video_reader import VideoReader
from video_captures import video_path, write_background, write_v2, write_video

HEIGHT, WIDTH = 160, 110
Array = np.ndarray[Any, Any]


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    with logging_kept():
        yield


def _wall(seed: int = 0) -> Array:
    random = np.random.default_rng(seed)
    wall = np.linspace(90, 140, WIDTH)[None, :, None] * np.ones((HEIGHT, 1, 3))
    return (wall + random.normal(0, 2, wall.shape)).astype(np.uint8)


def _head(center: float, seed: int = 0) -> tuple[Array, Array]:
    """A picture with a head that reaches the lower border, and where the head is."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    inside = np.hypot((x - center) / 30, (y - 80) / 45) < 1
    inside |= (y > 100) & (np.abs(x - center) < 18)
    picture = _wall(seed)
    picture[inside] = (200, 150, 120)
    # Eyes with the wall's own colour are no holes.
    eye = np.hypot(x - center, y - 70) < 5
    picture[eye] = _wall(seed + 1)[eye]
    # Something small changed in the corner.
    picture[5:9, 5:9] = 255
    return picture, inside


def test_the_head_is_found_and_nothing_else() -> None:
    for center in (40, 70):
        picture, inside = _head(center, seed=3)
        alpha = foreground(picture, _wall(4), MaskConfig())
        found = alpha > 127
        union = (found | inside).sum()
        assert (found & inside).sum() / union > 0.95
        assert not found[:12, :12].any()
        assert set(np.unique(alpha)) > {0, 255}


def test_an_empty_rig_has_no_foreground() -> None:
    assert not foreground(_wall(1), _wall(2), MaskConfig()).any()


def _enlarged(pixels: Array) -> Array:
    return pixels.repeat(3, axis=0).repeat(3, axis=1)


def _in_the_light(picture: Array, light: Array) -> Array:
    """A picture lit by ``light`` times as much, in linear intensities."""
    return np.clip(picture * light[..., None] ** (1 / 2.2), 0, 255).astype(np.uint8)


def _compressed(path: Path, picture: Array, crf: int) -> Array:
    """A picture after x264."""
    options = {"crf": str(crf)}
    write_video(path, [picture], codec="libx264", pixels="yuv420p", options=options)
    return VideoReader(path, "a").read(0)


@pytest.mark.parametrize("crf", [14, 24])
@pytest.mark.parametrize("edge", [2, 15])
def test_shadows_and_a_moved_lamp_are_background(tmp_path: Path, crf: int, edge: float) -> None:
    # Larger, as compression halves the resolution of colours.
    height, width = 3 * HEIGHT, 3 * WIDTH
    y, x = np.mgrid[:height, :width]
    lamp = 1 + 0.2 * (x / width - 0.5) - 0.15 * (y / height - 0.5)
    empty = _enlarged(_wall(4))
    for center in (40, 55):
        picture, inside = (_enlarged(one) for one in _head(center, seed=3))
        beside = np.roll(inside, 60, axis=1)
        shadow = 1 - 0.45 * ndimage.gaussian_filter(beside.astype(float), edge)
        lit = _in_the_light(picture, lamp * np.where(inside, 1, shadow))
        found = foreground(_compressed(tmp_path / "a.mp4", lit, crf), empty, MaskConfig()) > 127
        assert (found & inside).sum() / (found | inside).sum() > 0.96


def test_a_head_in_the_wall_s_own_hue_is_found_if_much_darker() -> None:
    picture, inside = _head(50)
    picture[inside] = 30
    found = foreground(picture, _wall(4), MaskConfig()) > 127
    assert (found & inside).sum() / (found | inside).sum() > 0.95


def test_everything_may_be_foreground() -> None:
    picture = np.full((HEIGHT, WIDTH, 3), 250, dtype=np.uint8)
    assert (foreground(picture, _wall(), MaskConfig()) == 255).all()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_v2(tmp_path, serials=SERIALS[:2], n_frames=1, scale=20)
    for index, serial in enumerate(SERIALS[:2]):
        pictures = [_head(40 + 5 * n + 20 * index, seed=n)[0] for n in range(3)]
        write_video(video_path(tmp_path / "017", "FREE", serial), pictures)
        write_background(tmp_path / "017", serial, _wall(9))
    return tmp_path


def test_the_command_writes_alpha_maps_that_the_reader_takes(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["data", "mask", "17", "FREE", "--data_path", str(root)]
    assert main(command) == 0
    paths = [video_path(root / "017", "FREE", s, "alpha_maps") for s in SERIALS[:2]]
    assert capsys.readouterr().out.split() == [str(path) for path in sorted(paths)]
    capture = open_capture(root, 17, "FREE")
    for index, serial in enumerate(SERIALS[:2]):
        for number in range(3):
            _, inside = _head(40 + 5 * number + 20 * index)
            found = capture.read(serial, number).alpha > 127
            assert (found & inside).sum() / (found | inside).sum() > 0.95
    assert sorted(path.name for path in paths[0].parent.iterdir()) == sorted(p.name for p in paths)
    contents = [path.read_bytes() for path in paths]
    assert main([*command, "--threshold", "0.3"]) == 0
    assert capsys.readouterr().out == ""
    assert [path.read_bytes() for path in paths] == contents


def test_a_missing_empty_shot_is_named_before_anything_is_written(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = root / "017" / "sequences" / "BACKGROUND" / f"image_{SERIALS[1]}.jpg"
    path.unlink()
    assert main(["data", "mask", "17", "FREE", "--data_path", str(root)]) == 2
    assert f"The empty shot {path} of camera {SERIALS[1]} is missing" in capsys.readouterr().err
    assert not (root / "017" / "sequences" / "FREE" / "alpha_maps").exists()


def test_a_damaged_empty_shot_or_video_is_named(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shot = root / "017" / "sequences" / "BACKGROUND" / f"image_{SERIALS[1]}.jpg"
    shot.write_bytes(shot.read_bytes()[:50])
    assert main(["data", "mask", "17", "FREE", "--data_path", str(root)]) == 2
    assert f"Cannot decode {shot}" in capsys.readouterr().err
    video = video_path(root / "017", "FREE", SERIALS[0])
    video.write_bytes(video.read_bytes()[:-3000])
    assert main(["data", "mask", "17", "FREE", "--data_path", str(root)]) == 2
    alpha_maps = root / "017" / "sequences" / "FREE" / "alpha_maps"
    assert not list(alpha_maps.glob("*"))


@pytest.mark.parametrize("option", ["--threshold=0", "--threshold=2", "--closing=-1"])
def test_impossible_options(root: Path, option: str) -> None:
    assert main(["data", "mask", "17", "FREE", "--data_path", str(root), option]) == 2
