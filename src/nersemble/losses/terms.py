"""The terms of the loss and their weighted sum (method.md, Losses).

Depth supervision (empty space, the surface's neighbourhood, the depth) follows Rematas et al. 2022,
Urban Radiance Fields, the line-of-sight losses.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from nersemble.distributed import ALONE, World
from nersemble.losses.config import LossConfig
from nersemble.losses.patches import NO_PATCH_LOSSES, PatchLosses
from nersemble.marching.samples import RaySamples
from nersemble.ops.packed import exclusive_sum
from nersemble.rays.batch import Targets
from nersemble.rendering.composite import CompositedRays, depth_spreads


@dataclass(frozen=True)
class LossInputs:
    """The input of the terms: a rendered batch and its targets, at a step.
    world: if each process has a share of the batch, the terms are sums over all processes;
    codes: of all timesteps, for each kind that the field depends on at the step.
    """

    rendered: CompositedRays
    samples: RaySamples
    targets: Targets
    config: LossConfig
    step: int
    world: World = ALONE
    codes: Sequence[Float[Tensor, "t c"]] = ()

    @property
    def eps_depth(self) -> float:
        """Half width of the surface's neighbourhood, model-world units."""
        return self.config.eps_depth(self.step)


def _squared_color_errors(batch: LossInputs) -> Float[Tensor, "n"]:
    """Colour error of each ray, with prediction and ground truth blended on its background.

    Both are blended on white: on a colour b, each is (1 - opacity) (1 - b) darker.
    """
    rendered, targets = batch.rendered, batch.targets
    opacity = (rendered.accumulations - targets.alphas)[:, None]
    errors = rendered.rgbs - targets.rgbs + opacity * (1 - targets.backgrounds)
    return (errors**2).mean(-1)


def rgb_loss(batch: LossInputs) -> Float[Tensor, ""]:
    """Mean squared colour error over rays with alpha > 0; 0 where there are none."""
    return _mean_where(_squared_color_errors(batch), batch.targets.alphas > 0, batch.world)


def background_loss(batch: LossInputs) -> Float[Tensor, ""]:
    """Mean squared colour error over rays with alpha 0; 0 where there are none."""
    return _mean_where(_squared_color_errors(batch), batch.targets.alphas <= 0, batch.world)


def alpha_loss(batch: LossInputs) -> Float[Tensor, ""]:
    """Mean |accumulation - alpha| over rays with alpha < 1; 0 where there are none."""
    alphas = batch.targets.alphas
    return _mean_where((batch.rendered.accumulations - alphas).abs(), alphas < 1, batch.world)


def empty_loss(batch: LossInputs) -> Float[Tensor, ""]:
    """Mean of w^2 over samples nearer than depth - eps on rays with depth."""
    samples = batch.samples
    depth = batch.targets.depths_world[samples.ray_indices]
    empty = (depth > 0) & (samples.midpoints < depth - batch.eps_depth)
    return _mean_where(batch.rendered.weights**2, empty, batch.world)


def near_loss(batch: LossInputs) -> Float[Tensor, ""]:
    """Within depth +- eps the accumulated weight should rise like a normal distribution's integral.

    Its scale is eps / 3, or with the option ``near_loss_width`` (eps / 3)^2.
    """
    samples, weights, eps = batch.samples, batch.rendered.weights, batch.eps_depth
    depth = batch.targets.depths_world[samples.ray_indices]
    distance = samples.midpoints - depth
    near = (depth > 0) & (distance.abs() <= eps)
    accumulated = exclusive_sum(weights, samples.ray_indices, samples.offsets) + weights
    scale = eps / 3 if batch.config.near_loss_width == "std" else (eps / 3) ** 2
    wanted = 0.5 * (1 + torch.erf(distance / (scale * math.sqrt(2))))
    return _mean_where((accumulated - wanted) ** 2, near, batch.world)


def expected_depth_loss(batch: LossInputs) -> Float[Tensor, ""]:
    """Mean squared difference over rays with depth."""
    depths = batch.targets.depths_world
    return _mean_where((batch.rendered.depths_world - depths) ** 2, depths > 0, batch.world)


def distortion_loss(batch: LossInputs) -> Float[Tensor, ""]:
    """Sum over pairs of w_i w_j |t_i - t_j| plus w_i^2 dt_i / 3, averaged over rays.

    Both orders of a pair count. The average is over the highest counted ray index plus one; with
    the option ``dist_loss_max_rays`` only rays of lower index count.
    """
    weights, samples, world = batch.rendered.weights, batch.samples, batch.world
    max_rays = batch.config.dist_loss_max_rays
    index, middle = samples.ray_indices, samples.midpoints
    # Index in the whole batch: every process has each ``size``-th ray.
    place = index * world.size + world.rank
    counted = (place < max_rays).to(weights.dtype) if max_rays > 0 else weights.new_ones(())
    weight_before = exclusive_sum(weights, index, samples.offsets)
    moment_before = exclusive_sum(weights * middle, index, samples.offsets)
    between = 2 * weights * (middle * weight_before - moment_before)
    within = weights**2 * (samples.t_ends - samples.t_starts) / 3
    total = ((between + within) * counted).sum()
    counted_rays = place[place < max_rays] if max_rays > 0 else place
    n_rays = (counted_rays[-1:] + 1).sum()
    return total / world.max_(n_rays).clamp(min=1)


def time_smoothness_loss(batch: LossInputs) -> Float[Tensor, ""]:
    """Mean of |c_t - c_(t+1)|^2 over pairs of neighbouring timesteps, added over kinds of codes.

    Every process has all codes, so each has an equal share of the term.
    """
    total = torch.zeros((), device=batch.rendered.rgbs.device)
    for codes in batch.codes:
        steps = codes.diff(dim=0)
        total = total + (steps**2).sum() / max(len(steps), 1)
    return total / batch.world.size


@torch.no_grad()
def depth_spread(batch: LossInputs) -> Float[Tensor, ""]:
    """Mean of ``depth_spreads`` over rays with alpha > 0, 0 without any. Monitored, no loss."""
    spreads = depth_spreads(batch.rendered.weights, batch.samples)
    return _mean_where(spreads, batch.targets.alphas > 0, batch.world)


def _mean_where(
    values: Float[Tensor, "n"], mask: Bool[Tensor, "n"], world: World
) -> Float[Tensor, ""]:
    """The masked values' sum, divided by their number in the batch; 0 if there are none.

    With several processes, the sum of their results is the mean over the batch.
    """
    total = (values * mask.to(values.dtype)).sum()
    return total / world.sum_(torch.count_nonzero(mask)).clamp(min=1)


@dataclass(frozen=True)
class LossTerm:
    """A term of the loss.

    name: in reports and logs; weight: its option in ``LossConfig``, None for weight 1;
    value: computes the unweighted term.
    """

    name: str
    weight: str | None
    value: Callable[[LossInputs], Float[Tensor, ""]]

    def weight_in(self, config: LossConfig) -> float:
        """Its weight."""
        return 1.0 if self.weight is None else float(getattr(config, self.weight))


LOSS_TERMS: tuple[LossTerm, ...] = (
    LossTerm("rgb", None, rgb_loss),
    LossTerm("alpha", "lambda_alpha_loss", alpha_loss),
    LossTerm("empty", "lambda_empty_loss", empty_loss),
    LossTerm("near", "lambda_near_loss", near_loss),
    LossTerm("depth", "lambda_depth_loss", expected_depth_loss),
    LossTerm("distortion", "lambda_dist_loss", distortion_loss),
    LossTerm("background", "lambda_background_loss", background_loss),
    LossTerm("time_smoothness", "lambda_time_smoothness_loss", time_smoothness_loss),
)
"""All terms. A new one is a function and a row here; its weight is an option of ``LossConfig``."""


@dataclass(frozen=True)
class Losses:
    """terms: weighted, by name, in the order of ``LOSS_TERMS``, then those of patches.
    depth_spread: model-world units, not a term."""

    terms: Mapping[str, Float[Tensor, ""]]
    depth_spread: Float[Tensor, ""]

    @property
    def total(self) -> Float[Tensor, ""]:
        """The total loss."""
        first, *others = self.terms.values()
        return sum(others, start=first)


def compute_losses(
    rendered: CompositedRays,
    samples: RaySamples,
    targets: Targets,
    config: LossConfig,
    step: int,
    world: World = ALONE,
    codes: Sequence[Float[Tensor, "t c"]] = (),
    *,
    patch_losses: PatchLosses = NO_PATCH_LOSSES,
    n_patches: int = 0,
) -> Losses:
    """All terms of one batch at an optimizer step; terms of weight 0 are 0 and not computed.

    With a share of the batch, the sums of all processes' terms are the terms.

    Args:
        codes: those of ``DynamicField.codes_in_use``.
        patch_losses: terms that follow the others.
        n_patches: number of patches, formed by the first rays; other terms ignore these rays.
    """
    of_patches = patch_losses(rendered.rgbs, targets.rgbs, n_patches)
    n_rays = samples.n_rays
    n_apart = patch_losses.n_rays(n_patches, n_rays)
    if n_apart > 0:
        rendered = rendered.without_first(n_apart, int(samples.offsets[n_apart]))
        samples, targets = samples.of_rays(n_apart, n_rays), targets.part(n_apart, n_rays)
    batch = LossInputs(rendered, samples, targets, config, step, world, codes)
    terms = {}
    for term in LOSS_TERMS:
        weight = term.weight_in(config)
        zero = torch.zeros((), device=rendered.rgbs.device)
        terms[term.name] = weight * term.value(batch) if weight > 0 else zero
    terms |= dict(zip(patch_losses.names, of_patches, strict=True))
    return Losses(terms, depth_spread(batch))
