"""Volume rendering against the sum in a loop, its gradient, and rays at the extremes."""

import math

import pytest
import torch
from torch import Tensor

from nersemble.marching.samples import RaySamples
from nersemble.rendering.composite import composite, concatenate, sample_weights
from ray_samples import each_ray, pack, random_samples, ray_range

_COUNTS = [4, 0, 1, 7, 0]


def _values(n: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> tuple[Tensor, ...]:
    generator = torch.Generator().manual_seed(seed)
    sigmas = 4 * torch.rand(n, generator=generator, dtype=dtype)
    rgbs = torch.rand(n, 3, generator=generator, dtype=dtype)
    offsets = torch.randn(n, 3, generator=generator, dtype=dtype)
    return sigmas, rgbs, offsets


def _loop(
    sigmas: Tensor, rgbs: Tensor, offsets: Tensor, samples: RaySamples
) -> tuple[list[list[float]], list[float], list[float], list[list[float]]]:
    """Colour, accumulation, depth and offset of each ray, one sample after the other."""
    colors, accumulations, depths, moved = [], [], [], []
    for ray in each_ray(samples):
        light, color, depth, offset, accumulation = 1.0, [0.0] * 3, 0.0, [0.0] * 3, 0.0
        for i in ray:
            start, end = float(samples.t_starts[i]), float(samples.t_ends[i])
            weight = light * (1 - math.exp(-float(sigmas[i]) * (end - start)))
            light *= math.exp(-float(sigmas[i]) * (end - start))
            accumulation += weight
            depth += weight * (start + end) / 2
            color = [c + weight * float(v) for c, v in zip(color, rgbs[i], strict=True)]
            offset = [o + weight * float(v) for o, v in zip(offset, offsets[i], strict=True)]
        colors.append([c + light for c in color])
        accumulations.append(accumulation)
        depths.append(depth / (accumulation + 1e-10))
        moved.append(offset)
    return colors, accumulations, depths, moved


def test_equals_the_loop_over_samples() -> None:
    samples = random_samples(_COUNTS, dtype=torch.float64)
    values = _values(len(samples))
    found = composite(*values, samples, clip_depth=False)
    wanted = _loop(*values, samples)
    for tensor, expected in zip(
        (found.rgbs, found.accumulations, found.depths_world, found.offsets_unit),
        wanted,
        strict=True,
    ):
        torch.testing.assert_close(tensor, torch.tensor(expected, dtype=torch.float64))


def test_single_precision_is_close_to_double() -> None:
    counts = [300, 0, 500, 1]
    samples = random_samples(counts)
    sigmas, rgbs, offsets = _values(len(samples), dtype=torch.float32)
    found = composite(sigmas / 50, rgbs, offsets, samples, clip_depth=False)
    doubled = RaySamples(
        samples.ray_indices, samples.t_starts.double(), samples.t_ends.double(), samples.offsets
    )
    wanted = composite(
        sigmas.double() / 50, rgbs.double(), offsets.double(), doubled, clip_depth=False
    )
    torch.testing.assert_close(found.rgbs.double(), wanted.rgbs, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(
        found.depths_world.double(), wanted.depths_world, rtol=1e-5, atol=1e-4
    )


def test_gradients_are_those_of_finite_differences() -> None:
    samples = random_samples(_COUNTS, dtype=torch.float64)
    sigmas, rgbs, offsets = _values(len(samples))
    sigmas.requires_grad_()
    rgbs.requires_grad_()

    def render(sigmas: Tensor, rgbs: Tensor) -> tuple[Tensor, ...]:
        found = composite(sigmas, rgbs, offsets, samples, clip_depth=False)
        return found.rgbs, found.accumulations, found.depths_world, found.weights

    assert torch.autograd.gradcheck(render, (sigmas, rgbs))


def test_deformation_channels_teach_nothing() -> None:
    samples = random_samples(_COUNTS)
    sigmas, rgbs, offsets = _values(len(samples), dtype=torch.float32)
    offsets.requires_grad_()
    found = composite(sigmas.requires_grad_(), rgbs, offsets, samples, clip_depth=False)
    assert not found.offsets_unit.requires_grad


def test_an_opaque_surface_hides_what_is_behind_it() -> None:
    samples = pack([[(1.0, 1.1), (1.1, 1.2), (2.0, 2.1)]])
    sigmas = torch.tensor([0.0, 1e4, 1e4])
    rgbs = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]])
    found = composite(sigmas, rgbs, torch.zeros(3, 3), samples, clip_depth=False)
    assert found.accumulations.tolist() == pytest.approx([1.0])
    assert found.rgbs[0].tolist() == pytest.approx([0, 1, 0])
    assert found.depths_world.tolist() == pytest.approx([1.15])
    assert found.weights.tolist() == pytest.approx([0, 1, 0])


@pytest.mark.parametrize("density", [1e6, 1e20, math.inf])
def test_a_sample_of_unbounded_density_is_opaque_and_disturbs_no_other_ray(
    density: float,
) -> None:
    samples = random_samples([3, 4, 2])
    sigmas, rgbs, offsets = _values(len(samples), dtype=torch.float32)
    calm = composite(sigmas, rgbs, offsets, samples, clip_depth=False)
    sigmas[1] = density
    sigmas.requires_grad_()
    found = composite(sigmas, rgbs, offsets, samples, clip_depth=False)
    assert found.accumulations[0].item() == pytest.approx(1)
    assert found.weights[2].item() < 1e-30
    torch.testing.assert_close(found.rgbs[1:], calm.rgbs[1:], rtol=0, atol=1e-6)
    torch.testing.assert_close(found.depths_world[1:], calm.depths_world[1:])
    found.rgbs.sum().backward()
    assert sigmas.grad is not None
    assert sigmas.grad.isfinite().all()


def test_an_empty_ray_is_white_and_has_no_depth() -> None:
    samples = pack([[], [(3.0, 4.0), (4.0, 5.0)]])
    values = (torch.zeros(2), torch.rand(2, 3), torch.rand(2, 3))
    found = composite(*values, samples, clip_depth=False)
    assert found.rgbs.tolist() == [[1, 1, 1]] * 2
    assert found.accumulations.tolist() == [0, 0]
    assert found.depths_world.tolist() == [0, 0]
    assert found.offsets_unit.tolist() == [[0, 0, 0]] * 2


def test_the_releases_depth_of_an_empty_ray_is_the_smallest_midpoint() -> None:
    samples = pack([[], [(7.0, 8.0)], [(3.0, 4.0), (4.0, 5.0)]])
    sigmas = torch.tensor([50.0, 50.0, 0.0])
    values = (sigmas, torch.rand(3, 3), torch.rand(3, 3))
    clipped = composite(*values, samples, clip_depth=True).depths_world
    assert clipped.tolist() == pytest.approx([3.5, 7.5, 3.5])
    nothing = composite(
        torch.zeros(0), torch.zeros(0, 3), torch.zeros(0, 3), pack([[], []]), clip_depth=True
    )
    assert nothing.depths_world.tolist() == [0, 0]
    assert nothing.rgbs.tolist() == [[1, 1, 1]] * 2


def test_weights_and_what_is_left_of_the_light_add_up_to_1() -> None:
    samples = random_samples([30, 0, 200])
    sigmas = _values(len(samples), dtype=torch.float32)[0]
    weights = sample_weights(sigmas, samples)
    for ray in each_ray(samples):
        lengths = (samples.t_ends - samples.t_starts)[ray]
        left = math.exp(-float((sigmas[ray] * lengths).sum()))
        assert float(weights[ray].sum()) + left == pytest.approx(1, abs=1e-5)


def test_rays_rendered_in_parts_are_the_rays_rendered_together() -> None:
    samples = random_samples(_COUNTS)
    values = _values(len(samples), dtype=torch.float32)
    whole = composite(*values, samples, clip_depth=False)
    first, second = ray_range(samples, 0, 3), ray_range(samples, 3, 5)
    n = len(first)
    parts = [
        composite(*(v[:n] for v in values), first, clip_depth=False),
        composite(*(v[n:] for v in values), second, clip_depth=False),
    ]
    together = concatenate(parts)
    for name, value in vars(whole).items():
        torch.testing.assert_close(getattr(together, name), value)
