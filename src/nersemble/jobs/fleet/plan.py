"""The plan of a fleet: a TOML file that lists runs and their options."""

import dataclasses
import difflib
import re
import sys
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from nersemble.boundary import EntryPoint
from nersemble.command_line.parsing import command_line_of
from nersemble.errors import CaptureError, ConfigError, MissingDependencyError
from nersemble.files import reason_of
from nersemble.opening import read_text
from nersemble.ranges import Options, Range

_MAX_BYTES = 1 << 22
_RUN_KEYS = ("participant", "sequence", "name")
# Set by the fleet itself.
_RESERVED = frozenset(
    {
        "resume", "resume_run", "resume_checkpoint", "name", "help",
        "data_path", "models_path", "renders_path",
    }
)  # fmt: skip
_NAME = re.compile(r"[\w+.-]*")


@dataclass(frozen=True)
class Resources(Options):
    """Resources of a job on Slurm; ``gpus`` and ``retries`` also apply to local jobs."""

    gpus: Annotated[int, Range(0, 1, called="gpus")] = 1
    cpus: Annotated[int, Range(1, 4096, called="cpus")] = 8
    memory_gb: Annotated[float, Range(1e-3, 1e6, called="memory_gb")] = 64.0
    hours: Annotated[float, Range(1e-3, 1e6, called="hours")] = 24.0
    retries: Annotated[int, Range(0, 1000, called="retries")] = 2
    signal_seconds: Annotated[int, Range(1, 86400, called="signal_seconds")] = 120
    partition: str = ""
    account: str = ""
    qos: str = ""
    constraint: str = ""
    setup: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class StageCommand:
    """A command that a fleet runs for each run: its entry point and its option parser."""

    main: EntryPoint
    parse: Callable[[Sequence[str]], object]


Stages = Mapping[str, StageCommand]
"""The commands of a fleet by name, in order; the first one trains."""


@dataclass(frozen=True)
class PlannedRun:
    """One run of the plan. ``stages`` holds a command's name and its options for each stage."""

    participant: int
    sequence: str
    name: str
    stages: tuple[tuple[str, tuple[str, ...]], ...]
    resources: Resources

    @property
    def key(self) -> str:
        """The run's name in tables, folders and ``--logs``; unique in a plan."""
        return "_".join(filter(None, (f"{self.participant:03d}", self.sequence, self.name)))


def read_plan(path: Path, data: Path, stages: Stages) -> list[PlannedRun]:
    """Read and check a whole plan, so that mistakes are found before any job starts.

    Args:
        data: folder of the captures.
        stages: the commands that may have options in the plan.

    Raises:
        ConfigError: the file cannot be read, contains an unknown, impossible or duplicate
            entry, or names a capture that the data folder lacks.
    """
    content = _read(path)
    _check_keys(content, ("defaults", "run"), str(path))
    defaults, tables = content.get("defaults", {}), content.get("run", [])
    if not isinstance(defaults, dict) or not isinstance(tables, list) or not tables:
        raise ConfigError(f"{path} has no runs: write [[run]] with participant and sequence.")
    _check_keys(defaults, (*stages, *_resource_types()), f"{path}, [defaults]")
    runs: list[PlannedRun] = []
    for number, table in enumerate(tables, start=1):
        run = _run(table, defaults, stages, f"{path}, run {number}")
        known = [other.key.lower() for other in runs]
        if run.key.lower() in known:
            raise ConfigError(
                f"{path}, run {number}: {run.key} is already used by run "
                f"{known.index(run.key.lower()) + 1}; give one of them another name."
            )
        _check_capture(run, data, f"{path}, run {number}")
        runs.append(run)
    return runs


def _check_capture(run: PlannedRun, data: Path, where: str) -> None:
    from nersemble.data_manager.layouts import find_sequences

    try:
        names = [found.sequence for found in find_sequences(data, run.participant)]
    except CaptureError as error:
        raise ConfigError(f"{where}: {error}") from error
    if run.sequence not in names:
        raise ConfigError(
            f"{where}: {data} has no sequence {run.sequence!r} of participant "
            f"{run.participant:03d}; there is: {', '.join(names) or 'none'}."
        )


def _read(path: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        try:
            import tomli as tomllib
        except ImportError as error:
            raise MissingDependencyError(
                'Reading a plan needs the package tomli: pip install "nersemble[fleet]".'
            ) from error
    try:
        return tomllib.loads(read_text(path, _MAX_BYTES, linked=True))
    except RecursionError as error:
        raise ConfigError(f"The plan {path} cannot be read: it is nested too deep.") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"The plan {path} cannot be read: {reason_of(error)}.") from error


def _check_keys(table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise ConfigError(f"{where}: there is no {key!r}{_nearest(key, known)}.")


def _nearest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {close[0]!r}" if close else f"; choose from {', '.join(known)}"


def _resource_types() -> dict[str, Any]:
    return typing.get_type_hints(Resources)


def _run(table: object, defaults: Mapping[str, Any], commands: Stages, where: str) -> PlannedRun:
    if not isinstance(table, dict):
        raise ConfigError(f"{where} is no table: write [[run]].")
    _check_keys(table, (*_RUN_KEYS, *commands, *_resource_types()), where)
    participant, sequence, name = (table.get(key) for key in _RUN_KEYS)
    if type(participant) is not int or participant < 0:
        raise ConfigError(f"{where}: participant is {participant!r}: give its number.")
    name = "" if name is None else name
    for what, value in (("sequence", sequence), ("name", name)):
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            raise ConfigError(
                f'{where}: {what} is {value!r}: write it in quotes, of letters, digits and "_+.-".'
            )
    if not sequence:
        raise ConfigError(f"{where}: sequence is missing.")
    stages: list[tuple[str, tuple[str, ...]]] = []
    for stage, command in commands.items():
        for options in _option_tables(stage, table, defaults, where):
            argv = _argv(stage, command, options, f"{where}, {stage}")
            named = ["--name", name] if name else []
            own = [str(participant), sequence, *named] if stage == "train" else ["NERS-1"]
            _check_values(command, [*own, *argv], f"{where}, {stage}")
            stages.append((stage, tuple(argv)))
    resources = _resources({**defaults, **table}, where)
    return PlannedRun(participant, sequence, name, tuple(stages), resources)


def _option_tables(
    stage: str, table: Mapping[str, Any], defaults: Mapping[str, Any], where: str
) -> list[dict[str, Any]]:
    """The options of each execution of a stage; empty if it is ``false``."""
    common, own = defaults.get(stage, {}), table.get(stage, {})
    for value in (common, own):
        tables = value if isinstance(value, list) else [value]
        if value is not False and not all(isinstance(one, dict) for one in tables):
            raise ConfigError(f"{where}: {stage} is {value!r}: give a table of options, or false.")
        if stage == "train" and not isinstance(value, dict):
            raise ConfigError(f"{where}: train must be one table of options.")
    if own is False or (common is False and not own):
        return []
    # Options of a run go into every table of the defaults; several tables replace them.
    if isinstance(own, list):
        shared = common if isinstance(common, dict) else {}
        return [shared | one for one in own]
    return [one | own for one in (common if isinstance(common, list) else [common or {}])]


def _argv(stage: str, command: StageCommand, options: Mapping[str, Any], where: str) -> list[str]:
    """Options as on the command line.

    Raises:
        ConfigError: the command has no such option, or it is the fleet's own.
    """
    known = _known_options(command.main)
    argv: list[str] = []
    for given, value in options.items():
        name = given.replace("-", "_")
        if name in _RESERVED:
            raise ConfigError(f"{where}: {given!r} cannot be set, because the fleet sets it.")
        if name not in known:
            choices = sorted(known - _RESERVED)
            close = difflib.get_close_matches(name, choices, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"see nersemble {stage} --help."
            raise ConfigError(f"{where}: there is no option {given!r}: {hint}")
        if isinstance(value, bool):
            argv.append(f"--{name}" if value else f"--no-{name}")
        elif isinstance(value, list):
            argv += [f"--{name}", *map(str, value)]
        else:
            argv += [f"--{name}", str(value)]
    return argv


@lru_cache
def _known_options(command: EntryPoint) -> frozenset[str]:
    options = command_line_of(command).options
    return frozenset(option.name for option in options if not option.argument)


def _check_values(command: StageCommand, argv: list[str], where: str) -> None:
    """Parse a command line as the command itself does, without running it."""
    try:
        command.parse(argv)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error


def _resources(values: Mapping[str, Any], where: str) -> Resources:
    given: dict[str, Any] = {}
    for name, kind in _resource_types().items():
        if name not in values:
            continue
        value = values[name]
        if kind is float and type(value) is int:
            value = float(value)
        wanted = typing.get_origin(kind) or kind
        strings = wanted is not list or (
            isinstance(value, list) and all(isinstance(line, str) for line in value)
        )
        if type(value) is not wanted or not strings:
            raise ConfigError(f"{where}: {name} is {value!r}, which is no {wanted.__name__}.")
        given[name] = value
    try:
        return dataclasses.replace(Resources(), **given)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error
