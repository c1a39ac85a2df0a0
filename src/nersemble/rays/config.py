"""The options of ray sampling."""

from dataclasses import dataclass
from typing import Annotated, Literal

from nersemble.errors import ConfigError
from nersemble.ranges import MOST_RAYS, Options, Range

_RELEASE_POOL_STEPS = 21


@dataclass(frozen=True)
class PixelSamplerConfig(Options):
    """How the rays of a step are drawn."""

    n_train_rays: Annotated[int, Range(1, MOST_RAYS)] = 4096
    """Rays per step, over all GPUs."""
    images_per_batch: Annotated[int, Range(1, MOST_RAYS)] = 24
    """Images (camera and timestep) that a step's rays are drawn from."""
    timesteps_per_batch: Annotated[int, Range(1, MOST_RAYS)] = 24
    """Largest number of distinct timesteps per step, each with a blended grid."""
    image_pool_steps: Annotated[int, Range(1, other=-1)] = -1
    """Steps between two draws of images (-1: every step if all images are cached, else every 21
    steps)."""
    depth_supervision: Literal["distance", "z"] = "distance"
    """'distance' turns z-depth into the distance along the ray; 'z' compares z with the distance
    as if they were the same (release quirk)."""
    background_color: Literal["white", "random"] = "white"
    """Colour behind the head in the colour losses; random: a new one for each ray, which fog cannot
    match (white if a camera has no alpha maps)."""
    patch_size: Annotated[int, Range(1, 4096)] = 32
    """Width and height in pixels of the patches for lambda_patch_ssim and lambda_patch_lpips."""
    patch_start_step: Annotated[int, Range(0, other=-1)] = -1
    """Step from which up to half of the rays form patches on the head, if a loss uses patches (-1:
    for the last tenth of max_steps)."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.patch_start_step != -1 and self.n_train_rays < 2 * self.patch_size**2:
            raise ConfigError(
                f"Half of --n_train_rays {self.n_train_rays} is less than a patch of "
                f"--patch_size {self.patch_size}: give at least {2 * self.patch_size**2} rays or "
                "smaller patches."
            )

    def most_timesteps(self, n_timesteps: int) -> int:
        """Largest number of distinct timesteps in a batch of a capture with that many timesteps."""
        return min(self.images_per_batch, self.timesteps_per_batch, n_timesteps)

    def n_patches(self, step: int) -> int:
        """Patches in the batch of a step; they come first, row by row."""
        if self.patch_start_step == -1 or step < self.patch_start_step:
            return 0
        return self.n_train_rays // 2 // self.patch_size**2

    def pool_steps(self, everything_cached: bool) -> int:
        """Steps between two draws of images."""
        if self.image_pool_steps != -1:
            return self.image_pool_steps
        return 1 if everything_cached else _RELEASE_POOL_STEPS
