"""Files of Gaussians: there and back, as 3DGS has them, and what is no such file."""

import gzip
import json
import math
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gaussian_readers import read_glb
from nersemble.errors import RunError
from nersemble.gaussians.gaussians import Gaussians
from nersemble.interop.gaussian_files import (
    first_view,
    read_gaussians,
    write_gaussians,
)
from nersemble.interop.manifest import write_manifest
from small_heads import front_camera


def _gaussians(degree: int, n: int = 5) -> Gaussians:
    generator = torch.Generator().manual_seed(0)
    shapes = ((n, 3), (n, 4), (n, 3), (n,), (n, (degree + 1) ** 2, 3))
    return Gaussians(*(torch.randn(*shape, generator=generator) for shape in shapes))


@pytest.mark.parametrize("degree", [0, 1])
def test_there_and_back(tmp_path: Path, degree: int) -> None:
    path, given = tmp_path / "new folder" / "head.ply", _gaussians(degree)
    write_gaussians(path, given)
    found = read_gaussians(path)
    for name in ("means", "log_scales", "opacity_logits", "sh"):
        assert torch.equal(getattr(found, name), getattr(given, name)), name
    unit = given.quaternions / given.quaternions.norm(dim=1, keepdim=True)
    torch.testing.assert_close(found.quaternions, unit)
    assert [p.name for p in path.parent.iterdir()] == ["head.ply"]


def test_columns_are_those_of_3dgs(tmp_path: Path) -> None:
    """Read by their names, by a reader of its own."""
    path, given = tmp_path / "head.ply", _gaussians(1)
    write_gaussians(path, given)
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


@pytest.mark.parametrize("degree", [0, 1])
def test_spz_there_and_back(tmp_path: Path, degree: int) -> None:
    path, given = tmp_path / "head.spz", _gaussians(degree, 500)
    given = replace(given, means=given.means * 0.1, sh=given.sh.clamp(-0.9, 0.9))
    write_gaussians(path, given)
    found = read_gaussians(path)
    unit = given.quaternions / given.quaternions.norm(dim=1, keepdim=True)
    alike = (found.quaternions * unit).sum(1).abs()
    assert alike.min() > math.cos(0.002)
    # Half a step: 2^-13 m, 1/16, 1/255, 1/(255 0.15), 1/128.
    for name, step in (("means", 2**-13), ("log_scales", 1 / 16)):
        assert _apart(getattr(found, name), getattr(given, name)) <= 0.501 * step, name
    assert _apart(found.opacity_logits.sigmoid(), given.opacity_logits.sigmoid()) <= 0.501 / 255
    assert _apart(found.sh[:, 0], given.sh[:, 0]) <= 0.501 / (255 * 0.15)
    if degree:
        assert _apart(found.sh[:, 1:], given.sh[:, 1:]) <= 0.501 / 128


def _apart(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a - b).abs().max())


def test_an_spz_file_of_version_2_is_read(tmp_path: Path) -> None:
    """One Gaussian, by hand: x = -1/4096 m, half opaque, red, scale e^-5, turned by 90 degrees
    around y."""
    header = struct.pack("<IIIBBBB", 0x5053474E, 2, 1, 0, 12, 0, 0)
    half = round((0.5**0.5 + 1) * 127.5)
    body = bytes([255, 255, 255, 0, 16, 0, 0, 0, 0, 128, 255, 0, 0, 80, 80, 80, 128, half, 128])
    path = tmp_path / "head.spz"
    path.write_bytes(gzip.compress(header + body))
    found = read_gaussians(path)
    torch.testing.assert_close(found.means, torch.tensor([[-1 / 4096, 1.0, 0.0]]))
    torch.testing.assert_close(found.log_scales, torch.full((1, 3), -5.0))
    turned = torch.tensor([[0.5**0.5, 0, 0.5**0.5, 0]])
    torch.testing.assert_close(found.quaternions, turned, atol=0.01, rtol=0)
    assert float(found.opacity_logits.sigmoid()) == pytest.approx(0.5, abs=0.003)
    torch.testing.assert_close(found.sh[0, 0], torch.tensor([0.5, -0.5, -0.5]) / 0.15)


def test_a_glb_has_the_attributes_of_the_extension(tmp_path: Path) -> None:
    """Read by a reader of its own."""
    path, given = tmp_path / "head.glb", _gaussians(1)
    write_gaussians(path, given)
    scene, attributes = read_glb(path)
    (primitive,) = scene["meshes"][0]["primitives"]
    assert primitive["mode"] == 0
    said = primitive["extensions"]["KHR_gaussian_splatting"]
    assert said == {"kernel": "ellipse", "colorSpace": "srgb_rec709_display"}
    assert scene["extensionsUsed"] == ["KHR_gaussian_splatting"]
    np.testing.assert_array_equal(attributes["POSITION"], given.means)
    assert scene["accessors"][0]["max"] == given.means.amax(0).tolist()
    prefix = "KHR_gaussian_splatting:"
    rotation = attributes[f"{prefix}ROTATION"]
    np.testing.assert_allclose(np.linalg.norm(rotation, axis=1), 1, atol=1e-6)
    # x, y, z, w.
    w = given.quaternions[:, 0] / given.quaternions.norm(dim=1)
    np.testing.assert_allclose(rotation[:, 3], w, atol=1e-6)
    np.testing.assert_allclose(attributes[f"{prefix}SCALE"], given.log_scales.exp())
    np.testing.assert_allclose(attributes[f"{prefix}OPACITY"][:, 0], given.opacity_logits.sigmoid())
    np.testing.assert_array_equal(attributes[f"{prefix}SH_DEGREE_1_COEF_2"], given.sh[:, 3])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no gzip", "is no SPZ file."),
        (gzip.compress(b"short"), "is no SPZ file."),
        (gzip.compress(struct.pack("<IIIBBBB", 0x5053474E, 4, 1, 0, 12, 0, 0)), "version 2 or 3"),
        (gzip.compress(struct.pack("<IIIBBBB", 0x5053474E, 3, 1, 3, 12, 0, 0)), "of degree 3"),
        (gzip.compress(struct.pack("<IIIBBBB", 0x5053474E, 3, 2**31, 0, 12, 0, 0)), "more than"),
        (gzip.compress(struct.pack("<IIIBBBB", 0x5053474E, 3, 9, 0, 12, 0, 0)), "as its header"),
        (gzip.compress(struct.pack("<IIIBBBB", 0x5053474E, 3, 9, 0, 99, 0, 0)), "as its header"),
        (gzip.compress(bytes(1 << 20))[:-9], "is no SPZ file of version"),
    ],
)
def test_no_spz_file_is_refused_in_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "head.spz"
    path.write_bytes(content)
    with pytest.raises(RunError, match=rf"head\.spz .*{says}"):
        read_gaussians(path)


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
    write_gaussians(path, _gaussians(0))
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(RunError, match=r"head\.ply .*\.$"):
        read_gaussians(path)


def test_a_missing_file_and_a_place_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="Cannot read"):
        read_gaussians(tmp_path / "head.ply")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RunError, match="Cannot write"):
        write_gaussians(tmp_path / "file" / "head.ply", _gaussians(0))
    with pytest.raises(RunError, match="Cannot write"):
        write_manifest(tmp_path / "file", "heads", "calibration", [{"seconds": 0.0}], {})


def test_the_first_view_is_in_metres() -> None:
    """The test's camera stands 6 units, two thirds of a metre, before the face; z is that way."""
    view = first_view(front_camera(12, 16, 8.0))
    np.testing.assert_allclose(view["position"], [0, 1 / 9, 6 / 9], atol=1e-9)
    np.testing.assert_allclose(view["target"], [0, 1 / 9, 0], atol=1e-9)
    assert view["vertical_fov_degrees"] == pytest.approx(90)


def test_the_manifest_counts_timesteps_and_names_the_world(tmp_path: Path) -> None:
    timesteps = [{"timestep": t, "seconds": at} for t, at in ((3, 0.0), (5, 0.5), (9, 1.0))]
    write_manifest(tmp_path, "heads", "model", timesteps, {"run": "NERS-1"})
    found = json.loads((tmp_path / "manifest.json").read_text())
    assert found["fps"] == pytest.approx(2)
    assert found["metres_per_unit"] == pytest.approx(1 / 9)
    assert found["up"] == [0, 0, 1]
    assert (found["run"], found["timesteps"]) == ("NERS-1", timesteps)
    write_manifest(tmp_path, "heads", "calibration", timesteps[:1], {})
    found = json.loads((tmp_path / "manifest.json").read_text())
    assert (found["fps"], found["metres_per_unit"], found["up"]) == (0, 1, [0, 1, 0])
