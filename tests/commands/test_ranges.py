"""Every number that an option may have: refused at once by name, or written and read back equal."""

import dataclasses
import json
import math
import types
import typing
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from micro import Workspace
from nersemble.cli import commands, main
from nersemble.command_line.parsing import command_line_of
from nersemble.config import RunConfig, RunDescription, from_json, to_json
from nersemble.errors import ConfigError
from nersemble.jobs.fleet.plan import Resources
from nersemble.ranges import Options

STRANGE = (math.nan, math.inf, -math.inf, -1, 0, 1, 2**31, 2**63 - 1, 2**63, 2**64 - 1, 10**400)


def _kinds(kind: Any) -> Iterator[Any]:
    """A dataclass of options and all that are parts of it."""
    yield kind
    for hint in typing.get_type_hints(kind).values():
        if dataclasses.is_dataclass(hint):
            yield from _kinds(hint)


def _numeric(kind: Any) -> list[tuple[str, type]]:
    """The fields of one number, with its type."""
    hints = typing.get_type_hints(kind)
    names = [entry.name for entry in dataclasses.fields(kind)]
    unions = {n: typing.get_origin(hints[n]) in (types.UnionType, typing.Union) for n in names}
    alternatives = {n: typing.get_args(hints[n]) if unions[n] else (hints[n],) for n in names}
    return [(n, k) for n in names for k in (int, float) if k in alternatives[n]]


COMMANDS = [command_line_of(entry_point).kind for entry_point, _ in commands().values()]
KINDS = list(
    dict.fromkeys([Resources, *(kind for command in COMMANDS for kind in _kinds(command))])
)
PARTS = list(dict.fromkeys(_kinds(RunConfig)))


def _values(kind: type) -> list[Any]:
    whole = [value for value in STRANGE if isinstance(value, int)]
    # What float() cannot make of a word is no float on a command line either.
    small = [float(value) for value in whole if value < 10**300]
    return whole if kind is int else [*small, math.nan, math.inf, -math.inf]


def _made(kind: Any, **values: Any) -> Any:
    """An instance; what has no default is left out of the question."""
    required = {
        entry.name: "x"
        for entry in dataclasses.fields(kind)
        if entry.default is dataclasses.MISSING and entry.default_factory is dataclasses.MISSING
    }
    return kind(**(required | values))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_number_is_refused_by_name_or_taken(kind: Any) -> None:
    assert issubclass(kind, Options) or not _numeric(kind)
    for name, number in _numeric(kind):
        for value in _values(number):
            made, refusal = None, ""
            try:
                made = _made(kind, **{name: value})
            except ConfigError as error:
                refusal = str(error)
            if made is None:
                assert any(word in refusal for word in (name, "ID is", "CHECKPOINT is")), refusal
                continue
            assert getattr(made, name) == value
            if name != "max_hours":
                assert abs(value) < 2**63


def _with(config: Any, kind: Any, name: str, value: Any) -> Any:
    """The config with a field of its part of some kind changed."""
    changes = {}
    for entry in dataclasses.fields(config):
        part = getattr(config, entry.name)
        if dataclasses.is_dataclass(part):
            changes[entry.name] = _with(part, kind, name, value)
    if type(config) is kind:
        changes[name] = value
    return dataclasses.replace(config, **changes)


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_what_can_be_trained_with_can_be_written_and_read(kind: Any) -> None:
    for name, number in _numeric(kind):
        for value in _values(number):
            try:
                config = _with(RunConfig(), kind, name, value)
            except ConfigError:
                continue
            description = RunDescription(1, "X", "", "default", config)
            text = json.dumps(to_json(description), allow_nan=False)
            assert from_json(json.loads(text), "config.json") == description


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_a_file_is_refused_where_the_command_line_is(kind: Any) -> None:
    description = RunDescription(1, "X", "", "default", RunConfig())
    for name, number in _numeric(kind):
        for value in _values(number):
            if value == 10**400 and number is float:
                continue
            try:
                _with(RunConfig(), kind, name, value)
            except ConfigError:
                content = json.loads(json.dumps(to_json(description)))
                _set(content, name, value)
                with pytest.raises(ConfigError, match=name):
                    from_json(content, "config.json")


def _set(content: dict[str, Any], name: str, value: Any) -> None:
    """Sets a value by its name, wherever it is: names are unique."""
    if name in content:
        content[name] = value
    for part in content.values():
        if isinstance(part, dict):
            _set(part, name, value)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("seed", "18446744073709551615"),
        ("lr_main", "nan"),
        ("lambda_dist_loss", "inf"),
        ("scene_box", "nan 0 0 1 1 1"),
        ("max_hours", "nan"),
        ("metres_per_unit", "1e+300"),
        ("window_deform_end", "-1"),
    ],
)
def test_training_refuses_it_before_there_is_a_run(
    workspace: Workspace, error_line: Callable[[int], str], option: str, value: str
) -> None:
    argv = ["train", "7", "EXP-1-head", "--models_path", str(workspace.models)]
    message = error_line(main([*argv, f"--{option}", *value.split()]))
    assert f"--{option} is {value.split()[0]}" in message
    assert workspace.run_labels == []
