"""A command line, parsed with tyro."""

import argparse
import contextlib
import io
import re
import sys
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import tyro

from nersemble.boundary import EntryPoint
from nersemble.command_line.help import help_text
from nersemble.command_line.options import Option, options_of_command
from nersemble.command_line.words import checked, what_is_missing
from nersemble.errors import ConfigError

T = TypeVar("T")

_HELP, _HELP_ALL = {"-h", "--help"}, {"--help-all", "--help_all"}
_FRAME = re.compile(r"\x1b\[[0-9;]*m|[─-╿]+")

_only_described: ContextVar[bool] = ContextVar("_only_described", default=False)


@dataclass(frozen=True)
class CommandLine:
    """The options and arguments of a command.

    kind: the dataclass of its options; default: an instance with the defaults, None for the
    defaults of the class; common: names of the options that ``--help`` shows, by group title;
    empty: all options.
    """

    kind: type
    program: str
    description: str
    default: object
    common: Mapping[str, Sequence[str]]

    @property
    def options(self) -> list[Option]:
        """All options and arguments, in order."""
        return options_of_command(self.kind, self.default)


class _Described(Exception):  # noqa: N818
    """Carries a command line out of a command that was started only to get it."""

    def __init__(self, command_line: CommandLine) -> None:
        self.command_line = command_line


def parse(
    kind: type[T],
    argv: Sequence[str],
    program: str,
    description: str,
    default: T | None = None,
    common: Mapping[str, Sequence[str]] | None = None,
) -> T:
    """Parses options with dashes or underscores; options of nested configs have flat names.

    Args:
        program: the command's name in help and errors, such as "nersemble train". A script in
            scripts/ uses its own name.
        default: the defaults; None: those of the class.
        common: the options that ``--help`` shows, see :class:`CommandLine`.

    Raises:
        ConfigError: an option does not exist, a word is missing, or a value is not possible.
        SystemExit: help was requested and printed.
    """
    script = Path(sys.argv[0]).name
    program = script if script.endswith("_nersemble.py") else program
    line = CommandLine(kind, program, description, default, common or {})
    if _only_described.get():
        raise _Described(line)
    options = line.options
    if (_HELP | _HELP_ALL) & set(argv):
        shown = {} if _HELP_ALL & set(argv) else line.common
        print(help_text(program, description, options, shown), flush=True)
        raise SystemExit(0)
    words = checked(program, argv, options)
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            return tyro.cli(
                kind,
                args=words,
                prog=program,
                default=tyro.MISSING_NONPROP if default is None else default,
                config=(tyro.conf.OmitArgPrefixes, tyro.conf.AvoidSubcommands),
            )
    except SystemExit as error:
        reason = " ".join(_FRAME.sub(" ", said.getvalue()).partition("For full")[0].split())
        raise ConfigError(what_is_missing(program, words, options, reason)) from error


def command_line_of(command: EntryPoint, argv: Sequence[str] = ()) -> CommandLine:
    """The command line of a command. Commands call :func:`parse` first; here they stop there.

    Args:
        argv: options that determine the defaults, such as ``--preset``.
    """
    token = _only_described.set(True)
    try:
        command(argv)
    except _Described as described:
        return described.command_line
    finally:
        _only_described.reset(token)
    raise AssertionError(f"{command} does not parse its arguments")


def peek(argv: Sequence[str], *names: str) -> dict[str, str | None]:
    """The values of some options before the rest can be parsed, because defaults depend on them."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for name in names:
        spellings = {f"--{name}", f"--{name.replace('_', '-')}"}
        parser.add_argument(*sorted(spellings), dest=name, nargs="?")
    known, _ = parser.parse_known_args(list(argv))
    return vars(known)


def parser_of(line: CommandLine) -> argparse.ArgumentParser:
    """An argparse parser with the same options, for tools that read one."""
    parser = argparse.ArgumentParser(line.program, add_help=False)
    parser.add_argument("-h", "--help", action="help", help="show the options")
    parser.add_argument("--help-all", action="help", help="show all options")
    for option in line.options:
        settings: dict[str, Any] = {"help": option.help.replace("%", "%%")}
        if option.is_flag:
            settings["action"] = argparse.BooleanOptionalAction
        else:
            settings["nargs"] = {None: "*", 1: None}.get(option.n_words, option.n_words)
            settings["choices"] = option.choices or None
        if option.argument:
            if not option.is_required and option.n_words == 1:
                settings["nargs"] = "?"
            parser.add_argument(option.name, metavar=option.argument, **settings)
        else:
            parser.add_argument(f"--{option.name}", **settings)
    return parser
