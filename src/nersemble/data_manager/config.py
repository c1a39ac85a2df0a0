"""Which part of a capture a run uses, and how its pictures are read."""

from dataclasses import dataclass

from nersemble.data_manager.capture import LayoutChoice
from nersemble.data_manager.color import Rounding
from nersemble.data_manager.splits import TimestepSelection
from nersemble.errors import ConfigError

NO_CAMERAS = ("none",)
"""As ``eval_cameras``: nothing is held out."""


@dataclass(frozen=True)
class DataConfig:
    """The capture's part in a run's configuration."""

    start_timestep: int = 0
    """First frame number of the capture that is used."""
    n_timesteps: int = -1
    """How many timesteps (-1: all from the start on)."""
    skip_timesteps: int = 1
    """Distance between frame numbers; 1 uses every frame."""
    n_cameras: int = -1
    """Only so many training cameras, in order of importance (-1: all)."""
    eval_cameras: tuple[str, ...] = ()
    """Serials of the held-out cameras (empty: the rig's own four; where a capture has none of
    them, the camera that the others cover best; none: all cameras train)."""
    downscale_factor: int = -1
    """Size of the pictures: the sensor's divided by this (-1: as they are on disk)."""
    max_cached_images: int = 10_000
    """Pictures kept in memory at most (0: no cache); of packed ones, pictures whose files stay
    mapped (at least those of one timestep)."""
    layout: LayoutChoice = "auto"
    """How the capture lies on disk (auto: found out from its folders)."""
    color_rounding: Rounding = "round"
    """How corrected colours become 8 bit; 'truncate' is the release's quirk."""

    def __post_init__(self) -> None:
        if self.downscale_factor < 1 and self.downscale_factor != -1:
            raise ConfigError(
                f"--downscale_factor is {self.downscale_factor}, but must be 1 or more, or -1 for "
                "pictures as they are on disk."
            )

    @property
    def held_out(self) -> tuple[str, ...] | None:
        """Serials to hold out; None is the rig's own."""
        return () if self.eval_cameras == NO_CAMERAS else self.eval_cameras or None

    @property
    def selection(self) -> TimestepSelection:
        """Which frames."""
        return TimestepSelection(self.start_timestep, self.n_timesteps, self.skip_timesteps)
