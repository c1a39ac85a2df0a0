"""What to synthesize: the options of ``nersemble data synthesize``."""

from dataclasses import dataclass

from nersemble.data_manager.rig import EVAL_CAMERA_IDS, SERIALS, TRAIN_CAMERA_IDS
from nersemble.errors import ConfigError
from nersemble.files import is_file_name


@dataclass(frozen=True)
class SyntheticConfig:
    """A synthetic capture of a talking head. Equal options give equal files."""

    participant: int = 1
    """Who it is (1 to 999): chooses skin, hair, eyes and proportions."""
    sequence: str = "TALK"
    """Name of the sequence; a folder of this name is made."""
    width: int = 137
    """Width of the pictures in pixels; the sensor has 2200."""
    height: int = 200
    """Height of the pictures in pixels; the sensor has 3208."""
    n_timesteps: int = 8
    """How many timesteps to render; more of them continue the motion."""
    cameras: str = "all"
    """Which cameras to render: all, train, eval, or ids separated by commas."""
    seed: int = 0
    """Colour casts, backgrounds and where the motion begins."""
    workers: int = -1
    """Processes that render; -1: one for each core. The files do not depend on it."""
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
                f"cameras={config.cameras!r} has {word.strip()!r}, which is no camera of the rig: "
                f"use all, train, eval, or ids from 0 to {everyone[-1]} separated by commas."
            )
        chosen.add(int(word))
    return tuple(sorted(chosen))


def validate(config: SyntheticConfig) -> None:
    """Checks the options.

    Raises:
        ConfigError: one of them is out of range; the message names it.
    """
    camera_ids(config)
    _require(1 <= config.participant <= 999, "participant", config.participant, "1 to 999")
    _require(config.width >= 16, "width", config.width, "16 or more pixels")
    _require(config.height >= 16, "height", config.height, "16 or more pixels")
    _require(1 <= config.n_timesteps <= 99999, "n_timesteps", config.n_timesteps, "1 to 99999")
    _require(config.seed >= 0, "seed", config.seed, "0 or more")
    _require(
        config.workers == -1 or config.workers >= 1, "workers", config.workers, "-1 or 1 or more"
    )
    name = config.sequence
    plain = name.strip(" .") == name and name.isprintable() and not set(name) & set(':*?"<>|')
    _require(
        is_file_name(name) and plain,
        "sequence",
        repr(name),
        "a plain folder name without separators",
    )


def _require(holds: bool, option: str, value: object, allowed: str) -> None:
    if not holds:
        raise ConfigError(f"{option} is {value}, but a synthetic capture needs {allowed}.")
