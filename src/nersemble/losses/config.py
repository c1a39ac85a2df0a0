"""The options of the loss."""

from dataclasses import dataclass
from typing import Annotated, Literal

from nersemble.ranges import Options, Range


@dataclass(frozen=True)
class LossConfig(Options):
    """Losses: weights of the terms; the colour term has weight 1."""

    lambda_alpha_loss: Annotated[float, Range(0, 1e6)] = 1e-2
    """Weight of |accumulation - alpha|."""
    lambda_near_loss: Annotated[float, Range(0, 1e6)] = 1e-4
    """Weight of the near loss: the rise of the accumulated weight around the known depth."""
    lambda_empty_loss: Annotated[float, Range(0, 1e6)] = 1e-2
    """Weight of squared sample weights in front of the known depth."""
    lambda_depth_loss: Annotated[float, Range(0, 1e6)] = 1e-4
    """Weight of the squared depth error."""
    lambda_dist_loss: Annotated[float, Range(0, 1e6)] = 1e-4
    """Weight of the distortion loss."""
    lambda_background_loss: Annotated[float, Range(0, 1e6)] = 0.0
    """Weight of the mean colour error of background rays (alpha 0)."""
    lambda_time_smoothness_loss: Annotated[float, Range(0, 1e6)] = 0.0
    """Weight of the squared distance between the codes of neighbouring timesteps, for pictures
    between timesteps."""
    lambda_patch_ssim: Annotated[float, Range(0, 1e6)] = 0.0
    """Weight of 1 - SSIM on patches, see --patch_start_step."""
    lambda_patch_lpips: Annotated[float, Range(0, 1e6)] = 0.0
    """Weight of LPIPS on patches; skipped with a warning if AlexNet's weights are missing."""
    lpips_backbone: str = ""
    """File with AlexNet's weights for lambda_patch_lpips, as for ``evaluate`` (default: those in
    torch's cache)."""
    eps_depth_initial: Annotated[float, Range(1e-6, 1e3)] = 0.9
    """Half width of the surface's neighbourhood at the start, model-world units (metres x 9)."""
    eps_depth_final: Annotated[float, Range(1e-6, 1e3)] = 0.01
    """Half width at the end."""
    eps_depth_end_step: Annotated[int, Range(0)] = 10_000
    """Step at which the half width reaches its end."""
    near_loss_width: Literal["std", "variance"] = "std"
    """Scale of the near loss's normal distribution: 'variance' is the release's quirk."""
    dist_loss_max_rays: Annotated[int, Range(0)] = 0
    """Only rays of lower index enter the distortion loss (0: all; the release: 5000)."""

    @property
    def has_patch_terms(self) -> bool:
        """Whether a term uses patches."""
        return self.lambda_patch_ssim > 0 or self.lambda_patch_lpips > 0

    def eps_depth(self, step: int) -> float:
        """Half width of the surface's neighbourhood at a step, model-world units."""
        done = min(step / self.eps_depth_end_step, 1.0) if self.eps_depth_end_step > 0 else 1.0
        return self.eps_depth_initial + (self.eps_depth_final - self.eps_depth_initial) * done
