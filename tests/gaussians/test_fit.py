"""Seeds, fits and motion: what they make of heads whose shape is known."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from nersemble.fields.windows import WindowState
from nersemble.gaussians.compositing import IN_TORCH
from nersemble.gaussians.config import GaussianConfig
from nersemble.gaussians.fit import Fit
from nersemble.gaussians.gaussians import Gaussians
from nersemble.gaussians.pictures import (
    Pictures,
    cameras_between,
    joined,
    of_capture,
    of_field,
)
from nersemble.gaussians.projection import Views
from nersemble.gaussians.rasteriser import render
from nersemble.gaussians.seeding import seeds
from nersemble.geometry.camera import Camera
from nersemble.rendering.head_model import HeadModel
from nersemble.rendering.motion import carried
from nersemble.rendering.renderer import TorchRenderer
from nersemble.rendering.surface import Surface
from small_heads import OPEN, front_camera, make_head

CPU = torch.device("cpu")
_RADIUS_WORLD = 0.9


def _ball(n: int) -> Surface:
    """Points of a ball in the middle of the model world, red at the top and blue below."""
    generator = np.random.default_rng(0)
    normals = generator.normal(size=(n, 3)).astype(np.float32)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    rgbs = np.stack([normals[:, 2] / 2 + 0.5, 0 * normals[:, 2], 0.5 - normals[:, 2] / 2], 1)
    return Surface(_RADIUS_WORLD * normals, normals, rgbs, np.zeros((0, 3), np.int64))


def _cameras(width: int = 24, height: int = 20) -> list[Camera]:
    """Four around the ball, six units from it."""
    found = []
    for turn in (-0.6, -0.2, 0.2, 0.6):
        c, s = math.cos(turn), math.sin(turn)
        pose = torch.tensor([[c, s, 0.0, 0], [0, 0, -1, 0], [-s, c, 0, 6], [0, 0, 0, 1]]).double()
        found.append(replace(front_camera(width, height, 45.0), world_to_camera=pose))
    return found


def _pictures(gaussians: Gaussians, cameras: list[Camera]) -> Pictures:
    views = Views.of(cameras, CPU)
    rgba, _ = render(gaussians, views, IN_TORCH)
    return Pictures(views, rgba.detach().clamp(0, 1).mul(255).round().byte())


def _error(gaussians: Gaussians, pictures: Pictures) -> float:
    rgba, _ = render(gaussians, pictures.views, IN_TORCH)
    return float((rgba - pictures.rgba / 255).abs().mean())


@pytest.mark.parametrize("n", [50, 700])
def test_seeds_cover_the_surface_evenly(n: int) -> None:
    found = seeds(_ball(20_000), n, 1, CPU)
    assert 0.6 * n < len(found) <= n
    assert found.sh.shape == (len(found), 4, 3)
    np.testing.assert_allclose(found.means.norm(dim=1), _RADIUS_WORLD / 9, rtol=0.1)
    # The thin axis is the normal's, which here leads away from the middle.
    axes = found.axes()
    lengths = axes.norm(dim=1)
    assert (lengths[:, 2] < lengths[:, :2].amin(1) / 2).all()
    thin = torch.nn.functional.normalize(axes[:, :, 2], dim=1)
    outward = torch.nn.functional.normalize(found.means, dim=1)
    assert (thin * outward).sum(1).min() > 0.9
    if n > 500:
        rgba, _ = render(found, Views.of(_cameras(), CPU), IN_TORCH)
        middle = rgba[:, 10, 12]
        assert (middle[:, 3] > 0.9).all()
        # Up is y: red above, blue below.
        assert (rgba[:, 5, 12, 0] > rgba[:, 5, 12, 2] + 0.2).all()
        assert (rgba[:, 15, 12, 2] > rgba[:, 15, 12, 0] + 0.2).all()


def test_seeds_that_look_down_or_have_no_normal() -> None:
    down = np.array([[0, 0, -1], [0, 1, 0], [0, -1, 0], [0, 0, 0]], np.float32)
    places = np.arange(12, dtype=np.float32).reshape(4, 3)
    surface = Surface(places, down, abs(down), np.zeros((0, 3), np.int64))
    found = seeds(surface, 4, 0, CPU)
    assert all(torch.isfinite(value).all() for value in vars(found).values())


def test_a_fit_finds_the_pictures_and_follows_them() -> None:
    """The ball is brighter and rougher than its seeds; then it moves."""
    true = seeds(_ball(5000), 120, 0, CPU)
    first = replace(true, sh=true.sh + 0.1, log_scales=true.log_scales + 0.1)
    pictures = _pictures(first, _cameras())
    config = GaussianConfig(first_steps=40, steps=25, views_per_step=2)
    fit = Fit(true, config, IN_TORCH)
    before = _error(true, pictures)
    fitted = fit.fit(pictures)
    assert _error(fitted, pictures) < 0.6 * before

    moved = replace(first, means=first.means + torch.tensor([0.002, 0.001, 0.0]))
    pictures = _pictures(moved, _cameras())
    before = _error(fitted, pictures)
    later = fit.fit(pictures)
    assert _error(later, pictures) < 0.9 * before
    shift = (later.means - fitted.means).mean(0)
    # Along the cameras' axes hardly anything changes.
    assert torch.dist(shift[:2], torch.tensor([0.002, 0.001])) < 0.0015


def test_looks_can_stay() -> None:
    true = seeds(_ball(5000), 150, 0, CPU)
    config = GaussianConfig(first_steps=2, steps=3, fixed_looks=True)
    fit = Fit(true, config, IN_TORCH)
    first = fit.fit(_pictures(true, _cameras()))
    second = fit.fit(_pictures(replace(true, means=true.means + 0.002), _cameras()))
    assert (first.sh != true.sh).any()
    for name in ("log_scales", "opacity_logits", "sh"):
        assert torch.equal(getattr(first, name), getattr(second, name))
    assert (first.means != second.means).any()


def test_equal_seeds_give_equal_fits() -> None:
    true = seeds(_ball(2000), 100, 0, CPU)
    pictures = _pictures(replace(true, sh=true.sh + 0.3), _cameras())
    config = GaussianConfig(first_steps=3)
    one, other = (Fit(true, config, IN_TORCH).fit(pictures) for _ in range(2))
    assert torch.equal(one.means, other.means)


def test_cameras_between_look_where_the_others_do() -> None:
    cameras = _cameras()
    found = cameras_between(cameras, 20, np.random.default_rng(0))
    assert len({tuple(camera.center_world.tolist()) for camera in found}) == 20
    for camera in found:
        rotation = camera.world_to_camera[:3, :3]
        assert torch.allclose(rotation @ rotation.T, torch.eye(3).double(), atol=1e-9)
        assert torch.linalg.det(rotation) > 0.999
        assert abs(float(camera.center_world.norm()) - 6) < 0.01
        # The middle of the world is the middle of the picture, and up is up.
        assert torch.allclose(camera.world_to_camera[:2, 3], torch.zeros(2).double(), atol=1e-6)
        assert rotation[1] @ torch.tensor([0.0, 0, -1]).double() > 0.99
        assert abs(float(camera.center_world[0])) < 6 * math.sin(0.61)


def test_pictures_of_the_field_and_of_the_capture_are_premultiplied() -> None:
    renderer = TorchRenderer(make_head())
    cameras = [front_camera(), front_camera()]
    found = of_field(renderer, 1, OPEN, cameras, 100)
    image = renderer.image(cameras[0], 1, OPEN, 100)
    rgba = found.rgba[1].float() / 255
    assert torch.allclose(rgba[..., 3], image.accumulation, atol=0.003)
    assert torch.allclose(rgba[..., :3] + 1 - rgba[..., 3:], image.rgb, atol=0.006)

    rgb = np.full((16, 12, 3), 200, np.uint8)
    alpha = np.zeros((16, 12), np.uint8)
    alpha[:8], alpha[8] = 255, 51
    taken = of_capture(cameras[:1], [rgb], [alpha], CPU)
    assert taken.rgba[0, 0, 0].tolist() == [200, 200, 200, 255]
    assert taken.rgba[0, 8, 0].tolist() == [40, 40, 40, 51]
    assert taken.rgba[0, 9, 0].tolist() == [0, 0, 0, 0]
    both = joined(taken, found)
    assert len(both) == len(both.views) == 3
    assert torch.equal(both[torch.tensor([2])].rgba, found.rgba[1:])


_SMOOTH = WindowState(1.0, 4.0)
"""With all bands these fields move neighbours apart."""


@torch.no_grad()
def _canonical(head: HeadModel, positions: Tensor, timestep: int) -> Tensor:
    blended = TorchRenderer(head).blend(timestep, _SMOOTH)
    slots = torch.zeros(len(positions), dtype=torch.int64)
    extent = head.grid.scene_box[1] - head.grid.scene_box[0]
    return positions + blended.offsets_unit(positions, slots) * extent


def test_points_are_carried_to_where_they_mean_the_same() -> None:
    head = make_head()
    positions = 0.5 * torch.randn(50, 3, generator=torch.Generator().manual_seed(0))
    moved = carried(head, positions, 0, 2, _SMOOTH)
    before, after = _canonical(head, positions, 0), _canonical(head, moved, 2)
    still = _canonical(head, positions, 2)
    assert (still - before).norm(dim=1).mean() > 0.01
    assert (after - before).norm(dim=1).mean() < 0.05 * (still - before).norm(dim=1).mean()


def test_a_fit_begins_where_the_pictures_are_explained_best() -> None:
    true = seeds(_ball(3000), 100, 0, CPU)
    pictures = _pictures(true, _cameras())
    elsewhere = replace(true, means=true.means + 0.02)
    for begin, expected in ((true, elsewhere), (elsewhere, true)):
        fit = Fit(begin, GaussianConfig(first_steps=1, n_gaussians=100), IN_TORCH)
        found = fit.fit(pictures, expected.means)
        assert (found.means - true.means).norm(dim=1).median() < 0.01
