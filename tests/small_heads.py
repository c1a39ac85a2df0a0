"""Fields and heads that are small, quick and visibly dense, for tests of whatever uses them."""

from typing import Any

import torch

from nersemble.fields.config import DeformationFieldConfig, FieldConfig, HashEnsembleConfig
from nersemble.fields.dynamic_field import DynamicField
from nersemble.fields.windows import WindowState
from nersemble.geometry.camera import Camera
from nersemble.marching.config import MarcherConfig, OccupancyGridConfig
from nersemble.rendering.config import HeadModelConfig
from nersemble.rendering.head_model import HeadModel

BOX = torch.tensor([[-1.0, -2.0, -1.0], [1.0, 1.0, 3.0]])
N_TIMESTEPS = 3
OPEN = WindowState(7.0, 4.0)
"""All bands and tables of these fields."""


def field_config(**deformation: Any) -> FieldConfig:
    """Four tables of three levels; the keyword arguments are the deformation field's."""
    settings = {"latent_dim_time_deform": 8, "mlp_num_layers": 5, "mlp_layer_width": 16}
    return FieldConfig(
        HashEnsembleConfig(
            n_hash_encodings=4, n_levels=3, log2_hashmap_size=10, base_resolution=4, growth=1.6
        ),
        DeformationFieldConfig(**(settings | deformation)),
    )


@torch.no_grad()
def liven(field: DynamicField, seed: int = 0) -> None:
    """Gives a field densities that vary in space and time, and a deformation one can see."""
    generator = torch.Generator().manual_seed(seed)
    field.hash_ensemble.tables.normal_(0, 1.5, generator=generator)
    field.hash_ensemble.codes.normal_(0.5, 0.5, generator=generator)
    if field.deformation is not None:
        field.deformation.codes.normal_(generator=generator)
        for head in (field.deformation.rotation_head, field.deformation.translation_head):
            head.weight.normal_(0, 0.02, generator=generator)


def make_field(seed: int = 0, **deformation: Any) -> DynamicField:
    """A lively field in ``BOX``."""
    generator = torch.Generator().manual_seed(seed)
    field = DynamicField(field_config(**deformation), BOX, N_TIMESTEPS, generator)
    liven(field, seed)
    return field


def make_head(
    *, occupancy: OccupancyGridConfig | None = None, clip_depth: bool = False, **marcher: Any
) -> HeadModel:
    """A lively head, everything occupied unless told; the keyword arguments are the marcher's."""
    config = HeadModelConfig(
        field_config(),
        occupancy or OccupancyGridConfig(grid_resolution=8, disable_occupancy_grid=True),
        MarcherConfig(**({"render_step_size": 0.1} | marcher)),
        clip_depth,
    )
    head = HeadModel(config, BOX, N_TIMESTEPS, torch.Generator().manual_seed(0))
    liven(head.field)
    return head


def front_camera(width: int = 12, height: int = 16, focal: float = 16.0) -> Camera:
    """Six units in front of the box's middle, looking at it along +y; z is up."""
    intrinsics = torch.tensor([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]]).double()
    pose = torch.tensor([[1.0, 0, 0, 0], [0, 0, -1, 1], [0, 1, 0, 6], [0, 0, 0, 1]]).double()
    return Camera(intrinsics, pose, width, height)
