"""The options of a command as a list, read from its dataclasses.

Help, completion, the checks of the command line and the options page all use this list.
"""

import ast
import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Iterator
from dataclasses import MISSING, dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import tyro

_METAVARS = {int: "N", float: "X", Path: "PATH", str: "TEXT"}


@dataclass(frozen=True)
class Argument:
    """Marks a field as a positional argument, with its name and text in help.

    As in ``run: Annotated[str, tyro.conf.Positional, Argument("RUN", "The run.")]``.
    """

    called: str
    help: str = ""


@dataclass(frozen=True)
class Option:
    """An option, or a positional argument if ``argument`` names it.

    hint: its type, without None; default: ``dataclasses.MISSING`` if it is required; group: the
    title of its group; is_optional: whether it may be None.
    """

    name: str
    hint: Any
    default: Any
    help: str
    group: str
    argument: str = ""
    is_optional: bool = False

    @property
    def is_flag(self) -> bool:
        """Whether it is a switch: ``--name`` or ``--no-name``."""
        return self.hint is bool

    @property
    def is_required(self) -> bool:
        """Whether the command line must contain it."""
        return self.default is MISSING

    @property
    def n_words(self) -> int | None:
        """The number of words in its value; None: any number."""
        if typing.get_origin(self.hint) is not tuple:
            return 0 if self.is_flag else 1
        elements = typing.get_args(self.hint)
        return None if Ellipsis in elements else len(elements)

    @property
    def word_type(self) -> Any:
        """The type of each word of its value."""
        if typing.get_origin(self.hint) is tuple:
            return _without_none(typing.get_args(self.hint)[0])
        return self.hint

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it accepts; empty if others are possible."""
        found = typing.get_origin(self.word_type) is Literal
        return typing.get_args(self.word_type) if found else ()

    @property
    def metavar(self) -> str:
        """The placeholder of its value in help; brackets mark what may be left out."""
        word = self.argument or "|".join(self.choices) or _METAVARS.get(self.word_type, "")
        if self.n_words is None:
            return f"{word} [{word} ...]" if self.argument else f"[{word} ...]"
        word = word if self.argument else " ".join([word] * self.n_words)
        return f"[{word}]" if self.argument and not self.is_required else word

    @property
    def spelling(self) -> str:
        """Its spelling, with the placeholder of its value."""
        if self.argument:
            return self.metavar
        if self.is_flag:
            return f"--{self.name}, --no-{self.name}"
        return f"--{self.name} {self.metavar}"


def options_of_command(kind: type, default: object = None) -> list[Option]:
    """The options of a dataclass and of those nested in it, as a flat list.

    Args:
        default: an instance with the default values; None: the defaults of the class.
    """
    return list(_options(kind, default, "Options"))


def _options(kind: type, default: object, group: str) -> Iterator[Option]:
    hints, helps = typing.get_type_hints(kind, include_extras=True), _helps(kind)
    for entry in dataclasses.fields(kind):
        value = _default_of(entry) if default is None else getattr(default, entry.name)
        value = MISSING if value is tyro.MISSING else value
        hint = hints[entry.name]
        if dataclasses.is_dataclass(hint):
            nested = typing.cast(type, hint)
            yield from _options(nested, None if value is MISSING else value, title_of(nested))
            continue
        marks = getattr(hint, "__metadata__", ())
        argument = next((mark for mark in marks if isinstance(mark, Argument)), Argument(""))
        yield Option(
            entry.name,
            _without_none(hint),
            value,
            helps[entry.name] or argument.help,
            group,
            argument.called,
            types.NoneType in typing.get_args(hint),
        )


def title_of(kind: type) -> str:
    """The group title of a dataclass: the start of its docstring, up to the first full stop or
    colon."""
    return re.split(r"[.:](?:\s|$)", inspect.getdoc(kind) or "")[0].replace("\n", " ")


def _default_of(entry: "dataclasses.Field[Any]") -> Any:
    return entry.default if entry.default_factory is MISSING else entry.default_factory()


def _without_none(hint: Any) -> Any:
    """A type without its annotations and None; several Literals are merged into one."""
    if hasattr(hint, "__metadata__"):
        return _without_none(hint.__origin__)
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return hint
    parts = [part for part in typing.get_args(hint) if part is not types.NoneType]
    if all(typing.get_origin(part) is Literal for part in parts):
        return Literal[tuple(word for part in parts for word in typing.get_args(part))]
    return _without_none(parts[0])


@cache
def _helps(kind: type) -> dict[str, str]:
    """The text below each field of a dataclass, on one line."""
    found = {}
    for part in reversed([base for base in kind.__mro__ if dataclasses.is_dataclass(base)]):
        body = typing.cast(Any, ast.parse(inspect.getsource(part)).body[0]).body
        for node, below in pairwise([*body, None]):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                value = getattr(below, "value", None)
                text = value.value if isinstance(value, ast.Constant) else ""
                found[node.target.id] = " ".join(str(text).split())
    return found
