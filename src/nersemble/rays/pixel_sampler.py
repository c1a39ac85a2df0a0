"""Sample rays through random pixels of a few images (method.md, Ray marching)."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.data_manager.frame_store import PixelStore, PixelValues
from nersemble.data_manager.picture_files import decode_depth
from nersemble.distributed import ALONE, World
from nersemble.errors import ConfigError
from nersemble.geometry.camera import Camera, homogeneous_centers, unit
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.ops.colors import blend_on_white
from nersemble.randomness import seeded_generator
from nersemble.rays.batch import RayBatch, Targets
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rays.patches import draw_patches, pixels_on_head


class PixelSampler:
    """Draws ray batches. A batch depends only on the seed and the step, so a run can resume.
    Several processes draw the same batch, and each takes its share of the rays.
    """

    def __init__(
        self,
        store: PixelStore,
        cameras: Sequence[Camera],
        config: PixelSamplerConfig,
        seed: int,
        world: World = ALONE,
    ) -> None:
        if config.n_train_rays < world.size:
            raise ConfigError(
                f"--n_train_rays {config.n_train_rays} leaves some of {world.size} processes "
                "without a ray: increase it."
            )
        if config.patch_start_step != -1 and config.patch_size > min(store.image_shape):
            height, width = store.image_shape
            raise ConfigError(
                f"--patch_size {config.patch_size} does not fit into pictures of {width}x{height} "
                "px: reduce it."
            )
        self.world = world
        self.config = config
        self._store = store
        self._cameras = tuple(cameras)
        self._seed = seed
        self._pool_steps = config.pool_steps(store.holds_everything)

    def images(self, step: int) -> Int[Tensor, "m 2"]:
        """The (camera index, timestep) pairs that a step draws from."""
        generator = seeded_generator(self._seed, "images", step // self._pool_steps)
        n_cameras, n_timesteps = self._store.n_cameras, self._store.n_timesteps
        m, k = self.config.images_per_batch, self.config.timesteps_per_batch
        timesteps = torch.arange(n_timesteps)
        if k < min(m, n_timesteps):
            timesteps = torch.randperm(n_timesteps, generator=generator)[:k]
        # Indices into all pairs, camera by camera.
        chosen = torch.randperm(n_cameras * len(timesteps), generator=generator)[:m]
        return torch.stack([chosen // len(timesteps), timesteps[chosen % len(timesteps)]], -1)

    def patches(self, step: int, n_images: int) -> tuple[Int[Tensor, "p"], Int[Tensor, "p"]]:
        """Each patch's index into :meth:`images`, which has as many, and the number that chooses
        its position."""
        generator = seeded_generator(self._seed, "patches", step)
        return draw_patches(self.config.n_patches(step), n_images, generator)

    def batch(self, step: int) -> tuple[RayBatch, Targets]:
        """The rays of an optimizer step and their targets, or this process's share."""
        images = self.images(step)
        in_patches, image_of_patch = self._patch_pixels(step, images)
        generator = seeded_generator(self._seed, "pixels", step)
        n = self.config.n_train_rays - len(in_patches)
        # Sorted, so that an image's rays are neighbours.
        chosen = torch.randint(len(images), (n,), generator=generator).sort().values
        height, width = self._store.image_shape
        y = torch.randint(height, (n,), generator=generator)
        x = torch.randint(width, (n,), generator=generator)
        pixels = torch.cat([in_patches, torch.stack([y, x], -1)])[self.world.share]
        # Rays of one image in a row: a patch, or all single pixels of an image.
        image_of_part = torch.cat([image_of_patch, torch.arange(len(images))])
        of_patches = torch.arange(len(in_patches)) // self.config.patch_size**2
        part = torch.cat([of_patches, len(image_of_patch) + chosen])[self.world.share]
        timesteps, slot_of_image = images[:, 1].unique(return_inverse=True)
        counts = torch.bincount(part, minlength=len(image_of_part)).tolist()
        pairs, chosen = images[image_of_part].tolist(), image_of_part[part]
        cameras = [self._cameras[camera_index] for camera_index, _ in pairs]
        origins, directions, cosines = _rays(cameras, counts, pixels)
        values = [
            self._store.pixels(camera_index, timestep, yx.numpy())
            for (camera_index, timestep), yx in zip(pairs, pixels.split(counts), strict=True)
            if len(yx)
        ]
        slots, camera_of_ray = slot_of_image[chosen], images[chosen, 0]
        rays = RayBatch(origins, directions, timesteps, slots, camera_of_ray)
        return rays, self._targets(values, cosines, step)

    def jitter(self, step: int) -> Float[Tensor, "n"]:
        """Uniform in [0, 1), one for each ray of :meth:`batch`."""
        return self._uniform("jitter", step)

    def _patch_pixels(
        self, step: int, images: Int[Tensor, "m 2"]
    ) -> tuple[Int[Tensor, "n 2"], Int[Tensor, "p"]]:
        """Row and column of all rays in patches, and the index of each patch's image."""
        chosen, draws = self.patches(step, len(images))
        pixels = [torch.zeros(0, 2, dtype=torch.int64)]
        for (camera, timestep), draw in zip(images[chosen].tolist(), draws, strict=True):
            alpha = torch.tensor(self._store.frame(camera, timestep).alpha)
            pixels += pixels_on_head(alpha[None], draw[None], self.config.patch_size)
        return torch.cat(pixels), chosen

    def _targets(
        self, values: Sequence[PixelValues], cosines: Float[Tensor, "n"], step: int
    ) -> Targets:
        alpha = torch.from_numpy(np.concatenate([v.alpha for v in values])).float() / 255
        rgb = torch.from_numpy(np.concatenate([v.rgb for v in values])).float() / 255
        codes = np.concatenate([v.depth_code for v in values])
        depth = torch.from_numpy(decode_depth(codes)).float() * SCALE_FACTOR
        if self.config.depth_supervision == "distance":
            depth = depth / cosines
        return Targets(blend_on_white(rgb, alpha), alpha, depth, self._backgrounds(step))

    def _backgrounds(self, step: int) -> Float[Tensor, "n 3"]:
        if self.config.background_color == "random":
            return self._uniform("backgrounds", step, 3)
        return torch.ones(self.config.n_train_rays, 3)[self.world.share]

    def _uniform(self, name: str, step: int, *shape: int) -> Float[Tensor, "n ..."]:
        """Random numbers in [0, 1) for this process's rays of a step."""
        generator = seeded_generator(self._seed, name, step)
        rays = torch.rand(self.config.n_train_rays, *shape, generator=generator)
        return rays[self.world.share]


def _rays(
    cameras: Sequence[Camera], counts: Sequence[int], pixel_yx: Int[Tensor, "n 2"]
) -> tuple[Float[Tensor, "n 3"], Float[Tensor, "n 3"], Float[Tensor, "n"]]:
    """Origins and directions as in ``Camera.rays``, and cosines of the angles with the axes.

    Work that needs no camera is done for all pixels at once, to save overhead.

    Args:
        counts: number of consecutive pixels of each camera.
    """
    parts = homogeneous_centers(pixel_yx).split(counts)
    mapped = [part @ c.ray_map.T for c, part in zip(cameras, parts, strict=True)]
    directions = unit(torch.cat(mapped)).float()
    forwards = [c.world_to_camera[2, :3].float() for c in cameras]
    cosines = [d @ f for d, f in zip(directions.split(counts), forwards, strict=True)]
    centers = torch.stack([c.center_world for c in cameras]).float()
    return centers.repeat_interleave(torch.tensor(counts), 0), directions, torch.cat(cosines)
