"""``nersemble results``: compares with the published figures on the paper's ten sequences."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from nersemble.command_line.parsing import parse
from nersemble.env import Roots
from nersemble.errors import ConfigError, RunError, say
from nersemble.files import reason_of, written_whole
from nersemble.opening import read_text, write_bytes
from nersemble.runs.folders import runs_with_config

BEGIN = "<!-- results: begin -->"
END = "<!-- results: end -->"

_MAX_BYTES = 1 << 24
_DESCRIPTION = """Print the figures of all runs on the paper's ten sequences as a Markdown table.

Example: nersemble results --out docs/results.md
"""


@dataclass(frozen=True)
class ResultsArguments:
    """The command line of the table."""

    scores: Literal["regular", "masked"] = "regular"
    """Scores of the pictures as they are, or masked: blended onto white once more."""
    out: Path | None = None
    """File with the comments "results: begin" and "results: end" (as in docs/results.md); the table
    replaces the text between them."""
    roots: Roots = field(default_factory=Roots)


def parse_results(argv: Sequence[str]) -> ResultsArguments:
    """Parses the command line."""
    return parse(ResultsArguments, argv, "nersemble results", _DESCRIPTION)


def main(argv: Sequence[str]) -> None:
    """Entry point: prints the table, and writes it into the file of ``--out``."""
    arguments = parse_results(argv)
    from nersemble.evaluation.results_table import gather, table

    models = arguments.roots.get("models")
    text = table(gather(runs_with_config(models), arguments.scores), arguments.scores)
    say(text)
    if arguments.out is not None:
        replace_between_markers(arguments.out, text)


def replace_between_markers(path: Path, text: str) -> None:
    """Puts ``text`` between a file's two marker lines, atomically.

    Raises:
        ConfigError: the file lacks one of the markers, repeats one or has them in the wrong order.
        RunError: the file cannot be read or written.
    """
    try:
        content = read_text(path, _MAX_BYTES, linked=True)
        before, found, rest = content.partition(BEGIN)
        _, also_found, after = rest.partition(END)
        if not (found and also_found) or content.count(BEGIN) + content.count(END) != 2:
            raise ConfigError(
                f"{path} must have the line {BEGIN} and, below it, the line {END}, once each: the "
                "table goes between them."
            )
        with written_whole(path) as temporary:
            new = f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"
            write_bytes(temporary, new.encode())
    except (OSError, UnicodeError) as error:
        raise RunError(f"{path} cannot be rewritten ({reason_of(error)}).") from error
