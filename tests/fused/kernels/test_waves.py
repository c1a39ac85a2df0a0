"""Rendering in waves against composite on marched samples, with a field in closed form."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from nersemble.geometry.scene_box import to_unit
from nersemble.marching.config import MarcherConfig, OccupancyGridConfig
from nersemble.marching.marcher import march
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.marching.samples import RaySamples
from nersemble.marching.visibility import drop_invisible
from nersemble.rays.batch import RayBatch
from nersemble.rendering.composite import RenderedRays, composite, opaque_where_ended
from small_heads import BOX, front_camera

pytest.importorskip("triton")

from nersemble.fused.image import render_rays_in_waves
from nersemble.fused.kernels.waves import FIND_ROWS

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
SIZE = 96 if DEVICE == "cuda" else 6
STEP = 0.02 if DEVICE == "cuda" else 0.11
ROUNDED = 1e-3 if DEVICE == "cuda" else 0.0
"""Share of rays and samples that rounding on a GPU may change."""
OFFSET_SCALE = (2.0, 0.5, 4.0)


class Blob:
    """A ball of fog that varies in colour and moves its points, and what it was asked for."""

    def __init__(self, density: float = 5.0) -> None:
        self.density = density
        self.asked: list[int] = []

    def values(self, unit: Tensor, directions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Density, colour, and the offset in the unit box."""
        squared = ((unit - torch.tensor([0.5, 0.6, 0.4], device=unit.device)) ** 2).sum(-1)
        sigmas = self.density * torch.exp(-squared * 20)
        rgbs = torch.sigmoid(unit * 4 - 2 + directions)
        return sigmas, rgbs, 0.1 * torch.sin(unit * 7)

    def __call__(
        self, positions: Tensor, slots: Tensor, directions: Tensor, index: Tensor, count: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        n = int(count)
        self.asked.append(n)
        assert slots.shape == index.shape == positions.shape[:1]
        assert slots.dtype == index.dtype == count.dtype == torch.int32
        assert not bool(slots[:n].any())
        sigmas, rgbs, offsets = self.values(positions[:n], directions[index[:n].long()])
        moved = positions[:n] + offsets
        # Poison: what is beyond the count must never be used.
        return poisoned(sigmas, len(index)), poisoned(rgbs, len(index)), poisoned(moved, len(index))


def poisoned(values: Tensor, capacity: int) -> Tensor:
    result = values.new_full((capacity, *values.shape[1:]), float("nan"))
    result[: len(values)] = values
    return result


def make_grid(cells: str = "random", resolution: int = 8, levels: int = 1) -> OccupancyGrid:
    config = OccupancyGridConfig(grid_resolution=resolution, grid_levels=levels)
    grid = OccupancyGrid(config, BOX)
    generator = torch.Generator().manual_seed(0)
    flags = torch.rand(grid.binaries.shape, generator=generator) < 0.5
    if cells == "all":
        flags[:] = True
    if cells == "none":
        flags[:] = False
    if cells == "few":
        flags[:] = False
        flags[0, 2:6, 4:6, 2:6] = True
    grid.set_binaries(flags)
    return grid.to(DEVICE)


def rays(size: int = SIZE) -> RayBatch:
    """A picture, some of whose rays miss the box."""
    origins, directions = front_camera(size, size, size * 1.1).all_rays(DEVICE)
    return RayBatch.of_timestep(origins, directions, 0)


def reference(
    batch: RayBatch, grid: OccupancyGrid, config: MarcherConfig, field: Blob, clip_depth: bool
) -> tuple[RenderedRays, RaySamples]:
    """Marched, without what is invisible if that is asked for, and composited."""
    box = BOX.to(DEVICE)

    def density(samples: RaySamples) -> Tensor:
        unit = to_unit(samples.positions_world(batch), box)
        return field.values(unit, batch.directions[samples.ray_indices])[0]

    samples = drop_invisible(march(batch, grid, config), density, 0.0, config.early_stop_eps)
    unit = to_unit(samples.positions_world(batch), box)
    sigmas, rgbs, offsets = field.values(unit, batch.directions[samples.ray_indices])
    offsets = offsets / torch.tensor(OFFSET_SCALE, device=DEVICE)
    rendered = composite(sigmas, rgbs, offsets, samples, clip_depth=clip_depth)
    return opaque_where_ended(rendered, config.early_stop_eps), samples


def check(
    grid: OccupancyGrid,
    field: Blob | None = None,
    batch: RayBatch | None = None,
    *,
    lengths: tuple[int, ...] = (4,),
    clip_depth: bool = False,
    samples_at_once: int = 2**14,
    **marcher: Any,
) -> tuple[RenderedRays, int]:
    """The same picture, from the same number of samples or, if rays end early, no fewer; that
    number too."""
    config = MarcherConfig(**({"render_step_size": STEP} | marcher))
    field, batch = field or Blob(), rays() if batch is None else batch
    wanted, samples = reference(batch, grid, config, field, clip_depth)
    found, n_asked = render_rays_in_waves(
        batch.origins_world,
        batch.directions,
        grid,
        config,
        field,
        offset_scale=OFFSET_SCALE,
        clip_depth=clip_depth,
        lengths=lengths,
        samples_at_once=samples_at_once,
    )
    # A ray that gathers next to nothing has no meaningful depth.
    clear = (wanted.accumulations > 1e-2) | (samples.counts == 0)
    assert bool(torch.isfinite(found.depths_world).all())
    assert_same(found.rgbs, wanted.rgbs)
    assert_same(found.accumulations, wanted.accumulations)
    assert_same(found.depths_world[clear], wanted.depths_world[clear])
    assert_same(found.offsets_unit, wanted.offsets_unit)
    n_samples = int(n_asked)
    assert n_samples == sum(field.asked)
    if config.early_stop_eps == 0:
        assert abs(n_samples - len(samples)) <= ROUNDED * len(samples)
    else:
        assert n_samples >= (1 - ROUNDED) * len(samples)
    return found, n_samples


def assert_same(found: Tensor, wanted: Tensor) -> None:
    """To 1e-4, but for a few rays on a GPU, whose divisions put a midpoint into another cell."""
    assert found.shape == wanted.shape
    off = ~((found - wanted).abs() <= 1e-4)
    off = off if off.ndim == 1 else off.any(-1)
    assert int(off.sum()) <= ROUNDED * len(off)


@pytest.mark.parametrize("cells", ["random", "all", "few"])
@pytest.mark.parametrize("clip_depth", [False, True])
def test_all_samples_of_a_picture(cells: str, clip_depth: bool) -> None:
    found, n_samples = check(make_grid(cells), clip_depth=clip_depth)
    assert n_samples > 0
    assert float(found.accumulations.max()) > 0.02


@pytest.mark.parametrize("clip_depth", [False, True])
def test_an_empty_grid_is_white(clip_depth: bool) -> None:
    found, n_samples = check(make_grid("none"), clip_depth=clip_depth)
    assert n_samples == 0
    assert torch.equal(found.rgbs, torch.ones_like(found.rgbs))
    assert not bool(found.depths_world.any())


@pytest.mark.parametrize("lengths", [(2,), (4, 2, 16), (32,)])
def test_the_lengths_of_waves_do_not_matter(lengths: tuple[int, ...]) -> None:
    check(make_grid(), lengths=lengths)


@pytest.mark.parametrize("eps", [1e-2, 0.3])
@pytest.mark.parametrize("density", [1.0, 300.0])
def test_rays_end_early(eps: float, density: float) -> None:
    everything = len(march(rays(), make_grid("all"), MarcherConfig(render_step_size=STEP)))
    _, n_samples = check(make_grid("all"), Blob(density), early_stop_eps=eps, clip_depth=True)
    assert n_samples <= everything
    if density > 100:
        assert n_samples < 0.8 * everything


def test_density_without_bound() -> None:
    check(make_grid(), Blob(torch.inf))


@pytest.mark.parametrize(("cells", "levels"), [("random", 1), ("few", 1), ("random", 2)])
def test_intervals_that_grow(cells: str, levels: int) -> None:
    _, n_samples = check(
        make_grid(cells, levels=levels), render_step_size=STEP * levels, cone_angle=0.02
    )
    assert n_samples > 0


def test_the_planes_cut_the_lattice() -> None:
    check(make_grid("all"), near_plane=5.5, far_plane=7.0)


def test_nested_grids() -> None:
    check(make_grid(levels=2), render_step_size=4 * STEP)


def test_rays_that_start_inside() -> None:
    batch = rays()
    middle = torch.zeros_like(batch.origins_world) + BOX.mean(0).to(DEVICE)
    check(make_grid(), batch=replace(batch, origins_world=middle))


def test_what_does_not_fit_is_left_to_the_next_wave() -> None:
    field = Blob()
    _, n_samples = check(make_grid("all"), field, samples_at_once=FIND_ROWS * 4)
    assert max(field.asked) <= FIND_ROWS * 4
    assert n_samples > max(field.asked)


def test_room_for_too_few_samples() -> None:
    with pytest.raises(ValueError, match="room for 60"):
        check(make_grid(), samples_at_once=60)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_few_rays(n: int) -> None:
    whole = rays()
    middle = SIZE * SIZE // 2 + SIZE // 2
    _, n_samples = check(make_grid("all"), batch=whole.part(middle, middle + n))
    assert (n_samples > 0) == (n > 0)


def test_a_wave_is_a_power_of_two() -> None:
    with pytest.raises(ValueError, match="12"):
        check(make_grid(), lengths=(12,))
