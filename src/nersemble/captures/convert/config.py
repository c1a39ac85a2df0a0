"""The options of converting recordings."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from nersemble.data_manager.config import PoseConvention
from nersemble.errors import ConfigError
from nersemble.ranges import Options, Range

PoseChoice = Literal[PoseConvention, "documented"]
"""A convention, or the one that the calibration's format documents."""


@dataclass(frozen=True)
class PairingConfig(Options):
    """Pairing: which pictures of the cameras belong to one moment."""

    pair_by: Literal["auto", "index", "number", "time"] = "auto"
    """How pictures of one moment are found: by their index in the recording (index), the number in
    their name (number; frames of a video are counted from 0), or their time stamp or timecode
    (time). auto: folders of pictures by number; videos by timecode, or else by the time since
    their first frame."""
    fps: Annotated[float, Range(1e-3, 1e6)] | None = None
    """Timesteps per second, paired by time (default: all frames of the slowest camera). It is also
    the frame rate of pictures in folders."""
    offset: tuple[str, ...] = ()
    """CAMERA=FRAMES: the camera's first frame belongs to frame FRAMES of the others: it began that
    many frames after them (negative: before them)."""

    def __post_init__(self) -> None:
        """Refuses rates and offsets that are not valid."""
        super().__post_init__()
        if self.fps is not None and self.pair_by in ("index", "number"):
            raise ConfigError(f"--fps pairs by time, but --pair_by is {self.pair_by}: leave one.")
        self.offsets()

    def offsets(self) -> dict[str, int]:
        """Frames by camera."""
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
    """Scale and place: how the calibration's world becomes metres with the head at the origin."""

    metres_per_unit: Annotated[float, Range(1e-9, 1e9)] | None = None
    """Metres in a unit of the calibration (default: found with --camera_distance)."""
    camera_distance: Annotated[float, Range(1e-6, 1e6)] | None = None
    """Median distance of the cameras from the head, metres; not used with --metres_per_unit
    (default: such that the hull of the masks fits into the scene box; 1 without masks)."""
    center: Vector | None = None
    """The head's centre, in the calibration's own units (default: the point that is nearest to all
    optical axes, or the middle of the hull where that gives the scale)."""
    up: Vector | None = None
    """Direction of up in the calibration's own world (default: the mean of the cameras' own)."""
    front_camera: str = ""
    """The camera that the face looks at (default: towards the middle of all cameras)."""

    def __post_init__(self) -> None:
        """Refuses what is no direction."""
        super().__post_init__()
        if self.up is not None and not any(self.up):
            raise ConfigError("--up is 0 0 0, which is no direction.")


_Pixels = Annotated[int, Range(1, 65535)]


@dataclass(frozen=True)
class ConvertConfig(Options):
    """Recording: which part of it is converted, and to what."""

    cameras: tuple[str, ...] = ()
    """Convert only these cameras (empty: all)."""
    calibrated_as: tuple[str, ...] = ()
    """CAMERA=PICTURE, once for each camera whose calibrated picture has a name that does not tell
    whose it is."""
    without_cameras: tuple[str, ...] = ()
    """Leave these cameras out."""
    poses: PoseChoice = "documented"
    """What the calibration's matrices map, and the axes of its cameras (documented: what the format
    of its files says)."""
    masks: Path | None = None
    """Folder of alpha maps, white on the head: videos, folders of pictures, or pictures, named like
    the recordings or with _mask behind (default: what is so named among the recordings, or what
    the calibration names, or everything is foreground)."""
    invert_masks: bool = False
    """The masks are black on the head, and white elsewhere."""
    start: Annotated[int, Range(0)] = 0
    """First frame to take, counted from 0 among those that all recordings have."""
    every: Annotated[int, Range(1)] = 1
    """Take every so many frames."""
    n_timesteps: Annotated[int, Range(1, other=-1)] = -1
    """How many frames to take (-1: all that follow)."""
    size: tuple[_Pixels, _Pixels] | None = None
    """Width and height of the pictures to write (default: as recorded, if all have one size)."""
    pairing: PairingConfig = field(default_factory=PairingConfig)
    follow_orientation: bool = True
    """Turn pictures and videos as their marks say (EXIF orientation, display matrix), like ffmpeg
    and viewers. Off for a calibration of the pixels as stored: COLMAP ignores the marks of
    photographs."""
    alignment: AlignmentConfig = field(default_factory=AlignmentConfig)
