"""What a training step sees, checked against the files on disk."""

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from captures import PARTICIPANT, SEQUENCE, picture_path, write_tiny_capture
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.errors import ConfigError
from nersemble.rays.batch import RayBatch, Targets
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rays.pixel_sampler import PixelSampler

_N_RAYS = 200


@pytest.fixture
def dataset(tiny_capture_root: Path) -> Dataset:
    return open_dataset(tiny_capture_root, PARTICIPANT, SEQUENCE, DataConfig())


def _sampler(
    dataset: Dataset, *, seed: int = 0, cached: bool = True, **options: Any
) -> PixelSampler:
    settings = {"n_train_rays": _N_RAYS, "images_per_batch": 6, "image_pool_steps": 1} | options
    store = dataset.train_store(1)
    if not cached:
        uncached = Dataset(dataset.capture, dataset.splits, 0)
        store = uncached.train_store(1)
    return PixelSampler(store, dataset.train_cameras, PixelSamplerConfig(**settings), seed)


def _same(first: tuple[RayBatch, Targets], second: tuple[RayBatch, Targets]) -> bool:
    return all(
        torch.equal(value, getattr(b, name))
        for a, b in zip(first, second, strict=True)
        for name, value in vars(a).items()
    )


def _pixels(dataset: Dataset, rays: RayBatch) -> list[tuple[int, int, int]]:
    """(camera, row, column) of every ray, by the camera at its origin and by projection."""
    cameras = dataset.train_cameras
    centers = torch.stack([camera.center_world for camera in cameras])
    nearest = torch.cdist(rays.origins_world.double(), centers).min(1)
    assert nearest.values.max() < 1e-5
    assert torch.equal(nearest.indices, rays.cameras)
    found = []
    points = rays.origins_world.double() + 9 * rays.directions.double()
    for index, point in zip(nearest.indices.tolist(), points, strict=True):
        camera = cameras[index]
        pose = camera.world_to_camera
        x, y, depth = (camera.intrinsics @ (pose[:3, :3] @ point + pose[:3, 3])).tolist()
        column, row = x / depth - 0.5, y / depth - 0.5
        assert abs(column - round(column)) < 1e-3
        assert abs(row - round(row)) < 1e-3
        assert 0 <= round(column) < camera.width
        assert 0 <= round(row) < camera.height
        found.append((index, round(row), round(column)))
    return found


def _read(root: Path, serial: str, frame: int, kind: str) -> np.ndarray[Any, Any]:
    path = picture_path(root / f"{PARTICIPANT:03d}", serial, frame, kind)
    with Image.open(path) as picture:
        return np.asarray(picture).astype(np.float64)


def test_a_batch_depends_on_the_seed_and_the_step_alone(dataset: Dataset) -> None:
    sampler = _sampler(dataset)
    sampler.batch(3)
    resumed = _sampler(dataset)
    assert _same(sampler.batch(7), resumed.batch(7))
    assert not _same(sampler.batch(7), sampler.batch(8))
    assert not _same(sampler.batch(7), _sampler(dataset, seed=1).batch(7))


def test_rays_show_what_is_on_disk(dataset: Dataset, tiny_capture_root: Path) -> None:
    rays, targets = _sampler(dataset).batch(5)
    serials = dataset.splits.train_serials
    corrections = (
        tiny_capture_root / f"{PARTICIPANT:03d}" / "annotations" / SEQUENCE / "color_correction"
    )
    for i, (camera, row, column) in enumerate(_pixels(dataset, rays)):
        serial = serials[camera]
        frame = dataset.splits.frame_number(int(rays.timesteps[rays.slots[i]]))
        rgb = _read(tiny_capture_root, serial, frame, "images-2x-73fps")[row, column] / 255
        affine = np.load(corrections / f"{serial}.npy")
        corrected = np.clip(rgb @ affine[:3, :3] + affine[:3, 3], 0, 1)
        rounded = np.rint(corrected * 255) / 255
        alpha = _read(tiny_capture_root, serial, frame, "alpha_map-73fps")[row, column] / 255
        wanted = rounded * alpha + (1 - alpha)
        assert targets.rgbs[i].tolist() == pytest.approx(wanted, abs=1e-6)
        assert float(targets.alphas[i]) == pytest.approx(alpha)


@pytest.mark.parametrize("supervision", ["distance", "z"])
def test_depth_is_the_distance_along_the_ray_or_the_z_depth(
    dataset: Dataset, tiny_capture_root: Path, supervision: str
) -> None:
    rays, targets = _sampler(dataset, depth_supervision=supervision).batch(5)
    serials = dataset.splits.train_serials
    n_known = 0
    for i, (camera, row, column) in enumerate(_pixels(dataset, rays)):
        frame = dataset.splits.frame_number(int(rays.timesteps[rays.slots[i]]))
        kind = "colmap-73fps/depth_maps_compressed"
        code = _read(tiny_capture_root, serials[camera], frame, kind)[row, column]
        found = float(targets.depths_world[i])
        if code == 0:
            assert found == 0
            continue
        n_known += 1
        z = (code - 1) * 2 / 65534 * 9
        # Similar triangles: the pixel's offset from the principal point over the focal length.
        k = dataset.train_cameras[camera].intrinsics
        right = (column + 0.5 - float(k[0, 2])) / float(k[0, 0])
        down = (row + 0.5 - float(k[1, 2])) / float(k[1, 1])
        cosine = 1 / math.sqrt(1 + right**2 + down**2)
        assert found == pytest.approx(z / cosine if supervision == "distance" else z, rel=1e-5)
    assert n_known > _N_RAYS / 10


def test_a_capture_without_depth_supervises_none(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, depth=False)
    dataset = open_dataset(tmp_path, PARTICIPANT, SEQUENCE, DataConfig())
    _, targets = _sampler(dataset).batch(0)
    assert (targets.depths_world == 0).all()


@pytest.mark.parametrize("k", [1, 2, 3, 24])
def test_a_batch_shows_at_most_so_many_timesteps(dataset: Dataset, k: int) -> None:
    sampler = _sampler(dataset, timesteps_per_batch=k, images_per_batch=8)
    seen = set()
    for step in range(12):
        rays, _ = sampler.batch(step)
        assert len(rays) == _N_RAYS
        assert len(rays.timesteps) == len(rays.timesteps.unique()) <= k
        assert rays.slots.max() < len(rays.timesteps)
        seen |= set(rays.timesteps.tolist())
    assert seen == {0, 1, 2}


def test_images_are_drawn_without_repetition_and_all_in_turn(dataset: Dataset) -> None:
    sampler = _sampler(dataset, images_per_batch=5)
    seen = set()
    for step in range(20):
        images = [tuple(pair) for pair in sampler.images(step).tolist()]
        assert len(images) == len(set(images)) == 5
        seen |= set(images)
    n_cameras, n_timesteps = len(dataset.train_cameras), dataset.splits.n_timesteps
    assert seen == {(c, t) for c in range(n_cameras) for t in range(n_timesteps)}


def test_more_images_than_there_are_means_all(dataset: Dataset) -> None:
    n = len(dataset.train_cameras) * dataset.splits.n_timesteps
    assert len(_sampler(dataset, images_per_batch=1000).images(0)) == n


def test_images_stay_for_as_long_as_told_while_pixels_change(dataset: Dataset) -> None:
    sampler = _sampler(dataset, image_pool_steps=4, images_per_batch=3)
    pools = [sampler.images(step).tolist() for step in range(12)]
    assert pools[0] == pools[3] != pools[4] == pools[7] != pools[8]
    assert not _same(sampler.batch(0), sampler.batch(1))


def test_by_default_images_change_every_step_only_where_all_are_cached(dataset: Dataset) -> None:
    cached = _sampler(dataset, image_pool_steps=-1, images_per_batch=3)
    assert cached.images(0).tolist() != cached.images(1).tolist()
    uncached = _sampler(dataset, image_pool_steps=-1, images_per_batch=3, cached=False)
    pools = [uncached.images(step).tolist() for step in (0, 20, 21)]
    assert pools[0] == pools[1] != pools[2]


def test_pixels_come_from_the_whole_picture(dataset: Dataset) -> None:
    rays, _ = _sampler(dataset, n_train_rays=1500).batch(0)
    found = np.array([(row, column) for _, row, column in _pixels(dataset, rays)])
    height, width = dataset.train_cameras[0].height, dataset.train_cameras[0].width
    assert found.min(0).tolist() == [0, 0]
    assert found.max(0).tolist() == [height - 1, width - 1]
    assert found.mean(0) == pytest.approx([(height - 1) / 2, (width - 1) / 2], abs=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_train_rays", 0),
        ("images_per_batch", 0),
        ("timesteps_per_batch", 0),
        ("image_pool_steps", 0),
        ("image_pool_steps", -2),
    ],
)
def test_options_out_of_range_are_refused_by_name(name: str, value: int) -> None:
    with pytest.raises(ConfigError, match=f"--{name}"):
        PixelSamplerConfig(**{name: value})


_PATCHES = {"n_train_rays": 600, "patch_size": 11, "patch_start_step": 7}


def test_half_of_the_rays_are_patches_from_their_first_step_on(dataset: Dataset) -> None:
    sampler = _sampler(dataset, **_PATCHES)
    plain = _sampler(dataset, n_train_rays=600)
    assert _same(sampler.batch(6), plain.batch(6))
    rays, targets = sampler.batch(7)
    assert len(rays) == 600
    images, places = rays.images.tolist(), torch.tensor(_pixels(dataset, rays))[:, 1:]
    assert set(map(tuple, images)) <= set(map(tuple, sampler.images(7).tolist()))
    square = torch.cartesian_prod(torch.arange(11), torch.arange(11))
    for begin in (0, 121):
        patch = slice(begin, begin + 121)
        assert images[patch] == images[begin : begin + 1] * 121
        assert torch.equal(places[patch] - places[begin], square)
        # The centre; no picture's head reaches its border.
        assert targets.alphas[begin + 60] > 0
    changes = sum(a != b for a, b in pairwise(images[242:]))
    assert changes < len(sampler.images(7))
    assert _same(sampler.batch(7), _sampler(dataset, **_PATCHES).batch(7))
    assert not _same(sampler.batch(7), sampler.batch(8))


def test_rays_in_patches_show_what_single_ones_do(dataset: Dataset) -> None:
    rays, targets = _sampler(dataset, **_PATCHES).batch(9)
    store = dataset.train_store(1)
    for place, (camera, row, column) in enumerate(_pixels(dataset, rays)):
        frame = store.frame(camera, int(rays.images[place, 1]))
        alpha = frame.alpha[row, column] / 255
        assert float(targets.alphas[place]) == pytest.approx(alpha)
        shown = frame.rgb[row, column] / 255 * alpha + 1 - alpha
        assert targets.rgbs[place].tolist() == pytest.approx(shown, abs=1e-6)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"patch_size": 0}, "--patch_size is 0, but must"),
        ({"patch_start_step": -2}, "--patch_start_step is -2, but must"),
        ({"patch_size": 18}, "give at least 648 rays"),
        ({"patch_size": 60, "n_train_rays": 9999}, "does not fit into pictures of"),
    ],
)
def test_patches_that_cannot_be_drawn_are_refused(
    dataset: Dataset, options: dict[str, int], reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason):
        _sampler(dataset, **(_PATCHES | options))
