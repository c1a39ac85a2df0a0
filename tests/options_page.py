"""``python tests/options_page.py > docs/options.md`` writes the page of all options."""

from collections.abc import Iterator
from dataclasses import MISSING
from pathlib import Path
from typing import Any

from nersemble.boundary import EntryPoint
from nersemble.cli import commands
from nersemble.command_line.options import Option
from nersemble.command_line.parsing import command_line_of

# These have the options of train, with other defaults or more of them.
LIKE_TRAIN = ("estimate", "benchmark train")


def _rows(command: EntryPoint, known: dict[str, Any]) -> Iterator[str]:
    """One line of the table per option, without those whose defaults are known."""
    default = _named(command_line_of(command).options)
    paper = default
    if "preset" in default:
        paper = _named(command_line_of(command, ["--preset", "paper"]).options)
    for name, option in default.items():
        value, other = option.default, paper[name].default
        if name in known and known[name] == value:
            continue
        changed = "" if value == other or name == "preset" else f"`{other}`"
        shown = "" if value in (None, "", (), Path(), MISSING) else f"`{value}`"
        yield f"| `--{name}` | {shown} | {changed} | {option.help.replace('|', chr(92) + '|')} |"


def _named(options: list[Option]) -> dict[str, Option]:
    return {option.name: option for option in options if not option.argument}


def page() -> str:
    """The text of docs/options.md."""
    lines = [
        "# Options",
        "",
        "Made from the code by `tests/options_page.py`. An empty `paper` means: as the default.",
        "A switch is turned off by `no-` before its name, or by `=false` behind it: `--no-report`,",
        "`--report=false`. Words in brackets may be left out.",
    ]
    every = {words: entry for words, (entry, _) in commands().items()}
    of_train = {
        name: o.default for name, o in _named(command_line_of(every["train"]).options).items()
    }
    for words, command in every.items():
        arguments = [o.metavar for o in command_line_of(command).options if o.argument]
        title = " ".join([words, *arguments])
        alike = words in LIKE_TRAIN
        lines += ["", f"## nersemble {title}", ""]
        if alike:
            lines += ["The options of train, and those below.", ""]
        rows = list(_rows(command, of_train if alike else {}))
        head = ["| option | default | `paper` | meaning |", "| --- | --- | --- | --- |"]
        lines += [*head, *rows] if rows else ["No options."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
