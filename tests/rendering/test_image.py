"""Whole pictures: chunks and limits change nothing, early termination next to nothing."""

from typing import Any

import pytest
import torch

from nersemble.fields.dynamic_field import BlendedField
from nersemble.fields.windows import WindowState
from nersemble.geometry.camera import Camera
from nersemble.marching.config import OccupancyGridConfig
from nersemble.rays.batch import RayBatch
from nersemble.rendering.head_model import HeadModel
from nersemble.rendering.image import RenderedImage
from nersemble.rendering.renderer import TorchRenderer
from small_heads import OPEN, front_camera, make_head


def _render(head: HeadModel, timestep: int = 0, n_rays: int = 10_000) -> RenderedImage:
    return TorchRenderer(head).image(front_camera(), timestep, OPEN, n_rays)


def _rays(camera: Camera) -> RayBatch:
    y, x = torch.meshgrid(torch.arange(camera.height), torch.arange(camera.width), indexing="ij")
    pixels = torch.stack([y.flatten(), x.flatten()], -1)
    return RayBatch.of_timestep(*camera.rays(pixels), 0)


@torch.no_grad()
def _denser(head: HeadModel) -> HeadModel:
    head.field.base_mlp.weights[1][0] += 0.1
    return head


def _assert_same(first: RenderedImage, second: RenderedImage) -> None:
    for name, value in vars(first).items():
        torch.testing.assert_close(getattr(second, name), value, rtol=1e-4, atol=1e-5)


@pytest.fixture(scope="module")
def picture() -> RenderedImage:
    return _render(make_head())


def test_the_picture_shows_something(picture: RenderedImage) -> None:
    assert picture.rgb.shape == (16, 12, 3)
    assert ((picture.rgb >= 0) & (picture.rgb <= 1)).all()
    assert picture.accumulation[4:12, 4:8].min() > 0.5
    assert picture.rgb[4:12, 4:8].std() > 0.05
    # The box begins 4 units in front of the camera and ends 3 units behind that.
    depths = picture.depth_world[picture.accumulation > 0.5]
    assert 4 < depths.min() < depths.max() < 7.5


@pytest.mark.parametrize("n_rays", [1, 7, 100])
def test_chunks_of_rays_do_not_show(picture: RenderedImage, n_rays: int) -> None:
    if n_rays == 1:
        camera = front_camera(3, 4, 4.0)
        head = make_head()
        whole = TorchRenderer(head).image(camera, 0, OPEN, 1000)
        _assert_same(whole, TorchRenderer(head).image(camera, 0, OPEN, 1))
    else:
        _assert_same(picture, _render(make_head(), n_rays=n_rays))


@pytest.mark.parametrize("power", [8, 10])
def test_a_limit_on_samples_does_not_show(picture: RenderedImage, power: int) -> None:
    limited = make_head(max_n_samples_per_batch=power)
    _assert_same(picture, _render(limited))


def test_a_limit_on_samples_bounds_what_the_field_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    head = make_head(max_n_samples_per_batch=8)
    seen: list[int] = []
    evaluate = BlendedField.geometry

    def watched(self: BlendedField, positions: Any, slots: Any) -> Any:
        seen.append(len(positions))
        return evaluate(self, positions, slots)

    monkeypatch.setattr(BlendedField, "geometry", watched)
    _render(head)
    assert max(seen) <= 256
    assert sum(seen) > 1000


def test_early_termination_saves_samples_and_changes_little() -> None:
    rays = _rays(front_camera())
    counts, pictures = [], []
    for stop in (0.0, 1e-3, 0.05):
        head = _denser(make_head(early_stop_eps=stop))
        counts.append(
            len(TorchRenderer(head).render(rays, TorchRenderer(head).blend(0, OPEN)).weights)
        )
        pictures.append(_render(head))
    assert counts[0] > 1.2 * counts[1] > 1.2 * counts[2]
    for stop, picture in ((1e-3, pictures[1]), (0.05, pictures[2])):
        # What is left of the light shows white instead of what is behind.
        assert (picture.rgb - pictures[0].rgb).abs().max() <= stop


def test_a_pixel_is_the_ray_through_it(picture: RenderedImage) -> None:
    head, camera = make_head(), front_camera()
    for y, x in ((0, 0), (3, 7), (15, 11), (9, 2)):
        origins, directions = camera.rays(torch.tensor([[y, x]]))
        rays = RayBatch.of_timestep(origins, directions, 0)
        rendered = TorchRenderer(head).render(rays, TorchRenderer(head).blend(0, OPEN))
        torch.testing.assert_close(rendered.rgbs[0], picture.rgb[y, x], rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(
            rendered.depths_world[0], picture.depth_world[y, x], rtol=1e-4, atol=1e-4
        )


def test_timesteps_and_windows_change_the_picture(picture: RenderedImage) -> None:
    head = make_head()
    assert (_render(head, 1).rgb - picture.rgb).abs().max() > 0.02
    closed = TorchRenderer(head).image(front_camera(), 0, WindowState(0.0, 1.0), 1000)
    assert (closed.rgb - picture.rgb).abs().max() > 0.02


def test_where_nothing_is_occupied_the_picture_is_white() -> None:
    head = make_head(occupancy=OccupancyGridConfig(grid_resolution=8))
    blank = _render(head)
    assert (blank.rgb == 1).all()
    assert (blank.accumulation == 0).all()
    assert (blank.depth_world == 0).all()
    assert (blank.offsets_unit == 0).all()


def test_empty_pixels_have_depth_0_or_the_releases(picture: RenderedImage) -> None:
    cells = torch.zeros(1, 8, 8, 8, dtype=torch.bool)
    cells[0, 3:5, 3:5, 3:5] = True
    pictures = []
    for clip in (False, True):
        head = make_head(clip_depth=clip)
        head.grid.set_binaries(cells)
        pictures.append(_render(head))
    empty = pictures[0].accumulation == 0
    assert empty.any()
    assert (~empty).any()
    assert (pictures[0].depth_world[empty] == 0).all()
    nearest = pictures[1].depth_world[empty]
    assert (nearest == nearest[0]).all()
    # The occupied cells begin 3 of 8 cells behind the box's front, which is 4 units away.
    front = 4 + 3 * 3 / 8
    assert front < float(nearest[0]) < front + 0.2


def test_training_samples_are_those_that_matter() -> None:
    rays = _rays(front_camera())
    jitter = torch.rand(len(rays), generator=torch.Generator().manual_seed(0))
    dropping, keeping = make_head(alpha_thre=0.05), make_head(alpha_thre=0.0)
    blended = TorchRenderer(dropping).blend(0, OPEN)
    kept = TorchRenderer(dropping).sample_for_training(rays, blended, jitter)
    everything = TorchRenderer(keeping).sample_for_training(
        rays, TorchRenderer(keeping).blend(0, OPEN), jitter
    )
    assert 0 < len(kept) < len(everything)
    slots = rays.slots[everything.ray_indices]
    sigmas = blended.density(everything.positions_world(rays), slots)
    opaque = 1 - torch.exp(-0.1 * sigmas) >= 0.05
    assert len(kept) == pytest.approx(int(opaque.sum()), abs=2)


def test_while_the_grid_is_nearly_empty_thin_samples_are_kept_for_training() -> None:
    head = make_head(
        occupancy=OccupancyGridConfig(grid_resolution=8), alpha_thre=0.9, render_step_size=0.1
    )
    head.grid.set_binaries(torch.ones_like(head.grid.binaries))
    rays = _rays(front_camera())
    jitter = torch.zeros(len(rays))
    blended = TorchRenderer(head).blend(0, OPEN)
    counts = []
    for mean_occupancy in (1.0, 0.05, 0.0):
        head.grid.occs.fill_(mean_occupancy)
        counts.append(len(TorchRenderer(head).sample_for_training(rays, blended, jitter)))
    assert counts[0] < counts[1] < counts[2]


def test_a_limit_keeps_the_first_rays_whose_samples_fit() -> None:
    rays = _rays(front_camera())
    jitter = torch.rand(len(rays), generator=torch.Generator().manual_seed(0))
    free, limited = (
        make_head(alpha_thre=0.02),
        make_head(alpha_thre=0.02, max_n_samples_per_batch=9),
    )
    blended = TorchRenderer(free).blend(0, OPEN)
    everything = TorchRenderer(free).sample_for_training(rays, blended, jitter)
    some = TorchRenderer(limited).sample_for_training(rays, blended, jitter)
    assert 256 < len(some) <= 512 < len(everything)
    assert some.counts.tolist() == everything.counts[: some.n_rays].tolist()
    assert torch.equal(some.t_starts, everything.t_starts[: len(some)])


def test_training_can_leave_out_what_is_hidden() -> None:
    rays = _rays(front_camera())
    jitter = torch.zeros(len(rays))
    lengths = []
    for stop in (0.0, 0.01, 0.3):
        head = _denser(make_head(alpha_thre=0.0, train_early_stop_eps=stop))
        lengths.append(
            len(
                TorchRenderer(head).sample_for_training(
                    rays, TorchRenderer(head).blend(0, OPEN), jitter
                )
            )
        )
    assert lengths[0] > lengths[1] > lengths[2] > 0
