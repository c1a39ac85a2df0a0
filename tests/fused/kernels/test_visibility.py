"""Samples that kernels drop as invisible against a loop in double precision."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
import torch
from torch import Tensor

pytest.importorskip("triton")

from nersemble.fused.batch import DeviceSamples
from nersemble.fused.kernels.visibility import keep_visible
from nersemble.marching.samples import RaySamples
from nersemble.marching.visibility import drop_invisible
from ray_samples import pack, random_samples

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
N = 3000 if DEVICE == "cuda" else 15
# Opacities and transmittances nearer than this to their bounds may be on either side.
_UNSURE = 1e-5

pytestmark = pytest.mark.usefixtures("poisoned_memory")


@dataclass(frozen=True)
class _Case:
    packed: RaySamples
    samples: DeviceSamples
    sigmas: Tensor


def _density(samples: RaySamples) -> Tensor:
    """Some number of a sample's place that varies quickly."""
    mixed = (7919 * samples.t_starts.double() + 0.37 * samples.ray_indices).sin()
    return (20 * mixed.clamp(min=0) ** 3).float()


def _padded(values: Tensor, spare: int) -> Tensor:
    garbage = torch.nan if values.is_floating_point() else -7
    tail = torch.full((spare, *values.shape[1:]), garbage, dtype=values.dtype)
    return torch.cat([values, tail]).to(DEVICE)


def _case(packed: RaySamples, spare: int = 37, sigmas: Tensor | None = None) -> _Case:
    n, n_rays = len(packed), packed.n_rays
    generator = torch.Generator().manual_seed(n)
    offsets = packed.offsets.int().to(DEVICE)
    samples = DeviceSamples(
        ray_indices=_padded(packed.ray_indices.int(), spare),
        t_starts=_padded(packed.t_starts, spare),
        t_ends=_padded(packed.t_ends, spare),
        positions_unit=_padded(torch.rand(n, 3, generator=generator), spare),
        slots=_padded(torch.randint(9, (n,), generator=generator).int(), spare),
        offsets=offsets,
        count=offsets[-1:],
        n_rays_kept=torch.tensor([n_rays], dtype=torch.int32, device=DEVICE),
        n_wanted=offsets[-1:],
    )
    values = _density(packed) if sigmas is None else sigmas
    return _Case(packed, samples, _padded(values, spare))


def _random_case(spare: int = 37) -> _Case:
    generator = torch.Generator().manual_seed(0)
    counts = torch.randint(90, (N,), generator=generator)
    counts *= torch.rand(N, generator=generator) < 0.8
    # Rays of exactly one tile, one more, and several.
    counts[1], counts[3], counts[4] = 128, 129, 300
    return _case(random_samples(counts.tolist()), spare)


def _walk(case: _Case, threshold: float, stop: float) -> tuple[Tensor, Tensor]:
    """Which samples a loop keeps, and of which this is sure."""
    packed = case.packed
    sigmas = case.sigmas[: len(packed)].double().tolist()
    lengths = (packed.t_ends - packed.t_starts).double().tolist()
    kept, sure = [], []
    ray, depth = -1, 0.0
    for i, index in enumerate(packed.ray_indices.tolist()):
        depth = depth if index == ray else 0.0
        ray = index
        optical = sigmas[i] * lengths[i]
        opacity, light = 1 - math.exp(-optical), math.exp(-depth)
        kept.append((opacity >= threshold) and (stop <= 0 or light >= stop))
        near_threshold = threshold > 0 and abs(opacity - threshold) < _UNSURE
        sure.append(not near_threshold and (stop <= 0 or abs(light - stop) > _UNSURE))
        depth += min(optical, 100.0)
    return torch.tensor(kept, dtype=torch.bool), torch.tensor(sure, dtype=torch.bool)


def _keep(
    case: _Case, threshold: float, stop: float, capacity: int
) -> tuple[DeviceSamples, Tensor]:
    bound = torch.tensor([threshold], device=DEVICE)
    return keep_visible(case.samples, case.sigmas, bound, stop, capacity)


def _assert_from(case: _Case, kept: DeviceSamples, source: Tensor) -> Tensor:
    """Every kept sample is its source's copy; returns the mask of sources."""
    n = int(kept.count)
    assert n == int(kept.offsets[-1]) <= kept.capacity == len(source)
    index = source[:n].long()
    assert (index.diff() > 0).all()
    for name in ("ray_indices", "t_starts", "t_ends", "positions_unit", "slots"):
        wanted = getattr(case.samples, name)[index]
        assert getattr(kept, name).dtype == wanted.dtype
        assert torch.equal(getattr(kept, name)[:n], wanted), name
    rays = torch.arange(kept.n_rays, device=DEVICE).repeat_interleave(kept.offsets.diff())
    assert torch.equal(kept.ray_indices[:n].long(), rays)
    mask = torch.zeros(len(case.packed), dtype=torch.bool)
    mask[index.cpu()] = True
    return mask


@pytest.mark.parametrize("threshold", [0.0, 0.01, 0.3, 1.0])
@pytest.mark.parametrize("stop", [0.0, 1e-3, 0.5])
def test_what_is_kept_equals_the_walk(threshold: float, stop: float) -> None:
    case = _random_case()
    wanted, sure = _walk(case, threshold, stop)
    kept, source = _keep(case, threshold, stop, len(case.packed) + 5)
    mask = _assert_from(case, kept, source)
    assert torch.equal(mask[sure], wanted[sure])
    assert sure.float().mean() > 0.99
    assert int(kept.n_rays_kept) == case.packed.n_rays
    assert int(kept.n_wanted) == int(kept.count)
    if threshold == stop == 0:
        assert mask.all()
    elif threshold < 1:
        assert 0.01 < mask.float().mean() < 0.99


@pytest.mark.parametrize("reached", [100, 128, 129, 200, 300, 420])
def test_light_fades_over_several_tiles(reached: int) -> None:
    intervals = [[(1 + i / 8, 1 + (i + 1) / 8) for i in range(n)] for n in (500, 3, 450)]
    case = _case(pack(intervals), sigmas=torch.full((953,), 0.08))
    # 0.01 is the optical depth of each sample.
    stop = math.exp(-0.01 * (reached - 0.5))
    kept, _ = _keep(case, 0.0, stop, 953)
    assert kept.offsets.diff().tolist() == [reached, 3, reached]


def test_what_is_kept_equals_the_pass_in_torch() -> None:
    case = _random_case()
    for threshold, stop in ((0.01, 0.0), (0.02, 0.1)):
        wanted = drop_invisible(case.packed, _density, threshold, stop)
        kept, _ = _keep(case, threshold, stop, len(case.packed))
        assert abs(int(kept.count) - len(wanted)) <= 1 + len(wanted) // 1000
        if int(kept.count) == len(wanted):
            assert torch.equal(kept.t_starts[: len(wanted)].cpu(), wanted.t_starts)
            assert torch.equal(kept.offsets.cpu(), wanted.offsets.int())


def test_rays_that_do_not_fit_are_dropped_from_the_first_one_on() -> None:
    case = _random_case()
    whole, source = _keep(case, 0.01, 0.0, len(case.packed))
    total, ends = int(whole.count), whole.offsets[1:].cpu()
    middle = int(ends[N // 2])
    for capacity in (0, 1, middle - 1, middle, middle + 1, total - 1, total):
        part, origin = _keep(case, 0.01, 0.0, capacity)
        _assert_from(case, part, origin)
        n_kept = int((ends <= capacity).sum())
        assert int(part.n_rays_kept) == n_kept
        assert int(part.n_wanted) == total
        assert torch.equal(part.offsets[: n_kept + 1], whole.offsets[: n_kept + 1])
        assert (part.offsets[n_kept:] == whole.offsets[n_kept]).all()
        assert torch.equal(origin[: int(part.count)], source[: int(part.count)])


def test_rays_that_were_dropped_before_do_not_count_as_kept() -> None:
    case = _random_case()
    before = replace(case.samples, n_rays_kept=torch.tensor([4], dtype=torch.int32, device=DEVICE))
    bound = torch.zeros(1, device=DEVICE)
    kept, _ = keep_visible(before, case.sigmas, bound, 0.0, len(case.packed))
    assert int(kept.n_rays_kept) == 4


def test_densities_that_are_not_finite() -> None:
    packed = pack([[(float(i), i + 1.0) for i in range(5)], [(1.0, 2.0)]])
    nan, inf = math.nan, math.inf
    case = _case(packed, sigmas=torch.tensor([0.1, nan, 0.2, inf, 0.3, nan]))
    for threshold, stop, wanted in (
        (0.0, 0.0, [0, 2, 3, 4]),
        (0.15, 0.0, [2, 3, 4]),
        (0.01, 1e-3, [0]),
    ):
        kept, source = _keep(case, threshold, stop, 6)
        assert source[: int(kept.count)].tolist() == wanted
        assert kept.offsets.tolist() == [0, len(wanted), len(wanted)]


def test_negative_thresholds_and_zero_densities_keep_all() -> None:
    packed = random_samples([3, 0, 2])
    case = _case(packed, sigmas=torch.zeros(5))
    for threshold in (0.0, -1.0):
        kept, source = _keep(case, threshold, 0.0, 5)
        assert source.tolist() == [0, 1, 2, 3, 4]
        assert torch.equal(kept.offsets, case.samples.offsets)


@pytest.mark.parametrize("counts", [[], [0], [0, 0, 0], [1], [0, 1, 0]])
@pytest.mark.parametrize("spare", [0, 3])
def test_few_samples_or_none(counts: Sequence[int], spare: int) -> None:
    case = _case(random_samples(counts), spare)
    kept, source = _keep(case, 0.0, 0.1, sum(counts) + spare)
    assert _assert_from(case, kept, source).all()
    assert kept.offsets.tolist() == case.packed.offsets.tolist()
    assert int(kept.n_wanted) == sum(counts)
    assert int(kept.n_rays_kept) == len(counts)


def test_what_the_kernels_cannot_read_is_refused() -> None:
    case = _random_case()
    bound = torch.zeros(1, device=DEVICE)
    with pytest.raises(ValueError, match="needed"):
        keep_visible(case.samples, case.sigmas.half(), bound, 0.0, 5)
    with pytest.raises(ValueError, match="needed"):
        keep_visible(case.samples, case.sigmas[:-1], bound, 0.0, 5)
    long_slots = replace(case.samples, slots=case.samples.slots.long())
    with pytest.raises(ValueError, match="int32"):
        keep_visible(long_slots, case.sigmas, bound, 0.0, 5)
    with pytest.raises(ValueError, match="capacity"):
        keep_visible(case.samples, case.sigmas, bound, 0.0, -1)
