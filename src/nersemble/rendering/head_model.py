"""The head model: a dynamic field and its occupancy grid."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from nersemble.fields.dynamic_field import DynamicField
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.rendering.camera_colors import CameraColors
from nersemble.rendering.config import HeadModelConfig


class HeadModel(nn.Module):
    """A head over T timesteps, in the model world: its parameters and its grid.

    camera_colors: of ``n_cameras`` training cameras, None unless they are learned. Engines
    (``engines.py``) compute with all of this.
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
        """The device of the parameters."""
        return self.field.scene_box.device
