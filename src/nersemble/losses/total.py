"""The weighted sum of all losses (spec, section 6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.distributed import ALONE, World
from nersemble.errors import ConfigError
from nersemble.losses.terms import (
    NearWidth,
    alpha_loss,
    distortion_loss,
    empty_loss,
    expected_depth_loss,
    near_loss,
    rgb_loss,
)
from nersemble.marching.samples import RaySamples
from nersemble.rays.batch import Targets
from nersemble.rendering.composite import CompositedRays


@dataclass(frozen=True)
class LossConfig:
    """Weights of the terms beside the colour's, which counts once."""

    lambda_alpha_loss: float = 1e-2
    """Weight of |accumulation - alpha|."""
    lambda_near_loss: float = 1e-4
    """Weight of the accumulated weight's rise around the known depth."""
    lambda_empty_loss: float = 1e-2
    """Weight of squared sample weights in front of the known depth."""
    lambda_depth_loss: float = 1e-4
    """Weight of the squared depth error."""
    lambda_dist_loss: float = 1e-4
    """Weight of the distortion loss."""
    eps_depth_initial: float = 0.9
    """Half width of the surface's neighbourhood at the start, model-world units (metres x 9)."""
    eps_depth_final: float = 0.01
    """Half width at the end."""
    eps_depth_end_step: int = 10_000
    """Step at which the half width reaches its end."""
    near_loss_width: NearWidth = "std"
    """Scale of the near loss's normal distribution: 'variance' is the release's quirk."""
    dist_loss_max_rays: int = 0
    """Only rays of lower index enter the distortion loss (0: all; the release: 5000)."""

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if entry.name.startswith("lambda_") and value < 0:
                raise ConfigError(f"--{entry.name} is {value}, but must be at least 0.")
        if self.eps_depth_initial <= 0 or self.eps_depth_final <= 0:
            raise ConfigError("--eps_depth_initial and --eps_depth_final must be positive.")

    def eps_depth(self, step: int) -> float:
        """Half width of the surface's neighbourhood at a step, model-world units."""
        done = min(step / self.eps_depth_end_step, 1.0) if self.eps_depth_end_step > 0 else 1.0
        return self.eps_depth_initial + (self.eps_depth_final - self.eps_depth_initial) * done


@dataclass(frozen=True)
class LossInputs:
    """What a term may look at: a batch as it is rendered and as it should be, at a step.

    world: with a share of the batch, the sums of all processes' terms are the terms.
    """

    rendered: CompositedRays
    samples: RaySamples
    targets: Targets
    config: LossConfig
    step: int
    world: World = ALONE

    @property
    def eps_depth(self) -> float:
        """Half width of the surface's neighbourhood, model-world units."""
        return self.config.eps_depth(self.step)


@dataclass(frozen=True)
class LossTerm:
    """A term of the loss.

    name: in reports and logs; weight: the option of ``LossConfig`` that weighs it, None if it
    counts once; value: computes it, not yet weighted.
    """

    name: str
    weight: str | None
    value: Callable[[LossInputs], Float[Tensor, ""]]

    def weight_in(self, config: LossConfig) -> float:
        """Its weight."""
        return 1.0 if self.weight is None else float(getattr(config, self.weight))


def _rgb(batch: LossInputs) -> Tensor:
    targets = batch.targets
    return rgb_loss(batch.rendered.rgbs, targets.rgbs, targets.alphas, batch.world)


def _alpha(batch: LossInputs) -> Tensor:
    return alpha_loss(batch.rendered.accumulations, batch.targets.alphas, batch.world)


def _empty(batch: LossInputs) -> Tensor:
    weights, depths = batch.rendered.weights, batch.targets.depths_world
    return empty_loss(weights, batch.samples, depths, batch.eps_depth, batch.world)


def _near(batch: LossInputs) -> Tensor:
    weights, depths = batch.rendered.weights, batch.targets.depths_world
    width = batch.config.near_loss_width
    return near_loss(weights, batch.samples, depths, batch.eps_depth, width, batch.world)


def _depth(batch: LossInputs) -> Tensor:
    depths = batch.targets.depths_world
    return expected_depth_loss(batch.rendered.depths_world, depths, batch.world)


def _distortion(batch: LossInputs) -> Tensor:
    max_rays = batch.config.dist_loss_max_rays
    return distortion_loss(batch.rendered.weights, batch.samples, max_rays, batch.world)


LOSS_TERMS: tuple[LossTerm, ...] = (
    LossTerm("rgb", None, _rgb),
    LossTerm("alpha", "lambda_alpha_loss", _alpha),
    LossTerm("empty", "lambda_empty_loss", _empty),
    LossTerm("near", "lambda_near_loss", _near),
    LossTerm("depth", "lambda_depth_loss", _depth),
    LossTerm("distortion", "lambda_dist_loss", _distortion),
)
"""All terms. A new one needs a row here, and where it has a weight, an option of ``LossConfig``."""


@dataclass(frozen=True)
class Losses:
    """terms: by name, each already weighted, in the order of ``LOSS_TERMS``."""

    terms: Mapping[str, Float[Tensor, ""]]

    @property
    def total(self) -> Float[Tensor, ""]:
        """What is minimised."""
        first, *others = self.terms.values()
        return sum(others, start=first)


def compute_losses(
    rendered: CompositedRays,
    samples: RaySamples,
    targets: Targets,
    config: LossConfig,
    step: int,
    world: World = ALONE,
) -> Losses:
    """All terms of one batch at an optimizer step; terms of weight 0 are 0 and not computed.

    With a share of the batch, the sums of all processes' terms are the terms.
    """
    batch = LossInputs(rendered, samples, targets, config, step, world)
    terms = {}
    for term in LOSS_TERMS:
        weight = term.weight_in(config)
        zero = torch.zeros((), device=rendered.rgbs.device)
        terms[term.name] = weight * term.value(batch) if weight > 0 else zero
    return Losses(terms)
