"""Paths in a data folder: participants and sequences, which all layouts share, and the parts of a
sequence in layout v1, for readers and writers."""

from dataclasses import dataclass
from pathlib import Path

from nersemble.errors import CaptureError, did_you_mean
from nersemble.files import is_file_name


def participant_folders(root: Path, participant: int | None = None) -> dict[int, Path]:
    """The participants' folders by id, ascending, or only that of ``participant``.

    Raises:
        CaptureError: ``root`` is not a folder.
    """
    if not root.is_dir():
        raise CaptureError(
            f"The data folder {root} does not exist: pass --data_path or set NERSEMBLE_DATA_PATH."
        )
    folders = (f for f in root.iterdir() if f.name.isdecimal() and f.is_dir())
    # Only the canonical spelling, so that each participant is found once.
    found = {int(f.name): f for f in folders if f.name == f"{int(f.name):03d}"}
    return dict(sorted(item for item in found.items() if participant in (None, item[0])))


def sequence_folders(participant_folder: Path) -> dict[str, Path]:
    """The sequences' folders of a participant by name, ascending."""
    parent = participant_folder / "sequences"
    if not parent.is_dir():
        return {}
    # Names are shown and become part of other paths.
    return {f.name: f for f in sorted(parent.iterdir()) if f.is_dir() and is_file_name(f.name)}


def chosen_folders(root: Path, participant: int, sequence: str) -> tuple[Path, Path]:
    """The folders of one participant and one of its sequences.

    Raises:
        CaptureError: a folder does not exist; lists the existing ones.
    """
    participants = participant_folders(root)
    if participant not in participants:
        there = ", ".join(f.name for f in participants.values()) or "no participant folder"
        raise CaptureError(f"Participant {participant:03d} is not in {root}; it has: {there}.")
    folder = participants[participant]
    sequences = sequence_folders(folder)
    if sequence not in sequences:
        there = ", ".join(sequences) or "no sequence"
        meant = did_you_mean(sequence, sequences)
        raise CaptureError(
            f"Sequence {sequence!r} is not in {folder / 'sequences'}{meant}; it has: {there}."
        )
    return folder, sequences[sequence]


def picture_name(serial: str) -> str:
    """The name of a camera's pictures, in any folder."""
    return f"cam_{serial}.png"


@dataclass(frozen=True)
class PathsV1:
    """Paths of one sequence's files (method.md, Layout v1).

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
        """The folder with the timesteps."""
        return self.participant / "sequences" / self.sequence

    @property
    def annotations(self) -> Path:
        """The folder of data derived from the sequence, such as colour corrections."""
        return self.participant / "annotations" / self.sequence

    @property
    def corrections(self) -> Path:
        """The folder with the colour corrections."""
        return self.annotations / "color_correction"

    def correction(self, serial: str) -> Path:
        """The colour correction of a camera."""
        return self.corrections / f"{serial}.npy"

    def picture(self, timestep: int, kind: str, serial: str) -> Path:
        """A picture; ``kind`` is its folder in the timestep's folder."""
        return self.frames / f"frame_{timestep:05d}" / kind / picture_name(serial)
