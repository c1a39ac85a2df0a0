"""A command line, parsed with tyro."""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_type_hints

import tyro

from nersemble.boundary import EntryPoint
from nersemble.errors import ConfigError

T = TypeVar("T")

_only_parser: ContextVar[bool] = ContextVar("_only_parser", default=False)


class _ParserMade(Exception):  # noqa: N818
    """Carries a parser out of a command that was started only to make it."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser


def parse(
    kind: type[T], argv: Sequence[str], program: str, description: str, default: T | None = None
) -> T:
    """Parses options with dashes or underscores; nested configs have flat option names.

    program: what help and errors call the command, such as "nersemble train". A script of scripts/
    goes by its own name.
    """
    script = Path(sys.argv[0]).name
    program = script if script.endswith("_nersemble.py") else program
    start = tyro.MISSING_NONPROP if default is None else default
    config = (tyro.conf.OmitArgPrefixes, tyro.conf.AvoidSubcommands)
    if _only_parser.get():
        made = tyro.extras.get_parser(
            kind,
            prog=program,
            description=description,
            default=start,
            use_underscores=True,
            config=config,
        )
        # tyro's parser is a copy of argparse's class.
        raise _ParserMade(cast(argparse.ArgumentParser, made))
    parsed = tyro.cli(
        kind, args=list(argv), prog=program, description=description, default=start, config=config
    )
    _refuse_empty_paths(parsed, argv)
    return parsed


def _refuse_empty_paths(parsed: object, argv: Sequence[str]) -> None:
    """Raises ConfigError for a path that is an empty word, as an unset variable of a shell leaves
    it: it would mean the folder that the command is given in."""
    paths = _path_options(parsed)
    for word, after in pairwise([*argv, "-"]):
        option, is_one_word, value = word.partition("=")
        name = option.removeprefix("--").replace("-", "_")
        if option.startswith("--") and name in paths and not (value if is_one_word else after):
            raise ConfigError(f"--{name} is empty: give a path, or leave it out.")


def _path_options(parsed: Any) -> set[str]:
    """Names of the options that are paths."""
    found = set()
    for name, hint in get_type_hints(type(parsed)).items():
        if hint is Path or Path in get_args(hint):
            found.add(name)
        elif dataclasses.is_dataclass(hint):
            found |= _path_options(getattr(parsed, name))
    return found


def parser_of(command: EntryPoint) -> argparse.ArgumentParser:
    """The parser of a command, with its description: commands call :func:`parse` before anything
    else, and this is as far as they get here."""
    token = _only_parser.set(True)
    try:
        command([])
    except _ParserMade as made:
        return made.parser
    finally:
        _only_parser.reset(token)
    raise AssertionError(f"{command} does not parse its arguments")


def peek(argv: Sequence[str], *names: str) -> dict[str, str | None]:
    """The values of some options before the rest can be parsed, because defaults depend on them."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for name in names:
        spellings = {f"--{name}", f"--{name.replace('_', '-')}"}
        parser.add_argument(*sorted(spellings), dest=name, nargs="?")
    known, _ = parser.parse_known_args(list(argv))
    return vars(known)
