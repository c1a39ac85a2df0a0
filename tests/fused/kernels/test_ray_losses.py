"""The fused losses against composite, compute_losses and autograd in float64."""

from dataclasses import dataclass, fields, replace

import pytest
import torch
from torch import Tensor

from nersemble.fused.batch import DeviceSamples, FusedLosses
from nersemble.losses.config import LossConfig
from nersemble.losses.patches import NO_PATCH_LOSSES, PatchLosses, PatchTerm
from nersemble.losses.terms import Losses, compute_losses
from nersemble.marching.samples import RaySamples
from nersemble.rays.batch import Targets
from nersemble.rendering.camera_colors import CameraColors
from nersemble.rendering.composite import composite
from ray_samples import random_samples

pytest.importorskip("triton")

from nersemble.fused.losses import depth_width_at, render_and_compare

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
ON_GPU = DEVICE == "cuda"
N_RAYS = 3000 if ON_GPU else 12
LONGEST = 200 if ON_GPU else 20
SPARE = 37
N_PATCHES = 2
CONFIG = LossConfig(
    lambda_alpha_loss=0.3,
    lambda_near_loss=0.5,
    lambda_empty_loss=0.7,
    lambda_depth_loss=0.2,
    lambda_dist_loss=0.4,
    lambda_background_loss=0.6,
)
ZERO = LossConfig(
    lambda_alpha_loss=0,
    lambda_near_loss=0,
    lambda_empty_loss=0,
    lambda_depth_loss=0,
    lambda_dist_loss=0,
)


@dataclass(frozen=True)
class Case:
    """Values at packed samples, float64 on the CPU, and what the rays should show."""

    samples: RaySamples
    sigmas: Tensor
    rgbs: Tensor
    targets: Targets
    colors: CameraColors | None = None


def make_case(n_rays: int = N_RAYS, density: float = 1.0, seed: int = 0) -> Case:
    """Rays with and without samples, alpha and depth; all values are exact in float32."""
    generator = torch.Generator().manual_seed(seed)
    counts = torch.randint(0, LONGEST + 1, (n_rays,), generator=generator)
    counts[torch.rand(n_rays, generator=generator) < 0.2] = 0
    packed = random_samples(counts.tolist(), seed)
    n = len(packed)
    sigmas = torch.rand(n, generator=generator) * density
    depths = 5 + torch.rand(n_rays, generator=generator) * LONGEST * 0.3
    depths[torch.rand(n_rays, generator=generator) < 0.3] = 0
    alphas = torch.rand(n_rays, generator=generator) * 2 - 0.5
    targets = Targets(
        torch.rand(n_rays, 3, generator=generator).double(),
        alphas.clamp(0, 1).double(),
        depths.double(),
        torch.rand(n_rays, 3, generator=generator).double(),
    )
    samples = replace(packed, t_starts=packed.t_starts.double(), t_ends=packed.t_ends.double())
    return Case(samples, sigmas.double(), torch.rand(n, 3, generator=generator).double(), targets)


def padded(values: Tensor, dtype: torch.dtype, capacity: int) -> Tensor:
    """On the device, with garbage beyond the end."""
    garbage = float("nan") if dtype.is_floating_point else 2**30
    result = torch.full((capacity, *values.shape[1:]), garbage, dtype=dtype, device=DEVICE)
    result[: len(values)] = values.to(dtype)
    return result


def on_device(samples: RaySamples, n_kept: int, spare: int) -> DeviceSamples:
    """The samples of the first rays; the others have none."""
    offsets = samples.offsets.clamp(max=int(samples.offsets[n_kept])).to(DEVICE, torch.int32)
    n = int(offsets[-1])
    capacity = n + spare
    return DeviceSamples(
        padded(samples.ray_indices[:n], torch.int32, capacity),
        padded(samples.t_starts[:n], torch.float32, capacity),
        padded(samples.t_ends[:n], torch.float32, capacity),
        padded(torch.zeros(n, 3), torch.float32, capacity),
        padded(torch.zeros(n), torch.int32, capacity),
        offsets,
        offsets[-1:],
        torch.tensor([n_kept], dtype=torch.int32, device=DEVICE),
        torch.tensor([len(samples)], dtype=torch.int32, device=DEVICE),
    )


def on_the_device(targets: Targets) -> Targets:
    values = (getattr(targets, entry.name) for entry in fields(Targets))
    return Targets(*(value.to(DEVICE).float() for value in values))


def fused(
    case: Case,
    config: LossConfig,
    step: int,
    n_kept: int | None = None,
    spare: int = SPARE,
    patch_losses: PatchLosses = NO_PATCH_LOSSES,
) -> FusedLosses:
    kept = case.samples.n_rays if n_kept is None else n_kept
    samples = on_device(case.samples, kept, spare)
    n = int(samples.count)
    targets = on_the_device(case.targets)
    longest = int(case.samples.counts.max()) if case.samples.n_rays else 0
    return render_and_compare(
        padded(case.sigmas[:n], torch.float32, samples.capacity),
        padded(case.rgbs[:n], torch.float32, samples.capacity),
        samples,
        targets,
        config,
        depth_width(config, step),
        longest,
        corrections=None if case.colors is None else corrections_of(case).to(DEVICE).float(),
        patch_losses=patch_losses,
        n_patches=N_PATCHES,
    )


def depth_width(config: LossConfig, step: int) -> Tensor:
    return torch.tensor(depth_width_at(step, config), dtype=torch.float64, device=DEVICE)


def cameras_of(n_rays: int) -> Tensor:
    """Three of them take turns."""
    return torch.arange(n_rays) % 3


def corrections_of(case: Case) -> Tensor:
    assert case.colors is not None
    return case.colors.of(cameras_of(case.samples.n_rays))


def reference(
    case: Case,
    config: LossConfig,
    step: int,
    n_kept: int,
    patch_losses: PatchLosses = NO_PATCH_LOSSES,
) -> tuple[Losses, Tensor, Tensor, list[Tensor]]:
    """Terms, gradients of densities and colours, and rendered rays of the first rays."""
    samples = case.samples.of_rays(0, n_kept)
    n = len(samples)
    sigmas = case.sigmas[:n].clone().requires_grad_()
    rgbs = case.rgbs[:n].clone().requires_grad_()
    rendered = composite(sigmas, rgbs, torch.zeros_like(rgbs), samples, clip_depth=False)
    if case.colors is not None:
        rendered = case.colors(rendered, cameras_of(n_kept))
    losses = compute_losses(
        rendered, samples, case.targets.part(0, n_kept), config, step,
        patch_losses=patch_losses, n_patches=N_PATCHES,
    )  # fmt: skip
    losses.total.backward()
    assert sigmas.grad is not None
    assert rgbs.grad is not None
    outputs = [rendered.rgbs, rendered.accumulations, rendered.depths_world]
    return losses, sigmas.grad, rgbs.grad, [x.detach() for x in outputs]


def terms_of_rays(losses: Losses) -> list[float]:
    """All but that of the codes, which no kernel computes."""
    return [term.item() for name, term in losses.terms.items() if name != "time_smoothness"]


def assert_close(found: Tensor, wanted: Tensor, limit: float = 1e-5) -> None:
    found, wanted = found.double().cpu(), wanted.double()
    assert found.shape == wanted.shape
    assert bool(torch.isfinite(found).all())
    assert float((found - wanted).norm()) <= limit * float(wanted.norm())


def check(
    case: Case,
    config: LossConfig,
    step: int = 0,
    n_kept: int | None = None,
    limit: float = 1e-5,
    patch_losses: PatchLosses = NO_PATCH_LOSSES,
) -> FusedLosses:
    kept = case.samples.n_rays if n_kept is None else n_kept
    found = fused(case, config, step, n_kept, patch_losses=patch_losses)
    losses, d_sigmas, d_rgbs, outputs = reference(case, config, step, kept, patch_losses)
    n = len(d_sigmas)
    assert found.terms.tolist() == pytest.approx(terms_of_rays(losses), rel=limit, abs=1e-12)
    assert found.depth_spread.tolist() == pytest.approx([losses.depth_spread.item()], rel=limit)
    assert_close(found.d_sigmas[:n], d_sigmas, limit)
    assert_close(found.d_rgbs[:n], d_rgbs, limit)
    for column, value in zip(
        (found.rgbs, found.accumulations, found.depths_world), outputs, strict=True
    ):
        assert_close(column[:kept], value, limit)
    return found


@pytest.mark.parametrize("step", [0, 9000])
@pytest.mark.parametrize(("density", "limit"), [(1e-3, 2e-3), (1.0, 1e-5), (30.0, 1e-5)])
def test_thin_and_opaque_rays(density: float, limit: float, step: int) -> None:
    # 1 - exp(-x) of a small x, as composite has it, loses digits in float32.
    check(make_case(density=density), CONFIG, step, limit=limit)


@pytest.mark.parametrize("term", ["alpha", "near", "empty", "depth", "dist", "background"])
def test_each_term_alone(term: str) -> None:
    config = replace(ZERO, **{f"lambda_{term}_loss": 1.0})
    case = make_case(density=2.0)
    # Nothing shown: the colour is silent.
    targets = replace(case.targets, alphas=torch.zeros_like(case.targets.alphas))
    found = check(replace(case, targets=targets), config, 5000)
    assert int((found.terms != 0).sum()) == 1


def test_colour_alone() -> None:
    found = check(make_case(), ZERO)
    assert found.terms[1:].tolist() == [0.0] * 6


def test_colours_over_white() -> None:
    case = make_case()
    check(replace(case, targets=white(case.targets)), CONFIG)


@pytest.mark.parametrize("n_kept", [N_RAYS, N_RAYS - 5, 0])
@pytest.mark.parametrize("with_patches", [False, True])
def test_colours_as_cameras_record_them(n_kept: int, with_patches: bool) -> None:
    colors = CameraColors(3).double()
    generator = torch.Generator().manual_seed(2)
    torch.nn.init.normal_(colors.corrections, std=0.3, generator=generator)
    case = replace(make_case(density=2.0), colors=colors)
    patch_losses = PATCH_LOSSES if with_patches else NO_PATCH_LOSSES
    found = check(case, CONFIG, n_kept=n_kept, patch_losses=patch_losses)
    wanted = colors.corrections.grad
    assert wanted is not None
    assert found.d_corrections is not None
    colors.corrections.grad = None
    corrections_of(case).backward(found.d_corrections.cpu().double())
    assert_close(colors.corrections.grad, wanted)


def white(targets: Targets) -> Targets:
    return replace(targets, backgrounds=torch.ones_like(targets.rgbs))


def test_what_is_behind_an_opaque_ray_does_not_matter() -> None:
    case = make_case(density=1e4)
    targets = replace(case.targets, alphas=torch.ones_like(case.targets.alphas))
    covered = (case.samples.counts > 0).repeat_interleave(case.samples.counts).to(DEVICE)
    first, second = (
        fused(replace(case, targets=chosen), ZERO, 0).d_rgbs[: len(covered)][covered]
        for chosen in (targets, white(targets))
    )
    assert len(first) > 0
    torch.testing.assert_close(first, second)


def test_the_normal_distribution_of_the_release() -> None:
    check(make_case(), replace(CONFIG, near_loss_width="variance"), 3000)


@pytest.mark.parametrize("max_rays", [1, 5, 10_000])
def test_the_distortion_counts_the_first_rays(max_rays: int) -> None:
    check(make_case(seed=1), replace(CONFIG, dist_loss_max_rays=max_rays))


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_one_alpha_everywhere(alpha: float) -> None:
    case = make_case()
    targets = replace(case.targets, alphas=torch.full_like(case.targets.alphas, alpha))
    check(replace(case, targets=targets), CONFIG)


def test_no_ray_has_depth() -> None:
    case = make_case()
    targets = replace(case.targets, depths_world=torch.zeros_like(case.targets.depths_world))
    found = check(replace(case, targets=targets), CONFIG)
    assert found.terms[2:5].tolist() == [0.0] * 3


@pytest.mark.parametrize("n_kept", [0, 1, N_RAYS - 5])
def test_dropped_rays_count_nowhere(n_kept: int) -> None:
    found = check(make_case(), CONFIG, 2000, n_kept)
    assert torch.equal(found.rgbs[n_kept:], torch.ones_like(found.rgbs[n_kept:]))
    assert float(found.accumulations[n_kept:].abs().sum()) == 0
    assert float(found.depths_world[n_kept:].abs().sum()) == 0


def _cubes(rendered: Tensor, wanted: Tensor) -> Tensor:
    return (rendered - wanted).abs().pow(3).mean((1, 2, 3))


def _ranges(rendered: Tensor, wanted: Tensor) -> Tensor:
    """Looks at several pixels together."""
    return ((rendered.amax((1, 2, 3)) - rendered.amin((1, 2, 3))) * wanted.mean((1, 2, 3))).square()


PATCH_LOSSES = PatchLosses(2, (PatchTerm("a", 0.7, _cubes), PatchTerm("b", 3.0, _ranges)))


@pytest.mark.parametrize("n_kept", [N_RAYS, 8, 6, 3])
def test_patches(n_kept: int) -> None:
    """The first eight rays are two patches, which no other term looks at; some may be missing."""
    found = check(make_case(), CONFIG, n_kept=n_kept, patch_losses=PATCH_LOSSES)
    assert [float(term) > 0 for term in found.terms[-2:]] == [n_kept >= 4] * 2


def test_density_without_bound() -> None:
    case = make_case(density=3.0)
    sigmas = case.sigmas.clone()
    sigmas[::7] = 1e6
    sigmas[3::11] = torch.inf
    check(replace(case, sigmas=sigmas), CONFIG)


def test_a_single_ray_and_a_full_buffer() -> None:
    case = make_case(1, seed=4)
    assert len(case.samples) > 0
    check(case, CONFIG)
    full = fused(case, CONFIG, 0, spare=0)
    roomy = fused(case, CONFIG, 0)
    assert torch.equal(full.d_sigmas, roomy.d_sigmas[: len(full.d_sigmas)])


@pytest.mark.parametrize("spare", [0, SPARE])
def test_no_samples(spare: int) -> None:
    case = make_case()
    empty = RaySamples(
        case.samples.ray_indices[:0],
        case.samples.t_starts[:0],
        case.samples.t_ends[:0],
        torch.zeros(N_RAYS + 1, dtype=torch.int64),
    )
    case = Case(empty, case.sigmas[:0], case.rgbs[:0], case.targets)
    found = fused(case, CONFIG, 0, spare=spare)
    terms = reference_terms_without_samples(case)
    assert found.terms.cpu().double().tolist() == pytest.approx(terms, rel=1e-5)


def reference_terms_without_samples(case: Case) -> list[float]:
    rendered = composite(case.sigmas, case.rgbs, case.rgbs, case.samples, clip_depth=False)
    losses = compute_losses(rendered, case.samples, case.targets, CONFIG, 0)
    return terms_of_rays(losses)


def test_no_rays() -> None:
    case = make_case(0)
    found = fused(case, CONFIG, 0)
    assert found.terms.tolist() == [0.0] * 7


def test_the_sums_do_not_depend_on_the_order_of_the_programs() -> None:
    first, second = (fused(make_case(), CONFIG, 0) for _ in range(2))
    assert torch.equal(first.terms, second.terms)


def test_bad_arguments() -> None:
    from nersemble.fused.kernels.ray_losses import block_for

    case = make_case()
    samples = on_device(case.samples, N_RAYS, 0)
    targets = on_the_device(case.targets)
    sigmas, rgbs = case.sigmas.to(DEVICE), case.rgbs.to(DEVICE).float()
    with pytest.raises(ValueError, match="float64"):
        render_and_compare(sigmas, rgbs, samples, targets, CONFIG, depth_width(CONFIG, 0), 32)
    with pytest.raises(ValueError, match="4097"):
        block_for(4097)
