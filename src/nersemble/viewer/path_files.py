"""Camera paths as files of a run, ``camera_paths/NAME.json``, and as bytes for a browser."""

import re
import tempfile
from pathlib import Path

from nersemble.errors import ConfigError
from nersemble.video.camera_path import CameraPath, read_camera_path, write_camera_path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_MOST_BYTES = 1 << 20
_UPLOAD = "the uploaded camera path"


class PathFiles:
    """The paths in a run's folder. A name is letters, digits, ``-`` and ``_``, so none leads out
    of it."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made with the first path."""
        self._folder = folder

    def names(self) -> list[str]:
        """The names of all paths, sorted."""
        found = self._folder.glob("*.json") if self._folder.is_dir() else ()
        return sorted(path.stem for path in found if _NAME.fullmatch(path.stem))

    def save(self, name: str, path: CameraPath) -> Path:
        """Writes a path, over one of the same name; returns the file.

        Raises:
            ConfigError: the name cannot be a file's.
            RunError: the file cannot be written.
        """
        file = self._file(name)
        write_camera_path(file, path)
        return file

    def load(self, name: str) -> CameraPath:
        """Reads a path.

        Raises:
            ConfigError: there is no such path, or it is damaged.
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
        return file.read_bytes()


def path_from_bytes(content: bytes) -> CameraPath:
    """The path in a file's content.

    Raises:
        ConfigError: it is none.
    """
    if len(content) > _MOST_BYTES:
        raise ConfigError("The uploaded file has more than 1 MiB: it is no camera path.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "uploaded.json"
        file.write_bytes(content)
        try:
            return read_camera_path(file)
        except ConfigError as error:
            # Its name means nothing to whoever sent it.
            raise ConfigError(str(error).replace(f"the camera path {file}", _UPLOAD)) from error
