"""Where the parts of a capture in layout v1 lie, for what reads and what writes them."""

from dataclasses import dataclass
from pathlib import Path


def picture_name(serial: str) -> str:
    """The name of a camera's pictures, in whatever folder."""
    return f"cam_{serial}.png"


@dataclass(frozen=True)
class PathsV1:
    """The files of one sequence (spec, section 1.1).

    participant: the participant's folder.
    sequence: the sequence's name.
    """

    participant: Path
    sequence: str

    @property
    def calibration(self) -> Path:
        """The cameras of all sequences of the participant."""
        return self.participant / "camera_params.json"

    @property
    def frames(self) -> Path:
        """The folder of the timesteps."""
        return self.participant / "sequences" / self.sequence

    @property
    def annotations(self) -> Path:
        """The folder of what was computed of the sequence."""
        return self.participant / "annotations" / self.sequence

    @property
    def corrections(self) -> Path:
        """The folder of the colour corrections."""
        return self.annotations / "color_correction"

    def correction(self, serial: str) -> Path:
        """The colour correction of a camera."""
        return self.corrections / f"{serial}.npy"

    def picture(self, timestep: int, kind: str, serial: str) -> Path:
        """A picture; ``kind`` is its folder in the timestep's."""
        return self.frames / f"frame_{timestep:05d}" / kind / picture_name(serial)
