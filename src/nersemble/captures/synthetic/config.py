"""The options of ``nersemble data synthesize``."""

from dataclasses import dataclass
from typing import Annotated

from nersemble.data_manager.rig import EVAL_CAMERA_IDS, SERIALS, TRAIN_CAMERA_IDS
from nersemble.errors import ConfigError
from nersemble.files import is_file_name
from nersemble.ranges import Options, Range


@dataclass(frozen=True)
class SyntheticConfig(Options):
    """Synthetic capture of a talking head. Equal options give equal files."""

    participant: Annotated[int, Range(1, 999)] = 1
    """The person (1 to 999): determines skin, hair, eyes and proportions."""
    sequence: str = "TALK"
    """Name of the sequence, and of its folder."""
    width: Annotated[int, Range(16, 16384)] = 137
    """Width of the pictures in pixels; the sensor has 2200."""
    height: Annotated[int, Range(16, 16384)] = 200
    """Height of the pictures in pixels; the sensor has 3208."""
    n_timesteps: Annotated[int, Range(1, 99999)] = 8
    """How many timesteps to render; more timesteps continue the motion."""
    cameras: str = "all"
    """Which cameras to render: all, train, eval, or ids separated by commas."""
    seed: Annotated[int, Range(0)] = 0
    """Determines colour casts, backgrounds and the start of the motion."""
    workers: Annotated[int, Range(1, other=-1)] = -1
    """Processes that render; -1: one for each core. The files do not depend on this number."""
    depth: bool = True
    """Write depth maps for the training cameras."""
    color_casts: bool = True
    """Give each camera a colour cast, undone by its colour correction."""


def camera_ids(config: SyntheticConfig) -> tuple[int, ...]:
    """The chosen cameras, ascending.

    Raises:
        ConfigError: ``cameras`` names a camera that the rig does not have.
    """
    everyone = tuple(range(len(SERIALS)))
    named = {"all": everyone, "train": TRAIN_CAMERA_IDS, "eval": EVAL_CAMERA_IDS}
    if config.cameras in named:
        return tuple(sorted(named[config.cameras]))
    chosen: set[int] = set()
    for word in config.cameras.split(","):
        if not word.strip().isdecimal() or int(word) not in everyone:
            raise ConfigError(
                f"cameras={config.cameras!r} has {word.strip()!r}, which the rig does not have: "
                f"use all, train, eval, or ids from 0 to {everyone[-1]} separated by commas."
            )
        chosen.add(int(word))
    return tuple(sorted(chosen))


def validate(config: SyntheticConfig) -> None:
    """Checks the text options.

    Raises:
        ConfigError: a camera or name is invalid; names the option.
    """
    camera_ids(config)
    name = config.sequence
    plain = name.strip(" .") == name and name.isprintable() and not set(name) & set(':*?"<>|')
    if not (is_file_name(name) and plain):
        raise ConfigError(
            f"sequence is {name!r}, but a synthetic capture needs a plain folder name without "
            "separators."
        )
