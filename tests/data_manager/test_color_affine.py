"""Colour correction: against plain arithmetic, and files that are no correction."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nersemble.data_manager.color_affine import correct, read_correction
from nersemble.errors import CaptureError


def _picture(height: int = 150, width: int = 11) -> np.ndarray[Any, Any]:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_colours_are_row_vectors() -> None:
    """Red goes into green only: the transposed matrix would give another picture."""
    affine = np.zeros((3, 4))
    affine[0, 1] = 0.5
    affine[2, 3] = 0.2
    corrected = correct(np.full((2, 2, 3), [200, 40, 10], dtype=np.uint8), affine)
    assert corrected[0, 0].tolist() == [0, 100, 51]


def test_both_roundings_against_plain_arithmetic() -> None:
    affine = np.eye(3, 4) + np.random.default_rng(2).normal(0, 0.1, (3, 4))
    rgb = _picture()
    expected = np.empty(rgb.shape)
    for y, x, c in np.ndindex(*rgb.shape):
        value = sum(rgb[y, x, k] / 255 * affine[k, c] for k in range(3)) + affine[c, 3]
        expected[y, x, c] = min(max(value, 0.0), 1.0) * 255
    assert (correct(rgb, affine, "truncate") == np.floor(expected)).all()
    assert (correct(rgb, affine, "round") == np.floor(expected + 0.5)).all()
    assert np.abs(correct(rgb, affine) - expected).mean() < 0.26, "rounding is unbiased"


@pytest.mark.parametrize("rounding", ["round", "truncate"])
def test_the_identity_changes_nothing(rounding: Any) -> None:
    levels = np.arange(256, dtype=np.uint8)[:, None, None].repeat(3, axis=2)
    assert (correct(levels, np.eye(3, 4), rounding) == levels).all()


def test_colours_out_of_range_saturate() -> None:
    bright = correct(_picture(), np.eye(3, 4) + [[0, 0, 0, 2.0]] * 3)
    dark = correct(_picture(), np.eye(3, 4) - [[0, 0, 0, 2.0]] * 3)
    assert bright.min() == 255
    assert dark.max() == 0


def test_a_correction_survives_the_disk(tmp_path: Path) -> None:
    affine = np.random.default_rng(3).normal(size=(3, 4))
    np.save(tmp_path / "a.npy", affine)
    assert (read_correction(tmp_path / "a.npy") == affine).all()


def test_of_a_4x4_the_first_three_rows_are_taken(tmp_path: Path) -> None:
    """As the release takes it: ``A[:3, :3]`` and ``A[:3, 3]``."""
    affine = np.random.default_rng(3).normal(size=(4, 4))
    np.save(tmp_path / "a.npy", affine)
    assert (read_correction(tmp_path / "a.npy") == affine[:3]).all()


@pytest.mark.parametrize(
    ("array", "fragment"),
    [
        (np.eye(5), r"shape \(5, 5\)"),
        (np.eye(3), r"shape \(3, 3\)"),
        (np.full((3, 4), np.nan), "NaN"),
        (np.full((3, 4), "1.0"), "3x4 or 4x4 array of numbers"),
        (np.full((3, 4), None), "cannot be read"),
    ],
)
def test_an_array_that_is_no_correction_is_named(
    tmp_path: Path, array: np.ndarray[Any, Any], fragment: str
) -> None:
    path = tmp_path / "222200037.npy"
    np.save(path, array, allow_pickle=True)
    with pytest.raises(CaptureError, match=fragment) as caught:
        read_correction(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("keep", [0, 5, 60, 140])
def test_a_truncated_file_is_named(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "222200037.npy"
    np.save(path, np.eye(3, 4))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(CaptureError, match="unpack it again") as caught:
        read_correction(path)
    assert str(path) in str(caught.value)


def test_the_corrections_of_capture_900_undo_its_casts(scan_root: Path) -> None:
    """Backgrounds differ, so compare skin: corrected, the cameras agree better on its colour."""
    from nersemble.data_manager.layout_v1 import CaptureV1
    from nersemble.data_manager.layouts import open_capture

    capture = open_capture(scan_root, 900, "SEN-01-talk")
    assert isinstance(capture, CaptureV1)
    folder = scan_root / "900" / "annotations" / "SEN-01-talk" / "color_correction"
    corrected, raw = [], []
    for camera in capture.cameras:
        frame = capture.read(camera.serial, 0)
        skin = frame.rgb[frame.alpha == 255].mean(axis=0) / 255
        affine = read_correction(folder / f"{camera.serial}.npy")
        corrected.append(skin)
        raw.append(np.linalg.solve(affine[:, :3].T, skin - affine[:, 3]))
    chroma = [np.array(c) / np.sum(c, axis=1, keepdims=True) for c in (corrected, raw)]
    assert chroma[0].std(axis=0).max() < 0.7 * chroma[1].std(axis=0).max()
