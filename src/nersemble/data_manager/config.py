"""Options for reading captures, and their values."""

from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from nersemble.errors import ConfigError
from nersemble.ranges import Options, Range

Size = tuple[int, int]
"""Width and height in pixels."""
"""Width and height, pixels."""

PoseConvention = Literal[
    "world_to_camera_opencv",
    "world_to_camera_opengl",
    "camera_to_world_opencv",
    "camera_to_world_opengl",
]
"""OpenCV's axes are x right, y down, z forward; OpenGL's are x right, y up, z backward."""

POSE_CONVENTIONS: tuple[PoseConvention, ...] = get_args(PoseConvention)


@dataclass(frozen=True)
class PoseConfig(Options):
    """Poses: how the capture's calibration is read."""

    poses: PoseConvention = "world_to_camera_opencv"
    """Direction of the calibration's matrices, and axes of its cameras."""
    metres_per_unit: Annotated[float, Range(1e-9, 1e9)] = 1.0
    """Metres per unit of the calibration (0.001: it is in millimetres)."""


AS_DOCUMENTED = PoseConfig()
"""As in the data set: metres, world to camera, OpenCV's axes."""

LayoutChoice = Literal["auto", "v1", "v2", "benchmark", "download"]
"""The name of a layout, or "auto" to detect it in the data folder."""

Rounding = Literal["round", "truncate"]

PointCloudChoice = Literal["auto", "off"]

STORE_FOLDER = ".nersemble-store"
"""Default folder for packed pictures, inside the folder of the captures or of the runs."""

NO_CAMERAS = ("none",)
"""Value of ``eval_cameras`` for holding out no camera."""


@dataclass(frozen=True)
class DataConfig(Options):
    """Capture: the part of it to use."""

    start_timestep: Annotated[int, Range(0)] = 0
    """First frame number to use."""
    n_timesteps: Annotated[int, Range(1, other=-1)] = -1
    """Number of timesteps (-1: all from the start)."""
    skip_timesteps: Annotated[int, Range(1)] = 1
    """Step between frame numbers; 1 uses every frame."""
    n_cameras: Annotated[int, Range(1, other=-1)] = -1
    """Number of training cameras, the most important first (-1: all)."""
    eval_cameras: tuple[str, ...] = ()
    """Serials of the held-out cameras (empty: the rig's own four, or, if the capture has none of
    them, the camera that the others cover best; none: all cameras train)."""
    downscale_factor: Annotated[int, Range(1, other=-1)] = -1
    """Picture size: the sensor's divided by this (-1: as on disk)."""
    max_cached_images: Annotated[int, Range(0)] = 10_000
    """Most pictures to keep in memory (0: no cache); for packed pictures, most pictures whose files
    stay mapped (at least one timestep's)."""
    layout: LayoutChoice = "auto"
    """Layout of the capture on disk (auto: detect it)."""
    color_rounding: Rounding = "round"
    """How corrected colours are rounded to 8 bits; truncate is the release's quirk."""
    point_clouds: PointCloudChoice = "auto"
    """Whether the benchmark's point clouds provide depth for the empty, near and depth losses
    (auto: if they exist)."""
    without_cameras: tuple[str, ...] = ()
    """Serials of cameras to ignore (empty: training ignores cameras whose alpha maps contradict the
    others; none: use all)."""
    calibration: PoseConfig = field(default_factory=PoseConfig)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Serials of the cameras to ignore."""
        return () if self.without_cameras == NO_CAMERAS else self.without_cameras

    @property
    def held_out(self) -> tuple[str, ...] | None:
        """Serials to hold out; None: the rig's own."""
        return () if self.eval_cameras == NO_CAMERAS else self.eval_cameras or None


@dataclass(frozen=True)
class SegmentConfig(Options):
    """Segments: how training divides a long sequence."""

    segment_timesteps: Annotated[int, Range(0)] = 0
    """Train a longer sequence in segments of at most this many timesteps, one model each (0: one
    model for all)."""
    segment_overlap: Annotated[int, Range(0)] = 16
    """Timesteps that neighbouring segments share, in which renderings are cross-faded; at most a
    third of --segment_timesteps."""

    def __post_init__(self) -> None:
        """Refuses overlaps that would make three segments meet in one timestep."""
        super().__post_init__()
        if self.segment_timesteps and 3 * self.segment_overlap > self.segment_timesteps:
            raise ConfigError(
                f"--segment_overlap {self.segment_overlap} is more than a third of "
                f"--segment_timesteps {self.segment_timesteps}: give a smaller overlap or longer "
                "segments."
            )
