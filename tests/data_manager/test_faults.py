"""Pictures that show nothing are mentioned, and training goes on with them."""

import logging
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from captures import PARTICIPANT, SEQUENCE, picture_path, write_tiny_capture
from micro import make_workspace, write_capture
from nersemble.captures.check import check_captures, table
from nersemble.data_manager.capture import Frame
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import open_dataset
from nersemble.data_manager.faults import fault_of
from nersemble.data_manager.packing import Packer
from nersemble.data_manager.picture_files import encode_depth
from nersemble.data_manager.rig import SERIALS

ALPHA = "alpha_map-73fps"


def _fill(path: Path, value: int) -> None:
    with Image.open(path) as picture:
        pixels = np.full_like(np.asarray(picture), value)
    Image.fromarray(pixels).save(path)


def _frame(rgb: np.ndarray, alpha: int = 255) -> Frame:
    return Frame(rgb, np.full(rgb.shape[:2], alpha, np.uint8), None)


def test_what_counts_as_blank() -> None:
    random = np.random.default_rng(0)
    noise = random.integers(0, 6, (40, 30, 3)).astype(np.uint8)
    assert "blank" in str(fault_of(_frame(noise), masked=False))
    assert "brightest value is 25 of 255" in str(fault_of(_frame(noise * 5), masked=False))
    # One bright spot, between the pixels that are looked at first.
    spot = noise.copy()
    spot[7, 9] = 200
    assert fault_of(_frame(spot), masked=False) is None
    assert "alpha map is 0" in str(fault_of(_frame(spot, alpha=0), masked=True))


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    folder = write_tiny_capture(tmp_path)
    _fill(picture_path(folder, SERIALS[1], 1), 3)
    _fill(picture_path(folder, SERIALS[2], 0, ALPHA), 0)
    return tmp_path


def test_the_check_lists_them_with_their_paths(faulty: Path) -> None:
    rows = {row.serial: row for row in check_captures(faulty)}
    assert [row.problem for row in rows.values()] == [""] * len(rows)
    folder = faulty / f"{PARTICIPANT:03d}"
    assert str(picture_path(folder, SERIALS[1], 1)) in rows[SERIALS[1]].remark
    assert "timestep 1 is blank" in rows[SERIALS[1]].remark
    assert "timestep 0 has no foreground" in rows[SERIALS[2]].remark
    assert rows[SERIALS[0]].remark == ""
    assert table(list(rows.values())).count("usable, but the picture") == 2


def test_reading_and_packing_mention_each_once(
    faulty: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dataset = open_dataset(faulty, PARTICIPANT, SEQUENCE, DataConfig())
    store = dataset.train_store(1)
    with caplog.at_level(logging.WARNING, "nersemble.data"):
        store.load_all()
        for camera in range(store.n_cameras):
            store.frame(camera, 1)
    read = [r.getMessage() for r in caplog.records if "The picture of camera" in r.getMessage()]
    assert len(read) == 2
    caplog.clear()
    splits = dataset.splits
    with caplog.at_level(logging.WARNING, "nersemble.data"):
        Packer(
            dataset.capture,
            splits.train_serials,
            splits.frame_numbers,
            tmp_path / "store",
            source_root=faulty,
        ).pack()
    packed = [r.getMessage() for r in caplog.records if "The picture of camera" in r.getMessage()]
    assert sorted(packed) == sorted(read)
    assert any(f"camera {SERIALS[1]} at timestep 1 is blank" in text for text in packed)


def test_training_goes_on_with_pictures_that_show_nothing(tmp_path: Path) -> None:
    write_capture(tmp_path / "capture")
    workspace = make_workspace(tmp_path / "work", tmp_path / "capture")
    for number in (0, 1, 2):
        for serial in SERIALS[:3]:
            _fill(picture_path(workspace.participant, serial, number, ALPHA), 0)
            _fill(picture_path(workspace.participant, serial, number), 0)
    for store in ("memory", "packed"):
        assert workspace.train(max_steps=6, frame_store=store) == 0


HEAD = np.zeros((40, 30), np.uint8)
HEAD[8:, 8:22] = 255


@pytest.mark.parametrize(
    ("alpha", "with_depth", "named"),
    [
        (HEAD, True, None),
        (HEAD // 3, False, "largest value of its alpha map is 85 of 255"),
        (np.full_like(HEAD, 255), False, r"nearly all foreground \(100.00% "),
        (255 * (np.arange(1200).reshape(40, 30) == 600), False, r"nearly no foreground \(0.08% "),
        (255 - HEAD, False, "perhaps inverted: 8.% of its border is foreground, and 5.% of"),
        (255 - HEAD, True, "perhaps inverted: only 0% of the pixels with depth are foreground"),
    ],
)
def test_masks_that_are_hardly_those_of_a_head(
    alpha: np.ndarray, with_depth: bool, named: str | None
) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (40, 30, 3)).astype(np.uint8)
    depth = encode_depth(np.where(HEAD > 0, 1.0, 0.0)) if with_depth else None
    fault = fault_of(Frame(rgb, alpha.astype(np.uint8), depth), masked=True)
    assert (fault is None) == (named is None)
    assert named is None or re.search(named, str(fault))


def test_the_check_tells_of_an_implausible_mask_and_of_no_missing_one(tmp_path: Path) -> None:
    folder = write_tiny_capture(tmp_path, depth=False)
    _fill(picture_path(folder, SERIALS[1], 1, ALPHA), 77)
    picture_path(folder, SERIALS[2], 0, ALPHA).unlink()
    rows = {row.serial: row for row in check_captures(tmp_path)}
    assert "largest value of its alpha map is 77" in rows[SERIALS[1]].remark
    assert rows[SERIALS[2]].remark == ""
