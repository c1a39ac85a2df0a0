"""Marching through nerfacc, by a stand-in that walks the cells, against our own marcher."""

import pytest
import torch

from fake_packages import install_nerfacc
from nersemble.engines import TorchEngine
from nersemble.marching import nerfacc_marcher
from nersemble.marching.config import MarcherConfig, OccupancyGridConfig
from nersemble.marching.marcher import march
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.marching.samples import RaySamples
from nersemble.rays.batch import RayBatch
from nersemble.rendering.composite import sample_weights
from small_heads import OPEN, front_camera, make_head

_BOX = torch.tensor([[-1.0, -2.0, -1.0], [1.0, 1.5, 2.0]])


def _grid(levels: int = 1, share: float = 0.5, resolution: int = 8) -> OccupancyGrid:
    config = OccupancyGridConfig(grid_resolution=resolution, grid_levels=levels)
    grid = OccupancyGrid(config, _BOX)
    generator = torch.Generator().manual_seed(0)
    grid.set_binaries(torch.rand(grid.binaries.shape, generator=generator) < share)
    return grid


def _rays(n: int = 30) -> RayBatch:
    """From outside, past the box or into it; the first misses everything."""
    generator = torch.Generator().manual_seed(1)
    outward = torch.nn.functional.normalize(torch.randn(n, 3, generator=generator), dim=-1)
    origins = outward * 5
    directions = torch.randn(n, 3, generator=generator) - origins
    directions[0] = outward[0]
    unit = torch.nn.functional.normalize(directions, dim=-1)
    return RayBatch.of_timestep(origins, unit, 0)


def _assert_same(found: RaySamples, wanted: RaySamples, share: float = 1.0) -> None:
    """On this share of the rays at least: a midpoint may fall on a face of a cell."""
    assert found.n_rays == wanted.n_rays
    equal = found.counts == wanted.counts
    assert equal.float().mean() >= share
    for ray in equal.nonzero().flatten().tolist():
        one, other = found.of_rays(ray, ray + 1), wanted.of_rays(ray, ray + 1)
        torch.testing.assert_close(one.t_starts, other.t_starts, rtol=0, atol=1e-4)
        torch.testing.assert_close(one.t_ends, other.t_ends, rtol=0, atol=1e-4)
    assert (found.ray_indices.diff() >= 0).all()


@pytest.mark.parametrize("jittered", [False, True])
@pytest.mark.parametrize("cone_angle", [0.0, 0.01, 0.05])
@pytest.mark.parametrize("levels", [1, 2, 3])
@pytest.mark.parametrize("resolution", [8, 5])
def test_intervals_are_ours(
    monkeypatch: pytest.MonkeyPatch, jittered: bool, cone_angle: float, levels: int, resolution: int
) -> None:
    install_nerfacc(monkeypatch)
    rays, grid = _rays(60), _grid(levels, resolution=resolution)
    config = MarcherConfig(render_step_size=0.03, cone_angle=cone_angle)
    jitter = torch.rand(len(rays), generator=torch.Generator().manual_seed(2)) if jittered else None
    wanted = march(rays, grid, config, jitter)
    assert len(wanted) > 100
    _assert_same(nerfacc_marcher.march(rays, grid, config, jitter), wanted)


def test_an_empty_cell_is_crossed_with_the_first_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lattice t -> t + max(step, cone_angle t), which ignores cells, has other intervals."""
    install_nerfacc(monkeypatch)
    rays, grid = _rays(), _grid(share=0.2, resolution=4)
    config = MarcherConfig(render_step_size=0.01, cone_angle=0.03)
    samples = march(rays, grid, config)
    _assert_same(nerfacc_marcher.march(rays, grid, config), samples)
    lattice = [config.near_plane]
    while lattice[-1] < 20:
        lattice.append(lattice[-1] + max(config.render_step_size, config.cone_angle * lattice[-1]))
    off = (samples.t_starts[:, None] - torch.tensor(lattice)).abs().amin(1)
    assert len(samples) > 20
    assert (off > 1e-3).float().mean() > 0.5


def test_nothing_to_march(monkeypatch: pytest.MonkeyPatch) -> None:
    install_nerfacc(monkeypatch)
    rays, config = _rays(), MarcherConfig(render_step_size=0.5)
    empty = nerfacc_marcher.march(rays, _grid(share=0.0), config)
    assert (len(empty), empty.n_rays) == (0, len(rays))
    assert nerfacc_marcher.sample_weights(torch.zeros(0), empty).shape == (0,)
    assert nerfacc_marcher.march(rays.part(0, 0), _grid(), config).n_rays == 0


def test_weights_and_their_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    install_nerfacc(monkeypatch)
    samples = march(_rays(), _grid(), MarcherConfig(render_step_size=0.2))
    generator = torch.Generator().manual_seed(4)
    towards = torch.randn(len(samples), generator=generator)
    results = []
    for weights_of in (sample_weights, nerfacc_marcher.sample_weights):
        sigmas = torch.rand(len(samples), generator=generator.manual_seed(5)) * 3
        sigmas.requires_grad_()
        weights = weights_of(sigmas, samples)
        (weights * towards).sum().backward()
        results.append((weights.detach(), sigmas.grad))
    torch.testing.assert_close(results[0], results[1])


def test_a_head_rendered_and_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    install_nerfacc(monkeypatch)
    rows, columns = torch.meshgrid(torch.arange(0, 16, 3), torch.arange(0, 12, 3), indexing="ij")
    pixels = torch.stack([rows.flatten(), columns.flatten()], -1)
    origins, directions = front_camera().rays(pixels)
    rays = RayBatch.of_timestep(origins.float(), directions.float(), 0)
    jitter = torch.rand(len(pixels), generator=torch.Generator().manual_seed(3))
    rendered, kept = [], []
    for through_nerfacc in (False, True):
        renderer = TorchEngine(marcher="nerfacc" if through_nerfacc else "native").renderer(
            make_head()
        )
        blended = renderer.blend(1, OPEN)
        rendered.append(renderer.render(rays, blended))
        kept.append(renderer.sample_for_training(rays, blended, jitter))
    ours, theirs = rendered
    assert ours.accumulations.max() > 0.5
    assert (theirs.rgbs - ours.rgbs).abs().max() < 0.05
    assert (theirs.rgbs - ours.rgbs).abs().mean() < 1e-3
    _assert_same(kept[1], kept[0], 0.9)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("cone_angle", [0.0, 0.004, 0.05])
@pytest.mark.parametrize("levels", [1, 3])
def test_the_real_package(levels: int, cone_angle: float) -> None:
    pytest.importorskip("nerfacc")
    reason = nerfacc_marcher.why_not(torch.device("cuda"))
    if reason is not None:
        pytest.skip(reason)
    rays, grid = _rays(2000), _grid(levels).to("cuda")
    on_gpu = RayBatch(*(getattr(rays, name).cuda() for name in rays.__dataclass_fields__))
    config = MarcherConfig(render_step_size=0.03, cone_angle=cone_angle)
    wanted = march(on_gpu, grid, config)
    found = nerfacc_marcher.march(on_gpu, grid, config)
    _assert_same(found, wanted, 0.95)
    sigmas = torch.rand(len(wanted), device="cuda")
    weights = nerfacc_marcher.sample_weights(sigmas, wanted)
    torch.testing.assert_close(weights, sample_weights(sigmas, wanted), rtol=1e-3, atol=1e-5)
