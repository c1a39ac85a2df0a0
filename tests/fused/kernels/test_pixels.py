"""Rays drawn by the kernel, against the frames and cameras that they were drawn from."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from nersemble.data_manager.picture_files import decode_depth
from nersemble.geometry.camera import Camera
from nersemble.rays.batch import RayBatch

pytest.importorskip("triton")

from nersemble.fused.batch import DeviceBatch
from nersemble.fused.kernels.pixels import BLOCK, ResidentFrames, draw_pixels

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
N_RAYS = 5000 if DEVICE == "cuda" else 300
HEIGHT, WIDTH, N_PICTURES = 13, 7, 5


def _camera(generator: torch.Generator) -> Camera:
    rotation = torch.linalg.qr(torch.randn(3, 3, dtype=torch.float64, generator=generator))[0]
    pose = torch.eye(4, dtype=torch.float64)
    pose[:3, :3] = rotation * rotation.det()
    pose[:3, 3] = torch.randn(3, dtype=torch.float64, generator=generator)
    intrinsics = torch.tensor(
        [[20.0, 0.0, WIDTH / 2 + 0.3], [0.0, 21.0, HEIGHT / 2 - 0.2], [0.0, 0.0, 1.0]]
    ).double()
    return Camera(intrinsics, pose, WIDTH, HEIGHT)


def _scene(with_depth: bool = True) -> tuple[ResidentFrames, list[Camera]]:
    generator = torch.Generator().manual_seed(3)
    cameras = [_camera(generator) for _ in range(3)]
    shape = (N_PICTURES, HEIGHT, WIDTH)
    colors = torch.randint(0, 256, (*shape, 4), generator=generator).to(torch.uint8)
    # In pictures most pixels are all foreground or all background.
    colors[:, ::3, :, 3] = 255
    colors[:, 1::3, :, 3] = 0
    # Half of the codes are near depths that count (0.8 to 1.4 m); all 16 bits occur.
    anything = torch.randint(0, 65536, shape, generator=generator)
    plausible = torch.randint(26214, 45875, shape, generator=generator)
    codes = torch.where(torch.rand(shape, generator=generator) < 0.5, anything, plausible)
    assert codes.max() > 40000  # the sign bit of a 16-bit integer
    rows = [
        torch.cat([c.ray_map.flatten(), c.center_world, c.world_to_camera[2, :3], torch.zeros(1)])
        for c in cameras
    ]
    table = torch.from_numpy(decode_depth(np.arange(65536, dtype=np.uint16))) * 9.0
    frames = ResidentFrames(
        colors.to(DEVICE),
        codes.to(torch.int16).to(DEVICE) if with_depth else None,
        table.to(DEVICE),
        torch.stack(rows).float().to(DEVICE),
    )
    return frames, cameras


# Picture, camera, slot; the last number is not used.
_IMAGES = [[4, 2, 1, -7], [0, 0, 0, -7], [3, 1, 2, -7]]


def _draw(frames: ResidentFrames, **changes: Any) -> DeviceBatch:
    settings = {"n_rays": N_RAYS, "seed": 11, "step": 5, "along_ray": True} | changes
    images = torch.tensor(settings.pop("images", _IMAGES), device=DEVICE)
    settings["step"] = torch.tensor([settings["step"]], device=DEVICE)
    return draw_pixels(frames, images, torch.arange(7, device=DEVICE), **settings)


def _pixels(rays: RayBatch, cameras: list[Camera], chosen: Tensor) -> tuple[Tensor, Tensor]:
    """Rows and columns by projecting a point of each ray."""
    points = (rays.origins_world.double() + 9 * rays.directions.double()).cpu()
    ys, xs = [], []
    for point, index in zip(points, chosen.tolist(), strict=True):
        camera = cameras[_IMAGES[index][1]]
        pose = camera.world_to_camera
        x, y, z = camera.intrinsics @ (pose[:3, :3] @ point + pose[:3, 3])
        ys.append(float(y / z) - 0.5)
        xs.append(float(x / z) - 0.5)
    y, x = torch.tensor(ys), torch.tensor(xs)
    assert (y - y.round()).abs().max() < 1e-3
    assert (x - x.round()).abs().max() < 1e-3
    return y.round().long(), x.round().long()


@pytest.mark.parametrize("n", [1, 2, BLOCK, BLOCK + 1, N_RAYS])
@pytest.mark.parametrize("along_ray", [True, False])
def test_rays_show_the_pixels_that_they_pass_through(n: int, along_ray: bool) -> None:
    frames, cameras = _scene()
    drawn = _draw(frames, n_rays=n, along_ray=along_ray)
    rays, targets = drawn.rays, drawn.targets
    chosen = torch.arange(n) * len(_IMAGES) // n
    rows = torch.tensor(_IMAGES)[chosen]
    assert torch.equal(rays.slots.cpu(), rows[:, 2].to(torch.int32))
    assert torch.equal(rays.cameras.cpu(), rows[:, 1].to(torch.int32))
    centers = torch.stack([c.center_world for c in cameras])[rows[:, 1]].float()
    assert torch.equal(rays.origins_world.cpu(), centers)
    assert (rays.directions.norm(dim=-1) - 1).abs().max() < 1e-6
    y, x = _pixels(rays, cameras, chosen)

    rgba = frames.colors.cpu()[rows[:, 0], y, x].double() / 255
    blended = rgba[:, :3] * rgba[:, 3:] + 1 - rgba[:, 3:]
    assert (targets.rgbs.cpu() - blended).abs().max() < 1e-6
    # To the last bit: losses ask whether alpha is below 1.
    assert torch.equal(targets.alphas.cpu(), rgba[:, 3].float())

    assert frames.depth_codes is not None
    codes = frames.depth_codes.cpu()[rows[:, 0], y, x].numpy().view(np.uint16)
    depths = torch.from_numpy(decode_depth(codes)) * 9.0
    if along_ray:
        forward = torch.stack([c.world_to_camera[2, :3] for c in cameras])[rows[:, 1]]
        depths = depths / (rays.directions.cpu().double() * forward).sum(-1)
        assert torch.allclose(targets.depths_world.cpu().double(), depths, rtol=1e-6, atol=0)
    else:
        assert torch.equal(targets.depths_world.cpu(), depths)
    if n > 100:
        assert 0.2 < (depths > 0).double().mean() < 0.95


def test_directions_are_those_of_the_camera() -> None:
    frames, cameras = _scene()
    rays = _draw(frames).rays
    chosen = torch.arange(N_RAYS) * len(_IMAGES) // N_RAYS
    y, x = _pixels(rays, cameras, chosen)
    for index, (_, camera, _, _) in enumerate(_IMAGES):
        here = chosen == index
        _, wanted = cameras[camera].rays(torch.stack([y[here], x[here]], -1))
        assert (rays.directions.cpu()[here] - wanted).abs().max() < 1e-6


def test_without_depth_maps_there_is_no_depth() -> None:
    frames, _ = _scene(with_depth=False)
    assert (_draw(frames).targets.depths_world == 0).all()


def test_backgrounds_are_uniform_colours_of_their_own() -> None:
    frames, _ = _scene()
    plain, drawn = _draw(frames), _draw(frames, random_backgrounds=True)
    backgrounds = drawn.targets.backgrounds
    assert (plain.targets.backgrounds == 1).all()
    assert backgrounds.shape == (N_RAYS, 3)
    assert 0 <= float(backgrounds.min()) < float(backgrounds.max()) <= 1
    assert (backgrounds.mean(0) - 0.5).abs().max() < 3 / N_RAYS**0.5
    together = torch.stack([*backgrounds.T, drawn.jitter])
    assert (torch.corrcoef(together) - torch.eye(4, device=DEVICE)).abs().max() < 5 / N_RAYS**0.5
    assert torch.equal(plain.rays.directions, drawn.rays.directions)
    assert torch.equal(plain.jitter, drawn.jitter)


def _fields(drawn: DeviceBatch) -> dict[str, Tensor]:
    return vars(drawn.rays) | vars(drawn.targets) | {"jitter": drawn.jitter}


def test_a_draw_depends_on_the_seed_and_the_step_alone() -> None:
    frames, _ = _scene()
    first, again = _fields(_draw(frames)), _fields(_draw(frames))
    assert all(torch.equal(first[name], again[name]) for name in first)
    # A seed of more than 32 bits differs in all of them; step and seed are not interchangeable.
    draws = [
        _draw(frames, seed=seed, step=step).jitter
        for seed, step in ((11, 5), (5, 11), (11, 6), (12, 5), (11 + 2**40, 5), (-11, 5), (0, 0))
    ]
    for i, one in enumerate(draws):
        assert all((one == other).double().mean() < 0.1 for other in draws[:i])


def _chi_square(values: Tensor, n_bins: int) -> float:
    counts = torch.bincount(values, minlength=n_bins).double()
    assert len(counts) == n_bins
    expected = counts.sum() / n_bins
    return float(((counts - expected) ** 2 / expected).sum())


def test_pixels_and_jitter_are_uniform_and_independent() -> None:
    frames, cameras = _scene()
    parts = [_draw(frames, step=step) for step in range(6)]
    chosen = torch.arange(N_RAYS) * len(_IMAGES) // N_RAYS
    pixels = [_pixels(part.rays, cameras, chosen) for part in parts]
    y, x = (torch.cat(values) for values in zip(*pixels, strict=True))
    jitter = torch.cat([part.jitter for part in parts]).cpu()
    assert jitter.min() >= 0
    assert jitter.max() < 1
    # A chi-square variable of mean n - 1 and variance 2 (n - 1) stays below mean + 5 sigma.
    bins = (jitter * 8).long()
    for values, n_bins in (
        (y * WIDTH + x, HEIGHT * WIDTH),
        (bins, 8),
        (bins * HEIGHT + y, 8 * HEIGHT),
        (bins * WIDTH + x, 8 * WIDTH),
    ):
        mean = n_bins - 1
        assert _chi_square(values, n_bins) < mean + 5 * (2 * mean) ** 0.5


def test_every_image_gets_its_share() -> None:
    frames, _ = _scene()
    images = [[i % N_PICTURES, i % 3, i, 0] for i in range(7)]
    counts = torch.bincount(_draw(frames, images=images).rays.slots.cpu().long(), minlength=7)
    assert counts.max() - counts.min() <= 1


def test_wrong_arguments_are_refused() -> None:
    frames, _ = _scene()
    with pytest.raises(ValueError, match="rays"):
        _draw(frames, n_rays=0)
    with pytest.raises(ValueError, match="images"):
        _draw(frames, images=[[0, 0, 0]])
