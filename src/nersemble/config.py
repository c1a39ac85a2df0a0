"""The configuration of a training run, its file format, and the resolution of sentinels."""

import dataclasses
import logging
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from nersemble.data_manager.config import NO_CAMERAS, DataConfig
from nersemble.errors import ConfigError
from nersemble.fields.config import WindowConfig
from nersemble.files import flatten
from nersemble.losses.config import LossConfig
from nersemble.ranges import Range
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rendering.config import HeadModelConfig
from nersemble.runs.folders import Run
from nersemble.training.config import LoopConfig, OptimizerConfig, TrainerConfig

if TYPE_CHECKING:
    from nersemble.data_manager.dataset import Dataset

FORMAT_VERSION = 1

T = TypeVar("T")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunConfig:
    """Everything that determines a training run, except the capture."""

    data: DataConfig = field(default_factory=DataConfig)
    model: HeadModelConfig = field(default_factory=HeadModelConfig)
    windows: WindowConfig = field(default_factory=WindowConfig)
    sampler: PixelSamplerConfig = field(default_factory=PixelSamplerConfig)
    losses: LossConfig = field(default_factory=LossConfig)
    optimizers: OptimizerConfig = field(default_factory=OptimizerConfig)
    loop: LoopConfig = field(default_factory=LoopConfig)

    @property
    def trainer(self) -> TrainerConfig:
        """The part that the trainer needs."""
        return TrainerConfig(self.loop, self.windows, self.losses, self.optimizers)


@dataclass(frozen=True)
class RunDescription:
    """The content of a run's ``config.json``."""

    participant: int
    sequence: str
    name: str
    preset: str
    config: RunConfig


def resolve(config: RunConfig, dataset: "Dataset") -> RunConfig:
    """Replaces every value that depends on the capture or the number of steps, such as -1, before
    anything is built."""
    splits = dataset.splits
    n_images = len(splits.train_serials) * splits.n_timesteps
    data = dataclasses.replace(
        config.data,
        n_timesteps=splits.n_timesteps,
        n_cameras=len(splits.train_serials),
        eval_cameras=splits.eval_serials or NO_CAMERAS,
        without_cameras=splits.without_serials or NO_CAMERAS,
        downscale_factor=dataset.downscale_factor,
    )
    model = _with_code_length(
        config.model, config.model.dynamic_field.hash_ensemble.n_hash_encodings
    )
    box = config.model.box(dataset.capture.participant)
    model = dataclasses.replace(model, scene_box=(*box.minimum, *box.maximum))
    pool_steps = config.sampler.pool_steps(config.data.max_cached_images >= n_images)
    sampler = _white_without_alpha(config.sampler, dataset)
    sampler = dataclasses.replace(sampler, image_pool_steps=pool_steps)
    if config.losses.has_patch_terms and sampler.patch_start_step == -1:
        start = config.loop.max_steps * 9 // 10
        sampler = dataclasses.replace(sampler, patch_start_step=start)
    optimizers = config.optimizers.over(config.loop.max_steps)
    return dataclasses.replace(
        config, data=data, model=model, sampler=sampler, optimizers=optimizers
    )


def _white_without_alpha(sampler: PixelSamplerConfig, dataset: "Dataset") -> PixelSamplerConfig:
    """Chooses a white background if a camera has no alpha maps: over any other colour, everything
    that the camera sees would have to be opaque, even a white wall."""
    if sampler.background_color == "white":
        return sampler
    first = dataset.splits.frame_numbers[0]
    without = [s for s in dataset.splits.train_serials if not dataset.capture.has_alpha(s, first)]
    if not without:
        return sampler
    _logger.info(
        "Camera %s has no alpha maps: colours are compared over white, not over random colours.",
        ", ".join(without),
    )
    return dataclasses.replace(sampler, background_color="white")


def as_defaults(resolved: RunConfig) -> RunConfig:
    """A saved config as the defaults of a command line: the length of the blend codes follows the
    number of tables again, so that the latter can be given alone."""
    return dataclasses.replace(resolved, model=_with_code_length(resolved.model, -1))


def unresolved(saved: RunConfig, dataset: "Dataset") -> set[str]:
    """Options of a saved config that still say "-1: all", because the run was imported or is older
    than the option. Their values are known once the capture is open."""
    sentinels = differences(RunConfig(), resolve(RunConfig(), dataset))
    values = options_of(saved)
    return {name for name, (sentinel, _) in sentinels.items() if values[name] == sentinel}


def _with_code_length(model: HeadModelConfig, latent_dim_time: int) -> HeadModelConfig:
    ensemble = model.dynamic_field.hash_ensemble
    ensemble = dataclasses.replace(ensemble, latent_dim_time=latent_dim_time)
    dynamic_field = dataclasses.replace(model.dynamic_field, hash_ensemble=ensemble)
    return dataclasses.replace(model, dynamic_field=dynamic_field)


def to_json(description: RunDescription) -> dict[str, Any]:
    """The content of ``config.json``."""
    return {"format_version": FORMAT_VERSION, **dataclasses.asdict(description)}


def from_json(content: Mapping[str, Any], source: str) -> RunDescription:
    """Reads the content of ``config.json``; ``source`` names the file in errors.

    Runs of earlier versions lack newer options: these get their defaults, and one log line names
    them.

    Raises:
        ConfigError: another format version, an unknown key, a missing key that has no default, or
            a wrong type.
    """
    version = content.get("format_version")
    if version != FORMAT_VERSION:
        raise ConfigError(
            f"{source} has format version {version}, but this nersemble reads version "
            f"{FORMAT_VERSION}: use the version of nersemble that wrote it."
        )
    body = {key: value for key, value in content.items() if key != "format_version"}
    missing: list[str] = []
    description = _build(RunDescription, body, source, "", missing)
    if missing:
        _mention_defaults(source, ", ".join(sorted(missing)))
    return description


def describe(run: Run) -> RunDescription:
    """Reads the run's ``config.json``.

    Raises:
        RunError: the file is missing, as in a folder of the original, or damaged.
        ConfigError: it is of another version, or a value is not possible.
    """
    return from_json(run.read_config(), str(run.config_path))


@cache
def _mention_defaults(source: str, options: str) -> None:
    """Logs the missing options once, however often a command reads the file."""
    _logger.info("%s has no value for %s: using the defaults.", source, options)


def _build(kind: type[T], value: Any, source: str, path: str, missing: list[str]) -> T:
    """Builds a dataclass from JSON; appends the options that get their default to ``missing``."""
    if not isinstance(value, Mapping):
        raise ConfigError(
            f"{source}: {path.rstrip('.') or 'the file'} is {value!r}, but must be an object with "
            "named values: restore the file."
        )
    hints = typing.get_type_hints(kind)
    entries = {entry.name: entry for entry in dataclasses.fields(typing.cast(Any, kind))}
    absent = entries.keys() - value.keys()
    required = {name for name in absent if not _has_default(entries[name])}
    for wrong, problem in ((value.keys() - entries.keys(), "unknown"), (required, "missing")):
        if wrong:
            keys = ", ".join(f"{path}{name}" for name in sorted(wrong))
            raise ConfigError(
                f"{source} has the {problem} key {keys}: it was edited or written by another "
                "version of nersemble."
            )
    missing += [path + name for name in absent]
    arguments = {n: _convert(hints[n], value[n], source, path + n, missing) for n in sorted(value)}
    try:
        return kind(**arguments)
    except ConfigError as error:
        raise ConfigError(f"{source}: {error}") from error


def _has_default(entry: "dataclasses.Field[Any]") -> bool:
    absent = dataclasses.MISSING
    return entry.default is not absent or entry.default_factory is not absent


def _convert(hint: Any, value: Any, source: str, path: str, missing: list[str]) -> Any:
    if dataclasses.is_dataclass(hint):
        return _build(typing.cast("type[Any]", hint), value, source, path + ".", missing)
    origin, options = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        valid = type(value) in (str, int, bool) and value in options
    elif origin is tuple:
        valid = isinstance(value, list | tuple) and all(isinstance(v, options[0]) for v in value)
        value = tuple(value) if valid else value
    elif hint is float:
        # These bounds also refuse NaN and integers too large for a float.
        valid = type(value) in (int, float) and Range().holds(value)
    else:
        valid = type(value) is hint and (hint is not int or Range().holds(value))
    if not valid:
        raise ConfigError(f"{source}: {path} is {value!r}, which is not a valid value: correct it.")
    return float(value) if hint is float else value


def with_options(config: RunConfig, options: Mapping[str, Any]) -> RunConfig:
    """The configuration with some options replaced, given by name.

    Raises:
        ConfigError: an option does not exist, or its value is not possible.
    """
    known = options_of(config)
    for name in options:
        if name not in known:
            close = get_close_matches(name, known, 1)
            meant = f"did you mean {close[0]}?" if close else "docs/options.md lists them."
            raise ConfigError(f"Training has no option {name!r}: {meant}")

    def changed(section: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: changed(value) if isinstance(value, Mapping) else options.get(name, value)
            for name, value in section.items()
        }

    return _build(RunConfig, changed(dataclasses.asdict(config)), "The options", "", [])


def differences(saved: RunConfig, given: RunConfig) -> dict[str, tuple[Any, Any]]:
    """Options whose values differ, by name: (saved, given)."""
    first, second = options_of(saved), options_of(given)
    return {name: (first[name], second[name]) for name in first if first[name] != second[name]}


def options_of(config: Any) -> dict[str, Any]:
    """All options of a config by name; names are unique across components."""
    return flatten(dataclasses.asdict(config))
