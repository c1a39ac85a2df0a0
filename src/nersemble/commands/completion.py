"""``nersemble completion``: shell completion of the commands and their options."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import shtab
import tyro

from nersemble.boundary import EntryPoint
from nersemble.command_line.options import Argument
from nersemble.command_line.parsing import command_line_of, parse, parser_of

_DESCRIPTION = """Print a script for shell completion of the commands and their options.

Example: nersemble completion bash
"""


@dataclass(frozen=True)
class CompletionArguments:
    """The command line of the completion."""

    shell: Annotated[Literal["bash", "zsh", "tcsh"], tyro.conf.Positional, Argument("SHELL")]
    """bash, zsh or tcsh."""


def main(argv: Sequence[str], commands: Callable[[], Mapping[str, tuple[EntryPoint, str]]]) -> None:
    """Entry point: prints the script for ``commands``, a function that imports all commands and
    returns them by name."""
    shell = parse(CompletionArguments, argv, "nersemble completion", _DESCRIPTION).shell
    print(shtab.complete(_tree(commands()), shell=shell))


def _tree(commands: Mapping[str, tuple[EntryPoint, str]]) -> argparse.ArgumentParser:
    """One parser with all commands as subparsers; a two-word command is below its first word."""
    root = argparse.ArgumentParser("nersemble")
    below = {"": root.add_subparsers()}
    for words, (entry_point, text) in commands.items():
        group, _, name = words.rpartition(" ")
        if group not in below:
            below[group] = below[""].add_parser(group, help=f"{group} ...").add_subparsers()
        line = command_line_of(entry_point)
        parser, paths = parser_of(line), {o.name for o in line.options if o.word_type is Path}
        for action in parser._actions:
            if action.dest in paths:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
        below[group].add_parser(name, help=text, parents=[parser], add_help=False)
    return root
