"""The model that is trained, saved and rendered: a dynamic field and its occupancy grid."""

from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor, nn

from nersemble.fields.dynamic_field import DynamicField, FieldConfig
from nersemble.marching.marcher import MarcherConfig
from nersemble.marching.occupancy_grid import OccupancyGrid, OccupancyGridConfig
from nersemble.rendering.camera_colors import CameraColors


@dataclass(frozen=True)
class HeadModelConfig:
    """All that defines the model's output."""

    dynamic_field: FieldConfig = field(default_factory=FieldConfig)
    occupancy: OccupancyGridConfig = field(default_factory=OccupancyGridConfig)
    marcher: MarcherConfig = field(default_factory=MarcherConfig)
    clip_depth_to_batch: bool = False
    """Clip expected depths to the batch's midpoints: a ray without samples gets the smallest
    (release quirk). Otherwise such a ray has depth 0."""
    camera_color_correction: bool = False
    """Learn an affine colour correction for each training camera with the head. Their mean is the
    identity; pictures are rendered without them."""


class HeadModel(nn.Module):
    """A head over T timesteps, in the model world: its parameters and its grid.

    camera_colors: of ``n_cameras`` training cameras, None unless they are learned. What computes
    with all of this is chosen outside (``engines.py``).
    """

    def __init__(
        self,
        config: HeadModelConfig,
        scene_box: Float[Tensor, "2 3"],
        n_timesteps: int,
        generator: torch.Generator,
        n_cameras: int = 0,
    ) -> None:
        super().__init__()
        self.config = config
        self.field = DynamicField(config.dynamic_field, scene_box, n_timesteps, generator)
        self.grid = OccupancyGrid(config.occupancy, scene_box)
        self.camera_colors = CameraColors(n_cameras) if config.camera_color_correction else None

    @property
    def device(self) -> torch.device:
        """Where the parameters are."""
        return self.field.scene_box.device
