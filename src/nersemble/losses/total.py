"""The weighted sum of all losses (spec, section 6)."""

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
from nersemble.rendering.composite import RenderedRays


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
class LossTerms:
    """The terms, each already weighted."""

    rgb: Float[Tensor, ""]
    alpha: Float[Tensor, ""]
    empty: Float[Tensor, ""]
    near: Float[Tensor, ""]
    depth: Float[Tensor, ""]
    distortion: Float[Tensor, ""]

    @property
    def total(self) -> Float[Tensor, ""]:
        """What is minimised."""
        return self.rgb + self.alpha + self.empty + self.near + self.depth + self.distortion

    def scalars(self) -> dict[str, float]:
        """The terms as numbers, for logging."""
        return {entry.name: float(getattr(self, entry.name).detach()) for entry in fields(self)}


TERMS = tuple(entry.name for entry in fields(LossTerms))


def compute_losses(
    rendered: RenderedRays,
    samples: RaySamples,
    targets: Targets,
    config: LossConfig,
    step: int,
    world: World = ALONE,
) -> LossTerms:
    """All terms of one batch at an optimizer step; terms of weight 0 are not computed.

    With a share of the batch, the sums of all processes' terms are the terms.
    """
    zero = torch.zeros((), device=rendered.rgbs.device)
    eps = config.eps_depth(step)
    weights, depths = rendered.weights, targets.depths_world
    empty = near = depth = distortion = alpha = zero
    if config.lambda_alpha_loss > 0:
        alpha = config.lambda_alpha_loss * alpha_loss(rendered.accumulations, targets.alphas, world)
    if config.lambda_empty_loss > 0:
        empty = config.lambda_empty_loss * empty_loss(weights, samples, depths, eps, world)
    if config.lambda_near_loss > 0:
        width = config.near_loss_width
        near = config.lambda_near_loss * near_loss(weights, samples, depths, eps, width, world)
    if config.lambda_depth_loss > 0:
        error = expected_depth_loss(rendered.depths_world, depths, world)
        depth = config.lambda_depth_loss * error
    if config.lambda_dist_loss > 0:
        rays = config.dist_loss_max_rays
        distortion = config.lambda_dist_loss * distortion_loss(weights, samples, rays, world)
    rgb = rgb_loss(rendered.rgbs, targets.rgbs, targets.alphas, world)
    return LossTerms(rgb, alpha, empty, near, depth, distortion)
