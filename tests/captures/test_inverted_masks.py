"""Masks that are black on the head in every camera, and masks that are the pictures' alpha."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from nersemble.captures.check import check_captures
from nersemble.captures.convert.config import ConvertConfig
from nersemble.captures.convert.plan import make_plan
from nersemble.captures.convert.writer import convert
from nersemble.captures.silhouettes import Silhouette, seem_inverted
from nersemble.data_manager.layouts import open_capture
from nersemble.errors import CaptureError
from nersemble.geometry.camera import Camera
from own_captures import LENSES, recorded, write_colmap, write_recordings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recordings, and their masks twice: white and black on the head."""
    path = tmp_path_factory.mktemp("masks")
    write_recordings(path, 1, videos=False)
    write_colmap(path / "colmap", binary=False)
    for name in LENSES:
        alpha = np.rint(255 * recorded(name, 0)[1]).astype(np.uint8)
        (path / "inverted" / name).mkdir(parents=True)
        Image.fromarray(255 - alpha).save(path / "inverted" / name / "8.png")
    return path


def test_masks_that_are_inverted_in_every_camera_are_refused_and_read(
    folder: Path, tmp_path: Path
) -> None:
    source, calibration = folder / "recordings", folder / "colmap"
    inverted = ConvertConfig(masks=folder / "inverted")
    with pytest.raises(CaptureError, match=r"^4 of 4 masks seem .*\d%.*; give --invert_masks"):
        make_plan(source, calibration, inverted)
    right = ConvertConfig(masks=folder / "masks", invert_masks=True)
    with pytest.raises(CaptureError, match=r"4 of 4 masks.*leave --invert_masks out"):
        make_plan(source, calibration, right)
    mended = make_plan(
        source, calibration, ConvertConfig(masks=folder / "inverted", invert_masks=True)
    )
    expected = make_plan(source, calibration, ConvertConfig(masks=folder / "masks"))
    assert expected.hull
    assert mended.hull
    torch.testing.assert_close(mended.hull.extent, expected.hull.extent)
    convert(mended, tmp_path, 1, "S", source)
    convert(expected, tmp_path, 2, "S", source)
    found, wanted = (open_capture(tmp_path, number, "S").alpha("c", 0) for number in (1, 2))
    assert (found == wanted).all()


def test_a_capture_whose_masks_are_inverted_is_told(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = folder / "recordings"
    plan = make_plan(source, folder / "colmap", ConvertConfig(masks=folder / "masks"))
    convert(plan, tmp_path, 1, "S", source)
    for path in (tmp_path / "001").rglob("alpha_map/*.png"):
        Image.fromarray(255 - np.asarray(Image.open(path))).save(path)
    check_captures(tmp_path)
    assert "001 S: 4 of 4 masks seem to be inverted" in caplog.text


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (slice(2, 100), slice(5, 95)),  # nearly all of the picture
        (slice(30, 100), slice(20, 80)),  # down to the lower border
        (slice(0, 100), slice(40, 60)),  # a neck and a tall hat
        (slice(60, 100), slice(0, 100)),  # low, with shoulders at three borders
        (slice(0, 70), slice(15, 85)),  # a face cut off at the forehead
    ],
)
def test_heads_are_not_taken_for_inverted(rows: slice, columns: slice) -> None:
    camera = Camera(torch.eye(3), torch.eye(4), 100, 100)
    mask = torch.zeros(100, 100, dtype=torch.bool)
    mask[rows, columns] = True
    assert not seem_inverted([[Silhouette(str(i), camera, mask) for i in range(4)]])
    told = seem_inverted([[Silhouette(str(i), camera, ~mask) for i in range(4)]])
    assert told.startswith("4 of 4 masks")


def test_alpha_in_pictures_gives_the_scale(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in LENSES:
        rgb, alpha = (np.rint(255 * one).astype(np.uint8) for one in recorded(name, 0))
        (tmp_path / "rec" / name).mkdir(parents=True)
        Image.fromarray(np.dstack([rgb, alpha])).save(tmp_path / "rec" / name / "8.png")
    plan = make_plan(tmp_path / "rec", folder / "colmap", ConvertConfig())
    masked = ConvertConfig(masks=folder / "masks")
    expected = make_plan(folder / "recordings", folder / "colmap", masked)
    assert plan.hull
    assert expected.hull
    torch.testing.assert_close(plan.hull.extent, expected.hull.extent, atol=0.2, rtol=0)
    assert "No --masks" not in caplog.text
