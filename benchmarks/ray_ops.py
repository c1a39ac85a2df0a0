"""Timings of the ops on rays: drawing pixels, marching, visibility, losses (see ``ops.py``)."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from common import Timing
from nersemble.fused.batch import DeviceSamples
from nersemble.fused.kernels import marching as kernels
from nersemble.fused.kernels.pixels import N_DEPTH_CODES, ResidentFrames, draw_pixels
from nersemble.fused.kernels.visibility import keep_visible
from nersemble.fused.losses import depth_width_at, render_and_compare
from nersemble.geometry.scene_box import DEFAULT_SCENE_BOX
from nersemble.losses.config import LossConfig
from nersemble.losses.terms import compute_losses
from nersemble.marching.config import MarcherConfig, OccupancyGridConfig
from nersemble.marching.marcher import march
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.marching.samples import RaySamples
from nersemble.marching.visibility import drop_invisible
from nersemble.rays.batch import RayBatch, Targets
from nersemble.rendering.composite import composite

_STEP = 1000
_THRESHOLD = 1e-2

Timer = Callable[[Callable[[], object]], float]


class Rays:
    """Rays towards a ball of occupied cells, and a density that rises within it."""

    def __init__(self, n: int, device: str, resolution: int, marcher: MarcherConfig) -> None:
        generator = torch.Generator().manual_seed(0)
        box = DEFAULT_SCENE_BOX.tensor()
        center = box.mean(0)
        outward = torch.nn.functional.normalize(torch.randn(n, 3, generator=generator), dim=-1)
        target = center + torch.randn(n, 3, generator=generator) * 0.5
        origins = center + outward * 9
        directions = torch.nn.functional.normalize(target - origins, dim=-1)
        slots = torch.zeros(n, dtype=torch.int32)
        parts = (origins, directions, torch.zeros(1, dtype=torch.int64), slots, slots)
        self.batch = RayBatch(*(part.to(device) for part in parts))
        self.jitter = torch.rand(n, generator=generator).to(device)
        self.marcher = marcher
        self.grid = OccupancyGrid(OccupancyGridConfig(grid_resolution=resolution), box)
        steps = (torch.arange(resolution) + 0.5) / resolution - 0.5
        distance = torch.stack(torch.meshgrid(steps, steps, steps, indexing="ij")).norm(dim=0)
        self.grid.set_binaries((distance < 0.28)[None])
        self.grid.to(device)
        rgbs, alphas = torch.rand(n, 3, generator=generator), torch.ones(n)
        self.targets = Targets(
            *(t.to(device) for t in (rgbs, alphas, torch.full((n,), 8.0), torch.ones(n, 3)))
        )


def _densities(positions_unit: Tensor) -> Tensor:
    """Like a shell: of the samples in occupied cells, some are empty and some opaque."""
    distance = (positions_unit - 0.5).norm(dim=-1)
    return torch.where((distance - 0.22).abs() < 0.02, 30.0, 0.5)


def ray_ops(rays: Rays, capacity: int, time_ms: Timer) -> Iterator[Timing]:
    """Marching, visibility and losses, each next to the same in plain torch."""
    batch, grid, marcher, jitter = rays.batch, rays.grid, rays.marcher, rays.jitter

    def march_here() -> DeviceSamples:
        return kernels.march(batch, grid, marcher, jitter, capacity)

    candidates, plain = march_here(), march(batch, grid, marcher, jitter)
    n = len(plain)
    in_torch = time_ms(lambda: march(batch, grid, marcher, jitter))
    yield Timing("march", time_ms(march_here), n * 32 + grid.binaries.numel(), in_torch)
    sigmas = _densities(candidates.positions_unit)
    threshold = torch.full((1,), _THRESHOLD, device=sigmas.device)

    def keep_here() -> tuple[DeviceSamples, Tensor]:
        return keep_visible(candidates, sigmas, threshold, 0.0, capacity)

    def drop() -> RaySamples:
        return drop_invisible(plain, lambda part: plain_sigmas[: len(part)], _THRESHOLD, 0.0)

    low, high = grid.scene_box
    plain_sigmas = _densities((plain.positions_world(batch) - low) / (high - low))
    kept, source = keep_here()
    yield Timing("keep visible samples", time_ms(keep_here), n * 68, time_ms(drop))
    yield _losses(rays, kept, sigmas[source.long().clamp(0, capacity - 1)], time_ms)


def _losses(rays: Rays, kept: DeviceSamples, sigmas: Tensor, time_ms: Timer) -> Timing:
    config = LossConfig()
    rgbs = torch.rand(kept.capacity, 3, device=sigmas.device)
    diagonal = (rays.grid.scene_box[1] - rays.grid.scene_box[0]).norm()
    longest = int(diagonal / rays.marcher.render_step_size) + 4

    numbers = depth_width_at(_STEP, config)
    width = torch.tensor(numbers, dtype=torch.float64, device=sigmas.device)

    def fused() -> object:
        return render_and_compare(sigmas, rgbs, kept, rays.targets, config, width, longest)

    n = int(kept.count)
    samples = RaySamples(
        kept.ray_indices[:n].long(), kept.t_starts[:n], kept.t_ends[:n], kept.offsets.long()
    )
    leaves = [sigmas[:n].clone().requires_grad_(), rgbs[:n].clone().requires_grad_()]
    offsets = torch.zeros(n, 3, device=sigmas.device)

    def plain() -> object:
        rendered = composite(leaves[0], leaves[1], offsets, samples, clip_depth=False)
        losses = compute_losses(rendered, samples, rays.targets, config, _STEP)
        return torch.autograd.grad(losses.total, leaves)

    return Timing("losses and their gradients", time_ms(fused), n * 44, time_ms(plain))


def draw_op(n_rays: int, n_images: int, shape: tuple[int, int], time_ms: Timer) -> Timing:
    """Drawing a step's rays from resident frames."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    colors = torch.randint(256, (n_images, *shape, 4), dtype=torch.uint8, device=device)
    codes = torch.randint(1, 30_000, (n_images, *shape), dtype=torch.int16, device=device)
    cameras = torch.randn(n_images, 16, device=device)
    frames = ResidentFrames(colors, codes, torch.rand(N_DEPTH_CODES, device=device), cameras)
    index = torch.arange(n_images, device=device)
    images = torch.stack([index, index, index, torch.zeros_like(index)], 1)
    step = torch.ones(1, dtype=torch.int64, device=device)
    milliseconds = time_ms(
        lambda: draw_pixels(frames, images, index, n_rays, 0, step, along_ray=True)
    )
    return Timing("draw rays", milliseconds, n_rays * (6 + 60))
