"""The options of reading captures, and the words that they take."""

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
"""Axes of OpenCV are x right, y down, z forward; of OpenGL x right, y up, z backward."""

POSE_CONVENTIONS: tuple[PoseConvention, ...] = get_args(PoseConvention)


@dataclass(frozen=True)
class PoseConfig(Options):
    """Poses of the capture's calibration."""

    poses: PoseConvention = "world_to_camera_opencv"
    """Direction of the calibration's matrices, and the axes of its cameras."""
    metres_per_unit: Annotated[float, Range(1e-9, 1e9)] = 1.0
    """Metres in a unit of the calibration (0.001: it is in millimetres)."""


AS_DOCUMENTED = PoseConfig()
"""As the data set has them: metres, world to camera, axes of OpenCV."""

LayoutChoice = Literal["auto", "v1", "v2", "benchmark", "download"]
"""A layout's name, or "auto" for the one that is found in the data folder."""

Rounding = Literal["round", "truncate"]

PointCloudChoice = Literal["auto", "off"]

STORE_FOLDER = ".nersemble-store"
"""Where pictures are packed by default, in the folder of the captures or in that of the runs."""

NO_CAMERAS = ("none",)
"""As ``eval_cameras``: nothing is held out."""


@dataclass(frozen=True)
class DataConfig(Options):
    """Capture: which part of it is used, and how."""

    start_timestep: Annotated[int, Range(0)] = 0
    """First frame number of the capture that is used."""
    n_timesteps: Annotated[int, Range(1, other=-1)] = -1
    """How many timesteps (-1: all from the start on)."""
    skip_timesteps: Annotated[int, Range(1)] = 1
    """Distance between frame numbers; 1 uses every frame."""
    n_cameras: Annotated[int, Range(1, other=-1)] = -1
    """Only so many training cameras, in order of importance (-1: all)."""
    eval_cameras: tuple[str, ...] = ()
    """Serials of the held-out cameras (empty: the rig's own four; where a capture has none of
    them, the camera that the others cover best; none: all cameras train)."""
    downscale_factor: Annotated[int, Range(1, other=-1)] = -1
    """Size of the pictures: the sensor's divided by this (-1: as they are on disk)."""
    max_cached_images: Annotated[int, Range(0)] = 10_000
    """Pictures kept in memory at most (0: no cache); of packed ones, pictures whose files stay
    mapped (at least those of one timestep)."""
    layout: LayoutChoice = "auto"
    """How the capture lies on disk (auto: found out from its folders)."""
    color_rounding: Rounding = "round"
    """How corrected colours become 8 bit; 'truncate' is the release's quirk."""
    point_clouds: PointCloudChoice = "auto"
    """Whether the benchmark's point clouds become depth for the empty, near and depth losses (auto:
    if there are any)."""
    without_cameras: tuple[str, ...] = ()
    """Serials of cameras that are not used (empty: training leaves out cameras whose alpha maps
    contradict the others; none: all are used)."""
    calibration: PoseConfig = field(default_factory=PoseConfig)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Serials of the cameras that are not used."""
        return () if self.without_cameras == NO_CAMERAS else self.without_cameras

    @property
    def held_out(self) -> tuple[str, ...] | None:
        """Serials to hold out; None is the rig's own."""
        return () if self.eval_cameras == NO_CAMERAS else self.eval_cameras or None


@dataclass(frozen=True)
class SegmentConfig(Options):
    """Segments: whether and how training divides a long sequence."""

    segment_timesteps: Annotated[int, Range(0)] = 0
    """Train a longer sequence in segments of at most so many timesteps, one model each (0: one
    model for all)."""
    segment_overlap: Annotated[int, Range(0)] = 16
    """Timesteps that neighbouring segments share, in which rendering fades from one to the next;
    at most a third of --segment_timesteps."""

    def __post_init__(self) -> None:
        """Refuses what would leave gaps, or let three segments meet in one timestep."""
        super().__post_init__()
        if self.segment_timesteps and 3 * self.segment_overlap > self.segment_timesteps:
            raise ConfigError(
                f"--segment_overlap {self.segment_overlap} is more than a third of "
                f"--segment_timesteps {self.segment_timesteps}: give a smaller overlap or longer "
                "segments."
            )
