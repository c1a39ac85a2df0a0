"""The marcher against a slow walk along the lattice, one interval after the other.

Intervals that grow are compared with nerfacc's in ``test_nerfacc_marcher.py``.
"""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.marching import marcher
from nersemble.marching.config import MarcherConfig, OccupancyGridConfig
from nersemble.marching.marcher import march
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.marching.samples import RaySamples
from nersemble.rays.batch import RayBatch

_BOX = torch.tensor([[-1.0, -2.0, -1.0], [1.0, 1.5, 2.0]])
_RESOLUTION = 8
# Midpoints nearer than this to a cell's face may fall on either side in float32.
_UNSURE = 2e-5


def _grid(share: float = 0.5, *, levels: int = 1, seed: int = 0) -> OccupancyGrid:
    """A share of the cells is occupied, at random."""
    config = OccupancyGridConfig(grid_resolution=_RESOLUTION, grid_levels=levels)
    grid = OccupancyGrid(config, _BOX)
    generator = torch.Generator().manual_seed(seed)
    grid.set_binaries(torch.rand(grid.binaries.shape, generator=generator) < share)
    return grid


def _batch(origins: Tensor, directions: Tensor) -> RayBatch:
    unit = torch.nn.functional.normalize(directions, dim=-1)
    return RayBatch.of_timestep(origins, unit, 0)


def _rays(n: int = 20, seed: int = 0) -> RayBatch:
    """Rays from outside, most of which hit the box, and rays that start inside."""
    generator = torch.Generator().manual_seed(seed)
    outward = torch.nn.functional.normalize(torch.randn(n, 3, generator=generator), dim=-1)
    outside = outward * (4 + 3 * torch.rand(n, 1, generator=generator))
    aims = torch.randn(n, 3, generator=generator)
    inside = torch.rand(n, 3, generator=generator) - 0.5
    origins = torch.cat([outside, inside])
    return _batch(origins, torch.cat([aims - outside, torch.randn(n, 3, generator=generator)]))


def _lattice(config: MarcherConfig, jitter: float) -> np.ndarray[Any, Any]:
    """Lattice points up to beyond everything in these tests, one step after the other."""
    t = config.near_plane + jitter * config.render_step_size
    points = [t]
    while t < 16:
        t += config.render_step_size
        points.append(t)
    return np.array(points)


def _occupied(
    grid: OccupancyGrid, points: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Whether the finest level that contains a point has it occupied; whether that is sure."""
    low, high = _BOX.double().numpy()
    occupied = np.zeros(len(points), dtype=bool)
    sure = np.ones(len(points), dtype=bool)
    for level in reversed(range(grid.config.grid_levels)):
        extent = (high - low) * 2**level
        along = (points - (low + high) / 2) / extent + 0.5
        inside = ((along >= 0) & (along < 1)).all(1)
        x, y, z = np.floor(along[inside] * _RESOLUTION).astype(int).T
        occupied[inside] = grid.binaries[level].numpy()[x, y, z]
        to_face = np.abs(along * _RESOLUTION - np.rint(along * _RESOLUTION)) * extent / _RESOLUTION
        sure &= (to_face > _UNSURE).all(1)
    return occupied, sure


def _assert_walked(
    samples: RaySamples, rays: RayBatch, grid: OccupancyGrid, config: MarcherConfig, jitter: Tensor
) -> None:
    """Every ray has the intervals of the slow walk, and no other."""
    for ray in range(len(rays)):
        lattice = _lattice(config, float(jitter[ray]))
        middle = (lattice[:-1] + lattice[1:]) / 2
        origin, direction = rays.origins_world[ray].numpy(), rays.directions[ray].numpy()
        wanted, sure = _occupied(grid, origin + middle[:, None] * direction.astype(float))
        here = samples.ray_indices == ray
        assert torch.equal(here.nonzero().flatten(), torch.arange(*samples.offsets[ray : ray + 2]))
        starts, ends = samples.t_starts[here].numpy(), samples.t_ends[here].numpy()
        index = np.abs(lattice[:, None] - starts).argmin(0)
        assert (np.diff(index) > 0).all()
        assert starts == pytest.approx(lattice[index], abs=1e-4)
        assert ends == pytest.approx(lattice[index + 1], abs=1e-4)
        found = np.zeros_like(wanted)
        found[index] = True
        assert (found == wanted)[sure].all()
        assert sure.mean() > 0.98


@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("jittered", [False, True])
def test_equals_the_slow_walk(levels: int, jittered: bool) -> None:
    grid, rays = _grid(levels=levels), _rays()
    config = MarcherConfig(render_step_size=0.05)
    jitter = torch.rand(len(rays), generator=torch.Generator().manual_seed(1))
    samples = march(rays, grid, config, jitter if jittered else None)
    _assert_walked(samples, rays, grid, config, jitter if jittered else jitter * 0)
    assert (samples.counts > 5).sum() > 20


@pytest.mark.parametrize("cone_angle", [0.0, 1e-4])
def test_rays_along_the_axes_and_in_the_planes_of_the_box(cone_angle: float) -> None:
    """An angle too small for any interval to grow leaves the lattice as it is."""
    axes = torch.cat([torch.eye(3), -torch.eye(3)])
    through = torch.tensor([0.13, 0.21, 0.37])
    beside = torch.tensor([1.2, 1.7, 2.2])  # parallel to the box's faces, outside of them
    origins = torch.cat([through - 6 * axes, beside - 6 * axes])
    rays = _batch(origins, axes.repeat(2, 1))
    grid = _grid(1.0)
    config = MarcherConfig(render_step_size=0.047, cone_angle=cone_angle)
    samples = march(rays, grid, config)
    _assert_walked(samples, rays, grid, config, torch.zeros(len(rays)))
    extent = (_BOX[1] - _BOX[0]).repeat(2)
    lengths = samples.counts[:6] * 0.047
    torch.testing.assert_close(lengths.float(), extent, rtol=0, atol=0.048)
    assert (samples.counts[6:] == 0).all()


def test_rays_that_miss_or_look_away_have_no_samples() -> None:
    origins = torch.tensor([[0.0, -6.0, 0.0], [0.0, -6.0, 0.0], [5.0, 5.0, 5.0]])
    directions = torch.tensor([[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [1.0, -1.0, 0.0]])
    samples = march(_batch(origins, directions), _grid(1.0), MarcherConfig())
    assert samples.counts.tolist() == [0, 0, 0]


def test_without_gaps_the_intervals_join_and_fill_the_box() -> None:
    rays = _rays()
    samples = march(rays, _grid(1.0), MarcherConfig(render_step_size=0.03))
    same_ray = samples.ray_indices[1:] == samples.ray_indices[:-1]
    joined = samples.t_starts[1:] - samples.t_ends[:-1]
    assert joined[same_ray].abs().max() < 1e-5
    positions = samples.positions_world(rays)
    assert ((positions >= _BOX[0]) & (positions <= _BOX[1])).all()


def test_near_and_far_plane() -> None:
    rays = _batch(torch.zeros(1, 3), torch.tensor([[0.0, 0.0, 1.0]]))
    config = MarcherConfig(near_plane=0.5, far_plane=1.25, render_step_size=0.1)
    samples = march(rays, _grid(1.0), config)
    wanted = torch.arange(8) * 0.1 + 0.5  # midpoints 0.55 to 1.25
    torch.testing.assert_close(samples.t_starts[:7], wanted[:7])
    assert float(samples.midpoints.max()) <= 1.25
    assert len(samples) in (7, 8)


@pytest.mark.parametrize("cone_angle", [0.0, 0.01])
def test_an_empty_grid_and_no_rays_give_no_samples(cone_angle: float) -> None:
    rays, config = _rays(), MarcherConfig(cone_angle=cone_angle)
    samples = march(rays, _grid(0.0), config)
    assert len(samples) == 0
    assert samples.n_rays == len(rays)
    nothing = march(rays.part(0, 0), _grid(1.0), config)
    assert (len(nothing), nothing.n_rays) == (0, 0)


def test_one_occupied_cell_is_found_by_all_rays_through_it() -> None:
    grid = _grid(0.0)
    cells = grid.binaries.clone()
    cells[0, 5, 2, 6] = True
    grid.set_binaries(cells)
    size = (_BOX[1] - _BOX[0]) / _RESOLUTION
    center = _BOX[0] + (torch.tensor([5, 2, 6]) + 0.5) * size
    outward = torch.nn.functional.normalize(
        torch.randn(50, 3, generator=torch.Generator().manual_seed(0)), dim=-1
    )
    rays = _batch(center + 7 * outward, -outward)
    samples = march(rays, grid, MarcherConfig(render_step_size=0.01))
    assert (samples.counts > 15).all()
    assert ((samples.positions_world(rays) - center).abs() <= size / 2 + 1e-5).all()


@pytest.mark.parametrize("points_at_once", [1, 300, 5000])
def test_the_size_of_the_working_set_does_not_change_the_samples(
    monkeypatch: pytest.MonkeyPatch, points_at_once: int
) -> None:
    rays, grid = _rays(), _grid()
    config = MarcherConfig(render_step_size=0.05)
    whole = march(rays, grid, config)
    monkeypatch.setattr(marcher, "_LATTICE_POINTS_AT_ONCE", points_at_once)
    parts = march(rays, grid, config)
    for name in ("ray_indices", "t_starts", "t_ends", "offsets"):
        assert torch.equal(getattr(whole, name), getattr(parts, name)), name


def test_jitter_moves_the_whole_lattice_by_up_to_one_step() -> None:
    rays = _rays()
    config = MarcherConfig(render_step_size=0.05)
    still = march(rays, _grid(1.0), config)
    half = march(rays, _grid(1.0), config, torch.full((len(rays),), 0.5))
    phases = [((s.t_starts - 0.2) / 0.05 + 1e-3).frac() for s in (still, half)]
    assert (phases[0] < 3e-3).all()
    assert ((phases[1] - 0.5).abs() < 3e-3).all()


@pytest.mark.parametrize(
    "options",
    [
        {"near_plane": 5.0, "far_plane": 2.0},
        {"near_plane": -0.1},
        {"render_step_size": 0.0},
        {"cone_angle": -0.1},
        {"alpha_thre": 1.0},
        {"max_n_samples_per_batch": 0},
        {"max_n_samples_per_batch": 1_000_000},
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"--{next(iter(options))}"):
        MarcherConfig(**options)


def test_the_sample_limit_is_a_power_of_two() -> None:
    assert MarcherConfig(max_n_samples_per_batch=20).max_samples == 1_048_576
    assert MarcherConfig().max_samples is None
