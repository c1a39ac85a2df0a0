"""Batches of rays and their targets."""

from dataclasses import dataclass, fields

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


@dataclass(frozen=True)
class RayBatch:
    """N rays of K timesteps, model world.

    timesteps: the K distinct timesteps; slots: each ray's index into them; cameras: the index of
    each ray's camera among the training cameras, -1 for any other camera.
    """

    origins_world: Float[Tensor, "n 3"]
    directions: Float[Tensor, "n 3"]
    timesteps: Int[Tensor, "k"]
    slots: Int[Tensor, "n"]
    cameras: Int[Tensor, "n"]

    @classmethod
    def of_timestep(
        cls, origins_world: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"], timestep: int
    ) -> "RayBatch":
        """Rays of a single timestep that belong to no training camera."""
        slots = torch.zeros(len(origins_world), dtype=torch.int64, device=origins_world.device)
        timesteps = torch.tensor([timestep], device=origins_world.device)
        return cls(origins_world, directions, timesteps, slots, slots - 1)

    def __len__(self) -> int:
        return len(self.origins_world)

    @property
    def images(self) -> Int[Tensor, "n 2"]:
        """The (camera index, timestep) pair of the picture that each ray goes through."""
        return torch.stack([self.cameras.long(), self.timesteps[self.slots.long()]], -1)

    def part(self, start: int, end: int) -> "RayBatch":
        """Rays ``start`` to ``end`` of the batch."""
        return RayBatch(
            self.origins_world[start:end],
            self.directions[start:end],
            self.timesteps,
            self.slots[start:end],
            self.cameras[start:end],
        )


@dataclass(frozen=True)
class Targets:
    """The targets of N rays.

    rgbs: blended on white, 0..1; alphas: 0..1; depths_world: distance in model-world units
    (metres x 9), 0 where unknown; backgrounds: the colour that the losses put behind both the
    rendered colour and the target.
    """

    rgbs: Float[Tensor, "n 3"]
    alphas: Float[Tensor, "n"]
    depths_world: Float[Tensor, "n"]
    backgrounds: Float[Tensor, "n 3"]

    @property
    def finite(self) -> Bool[Tensor, "n"]:
        """Whether all values of a ray are finite."""
        numbers = torch.cat([self.rgbs, self.alphas[:, None], self.depths_world[:, None]], 1)
        return torch.isfinite(numbers).all(1)

    def part(self, start: int, end: int) -> "Targets":
        """The targets of rays ``start`` to ``end``."""
        return Targets(*(getattr(self, entry.name)[start:end] for entry in fields(self)))


def to_device(batch: RayBatch, targets: Targets, device: torch.device) -> tuple[RayBatch, Targets]:
    """Move both to a device."""
    rays, wanted = (
        [getattr(values, entry.name).to(device) for entry in fields(values)]
        for values in (batch, targets)
    )
    return RayBatch(*rays), Targets(*wanted)
