"""The three root folders: captures, models and renders (method.md, Capture).

A root comes from the command line, from an environment variable, or from
``~/.config/nersemble/.env``, in this order. Nothing is read at import: commands call
:meth:`Roots.get`.
"""

import io
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values

from nersemble.errors import ConfigError
from nersemble.files import reason_of
from nersemble.opening import read_text

RootName = Literal["data", "models", "renders"]

_MAX_BYTES = 1 << 20
_VARIABLES: dict[RootName, str] = {
    "data": "NERSEMBLE_DATA_PATH",
    "models": "NERSEMBLE_MODELS_PATH",
    "renders": "NERSEMBLE_RENDERS_PATH",
}


def env_file() -> Path:
    """The user's settings file, which may not exist."""
    return Path.home() / ".config" / "nersemble" / ".env"


def resolve_root(name: RootName, given: Path | str | None = None) -> Path:
    """The folder for ``name``: from the command line, the environment or the settings file.

    Raises:
        ConfigError: none of them names it, or the settings file cannot be read.
    """
    variable = _VARIABLES[name]
    if given is not None and str(given) != "":
        return Path(os.path.expanduser(given))
    value = os.environ.get(variable) or read_settings(env_file()).get(variable)
    if not value:
        raise ConfigError(
            f"No {name} folder is set: pass --{name}_path FOLDER, export {variable}=FOLDER, "
            f"or write {variable}=FOLDER into {env_file()}."
        )
    return Path(os.path.expanduser(value))


def root_if_known(name: RootName, given: Path | str | None = None) -> Path | None:
    """Like :func:`resolve_root`, but returns None if nothing names the folder."""
    try:
        return resolve_root(name, given)
    except ConfigError:
        return None


@dataclass(frozen=True)
class Roots:
    """Folders. Each defaults to its environment variable, then to ~/.config/nersemble/.env."""

    data_path: Path | None = None
    """Folder of the captures (NERSEMBLE_DATA_PATH)."""
    models_path: Path | None = None
    """Folder of the runs (NERSEMBLE_MODELS_PATH)."""
    renders_path: Path | None = None
    """Folder of rendered videos (NERSEMBLE_RENDERS_PATH)."""

    def get(self, name: RootName) -> Path:
        """The folder for ``name``; raises an error that says how to set it."""
        return resolve_root(name, getattr(self, f"{name}_path"))


def next_command(command: str, run: str, roots: Roots) -> str:
    """A command for a run, ready to paste into a shell; includes folders that only the command
    line named."""
    words = ["nersemble", command, run]
    for name in _VARIABLES:
        given: Path | None = getattr(roots, f"{name}_path")
        if given is not None and given.expanduser() != root_if_known(name):
            words += [f"--{name}_path", str(given)]
    return shlex.join(words)


def read_settings(path: Path) -> Mapping[str, str | None]:
    """The variables that a settings file sets; empty without a file.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        return dotenv_values(stream=io.StringIO(read_text(path, _MAX_BYTES, linked=True)))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"Cannot read the settings file {path}: {reason_of(error)}; correct or remove it."
        ) from error
