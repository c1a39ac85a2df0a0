"""The options of the model, of its surface and of backgrounds."""

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from nersemble.errors import ConfigError, did_you_mean
from nersemble.fields.config import FieldConfig
from nersemble.marching.config import MarcherConfig, OccupancyGridConfig
from nersemble.ranges import Options, Range

if TYPE_CHECKING:
    from nersemble.geometry.scene_box import SceneBox

Background = str
"""white, black, transparent, or a colour as #rrggbb."""

Channel = Literal["rgb", "depth", "deformation", "normals"]
"""rgb, and the keys of ``CODED``."""


def background_color(background: Background) -> tuple[float, float, float] | None:
    """Red, green and blue of a background, 0..1; None if it is transparent.

    Raises:
        ConfigError: the background does not exist.
    """
    if background == "transparent":
        return None
    spelled = {"white": "#ffffff", "black": "#000000"}.get(background, background)
    if not re.fullmatch("#[0-9a-fA-F]{6}", spelled):
        raise ConfigError(
            f"--background {background} does not exist"
            f"{did_you_mean(background, ('white', 'black', 'transparent'))}: choose white, black, "
            "transparent, or a colour such as '#3366cc'."
        )
    red, green, blue = (value / 255 for value in bytes.fromhex(spelled[1:]))
    return red, green, blue


@dataclass(frozen=True)
class HeadModelConfig(Options):
    """Model: options of its output."""

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
                "the lower x, y, z, then the upper, which must be larger."
            )

    def box(self, participant: int) -> "SceneBox":
        """The reconstructed box."""
        from nersemble.geometry.scene_box import SceneBox, scene_box_for

        if not self.scene_box:
            return scene_box_for(participant)
        x, y, z, right, back, top = self.scene_box
        return SceneBox((x, y, z), (right, back, top))


_MAX_RESOLUTION = 1024


@dataclass(frozen=True)
class SurfaceConfig(Options):
    """Mesh: how it is extracted from the density."""

    resolution: Annotated[int, Range(8, _MAX_RESOLUTION)] = 256
    """Grid points along the longest side of the occupied space."""
    density_threshold: Annotated[float, Range(1e-6)] = 10.0
    """Density of the mesh's surface, per ninth of a metre (the model's unit); light is halved in
    0.7 / threshold units."""
    keep_unseen: bool = False
    """Also keep the parts of a mesh that no training camera sees. They are closed but arbitrary."""
