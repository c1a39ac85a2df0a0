"""A command line: parsed with tyro, and run so that errors come without a traceback."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import TypeVar, cast

import tyro

from nersemble.distributed import joined
from nersemble.errors import NersembleError, printable
from nersemble.training.interrupts import Stopped

T = TypeVar("T")

EntryPoint = Callable[[Sequence[str]], None]

_only_parser: ContextVar[bool] = ContextVar("_only_parser", default=False)


class _ParserMade(Exception):  # noqa: N818
    """Carries a parser out of a command that was started only to make it."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser


def parse(
    kind: type[T], argv: Sequence[str], program: str, description: str, default: T | None = None
) -> T:
    """Parses options with dashes or underscores; nested configs have flat option names."""
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
    return tyro.cli(
        kind, args=list(argv), prog=program, description=description, default=start, config=config
    )


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


class _OneLine(logging.Formatter):
    """Shows no control characters, as messages quote what files say."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return printable(super().formatMessage(record))


def run_command(command: EntryPoint, argv: Sequence[str] | None) -> int:
    """Runs a command; a user's mistake becomes one line on standard error and exit status 2."""
    with joined() as complain:
        shown = logging.StreamHandler()
        shown.setFormatter(_OneLine("%(levelname)s: %(message)s"))
        logging.basicConfig(level=logging.WARNING, handlers=[shown], force=True)
        logging.getLogger("nersemble").setLevel(logging.INFO)
        try:
            command(sys.argv[1:] if argv is None else argv)
        except NersembleError as error:
            complain(f"error: {error}")
            return 2
        except BrokenPipeError:
            # Whoever read the output, `head` for example, has seen enough; nor can it be flushed.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 128 + signal.SIGPIPE
        except KeyboardInterrupt as error:
            complain("interrupted")
            return error.exit_status if isinstance(error, Stopped) else 130
    return 0
