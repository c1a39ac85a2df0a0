"""The text of ``--help``."""

import shutil
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import MISSING
from itertools import chain
from pathlib import Path

from nersemble.command_line.options import Option

_WIDEST = 100
_INDENT = 30


def usage(program: str, options: Sequence[Option]) -> str:
    """The usage line; brackets mark what may be left out."""
    required = [o.spelling for o in options if o.is_required and not o.argument]
    words = [option.metavar for option in options if option.argument]
    return " ".join(["usage:", program, "[OPTIONS]", *words, *required])


def help_text(
    program: str, description: str, options: Sequence[Option], common: Mapping[str, Sequence[str]]
) -> str:
    """Usage, description and options in groups.

    Args:
        common: names of the options to show, by the title of their group; empty: all options, in
            their own groups.
    """
    words = [option for option in options if option.argument]
    named = [option for option in options if not option.argument]
    paragraphs = [_wrapped(line, "") or [""] for line in description.strip().splitlines()]
    lines = [usage(program, options), "", *chain.from_iterable(paragraphs), ""]
    lines += [line for option in words for line in _lines(option)]
    if common:
        by_name = {option.name: option for option in named}
        groups = [(title, [by_name[name] for name in names]) for title, names in common.items()]
    else:
        titles = dict.fromkeys(option.group for option in named)
        groups = [(title, [o for o in named if o.group == title]) for title in titles]
    for title, part in groups:
        lines += ["", title, *(line for option in part for line in _lines(option))]
    lines += ["", "  -h, --help, --help-all".ljust(_INDENT) + "Show the common options, or all."]
    hidden = len(named) - sum(len(part) for _, part in groups)
    if hidden:
        lines += ["", f"{hidden} more options: {program} --help-all"]
    return "\n".join(lines)


def _lines(option: Option) -> list[str]:
    indent = " " * min(_INDENT, _width() // 2)
    wrapped = _wrapped(f"{option.help}{_default(option)}", indent) or [""]
    spelling = option.argument or option.spelling
    start = f"  {spelling}"
    if len(start) + 2 > len(indent):
        head = textwrap.wrap(spelling, _width(), initial_indent="  ", subsequent_indent=" " * 6)
        return [*head, *wrapped]
    return [start.ljust(len(indent)) + wrapped[0].strip(), *wrapped[1:]]


def _width() -> int:
    return min(shutil.get_terminal_size().columns, _WIDEST) - 1


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, _width(), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def _default(option: Option) -> str:
    """The default in parentheses; empty if there is nothing to show."""
    value = option.default
    if option.is_required and not option.argument:
        return " (required)"
    if value in (None, "", (), MISSING, Path()) or option.argument or value == float("inf"):
        return ""
    shown = ("off", "on")[value] if option.is_flag else value
    shown = " ".join(map(str, value)) if isinstance(value, tuple) else shown
    shown = f"{value:g}" if isinstance(value, float) else shown
    return f" (default: {shown})"
