"""The model that is trained, saved and rendered: a dynamic field and its occupancy grid."""

import math
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor, nn

from nersemble.errors import ConfigError
from nersemble.fields.dynamic_field import DynamicField, FieldConfig
from nersemble.geometry.scene_box import SceneBox, scene_box_for
from nersemble.marching.marcher import MarcherConfig
from nersemble.marching.occupancy_grid import OccupancyGrid, OccupancyGridConfig
from nersemble.ranges import Options
from nersemble.rendering.camera_colors import CameraColors


@dataclass(frozen=True)
class HeadModelConfig(Options):
    """All that defines the model's output."""

    dynamic_field: FieldConfig = field(default_factory=FieldConfig)
    occupancy: OccupancyGridConfig = field(default_factory=OccupancyGridConfig)
    marcher: MarcherConfig = field(default_factory=MarcherConfig)
    clip_depth_to_batch: bool = False
    """Clip expected depths to the batch's midpoints: a ray without samples gets the smallest
    (release quirk). Otherwise such a ray has depth 0."""
    camera_color_correction: bool = False
    """Learn an affine colour correction for each training camera together with the head. The mean
    of the corrections is the identity; pictures are rendered without them."""
    scene_box: tuple[float, ...] = ()
    """Lower x, y, z and upper x, y, z of the reconstructed box, model world (empty: the paper's box
    for its participants and rig; otherwise a box around the hull of the alpha maps)."""

    def __post_init__(self) -> None:
        super().__post_init__()
        low, high = self.scene_box[:3], self.scene_box[3:]
        ordered = all(a < b for a, b in zip(low, high, strict=False))
        if self.scene_box and not (
            len(self.scene_box) == 6 and ordered and all(map(math.isfinite, self.scene_box))
        ):
            raise ConfigError(
                f"--scene_box is {' '.join(map(str, self.scene_box))}, but must be six numbers: "
                "the lower x, y, z and the upper, which are larger."
            )

    def box(self, participant: int) -> SceneBox:
        """The box that is reconstructed."""
        if not self.scene_box:
            return scene_box_for(participant)
        x, y, z, right, back, top = self.scene_box
        return SceneBox((x, y, z), (right, back, top))


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
