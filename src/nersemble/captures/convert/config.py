"""Options for converting recordings."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from nersemble.data_manager.config import PoseConvention
from nersemble.errors import ConfigError
from nersemble.ranges import Options, Range

PoseChoice = Literal[PoseConvention, "documented"]
"""A convention, or the one documented for the calibration's format."""


@dataclass(frozen=True)
class PairingConfig(Options):
    """Pairing: how pictures of the cameras are matched in time."""

    pair_by: Literal["auto", "index", "number", "time"] = "auto"
    """How pictures of one moment are found: by their index in the recording (index), the number in
    their name (number; video frames count from 0), or their time stamp or timecode (time). auto:
    folders of pictures by number; videos by timecode, otherwise by the time since their first
    frame."""
    fps: Annotated[float, Range(1e-3, 1e6)] | None = None
    """Timesteps per second, when pairing by time (default: all frames of the slowest camera). Also
    the frame rate of pictures in folders."""
    offset: tuple[str, ...] = ()
    """CAMERA=FRAMES: the camera started recording this many frames after the others (negative:
    before them)."""

    def __post_init__(self) -> None:
        """Refuses rates and offsets that are invalid."""
        super().__post_init__()
        if self.fps is not None and self.pair_by in ("index", "number"):
            raise ConfigError(f"--fps pairs by time, but --pair_by is {self.pair_by}: drop one.")
        self.offsets()

    def offsets(self) -> dict[str, int]:
        """Offsets in frames, by camera."""
        found = {}
        for text in self.offset:
            camera, _, frames = text.rpartition("=")
            try:
                found[camera] = int(frames)
            except ValueError:
                camera = ""
            if not camera:
                raise ConfigError(f"--offset {text} must be CAMERA=FRAMES, as in --offset left=-3.")
        return found


Vector = tuple[float, float, float]


@dataclass(frozen=True)
class AlignmentConfig(Options):
    """Scale and place: how the calibration is converted to metres, with the head at the origin."""

    metres_per_unit: Annotated[float, Range(1e-9, 1e9)] | None = None
    """Metres per unit of the calibration (default: from --camera_distance)."""
    camera_distance: Annotated[float, Range(1e-6, 1e6)] | None = None
    """Median distance from the cameras to the head, metres; not used with --metres_per_unit
    (default: such that the hull of the masks fits into the scene box; 1 without masks)."""
    center: Vector | None = None
    """The head's centre, in the calibration's own units (default: the point nearest to all optical
    axes, or the middle of the hull if the hull sets the scale)."""
    up: Vector | None = None
    """Up direction in the calibration's own world (default: the cameras' mean)."""
    front_camera: str = ""
    """The camera that the face looks at (default: the face looks at the middle of all cameras)."""

    def __post_init__(self) -> None:
        """Refuses a zero vector."""
        super().__post_init__()
        if self.up is not None and not any(self.up):
            raise ConfigError("--up is 0 0 0, which is not a direction.")


_Pixels = Annotated[int, Range(1, 65535)]


@dataclass(frozen=True)
class ConvertConfig(Options):
    """Recording: the part to convert, and the result."""

    cameras: tuple[str, ...] = ()
    """Convert only these cameras (empty: all)."""
    calibrated_as: tuple[str, ...] = ()
    """CAMERA=PICTURE, once for each camera that cannot be recognised by the name of its calibrated
    picture."""
    without_cameras: tuple[str, ...] = ()
    """Leave these cameras out."""
    poses: PoseChoice = "documented"
    """What the calibration's matrices map, and the axes of its cameras (documented: as its format
    defines)."""
    masks: Path | None = None
    """Folder of alpha maps, white on the head: videos, folders of pictures, or pictures, named like
    the recordings or with the suffix _mask (default: such files among the recordings, otherwise
    masks that the calibration names, otherwise everything is foreground)."""
    invert_masks: bool = False
    """The masks are black on the head and white elsewhere."""
    start: Annotated[int, Range(0)] = 0
    """First frame to use, counted from 0 among the frames that all recordings have."""
    every: Annotated[int, Range(1)] = 1
    """Use every n-th frame."""
    n_timesteps: Annotated[int, Range(1, other=-1)] = -1
    """Number of frames to use (-1: all that follow)."""
    size: tuple[_Pixels, _Pixels] | None = None
    """Width and height of the written pictures (default: as recorded, if all have one size)."""
    pairing: PairingConfig = field(default_factory=PairingConfig)
    follow_orientation: bool = True
    """Rotate pictures and videos as their metadata say (EXIF orientation, display matrix), like
    ffmpeg and viewers. Turn it off for a calibration of the stored pixels: COLMAP ignores the
    orientation of photographs."""
    alignment: AlignmentConfig = field(default_factory=AlignmentConfig)
