"""The benchmark's point clouds as depth: read, packed, left out, and damaged."""

import json
from pathlib import Path

import numpy as np
import pytest

from nersemble.data_manager.capture import ReadOptions
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.layout_videos import open_benchmark
from nersemble.data_manager.packing import Packed
from nersemble.data_manager.picture_files import decode_depth
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import CaptureError
from nersemble.jobs.picture_source import PackedPictures, PictureSource
from pcd_files import write_pcd
from video_captures import write_benchmark

RADIUS, N_FRAMES = 0.08, 3
SEQUENCE = Path("nvs/388/sequences/GLASSES")


def _cloud(root: Path, frame_number: int) -> Path:
    return root / SEQUENCE / "pointclouds" / f"frame_{frame_number:05d}.pcd"


def _write_sphere(path: Path, *, scale: float = 1.0, inward: bool = False) -> Path:
    """A sphere around the origin, at which all cameras look from 1 metre."""
    normals = np.random.default_rng(0).normal(size=(20_000, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    sign = -1 if inward else 1
    return write_pcd(path, np.concatenate([scale * RADIUS * normals, sign * normals], 1))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A capture of the benchmark of which the timesteps 0 and 2 have a cloud."""
    write_benchmark(tmp_path, n_frames=N_FRAMES)
    for number in (0, 2):
        _write_sphere(_cloud(tmp_path, number))
    return tmp_path


def test_a_cloud_is_the_depth_of_its_frame(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    capture = open_benchmark(root, 388, "GLASSES")
    assert "point clouds of 2 of 3 timesteps" in caplog.text
    assert capture.has_depth
    for serial in (SERIALS[0], SERIALS[7]):
        frame = capture.read(serial, 2)
        assert frame.depth is not None
        assert not frame.depth[frame.alpha < 128].any()
        metres = decode_depth(frame.depth)
        seen = metres[metres > 0]
        assert len(seen) > 50
        assert seen.min() == pytest.approx(1 - RADIUS, abs=2e-3)
        assert seen.max() < 1
    assert capture.read(SERIALS[0], 1).depth is None


def test_off_reads_none(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    capture = open_benchmark(root, 388, "GLASSES", ReadOptions(point_clouds="off"))
    assert not capture.has_depth
    assert capture.read(SERIALS[0], 0).depth is None
    assert "point clouds" not in caplog.text


def test_normals_may_point_inward(root: Path) -> None:
    outward = open_benchmark(root, 388, "GLASSES").read(SERIALS[0], 0).depth
    _write_sphere(_cloud(root, 0), inward=True)
    inward = open_benchmark(root, 388, "GLASSES").read(SERIALS[0], 0).depth
    assert outward is not None
    assert inward is not None
    assert (outward == inward).all()


@pytest.mark.parametrize("scale", [1000.0, 0.001, 20.0])
def test_a_cloud_in_other_units_is_an_error(root: Path, scale: float) -> None:
    path = _cloud(root, 0)
    normals = np.random.default_rng(0).normal(size=(20_000, 3))
    offset = np.array([0, 0.15, 0])
    positions = normals / np.linalg.norm(normals, axis=1, keepdims=True) * RADIUS + offset
    write_pcd(path, scale * positions)
    with pytest.raises(CaptureError, match=r"frame_00000.pcd .* units or axes"):
        open_benchmark(root, 388, "GLASSES").read(SERIALS[0], 0)


def test_an_empty_cloud_is_no_depth(root: Path) -> None:
    write_pcd(_cloud(root, 0), np.zeros((0, 6)))
    depth = open_benchmark(root, 388, "GLASSES").read(SERIALS[0], 0).depth
    assert depth is not None
    assert not depth.any()


def test_a_damaged_cloud_is_named_with_the_remedy(root: Path) -> None:
    path = _cloud(root, 0)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(CaptureError, match=r"frame_00000.pcd: it is cut off.* --point_clouds off"):
        open_benchmark(root, 388, "GLASSES").read(SERIALS[0], 0)


def _open(root: Path, config: DataConfig) -> tuple[Dataset, PackedPictures]:
    dataset = open_dataset(root, 388, "GLASSES", config)
    source = PictureSource("packed", "round", root, root / "store")
    return dataset, source.packed_pictures(dataset)


def test_depth_is_packed_with_the_pictures(root: Path) -> None:
    dataset, pictures = _open(root, DataConfig())
    pictures.packer.pack()
    packed, read = pictures.open(), dataset.train_store(1)
    for timestep in range(N_FRAMES):
        a, b = packed.frame(0, timestep).depth, read.frame(0, timestep).depth
        assert (a is None and b is None) or (a == b).all()  # type: ignore[union-attr]


def test_what_decides_the_depth_packs_its_timestep_again(root: Path) -> None:
    dataset, pictures = _open(root, DataConfig())
    n_cameras = len(dataset.splits.train_serials)
    pictures.packer.pack()
    # Another cloud, another calibration, and no clouds.
    _write_sphere(_cloud(root, 2), scale=0.9)
    _, pictures = _open(root, DataConfig())
    assert pictures.packer.pack() == Packed(n_cameras, 2 * n_cameras)
    path = root / "nvs/388/calibration/camera_params.json"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=1))
    _, pictures = _open(root, DataConfig())
    assert pictures.packer.pack() == Packed(2 * n_cameras, n_cameras)
    _, pictures = _open(root, DataConfig(point_clouds="off"))
    assert pictures.packer.pack() == Packed(2 * n_cameras, n_cameras)
    assert pictures.open().frame(0, 0).depth is None
