"""Files of Gaussians: there and back, as 3DGS has them, and what is no such file."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from nersemble.errors import RunError
from nersemble.gaussians.gaussians import Gaussians
from nersemble.interop.gaussian_files import file_name, read_ply, write_manifest, write_ply
from small_heads import front_camera


def _gaussians(degree: int, n: int = 5) -> Gaussians:
    generator = torch.Generator().manual_seed(0)
    shapes = ((n, 3), (n, 4), (n, 3), (n,), (n, (degree + 1) ** 2, 3))
    return Gaussians(*(torch.randn(*shape, generator=generator) for shape in shapes))


@pytest.mark.parametrize("degree", [0, 1])
def test_there_and_back(tmp_path: Path, degree: int) -> None:
    path, given = tmp_path / "new folder" / "head.ply", _gaussians(degree)
    write_ply(path, given)
    found = read_ply(path)
    for name in ("means", "log_scales", "opacity_logits", "sh"):
        assert torch.equal(getattr(found, name), getattr(given, name)), name
    unit = given.quaternions / given.quaternions.norm(dim=1, keepdim=True)
    torch.testing.assert_close(found.quaternions, unit)
    assert [p.name for p in path.parent.iterdir()] == ["head.ply"]


def test_columns_are_those_of_3dgs(tmp_path: Path) -> None:
    """Read by their names, by a reader of its own."""
    path, given = tmp_path / "head.ply", _gaussians(1)
    write_ply(path, given)
    header, _, body = path.read_bytes().partition(b"end_header\n")
    names = [line.split()[-1] for line in header.decode().splitlines() if "property" in line]
    assert names[:6] == ["x", "y", "z", "nx", "ny", "nz"]
    table = np.frombuffer(body, [(name, "<f4") for name in names])
    assert len(table) == 5
    np.testing.assert_array_equal(table["y"], given.means[:, 1])
    np.testing.assert_array_equal(table["nx"], 0)
    np.testing.assert_array_equal(table["f_dc_2"], given.sh[:, 0, 2])
    # Red's three, then green's, then blue's.
    np.testing.assert_array_equal(table["f_rest_1"], given.sh[:, 2, 0])
    np.testing.assert_array_equal(table["f_rest_6"], given.sh[:, 1, 2])
    np.testing.assert_array_equal(table["scale_2"], given.log_scales[:, 2])
    np.testing.assert_array_equal(table["opacity"], given.opacity_logits)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"ply\n", b"plx\n"),
        (b"binary_little_endian", b"ascii"),
        (b"vertex 5", b"vertex 6"),
        (b"vertex 5", b"vertex " + b"9" * 5000),
        (b"vertex 5", b"vertex"),
        (b"property float x", b"property double x"),
        (b"property float opacity", b"property float opaque"),
        (b"end_header", b"no_end"),
        (b"property float f_dc_0\n", b""),
    ],
)
def test_other_files_are_refused_in_a_sentence(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = tmp_path / "head.ply"
    write_ply(path, _gaussians(0))
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(RunError, match=r"head\.ply .*\.$"):
        read_ply(path)


def test_a_missing_file_and_a_place_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="Cannot read"):
        read_ply(tmp_path / "head.ply")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RunError, match="Cannot write"):
        write_ply(tmp_path / "file" / "head.ply", _gaussians(0))
    with pytest.raises(RunError, match="Cannot write"):
        write_manifest(tmp_path / "file", {0: 0.0}, front_camera(), {})


def test_the_manifest_says_where_the_first_view_is(tmp_path: Path) -> None:
    """The test's camera stands 6 units, two thirds of a metre, before the face; z is that way."""
    write_manifest(tmp_path, {3: 0.0, 5: 0.5, 9: 1.0}, front_camera(12, 16, 8.0), {"run": "NERS-1"})
    found = json.loads((tmp_path / "manifest.json").read_text())
    view = found["first_view"]
    np.testing.assert_allclose(view["position"], [0, 1 / 9, 6 / 9], atol=1e-9)
    np.testing.assert_allclose(view["target"], [0, 1 / 9, 0], atol=1e-9)
    assert view["vertical_fov_degrees"] == pytest.approx(90)
    assert found["fps"] == pytest.approx(2)
    assert found["run"] == "NERS-1"
    assert [t["file"] for t in found["timesteps"]] == [file_name(t) for t in (3, 5, 9)]
