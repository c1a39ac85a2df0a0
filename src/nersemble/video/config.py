"""The options of a video: its length, its camera and its files."""

from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from nersemble.errors import ConfigError
from nersemble.marching.config import GridFilterConfig
from nersemble.ranges import MOST_RAYS, Options, Range
from nersemble.rendering.config import Background, Channel, background_color

TRAJECTORY_NAMES = ("circle", "spiral", "static")
"""The keys of ``TRAJECTORIES`` (``video/trajectories.py``)."""

ThumbnailFormat = Literal["gif", "webp"]


@dataclass(frozen=True)
class RenderConfig(Options):
    """Video: its length and size, with the release's names and values (method.md, Evaluation)."""

    seconds: Annotated[float, Range(1e-3, 1e5)] = 4
    """Length of the video in seconds."""
    fps: Annotated[int, Range(1, 1000)] = 24
    """Pictures per second."""
    n_rays: Annotated[int, Range(1, MOST_RAYS)] = 8192
    """Rays rendered at once; fewer need less memory."""
    downscale_factor: Annotated[int, Range(1)] = 4
    """Divide the sensor's width and height (2200 x 3208 in the data set) by this to get the
    video's."""
    render_depth: bool = False
    """Also make a video of the depth, red at 0.8 m to blue at 1.2 m."""
    render_deformations: bool = False
    """Also make a video of the deformation."""
    grid_filter: GridFilterConfig = field(
        default_factory=lambda: GridFilterConfig(use_occupancy_grid_filtering=True)
    )
    checkpoint: Annotated[int, Range(0, other=-1)] = -1
    """Step of the checkpoint to show; -1: the newest."""

    @property
    def n_frames(self) -> int:
        """Number of pictures in the video, at least one."""
        return max(1, round(self.seconds * self.fps))


@dataclass(frozen=True)
class TrajectoryConfig(Options):
    """Camera and time of the video."""

    trajectory: str = "circle"
    """circle; spiral (out from the front and back); static (from the front, or as --camera);
    capture (--camera sees every timestep once, whatever --seconds says); or the path of a JSON
    file of keyframes, which decides the length (docs/formats.md)."""
    camera: str = ""
    """Serial of the capture's camera for static and capture; capture takes the first held-out one
    if it is not given."""
    frozen_timestep: Annotated[int, Range(0, other=-1)] = -1
    """Show this timestep, counted from 0, in all pictures; -1: play the sequence."""
    between_timesteps: bool = False
    """Interpolate between timesteps, so that a video with more pictures than timesteps is smooth;
    otherwise each picture shows the nearest timestep. Videos from keyframes always interpolate."""

    def __post_init__(self) -> None:
        """Refuse contradictory options."""
        super().__post_init__()
        named = (*TRAJECTORY_NAMES, "capture")
        if self.trajectory not in named and not self.trajectory.endswith(".json"):
            raise ConfigError(
                f"--trajectory {self.trajectory} does not exist: choose {', '.join(named)} or a "
                "file that ends in .json."
            )
        if self.camera and self.trajectory not in ("static", "capture"):
            raise ConfigError("--camera names a fixed camera: add --trajectory static or capture.")
        if self.frozen_timestep != -1 and self.trajectory == "capture":
            raise ConfigError(
                "--trajectory capture shows every timestep once: take --trajectory static with "
                "--frozen_timestep."
            )
        if self.between_timesteps and self.trajectory == "capture":
            raise ConfigError(
                "--trajectory capture shows every timestep once: take --trajectory static with "
                "--camera and --between_timesteps."
            )


VideoFormat = Literal["mp4", "png", "webm", "mov"]


@dataclass(frozen=True)
class OutputConfig(Options):
    """Pictures and files: channels, background and format."""

    channels: tuple[Channel, ...] = ("rgb",)
    """Make one video for each of rgb, depth, deformation, normals; --render_depth and
    --render_deformations add theirs."""
    background: Background = "white"
    """white, black, a colour as '#3366cc', or transparent, which needs --format png, webm or
    mov."""
    format: VideoFormat = "mp4"
    """mp4: H.264; png: a folder of pictures; webm: VP9; mov: ProRes 4444."""
    side_by_side: bool = False
    """Show the capture's picture beside each, for --trajectory capture, or static with --camera."""
    thumbnail: Literal["none"] | ThumbnailFormat = "none"
    """Also make a small animated picture of the first channel."""

    def __post_init__(self) -> None:
        """Refuse invalid channels, and backgrounds that the format does not support."""
        super().__post_init__()
        if not self.channels or len(set(self.channels)) < len(self.channels):
            *names, last = get_args(Channel)
            raise ConfigError(
                f"--channels must name one or more of {', '.join(names)} and {last}, each once."
            )
        if background_color(self.background) is None and self.format == "mp4":
            raise ConfigError(
                "--background transparent is not possible in mp4: add --format png, webm or mov."
            )

    def all_channels(self, config: RenderConfig) -> tuple[Channel, ...]:
        """The channels, including those of the release's options."""
        asked: list[tuple[bool, Channel]] = [
            (config.render_depth, "depth"),
            (config.render_deformations, "deformation"),
        ]
        more = [name for wanted, name in asked if wanted and name not in self.channels]
        return (*self.channels, *more)
