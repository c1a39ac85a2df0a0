"""Marching by kernels against the marcher in torch, ray by ray and interval by interval."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

pytest.importorskip("triton")

from nersemble.fused.batch import DeviceSamples
from nersemble.fused.kernels import marching as kernels
from nersemble.fused.kernels.marching import SCAN_BLOCK, pack_rays
from nersemble.fused.kernels.visibility import keep_visible
from nersemble.geometry.scene_box import to_unit
from nersemble.marching.config import MarcherConfig, OccupancyGridConfig
from nersemble.marching.marcher import march
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.rays.batch import RayBatch

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
N = 2000 if DEVICE == "cuda" else 12
_BOX = torch.tensor([[-1.0, -2.0, -1.0], [1.0, 1.5, 2.0]])
_R = 8
# Midpoints nearer than this to a cell's face or to the far plane may fall on either side.
_UNSURE = 2e-5

pytestmark = pytest.mark.usefixtures("poisoned_memory")


def _grid(share: float = 0.5, *, levels: int = 1) -> OccupancyGrid:
    grid = OccupancyGrid(OccupancyGridConfig(grid_resolution=_R, grid_levels=levels), _BOX)
    generator = torch.Generator().manual_seed(0)
    grid.set_binaries(torch.rand(grid.binaries.shape, generator=generator) < share)
    return grid.to(DEVICE)


def _batch(origins: Tensor, directions: Tensor) -> RayBatch:
    unit = torch.nn.functional.normalize(directions, dim=-1)
    slots = torch.randint(5, (len(origins),), generator=torch.Generator().manual_seed(1))
    parts = origins, unit, torch.arange(5), slots, torch.full_like(slots, -1)
    return RayBatch(*(part.to(DEVICE) for part in parts))


def _rays(n: int = N) -> RayBatch:
    """Rays that mostly hit the box, that start inside, and that miss it."""
    generator = torch.Generator().manual_seed(0)
    outward = torch.nn.functional.normalize(torch.randn(n, 3, generator=generator), dim=-1)
    outside = outward * (4 + 3 * torch.rand(n, 1, generator=generator))
    inside = torch.rand(n // 2, 3, generator=generator) - 0.5
    away = outside[: n // 4]
    origins = torch.cat([inside, outside, away])
    aims = torch.randn(n, 3, generator=generator) - outside
    directions = torch.cat([torch.randn(n // 2, 3, generator=generator), aims, away])
    shuffled = torch.randperm(len(origins), generator=generator)
    return _batch(origins[shuffled], directions[shuffled])


def _jitter(rays: RayBatch) -> Tensor:
    return torch.rand(len(rays), generator=torch.Generator().manual_seed(2)).to(DEVICE)


def _first(config: MarcherConfig, jitter: Tensor | None, n: int) -> Tensor:
    shift = torch.zeros(n, device=DEVICE) if jitter is None else jitter
    return config.near_plane + shift * config.render_step_size


def _sure(rays: RayBatch, grid: OccupancyGrid, config: MarcherConfig, middle: Tensor) -> Tensor:
    """Which midpoints [n k] are far enough from all faces of cells and from the far plane."""
    points = rays.origins_world[:, None].double() + rays.directions[:, None] * middle[..., None]
    sure = (middle - config.far_plane).abs() > 1e-4
    for level in range(grid.config.grid_levels):
        low, high = grid.box_of_level(level).double()
        size = (high - low) / _R
        along = (points - low) / size
        sure &= (((along - along.round()) * size).abs() > _UNSURE).all(-1)
    return sure


def _taken(lattice: Tensor, ray_indices: Tensor, t_starts: Tensor, t_ends: Tensor) -> Tensor:
    """Which intervals of the lattices [n k+1] the samples are, none of them twice."""
    rows = ray_indices.long()
    index = (lattice[rows] - t_starts[:, None]).abs().argmin(1)
    assert (lattice[rows, index] - t_starts).abs().lt(1e-4).all()
    assert (lattice[rows, index + 1] - t_ends).abs().lt(1e-4).all()
    ascending = (index.diff() > 0) | (rows.diff() > 0)
    assert ascending.all()
    taken = torch.zeros(len(lattice), lattice.shape[1] - 1, dtype=torch.bool, device=DEVICE)
    taken[rows, index] = True
    return taken


def _assert_packed(samples: DeviceSamples, rays: RayBatch) -> None:
    n = int(samples.count)
    counts = samples.offsets.diff()
    assert samples.offsets[0] == 0
    assert (counts >= 0).all()
    assert n == samples.offsets[-1] <= samples.capacity
    assert (counts[int(samples.n_rays_kept) :] == 0).all()
    index = torch.repeat_interleave(torch.arange(len(rays), device=DEVICE), counts)
    assert torch.equal(samples.ray_indices[:n], index.int())
    assert torch.equal(samples.slots[:n], rays.slots[index].int())
    middle = (samples.t_starts[:n] + samples.t_ends[:n]) / 2
    world = rays.origins_world[index] + rays.directions[index] * middle[:, None]
    wanted = to_unit(world, _BOX.to(DEVICE))
    torch.testing.assert_close(samples.positions_unit[:n], wanted, rtol=0, atol=2e-6)


def _assert_as_in_torch(
    rays: RayBatch, grid: OccupancyGrid, config: MarcherConfig, jitter: Tensor | None = None
) -> DeviceSamples:
    wanted = march(rays, grid, config, jitter)
    found = kernels.march(rays, grid, config, jitter, len(wanted) + 50)
    _assert_packed(found, rays)
    n = int(found.count)
    assert int(found.n_rays_kept) == len(rays)
    assert int(found.n_wanted) == n
    k = torch.arange(18 / config.render_step_size, device=DEVICE)
    points = _first(config, jitter, len(rays))[:, None] + k * config.render_step_size
    middle = (points[:, 1:] + points[:, :-1]) / 2
    a = _taken(points, wanted.ray_indices, wanted.t_starts, wanted.t_ends)
    b = _taken(points, found.ray_indices[:n], found.t_starts[:n], found.t_ends[:n])
    differ = a != b
    assert not (differ & _sure(rays, grid, config, middle)).any()
    assert differ.sum() <= 1 + 1e-3 * a.sum()
    return found


@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("jittered", [False, True])
def test_intervals_are_those_of_the_marcher_in_torch(levels: int, jittered: bool) -> None:
    grid, rays = _grid(levels=levels), _rays()
    config = MarcherConfig(render_step_size=0.05)
    samples = _assert_as_in_torch(rays, grid, config, _jitter(rays) if jittered else None)
    assert int(samples.count) > 5 * N


@pytest.mark.parametrize("cone_angle", [0.02, 0.05])
@pytest.mark.parametrize(
    ("levels", "jittered", "share"), [(1, False, 0.7), (1, True, 0.1), (3, False, 0.1)]
)
def test_intervals_that_grow(cone_angle: float, levels: int, jittered: bool, share: float) -> None:
    grid, rays = _grid(share, levels=levels), _rays()
    step = 0.02 if DEVICE == "cuda" else 0.12
    config = MarcherConfig(render_step_size=step, cone_angle=cone_angle)
    jitter = _jitter(rays) if jittered else None
    wanted = march(rays, grid, config, jitter)
    found = kernels.march(rays, grid, config, jitter, len(wanted) + 50 * N)
    _assert_packed(found, rays)
    assert int(found.n_rays_kept) == len(rays)
    assert len(wanted) > N / 2
    # A midpoint on a cell's face may fall on either side, and then others of its ray differ too.
    equal = found.offsets.diff() == wanted.counts
    assert equal.float().mean() > (0.98 if DEVICE == "cuda" else 0.999)
    ours = torch.repeat_interleave(equal, found.offsets.diff())
    n = int(found.count)
    for name in ("t_starts", "t_ends"):
        values = getattr(wanted, name)[equal[wanted.ray_indices]]
        torch.testing.assert_close(getattr(found, name)[:n][ours], values, rtol=0, atol=1e-3)


def test_growing_intervals_of_rays_that_do_not_fit_are_dropped() -> None:
    rays, grid = _rays(), _grid()
    config = MarcherConfig(render_step_size=0.2, cone_angle=0.02)
    whole = kernels.march(rays, grid, config, None, 2000 * N)
    capacity = int(whole.offsets[len(rays) // 2]) + 1
    part = kernels.march(rays, grid, config, None, capacity)
    _assert_packed(part, rays)
    assert int(part.n_wanted) == int(whole.count)
    n = int(part.count)
    assert n == int(whole.offsets[int(part.n_rays_kept)]) < int(whole.count)
    assert torch.equal(part.t_ends[:n], whole.t_ends[:n])


def test_rays_longer_than_a_tile() -> None:
    rays = _rays(min(N, 200))
    config = MarcherConfig(render_step_size=0.006)
    samples = _assert_as_in_torch(rays, _grid(0.9), config, _jitter(rays))
    assert samples.offsets.diff().max() > 400


@pytest.mark.parametrize("levels", [1, 2])
def test_empty_and_full_grids(levels: int) -> None:
    rays = _rays()
    config = MarcherConfig(render_step_size=0.05)
    assert int(_assert_as_in_torch(rays, _grid(0.0, levels=levels), config).count) == 0
    assert int(_assert_as_in_torch(rays, _grid(1.0, levels=levels), config).count) > 20 * N


def test_one_occupied_cell() -> None:
    grid = _grid(0.0)
    cells = grid.binaries.clone()
    cells[0, 5, 2, 6] = True
    grid.set_binaries(cells)
    size = (_BOX[1] - _BOX[0]) / _R
    center = _BOX[0] + (torch.tensor([5, 2, 6]) + 0.5) * size
    outward = torch.randn(20, 3, generator=torch.Generator().manual_seed(0))
    outward = torch.nn.functional.normalize(outward, dim=-1)
    rays = _batch(center + 7 * outward, -outward)
    samples = _assert_as_in_torch(rays, grid, MarcherConfig(render_step_size=0.01))
    assert (samples.offsets.diff() > 15).all()


def test_rays_along_the_axes_and_beside_the_box() -> None:
    axes = torch.cat([torch.eye(3), -torch.eye(3)])
    through, beside = torch.tensor([0.13, 0.21, 0.37]), torch.tensor([1.2, 1.7, 2.2])
    rays = _batch(torch.cat([through - 6 * axes, beside - 6 * axes]), axes.repeat(2, 1))
    samples = _assert_as_in_torch(rays, _grid(1.0), MarcherConfig(render_step_size=0.047))
    assert (samples.offsets.diff()[:6] > 0).all()
    assert (samples.offsets.diff()[6:] == 0).all()


def test_near_and_far_plane() -> None:
    config = MarcherConfig(near_plane=0.5, far_plane=5, render_step_size=0.1)
    samples = _assert_as_in_torch(_rays(), _grid(1.0), config)
    n = int(samples.count)
    assert samples.t_starts[:n].min() >= 0.5
    assert ((samples.t_starts[:n] + samples.t_ends[:n]) / 2).max() <= 5


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
@pytest.mark.parametrize("cone_angle", [0.0, 0.02])
def test_rays_that_are_not_numbers_have_no_samples(cone_angle: float) -> None:
    rays = _rays()
    rays.origins_world[0] = torch.nan
    rays.directions[1] = torch.nan
    config = MarcherConfig(render_step_size=0.1, cone_angle=cone_angle)
    samples = kernels.march(rays, _grid(1.0), config, None, 9000 * N)
    assert (samples.offsets.diff()[:2] == 0).all()
    assert (samples.offsets.diff()[2:] > 0).any()


def test_rays_that_do_not_fit_are_dropped_from_the_first_one_on() -> None:
    rays, grid, config = _rays(), _grid(), MarcherConfig(render_step_size=0.05)
    whole = kernels.march(rays, grid, config, None, 2000 * N)
    total = int(whole.count)
    ends = whole.offsets[1:].cpu()
    middle = int(ends[len(rays) // 2])
    for capacity in (0, 1, middle - 1, middle, middle + 1, total - 1, total, total + 1):
        part = kernels.march(rays, grid, config, None, capacity)
        _assert_packed(part, rays)
        assert part.capacity == capacity
        assert int(part.n_wanted) == total
        n_kept = int((ends <= capacity).sum())
        assert int(part.n_rays_kept) == n_kept
        assert torch.equal(part.offsets[: n_kept + 1], whole.offsets[: n_kept + 1])
        n = int(part.count)
        assert n == int(whole.offsets[n_kept])
        for name in ("t_starts", "t_ends", "positions_unit"):
            assert torch.equal(getattr(part, name)[:n], getattr(whole, name)[:n]), name


@pytest.mark.parametrize("n", [0, 1])
@pytest.mark.parametrize("cone_angle", [0.0, 1e-4])
def test_no_ray_and_one_ray(n: int, cone_angle: float) -> None:
    rays = _batch(torch.tensor([[0.1, -6.0, 0.2]])[:n], torch.tensor([[0.01, 1.0, 0.02]])[:n])
    config = MarcherConfig(render_step_size=0.05, cone_angle=cone_angle)
    samples = kernels.march(rays, _grid(1.0), config, None, 100)
    _assert_packed(samples, rays)
    assert int(samples.count) == int(samples.n_wanted) == 70 * n
    assert samples.n_rays == int(samples.n_rays_kept) == n


@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, SCAN_BLOCK, 2 * SCAN_BLOCK + 7])
def test_places_of_rays(n: int) -> None:
    generator = torch.Generator().manual_seed(n)
    counts = torch.randint(300, (n,), generator=generator)
    counts *= torch.rand(n, generator=generator) < 0.7
    ends = counts.cumsum(0)
    total = int(counts.sum())
    for capacity, bound in ((total // 3, None), (total, n // 2), (total + 9, n)):
        limit = None if bound is None else torch.tensor([bound], dtype=torch.int32, device=DEVICE)
        offsets, n_kept, n_wanted = pack_rays(counts.int().to(DEVICE), capacity, limit)
        fits = ends <= capacity
        last = int(ends[fits][-1]) if fits.any() else 0
        wanted = torch.cat([torch.zeros(1), torch.where(fits, ends, last)]).int()
        assert torch.equal(offsets.cpu(), wanted)
        assert int(n_wanted) == total
        assert int(n_kept) == min(int(fits.sum()), n if bound is None else bound)


def test_more_samples_than_32_bits_count() -> None:
    counts = torch.full((2 * SCAN_BLOCK,), 2**18 + 2**17, dtype=torch.int32, device=DEVICE)
    offsets, n_rays_kept, n_wanted = pack_rays(counts, 2**31 - 1)
    n_kept = (2**31 - 1) // (2**18 + 2**17)
    assert int(n_rays_kept) == n_kept
    assert int(offsets[-1]) == n_kept * (2**18 + 2**17)
    assert int(n_wanted) == 2**31 - 1


def test_slots_of_32_bits_and_rays_not_in_one_piece() -> None:
    rays, grid, config = _rays(), _grid(), MarcherConfig(render_step_size=0.05)
    origins, directions = (
        torch.stack([part, part], -1)[..., 0] for part in (rays.origins_world, rays.directions)
    )
    assert not origins.is_contiguous()
    other = RayBatch(origins, directions, rays.timesteps, rays.slots.int(), rays.cameras)
    a, b = (kernels.march(r, grid, config, None, 999 * N) for r in (rays, other))
    n = int(a.count)
    assert n == int(b.count) > 0
    assert torch.equal(a.slots[:n], b.slots[:n])
    assert torch.equal(a.positions_unit[:n], b.positions_unit[:n])


def test_what_the_kernels_cannot_read_is_refused() -> None:
    rays, grid, config = _rays(), _grid(), MarcherConfig()
    doubled = replace(rays, origins_world=rays.origins_world.double())
    floats = replace(rays, slots=rays.slots.float())
    for bad in (doubled, floats):
        with pytest.raises(ValueError, match=r"needed|slots"):
            kernels.march(bad, grid, config, None, 10)
    with pytest.raises(ValueError, match="capacity"):
        kernels.march(rays, grid, config, None, -1)
    with pytest.raises(ValueError, match="needed"):
        kernels.march(rays, grid, config, _jitter(rays)[1:], 10)


@pytest.mark.gpu
@pytest.mark.skipif(DEVICE == "cpu", reason="needs a CUDA device")
def test_nothing_waits_for_the_gpu() -> None:
    rays, grid, config = _rays(), _grid(), MarcherConfig(render_step_size=0.05)
    jitter, threshold = _jitter(rays), torch.full((1,), 0.01, device=DEVICE)
    sigmas = torch.rand(2000 * N, device=DEVICE)
    torch.cuda.set_sync_debug_mode("error")
    try:
        samples = kernels.march(rays, grid, config, jitter, 2000 * N)
        kept, _ = keep_visible(samples, sigmas, threshold, 1e-3, 1000 * N)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert 0 < int(kept.count) < int(samples.count)
