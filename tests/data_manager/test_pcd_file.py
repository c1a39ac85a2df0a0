"""PCD files: every kind of data, and damaged files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nersemble.data_manager.pcd_file import read_pcd
from pcd_files import write_pcd

ROWS = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)


@pytest.mark.parametrize("kind", ["ascii", "binary", "binary_compressed"])
def test_all_kinds_of_data_give_the_same_points(tmp_path: Path, kind: Any) -> None:
    rows = ROWS.copy()
    # Runs of equal bytes are references to themselves in LZF.
    rows[10:40, :3] = 0.5
    positions, normals = read_pcd(write_pcd(tmp_path / "a.pcd", rows, kind))
    assert (positions == rows[:, :3]).all()
    expected = rows[:, 3:] / np.linalg.norm(rows[:, 3:], axis=1, keepdims=True)
    np.testing.assert_allclose(normals, expected, atol=1e-6)


def test_fields_may_have_any_order_and_type(tmp_path: Path) -> None:
    path = tmp_path / "a.pcd"
    kind = np.dtype([("rgb", "<u4"), ("z", "<f8"), ("fpfh", "<f4", 3), ("x", "<f4"), ("y", "<i2")])
    points = np.zeros(2, kind)
    points["x"], points["y"], points["z"] = [1.5, 2.5], [-3, 4], [5.25, 6.25]
    header = (
        "# a comment\nVERSION .7\nFIELDS rgb z fpfh x y\nSIZE 4 8 4 4 2\nTYPE U F F F I\n"
        "COUNT 1 1 3 1 1\nWIDTH 2\nHEIGHT 1\nPOINTS 2\nDATA binary\n"
    )
    path.write_bytes(header.encode() + points.tobytes())
    positions, normals = read_pcd(path)
    assert positions.tolist() == [[1.5, -3, 5.25], [2.5, 4, 6.25]]
    assert normals is None


def test_points_that_are_not_finite_are_left_out(tmp_path: Path) -> None:
    rows = ROWS.copy()
    rows[3, 1], rows[4, 2] = np.nan, np.inf
    rows[0, 3:], rows[1, 4] = 0, np.nan
    positions, normals = read_pcd(write_pcd(tmp_path / "a.pcd", rows))
    assert len(positions) == 48
    assert normals is not None
    assert np.linalg.norm(normals, axis=1).round(5).tolist() == [0, 0, *[1] * 46]


def _cut(content: bytes) -> bytes:
    return content[:-5]


@pytest.mark.parametrize(
    ("kind", "change", "reason"),
    [
        ("binary", _cut, "it is cut off: it has 1395 bytes of points instead of 1400"),
        ("ascii", lambda b: b[: b.rfind(b"\n")], "343 numbers of points instead of 350"),
        ("binary_compressed", _cut, "cut off"),
        ("binary_compressed", lambda b: b[:-900] + bytes([255] * 900), "damaged"),
        ("binary", lambda b: b"", "not a PCD file"),
        ("binary", lambda b: b[:60], "not a PCD file, or its header is cut off"),
        ("binary", lambda b: b"\x89PNG\n" * 99, "not a PCD file"),
        ("binary", lambda b: b.replace(b"FIELDS x y z", b"FIELDS u v w"), "no fields x, y and z"),
        ("binary", lambda b: b.replace(b"POINTS 50", b"NOTHING 1"), "its header has no POINTS"),
        ("binary", lambda b: b.replace(b"POINTS 50", b"POINTS -5"), "below 0"),
        ("binary", lambda b: b.replace(b"POINTS 50", b"POINTS 9999999999"), "cut off"),
        ("binary", lambda b: b.replace(b"SIZE 4 4", b"SIZE 3 4"), "damaged"),
        ("binary", lambda b: b.replace(b"SIZE 4 4", b"SIZE 4"), "shorter"),
        ("binary", lambda b: b.replace(b"DATA binary", b"DATA zip"), "its data are zip"),
        ("ascii", lambda b: b.replace(b"DATA ascii\n", b"DATA ascii\nhere "), "here"),
    ],
)
def test_a_bad_file_is_named_in_a_sentence(
    tmp_path: Path, kind: Any, change: Any, reason: str
) -> None:
    path = write_pcd(tmp_path / "a.pcd", ROWS, kind)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ValueError, match=reason):
        read_pcd(path)
