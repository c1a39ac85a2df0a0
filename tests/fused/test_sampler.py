"""Batches drawn onto a device: from resident frames by the kernel, else by a thread."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from captures import PARTICIPANT, SEQUENCE, picture_path, write_tiny_capture
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.picture_files import decode_depth
from nersemble.distributed import ALONE
from nersemble.errors import CaptureError
from nersemble.fused.batch import DeviceBatch
from nersemble.fused.memory import frame_bytes
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rays.pixel_sampler import PixelSampler

pytest.importorskip("triton")

from nersemble.fused.kernels.launching import collecting
from nersemble.fused.sampler import BlankBatches, DeviceSampler

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
N_RAYS = 4000 if DEVICE.type == "cuda" else 200
SEED = 4


@pytest.fixture
def dataset(tiny_capture_root: Path) -> Dataset:
    return open_dataset(tiny_capture_root, PARTICIPANT, SEQUENCE, DataConfig())


@pytest.fixture
def threads() -> Iterator[set[threading.Thread]]:
    """The threads before; none must be left."""
    before = set(threading.enumerate())
    yield before
    assert set(threading.enumerate()) <= before


def _config(**options: Any) -> PixelSamplerConfig:
    settings = {"n_train_rays": N_RAYS, "images_per_batch": 6, "image_pool_steps": 1}
    return PixelSamplerConfig(**(settings | options))


def _sampler(
    dataset: Dataset, *, resident: bool, seed: int = SEED, budget: int | None = None, **options: Any
) -> DeviceSampler:
    store = dataset.train_store(1)
    if budget is None:
        budget = frame_bytes(store.n_images, store.image_shape, True) if resident else 0
    sampler = DeviceSampler(
        store,
        dataset.train_cameras,
        _config(**options),
        seed,
        DEVICE,
        frame_budget_bytes=budget,
    )
    assert (sampler._frames is not None) == resident
    return sampler


def _tensors(batch: DeviceBatch) -> dict[str, Tensor]:
    parts = vars(batch.rays) | vars(batch.targets) | {"jitter": batch.jitter}
    assert all(t.device.type == DEVICE.type for t in parts.values())
    return {name: t.cpu() for name, t in parts.items()}


def _same(one: DeviceBatch, other: DeviceBatch) -> bool:
    a, b = _tensors(one), _tensors(other)
    return all(torch.equal(a[name], b[name]) for name in a)


def _looked_at(dataset: Dataset, batch: DeviceBatch) -> list[tuple[int, int, int, int]]:
    """(camera, timestep, row, column) of every ray, by its origin, its slot and projection."""
    cameras = dataset.train_cameras
    parts = _tensors(batch)
    origins, directions = parts["origins_world"].double(), parts["directions"].double()
    centers = torch.stack([camera.center_world for camera in cameras])
    nearest = torch.cdist(origins, centers).min(1)
    assert nearest.values.max() < 1e-5
    assert torch.equal(nearest.indices, parts["cameras"].long())
    found = []
    timesteps = parts["timesteps"][parts["slots"].long()].tolist()
    for index, point, timestep in zip(
        nearest.indices.tolist(), origins + 9 * directions, timesteps, strict=True
    ):
        camera = cameras[index]
        pose = camera.world_to_camera
        x, y, z = (camera.intrinsics @ (pose[:3, :3] @ point + pose[:3, 3])).tolist()
        column, row = x / z - 0.5, y / z - 0.5
        assert abs(column - round(column)) < 2e-3
        assert abs(row - round(row)) < 2e-3
        found.append((index, timestep, round(row), round(column)))
    return found


@pytest.mark.parametrize("resident", [True, False])
@pytest.mark.parametrize("supervision", ["distance", "z"])
def test_targets_are_the_pixels_that_the_rays_pass_through(
    dataset: Dataset, resident: bool, supervision: str
) -> None:
    store = dataset.train_store(1)
    with _sampler(dataset, resident=resident, depth_supervision=supervision) as sampler:
        batch = sampler.batch(5)
    parts = _tensors(batch)
    n_known = 0
    for i, (camera, timestep, row, column) in enumerate(_looked_at(dataset, batch)):
        frame = store.frame(camera, timestep)
        alpha = frame.alpha[row, column] / 255
        rgb = frame.rgb[row, column] / 255 * alpha + 1 - alpha
        assert parts["rgbs"][i].tolist() == pytest.approx(rgb, abs=1e-6)
        assert float(parts["alphas"][i]) == pytest.approx(alpha, abs=1e-6)
        assert frame.depth is not None
        depth = float(decode_depth(frame.depth[row, column])) * 9
        if supervision == "distance":
            forward = dataset.train_cameras[camera].world_to_camera[2, :3]
            depth /= float(parts["directions"][i].double() @ forward)
        assert float(parts["depths_world"][i]) == pytest.approx(depth, rel=1e-5)
        n_known += depth > 0
    assert n_known > N_RAYS / 10
    assert ((parts["jitter"] >= 0) & (parts["jitter"] < 1)).all()
    assert len(parts["jitter"].unique()) > N_RAYS / 2


@pytest.mark.parametrize("resident", [True, False])
@pytest.mark.parametrize("k", [2, 24])
def test_images_and_timesteps_are_those_of_the_pixel_sampler(
    dataset: Dataset, resident: bool, k: int
) -> None:
    options = {"timesteps_per_batch": k, "images_per_batch": 5}
    reference = PixelSampler(
        dataset.train_store(1), dataset.train_cameras, _config(**options), SEED
    )
    with _sampler(dataset, resident=resident, **options) as sampler:
        for step in (0, 1, 700):
            batch = sampler.batch(step)
            images = reference.images(step)
            looked_at = _looked_at(dataset, batch)
            assert {place[:2] for place in looked_at} == set(map(tuple, images.tolist()))
            assert torch.equal(batch.rays.timesteps.cpu(), images[:, 1].unique())


def test_images_have_equal_shares_and_lie_together(dataset: Dataset) -> None:
    with _sampler(dataset, resident=True, images_per_batch=7) as sampler:
        batches = [sampler.batch(step) for step in range(6)]
    for batch in batches:
        images = [place[:2] for place in _looked_at(dataset, batch)]
        changes = sum(a != b for a, b in pairwise(images))
        assert changes == len(set(images)) - 1
        counts = [images.count(image) for image in set(images)]
        assert max(counts) - min(counts) <= 1
        slots = batch.rays.slots.tolist()
        assert sum(a != b for a, b in pairwise(slots)) == len(set(slots)) - 1
    # The last rays may be dropped: they must not always be those of the last timestep.
    assert len({int(batch.rays.slots[-1]) for batch in batches}) > 1


@pytest.mark.parametrize("resident", [True, False])
def test_a_batch_depends_on_the_seed_and_the_step_alone(dataset: Dataset, resident: bool) -> None:
    with (
        _sampler(dataset, resident=resident) as sampler,
        _sampler(dataset, resident=resident) as resumed,
        _sampler(dataset, resident=resident, seed=SEED + 1) as other,
    ):
        walked = [sampler.batch(step) for step in range(998, 1004)]
        assert _same(resumed.batch(1000), walked[2])  # the first that it is asked for
        assert _same(resumed.batch(1001), walked[3])
        assert _same(resumed.batch(998), walked[0])  # backwards
        assert _same(resumed.batch(998), walked[0])  # again
        assert _same(resumed.batch(1003), walked[5])  # beyond what is prepared next
        assert not _same(walked[0], walked[1])
        assert not _same(walked[0], other.batch(998))


def test_off_the_device_rays_are_those_of_the_pixel_sampler(dataset: Dataset) -> None:
    reference = PixelSampler(dataset.train_store(1), dataset.train_cameras, _config(), SEED)
    with _sampler(dataset, resident=False) as sampler:
        for step in (3, 4):
            parts = _tensors(sampler.batch(step))
            for wanted in reference.batch(step):
                for name, value in vars(wanted).items():
                    assert torch.equal(parts[name], value.to(parts[name].dtype))


_PATCHES = {"n_train_rays": 600, "patch_size": 11, "patch_start_step": 3}


def test_patches_are_those_of_the_pixel_sampler(dataset: Dataset) -> None:
    """Behind them, images share the rays equally as before."""
    n_in_patches = 2 * 11**2
    reference = PixelSampler(dataset.train_store(1), dataset.train_cameras, _config(**_PATCHES), 4)
    with (
        _sampler(dataset, resident=True, **_PATCHES) as sampler,
        _sampler(dataset, resident=True, n_train_rays=600) as plain,
    ):
        assert _same(sampler.batch(2), plain.batch(2))
        for step in (3, 4):
            batch = sampler.batch(step)
            rays, targets = reference.batch(step)
            ours = _tensors(batch)
            for name, value in (vars(rays) | vars(targets)).items():
                if name != "timesteps":
                    wanted = value[:n_in_patches].float()
                    found = ours[name][:n_in_patches].float()
                    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=2e-6)
            images = [place[:2] for place in _looked_at(dataset, batch)]
            counts = Counter(images[n_in_patches:])
            assert len(counts) == len(reference.images(step))
            assert max(counts.values()) - min(counts.values()) <= 1


@pytest.mark.parametrize("resident", [True, False])
def test_a_capture_without_depth_supervises_none(tmp_path: Path, resident: bool) -> None:
    write_tiny_capture(tmp_path, depth=False)
    dataset = open_dataset(tmp_path, PARTICIPANT, SEQUENCE, DataConfig())
    with _sampler(dataset, resident=resident) as sampler:
        assert (sampler.batch(0).targets.depths_world == 0).all()


def test_frames_stay_off_the_device_where_they_do_not_fit(dataset: Dataset) -> None:
    store = dataset.train_store(1)
    colors = frame_bytes(store.n_images, store.image_shape, False)
    for budget in (0, colors - 1, colors, colors * 3 // 2 - 1):
        _sampler(dataset, resident=False, budget=budget).close()
    _sampler(dataset, resident=True, budget=colors * 3 // 2).close()


def test_without_depth_only_colours_must_fit(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, depth=False)
    dataset = open_dataset(tmp_path, PARTICIPANT, SEQUENCE, DataConfig())
    store = dataset.train_store(1)
    colors = frame_bytes(store.n_images, store.image_shape, False)
    _sampler(dataset, resident=True, budget=colors).close()


def _spoil(root: Path, dataset: Dataset, camera: int, timestep: int) -> None:
    serial = dataset.splits.train_serials[camera]
    frame = dataset.splits.frame_number(timestep)
    picture_path(root / f"{PARTICIPANT:03d}", serial, frame).write_bytes(b"no picture")


def test_an_unreadable_picture_stops_the_batch_that_needs_it(
    dataset: Dataset, tiny_capture_root: Path, threads: set[threading.Thread]
) -> None:
    reference = PixelSampler(
        dataset.train_store(1), dataset.train_cameras, _config(images_per_batch=1), SEED
    )
    step = next(
        s for s in range(1, 100) if not torch.equal(reference.images(s), reference.images(0))
    )
    camera, timestep = reference.images(step)[0].tolist()
    _spoil(tiny_capture_root, dataset, camera, timestep)
    with _sampler(dataset, resident=False, images_per_batch=1) as sampler:
        before = next(
            s for s in range(100) if reference.images(s)[0].tolist() != [camera, timestep]
        )
        sampler.batch(before)
        for _ in range(2):
            with pytest.raises(CaptureError):
                sampler.batch(step)
        assert len(sampler.batch(before).rays) == N_RAYS


def test_an_unreadable_picture_stops_the_upload(dataset: Dataset, tiny_capture_root: Path) -> None:
    _spoil(tiny_capture_root, dataset, 0, 1)
    with pytest.raises(CaptureError):
        _sampler(dataset, resident=True)


def test_the_thread_works_ahead_and_ends(
    dataset: Dataset, threads: set[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[int] = []
    original = PixelSampler.batch

    def watched(self: PixelSampler, step: int) -> Any:
        computed.append(step)
        return original(self, step)

    monkeypatch.setattr(PixelSampler, "batch", watched)
    sampler = _sampler(dataset, resident=False)
    assert set(threading.enumerate()) == threads  # nothing is prepared before the first step
    sampler.batch(20)
    assert len(set(threading.enumerate()) - threads) == 1
    deadline = time.monotonic() + 30
    while len(computed) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    assert computed == [20, 21, 22, 23]
    sampler.close()
    sampler.close()
    assert set(threading.enumerate()) == threads
    with pytest.raises(ValueError, match="closed"):
        sampler.batch(21)


def test_cameras_of_another_size_are_refused(dataset: Dataset) -> None:
    store = dataset.train_store(1)
    cameras = dataset.train_cameras
    for wrong in (cameras[1:], [camera.resized(3, 5) for camera in cameras]):
        with pytest.raises(ValueError, match="cameras"):
            DeviceSampler(store, wrong, _config(), SEED, DEVICE, frame_budget_bytes=0)


def test_a_rehearsed_batch_has_cameras_though_nothing_is_drawn() -> None:
    blank = BlankBatches(PixelSamplerConfig(n_train_rays=32), 4, 0, DEVICE, ALONE)
    torch.use_deterministic_algorithms(True)  # fills what is undefined with the largest numbers
    try:
        with collecting(lambda *_: None):
            batch = blank.batch(0)
    finally:
        torch.use_deterministic_algorithms(False)
    assert len(batch.rays) == 32
    assert not batch.rays.cameras.any()


@pytest.mark.gpu
@pytest.mark.skipif(DEVICE.type != "cuda", reason="needs a GPU")
@pytest.mark.parametrize("resident", [True, False])
def test_a_batch_does_not_wait_for_the_gpu(dataset: Dataset, resident: bool) -> None:
    with _sampler(dataset, resident=resident, patch_size=11, patch_start_step=5) as sampler:
        sampler.batch(0)  # compiles
        torch.cuda.set_sync_debug_mode("error")
        try:
            batches = [sampler.batch(step) for step in range(1, 9)]
        finally:
            torch.cuda.set_sync_debug_mode("default")
        alone = [sampler.batch(step) for step in range(1, 9)]
        torch.cuda.synchronize()
    assert all(_same(one, other) for one, other in zip(batches, alone, strict=True))
    pointers = [t.data_ptr() % 16 for t in vars(batches[0].rays).values()]
    assert not np.any(pointers)
