"""Camera paths as files of a run, ``camera_paths/NAME.json``, and as bytes for a browser."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nersemble.errors import ConfigError
from nersemble.opening import read_bytes, write_bytes
from nersemble.video.camera_path import CameraPath, Keyframe, read_camera_path, write_camera_path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_MOST_BYTES = 1 << 20
_UPLOAD = "the uploaded camera path"


class PathFiles:
    """The paths in a run's folder. Names consist of letters, digits, ``-`` and ``_``, so none
    leaves the folder."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is created with the first path."""
        self._folder = folder

    def names(self) -> list[str]:
        """The names of all paths, sorted."""
        found = self._folder.glob("*.json") if self._folder.is_dir() else ()
        return sorted(path.stem for path in found if _NAME.fullmatch(path.stem))

    def save(self, name: str, path: CameraPath) -> Path:
        """Write a path, replacing one of the same name; return the file.

        Raises:
            ConfigError: the name is not a valid file name.
            RunError: the file cannot be written.
        """
        file = self._file(name)
        write_camera_path(file, path)
        return file

    def load(self, name: str) -> CameraPath:
        """Read a path.

        Raises:
            ConfigError: the path does not exist or is damaged.
        """
        return read_camera_path(self._file(name))

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{name!r} cannot name a camera path: use up to 64 letters, digits, - and _."
            )
        return self._folder / f"{name}.json"


def path_to_bytes(path: CameraPath) -> bytes:
    """The content of the path's file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "path.json"
        write_camera_path(file, path)
        return read_bytes(file, _MOST_BYTES)


def path_from_bytes(content: bytes) -> CameraPath:
    """Parse a path from a file's content.

    Raises:
        ConfigError: the content is not a path.
    """
    if len(content) > _MOST_BYTES:
        raise ConfigError("The uploaded file has more than 1 MiB: it is not a camera path.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "uploaded.json"
        write_bytes(file, content)
        try:
            return read_camera_path(file)
        except ConfigError as error:
            # The temporary file's name means nothing to the user who uploaded it.
            raise ConfigError(str(error).replace(f"the camera path {file}", _UPLOAD)) from error


@dataclass(frozen=True)
class Keyframes:
    """Keyframes at distinct seconds. Every change returns a new list, or raises ConfigError for an
    invalid camera path."""

    all: tuple[Keyframe, ...] = ()

    def add(self, keyframe: Keyframe) -> "Keyframes":
        """With another keyframe."""
        if any(abs(other.seconds - keyframe.seconds) < 1e-6 for other in self.all):
            raise ConfigError(
                f"Second {keyframe.seconds:g} already has a keyframe: choose another second, or "
                "move that one."
            )
        ordered = tuple(sorted((*self.all, keyframe), key=lambda k: k.seconds))
        return Keyframes(CameraPath(ordered).keyframes)

    def delete(self, index: int) -> "Keyframes":
        """Without one keyframe."""
        return Keyframes(self.all[:index] + self.all[index + 1 :])

    def move(self, index: int, keyframe: Keyframe) -> "Keyframes":
        """With one keyframe moved in space or time."""
        return self.delete(index).add(keyframe)

    @property
    def next_second(self) -> float:
        """The time of the next keyframe: a second after the last."""
        return self.all[-1].seconds + 1 if self.all else 0.0

    def path(self) -> CameraPath:
        """The path through them."""
        if not self.all:
            raise ConfigError("The path has no keyframe yet: add one.")
        return CameraPath(self.all)
