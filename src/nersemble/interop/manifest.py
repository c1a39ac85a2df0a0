"""What a folder with a file for each timestep says about itself (docs/formats.md)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nersemble.errors import RunError
from nersemble.files import reason_of, replace_json, written_whole
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.interop.config import WorldName
from nersemble.opening import write_bytes

VERSION = 1
MANIFEST = "manifest.json"


def write_manifest(
    folder: Path,
    name: str,
    world: WorldName,
    timesteps: Sequence[Mapping[str, Any]],
    about: Mapping[str, Any],
) -> Path:
    """Writes the manifest; returns its path.

    Args:
        name: of the format.
        world: of the files' coordinates.
        timesteps: what is to be said about each; ``seconds`` since the first, ascending.
        about: what else is to be said.

    Raises:
        RunError: it cannot be written.
    """
    in_metres = world == "calibration"
    last = timesteps[-1]["seconds"]
    content = {
        "format": name,
        "version": VERSION,
        "fps": (len(timesteps) - 1) / last if last else 0.0,
        "metres_per_unit": 1.0 if in_metres else 1 / SCALE_FACTOR,
        "up": [0.0, 1.0, 0.0] if in_metres else [0.0, 0.0, 1.0],
        **about,
        "timesteps": [dict(timestep) for timestep in timesteps],
    }
    path = folder / MANIFEST
    try:
        replace_json(path, content)
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file of an export, and its folder; raises RunError if that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as temporary:
            write_bytes(temporary, content)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> RunError:
    return RunError(
        f"Cannot write {path}: {reason_of(error)}; make room there or choose another folder with "
        "--renders_path or NERSEMBLE_RENDERS_PATH."
    )
